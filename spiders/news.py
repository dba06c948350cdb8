"""The spider of a news site: everything that its feeds, sitemaps, sections and its search name."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from archive.models import Discovery, DiscoveryKind
from crawler.middlewares.robots import RobotsMiddleware
from crawler.refusals import explain
from crawler.rhythm import is_time_to_look
from crawler.workers import UnreadableError, WorkError
from spiders.feeds import read_feed
from spiders.home import FEED_PATHS, SITEMAP_PATHS, find_feeds
from spiders.search import search_urls
from spiders.sitemaps import read_sitemap
from spiders.walks import WalkingSpider

_NOTHING = (
    "{} names no feed, robots.txt no sitemap, none is at the usual places, and no articles could be told from"
    " the other links of the front page: name one in archive.toml"
)


class NewsSpider(WalkingSpider):
    """Reads what is configured for a source; without anything, what the site itself names."""

    name = "news"
    readers = {DiscoveryKind.FEED: read_feed, DiscoveryKind.SITEMAP: read_sitemap}  # noqa: RUF012 - declared in the base

    found: Sequence[Discovery] = ()
    """The ways of finding its pages that were found before, where none is configured."""

    def documents(self) -> Iterable[tuple[DiscoveryKind, str]]:
        """Give the feeds first: they are short, name what is new, and tell what articles look like."""
        config = self.run.config
        yield from ((DiscoveryKind.FEED, url) for url in config.feeds)
        yield from ((DiscoveryKind.SITEMAP, url) for url in config.sitemaps)
        yield from ((DiscoveryKind.SECTION, url) for url in config.sections)
        if config.search:
            yield from (
                (DiscoveryKind.SEARCH, url) for url in search_urls(config.search, self.session.series)
            )
        yield from ((one.kind, one.url) for one in self.found)

    async def start(self) -> AsyncIterator[Any]:
        """Ask for what is configured, else for what was found before; look for more from time to time."""
        config, source, now = self.run.config, self.run.source, self.session.started_at
        configured = config.feeds or config.sitemaps or config.sections or config.search
        if not configured and not self.rests():
            self.found = self.session.due.discoveries(source.id)
            readable = any(not one.failures for one in self.found)
            if is_time_to_look(now, source.looked_at, found=readable):
                await self.session.write(self.session.frontier.looked, source.id, now)
                yield Request(config.home, self.read_home, errback=self.fail_home)
            elif not self.found:
                self.run.error = _NOTHING.format(config.home)
        async for request in super().start():
            yield request

    async def read_home(self, response: Response) -> AsyncIterator[Any]:
        """Ask for the feeds that the front page links and the sitemaps of robots.txt, else look for them."""
        home = self.run.config.home
        try:
            feeds = (await self.read(find_feeds, response)).feeds
        except (UnreadableError, WorkError) as error:
            self.logger.info("%s: %s", home, error)
            feeds = ()
        sitemaps: tuple[str, ...] = ()
        if robots := self.crawler.get_downloader_middleware(RobotsMiddleware):
            sitemaps = tuple((await robots.rules(response.request or Request(response.url))).sitemaps)
        for kind, urls in ((DiscoveryKind.FEED, feeds), (DiscoveryKind.SITEMAP, sitemaps)):
            for url in urls:
                if request := await self.ask(kind, url):
                    yield request
        places: list[tuple[DiscoveryKind, tuple[str, ...]]] = []
        if not feeds:
            places.append((DiscoveryKind.FEED, FEED_PATHS))
        if not sitemaps:
            places.append((DiscoveryKind.SITEMAP, SITEMAP_PATHS))
        tries = [(kind, urljoin(home, path)) for kind, paths in places for path in paths]
        async for request in self.try_next(tries):
            yield request

    async def try_next(self, tries: list[tuple[DiscoveryKind, str]]) -> AsyncIterator[Any]:
        """Ask for the first of several places; where nothing is anywhere, the front page is a section."""
        if tries:
            yield Request(tries[0][1], self.read_try, errback=self.fail_try, meta={"tries": tries})
        elif not (self.run.asked or self.found):
            home = self.run.config.home
            self.run.problem = _NOTHING.format(home)
            if request := await self.ask(DiscoveryKind.SECTION, home):
                yield request

    async def read_try(self, response: Response) -> AsyncIterator[Any]:
        """Keep a place where there is a document; with it, the search for its kind is over."""
        tries: list[tuple[DiscoveryKind, str]] = response.meta["tries"]
        kind, url = tries[0]
        try:
            await self.read(self.readers[kind], response)
        except (UnreadableError, WorkError):
            tries = tries[1:]
        else:
            tries = [one for one in tries if one[0] is not kind]
            async for item in self.take(kind, url, response):
                yield item
        async for request in self.try_next(tries):
            yield request

    async def fail_try(self, failure: Any) -> AsyncIterator[Any]:
        """Go on with the next place."""
        async for request in self.try_next(failure.request.meta["tries"][1:]):
            yield request

    def fail_home(self, failure: Any) -> Iterator[Any]:
        """Tell that the front page did not answer."""
        if not self.session.stopping and not self.found:
            self.run.error = f"{self.run.config.home}: {explain(failure.value)}"
        return iter(())
