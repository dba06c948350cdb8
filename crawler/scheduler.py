"""The archive's table of pages as Scrapy's scheduler."""

import heapq
import logging
import sqlite3
from collections import deque
from itertools import count
from typing import Any, Self

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred

from archive.errors import explain
from archive.models import Page
from archive.urls import page_key
from crawler.items import PageFailure
from crawler.pipelines import ArchivePipeline
from crawler.session import Session

log = logging.getLogger(__name__)

LAST = -100
"""Priority of requests that go out only when all others were answered, and what they brought is stored."""
_BATCH = 100
"""Pages that are read at once: memory holds no more of them, however many there are."""


class FrontierScheduler(BaseScheduler):
    """Hands out the pages of a source that are due.

    What is under way for a short time only (feeds, sitemaps, robots.txt, redirects, retries) waits in memory,
    and goes first; what has to know what that brings goes after it (`LAST`). Pages stay in the archive: a run
    that was killed goes on where it was. A page is handed out once in a run; it was due when the run began,
    and recording it makes it due later, or gives it the other address at which it is asked for once more.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)
        self._source = self._session.source_of(crawler).source
        self._left = self._session.pages_left(self._session.source_of(crawler))
        self._waiting: list[tuple[int, int, Request]] = []
        self._number = count()
        self._ready: deque[Page] = deque()
        self._under_way: dict[int, Page] = {}
        self._followed: dict[int, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    def close(self, reason: str) -> Deferred[None]:
        """End the crawl of the source."""
        return deferred_from_coro(self._close(reason))

    async def _close(self, reason: str) -> None:
        run = self._session.source_of(self._crawler)
        if reason == "start_error" and run.error is None:
            run.error = "the crawl failed when it began: the log says why"
        try:
            if reason == "finished" and not self._session.stopping:
                await self._give_up_lost()
        finally:
            self._session.leave(self._crawler)

    def enqueue_request(self, request: Request) -> bool:
        """Take a request that a spider or a middleware makes."""
        if self._session.stopping:
            return False
        page = request.meta.get("known")
        if isinstance(page, Page) and request.url != page.url:
            self._followed[page.id] = target = page_key(request.url)
            self._ready = deque(other for other in self._ready if page_key(other.url) != target)
        heapq.heappush(self._waiting, (-request.priority, next(self._number), request))
        return True

    def has_pending_requests(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self._waiting) or self._has_page()

    def next_request(self) -> Request | None:
        """Give what waits in memory, then a page that is due."""
        if self._session.stopping:
            return None
        if self._waiting:
            if -self._waiting[0][0] <= LAST and self._is_reading():
                return None
            return heapq.heappop(self._waiting)[2]
        if not self._has_page():
            return None
        page = self._ready.popleft()
        self._under_way[page.id] = page
        if self._left is not None:
            self._left -= 1
        spider: Any = self._crawler.spider
        return Request(page.url, spider.read_page, errback=spider.fail_page, meta={"known": page})

    def is_under_way(self, url: str) -> bool:
        """Tell whether a page was handed out and is not recorded yet."""
        key = page_key(url)
        return any(page_key(page.url) == key for page in self._under_way.values())

    def done(self, page: Page) -> None:
        """Forget a page that was recorded."""
        self._under_way.pop(page.id, None)
        self._followed.pop(page.id, None)

    def _is_reading(self) -> bool:
        """Tell whether an answer is not stored yet; when it is, the engine asks for the next request."""
        slot = self._crawler.engine.scraper.slot
        return slot is not None and not slot.is_idle()

    def _has_page(self) -> bool:
        if self._session.stopping or self._left == 0 or not getattr(self._crawler.spider, "asked_all", True):
            return False
        if not self._ready:
            self._ready.extend(self._read_due())
        while self._ready and page_key(self._ready[0].url) in self._followed.values():
            self._ready.popleft()  # recorded with the page that leads to it
        return bool(self._ready)

    def _read_due(self) -> list[Page]:
        try:
            return self._session.due.due_pages(
                self._source.id, self._session.started_at, _BATCH, self._under_way.keys()
            )
        except sqlite3.Error as error:
            self._session.fail(explain(error, self._session.config.archive.database))
            return []

    async def _give_up_lost(self) -> None:
        """Record the pages whose requests ended without a word: else they would be due at every run."""
        pipeline = self._crawler.get_item_pipeline(ArchivePipeline)
        for page in list(self._under_way.values()):
            try:
                await pipeline.process_item(PageFailure(page, page.url, "it could not be stored"))  # type: ignore[union-attr]
            except Exception:
                log.exception("%s: its failure could not be recorded", page.url)
