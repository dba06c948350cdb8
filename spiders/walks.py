"""Reading a section page after page, until a whole page brings nothing new."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.http import Response

from archive.models import Candidate, Discovery, DiscoveryKind
from archive.urls import page_key
from crawler.items import DiscoveryAnswer
from crawler.refusals import RefusedError
from crawler.scheduler import LAST
from crawler.workers import UnreadableError, WorkError
from spiders.base import SourceSpider
from spiders.documents import Document
from spiders.sections import read_section

_END = {200, 400, 404, 410}
"""What a site answers for a page after the last one: that it is missing, or something that is no page."""
_WALKED = {DiscoveryKind.SECTION, DiscoveryKind.SEARCH}


@dataclass(slots=True)
class Walk:
    """Where we are in a section."""

    discovery: Discovery
    pages: int = 0
    news: int = 0
    """Candidates that the section did not name the last time."""
    first: Response | None = None
    """Its first page: when that is the same the next time, nothing is new."""
    named: set[str] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)


class WalkingSpider(SourceSpider):
    """Reads sections and what searches find as well."""

    def request(self, discovery: Discovery, depth: int) -> Request:
        """Give the request for a document, or for the first page of a section."""
        if discovery.kind not in _WALKED:
            return super().request(discovery, depth)
        return self.step(Walk(discovery), discovery.url)

    def step(self, walk: Walk, url: str) -> Request:
        """Give the request for the next page of a section; the first waits for what feeds name."""
        walk.pages += 1
        walk.visited.add(url)
        meta: dict[str, Any] = {"walk": walk}
        priority = 0
        if walk.pages == 1:
            meta["known"] = walk.discovery
            priority = LAST
        return Request(url, self.read_step, errback=self.fail_step, meta=meta, priority=priority)

    async def read_step(self, response: Response) -> AsyncIterator[Any]:
        """Read a page of a section; go on to the next one while there are new articles."""
        walk: Walk = response.meta["walk"]
        walk.first = walk.first or response
        walk.visited.add(response.url)
        if "unchanged" in response.flags:
            yield DiscoveryAnswer(walk.discovery, response)
            return
        try:
            known = self.session.due.known_articles(self.run.source.id)
            document = await self.read(partial(read_section, known=known), response)
            document = self.keep_own(document, response.request.url if response.request else "", response.url)
        except (UnreadableError, WorkError) as error:
            if walk.pages > 1 and response.status in _END:
                yield self.end(walk)
            else:
                yield DiscoveryAnswer(walk.discovery, response, error=f"{response.url}: {error}")
            return
        if walk.pages == 1:
            for feed in document.feeds:
                if request := await self.ask(DiscoveryKind.FEED, feed):
                    yield request
        onward = self.onward(walk, document)
        if onward:
            yield DiscoveryAnswer(walk.discovery, response, candidates=document.candidates, goes_on=True)
            yield self.step(walk, onward)
        elif walk.pages == 1 and not document.candidates and walk.discovery.kind is DiscoveryKind.SECTION:
            told = f"{response.url}: names no articles that could be told from its other links"
            yield DiscoveryAnswer(walk.discovery, response, error=told)
        else:
            yield self.end(walk, document.candidates)

    def onward(self, walk: Walk, document: Document) -> str | None:
        """Give the next page, when there is one that is worth reading."""
        urls = {page_key(candidate.url): candidate.url for candidate in document.candidates}
        fresh = {url for key, url in urls.items() if key not in walk.named}
        walk.named.update(urls)
        last = None if walk.discovery.failures else walk.discovery.checked_at
        new = fresh - (self.session.due.named_until(walk.discovery.id, fresh, last) if last else set())
        walk.news += len(new)
        if not new or document.onward is None or document.onward in walk.visited:
            return None
        if walk.pages >= self.run.config.section_pages:
            self.run.remark(f"{walk.discovery.url}: read {walk.pages} pages, not the rest (section_pages)")
            return None
        return document.onward

    def end(self, walk: Walk, candidates: tuple[Candidate, ...] = ()) -> DiscoveryAnswer:
        """Give what came of a section that was read to its end."""
        return DiscoveryAnswer(walk.discovery, walk.first, candidates=candidates, news=walk.news)

    def fail_step(self, failure: Any) -> Iterator[Any]:
        """Tell that a page of a section did not answer. One that we must not ask for is its end."""
        if self.session.stopping:
            return
        walk: Walk = failure.request.meta["walk"]
        if walk.pages > 1 and isinstance(failure.value, RefusedError):
            self.run.remark(f"{failure.request.url}: {failure.value}")
            yield self.end(walk)
        else:
            yield self.failed(walk.discovery, failure)
