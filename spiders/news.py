"""The spider of a news site: everything that its feeds and sitemaps name."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from archive.models import DiscoveryKind
from crawler.middlewares.robots import RobotsMiddleware
from crawler.workers import UnreadableError, WorkError
from spiders.base import SourceSpider, explain
from spiders.feeds import read_feed
from spiders.home import find_feeds
from spiders.sitemaps import read_sitemap


class NewsSpider(SourceSpider):
    """Reads the feeds and sitemaps of a source; without any configured, those that the site itself names."""

    name = "news"
    readers = {DiscoveryKind.FEED: read_feed, DiscoveryKind.SITEMAP: read_sitemap}  # noqa: RUF012 - declared in the base

    def documents(self) -> Iterable[tuple[DiscoveryKind, str]]:
        """Give the feeds first: they are short, and name what is new."""
        yield from ((DiscoveryKind.FEED, url) for url in self.run.config.feeds)
        yield from ((DiscoveryKind.SITEMAP, url) for url in self.run.config.sitemaps)

    async def start(self) -> AsyncIterator[Any]:
        """Ask for what is configured, else look at the home page and at robots.txt."""
        if not self.run.config.feeds and not self.run.config.sitemaps:
            yield Request(self.run.config.home, self.read_home, errback=self.fail_home)
        async for request in super().start():
            yield request

    async def read_home(self, response: Response) -> AsyncIterator[Any]:
        """Ask for the feeds that the home page links, and for the sitemaps that robots.txt names."""
        found: list[tuple[DiscoveryKind, str]] = []
        try:
            links = await self.session.workers.run(find_feeds, response.body, response.url)
            found += ((DiscoveryKind.FEED, url) for url in links.parts)
        except (UnreadableError, WorkError) as error:
            self.logger.info("%s: %s", response.url, error)
        if robots := self.crawler.get_downloader_middleware(RobotsMiddleware):
            rules = await robots.rules(response.request or Request(response.url))
            found += ((DiscoveryKind.SITEMAP, url) for url in rules.sitemaps)
        for kind, url in found:
            if request := await self.ask(kind, url):
                yield request
        if not found:
            self.run.error = (
                f"{response.url} names no feed, and robots.txt no sitemap: name one in archive.toml"
            )

    def fail_home(self, failure: Any) -> Iterator[Any]:
        """Tell that the home page did not answer."""
        self.run.error = f"{self.run.config.home}: {explain(failure)}"
        return iter(())
