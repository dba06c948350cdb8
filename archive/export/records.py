"""What an exported article is. Its JSON Schema, ``article.schema.json``, describes every field.

SQLite itself writes the JSON of an article: many times faster than Python could from its rows.
"""

# ruff: noqa: S608 - no part of the SQL comes from outside this file

import json
import sqlite3
from collections.abc import Collection, Generator, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from archive.database import Archive
from archive.errors import WrongUsageError
from archive.query import parse
from archive.sources import source_id
from archive.times import since_when

Record = dict[str, Any]

SCHEMA: dict[str, Any] = json.loads(
    resources.files("archive.export").joinpath("article.schema.json").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class Since:
    """A moment of the archive, by the rows that were its newest."""

    revision: int
    """Id of the newest revision."""
    fetch: int
    """Id of the newest fetch."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles, and what of them."""

    source: str | None = None
    """Only this source's."""
    since: str | None = None
    """Only those dated on or after this day, ``YYYY-MM-DD``."""
    search: str | None = None
    """Only those that a search finds; the language is that of `archive.query`."""
    after: Since | None = None
    """Only those that are new or changed since then, or that the site took down or showed again."""
    fields: tuple[str, ...] = ()
    """Only these fields; all by default."""
    revisions: bool = False
    """With ``history``: every revision, not only the current one."""
    newest_first: bool = False
    """What is new or was edited last comes first, and says when that was (``updated``); else in the order in
    which they came into the archive."""


def read_lines(db: Archive, selection: Selection) -> Generator[bytes, None, None]:
    """Give the articles of one moment as JSON objects in UTF-8, one by one.

    Args:
        db: The archive.
        selection: Which ones.

    Raises:
        WrongUsageError: There is no such source, day or field.
        SearchSyntaxError: The search cannot be understood.
    """
    conditions, values = _conditions(db, selection)
    fields = _FIELDS | (_HISTORY if selection.revisions else {}) | (_FED if selection.newest_first else {})
    if unknown := [name for name in selection.fields if name not in fields]:
        raise WrongUsageError.unknown("field", unknown[0], list(fields))
    chosen = selection.fields or tuple(fields)
    pairs = ", ".join(f"'{name}', {fields[name]}" for name in chosen)
    order = _NEWEST_FIRST if selection.newest_first else "articles.id"
    sql = _ARTICLES.format(record=f"json_object({pairs})", conditions=conditions, order=order)
    return _read(db, sql, values)


def read_records(db: Archive, selection: Selection | None = None) -> Generator[Record, None, None]:
    """Give the same as dictionaries."""
    return parse_lines(read_lines(db, selection or Selection()))


def lines_of(conn: sqlite3.Connection, ids: Iterable[int], fields: Iterable[str]) -> list[bytes]:
    """Give these articles in this order as JSON objects, within the transaction of the caller.

    Args:
        conn: An archive.
        ids: Numbers of articles.
        fields: What of each; everything where this is empty.
    """
    known = _FIELDS | _FED
    pairs = ", ".join(f"'{name}', {known[name]}" for name in tuple(fields) or _FIELDS)
    sql = _ARTICLES.format(record=f"json_object({pairs})", conditions="articles.id = ?", order="articles.id")
    found = (conn.execute(sql, [article]).fetchone() for article in ids)
    return [row[0] for row in found if row]


def last_updated(conn: sqlite3.Connection, ids: Iterable[int], most: int) -> list[int]:
    """Give those of these articles that are new or were edited last, the latest first."""
    sql = f"""SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?))
        ORDER BY {_NEWEST_FIRST} LIMIT ?"""
    return [number for (number,) in conn.execute(sql, [json.dumps(list(ids)), most])]


def parse_lines(lines: Iterable[bytes]) -> Generator[Record, None, None]:
    """Give JSON objects as dictionaries."""
    for line in lines:
        yield json.loads(line)


def count_records(db: Archive, selection: Selection) -> int | None:
    """Give the number of articles where it is known without counting them; None elsewhere."""
    if selection.since or selection.search or selection.after:
        return None
    if selection.source is None:
        return int(db.execute("SELECT coalesce(sum(articles), 0) FROM sources").fetchone()[0])
    return int(
        db.execute("SELECT articles FROM sources WHERE id = ?", [source_id(db, selection.source)]).fetchone()[
            0
        ]
    )


def _conditions(db: Archive, selection: Selection) -> tuple[str, list[object]]:
    conditions, values = ["true"], list[object]()
    if selection.source is not None:
        conditions.append("articles.source_id = ?")
        values.append(source_id(db, selection.source))
    if selection.since is not None:
        conditions.append("articles.id IN (SELECT id FROM articles WHERE dated >= ?)")
        values.append(since_when(selection.since))
    if selection.search is not None:
        conditions.append(_FOUND)
        values.append(parse(selection.search).match)
    if selection.after:
        # ALL: for a UNION, SQLite 3.53 merges both in order, and reads all articles for that.
        conditions.append(f"articles.id IN ({_CHANGED} UNION ALL {_GONE_OR_BACK})")
        values += [selection.after.revision, selection.after.fetch]
    return " AND ".join(conditions), values


def _read(db: Archive, sql: str, values: Collection[object]) -> Generator[bytes, None, None]:
    db.conn.execute("BEGIN")
    try:
        rows: Iterator[tuple[bytes]] = db.conn.execute(sql, list(values))
        for (line,) in rows:
            yield line
    finally:
        db.conn.execute("ROLLBACK")


def _list(columns: str, rows: str) -> str:
    """Give the SQL of a list of objects: what they hold, and the rows that they come from, in their order."""
    return f"(SELECT json_group_array(json_object({columns})) FROM ({rows}))"


def _truth(column: str) -> str:
    return f"json(iif({column}, 'true', 'false'))"


_FIELDS = {
    "id": "articles.id",
    "path": "'/article/' || articles.id",
    "url": "articles.url",
    "source": "json_object('name', sources.name, 'home', sources.home, 'publish', sources.publish)",
    "title": "articles.title",
    "standfirst": "articles.standfirst",
    "authors": "json(articles.authors)",
    "published": "articles.published",
    "modified": "articles.modified",
    "dated": "articles.dated",
    "language": "articles.language",
    "site_name": "articles.site_name",
    "canonical_url": "revisions.canonical_url",
    "image": "articles.image",
    "tags": "json(articles.tags)",
    "access": "articles.access",
    "access_evidence": "json(revisions.access_evidence)",
    "text_complete": _truth("articles.text_complete"),
    "reserved": "json(articles.reserved)",
    "shown": "articles.shown",
    "text": "articles.text",
    "html": "revisions.html",
    "words": "articles.words",
    "removed": "json("
    + _list(
        "'rule', rule, 'reason', reason, 'text', text, 'position', position",
        "SELECT rule, reason, text, position FROM removed_blocks"
        " WHERE revision_id = revisions.id ORDER BY id",
    )
    + ")",
    "witnesses": "json(revisions.witnesses)",
    "relevance": "json_object('reason', articles.relevance, 'mentions', json("
    + _list(
        "'series', series, 'name', name, 'kind', kind, 'field', field, 'count', count, 'passage', passage",
        "SELECT series.name AS series, mentions.name, kind, field, count, passage FROM mentions"
        " JOIN series ON series.id = series_id WHERE article_id = articles.id ORDER BY mentions.id",
    )
    + "))",
    "first_seen": "articles.first_seen",
    "last_seen": "articles.last_seen",
    "gone_at": "articles.gone_at",
    "revision": "json_object('number', revisions.number, 'kind', revisions.kind,"
    " 'seen_at', revisions.seen_at, 'changed', json(revisions.changed))",
    "revisions": "(SELECT count(*) FROM revisions WHERE article_id = articles.id)",
    "found_by": "json("
    + _list(
        "'kind', kind, 'url', url, 'found_at', found_at",
        "SELECT discoveries.kind, discoveries.url, found_at FROM pages"
        " JOIN provenance ON page_id = pages.id JOIN discoveries ON discoveries.id = discovery_id"
        " WHERE article_id = articles.id ORDER BY found_at, discoveries.id",
    )
    + ")",
    "copies": "json("
    + _list(
        "'id', id, 'url', url, 'source', source, 'similarity', similarity",
        "SELECT other.id, other.url, its.name AS source, member.similarity FROM cluster_articles AS own"
        " JOIN cluster_articles AS member ON member.cluster_id = own.cluster_id"
        " JOIN articles AS other ON other.id = member.article_id"
        " JOIN sources AS its ON its.id = other.source_id"
        " WHERE own.article_id = articles.id AND other.id <> articles.id ORDER BY other.id",
    )
    + ")",
    "capture": "iif(captures.file IS NULL, NULL, json_object('file', captures.file,"
    " 'offset', captures.offset, 'length', captures.length, 'digest', captures.digest,"
    " 'captured_at', captures.captured_at))",
    "further_captures": "json("
    + _list(
        "'file', file, 'offset', offset, 'length', length, 'digest', digest, 'captured_at', captured_at",
        "SELECT further.* FROM revision_pages JOIN captures AS further ON further.id = capture_id"
        " WHERE revision_id = revisions.id ORDER BY number",
    )
    + ")",
}

_HISTORY = {
    "history": "json("
    + _list(
        "'number', number, 'kind', kind, 'seen_at', seen_at, 'changed', json(changed), 'title', title,"
        " 'standfirst', standfirst, 'authors', json(authors), 'published', published, 'modified', modified,"
        f" 'access', access, 'text_complete', {_truth('text_complete')}, 'text', text",
        "SELECT * FROM revisions AS every WHERE every.article_id = articles.id ORDER BY number",
    )
    + ")",
}

_FED = {
    "updated": "max(articles.dated,"
    " coalesce(min(strftime('%Y-%m-%dT%H:%M:%SZ', articles.modified), articles.last_seen), ''),"
    " coalesce((SELECT max(seen_at) FROM revisions AS every"
    " WHERE every.article_id = articles.id AND +every.kind = 'publisher'), ''))"
}
"""When an article was last new or edited: as its publisher says, if that is not later than it was seen, or as
we saw it. What our rules changed is no news. The ``+`` keeps SQLite from the index of the kind, by which it
would look at the edits of all articles for each."""
_NEWEST_FIRST = f"{_FED['updated']} DESC, articles.id DESC"

_FOUND = """articles.id IN (SELECT article_id FROM articles_fts
    JOIN search_entries ON place = articles_fts.rowid WHERE articles_fts MATCH ?)"""

_CHANGED = "SELECT id FROM articles WHERE revision_id > ?"
_GONE_OR_BACK = """SELECT article_id FROM fetches JOIN pages ON pages.id = page_id
    WHERE fetches.id > ? AND article_id IS NOT NULL AND (outcome = 'gone'
        OR 'gone' = (SELECT outcome FROM fetches AS before WHERE before.page_id = fetches.page_id
            AND before.id < fetches.id ORDER BY before.id DESC LIMIT 1))"""
"""The articles that a later fetch found gone, or found again."""

# As bytes: Python need not decode them, nor encode them again. The numbers are put into their order first,
# and stay in it: sorted with the texts, all of these would have to be written to a temporary file.
_ARTICLES = """
    SELECT CAST({record} AS BLOB)
    FROM (SELECT id AS chosen FROM articles WHERE {conditions} ORDER BY {order} LIMIT -1)
    CROSS JOIN articles ON articles.id = chosen
    JOIN sources ON sources.id = articles.source_id
    JOIN revisions ON revisions.id = articles.revision_id
    LEFT JOIN captures ON captures.id = revisions.capture_id
"""
