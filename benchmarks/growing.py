"""Makes a large archive out of a smaller one, in minutes instead of hours.

Every article with all that is known of it is there several times, at other addresses and on other days. The
words are as frequent as before, and so are copies. What the writer of a crawl would do a million times is
done by SQL at once: rows are copied, and the search index is built anew, as by `series-archive check
--repair`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from archive import text_index
from archive.copying import copy_database
from archive.database import open_archive

_TABLES = (
    "articles",
    "revisions",
    "removed_blocks",
    "mentions",
    "article_authors",
    "readings",
    "pages",
    "provenance",
    "fetches",
    "sketches",
    "clusters",
    "cluster_articles",
)
_REFERENCES = {
    "article_id": "articles",
    "earliest_id": "articles",
    "like_id": "articles",
    "revision_id": "revisions",
    "page_id": "pages",
    "cluster_id": "clusters",
}
_CHANGED = {
    "url": "url || '-' || :copy",
    "canonical_url": "canonical_url || '-' || :copy",
    "key": "key || '-' || :copy",
    "dated": "strftime('%Y-%m-%dT%H:%M:%SZ', dated, :days)",
    "published": "strftime('%Y-%m-%dT%H:%M:%SZ', published, :days)",
    "published_utc": "strftime('%Y-%m-%dT%H:%M:%SZ', published_utc, :days)",
    "hashes": "(SELECT json_group_array(value + :copy * 2654435761 & 4294967295) FROM json_each(hashes))",
}
_DAYS = -7
"""From one copy to the next: all of them stay in the years of the first one."""


def multiply(small: Path, large: Path, times: int) -> None:
    """Make an archive that has so many times the articles of another one.

    Args:
        small: That other one; it stays as it is.
        large: What is made; there must be no file.
        times: With the first one.
    """
    with closing(open_archive(small, readonly=True)) as source:
        copy_database(source.conn, large)
    with closing(open_archive(large)) as db:
        db.execute("PRAGMA journal_mode = OFF")  # a crash costs no more than a start from the beginning
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("PRAGMA cache_size = -500000")
        db.execute("ATTACH ? AS small", [str(small)])
        (trigger,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'articles_indexed'").fetchone()
        db.execute("DROP TRIGGER articles_indexed")
        steps = {
            table: db.execute(f"SELECT max(id) FROM small.{table}").fetchone()[0]
            for table in _TABLES
            if "id" in db[table].columns_dict
        }
        for copy in range(1, times):
            with db.transaction():
                for table in _TABLES:
                    _copy(db.conn, table, steps, copy)
        db.execute("DETACH small")  # a transaction locks every database that is attached
        with db.transaction():
            text_index.rebuild(db.conn)
            db.execute(trigger)
        db.execute("PRAGMA journal_mode = WAL")


def _copy(conn: sqlite3.Connection, table: str, steps: dict[str, int], copy: int) -> None:
    """Add the rows of a table once more."""
    columns = [row[1] for row in conn.execute(f"PRAGMA small.table_info({table})")]
    values = []
    for column in columns:
        referred = table if column == "id" else _REFERENCES.get(column)
        moved = f"{column} + {steps[referred] * copy}" if referred else column
        values.append(_CHANGED.get(column, moved))
    conn.execute(
        f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM small.{table}",
        {"copy": copy, "days": f"{copy * _DAYS} days"},
    )
