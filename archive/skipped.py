"""Pages that were fetched and are not about the series, with the responses that they were judged by."""

from dataclasses import dataclass

from archive.capture_index import COLUMNS
from archive.database import Archive
from archive.models import Capture


@dataclass(frozen=True, slots=True)
class Skipped:
    """A page that was skipped, and what it answered."""

    page_id: int
    page_url: str
    source: str
    url: str
    """That answered."""
    fetched_at: str
    capture_id: int
    capture: Capture
    further: tuple[Capture, ...] = ()
    text_complete: bool = True


def outdated(db: Archive, names_version: str) -> list[int]:
    """Give the pages that other names than today's have skipped, and whose response is stored."""
    return [row["id"] for row in db.rows(_OUTDATED, [names_version])]


def skipped(db: Archive, page_id: int) -> Skipped | None:
    """Give a page with the response that it was judged by last; None where that is not stored."""
    for row in db.rows(_LAST, [page_id]):
        (capture,) = db.rows(f"SELECT {COLUMNS} FROM captures WHERE id = ?", [row["capture_id"]])  # noqa: S608
        return Skipped(**row, capture=Capture(**capture))
    return None


_OUTDATED = """
    SELECT id FROM pages WHERE state = 'skipped' AND judged_by <> ? AND EXISTS (
        SELECT 1 FROM fetches WHERE page_id = pages.id AND fetches.status = 200 AND capture_id IS NOT NULL)
    ORDER BY id
"""
_LAST = """
    SELECT pages.id AS page_id, pages.url AS page_url, sources.name AS source, fetches.url, fetched_at,
        capture_id
    FROM pages JOIN sources ON sources.id = source_id JOIN fetches ON page_id = pages.id
    WHERE pages.id = ? AND fetches.status = 200 AND capture_id IS NOT NULL
    ORDER BY fetches.id DESC LIMIT 1
"""
