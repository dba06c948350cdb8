"""Asks the archives of others, one request at a time, with pauses, as they wish."""

import asyncio
import logging
import urllib.error
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.times import utc_now
from crawler.schedule import retry_after, seconds_until
from crawler.visit import Visit, Visitor

T = TypeVar("T")

PAUSE = 4.0
"""Seconds between two requests: the Wayback Machine bans who asks more than 15 times a minute."""
_WAITS = (15.0, 60.0, 240.0)
"""Seconds that are waited after a failure that may pass."""
_LONGEST_WAIT = 300.0
_PASSING = {429, 500, 502, 503, 504}
_BLOCK = 1024 * 1024
MOST = 64 * 1024 * 1024
"""Bytes of an answer."""

log = logging.getLogger(__name__)


class StoppedError(Exception):
    """The backfill is to end: a signal, or its time is up."""


class NotThereError(ArchiveError):
    """The archive does not have it (404), or does not give it (403, 451)."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class UnavailableArchiveError(ArchiveError):
    """The archive does not answer, or wants to be left alone; later it may."""


class Client:
    """Gets documents from archives."""

    def __init__(self, agent: str, private_hosts: Collection[str], stop: asyncio.Event) -> None:
        self._visitor = Visitor(agent, private_hosts, obeys_robots=False)
        self._stop = stop
        self._asked: dict[str, float] = {}

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Visit:
        """Get a document.

        Raises:
            NotThereError: It is not there.
            UnavailableArchiveError: The archive does not answer, after some patience.
            StoppedError: The backfill is to end.
        """
        return await self._ask(url, lambda: self._visitor.get(url, MOST, headers or {}))

    async def download(self, url: str, path: Path) -> None:
        """Get a large file; go on where an earlier download of it ended.

        Raises:
            OSError: It cannot be written.
            ArchiveError: As for `get`.
        """
        with path.open("ab") as file:
            while True:
                start = file.tell()
                headers = {"Range": f"bytes={start}-"} if start else {}
                try:
                    response = await self._ask(url, partial(self._visitor.open, url, headers))
                except NotThereError as error:
                    if start and error.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                        return  # it was whole already
                    raise
                if start and response.status != HTTPStatus.PARTIAL_CONTENT:
                    file.truncate(0)
                left = response.length
                with suppress(HTTPException, OSError), closing(response):
                    while block := await self._until_stopped(partial(response.read, _BLOCK)):
                        file.write(block)
                        left = left and left - len(block)
                if self._stop.is_set():
                    raise StoppedError
                if not left:
                    return

    async def _ask(self, url: str, work: Callable[[], T]) -> T:
        for patience in (*_WAITS, None):
            await self._take_turn(url)
            try:
                return await self._until_stopped(work)
            except urllib.error.HTTPError as error:
                if error.code not in _PASSING:
                    raise NotThereError(f"{url}: status {error.code}.", error.code) from None
                problem = f"status {error.code}"
                until = retry_after(error.headers.get("Retry-After"), utc_now())
                wait = seconds_until(until, utc_now()) if until else patience
                if wait and wait > _LONGEST_WAIT:
                    raise UnavailableArchiveError(
                        f"{urlsplit(url).netloc} asks us to wait until {until}."
                    ) from None
            except (HTTPException, OSError, ValueError) as error:
                if self._stop.is_set():
                    raise StoppedError from None
                problem, wait = str(error) or type(error).__name__, patience
            if patience is None:
                break
            log.info("%s: %s; waiting %d seconds", url, problem, wait or 0)
            await self._sleep(wait or 0)
        raise UnavailableArchiveError(f"{url}: {problem}; the next backfill goes on from here.")

    async def _until_stopped(self, work: Callable[[], T]) -> T:
        """Do something in a thread; when the backfill is to end, hang up."""
        task = asyncio.ensure_future(asyncio.to_thread(work))
        stop = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not task.done():
            self._visitor.hang_up()
            await asyncio.wait([task])
        return task.result()

    async def _take_turn(self, url: str) -> None:
        host = urlsplit(url).netloc
        if host in self._asked:
            await self._sleep(self._asked[host] + PAUSE - monotonic())
        if self._stop.is_set():
            raise StoppedError
        self._asked[host] = monotonic()

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), max(seconds, 0))
        except TimeoutError:
            return
        raise StoppedError
