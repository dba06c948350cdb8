"""Ask whether something changed before it is sent again (conditional requests, RFC 9110 section 13)."""

import hashlib
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.models import Discovery, Page
from crawler.browser import is_rendered
from crawler.session import Session


class RevalidationMiddleware:
    """Sends what we know of a document, and tells whether the answer is news.

    ``request.meta["known"]`` is the `Page` or `Discovery` that is asked for. The response gets
    ``meta["digest"]`` (of the decoded body) and the flag ``unchanged``: a 304, or the very same body again.
    What is shown in a browser is always asked for: an answer that is the same may become another document.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._renders = Session.of(crawler).source_of(crawler).config.render is not None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add the validators that the last answer came with."""
        known = self._known(request)
        if known is None:
            return
        if known.etag:
            request.headers["If-None-Match"] = known.etag
        if known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """Mark an answer that brings nothing new."""
        known = self._known(request)
        if known is None:
            return response
        if response.status == 304:
            response.flags.append("unchanged")
        elif response.status == 200:
            request.meta["digest"] = f"sha256:{hashlib.sha256(response.body).hexdigest()}"
            if request.meta["digest"] == known.digest:
                response.flags.append("unchanged")
        return response

    def _known(self, request: Request) -> Page | Discovery | None:
        known: Page | Discovery | None = request.meta.get("known")
        return None if self._renders and is_rendered(known) else known
