"""What all spiders share: one source, the documents that name its pages, and the pages."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from archive.models import Discovery, DiscoveryKind, Page
from crawler.items import DiscoveryAnswer, PageAnswer, PageFailure
from crawler.refusals import RefusedError, UnavailableError
from crawler.session import Session, SessionEndedError
from crawler.source_run import SourceRun
from crawler.workers import UnreadableError, WorkError
from spiders.documents import Reader

_MOST_DOCUMENTS = 5000
"""In one run; an index that generates ever more parts is a trap."""
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
        self._resting: str | None = None

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
        return super().from_crawler(crawler, *args, session=session, run=run, **kwargs)

    def documents(self) -> Iterable[tuple[DiscoveryKind, str]]:
        """Give the documents that name pages, as they are configured: kind and URL."""
        return ()

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the documents; pages follow by themselves."""
        for kind, url in self.documents():
            if request := await self.ask(kind, url):
                yield request
        self.asked_all = True
        if self._resting and not self.run.asked:
            self.run.note = f"asked us to wait until {self._resting}"
            raise CloseSpider("resting")

    async def ask(self, kind: DiscoveryKind, url: str) -> Request | None:
        """Give the request for a document; None when it was asked for already, or does not want to be."""
        if url in self._asked or len(self._asked) >= _MOST_DOCUMENTS:
            return None
        self._asked.add(url)
        discovery = await self.session.write(self.session.frontier.discovery, self.run.source.id, kind, url)
        if discovery.next_due and discovery.next_due > self.session.started_at:
            self._resting = min(discovery.next_due, self._resting or discovery.next_due)
            return None
        self.run.asked += 1
        return Request(
            url,
            self.read_document,
            errback=self.fail_document,
            meta={"known": discovery, "download_maxsize": _LARGEST_DOCUMENT},
        )

    async def read_document(self, response: Response) -> AsyncIterator[Any]:
        """Read a document: ask for its parts, and give its pages to the archive."""
        discovery: Discovery = response.meta["known"]
        if "unchanged" in response.flags:
            yield DiscoveryAnswer(discovery, response)
            return
        if response.status != 200:
            yield DiscoveryAnswer(discovery, response, error=f"{discovery.url}: status {response.status}")
            return
        try:
            document = await self.session.workers.run(
                self.readers[discovery.kind], response.body, response.url
            )
        except (UnreadableError, WorkError) as error:
            yield DiscoveryAnswer(discovery, response, error=f"{discovery.url}: {error}")
            return
        for url in document.parts:
            if request := await self.ask(discovery.kind, url):
                yield request
        own = tuple(candidate for candidate in document.candidates if self.run.is_own(candidate.url))
        self.run.offsite += len(document.candidates) - len(own)
        yield DiscoveryAnswer(discovery, response, candidates=own, is_index=bool(document.parts))

    def fail_document(self, failure: Any) -> Iterator[Any]:
        """Tell that a document did not answer; a run that is being stopped does not count."""
        if self.session.stopping:
            return
        discovery: Discovery = failure.request.meta["known"]
        until = failure.value.until if isinstance(failure.value, UnavailableError) else None
        yield DiscoveryAnswer(discovery, None, error=f"{discovery.url}: {explain(failure)}", until=until)

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
            if error.until or self.session.stopping:
                self.run.note = str(error)
            else:
                self.run.error = str(error)
            raise CloseSpider("unavailable")
        yield PageFailure(
            page, failure.request.url, explain(failure), refused=isinstance(error, RefusedError)
        )


def explain(failure: Any) -> str:
    """Give what went wrong in one line."""
    said = " ".join(str(failure.value).split()) or type(failure.value).__name__
    return said[:300]


def _host(url: str) -> str:
    return urlsplit(url).netloc
