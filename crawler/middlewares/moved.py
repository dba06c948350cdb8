"""A page that has moved to one that was fetched already is not followed: that one has its own turns."""

from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from w3lib.url import safe_url_string

from archive.models import Page, PageState
from archive.urls import absolute_url, clean_url, page_key
from crawler.session import Session

_PERMANENT = {301, 308}
_FETCHED = {PageState.KEPT, PageState.SKIPPED}


class MovedMiddleware:
    """Marks a permanent redirect to a fetched page, ``response.meta["leads_to"]``, which is not followed.

    Only for a page that has brought nothing itself yet. One with an article is followed, so that the archive
    sees whether it is the same one; and a temporary redirect may be a maintenance page.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
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
        target = clean_url(safe_url_string(absolute_url(location, request.url)))
        if target and page_key(target) != page_key(page.url) and self._is_fetched(target):
            request.meta.update(dont_redirect=True, leads_to=target)
        return response

    def _is_fetched(self, url: str) -> bool:
        scheduler: Any = self._crawler.engine.scheduler
        return self._session.state_of(url) in _FETCHED or scheduler.is_under_way(url)
