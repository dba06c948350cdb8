"""What a site reserves is known before its pages are asked for."""

import asyncio
from http import HTTPStatus
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from archive.models import Page
from crawler.extraction.reservations import TDM_PATH, site_reservation
from crawler.session import Session, SessionEndedError

_LARGEST = 500 * 1024
"""Bytes of a tdmrep.json that are read."""


class ReservationMiddleware:
    """Reads ``/.well-known/tdmrep.json`` of each host once a day, and marks the pages that it reserves.

    ``request.meta["reserved"]`` says so. A source that is configured with ``reserved = "full"`` is not asked.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)
        self._run = self._session.source_of(crawler)
        self._documents: dict[str, asyncio.Future[str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Mark a request for a page that is reserved."""
        if self._run.config.reserved == "full" or not isinstance(request.meta.get("known"), Page):
            return
        parts = urlparse_cached(request)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._documents:
            self._documents[host] = asyncio.ensure_future(self._read(host + TDM_PATH))
        document = await asyncio.shield(self._documents[host])
        if document and (reserved := site_reservation(document, request.url)):
            request.meta["reserved"] = reserved

    async def _read(self, url: str) -> str:
        if kept := self._session.site_file(url):
            return kept.body
        request = Request(url, callback=NO_CALLBACK, meta={"download_maxsize": _LARGEST}, priority=900)
        try:
            response = await self._crawler.engine.download_async(request)
        except SessionEndedError:
            raise
        except Exception:
            return ""
        body = response.body.decode("utf-8", "replace") if response.status == HTTPStatus.OK else ""
        if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            await self._session.keep_site_file(url, response.status, body)
        return body
