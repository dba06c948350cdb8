"""The only room that writes articles: everything that comes of one fetch is one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

from archive import articles, near_misses, review
from archive.arrivals import hold, note_reading, revise, write_article
from archive.capture_index import add_capture
from archive.captures import Captures
from archive.database import Archive
from archive.forgotten import REFUSAL, is_forgotten
from archive.further import add_further
from archive.identity import (
    PageRow,
    has_text,
    identify,
    landing_page,
    page_at,
    respell,
    take_over,
    unasked_spelling,
)
from archive.models import (
    Capture,
    Decision,
    Extraction,
    Fetch,
    FetchOutcome,
    HeldReason,
    Judgement,
    Page,
    PageState,
    RevisionKind,
    SourceCounts,
    to_row,
)
from archive.page_states import add_fetch, hold_page, settled, settled_reason, skip_landing, update_page
from archive.readings import Reading
from archive.review import Arrival
from archive.revisions import Content
from archive.rule_health import note_checks
from archive.site_profile import forget_rare
from archive.skipped import Skipped
from archive.times import utc_now
from archive.urls import page_key
from archive.visits import Recorded, Schedule, Visit
from archive.worse import Worse, leads_up, why_worse


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
        crawl_id: int | None,
        outcome: str,
        counts: Mapping[int, SourceCounts],
        errors: Mapping[int, str] | None = None,
    ) -> None:
        """Note how a crawl ended.

        Args:
            crawl_id: Which one; None where no site was crawled, then only what was stored is tidied up.
            outcome: finished, interrupted or failed.
            counts: By source id.
            errors: By source id, why it could not be crawled; one line.
        """
        errors = errors or {}
        with self._db.transaction():
            if crawl_id is not None:
                self._db.table("crawls").update(crawl_id, {"ended_at": utc_now(), "outcome": outcome})
            self._db.table("crawl_sources").upsert_all(
                (
                    {
                        "crawl_id": crawl_id,
                        "source_id": source_id,
                        **to_row(counts.get(source_id, SourceCounts())),
                        "error": errors.get(source_id),
                    }
                    for source_id in sorted({*counts, *errors})
                ),
                pk=("crawl_id", "source_id"),
            )
            forget_rare(self._db)
            self._db.execute(_LINK_ALIASES)

    def record(
        self,
        crawl_id: int | None,
        page: Page,
        fetch: Fetch,
        *,
        state: PageState,
        reason: str | None,
        schedule: Schedule,
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
            schedule: Says when it is fetched again, by what came of it.
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
            capture_id = _add_capture(self._db, fetch.capture)
            arrival = Arrival(
                fetch.fetched_at,
                fetch.url,
                capture_id,
                fetch.digest,
                RevisionKind.PUBLISHER,
                extraction,
                judgement,
            )
            visit = Visit(fetch, state, reason, schedule, arrival)
            if state is PageState.KEPT and extraction and judgement:
                recorded = self._keep(asked, visit)
                note_checks(self._db, asked["source_id"], extraction.rule_checks, fetch.fetched_at)
            else:
                recorded = self._pass(asked, visit)
            add_fetch(self._db, crawl_id, page.id, fetch, recorded.outcome, capture_id)
            self._captures.sync(fetch.capture)
            for number, one in enumerate(further, 2):
                add_further(self._db, self._captures, crawl_id, asked, number, one, recorded)
        return recorded

    def reread(self, reading: Reading, at: str, extraction: Extraction, judgement: Judgement) -> Recorded:
        """Bring an article to what today's rules make of the response that it was read from last.

        Args:
            reading: How it was read before.
            at: When it was read again, UTC.
            extraction: What the rules make of it now.
            judgement: By today's names. An article that is not about the series any more stays.

        Raises:
            ArchiveError: It cannot be written; nothing of it is stored.
        """
        arrival = Arrival(
            at, reading.url, reading.capture_id, None, RevisionKind.RULES, extraction, judgement
        )
        with self._db.transaction():
            before = articles.current_revision(self._db, reading.article_id)["id"]
            recorded = revise(self._db, reading.article_id, arrival)
            if recorded.revision_id:
                self._db.execute(_SAME_PAGES, [recorded.revision_id, before])
            note_reading(self._db, reading.article_id, arrival)
        return recorded

    def reconsider(
        self, page: Skipped, extraction: Extraction, judgement: Judgement, next_due: str
    ) -> Recorded:
        """Judge a page again that was skipped, by the response that it was judged by.

        Args:
            page: The page.
            extraction: What the rules make of it now.
            judgement: By today's names. When it is about the series, it becomes an article.
            next_due: When it is fetched again then, UTC.

        Raises:
            ArchiveError: It cannot be written; nothing of it is stored.
        """
        with self._db.transaction():
            asked = page_at(self._db, page.page_url)
            if not judgement.relevant or asked["state"] != PageState.SKIPPED:
                near_misses.note(self._db, page.page_id, page.fetched_at, extraction.title, judgement)
                self._db.update("pages", page.page_id, {"reason": judgement.reason})
                return Recorded(FetchOutcome.SKIPPED, reason=judgement.reason)
            etag, last_modified, digest = self._db.conn.execute(_VALIDATORS, [page.page_id]).fetchone()
            fetch = Fetch(
                page.page_id,
                page.url,
                page.fetched_at,
                HTTPStatus.OK,
                etag=etag,
                last_modified=last_modified,
                digest=digest,
            )
            arrival = Arrival(
                page.fetched_at,
                page.url,
                page.capture_id,
                digest,
                RevisionKind.PUBLISHER,
                extraction,
                judgement,
            )
            visit = Visit(fetch, PageState.KEPT, judgement.reason, lambda _: next_due, arrival)
            return self._keep(asked, visit)

    def set_judged(self, page_id: int, names_version: str) -> None:
        """Note that a page was judged by some names, though there is nothing to judge in it."""
        with self._db.transaction():
            self._db.update("pages", page_id, {"judged_by": names_version})

    def accept(self, held_id: int, at: str) -> Recorded:
        """Let something in that was held back: a revision; where it brings no text, the article is gone.

        Args:
            held_id: What.
            at: When that is decided, UTC.

        Raises:
            ArchiveError: It cannot be written; nothing of it is stored.
        """
        with self._db.transaction():
            (article_id,) = self._db.conn.execute(
                "SELECT article_id FROM held WHERE id = ?", [held_id]
            ).fetchone()
            arrival = review.content_of(self._db, held_id)
            page: dict[str, object] = {"reason": None, "failures": 0}
            if arrival.extraction is None:
                articles.lose_article(self._db, article_id, arrival.seen_at)
                recorded = Recorded(FetchOutcome.GONE, article_id)
                page |= {"state": PageState.GONE, "next_due": None}
            else:
                recorded = revise(self._db, article_id, arrival, guarded=False)
                note_reading(self._db, article_id, arrival)
                page |= {"digest": arrival.digest, "etag": None, "last_modified": None}
            if arrival.kind is RevisionKind.PUBLISHER:
                for (page_id,) in self._db.conn.execute(
                    "SELECT id FROM pages WHERE article_id = ? AND state <> 'alias'", [article_id]
                ).fetchall():
                    self._db.update("pages", page_id, page)
            review.decide(self._db, held_id, Decision.ACCEPTED, at, recorded.revision_id)
        return recorded

    def reject(self, held_id: int, at: str) -> None:
        """Keep something out for good that was held back.

        Args:
            held_id: What.
            at: When that is decided, UTC.

        Raises:
            ArchiveError: It cannot be written.
        """
        with self._db.transaction():
            review.decide(self._db, held_id, Decision.REJECTED, at)

    def _pass(self, page: PageRow, visit: Visit) -> Recorded:
        """Record a fetch that brings no article."""
        fetch, state, reason = visit.fetch, visit.state, visit.reason
        alias = page["state"] == PageState.ALIAS
        article_id = None if alias else page["article_id"]
        if article_id and state is PageState.SKIPPED:
            return self._hold(page, article_id, visit, self._why_skipped(article_id, page, visit))
        if fetch.status == HTTPStatus.NOT_MODIFIED or (fetch.digest and fetch.digest == page["digest"]):
            outcome, state, reason = FetchOutcome.UNCHANGED, settled(page), reason or settled_reason(page)
            if article_id:
                articles.see_article(self._db, article_id, fetch.fetched_at)
                review.pass_over(self._db, article_id, RevisionKind.PUBLISHER, fetch.fetched_at)
        else:
            outcome = FetchOutcome(state)
        if article_id and state is PageState.GONE:
            articles.lose_article(self._db, article_id, fetch.fetched_at)
        if state is PageState.SKIPPED and visit.arrival.judgement:
            title = visit.arrival.extraction.title if visit.arrival.extraction else None
            near_misses.note(self._db, page["id"], fetch.fetched_at, title, visit.arrival.judgement)
        if fetch.leads_to:
            self._db.update("pages", page["id"], {"leads_to": page_key(fetch.leads_to)})
        recorded = Recorded(outcome, article_id, reason=reason)
        next_due = visit.schedule(recorded)
        if state is PageState.GONE and not article_id and (other := unasked_spelling(self._db, page)):
            respell(self._db, page, other, fetch.fetched_at)
            state, reason, next_due = PageState.NEW, f"not at {page['url']}", fetch.fetched_at
        update_page(
            self._db,
            page["id"],
            fetch,
            state,
            reason,
            next_due=next_due,
            article_id=page["article_id"] if state is PageState.ALIAS else article_id,
            news=outcome is not FetchOutcome.UNCHANGED and not (state == page["state"] == PageState.GONE),
        )
        if state is PageState.SKIPPED and page_key(fetch.url) != page["key"]:
            skip_landing(self._db, page["id"], fetch.url)
        return recorded

    def _keep(self, asked: PageRow, visit: Visit) -> Recorded:
        """Record a fetch that brings an article, on the page that the document belongs to."""
        fetch = visit.fetch
        extraction, _ = visit.arrival.content
        own = asked["article_id"] if asked["state"] != PageState.ALIAS else None
        if own and leads_up(asked["url"], fetch.url) and not has_text(self._db, own, extraction.text):
            return self._hold(asked, own, visit, _leads_up(fetch.url))
        page = landing_page(self._db, asked, fetch.url, extraction, fetch.fetched_at)
        held = page["article_id"] and page["state"] != PageState.ALIAS
        if not held and not extraction.text.strip() and not extraction.reserved:
            empty = replace(visit, state=PageState.SKIPPED, reason="The page has no text.")
            return self._pass(asked, empty)
        identity = identify(self._db, page, asked, extraction)
        recorded, state = Recorded(FetchOutcome.ALIAS, identity.article_id), PageState.ALIAS
        if identity.holds:
            recorded, state = (
                write_article(self._db, page["source_id"], identity, fetch, visit.arrival),
                PageState.KEPT,
            )
        if recorded.outcome is FetchOutcome.HELD_BACK and recorded.article_id:
            hold_page(self._db, page["id"], visit, recorded)
        else:
            update_page(
                self._db,
                page["id"],
                fetch,
                state,
                visit.reason if identity.holds else None,
                next_due=visit.schedule(recorded) if identity.holds else None,
                article_id=recorded.article_id,
                news=recorded.is_news,
            )
        if identity.holds and recorded.article_id:
            take_over(self._db, recorded.article_id, page["id"], identity.url)
        if asked["id"] != page["id"]:
            self._leave(asked, visit, recorded)
        return recorded

    def _leave(self, asked: PageRow, visit: Visit, landed: Recorded) -> None:
        """Record a page that redirects to another one; an article of its own stays with it."""
        own, url = asked["article_id"], visit.fetch.url
        if own and own != landed.article_id and asked["state"] != PageState.ALIAS:
            nothing = replace(visit.arrival, extraction=None, judgement=None)
            elsewhere = Worse(HeldReason.LEADS_ELSEWHERE, f"it leads to another article now, {url}")
            self._hold(asked, own, replace(visit, arrival=nothing), elsewhere)
            return
        update_page(
            self._db,
            asked["id"],
            visit.fetch,
            PageState.ALIAS,
            f"leads to {url}",
            next_due=None,
            article_id=landed.article_id,
            news=False,
        )

    def _hold(self, page: PageRow, article_id: int, visit: Visit, worse: Worse) -> Recorded:
        """Record a fetch whose page has an article that it must not touch."""
        recorded = hold(self._db, article_id, visit.arrival, worse)
        hold_page(self._db, page["id"], visit, recorded)
        return recorded

    def _why_skipped(self, article_id: int, page: PageRow, visit: Visit) -> Worse:
        """Say what is wrong with a page that was an article and is none now."""
        extraction, url, reason = (
            visit.arrival.extraction,
            visit.fetch.url,
            visit.reason or "it is no article",
        )
        if leads_up(page["url"], url):
            return _leads_up(url)
        if extraction:
            current = Content.of_row(articles.current_revision(self._db, article_id))
            if worse := why_worse(current, Content.of(extraction)):
                return worse
        if page_key(url) != page["key"]:
            return Worse(HeldReason.LEADS_ELSEWHERE, reason)
        return Worse(HeldReason.NOT_RELEVANT if extraction else HeldReason.UNREADABLE, reason)

    def add_capture(self, capture: Capture) -> None:
        """Add the row of a capture that is no page's, durable already."""
        with self._db.transaction():
            add_capture(self._db, capture)


_VALIDATORS = "SELECT etag, last_modified, digest FROM pages WHERE id = ?"

_LINK_ALIASES = """
    UPDATE pages SET article_id = (
        SELECT article_id FROM pages AS target WHERE target.key = pages.leads_to)
    WHERE state = 'alias' AND article_id IS NULL AND leads_to IS NOT NULL
"""
"""What a page leads to may be recorded after it."""

_SAME_PAGES = """
    INSERT INTO revision_pages (revision_id, number, capture_id)
    SELECT ?, number, capture_id FROM revision_pages WHERE revision_id = ?
"""


def _add_capture(db: Archive, capture: Capture | None) -> int | None:
    return add_capture(db, capture) if capture else None


def _leads_up(url: str) -> Worse:
    return Worse(HeldReason.NOT_FOUND, f"it leads to {url} now")
