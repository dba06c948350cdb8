"""Ask whether something changed before it is sent again (conditional requests, RFC 9110 section 13)."""

import hashlib
from datetime import datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.models import Discovery, DiscoveryKind, Page
from crawler.browser import is_rendered
from crawler.session import Session

_CONDITIONS = ("If-None-Match", "If-Modified-Since")


class RevalidationMiddleware:
    """Sends what we know of a document, and tells whether the answer is news.

    ``request.meta["known"]`` is the `Page` or `Discovery` that is asked for. The response gets
    ``meta["digest"]`` (of the decoded body) and the flag ``unchanged``: a 304, or the very same body again.
    What is shown in a browser is always asked for: an answer that is the same may become another document.
    So is a document at its first reading of a day (a feed) or a week (what is larger): there are servers
    that answer 304 whatever they have, and a site would fall silent. A 304 that was not asked for is none.
    """

    def __init__(self, crawler: Crawler) -> None:
        session = Session.of(crawler)
        self._now = session.started_at
        self._renders = session.source_of(crawler).config.render is not None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add the validators that the last answer came with."""
        known = self._known(request)
        if known is None or (isinstance(known, Discovery) and self._wants_all(known)):
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
            if any(name in request.headers for name in _CONDITIONS):
                response.flags.append("unchanged")
        elif response.status == 200:
            request.meta["digest"] = f"sha256:{hashlib.sha256(response.body).hexdigest()}"
            if request.meta["digest"] == known.digest:
                response.flags.append("unchanged")
        return response

    def _wants_all(self, known: Discovery) -> bool:
        """Tell whether this is the first reading of a document in a while."""
        now, before = (datetime.fromisoformat(time or self._now) for time in (self._now, known.checked_at))
        if known.kind is DiscoveryKind.FEED:
            return now.date() != before.date()
        return now.isocalendar()[:2] != before.isocalendar()[:2]

    def _known(self, request: Request) -> Page | Discovery | None:
        known: Page | Discovery | None = request.meta.get("known")
        return None if self._renders and is_rendered(known) else known
