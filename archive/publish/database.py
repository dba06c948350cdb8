"""The database of a copy for the public: a new one, into which nothing comes but what is named here.

It has the schema of an archive, so that the site, the search, the exports and the static pages read it like
any other. What is not in `_TABLES` stays out, whatever a later version of the archive adds: pages, fetches,
captures, earlier revisions, what was held back or nearly kept, witnesses, profiles of sites, hashes.
"""

# ruff: noqa: S608 - no part of the SQL comes from outside this file

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive import text_index
from archive.copying import make_durable
from archive.database import Archive, connect_to_read, open_archive
from archive.errors import explain
from archive.models import Publish
from archive.publish.excerpts import amount_shown, as_html, excerpt, shorten
from archive.times import utc_now


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A copy that was made."""

    full: int
    """Articles with their whole text."""
    excerpt: int
    """Articles with the beginning of it."""
    metadata: int
    """Articles without text."""

    @property
    def articles(self) -> int:
        """All of them."""
        return self.full + self.excerpt + self.metadata


def make_public(
    archive: Archive,
    path: Path,
    *,
    title: str,
    policies: Mapping[str, str],
    watch: Callable[[int], object] = lambda _: None,
) -> PublicCopy:
    """Make the database of a copy for the public, as the archive is at this moment.

    Args:
        archive: The archive, open for reading at least; a crawl may write to it.
        path: The new file; there must be none, nor one of its ``-journal``.
        title: Of the copy, on its web site.
        policies: What may be published of each source (`Publish`), by its name; a source that is not in it
            keeps what it was last configured with.
        watch: Is told how many articles are in the copy, now and then.

    Raises:
        ArchiveError: It cannot be written, or it may be half of an earlier state of the archive
            (`Archive.ensure_unwritten`). What there is of it is of no use.
    """
    with closing(open_archive(path, create=True)) as copy:
        try:
            copy.conn.execute("PRAGMA journal_mode = OFF")  # what is interrupted is thrown away whole
            copy.conn.execute("PRAGMA synchronous = OFF")
            # Articles and revisions name each other: each revision would be looked for in all articles.
            copy.conn.execute("PRAGMA foreign_keys = OFF")
            # The search index is made of all articles at once, below: a quarter of the time less.
            text_index.register_functions(copy.conn, awaits_index=lambda _: True)
            _fill(archive, copy, policies, watch)
            archive.ensure_unwritten()
            with copy.transaction():
                copy.insert("about", {"id": 1, "title": title, "published_at": utc_now()})
                for command in ("rebuild", "optimize"):
                    copy.conn.execute("INSERT INTO articles_fts (articles_fts) VALUES (?)", [command])
            copy.run("VACUUM")
            copy.run("PRAGMA journal_mode = DELETE")
            counts = dict(copy.conn.execute("SELECT shown, count(*) FROM articles GROUP BY shown"))
        except (sqlite3.Error, OSError) as error:
            raise explain(error, path) from error
    make_durable(path)
    return PublicCopy(*(counts.get(amount, 0) for amount in ("full", "excerpt", "metadata")))


def is_public_copy(path: Path) -> bool:
    """Say if a file is the database of a copy for the public."""
    try:
        with closing(connect_to_read(path)) as db:
            row = db.execute("SELECT published_at FROM about").fetchone()
            return bool(row and row[0])
    except sqlite3.Error:
        return False


def _fill(
    archive: Archive, copy: Archive, policies: Mapping[str, str], watch: Callable[[int], object]
) -> None:
    """Copy what is public, from one moment of the archive, in one transaction."""
    for name, arguments, function in (
        ("policy_of", 2, lambda name, stored: str(Publish(policies.get(name, stored)))),
        ("amount_shown", 3, lambda *row: str(amount_shown(*row))),
        ("excerpt", 2, excerpt),
        ("shorten", 1, lambda text: text and shorten(text)),
        ("as_html", 1, as_html),
    ):
        archive.conn.create_function(name, arguments, function, deterministic=True)
    archive.conn.execute("BEGIN")
    try:
        with copy.transaction():
            for table, select in _TABLES.items():
                rows = archive.conn.execute(select)
                names = [column[0] for column in rows.description]
                insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
                done = 0
                while batch := rows.fetchmany(_BATCH):
                    copy.conn.executemany(insert, batch)
                    done += len(batch)
                    if table == "articles":
                        watch(done)
    finally:
        archive.conn.execute("ROLLBACK")


_BATCH = 200

_ARTICLES = """articles JOIN sources ON sources.id = source_id"""
_SHOWN = "amount_shown(policy_of(sources.name, publish), gone_at, articles.reserved)"
"""How much of an article is shown, where it is joined with its source."""


def _cut(column: str, cut: str, nothing: str = "''") -> str:
    """Give a column as an article that is shown in full has it, an excerpt, and one without text."""
    return f"CASE {_SHOWN} WHEN 'full' THEN {column} WHEN 'excerpt' THEN {cut} ELSE {nothing} END"


def _if_full(column: str, nothing: str) -> str:
    return f"iif({_SHOWN} = 'full', {column}, {nothing})"


_TABLES = {
    "series": "SELECT id, name FROM series",
    "series_names": "SELECT series_id, name, kind FROM series_names",
    "sources": """SELECT id, name, home, active, policy_of(name, publish) AS publish FROM sources
        WHERE EXISTS (SELECT 1 FROM articles WHERE source_id = sources.id)""",
    "articles": f"""SELECT articles.id, source_id, url, title, authors, published, published_utc, modified,
            language, site_name, image, tags, access, text_complete, articles.reserved, words, relevance,
            revision_id, first_seen, last_seen, gone_at, dated, key, found_by, {_SHOWN} AS shown,
            {_cut("standfirst", "shorten(standfirst)", "NULL")} AS standfirst,
            {_cut("text", "excerpt(text, words)")} AS text
        FROM {_ARTICLES} ORDER BY dated, articles.id""",
    "revisions": f"""SELECT revisions.id, article_id, number, kind, changed, seen_at, rules_version,
            revisions.title, revisions.authors, revisions.published, revisions.modified, revisions.language,
            revisions.site_name, canonical_url, revisions.image, revisions.tags, revisions.access,
            revisions.text_complete, revisions.reserved, words_added, words_removed, share_changed,
            {_if_full("access_evidence", "'[]'")} AS access_evidence,
            {_cut("revisions.standfirst", "shorten(revisions.standfirst)", "NULL")} AS standfirst,
            {_cut("revisions.text", "excerpt(revisions.text, words)")} AS text,
            {_cut("html", "as_html(excerpt(revisions.text, words))")} AS html
        FROM {_ARTICLES} JOIN revisions ON revisions.id = revision_id ORDER BY revisions.id""",
    "removed_blocks": f"""SELECT removed_blocks.id, removed_blocks.revision_id, position, rule, reason,
            removed_blocks.text
        FROM {_ARTICLES} JOIN removed_blocks ON removed_blocks.revision_id = articles.revision_id
        WHERE {_SHOWN} = 'full' ORDER BY removed_blocks.id""",
    "mentions": f"""SELECT mentions.id, article_id, series_id, mentions.name, kind, field, count,
            {_if_full("passage", "''")} AS passage
        FROM {_ARTICLES} JOIN mentions ON article_id = articles.id ORDER BY mentions.id""",
    "authors": "SELECT id, name FROM authors WHERE id IN (SELECT author_id FROM article_authors)",
    "article_authors": "SELECT article_id, author_id, position, dated FROM article_authors",
    "clusters": "SELECT id FROM clusters",
    "cluster_articles": f"""SELECT article_id, cluster_id, like_id, similarity, shared,
            {_if_full("passage", "''")} AS passage
        FROM {_ARTICLES} JOIN cluster_articles ON article_id = articles.id ORDER BY article_id""",
}
"""What is public, by table: a query whose columns are those of the copy."""
