"""Which captures there are, by address and by body: the rows beside the WARC files."""

from archive.database import Archive
from archive.models import Capture, to_row
from archive.urls import page_key

COLUMNS = "url, captured_at, status, content_type, file, offset, length, digest, original_id"
"""Of the table, as `Capture` has them."""


def add_capture(db: Archive, capture: Capture) -> int:
    """Add the row of a capture that is durable already, and give its id; one that is known keeps its row."""
    known = db.conn.execute(
        "SELECT id FROM captures WHERE file = ? AND offset = ?", [capture.file, capture.offset]
    ).fetchone()
    return int(known[0]) if known else db.insert("captures", to_row(capture))


class Originals:
    """Finds the capture that has a body already, so that it is not stored twice."""

    def __init__(self, db: Archive) -> None:
        """Look in an archive, which may be open for reading only."""
        self._db = db

    def with_digest(self, digest: str) -> tuple[int, Capture] | None:
        """Give the first capture of a body, with its id."""
        return self._find("captures WHERE digest = ? AND original_id IS NULL ORDER BY id LIMIT 1", digest)

    def latest(self, url: str) -> tuple[int, Capture] | None:
        """Give the capture with the body that an address answered with last."""
        return self._find(
            "captures WHERE id = (SELECT coalesce(original_id, id) FROM captures"
            " WHERE url = ? AND status = 200 ORDER BY captured_at DESC, id DESC LIMIT 1)",
            url,
        )

    def _find(self, rest: str, value: str) -> tuple[int, Capture] | None:
        for row in self._db.rows(f"SELECT id, {COLUMNS} FROM {rest}", [value]):  # noqa: S608 - ours
            return row.pop("id"), Capture(**row)
        return None


def captures_of(db: Archive, url: str) -> list[Capture]:
    """Give the captures of an address, the oldest first; what it redirected to belongs to it."""
    return [
        Capture(**row)
        for row in db.rows(
            f"SELECT {COLUMNS} FROM captures WHERE url = :url OR id IN"  # noqa: S608 - ours
            " (SELECT capture_id FROM fetches JOIN pages ON pages.id = page_id WHERE pages.key = :key)"
            " ORDER BY captured_at, id",
            {"url": url, "key": page_key(url)},
        )
    ]
