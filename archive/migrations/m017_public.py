"""Copies for the public: what of each source they may show, and how much of an article they do."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Add what may be published of a source, what there is of an article, and when a copy was made."""
    for statement in _COLUMNS:
        db.execute(statement)


_AMOUNTS = "CHECK ({} IN ('full', 'excerpt', 'metadata'))"
_COLUMNS = (
    f"ALTER TABLE sources ADD COLUMN publish TEXT NOT NULL DEFAULT 'excerpt' {_AMOUNTS.format('publish')}",
    f"ALTER TABLE articles ADD COLUMN shown TEXT NOT NULL DEFAULT 'full' {_AMOUNTS.format('shown')}",
    "ALTER TABLE about ADD COLUMN published_at TEXT",
)
