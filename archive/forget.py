"""Remove for good what must not be kept: from the database, the search index and the captures.

Nothing is rewritten but the records in question; `archive.warc_blank` says how. Whatever comes in between,
the same call again brings it to its end.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from archive.capture_index import COLUMNS
from archive.captures import Captures
from archive.copying import find_unfinished, remove_unfinished
from archive.database import Archive
from archive.errors import ArchiveError, WrongUsageError
from archive.forgotten import is_forgotten, note_deleted, note_wiped, remember, site_of
from archive.forgotten_names import Names, clear_rows
from archive.models import Capture
from archive.urls import page_key, plain_key, split_url
from archive.warc_blank import Span, blank
from archive.warc_records import Exchange, read_exchanges, warc_files
from archive.warc_tail import repair_tail

Watch = Callable[[str], None]


@dataclass(slots=True)
class Plan:
    """What is to be forgotten."""

    what: tuple[str, ...]
    urls: frozenset[str]
    sources: dict[int, str] = field(default_factory=dict)
    """Names of the sources of which all is forgotten, by their numbers."""
    sites: frozenset[str] = frozenset()
    """Hosts of theirs that no other source is on."""
    articles: dict[int, str] = field(default_factory=dict)
    """Headlines by number."""
    pages: set[int] = field(default_factory=set)
    captures: set[int] = field(default_factory=set)
    """Rows that go."""
    spans: dict[Path, list[Span]] = field(default_factory=dict)
    """Records that go, by file."""
    records: int = 0
    """Responses that go."""
    lists: int = 0
    """Those of them that are feeds, sitemaps and redirects which name it."""
    saved: list[tuple[int, Capture]] = field(default_factory=list)
    """Captures of other pages whose body stands in a record that goes: they get one of their own."""
    missing: list[str] = field(default_factory=list)
    """Files with captures that go, which are not there."""
    copies: list[Path] = field(default_factory=list)
    """Earlier states of the archive beside it, which may still have it."""


def plan_to_forget(db: Archive, folder: Path, *what: str, watch: Watch = lambda _: None) -> Plan:
    """Find everything that the archive has of addresses and sources. Nothing is changed but a torn tail.

    Args:
        db: The archive, which the caller holds.
        folder: Of the captures.
        what: Addresses of pages or articles, or names of sources.
        watch: Is told what is being done.

    Raises:
        WrongUsageError: One of them is neither.
        ArchiveError: A file of captures is damaged, so that it cannot be searched.
    """
    plan = _joined([_of_source(db, one, what) or _of_url(db, one) for one in what])
    if plan.articles or plan.pages:
        _find_rows(db, plan)
    plan.copies = sorted(
        [*db.path.parent.glob(f"{db.path.name}.before-*"), *folder.parent.glob(f"{folder.name}.before-*")]
    )
    _find_records(db, folder, plan, watch)
    plan.missing = _missing_files(db, folder, plan)
    return plan


def forget(db: Archive, folder: Path, plan: Plan, watch: Watch = lambda _: None) -> None:
    """Do what a plan says.

    First it is made sure that nothing of it comes in again. The rows go last: they say what else is to go.

    Raises:
        ArchiveError: It cannot be written. The same again goes on from there.
    """
    db.conn.execute("PRAGMA secure_delete = ON")
    with db.transaction():
        hashes = [*remember(db, "url", plan.urls), *remember(db, "site", plan.sites)]
        hashes += remember(db, "source", plan.sources.values())
    _save(db, folder, plan)
    for path, spans in plan.spans.items():
        watch(f"Rewriting {path.name}")
        blank(path, spans)
    watch("Deleting")
    with db.transaction():
        delete_rows(db, plan)
        note_deleted(db, hashes)
    watch("Rewriting the database")
    wipe(db)
    for copy in plan.copies:
        shutil.rmtree(copy) if copy.is_dir() else copy.unlink(missing_ok=True)
    for part in find_unfinished(db.path, folder):
        remove_unfinished(part)
    with db.transaction():
        note_wiped(db)


def _joined(plans: Iterable[Plan]) -> Plan:
    whole = Plan((), frozenset())
    for one in plans:
        whole.what += one.what
        whole.urls |= one.urls
        whole.sources |= one.sources
        whole.sites |= one.sites
        whole.articles |= one.articles
        whole.pages |= one.pages
    return whole


def _of_source(db: Archive, name: str, going: Iterable[str]) -> Plan | None:
    for row in db.rows("SELECT id, name, home FROM sources WHERE name = ?", [name]):
        urls = {url for query in _OWN for (url,) in db.conn.execute(query, [row["id"]])} | {row["home"]}
        sites = _own_sites(db, row["home"], going)
        urls |= {urljoin(row["home"], "/robots.txt")} if sites else set()
        articles = db.conn.execute("SELECT id, title FROM articles WHERE source_id = ?", [row["id"]])
        pages = db.conn.execute("SELECT id FROM pages WHERE source_id = ?", [row["id"]])
        return Plan(
            (name,), frozenset(urls), {row["id"]: name}, sites, dict(articles), {page for (page,) in pages}
        )
    return None


def _own_sites(db: Archive, home: str, going: Iterable[str]) -> frozenset[str]:
    """Give the host of a source, unless a source that stays has its home or a page there."""
    names = _json(going)
    homes = db.conn.execute(
        "SELECT home FROM sources WHERE name NOT IN (SELECT value FROM json_each(?))", [names]
    )
    host = page_key(urljoin(home, "/"))
    shared = (
        any(site_of(other) == site_of(home) for (other,) in homes)
        or db.conn.execute(_PAGE_OF_OTHERS, {"going": names, "host": host}).fetchone()
    )
    return frozenset() if shared else frozenset({site_of(home)})


def _of_url(db: Archive, url: str) -> Plan:
    if split_url(url) is None:
        names = [name for (name,) in db.conn.execute("SELECT name FROM sources ORDER BY name")]
        raise WrongUsageError.unknown("address or source", url, names)
    key = page_key(url)
    pages = {row["id"] for row in db.rows(_PAGES_AT, {"url": url, "key": key})}
    rows = db.rows("SELECT id, url FROM articles WHERE key = ?", [plain_key(url)])
    articles = {row["id"] for row in rows if page_key(row["url"]) == key}
    articles |= _ids(
        db,
        "SELECT article_id FROM pages WHERE article_id IS NOT NULL"
        " AND id IN (SELECT value FROM json_each(:all))",
        pages,
    )
    pages |= _ids(
        db, "SELECT id FROM pages WHERE article_id IN (SELECT value FROM json_each(:all))", articles
    )
    rows = db.rows(
        "SELECT url FROM pages WHERE id IN (SELECT value FROM json_each(:pages))"
        " UNION SELECT url FROM fetches WHERE page_id IN (SELECT value FROM json_each(:pages))"
        " AND outcome IN ('kept', 'alias')"
        " UNION SELECT url FROM spellings WHERE page_id IN (SELECT value FROM json_each(:pages))"
        " UNION SELECT url FROM articles WHERE id IN (SELECT value FROM json_each(:articles))",
        {"pages": _json(pages), "articles": _json(articles)},
    )
    homes = {home for (home,) in db.conn.execute("SELECT home FROM sources")}
    urls = frozenset({row["url"] for row in rows} - homes | {url})
    titles = db.conn.execute(
        "SELECT id, title FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [_json(articles)],
    )
    return Plan((url,), urls, articles=dict(titles), pages=pages)


def _find_rows(db: Archive, plan: Plan) -> None:
    rows = db.rows(
        "SELECT capture_id AS id FROM fetches WHERE page_id IN (SELECT value FROM json_each(:pages))"
        " UNION SELECT capture_id FROM revisions WHERE article_id IN (SELECT value FROM json_each(:articles))"
        " UNION SELECT id FROM captures WHERE url IN (SELECT value FROM json_each(:urls))",
        {"pages": _json(plan.pages), "articles": _json(plan.articles), "urls": _json(plan.urls)},
    )
    plan.captures = {row["id"] for row in rows if row["id"]}


def _find_records(db: Archive, folder: Path, plan: Plan, watch: Watch) -> None:
    """Read every file: what redirects to a page, and what names it, has no row that leads there."""
    names = Names(plan.urls, plan.sites)
    gone: set[tuple[str, int]] = set()
    for path in warc_files(folder):
        watch(f"Searching {path.name}")
        _cut_tail(path)
        doomed, needed, lists = _rows_of_file(db, plan, path.name)
        there: set[int] = set()
        for exchange in read_exchanges(path):
            offset = exchange.response.offset
            there.add(offset)
            if offset not in doomed:
                if offset in needed:
                    continue
                if _original(exchange) in gone or names.are_in_exchange(exchange):
                    plan.lists += 1
                elif not is_forgotten(db, exchange.url):  # in a file that was not there when it was forgotten
                    continue
            gone.add((path.name, offset))
            plan.records += 1
            plan.spans.setdefault(path, []).extend(exchange.spans())
            if offset in lists:
                plan.captures.add(lists[offset])
        plan.captures.update(row for offset, row in lists.items() if offset not in there)  # a run before ours
    saved = db.rows(
        f"SELECT id, {COLUMNS} FROM captures WHERE original_id IN (SELECT value FROM json_each(:all))"  # noqa: S608
        " AND id NOT IN (SELECT value FROM json_each(:all))",
        {"all": _json(plan.captures)},
    )
    plan.saved = [(row.pop("id"), Capture(**row)) for row in saved]


def _missing_files(db: Archive, folder: Path, plan: Plan) -> list[str]:
    files = db.rows(
        "SELECT DISTINCT file FROM captures WHERE id IN (SELECT value FROM json_each(?)) ORDER BY file",
        [_json(plan.captures)],
    )
    return [row["file"] for row in files if not (folder / row["file"]).is_file()]


def _rows_of_file(db: Archive, plan: Plan, name: str) -> tuple[set[int], set[int], dict[int, int]]:
    """Give the places in a file of what goes, of what other pages need, and of lists with their rows."""
    doomed, needed, lists = set(), set(), {}
    rows = db.conn.execute(
        "SELECT id, offset, EXISTS (SELECT 1 FROM fetches WHERE capture_id = captures.id)"
        " OR EXISTS (SELECT 1 FROM revisions WHERE capture_id = captures.id) FROM captures WHERE file = ?",
        [name],
    )
    for row_id, offset, used in rows:
        if row_id in plan.captures:
            doomed.add(offset)
        elif used:
            needed.add(offset)
        else:
            lists[offset] = row_id
    return doomed, needed, lists


def _original(exchange: Exchange) -> tuple[str, int]:
    """Give the place of the record that has the body of a revisit."""
    facts = exchange.response.facts
    return facts["WARC-Refers-To-Filename"], int(facts["WARC-Refers-To-File-Offset"] or 0)


def _cut_tail(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        if repair_tail(file, path) is None:
            raise ArchiveError(
                f"{path} is damaged, so it cannot be searched: restore it from a backup, or move it away."
            )


def _save(db: Archive, folder: Path, plan: Plan) -> None:
    """Give captures of other pages a record of their own, before the one that has their body goes."""
    if not plan.saved:
        return
    captures = Captures(folder)
    for row_id, capture in plan.saved:
        response = captures.read(capture)
        new = captures.write(
            url=capture.url,
            status=response.status,
            reason=response.reason,
            headers=response.headers,
            body=response.body,
            captured_at=capture.captured_at,
        )
        captures.sync(new)
        with db.transaction():
            row = {"file": new.file, "offset": new.offset, "length": new.length, "original_id": None}
            db.update("captures", row_id, row)
        plan.spans.setdefault(folder / capture.file, []).append((capture.offset, capture.length))
    captures.close()


def delete_rows(db: Archive, plan: Plan) -> None:
    """Delete the rows of a plan. Call it within a transaction."""
    values = {"articles": _json(plan.articles), "pages": _json(plan.pages), "captures": _json(plan.captures)}
    for statement in _DELETE:
        db.conn.execute(statement, values)
    db.conn.executemany("DELETE FROM sources WHERE id = ?", [(one,) for one in plan.sources])
    clear_rows(db, Names(plan.urls, plan.sites), map(site_of, plan.urls))
    db.conn.execute(_DELETE_AUTHORS)


_OWN = (
    "SELECT url FROM pages WHERE source_id = ?",
    "SELECT url FROM articles WHERE source_id = ?",
    "SELECT url FROM discoveries WHERE source_id = ?",
    "SELECT fetches.url FROM fetches JOIN pages ON pages.id = page_id WHERE source_id = ?",
)

_PAGE_OF_OTHERS = """
    SELECT 1 FROM pages JOIN sources ON sources.id = source_id
    WHERE name NOT IN (SELECT value FROM json_each(:going)) AND (
        key = :host OR key BETWEEN :host || '/' AND :host || '0'
        OR key BETWEEN :host || '?' AND :host || '@')
    LIMIT 1
"""
"""Keys are host, path and query: these are the pages of a host, found by an index."""

_PAGES_AT = """
    SELECT id FROM pages WHERE key = :key OR url = :url
    UNION SELECT page_id FROM spellings WHERE url = :url
"""

_DELETE = (
    "DELETE FROM articles WHERE id IN (SELECT value FROM json_each(:articles))",
    "DELETE FROM pages WHERE id IN (SELECT value FROM json_each(:pages))",
    "UPDATE captures SET original_id = NULL WHERE original_id IN (SELECT value FROM json_each(:captures))",
    "DELETE FROM captures WHERE id IN (SELECT value FROM json_each(:captures))",
)

_DELETE_AUTHORS = """
    DELETE FROM authors
    WHERE NOT EXISTS (SELECT 1 FROM article_authors WHERE author_id = authors.id)
"""


def wipe(db: Archive) -> None:
    """Leave no bytes of what was deleted in the files of the database.

    Raises:
        ArchiveError: It cannot be written, or a reader keeps an older state.
    """
    with db.transaction():
        for (table,) in db.conn.execute(
            "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5(%'"
        ).fetchall():
            db.conn.execute(f"INSERT INTO [{table}] ([{table}]) VALUES ('optimize')")  # noqa: S608
    db.run("VACUUM")
    ((busy, _, _),) = db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        raise ArchiveError(
            f"{db.path}: it is deleted, but another program is reading and keeps the old state in the files: "
            "close it, then run `series-archive check --repair`."
        )


def _ids(db: Archive, query: str, values: Iterable[object]) -> set[int]:
    return {row[0] for row in db.conn.execute(query, {"all": _json(values)})}


def _json(values: Iterable[object]) -> str:
    return json.dumps(list(values))
