"""No request goes to a private address that its source does not name, and none to what was forgotten."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.utils.httpobj import urlparse_cached

from archive.forgotten import REFUSAL
from crawler.addresses import is_public
from crawler.refusals import RefusedError
from crawler.resolver import lookup
from crawler.session import Session


class GuardMiddleware:
    """Refuses private, loopback, link-local and multicast addresses, by name or by number.

    Every request passes, so robots.txt and the target of every redirect do. A source that says
    ``allow_private`` reaches the hosts that it names itself, no other.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Look at where the request would go.

        Raises:
            RefusedError: To an address that is not public, or that was forgotten.
            CannotResolveHostError: The host has no address.
        """
        if self._session.is_forgotten(request.url):
            raise RefusedError(REFUSAL)
        host = urlparse_cached(request).hostname or ""
        if host in self._session.source_of(self._crawler).private_hosts:
            return
        addresses = await lookup(host)
        if not addresses:
            raise CannotResolveHostError(f"no address is known for {host}")
        for address in addresses:
            if not is_public(address):
                raise RefusedError(
                    f"{host} has the private address {address}, and the source does not say allow_private"
                )
