"""A source that asked us to wait is left alone in later runs too; its feeds are not looked for every time."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Add the time before which a source does not want to be asked, and when its feeds were looked for."""
    db.execute("ALTER TABLE sources ADD COLUMN rest_until TEXT")
    db.execute("ALTER TABLE sources ADD COLUMN looked_at TEXT")
