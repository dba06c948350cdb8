"""What a run knows of a host: all sources with pages there share one connection, one delay, one patience."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.session import Session


@dataclass(slots=True)
class Host:
    """A host, with its port, in one run."""

    rest_until: str | None = None
    """It asked us to wait, UTC."""
    waits: int = 0
    """How often it did."""
    failures: int = 0
    """Requests in a row without an answer, with 5xx, 401 or 403."""
    trouble: str | None = None
    """What was wrong with the last one, where that is known."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while it is asked: one request at a time."""
    asked_by: Crawler | None = None
    asked_at: float = 0
    """When it was last asked, by the monotonic clock."""
    delay: float = 0
    """Seconds, of the source that asked it last."""


def host_of(crawler: Crawler, request: Request) -> Host:
    """Give the host of a request."""
    hosts: dict[str, Host] = Session.of(crawler).hosts
    return hosts.setdefault(urlparse_cached(request).netloc, Host())


class TurnsHandler(HTTP11DownloadHandler):
    """Scrapy's download handler, which asks a host only when no other source does.

    Scrapy keeps the delay within one source; here it is kept when another one asked the host before.
    """

    async def download_request(self, request: Request) -> Response:
        """Wait for the turn, then download."""
        host = host_of(self.crawler, request)
        async with host.turn:
            delay = self._delay(request)
            if host.asked_by not in (None, self.crawler):
                await asyncio.sleep(host.asked_at + max(delay, host.delay) - monotonic())
            host.asked_by, host.asked_at, host.delay = self.crawler, monotonic(), delay
            return await super().download_request(request)

    def _delay(self, request: Request) -> float:
        """Give the seconds that this source waits between two requests to the host."""
        engine: Any = self.crawler.engine
        slot = engine.downloader.slots.get(request.meta.get("download_slot"))
        return slot.delay if slot else self.crawler.settings.getfloat("DOWNLOAD_DELAY")
