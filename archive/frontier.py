"""Pages: which there are, how they were found, and which are due."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from archive.capture_index import add_capture
from archive.database import Archive
from archive.forgotten import is_forgotten, is_forgotten_source
from archive.identity import PageRow, add_spelling, known_page, respell, unasked_spelling
from archive.models import (
    Added,
    Candidate,
    Capture,
    Discovery,
    DiscoveryKind,
    Page,
    PageState,
    Series,
    Source,
)
from archive.times import is_later, to_comparable, utc_now
from archive.urls import page_key
from archive.visits import EMPTY

_BATCH = 500
"""Candidates a transaction: other writers wait for some ten milliseconds only."""
_SAMPLE = 300
"""Known articles that tell what the others look like."""
_BELIEVED = 2
"""Times in a row that a page may have brought nothing and is still believed when it is said to change."""
_DOUBT = timedelta(hours=6)
_LONGEST_DOUBT = timedelta(days=7)
"""How long after a fetch a page rests all the same that is said to change and never does."""


class Frontier:
    """The pages of an archive and the state of fetching them."""

    def __init__(self, db: Archive) -> None:
        self._db = db

    def register_title(self, title: str) -> None:
        """Make the archive's title known, which its web site shows."""
        with self._db.transaction():
            self._db.table("about").upsert({"id": 1, "title": title}, pk="id")

    def register_series(self, series: Iterable[Series]) -> None:
        """Make the configured series, with all their names, known to the archive."""
        with self._db.transaction():
            for one in series:
                series_id = self._db.table("series").lookup({"name": one.name})
                names = {
                    "name": [one.name],
                    "alias": one.aliases,
                    "person": one.people,
                    "studio": one.studios,
                }
                self._db.table("series_names").delete_where("series_id = ?", [series_id])
                self._db.table("series_names").insert_all(
                    (
                        {"series_id": series_id, "name": name, "kind": kind}
                        for kind in names
                        for name in names[kind]
                    ),
                    ignore=True,
                )

    def register_sources(self, sources: Iterable[tuple[str, str]]) -> dict[str, Source]:
        """Make the configured sources known; those that are absent stay, with what they brought, inactive.

        Args:
            sources: Name and home of each.

        Returns:
            The sources by name; those that were forgotten are left out.
        """
        rows = [
            {"name": name, "home": home, "active": 1}
            for name, home in sources
            if not is_forgotten_source(self._db, name, home)
        ]
        with self._db.transaction():
            self._db.execute("UPDATE sources SET active = 0")
            for row in rows:
                self._db.execute(
                    "INSERT INTO sources (name, home, active) VALUES (:name, :home, :active)"
                    " ON CONFLICT (name) DO UPDATE SET home = excluded.home, active = 1",
                    row,
                )
        known = self._db.rows(
            "SELECT id, name, home, rest_until, looked_at FROM sources WHERE active = 1 ORDER BY id"
        )
        return {row["name"]: Source(**row) for row in known}

    def register_publish(self, policies: Mapping[str, str]) -> None:
        """Make known what of each source's articles goes into copies for the public, by the source's name."""
        with self._db.transaction():
            self._db.conn.executemany(
                "UPDATE sources SET publish = :publish WHERE name = :name AND publish <> :publish",
                [{"name": name, "publish": publish} for name, publish in policies.items()],
            )

    def postpone(self, source_id: int, until: str) -> None:
        """Leave a source alone until a time, UTC, as it asked for; an earlier wish does not shorten that."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE sources SET rest_until = max(coalesce(rest_until, ''), ?) WHERE id = ?",
                [until, source_id],
            )

    def looked(self, source_id: int, now: str) -> None:
        """Note that the feeds and sitemaps of a source were looked for."""
        with self._db.transaction():
            self._db.table("sources").update(source_id, {"looked_at": now})

    def discovery(self, source_id: int, kind: DiscoveryKind, url: str) -> Discovery:
        """Give a way of finding pages with the state of reading it; it is made known on first sight."""
        with self._db.transaction():
            self._db.execute(_ADD_DISCOVERY, [source_id, kind, url])
        (row,) = self._db.rows(_DISCOVERY, [source_id, url])
        return _to_discovery(row)

    def discoveries(self, source_id: int) -> list[Discovery]:
        """Give the ways of finding pages that a source has had, those that could be read at some time."""
        rows = self._db.rows(_DISCOVERIES, [source_id])
        return [_to_discovery(row) for row in rows]

    def known_articles(self, source_id: int) -> set[str]:
        """Give the newest addresses of a source that are articles for sure: kept, or named by a feed."""
        rows = self._db.rows(_KNOWN_ARTICLES, {"source": source_id, "limit": _SAMPLE})
        return {row["url"] for row in rows}

    def named_until(self, discovery_id: int, urls: Iterable[str], until: str) -> set[str]:
        """Give those of some addresses that a discovery had named by a time, UTC, in whatever spelling."""
        keys = {page_key(url): url for url in urls}
        rows = self._db.rows(_NAMED, [discovery_id, until, json.dumps(list(keys))])
        return {keys[row["key"]] for row in rows}

    def record_discovery(
        self,
        discovery_id: int,
        *,
        status: int | None,
        error: str | None,
        etag: str | None,
        last_modified: str | None,
        digest: str | None,
        checked_at: str,
        changed: bool,
        next_due: str | None,
        failures: int,
        capture: Capture | None = None,
    ) -> None:
        """Keep what came of reading a feed or a sitemap.

        Args:
            discovery_id: Which one.
            status: Of the HTTP answer; None when there was none, then ``error`` says why.
            error: One line for people, None when all went well.
            etag: As answered; None keeps what was known.
            last_modified: As answered; None keeps what was known.
            digest: Of the body; None keeps what was known.
            checked_at: When, UTC.
            changed: It was other than the last time.
            next_due: When it is to be read again, UTC; None for never.
            failures: In a row, with this one.
            capture: Of the answer, durable already.
        """
        with self._db.transaction():
            if capture:
                add_capture(self._db, capture)
            self._db.execute(
                _RECORD_DISCOVERY,
                {
                    "id": discovery_id,
                    "status": status,
                    "error": error,
                    "etag": etag,
                    "last_modified": last_modified,
                    "digest": digest,
                    "checked_at": checked_at,
                    "changed": changed,
                    "next_due": next_due,
                    "failures": failures,
                },
            )

    def add_candidates(
        self, discovery_id: int, source_id: int, candidates: Iterable[Candidate], now: str | None = None
    ) -> Added:
        """Make the pages known that a discovery names, and due where it says that they changed.

        A page that was fetched is due again when the stated ``modified`` is another one than the last time
        and later than the fetch. So a site whose dates lie in the future is not fetched at every turn; and a
        page whose dates always change though it does not is fetched ever more seldom.
        """
        now = now or utc_now()
        new, again, rest = 0, 0, iter(candidates)
        while batch := list(islice(rest, _BATCH)):
            with self._db.transaction():
                for candidate in batch:
                    is_new, is_due = self._add(discovery_id, source_id, candidate, now)
                    new, again = new + is_new, again + is_due
        return Added(new, again)

    def _add(self, discovery_id: int, source_id: int, candidate: Candidate, now: str) -> tuple[bool, bool]:
        """Add one; tell whether its page is new, and whether it is due because it changed."""
        is_due = False
        execute = self._db.conn.execute
        lastmod, key = to_comparable(candidate.modified), page_key(candidate.url)
        known = execute(
            "SELECT id, state, article_id, lastmod, last_fetched, attempts, unchanged, url"
            " FROM pages WHERE key = ?",
            [key],
        ).fetchone()
        if known is None:
            if is_forgotten(self._db, candidate.url):
                return False, False
            (page_id,) = execute(
                "INSERT INTO pages (source_id, url, key, lastmod, first_seen, next_due)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                [source_id, candidate.url, key, lastmod, now, now],
            ).fetchone()
            if candidate.listed:
                add_spelling(self._db, page_id, candidate.listed, now)
        else:
            page_id, state, article_id, known_lastmod, last_fetched, attempts, unchanged, url = known
            if url != candidate.url:
                add_spelling(self._db, page_id, candidate.url, now)
                if state == PageState.GONE and not article_id:
                    self._ask_at_listed({"id": page_id, "url": url}, now)
            if lastmod and lastmod != known_lastmod:
                execute("UPDATE pages SET lastmod = ? WHERE id = ?", [lastmod, page_id])
                if last_fetched and is_later(lastmod, last_fetched):
                    in_vain = unchanged if article_id else attempts - 1
                    due = _believe(now, last_fetched, in_vain)
                    self._make_due(page_id, article_id if state == PageState.ALIAS else None, due)
                    is_due = due == now
        stated = {name: getattr(candidate, name) for name in _STATED}
        execute(_ADD_PROVENANCE, {"page": page_id, "discovery": discovery_id, "now": now, **stated})
        return known is None, is_due

    def _ask_at_listed(self, page: PageRow, now: str) -> None:
        """Make a page that is not at its address due at another one that documents name, if there is one."""
        if other := unasked_spelling(self._db, page):
            respell(self._db, page, other, now)
            self._db.conn.execute(_NEW, {"page": page["id"], "now": now, "reason": f"not at {page['url']}"})

    def _make_due(self, page_id: int, article_of_alias: int | None, due: str) -> None:
        """Make a page due; for an alias, the page that holds the article."""
        self._db.conn.execute(_MAKE_DUE, {"now": due, "article": article_of_alias, "page": page_id})

    def note_provenance(self, page_id: int, discovery_id: int, found_at: str) -> None:
        """Note that a discovery names a page, and says nothing else of it."""
        stated = dict.fromkeys(_STATED)
        with self._db.transaction():
            self._db.conn.execute(
                _ADD_PROVENANCE, {"page": page_id, "discovery": discovery_id, "now": found_at, **stated}
            )

    def page(self, source_id: int, url: str, now: str) -> Page:
        """Give the page at a URL with the state of fetching it; it is made known on first sight."""
        with self._db.transaction():
            page_id = known_page(self._db, source_id, url, now)["id"]
        (row,) = self._db.rows(_PAGE, [page_id])
        return Page(**{**row, "state": PageState(row["state"])})

    def is_settled_since(self, url: str, moment: str) -> bool:
        """Tell whether a page was judged, or made an article, by an answer of a time, UTC, or later."""
        row = self._db.conn.execute(_SETTLED, {"key": page_key(url), "moment": moment}).fetchone()
        return row is not None

    def was_fetched_at(self, url: str, moment: str) -> bool:
        """Tell whether the answer of a page at a time, UTC, has been stored."""
        row = self._db.conn.execute(_FETCHED_AT, {"key": page_key(url), "moment": moment}).fetchone()
        return row is not None

    def article_since(self, url: str, moment: str) -> int | None:
        """Give the article of a page that answered at a time, UTC, or later; None when there is none."""
        row = self._db.conn.execute(_ARTICLE_SINCE, {"key": page_key(url), "moment": moment}).fetchone()
        return row[0] if row else None

    def try_empty(self, source_id: int, now: str) -> None:
        """Make the pages due that had next to no text, before their source was shown in a browser."""
        with self._db.transaction():
            self._db.execute(_TRY_EMPTY, {"source": source_id, "now": now, "empty": f"{EMPTY},%"})

    def asked_since(self, source_id: int, since: str) -> int:
        """Give how many pages of a source were asked for in the runs that started since a time, UTC."""
        (asked,) = self._db.conn.execute(_ASKED_SINCE, [source_id, since]).fetchone()
        return int(asked)

    def due_pages(self, source_id: int, now: str, limit: int, exclude: Collection[int] = ()) -> list[Page]:
        """Give pages to fetch: the never fetched first, newest first; then those that are due the longest.

        Args:
            source_id: Of which source.
            now: UTC; what is due later is left out.
            limit: How many at most.
            exclude: Pages that are being fetched already.
        """
        parameters = {"source": source_id, "now": now, "exclude": json.dumps(list(exclude))}
        pages: list[Page] = []
        for query in (_NEW_PAGES, _PAGES_AGAIN):
            if len(pages) < limit:
                rows = self._db.rows(query, {**parameters, "limit": limit - len(pages)})
                pages.extend(Page(**{**row, "state": PageState(row["state"])}) for row in rows)
        return pages

    def hints(self, page_id: int) -> list[tuple[DiscoveryKind, Candidate]]:
        """Give what each document says of a page that says anything, feeds first; five of them at most."""
        rows = self._db.rows(f"{_PROVENANCE} LIMIT 5", [page_id])
        return [
            (DiscoveryKind(row["kind"]), Candidate(row["url"], **{name: row[name] for name in _STATED}))
            for row in rows
        ]


def _believe(now: str, last_fetched: str, in_vain: int) -> str:
    """Give when a page is fetched that is said to have changed: now, or later where that was never true."""
    if in_vain < _BELIEVED:
        return now
    pause = min(_DOUBT * 2 ** min(in_vain - _BELIEVED, 10), _LONGEST_DOUBT)
    return max(now, f"{datetime.fromisoformat(last_fetched) + pause:%Y-%m-%dT%H:%M:%SZ}")


def _to_discovery(row: dict[str, Any]) -> Discovery:
    return Discovery(**{**row, "kind": DiscoveryKind(row["kind"])})


_SETTLED = """
    SELECT 1 FROM pages WHERE key = :key AND last_fetched >= :moment
    AND (article_id IS NOT NULL OR state IN ('kept', 'skipped', 'alias', 'refused'))
"""

_FETCHED_AT = """
    SELECT 1 FROM pages JOIN fetches ON page_id = pages.id
    WHERE key = :key AND fetched_at = :moment AND outcome <> 'failed'
"""

_ARTICLE_SINCE = "SELECT article_id FROM pages WHERE key = :key AND last_fetched >= :moment"

_NEW = "UPDATE pages SET state = 'new', reason = :reason, next_due = :now WHERE id = :page"

_STATED = ("title", "author", "published", "modified", "excerpt")

_ADD_DISCOVERY = """
    INSERT INTO discoveries (source_id, kind, url) VALUES (?, ?, ?)
    ON CONFLICT (source_id, url) DO UPDATE SET kind = excluded.kind WHERE kind <> excluded.kind
"""

_DISCOVERY = """
    SELECT id, source_id, kind, url, etag, last_modified, digest, failures, checked_at, next_due
    FROM discoveries WHERE source_id = ? AND url = ?
"""

_KNOWN_ARTICLES = """
    SELECT url FROM (SELECT url FROM pages WHERE source_id = :source AND state = 'kept'
        ORDER BY last_fetched DESC LIMIT :limit)
    UNION SELECT url FROM (
        SELECT pages.url FROM provenance
        JOIN discoveries ON discoveries.id = discovery_id JOIN pages ON pages.id = page_id
        WHERE discoveries.source_id = :source AND kind = 'feed' ORDER BY page_id DESC LIMIT :limit)
"""

_NAMED = """
    SELECT pages.key FROM provenance JOIN pages ON pages.id = page_id
    WHERE discovery_id = ? AND found_at <= ? AND pages.key IN (SELECT value FROM json_each(?))
"""

_DISCOVERIES = """
    SELECT id, source_id, kind, url, etag, last_modified, digest, failures, checked_at, next_due
    FROM discoveries WHERE source_id = ? AND changed_at IS NOT NULL ORDER BY id
"""

_RECORD_DISCOVERY = """
    UPDATE discoveries SET
        status = :status, error = :error, failures = :failures,
        checked_at = :checked_at, next_due = :next_due,
        etag = coalesce(:etag, etag), last_modified = coalesce(:last_modified, last_modified),
        digest = coalesce(:digest, digest), changed_at = iif(:changed, :checked_at, changed_at)
    WHERE id = :id
"""

_ADD_PROVENANCE = """
    INSERT INTO provenance (page_id, discovery_id, found_at, title, author, published, modified, excerpt)
    VALUES (:page, :discovery, :now, :title, :author, :published, :modified, :excerpt)
    ON CONFLICT DO UPDATE SET
        title = excluded.title, author = excluded.author, published = excluded.published,
        modified = excluded.modified, excerpt = excluded.excerpt
    WHERE (title, author, published, modified, excerpt) IS NOT
        (excluded.title, excluded.author, excluded.published, excluded.modified, excluded.excerpt)
"""

_PROVENANCE = """
    SELECT pages.url, kind, title, author, published, modified, excerpt
    FROM provenance JOIN pages ON pages.id = page_id JOIN discoveries ON discoveries.id = discovery_id
    WHERE page_id = ? ORDER BY kind <> 'feed', kind <> 'sitemap', found_at DESC
"""

_MAKE_DUE = """
    UPDATE pages SET next_due = :now
    WHERE id = coalesce(
            (SELECT id FROM pages WHERE article_id = :article AND state <> 'alias' LIMIT 1), :page)
        AND (next_due IS NULL OR next_due > :now)
"""

_PAGE = """
    SELECT id, source_id, url, state, etag, last_modified, digest, failures, unchanged
    FROM pages WHERE id = ?
"""

# The indexes are named: SQLite would rather sort all pages of a source than read them in order.
_NEW_PAGES = """
    SELECT id, source_id, url, state, etag, last_modified, digest, failures, unchanged
    FROM pages INDEXED BY idx_pages_new
    WHERE source_id = :source AND state = 'new' AND next_due <= :now
        AND id NOT IN (SELECT value FROM json_each(:exclude))
    ORDER BY lastmod DESC LIMIT :limit
"""

_PAGES_AGAIN = """
    SELECT id, source_id, url, state, etag, last_modified, digest, failures, unchanged
    FROM pages INDEXED BY idx_pages_due
    WHERE source_id = :source AND state <> 'new' AND next_due <= :now
        AND id NOT IN (SELECT value FROM json_each(:exclude))
    ORDER BY next_due LIMIT :limit
"""

_TRY_EMPTY = """
    UPDATE pages SET next_due = :now
    WHERE source_id = :source AND state = 'skipped' AND next_due IS NULL AND reason LIKE :empty
"""

_ASKED_SINCE = """
    SELECT coalesce(sum(fetched + unchanged + failed + gone), 0)
    FROM crawl_sources JOIN crawls ON crawls.id = crawl_id WHERE source_id = ? AND started_at >= ?
"""
