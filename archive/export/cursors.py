"""Where an export that sends only what is new left off."""

from dataclasses import replace

from archive.database import Archive
from archive.export.records import Selection
from archive.times import utc_now


def since_last(db: Archive, name: str, selection: Selection) -> Selection:
    """Narrow a selection to what changed after the last export under a name; the first one has all of it."""
    row = db.execute("SELECT revision_id, exported_at FROM export_cursors WHERE name = ?", [name]).fetchone()
    return replace(selection, after_revision=row[0], gone_after=row[1]) if row else selection


def position(db: Archive) -> tuple[int, str]:
    """Give where an export stands that begins now: the newest revision, and the time."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM revisions").fetchone()[0]), utc_now()


def keep(db: Archive, name: str, reached: tuple[int, str]) -> None:
    """Remember how far an export came that was written whole."""
    with db.transaction():
        db.execute(
            "INSERT INTO export_cursors (name, revision_id, exported_at) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET"
            " revision_id = excluded.revision_id, exported_at = excluded.exported_at",
            [name, *reached],
        )
