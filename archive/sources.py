"""The sources of an archive, by their names."""

from archive.database import Archive
from archive.errors import WrongUsageError


def source_id(db: Archive, name: str) -> int:
    """Give the id of a source.

    Raises:
        WrongUsageError: No source has this name.
    """
    ids = {row[0]: int(row[1]) for row in db.execute("SELECT name, id FROM sources ORDER BY name")}
    if name not in ids:
        raise WrongUsageError.unknown("source", name, list(ids))
    return ids[name]
