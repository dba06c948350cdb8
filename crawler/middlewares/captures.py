"""Every response is kept as it came, before anything reads it."""

import zlib
from contextlib import suppress
from http import HTTPStatus
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from twisted.web.http import RESPONSES

from archive.models import Capture, Discovery, Page
from archive.times import utc_now
from crawler.browser import is_page, is_rendered
from crawler.extraction.reservations import HEAD, page_reservations
from crawler.gates import challenger
from crawler.items import named_headers
from crawler.session import Session


class CaptureMiddleware:
    """Writes each response to the WARC files and attaches the capture: ``response.meta["capture"]``.

    Stands innermost: it sees robots.txt, redirects and errors, and bodies as they were transferred.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._session = Session.of(crawler)
        self._run = self._session.source_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Capture a response; give it on as plain bytes.

        Raises:
            SessionEndedError: The capture cannot be written.
        """
        request.meta["received_at"] = received_at = utc_now()
        request.meta["capture"] = None
        beginning = _beginning(response)
        # A proof that is asked for says nothing of the page.
        is_challenge = challenger(response.status, response.headers, beginning) is not None
        if not (is_challenge or self._is_reserved(request, response, beginning)):
            request.meta["capture"] = await self._capture(request, response, received_at)
        request.meta["transferred"] = len(response.body)
        # Not a TextResponse: Scrapy would guess the charset of the compressed body, 4 ms a page for nothing.
        return Response(
            response.url,
            status=response.status,
            headers=response.headers,
            body=response.body,
            flags=response.flags,
            request=request,
            ip_address=response.ip_address,
            protocol=response.protocol,
        )

    async def _capture(self, request: Request, response: Response, received_at: str) -> Capture:
        return await self._session.capture(
            url=response.url,
            status=response.status,
            reason=RESPONSES.get(response.status, b"").decode(),
            headers=_pairs(response.headers),
            body=response.body,
            request_headers=_pairs(request.headers),
            captured_at=received_at,
            ip=str(response.ip_address) if response.ip_address else None,
            protocol=response.protocol,
            seconds=request.meta.get("download_latency"),
            purpose=self._purpose(request, response),
        )

    def _purpose(self, request: Request, response: Response) -> tuple[str, str] | None:
        """Say what a response is for; one that is shown in a browser is only what the page is made of."""
        known = request.meta.get("known")
        if page := request.meta.get("part_of"):
            return "part", page
        if known and self._run.config.render and is_rendered(known) and is_page(response):
            return "raw", known.url
        return purpose_of(known)

    def _is_reserved(self, request: Request, response: Response, beginning: bytes) -> bool:
        """Tell whether the publisher asks not to archive the page: then its body is not kept here either."""
        is_page = isinstance(request.meta.get("known"), Page) and response.status == HTTPStatus.OK
        if not is_page or self._run.config.reserved == "full":
            return False
        return "reserved" in request.meta or bool(page_reservations(beginning, named_headers(response)))


def _beginning(response: Response) -> bytes:
    """Give the beginning of a body, decompressed; what we did not ask for is read later, and once more."""
    encoding = (response.headers.get("Content-Encoding") or b"").lower().strip()
    if encoding not in (b"gzip", b"deflate"):
        return response.body
    with suppress(zlib.error):
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(response.body, HEAD)
    return b""


def purpose_of(known: Page | Discovery | None) -> tuple[str, str] | None:
    """Say what something is asked for, and by which address."""
    match known:
        case None:
            return None  # robots.txt
        case Page(id=0):
            return "further", known.url
        case Page():
            return "page", known.url
        case Discovery():
            return str(known.kind), known.url


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]
