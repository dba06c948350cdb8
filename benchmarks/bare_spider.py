"""The least that Scrapy can do with a list of URLs (``scrapy runspider -a urls=FILE``): download them."""

from collections.abc import AsyncIterator
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response


class BareSpider(Spider):
    """Downloads every URL of a file, one a line, and does nothing with the answers."""

    name = "bare"
    custom_settings = {  # noqa: RUF012  (as Scrapy's documentation has it)
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "HTTPERROR_ALLOW_ALL": True,
        "LOG_LEVEL": "WARNING",
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
    }
    urls: str

    async def start(self) -> AsyncIterator[Request]:
        """Give a request for each line."""
        for url in Path(self.urls).read_text(encoding="utf-8").splitlines():
            yield Request(url, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Let the answer go."""
