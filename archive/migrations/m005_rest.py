"""A source that asked us to wait is left alone until then, in later runs too."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Add the time before which a source does not want to be asked."""
    db.execute("ALTER TABLE sources ADD COLUMN rest_until TEXT")
