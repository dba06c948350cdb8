"""The only room that writes articles: everything that comes of one fetch is one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

from archive import articles, near_misses, review
from archive.arrivals import note_reading, revise
from archive.capture_index import add_capture
from archive.captures import Captures
from archive.database import Archive
from archive.forgotten import REFUSAL, is_forgotten
from archive.further import add_further
from archive.identity import page_at
from archive.models import (
    Capture,
    Decision,
    Extraction,
    Fetch,
    FetchOutcome,
    Judgement,
    Page,
    PageState,
    RevisionKind,
    SourceCounts,
    to_row,
)
from archive.outcomes import keep, pass_by
from archive.page_states import add_fetch
from archive.readings import Reading
from archive.review import Arrival
from archive.rule_health import note_checks
from archive.site_profile import forget_rare
from archive.skipped import Skipped
from archive.times import utc_now
from archive.urls import page_key
from archive.visits import Recorded, Schedule, Visit


class Writer:
    """Writes what a crawl brings. One at a time: `archive.holding.hold` sees to that."""

    def __init__(self, db: Archive, captures: Captures) -> None:
        self._db = db
        self._captures = captures
        self._articles_before: Collection[str] = ()

    def expect(self, articles: Collection[str]) -> None:
        """Name the articles of an earlier database, by the keys of their addresses.

        Its articles are not what was forgotten, whatever address they declare.
        """
        self._articles_before = articles

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
            asked = page_at(self._db, page.url)
            is_another = asked["article_id"] or page_key(fetch.url) in self._articles_before
            if extraction and is_another and is_forgotten(self._db, extraction.canonical_url):
                extraction = replace(extraction, canonical_url=None)  # its article was not meant
            if extraction and is_forgotten(self._db, fetch.url, extraction.canonical_url):
                state, reason, extraction = PageState.SKIPPED, REFUSAL, None
            capture_id = _add_capture(self._db, fetch.capture)
            arrival = Arrival.of_fetch(fetch, capture_id, extraction, judgement)
            visit = Visit(fetch, state, reason, schedule, arrival)
            if state is PageState.KEPT and extraction and judgement:
                recorded = keep(self._db, asked, visit)
                note_checks(self._db, asked["source_id"], extraction.rule_checks, fetch.fetched_at)
            else:
                recorded = pass_by(self._db, asked, visit)
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
            arrival = Arrival.of_fetch(fetch, page.capture_id, extraction, judgement)
            visit = Visit(fetch, PageState.KEPT, judgement.reason, lambda _: next_due, arrival)
            return keep(self._db, asked, visit)

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
