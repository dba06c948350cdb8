"""What all spiders share: one source, the documents that name its pages, and the pages."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from archive.models import Discovery, DiscoveryKind, Page
from crawler.browser import browser_settings
from crawler.items import DiscoveryAnswer, PageAnswer, PageFailure, Rest, named_headers
from crawler.refusals import RefusedError, UnavailableError, explain
from crawler.session import Session, SessionEndedError
from crawler.source_run import SourceRun
from crawler.workers import UnreadableError, WorkError
from spiders.documents import Document, Part, Reader
from spiders.parts import may_have_changed

_MOST_DOCUMENTS = 5000
"""In one run; an index that generates ever more parts is a trap."""
_DEEPEST = 3
"""Levels of indexes; the protocol knows one."""
_LARGEST_DOCUMENT = 60 * 1024 * 1024
"""Bytes, decompressed: a sitemap may have 50 MB."""


class SourceSpider(Spider):
    """Crawls one source: ``-a source=NAME``. Subclasses say which documents name its pages.

    Pages come from the scheduler, which takes them from the archive, and pass through `read_page`. A spider
    never opens the archive: what it yields goes there through the pipelines.
    """

    readers: ClassVar[Mapping[DiscoveryKind, Reader]] = {}
    """How the documents of each kind are read."""

    def __init__(self, *args: Any, session: Session, run: SourceRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.run = run
        self.asked_all = False
        """The documents are on their way; from now on, pages may follow."""
        self._asked: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, source: str | None = None, **kwargs: Any) -> Self:
        """Make it as Scrapy does, with the source's own settings.

        Args:
            crawler: Whose spider it is.
            *args: For Scrapy.
            source: The source's name in archive.toml; may be left out where there is only one.
            **kwargs: For Scrapy.

        Raises:
            ConfigurationError: There is no such source.
        """
        session = Session.of(crawler)
        run = session.enter(crawler, source)
        crawler.settings.set("USER_AGENT", session.user_agent, priority="spider")
        crawler.settings.set("DOWNLOAD_DELAY", run.config.delay, priority="spider")
        if run.config.render:
            crawler.settings.setdict(browser_settings(), priority="spider")
        return super().from_crawler(crawler, *args, session=session, run=run, **kwargs)

    def documents(self) -> Iterable[tuple[DiscoveryKind, str]]:
        """Give the documents that name pages, as they are configured: kind and URL."""
        return ()

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the documents; pages follow by themselves."""
        if self.rests():
            self.run.resting = True
            self.run.remark(f"asked us to wait until {self.run.source.rest_until}")
            raise CloseSpider("resting")
        if self.run.config.render:
            await self.session.write(
                self.session.frontier.try_empty, self.run.source.id, self.session.started_at
            )
        for kind, url in self.documents():
            if request := await self.ask(kind, url):
                yield request
        self.asked_all = True

    def rests(self) -> bool:
        """Tell whether the source asked us not to come yet."""
        return (self.run.source.rest_until or "") > self.session.started_at

    async def ask(
        self, kind: DiscoveryKind, url: str, part: Part | None = None, depth: int = 0
    ) -> Request | None:
        """Give the request for a document; None when it was asked for already, or is not due.

        Args:
            kind: What it is.
            url: Where it is.
            part: What the index says that names it.
            depth: How many indexes lead to it.
        """
        if url in self._asked or len(self._asked) >= _MOST_DOCUMENTS or depth > _DEEPEST:
            if url not in self._asked:
                self.run.remark(f"left documents out beyond {_MOST_DOCUMENTS} of them or {_DEEPEST} levels")
            return None
        self._asked.add(url)
        discovery = await self.session.write(self.session.frontier.discovery, self.run.source.id, kind, url)
        now = self.session.started_at
        if discovery.next_due and discovery.next_due > now:
            self.run.next_due = min(discovery.next_due, self.run.next_due or discovery.next_due)
            return None
        if part and not may_have_changed(part, discovery, now):
            return None
        self.run.asked += 1
        return self.request(discovery, depth)

    async def take(self, kind: DiscoveryKind, url: str, response: Response) -> AsyncIterator[Any]:
        """Read an answer that came before one knew what it is, unless the document was asked for already."""
        if url in self._asked:
            return
        self._asked.add(url)
        self.run.asked += 1
        response.meta["known"] = await self.session.write(
            self.session.frontier.discovery, self.run.source.id, kind, url
        )
        async for item in self.read_document(response):
            yield item

    def request(self, discovery: Discovery, depth: int) -> Request:
        """Give the request for a document that is due."""
        return Request(
            discovery.url,
            self.read_document,
            errback=self.fail_document,
            meta={"known": discovery, "depth": depth, "download_maxsize": _LARGEST_DOCUMENT},
        )

    async def read_document(self, response: Response) -> AsyncIterator[Any]:
        """Read a document: ask for its parts, and give its pages to the archive."""
        discovery: Discovery = response.meta["known"]
        if "unchanged" in response.flags:
            yield DiscoveryAnswer(discovery, response)
            return
        try:
            document = await self.read(self.readers[discovery.kind], response)
            own = self.keep_own(document, discovery.url, response.url)
        except (UnreadableError, WorkError) as error:
            yield DiscoveryAnswer(discovery, response, error=f"{discovery.url}: {error}")
            return
        for part in document.parts:
            if request := await self.ask(discovery.kind, part.url, part, response.meta.get("depth", 0) + 1):
                yield request
        yield DiscoveryAnswer(discovery, response, candidates=own.candidates, is_index=bool(document.parts))

    async def read(self, reader: Reader, response: Response) -> Document:
        """Read a response in a worker.

        Raises:
            UnreadableError: It is not what it should be, or an error of the server.
            WorkError: It could not be read.
        """
        if response.status != 200:
            raise UnreadableError(f"status {response.status}")
        content_type = named_headers(response).get("content-type")
        return await self.session.workers.run(reader, response.body, response.url, content_type)

    def keep_own(self, document: Document, asked: str, answered: str) -> Document:
        """Leave out the pages of other sites, and count them.

        Args:
            document: What was read.
            asked: The URL that was asked for.
            answered: The URL that answered.

        Raises:
            UnreadableError: It is the document of another site.
        """
        own = tuple(candidate for candidate in document.candidates if self.run.is_own(candidate.url))
        self.run.offsite += len(document.candidates) - len(own)
        if not own and _host(asked) != _host(answered) and not self.run.is_own(answered):
            raise UnreadableError(
                f"leads to another site, {_host(answered)}: if this one has moved there, change its home and"
                " what else names the old address in archive.toml"
            )
        if document.candidates and not own:
            host = _host(document.candidates[0].url)
            self.run.remark(f"{asked}: all pages that it names are of other sites, like {host}")
        return replace(document, candidates=own)

    def fail_document(self, failure: Any) -> Iterator[Any]:
        """Tell that a document did not answer; a run that is being stopped does not count."""
        if self.session.stopping:
            return
        discovery: Discovery = failure.request.meta["known"]
        yield self.failed(discovery, failure)

    def failed(self, discovery: Discovery, failure: Any) -> DiscoveryAnswer:
        """Give what is stored of a document that did not answer."""
        error = failure.value
        return DiscoveryAnswer(
            discovery,
            None,
            error=f"{failure.request.url}: {explain(error)}",
            refused=isinstance(error, RefusedError),
            until=error.until if isinstance(error, UnavailableError) else None,
        )

    def read_page(self, response: Response) -> Iterator[Any]:
        """Give a page to the pipelines, whatever its status."""
        yield PageAnswer(response.meta["known"], response)

    def fail_page(self, failure: Any) -> Iterator[Any]:
        """Tell that a page did not answer; end the crawl when its host is not to be asked any more."""
        page: Page = failure.request.meta["known"]
        error = failure.value
        if isinstance(error, SessionEndedError):
            raise error
        if isinstance(error, UnavailableError) and _host(page.url) == _host(failure.request.url):
            if error.until:
                yield Rest(page.url, error.until, str(error))
            elif self.session.stopping:
                self.run.remark(str(error))
            else:
                self.run.error = str(error)
            raise CloseSpider("unavailable")
        yield PageFailure(page, failure.request.url, explain(error), refused=isinstance(error, RefusedError))


def _host(url: str) -> str:
    return urlsplit(url).netloc
