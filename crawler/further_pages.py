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

from archive.models import Extraction, Page
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
    is_stopping: Callable[[], bool],
    *,
    patient: bool,
) -> Gathered:
    """Fetch and join the further pages of an article.

    Args:
        crawler: Whose downloader fetches them.
        first: The first page, as read.
        is_own: Whether a URL is on the source's own site.
        read: How an answer is read.
        is_stopping: Whether the run is to end: then nothing more is asked for.
        patient: Whether a page that does not answer now is waited for, until another run.

    Raises:
        PageMissingError: One did not answer, and there is patience; or the run ends. Half of an article is
            not stored because of that.
    """
    gathered = Gathered(first)
    missing: str | None = None

    async def fetch(url: str) -> tuple[Extraction | None, str | None]:
        if is_stopping():
            raise PageMissingError(f"{url}: the run ends")
        try:
            return await _page(crawler, url, gathered, read), None
        except _MissingError as error:
            if is_stopping() or (patient and not error.final):
                raise PageMissingError(str(error)) from error
            return None, f"a page of it is missing: {error}"

    if first.single_page and is_own(first.single_page):
        whole, missing = await fetch(first.single_page)
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
        page, missing = await fetch(url)
        if page is None:
            break
        if not goes_on(first, pages, page):
            gathered.responses.pop()
            break
        pages.append(page)
        url = page.next_page
    gathered.extraction = join(first, pages, missing)
    return gathered


class _MissingError(Exception):
    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final
        """Asking again would not help."""


async def _page(crawler: Crawler, url: str, gathered: Gathered, read: Read) -> Extraction | None:
    """Fetch and read one page; None where it has moved to one that was fetched, the first one mostly.

    Raises:
        _MissingError: It cannot be had.
    """
    engine: Any = crawler.engine
    page = Page(0, 0, url)  # not in the archive yet; what is done for pages on the way is done for it, too
    try:
        response: Response = await engine.download_async(
            Request(url, callback=NO_CALLBACK, meta={"known": page})
        )
        if response.status == HTTPStatus.OK:
            extraction = await read(response)
            gathered.responses.append(response)
            return extraction
        if response.meta.get("leads_to"):
            return None
    except (RefusedError, UnreadableError) as error:
        raise _MissingError(f"{url}: {error}", final=True) from error
    except Exception as error:
        raise _MissingError(f"{url}: {error}", final=False) from error
    final = response.status < 500 and response.status != HTTPStatus.TOO_MANY_REQUESTS
    raise _MissingError(f"{url}: status {response.status}", final=final)
