"""Pages as a browser shows them: the system's Chromium, by scrapy-playwright, without a network of its own.

Chromium gets the page as it was fetched, and whatever its scripts ask for through Scrapy. So robots.txt, the
pause between requests, the guard of private addresses and the limits of size hold for these requests as for
any other, and they are captured. What it would ask for by itself meets a proxy that does not exist.
"""

import asyncio
import logging
import os
import shutil
from contextlib import suppress
from importlib.util import find_spec
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from archive.errors import ConfigurationError
from archive.models import Discovery, DiscoveryKind, Page

_KINDS = {"script", "xhr", "fetch"}
"""What a page may ask for: what fills it with text. No pictures, styles, fonts, frames, recordings."""
_MOST = 60
"""Requests of one page."""
_SECONDS = 30.0
"""How long a page may go on asking, beside the pauses that its site is left."""
_QUIET = 10_000
"""Milliseconds that are waited for half a second without requests, after the page was read."""
_OWN_HEADERS = ("host", "cookie", "user-agent", "referer", "accept-encoding", "connection", "content-length")
"""Headers of a request that are ours to say."""
_NOT_PASSED_ON = {"content-encoding", "content-length", "transfer-encoding", "set-cookie", "connection"}
_NO_NETWORK = "http://127.0.0.1:9"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_RENDERED = {DiscoveryKind.SECTION, DiscoveryKind.SEARCH}


class RenderError(Exception):
    """The browser did not show the page; the message says why."""


def browser_settings() -> dict[str, Any]:
    """Give the settings of scrapy-playwright.

    Raises:
        ConfigurationError: The extra is not installed.
    """
    if find_spec("scrapy_playwright") is None:
        raise ConfigurationError(
            'render = "browser" needs more to be installed: pip install "series-archive[browser]"'
        )
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    options = {
        "executable_path": next(filter(None, map(shutil.which, _NAMES)), None),
        "chromium_sandbox": not is_root,  # it cannot be had as root
        "proxy": {"server": _NO_NETWORK},
        "args": [
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-quic",
            "--disable-sync",
            "--disable-gpu",
            "--no-first-run",
        ],
    }
    return {
        "PLAYWRIGHT_LAUNCH_OPTIONS": options,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": 60_000,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
    }


class Browser:
    """Shows the pages of one source, one after another; started with the first of them."""

    def __init__(self, crawler: Crawler, agent: str, seconds: float) -> None:
        """Prepare it, before the crawl begins.

        Args:
            crawler: Whose downloader fetches what pages ask for.
            agent: The user agent.
            seconds: That are left between two requests to a host.
        """
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

        logging.getLogger("scrapy-playwright").setLevel(
            logging.CRITICAL
        )  # what fails is told by us, in a line
        self._crawler = crawler
        self._handler = ScrapyPlaywrightDownloadHandler.from_crawler(crawler)
        self._agent = agent
        self._seconds = _SECONDS + _MOST / 3 * seconds
        self._scripts: dict[str, asyncio.Task[Response]] = {}
        """The same on every page of a site: asked for once."""
        self._shown = 0

    async def show(self, response: Response) -> bytes:
        """Give the document that a page has become, as UTF-8, once its scripts are done.

        Raises:
            RenderError: It does not come to that.
        """
        self._shown += 1
        visit = _Visit(self._crawler, response, monotonic() + self._seconds, self._scripts)
        name = f"page-{self._shown}"
        request = Request(
            response.url,
            meta={
                "playwright": True,
                "playwright_context": name,
                "playwright_context_kwargs": {
                    "user_agent": self._agent,
                    "service_workers": "block",
                    "accept_downloads": False,
                },
                "playwright_page_init_callback": visit.prepare,
                "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
                "playwright_include_page": True,
            },
        )
        try:
            async with asyncio.timeout(2 * self._seconds + 30):
                await self._handler.download_request(request)
                return await _document(request.meta["playwright_page"])
        except TimeoutError:
            raise RenderError("the browser took too long") from None
        except Exception as error:  # Playwright's, of many kinds
            raise RenderError(_first_line(error)) from error
        finally:
            if wrapper := self._handler.context_wrappers.get(name):
                with suppress(Exception):
                    await wrapper.context.close()

    async def close(self) -> None:
        """End the browser."""
        for task in self._scripts.values():
            task.cancel()
        with suppress(Exception):
            await self._handler.close()


class _Visit:
    """One page in the browser, and what it asks for."""

    def __init__(
        self, crawler: Crawler, response: Response, until: float, scripts: dict[str, asyncio.Task[Response]]
    ) -> None:
        self._crawler = crawler
        self._response = response
        self._until = until
        self._scripts = scripts
        self._asked = 0
        self._is_there = False

    async def prepare(self, page: Any, _request: Request) -> None:
        """Answer all requests of the page ourselves, and keep it from opening others."""
        await page.add_init_script("window.open = () => null")
        await page.route("**", self.answer)

    async def answer(self, route: Any, asked: Any) -> None:
        """Answer a request of the page: with itself, with what Scrapy fetches, or not."""
        try:
            if asked.is_navigation_request() and asked.frame.parent_frame is None:
                # "No Content": the browser stays where it is. An aborted navigation may leave it nowhere.
                await (route.fulfill(status=204) if self._is_there else _fulfil(route, self._response))
                self._is_there = True
            elif response := await self._fetch(asked):
                await _fulfil(route, response)
            else:
                await route.abort("blockedbyclient")
        except Exception as error:
            if "closed" not in str(error).lower():  # the page is gone, nobody waits for this
                with suppress(Exception):
                    await route.abort()

    async def _fetch(self, asked: Any) -> Response | None:
        """Fetch what a page asks for, if it may: None where it may not, or where time is up."""
        left = self._until - monotonic()
        is_http = asked.url.startswith(("http://", "https://"))
        if asked.resource_type not in _KINDS or asked.method != "GET" or not is_http or left <= 0:
            return None
        task = self._scripts.get(asked.url)
        if task is None:
            self._asked += 1
            if self._asked > _MOST:
                return None
            task = asyncio.ensure_future(self._download(asked))
            if asked.resource_type == "script":
                self._scripts[asked.url] = task
        try:
            return await asyncio.wait_for(asyncio.shield(task), left)
        except Exception:  # refused, without an answer, too large, too late: the page has to do without
            return None

    async def _download(self, asked: Any) -> Response:
        headers = {
            name: value
            for name, value in asked.headers.items()
            if name not in _OWN_HEADERS and not name.startswith((":", "sec-", "if-"))
        }
        meta = {"part_of": self._response.url}
        request = Request(asked.url, callback=NO_CALLBACK, headers=headers, meta=meta, priority=500)
        assert self._crawler.engine  # noqa: S101 - it runs
        return await self._crawler.engine.download_async(request)


async def _fulfil(route: Any, response: Response) -> None:
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    passed_on = {name: value for name, value in headers.items() if name not in _NOT_PASSED_ON}
    await route.fulfill(status=response.status, headers=passed_on, body=response.body)


async def _document(page: Any) -> bytes:
    """Give what has become of a page, once it is quiet; some never are."""
    from playwright.async_api import TimeoutError as Late

    with suppress(Late):
        await page.wait_for_load_state("networkidle", timeout=_QUIET)
    document: str = await page.content()
    return document.encode()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def is_page(response: Response) -> bool:
    """Tell whether a response is a page that a browser would show."""
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1").lower()
    return response.status == 200 and ("html" in kind or not kind) and bool(urlparse_cached(response).netloc)


def is_rendered(known: Page | Discovery | None) -> bool:
    """Tell whether what is asked for is a page, or a list of them that is one."""
    return isinstance(known, Page) or (isinstance(known, Discovery) and known.kind in _RENDERED)
