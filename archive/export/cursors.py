"""Where an export that sends only what is new left off."""

from dataclasses import replace

from archive.database import Archive
from archive.export.records import Selection, Since
from archive.times import utc_now


def since_last(db: Archive, name: str, selection: Selection) -> Selection:
    """Narrow a selection to what changed after the last export under a name; the first one has all of it."""
    row = db.execute("SELECT revision_id, fetch_id FROM export_cursors WHERE name = ?", [name]).fetchone()
    return replace(selection, after=Since(*row)) if row else selection


def position(db: Archive) -> Since:
    """Give where an export stands that begins now; what comes later is new to the next one."""
    newest = "SELECT (SELECT coalesce(max(id), 0) FROM revisions), (SELECT coalesce(max(id), 0) FROM fetches)"
    return Since(*db.execute(newest).fetchone())


def keep(db: Archive, name: str, reached: Since) -> None:
    """Remember how far an export came that was written whole."""
    with db.transaction():
        db.execute(
            "INSERT INTO export_cursors (name, revision_id, fetch_id, exported_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET revision_id = excluded.revision_id, fetch_id = excluded.fetch_id,"
            " exported_at = excluded.exported_at",
            [name, reached.revision, reached.fetch, utc_now()],
        )
