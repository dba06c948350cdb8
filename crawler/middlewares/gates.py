"""What stands in front of a page is told, and the host is left alone that shows it again and again."""

from http import HTTPStatus
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.gates import GateError, challenger, leads_to_consent
from crawler.hosts import host_of


class GateMiddleware:
    """Fails a request that is answered by a proof that one is human, a question of consent, or a riddle.

    Sees what comes of redirects, decompressed. A host that asks us to wait (``Retry-After``) is believed.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Look at an answer.

        Raises:
            GateError: It is not the page.
        """
        if response.status in (429, 503) and response.headers.get("Retry-After"):
            return response
        if maker := challenger(response.status, response.headers, response.body):
            host = host_of(self._crawler, request)
            host.failures += 1
            host.trouble = f"the site asks visitors to prove that they are human ({maker})"
            raise GateError(f"{host.trouble}, which we do not do")
        encoding = (response.headers.get("Content-Encoding") or b"identity").decode("latin-1")
        if response.status == HTTPStatus.OK and encoding.lower() != "identity":  # else it was undone
            raise GateError(f"it is compressed in a way that we did not ask for ({encoding})")
        asked = request.meta.get("redirect_urls", [request.url])[0]
        if leads_to_consent(asked, request.url):
            raise GateError(f"it leads to a page that asks for consent, {request.url.partition('?')[0]}")
        return response
