"""A host that asks to be left alone, or that does not answer, is left alone."""

import asyncio
import logging
from datetime import timedelta
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from archive.times import utc_now
from crawler.hosts import host_of
from crawler.refusals import UnavailableError
from crawler.schedule import after, retry_after, seconds_until

_SHORT = 60
"""Seconds that a run waits when a host asks for it; for longer, the source waits for another run."""
_WAITS = 3
"""How often in a run."""
_SLOWEST = 60.0
"""Seconds between two requests to a slow host."""
_SILENT = 5
"""Requests in a row without an answer, with 5xx, 401 or 403, after which a host is left alone."""
_NOT_US = {401, 403}
"""A page or two may be for subscribers; a host that says so to everything does not want us."""
_DEFAULT_REST = timedelta(minutes=15)
"""For a 429 that names no time."""

log = logging.getLogger(__name__)


class PolitenessMiddleware:
    """Obeys ``Retry-After`` (429 and 503, RFC 6585 and RFC 9110), and stops asking a host that is down."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait, where the host asked for a short time.

        Raises:
            UnavailableError: It asked for a long time, or does not answer.
        """
        host = host_of(self._crawler, request)
        if host.failures >= _SILENT:
            why = f" ({host.trouble})" if host.trouble else ""
            raise UnavailableError(
                f"{host.failures} requests in a row failed{why}: the rest waits for the next run"
            )
        while host.rest_until and (seconds := seconds_until(host.rest_until, utc_now())) > 0:
            if seconds > _SHORT or host.waits > _WAITS:
                raise UnavailableError(f"asked us to wait until {host.rest_until}", host.rest_until)
            await asyncio.sleep(seconds)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Remember what the host asked for; after a short rest the same request goes out once more."""
        host = host_of(self._crawler, request)
        self._adapt(request)
        if response.status not in (429, 503):
            has_failed = response.status >= 500 or response.status in _NOT_US
            host.failures = host.failures + 1 if has_failed else 0
            host.trouble = f"status {response.status}" if has_failed else None
            return response
        now = utc_now()
        until = retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), now)
        if until is None and response.status == 503:
            host.failures += 1
            return response
        host.failures = 0
        host.rest_until = max(until or after(now, _DEFAULT_REST), host.rest_until or "")
        host.waits += 1
        log.info("%s asked us to wait until %s", urlparse_cached(request).netloc, host.rest_until)
        if seconds_until(host.rest_until, now) > _SHORT or host.waits > _WAITS:
            request.meta["rest_until"] = host.rest_until
            return response
        return request.replace(dont_filter=True)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a request that got no answer."""
        if not isinstance(exception, IgnoreRequest):
            host_of(self._crawler, request).failures += 1

    def _adapt(self, request: Request) -> None:
        """Leave a host as much rest as it takes for an answer; never less than it or the user asks for."""
        seconds = request.meta.get("download_latency")
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        if seconds is None or slot is None:
            return
        asked = downloader.per_slot_settings.get(downloader.get_slot_key(request), {})
        least = asked.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        if least > 0:
            # Scrapy counts from the start of one request to that of the next.
            slot.delay = max(least, (slot.delay + 2 * min(seconds, _SLOWEST)) / 2)
