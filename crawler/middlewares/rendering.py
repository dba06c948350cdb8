"""Pages of sources that say ``render = "browser"`` are shown in one; what becomes of them is read."""

import asyncio
import hashlib
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from archive.models import Capture, Discovery, Page
from archive.times import utc_now
from crawler.browser import Browser, RenderError, is_page, is_rendered
from crawler.extraction.page import MAX_BYTES
from crawler.extraction.reservations import page_reservations
from crawler.items import named_headers
from crawler.middlewares.captures import purpose_of
from crawler.session import Session


class RenderingMiddleware:
    """Replaces the body of a page, or of a section, by the document that a browser makes of it.

    That document is captured beside the response, as a ``conversion`` record. Stands outermost: the page was
    fetched as any other. A page that its publisher reserves is not rendered.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._session = Session.of(crawler)
        self._run = self._session.source_of(crawler)
        if self._run.config.render is None:
            raise NotConfigured
        self._browser = Browser(crawler, self._session.user_agent, self._run.config.delay)
        self._room: asyncio.Semaphore | None = None
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Give the response with the document that it has become.

        Raises:
            RenderError: It cannot be shown.
            SessionEndedError: The document cannot be captured.
        """
        known: Page | Discovery | None = request.meta.get("known")
        if not is_rendered(known) or not is_page(response):
            return response
        capture: Capture | None = request.meta.get("capture")
        if isinstance(known, Page) and capture is None:
            return response  # reserved
        document = await self._show(response)
        digest = f"sha256:{hashlib.sha256(document).hexdigest()}"
        request.meta["digest"] = digest
        if known and digest == known.digest:
            response.flags.append("unchanged")
        elif capture and not page_reservations(document, named_headers(response)):
            request.meta["capture"] = await self._capture(capture, request, document)
        headers = response.headers.copy()
        headers["Content-Type"] = "text/html; charset=utf-8"
        return response.replace(body=document, headers=headers)

    async def _show(self, response: Response) -> bytes:
        if self._room is None:
            await self._session.browsers.acquire()
            self._room = self._session.browsers
        document = await self._browser.show(response)
        if len(document) > MAX_BYTES:
            raise RenderError(f"what the browser made of it is larger than {MAX_BYTES // 1024**2} MB")
        return document

    async def _capture(self, original: Capture, request: Request, document: bytes) -> Capture:
        purpose = purpose_of(request.meta["known"])
        return await self._session.capture_conversion(original, document, utc_now(), purpose)

    async def close(self) -> None:
        """End the browser with the crawl."""
        await self._browser.close()
        if self._room:
            self._room.release()
