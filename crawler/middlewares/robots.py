"""robots.txt by RFC 9309."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from archive.urls import absolute_url
from crawler.agent import PRODUCT_TOKEN
from crawler.refusals import RefusedError, UnavailableError, explain
from crawler.session import Session

_LIMIT = 500 * 1024
"""Bytes that are read; RFC 9309 2.5 asks for at least as many."""
_REDIRECTS = 5
"""As RFC 9309 2.3.1.2 asks."""
_LONGEST_DELAY = 60.0
"""Seconds; a longer Crawl-delay would let one site hold up the whole run for days."""
_TOO_MANY_REDIRECTS = "max redirections reached"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host's robots.txt says to us."""

    parsed: Protego
    url: str
    unreachable: str | None = None
    """Why it could not be read: then nothing may be fetched (RFC 9309 2.3.1.4)."""
    until: str | None = None
    """The time before which it is not to be asked for again, UTC, when the host said so."""

    @property
    def sitemaps(self) -> Sequence[str]:
        """The sitemaps that it names, as absolute URLs."""
        return [found for stated in self.parsed.sitemaps if (found := absolute_url(stated, self.url))]


class RobotsMiddleware:
    """Reads robots.txt of each host once a day (RFC 9309 2.4), and refuses what it disallows.

    Replaces Scrapy's, which allows everything after a network error and parses the body of a 5xx answer.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)
        self._run = self._session.source_of(crawler)
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Ask robots.txt.

        Raises:
            RefusedError: It says no.
            UnavailableError: It cannot be read, which means no for now.
        """
        if request.meta.get("is_robots"):
            return
        rules = await self.rules(request)
        if rules.unreachable:
            reason = f"{rules.url} cannot be read ({rules.unreachable}), so nothing may be fetched"
            raise UnavailableError(reason, rules.until)
        if not rules.parsed.can_fetch(request.url, PRODUCT_TOKEN):
            raise RefusedError(f"{rules.url} disallows it")

    async def rules(self, request: Request) -> Rules:
        """Give the rules of a request's host; they are fetched on first sight."""
        parts = urlparse_cached(request)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            self._rules[host] = asyncio.ensure_future(self._fetch(f"{host}/robots.txt"))
        return await asyncio.shield(self._rules[host])

    async def _fetch(self, url: str) -> Rules:
        request = Request(url)
        if kept := self._session.site_file(url):
            return self._parse(request, kept.body)
        request = Request(
            url, callback=NO_CALLBACK, meta={"is_robots": True, "redirect_ttl": _REDIRECTS}, priority=1000
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:
            if str(error) == _TOO_MANY_REDIRECTS:
                return Rules(Protego(), url)
            return Rules(Protego(), url, unreachable=explain(error))
        if response.status >= 500 or response.status == 429:
            until = response.meta.get("rest_until")
            return Rules(Protego(), url, unreachable=f"status {response.status}", until=until)
        found = 200 <= response.status < 300
        body = response.body[:_LIMIT].decode("utf-8-sig", "replace") if found else ""
        if await self._session.keep_site_file(url, response.status, body):
            self._run.remark(f"{url} has changed")
        return self._parse(request, body)

    def _parse(self, request: Request, body: str) -> Rules:
        rules = Rules(Protego.parse(body), request.url)
        self._slow_down(request, rules.parsed.crawl_delay(PRODUCT_TOKEN) or 0)
        return rules

    def _slow_down(self, request: Request, delay: float) -> None:
        """Keep to ``Crawl-delay``, a wish that RFC 9309 does not know but many files state."""
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        delay = min(delay, _LONGEST_DELAY)
        if delay <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        log.info("%s asks for %g seconds between requests", request.url, delay)
        downloader.per_slot_settings[key] = {"delay": delay}
        if key in downloader.slots:
            downloader.slots[key].delay = delay
