"""What a session and the pipelines want of Scrapy's crawler, where nothing is crawled."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.session import Session

Download = Callable[[Request], Awaitable[Response | None]]


async def _nothing(_request: Request) -> None:
    return None


class StandIn:
    """A crawler of one source whose answers are there already."""

    def __init__(self, session: Session, download: Download = _nothing) -> None:
        """Make one.

        Args:
            session: What it takes part in.
            download: Gives the further pages of an article; None for one that is not there.
        """
        self.settings = {"ARCHIVE_CONFIG": str(session.config.path)}
        self.engine = _Engine(download)

    async def stop_async(self) -> None:
        """Have nothing to stop."""


class _Engine:
    def __init__(self, download: Download) -> None:
        self._download = download
        self.scheduler: Any = SimpleNamespace(done=lambda _: None)

    async def download_async(self, request: Request) -> Response:
        """Give the answer that is there."""
        found = await self._download(request)
        return found or Response(request.url, status=HTTPStatus.NOT_FOUND)
