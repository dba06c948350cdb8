"""The demo has no day to wait: its time passes in the archive."""

from contextlib import closing
from pathlib import Path

from archive.database import open_archive
from archive.times import utc_now


def let_a_day_pass(database: Path) -> None:
    """Make due what the crawl would ask for within a day: every feed and sitemap, and every article again."""
    with closing(open_archive(database)) as db, db.transaction():
        db.execute("UPDATE discoveries SET next_due = ?", [utc_now()])
        db.execute("UPDATE pages SET next_due = ? WHERE next_due IS NOT NULL", [utc_now()])
