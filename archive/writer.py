"""The only room that writes articles: everything that comes of one fetch is one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus

from archive import articles
from archive.captures import Captures
from archive.database import Archive
from archive.forgotten import REFUSAL, is_forgotten
from archive.identity import Identity, PageRow, identify, known_page, landing_page, page_at, take_over
from archive.models import (
    Capture,
    Extraction,
    Fetch,
    FetchOutcome,
    Judgement,
    Page,
    PageState,
    RevisionKind,
    SourceCounts,
)
from archive.revisions import Content, changed_fields, revision_kind, why_worse
from archive.rule_health import note_checks
from archive.site_profile import forget_rare, learn
from archive.times import utc_now

HELD_BACK = "held back: "
"""How the reason of a page begins whose last extraction was not let into its article."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of recording a fetch."""

    outcome: FetchOutcome
    article_id: int | None = None
    revision: RevisionKind | None = None
    """None: the archive had this content already."""
    changed: tuple[str, ...] = ()
    """The fields that a revision changed."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A fetch that brings an article about the series."""

    fetch: Fetch
    capture_id: int | None
    reason: str | None
    next_due: str | None
    extraction: Extraction
    judgement: Judgement


class Writer:
    """Writes what a crawl brings. One at a time: `archive.database.hold` sees to that."""

    def __init__(self, db: Archive, captures: Captures) -> None:
        self._db = db
        self._captures = captures

    def start_crawl(self, version: str) -> int:
        """Note that a crawl begins, and that those that never ended were interrupted.

        Args:
            version: Of this program.

        Returns:
            The crawl's id.
        """
        with self._db.transaction():
            self._db.execute("UPDATE crawls SET outcome = 'interrupted' WHERE outcome = 'running'")
            return self._db.insert("crawls", {"started_at": utc_now(), "version": version})

    def finish_crawl(
        self,
        crawl_id: int,
        outcome: str,
        counts: Mapping[int, SourceCounts],
        errors: Mapping[int, str] | None = None,
    ) -> None:
        """Note how a crawl ended.

        Args:
            crawl_id: Which one.
            outcome: finished, interrupted or failed.
            counts: By source id.
            errors: By source id, why it could not be crawled; one line.
        """
        errors = errors or {}
        with self._db.transaction():
            self._db.table("crawls").update(crawl_id, {"ended_at": utc_now(), "outcome": outcome})
            self._db.table("crawl_sources").upsert_all(
                (
                    {
                        "crawl_id": crawl_id,
                        "source_id": source_id,
                        **asdict(counts.get(source_id, SourceCounts())),
                        "error": errors.get(source_id),
                    }
                    for source_id in sorted({*counts, *errors})
                ),
                pk=("crawl_id", "source_id"),
            )
            forget_rare(self._db)

    def record(
        self,
        crawl_id: int | None,
        page: Page,
        fetch: Fetch,
        *,
        state: PageState,
        reason: str | None,
        next_due: str | None,
        extraction: Extraction | None = None,
        judgement: Judgement | None = None,
        further: Sequence[Fetch] = (),
    ) -> Recorded:
        """Keep everything that came of one fetch, or nothing of it. The capture is durable before that.

        Args:
            crawl_id: The crawl it belongs to.
            page: What was asked for.
            fetch: What came back.
            state: What became of the page. For an answer that says nothing new (304, or the body that is
                known) it is ``page.state`` and there is no extraction.
            reason: Why, one line for people.
            next_due: When it is fetched again, UTC; None for never.
            extraction: What the rules made of it.
            judgement: Is it about the series.
            further: The fetches of the article's further pages, in order; they become aliases of it.

        Raises:
            ArchiveError: It cannot be written; nothing of it is stored.
        """
        with self._db.transaction():
            if extraction and is_forgotten(self._db, fetch.url, extraction.canonical_url):
                state, reason, extraction = PageState.SKIPPED, REFUSAL, None
            asked = page_at(self._db, page.url)
            capture_id = self._add_capture(fetch.capture)
            if state is PageState.KEPT and extraction and judgement:
                arrival = _Arrival(fetch, capture_id, reason, next_due, extraction, judgement)
                recorded = self._keep(asked, arrival)
                note_checks(self._db, asked["source_id"], extraction.rule_checks, fetch.fetched_at)
            else:
                recorded = self._pass(asked, fetch, state, reason, next_due)
            self._add_fetch(crawl_id, page.id, fetch, recorded.outcome, capture_id)
            self._captures.sync(fetch.capture)
            for number, one in enumerate(further, 2):
                self._add_further(crawl_id, asked, number, one, recorded)
        return recorded

    def _pass(
        self, page: PageRow, fetch: Fetch, state: PageState, reason: str | None, next_due: str | None
    ) -> Recorded:
        """Record a fetch that brings no article."""
        alias = page["state"] == PageState.ALIAS
        article_id = None if alias else page["article_id"]
        if article_id and state is PageState.SKIPPED:
            outcome, state, reason = FetchOutcome.HELD_BACK, PageState.KEPT, f"{HELD_BACK}{reason}"
        elif fetch.status == HTTPStatus.NOT_MODIFIED or (fetch.digest and fetch.digest == page["digest"]):
            outcome, state, reason = FetchOutcome.UNCHANGED, _settled(page), reason or _settled_reason(page)
            if article_id:
                self._db.update("articles", article_id, {"last_seen": fetch.fetched_at, "gone_at": None})
        else:
            outcome = FetchOutcome(state)
        if article_id and state is PageState.GONE:
            self._db.execute(
                "UPDATE articles SET gone_at = coalesce(gone_at, ?) WHERE id = ?",
                [fetch.fetched_at, article_id],
            )
        self._update_page(
            page["id"],
            fetch,
            state,
            reason,
            next_due=next_due,
            article_id=page["article_id"] if state is PageState.ALIAS else article_id,
            news=outcome is not FetchOutcome.UNCHANGED,
        )
        if state is PageState.SKIPPED and fetch.url != page["url"]:
            self._db.execute(_SKIP_LANDING, {"id": page["id"], "final": fetch.url})
        return Recorded(outcome, article_id, reason=reason)

    def _keep(self, asked: PageRow, arrival: _Arrival) -> Recorded:
        """Record a fetch that brings an article, on the page that the document belongs to."""
        fetch, next_due = arrival.fetch, arrival.next_due
        page = landing_page(self._db, asked, fetch.url, arrival.extraction, fetch.fetched_at)
        held = page["article_id"] and page["state"] != PageState.ALIAS
        if not held and not arrival.extraction.text.strip():
            return self._pass(asked, fetch, PageState.SKIPPED, "The page has no text.", next_due)
        identity = identify(self._db, page, asked, arrival.extraction)
        recorded, state = Recorded(FetchOutcome.ALIAS, identity.article_id), PageState.ALIAS
        if identity.holds:
            recorded, state = self._write_article(page, identity, arrival), PageState.KEPT
        self._update_page(
            page["id"],
            fetch,
            state,
            recorded.reason,
            next_due=next_due if identity.holds else None,
            article_id=recorded.article_id,
            news=recorded.revision is not None,
        )
        if identity.holds and recorded.article_id:
            take_over(self._db, recorded.article_id, page["id"])
        if asked["id"] != page["id"]:
            self._leave(asked, fetch, recorded.article_id, next_due)
        return recorded

    def _leave(self, asked: PageRow, fetch: Fetch, article_id: int | None, next_due: str | None) -> None:
        """Record a page that redirects to another one; an article of its own stays with it."""
        own = asked["article_id"]
        if own and own != article_id and asked["state"] != PageState.ALIAS:
            reason, state = f"{HELD_BACK}it leads to another article now, {fetch.url}", PageState.KEPT
        else:
            reason, state = f"leads to {fetch.url}", PageState.ALIAS
            own, next_due = article_id, None
        self._update_page(asked["id"], fetch, state, reason, next_due=next_due, article_id=own, news=False)

    def _write_article(self, page: PageRow, identity: Identity, arrival: _Arrival) -> Recorded:
        """Add an article, or a revision to it, unless that would make it worse."""
        fetch, extraction, judgement = arrival.fetch, arrival.extraction, arrival.judgement
        kind, article_id = RevisionKind.FIRST, identity.article_id
        changed: tuple[str, ...] = ()
        if article_id is None:
            article_id = articles.add_article(
                self._db, page["source_id"], identity.url, fetch, extraction, judgement
            )
        else:
            current = articles.current_revision(self._db, article_id)
            old, new = Content.of_row(current), Content.of(extraction)
            if worse := why_worse(old, new):
                return Recorded(FetchOutcome.HELD_BACK, article_id, reason=f"{HELD_BACK}{worse}")
            changed = changed_fields(old, new)
            kind = revision_kind(
                same_rules=current["rules_version"] == extraction.rules_version,
                same_capture=bool(fetch.capture and fetch.capture.digest == current["digest"]),
            )
            articles.update_article(self._db, article_id, fetch, extraction, judgement, content=bool(changed))
        articles.set_mentions(self._db, article_id, judgement)
        if identity.article_id is None:
            learn(self._db, page["source_id"], article_id, extraction)
        if identity.article_id and not changed:
            return Recorded(FetchOutcome.KEPT, article_id, reason=arrival.reason)
        articles.add_revision(
            self._db, article_id, kind, changed, fetch.fetched_at, arrival.capture_id, extraction
        )
        articles.set_authors(self._db, article_id, extraction.authors)
        return Recorded(FetchOutcome.KEPT, article_id, kind, changed, arrival.reason)

    def _add_capture(self, capture: Capture | None) -> int | None:
        return self._db.insert("captures", asdict(capture)) if capture else None

    def _add_further(
        self, crawl_id: int | None, first: PageRow, number: int, fetch: Fetch, recorded: Recorded
    ) -> None:
        """Record a further page of an article; one that is an article of its own stays that."""
        page = known_page(self._db, first["source_id"], fetch.url, fetch.fetched_at)
        capture_id = self._add_capture(fetch.capture)
        state = PageState.ALIAS if recorded.article_id else PageState.SKIPPED
        if page["state"] != PageState.KEPT:
            self._update_page(
                page["id"],
                fetch,
                state,
                f"page {number} of {first['url']}",
                next_due=None,
                article_id=recorded.article_id,
                news=True,
            )
        self._add_fetch(crawl_id, page["id"], fetch, FetchOutcome(state), capture_id)
        self._captures.sync(fetch.capture)
        if recorded.revision:
            self._db.execute(
                "INSERT INTO revision_pages (revision_id, number, capture_id)"
                " SELECT revision_id, ?, ? FROM articles WHERE id = ?",
                [number, capture_id, recorded.article_id],
            )

    def _add_fetch(
        self, crawl_id: int | None, page_id: int, fetch: Fetch, outcome: FetchOutcome, capture_id: int | None
    ) -> None:
        self._db.insert(
            "fetches",
            {
                "page_id": page_id,
                "crawl_id": crawl_id,
                "url": fetch.url,
                "fetched_at": fetch.fetched_at,
                "status": fetch.status,
                "error": fetch.error,
                "outcome": outcome,
                "seconds": fetch.seconds,
                "bytes": fetch.bytes,
                "capture_id": capture_id,
            },
        )

    def _update_page(
        self,
        page_id: int,
        fetch: Fetch,
        state: PageState,
        reason: str | None,
        *,
        next_due: str | None,
        article_id: int | None,
        news: bool,
    ) -> None:
        self._db.conn.execute(
            _UPDATE_PAGE,
            {
                "id": page_id,
                "state": state,
                "reason": reason,
                "article": article_id,
                "status": fetch.status,
                "received": fetch.status is not None and 200 <= fetch.status < 300,
                "answered": fetch.status is not None and state is not PageState.FAILED,
                "failed": state is PageState.FAILED,
                "news": news,
                "etag": fetch.etag,
                "last_modified": fetch.last_modified,
                "digest": fetch.digest,
                "fetched_at": fetch.fetched_at,
                "next_due": next_due,
            },
        )


_UPDATE_PAGE = """
    UPDATE pages SET
        state = :state, reason = :reason, status = :status, article_id = :article, next_due = :next_due,
        etag = iif(:received, :etag, coalesce(:etag, etag)),
        last_modified = iif(:received, :last_modified, coalesce(:last_modified, last_modified)),
        digest = iif(:received, coalesce(:digest, digest), digest),
        last_fetched = iif(:answered, :fetched_at, last_fetched),
        attempts = attempts + 1,
        failures = iif(:failed, failures + 1, 0),
        unchanged = iif(:news, 0, unchanged + 1)
    WHERE id = :id
"""

_SKIP_LANDING = """
    UPDATE pages SET (state, reason, status, etag, last_modified, digest, last_fetched, next_due) = (
        SELECT state, reason, status, etag, last_modified, digest, last_fetched, next_due
        FROM pages WHERE id = :id)
    WHERE url = :final AND state = 'new'
"""
"""The page at the end of a redirect has been seen as well: it is not fetched again at once."""


def _settled(page: PageRow) -> PageState:
    """Give the state of a page that answers as before; what it was in between (failed, gone) is over."""
    if page["state"] == PageState.ALIAS:
        return PageState.ALIAS
    return PageState.KEPT if page["article_id"] else PageState.SKIPPED


def _settled_reason(page: PageRow) -> str | None:
    if page["state"] in {PageState.FAILED, PageState.GONE, PageState.REFUSED}:
        return None if page["article_id"] else "It answers as when it was skipped."
    reason: str | None = page["reason"]
    return reason
