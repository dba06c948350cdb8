"""A page that has moved to one that we know anyway is not followed: that one has its own turn."""

from typing import Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from w3lib.url import safe_url_string

from archive.models import Page, PageState
from crawler.extraction.urls import clean_url
from crawler.session import Session

_PERMANENT = {301, 308}
_HAS_ITS_TURN = {PageState.NEW, PageState.KEPT, PageState.SKIPPED}


class MovedMiddleware:
    """Marks a permanent redirect to a known page: ``response.meta["leads_to"]``, and is not followed.

    Only for a page that has brought nothing itself yet. One with an article is followed, so that the archive
    sees whether it is the same one; and a temporary redirect may be a maintenance page.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._session = Session.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it as Scrapy does."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Look where a redirect of a page leads."""
        page = request.meta.get("known")
        if response.status not in _PERMANENT or not isinstance(page, Page) or page.state is PageState.KEPT:
            return response
        location = (response.headers.get("Location") or b"").decode("latin-1")
        target = clean_url(safe_url_string(urljoin(request.url, location)))
        if target and target != page.url and self._session.state_of(target) in _HAS_ITS_TURN:
            request.meta.update(dont_redirect=True, leads_to=target)
        return response
