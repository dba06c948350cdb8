"""From what a spider yields to the archive."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.errors import ArchiveError
from archive.models import Candidate, Extraction, Fetch, FetchOutcome, Page, PageState, RevisionKind
from archive.readings import Reading
from archive.revisions import Content
from archive.times import utc_now
from archive.visits import EMPTY, Recorded
from crawler.extraction.reservations import page_reservations
from crawler.extraction.site import Site
from crawler.extraction.urls import clean_url
from crawler.further_pages import PageMissingError, gather, is_wanted
from crawler.hints import with_hints
from crawler.items import DiscoveryAnswer, PageAnswer, PageFailure, PastAnswer, Rest, named_headers
from crawler.processing import Reading as PageReading
from crawler.processing import judge_again, promote, read_page, read_stored, without_text
from crawler.relevance import judge_hints
from crawler.rhythm import next_reading, next_trial
from crawler.schedule import fresh_for, plan
from crawler.session import Session
from crawler.workers import UnreadableError, WorkError

log = logging.getLogger(__name__)

_BATCH = 1000
"""Candidates that are stored at once: pages of other sources get their turn in between."""
_PATIENCE = 2
"""Failures in a row of an article, one of whose further pages does not answer, until it is kept without."""
_SHORTEST_TEXT = 40
"""Characters; what is shorter says that it is loading, or asks for a browser."""
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class ArchivePipeline:
    """Stores what documents and pages bring; counts it for the source."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)
        self._run = self._session.source_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Store an item of ours.

        Raises:
            SessionEndedError: The archive cannot be written to.
        """
        match item:
            case DiscoveryAnswer():
                await self._discovery(item)
            case PageAnswer(page, response):
                await self._page(page, response)
            case PastAnswer():
                await self._past(item)
            case Rest(url, until, said):
                await self._postpone(url, until, said)
            case PageFailure(page):
                await self._page_failure(item)
        return item

    async def _discovery(self, item: DiscoveryAnswer) -> None:
        """Store the candidates first: once a document counts as read, it is not read again for them."""
        session, discovery, response = self._session, item.discovery, item.response
        news = item.news
        candidates = self._prefilter(item.candidates)
        for start in range(0, len(candidates), _BATCH):
            added = await session.write(
                session.frontier.add_candidates,
                discovery.id,
                discovery.source_id,
                candidates[start : start + _BATCH],
                session.started_at,
            )
            self._run.found += added.new  # only now: other documents were counted while we waited
            news += added.news
        if item.goes_on:
            return
        until = item.until or (response.meta.get("rest_until") if response else None)
        if item.error is None:
            self._run.readable += 1
        elif until:
            await self._postpone(discovery.url, until, item.error if item.until else None)
        else:
            self._run.problem = self._run.problem or item.error
        now = utc_now()
        capture = response.meta["capture"] if response else None
        if capture:
            await session.write(session.captures.sync, capture)
        await session.write(
            session.frontier.record_discovery,
            discovery.id,
            status=response.status if response else None,
            error=item.error,
            checked_at=now,
            changed=item.error is None and response is not None and "unchanged" not in response.flags,
            next_due=_due_again(item, now, until, news=news > 0),
            failures=0 if item.error is None else discovery.failures + 1,
            capture=capture,
            **_validators(item),
        )

    def _prefilter(self, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """Leave out pages whose title or excerpt names nothing of the series, where the source wants that.

        Of what says nothing of a page, nothing can be known; it is fetched.
        """
        if not self._run.config.prefilter:
            return candidates
        wanted = [one for one in candidates if self._may_be_relevant(one)]
        if left_out := len(candidates) - len(wanted):
            self._run.remark(f"left out by what is said of them (prefilter): {left_out}")
        return wanted

    def _may_be_relevant(self, candidate: Candidate) -> bool:
        if not candidate.title:
            return True
        return judge_hints(candidate.title, candidate.excerpt, self._session.series).score > 0

    async def _postpone(self, url: str, until: str, said: str | None = None) -> None:
        """Keep to what a host asked for; when it is that of the source, in later runs too."""
        self._run.resting = True
        self._run.remark(said or f"asked us to wait until {until}")
        if urlsplit(url).netloc == urlsplit(self._run.config.home).netloc:
            await self._session.write(self._session.frontier.postpone, self._run.source.id, until)

    async def _page(self, page: Page, response: Response) -> None:
        self._run.fetched += response.status == HTTPStatus.OK
        fetch = _fetch(page, response)
        if "unchanged" in response.flags:
            await self._record(page, fetch, page.state, fresh=_fresh(response))
        elif target := response.meta.get("leads_to"):
            fetch = replace(fetch, leads_to=target)
            await self._record(page, fetch, PageState.ALIAS, f"leads to {target}")
        elif response.status in _GONE:
            await self._record(page, fetch, PageState.GONE, _status(response))
        elif response.status != HTTPStatus.OK:
            if until := response.meta.get("rest_until", ""):
                await self._postpone(response.url, until)
            await self._record(page, fetch, PageState.FAILED, _status(response), until=until)
        elif not self._run.is_own(response.url):
            await self._record(page, fetch, PageState.SKIPPED, f"leads to another site: {response.url}")
        else:
            await self._read(page, response, fetch)

    async def _read(self, page: Page, response: Response, fetch: Fetch) -> None:
        """Let a worker read a page, and store what comes of it."""
        site = self._session.site_of(self._run, fetch.url, known=page.state is PageState.KEPT)
        try:
            reading, further = await self._read_whole(page, response, fetch.url, site)
            await self._read_again(page, reading, site)
        except UnreadableError as error:
            await self._record(page, fetch, PageState.SKIPPED, str(error))
        except (WorkError, PageMissingError) as error:
            if self._session.stopping:
                return  # the signal may have ended the worker, or the request
            # Without validators, so that the next attempt gets the whole page again.
            fetch = _fetch(page, response, with_validators=False)
            await self._record(page, fetch, PageState.FAILED, f"could not be read: {error}")
        else:
            if not reading.judgement.relevant and self._session.is_promoted(page):
                reading = promote(reading)
            state = PageState.KEPT if reading.judgement.relevant else PageState.SKIPPED
            if state is PageState.KEPT:
                told = with_hints(reading.extraction, self._session.due.hints(page.id))
                reading = replace(reading, extraction=told)
            reason = reading.judgement.reason
            if state is PageState.SKIPPED and _is_empty(reading.extraction):
                self._run.empty += 1
                shown = " in a browser too" if self._run.config.render else ""
                reason = f"{EMPTY}{shown}, and {reason}"
            await self._record(page, fetch, state, reason, reading, further, fresh=_fresh(response))

    async def _read_whole(
        self, page: Page, response: Response, url: str, site: Site
    ) -> tuple[PageReading, list[Fetch]]:
        """Let a worker read a page and the further pages of its article; give it with their fetches."""
        reading = await self._extract(response, url, site)
        reserved = self._reserved(response)
        if reserved:
            reading = self._reduce(reading, reserved)
        if reserved and self._run.config.reserved != "full":
            return reading, []
        return await self._with_further_pages(page, reading, site)

    async def _past(self, item: PastAnswer) -> None:
        """Read what an article said earlier, and put it in its place among the revisions.

        Raises:
            ArchiveError: It could not be read now; another time it may.
        """
        session, page, fetch = self._session, item.page, _fetch(item.page, item.response)
        site = session.site_of(self._run, fetch.url, known=True)
        try:
            reading, further = await self._read_whole(page, item.response, fetch.url, site)
        except UnreadableError:
            self._run.skipped += 1
            await session.write(session.past.keep_capture, fetch.capture)
            return
        except (WorkError, PageMissingError) as error:
            raise ArchiveError(f"{fetch.url}: could not be read: {error}") from None
        told = with_hints(reading.extraction, session.due.hints(page.id))
        around = await session.write(session.past.readings_around, item.article_id, fetch.fetched_at)
        today = {
            number: Content.of(again.extraction)
            for number, stored in around.items()
            if (again := await self._read_today(stored, site))
        }
        recorded = await session.write(
            session.past.record,
            session.crawl_id,
            page,
            fetch,
            told,
            reading.judgement,
            today=today,
            further=further,
        )
        self._count(recorded, fetch)

    async def _read_today(self, stored: Reading, site: Site) -> PageReading | None:
        """Read a stored response as we read today; None when that is not possible any more."""
        folder, series = self._session.config.archive.captures, self._session.series
        try:
            return await self._session.workers.run(read_stored, folder, stored, series, site)
        except (UnreadableError, WorkError) as error:
            log.info("%s: the stored response cannot be read again: %s", stored.url, error)
            return None

    def _reserved(self, response: Response) -> tuple[str, ...]:
        """Give what the publisher reserves, by the page and by the rules of its site."""
        of_site = response.meta.get("reserved")
        of_page = page_reservations(response.body, named_headers(response))
        return (of_site, *of_page) if of_site else of_page

    def _reduce(self, reading: PageReading, reserved: tuple[str, ...]) -> PageReading:
        """Leave what may be kept of a page that is reserved, as the source is configured.

        Raises:
            UnreadableError: That is nothing.
        """
        match self._run.config.reserved:
            case "metadata":
                return without_text(reading, reserved)
            case "skip":
                raise UnreadableError(f"its publisher reserves it: {', '.join(reserved)}")
            case "full":
                return replace(reading, extraction=replace(reading.extraction, reserved=reserved))

    async def _extract(self, response: Response, url: str, site: Site) -> PageReading:
        return await self._session.workers.run(
            read_page,
            response.body,
            url,
            named_headers(response),
            self._session.series,
            site,
        )

    async def _with_further_pages(
        self, page: Page, reading: PageReading, site: Site
    ) -> tuple[PageReading, list[Fetch]]:
        """Give what was read with the further pages of the article, where it has any, and their fetches."""
        first = reading.extraction
        if not is_wanted(first, site, relevant=reading.judgement.relevant):
            return reading, []

        async def read(response: Response) -> Extraction:
            self._run.fetched += 1
            reserved = self._reserved(response)
            if reserved and self._run.config.reserved != "full":
                raise UnreadableError(f"its publisher reserves it: {', '.join(reserved)}")
            return (await self._extract(response, response.url, site)).extraction

        gathered = await gather(
            self._crawler,
            first,
            self._run.is_own,
            read,
            lambda: bool(self._session.stopping),
            patient=page.state is PageState.KEPT or page.failures < _PATIENCE,
        )
        joined = await self._session.workers.run(judge_again, gathered.extraction, self._session.series)
        fetches = [_fetch(page, response) for response in gathered.responses]
        return joined, [
            replace(fetch, url=clean_url(response.url) or response.url)
            for fetch, response in zip(fetches, gathered.responses, strict=True)
        ]

    async def _read_again(self, page: Page, reading: PageReading, site: Site) -> None:
        """Where an article reads otherwise now, read its last response again first, as we read today.

        So what other rules change, or what was learnt of the site since, is not taken for the publisher's.
        """
        before = self._session.reading_of(page)
        if before is None or not self._session.reads_otherwise(before, reading.extraction):
            return
        again = await self._read_today(before, site)
        if again is None:
            return
        told = with_hints(again.extraction, self._session.due.hints(page.id))
        await self._session.write(self._session.writer.reread, before, utc_now(), told, again.judgement)

    async def _page_failure(self, item: PageFailure) -> None:
        fetch = Fetch(item.page.id, item.url, utc_now(), None, error=item.error)
        state = PageState.REFUSED if item.refused else PageState.FAILED
        await self._record(item.page, fetch, state, item.error)

    async def _record(
        self,
        page: Page,
        fetch: Fetch,
        state: PageState,
        reason: str | None = None,
        reading: PageReading | None = None,
        further: Sequence[Fetch] = (),
        *,
        until: str = "",
        fresh: timedelta = timedelta(),
    ) -> None:
        recorded = await self._session.write(
            self._session.writer.record,
            self._session.crawl_id,
            page,
            fetch,
            state=state,
            reason=reason,
            schedule=plan(page, fetch.fetched_at, until=until, fresh=fresh),
            extraction=reading.extraction if reading else None,
            judgement=reading.judgement if reading else None,
            further=further,
        )
        self._count(recorded, fetch)
        scheduler: Any = self._crawler.engine.scheduler
        scheduler.done(page)

    def _count(self, recorded: Recorded, fetch: Fetch) -> None:
        """Count an outcome; what a page leads to, or is asked for at next, is counted in its turn."""
        if recorded.respelled:
            return
        match recorded.outcome:
            case FetchOutcome.UNCHANGED:
                self._run.unchanged += 1
            case FetchOutcome.SKIPPED:
                self._run.skipped += 1
            case FetchOutcome.FAILED:
                self._run.failed += 1
            case FetchOutcome.REFUSED:
                self._run.refused += 1
            case FetchOutcome.GONE:
                self._run.gone += 1
            case FetchOutcome.HELD_BACK:
                self._run.held += 1
            case _ if fetch.status == HTTPStatus.OK:
                self._run.kept += 1
                self._run.added += recorded.revision is RevisionKind.FIRST
                self._run.edited += recorded.revision is RevisionKind.PUBLISHER


def _fetch(page: Page, response: Response, *, with_validators: bool = True) -> Fetch:
    redirected = "redirect_urls" in response.meta
    return Fetch(
        page.id,
        (clean_url(response.url) or response.url) if redirected else page.url,
        response.meta["received_at"],
        response.status,
        seconds=response.meta.get("download_latency"),
        bytes=response.meta["transferred"],
        etag=_header(response, "ETag") if with_validators else None,
        last_modified=_header(response, "Last-Modified") if with_validators else None,
        digest=response.meta.get("digest") if with_validators else None,
        capture=response.meta["capture"],
    )


def _is_empty(extraction: Extraction) -> bool:
    """Tell whether a page has no text to speak of: a script may fill it."""
    return len(extraction.text.strip()) < _SHORTEST_TEXT and not extraction.reserved


def _fresh(response: Response) -> timedelta:
    return fresh_for(_header(response, "Cache-Control"))


def _due_again(item: DiscoveryAnswer, now: str, until: str | None, *, news: bool) -> str:
    if item.error is None:
        return next_reading(now, item.discovery, news=news)
    status = item.response.status if item.response else None
    gone = item.refused or status in _GONE
    return max(next_trial(now, item.discovery.failures + 1, gone=gone), until or "")


def _validators(item: DiscoveryAnswer) -> dict[str, str | None]:
    """Give what the next request for a document asks with; after an error, and for an index, nothing new."""
    if item.is_index:
        return {"etag": "", "last_modified": "", "digest": ""}
    response = item.response if item.error is None else None
    return {
        "etag": _header(response, "ETag"),
        "last_modified": _header(response, "Last-Modified"),
        "digest": response.meta.get("digest") if response else None,
    }


def _header(response: Response | None, name: str) -> str | None:
    value = response.headers.get(name) if response else None
    return value.decode("latin-1") if value else None


def _status(response: Response) -> str:
    try:
        return f"status {response.status} {HTTPStatus(response.status).phrase}"
    except ValueError:
        return f"status {response.status}"
