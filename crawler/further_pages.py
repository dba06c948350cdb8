"""The further pages of an article: fetched as politely as any page, and joined to the first one.

A page's answer waits for them, and all of it is stored at once: when the run dies before, the article is
fetched again from its first page.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from archive.models import Extraction
from crawler.extraction.pagination import MAX_PAGES, goes_on, join, replace_by
from crawler.extraction.site import Site
from crawler.refusals import RefusedError
from crawler.workers import UnreadableError

Read = Callable[[Response], Awaitable[Extraction]]
"""Reads an answer; raises what it raises for a first page."""


class PageMissingError(Exception):
    """A further page did not answer; it may, later."""


@dataclass(slots=True)
class Gathered:
    """An article with its further pages."""

    extraction: Extraction
    responses: list[Response] = field(default_factory=list)
    """The further pages' answers, in order."""


def is_wanted(extraction: Extraction, site: Site, *, relevant: bool) -> bool:
    """Tell whether the further pages are to be fetched: for an article about the series, or by a site rule.

    What looks like further pages may be an index; nobody should be asked for all of those.
    """
    by_rule = bool(site.rules.next_page or site.rules.single_page)
    return bool(extraction.next_page or extraction.single_page) and (relevant or by_rule)


async def gather(
    crawler: Crawler,
    first: Extraction,
    is_own: Callable[[str], bool],
    read: Read,
    is_patient: Callable[[], bool],
) -> Gathered:
    """Fetch and join the further pages of an article.

    Args:
        crawler: Whose downloader fetches them.
        first: The first page, as read.
        is_own: Whether a URL is on the source's own site.
        read: How an answer is read.
        is_patient: Whether a page that does not answer now is waited for, until another run.

    Raises:
        PageMissingError: One did not answer, and there is patience.
    """
    gathered = Gathered(first)
    missing: str | None = None
    if first.single_page and is_own(first.single_page):
        whole, missing = await _page(crawler, first.single_page, gathered, read, is_patient)
        if whole is not None:
            gathered.extraction = replace_by(first, whole)
            if gathered.extraction.next_page is None:
                return gathered
    pages: list[Extraction] = []
    seen = {first.url}
    url, missing = first.next_page, None
    while url and url not in seen and is_own(url):
        if len(pages) + 1 >= MAX_PAGES:
            missing = f"the article has more than {MAX_PAGES} pages"
            break
        seen.add(url)
        page, missing = await _page(crawler, url, gathered, read, is_patient)
        if page is None:
            break
        if not goes_on(first, pages, page):
            gathered.responses.pop()
            break
        pages.append(page)
        url = page.next_page
    gathered.extraction = join(first, pages, missing)
    return gathered


async def _page(
    crawler: Crawler, url: str, gathered: Gathered, read: Read, is_patient: Callable[[], bool]
) -> tuple[Extraction | None, str | None]:
    """Fetch and read one page; give it, or why it is missing for good."""
    engine: Any = crawler.engine
    try:
        response: Response = await engine.download_async(Request(url, callback=NO_CALLBACK))
        if response.status == HTTPStatus.OK:
            extraction = await read(response)
            gathered.responses.append(response)
            return extraction, None
        reason = f"{url}: status {response.status}"
        final = response.status < 500 and response.status != HTTPStatus.TOO_MANY_REQUESTS
    except (RefusedError, UnreadableError) as error:
        reason, final = f"{url}: {error}", True
    except Exception as error:
        reason, final = f"{url}: {error}", False
    if not final and is_patient():
        raise PageMissingError(reason)
    return None, f"a page of it is missing: {reason}"
