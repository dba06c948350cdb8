"""What publishers reserve, and the files in which sites state their rules."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Add what a publisher reserves to articles and revisions, and the table of sites' own rules."""
    for table in ("articles", "revisions"):
        db.execute(
            f"ALTER TABLE {table} ADD COLUMN reserved TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(reserved))"
        )
    db.execute(
        """CREATE TABLE site_files (
            url TEXT PRIMARY KEY,
            status INTEGER NOT NULL,
            body TEXT NOT NULL,
            checked_at TEXT NOT NULL,
            changed_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
