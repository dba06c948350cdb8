"""Do over what a crawl did, from what it captured: no network, the same way through the pipelines."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from urllib3.exceptions import HTTPError

from archive.captures import Captures
from archive.database import Archive, open_archive
from archive.errors import ArchiveError
from archive.models import Capture, Page
from archive.urls import absolute_url, page_key
from archive.warc_records import Exchange, read_exchanges, warc_files
from crawler.config import Config
from crawler.decoding import decoded
from crawler.extraction.urls import clean_url
from crawler.items import PageAnswer, PastAnswer
from crawler.pipelines import ArchivePipeline
from crawler.schedule import after
from crawler.session import Session, SessionEndedError
from crawler.source_run import SourceRun
from crawler.stand_in import StandIn

_AHEAD = 8
"""Answers of a source that are read before their turn."""
_HTML = ("text/html", "application/xhtml+xml")

Watch = Callable[[Path, int], None]
"""Is told of the file that is read, and of the bytes of it that are done."""


@dataclass(slots=True)
class Replayed:
    """What came of it."""

    pages: int = 0
    """Answers of pages that were read."""
    others: int = 0
    """Other responses: feeds, sitemaps, robots.txt, those of sites that are not in archive.toml."""
    damaged: list[str] = field(default_factory=list)
    """Files that could not be read to their end; one line each."""


@dataclass(slots=True)
class _Visit:
    """What was fetched for one page: redirects, its answer, its further pages."""

    url: str
    """Of the page."""
    answers: list[tuple[Exchange, Capture]]
    further: dict[str, tuple[Exchange, Capture]] = field(default_factory=dict)


def replay(
    config: Config,
    *,
    pages: Collection[str] = (),
    articles_before: Collection[str] = (),
    watch: Watch = lambda _, __: None,
) -> Replayed:
    """Read every captured page again in the order of the captures, and store what comes of it.

    Sources are read side by side, each in its order: so an article gets its revisions again.

    Args:
        config: What is archived, and from where; its database gets the results.
        pages: Only the captures of these pages; all of them by default.
        articles_before: Addresses of the articles of an earlier database.
        watch: Is told how it goes.

    Raises:
        ArchiveError: The archive cannot be written to, or another run holds it.
    """
    session = Session(config)
    session.writer.expect(frozenset(map(page_key, articles_before)))
    work = _Replay(session, config.archive.captures, pages, watch)
    try:
        asyncio.run(work.run())
    except* SessionEndedError:
        pass  # the session says why
    finally:
        session.close()
    if session.failure:
        raise session.failure
    with closing(open_archive(config.archive.database)) as db:
        work.name_originals(db)
    return work.done


_Lane = asyncio.Queue[tuple[Exchange, Capture] | None]


class _Replay:
    def __init__(self, session: Session, folder: Path, pages: Collection[str], watch: Watch) -> None:
        self._session = session
        self._captures = Captures(folder)
        self._folder = folder
        self._only = frozenset(pages)
        self._watch = watch
        self._originals: list[tuple[str, int, str, int]] = []
        self._further: dict[str, Response] = {}
        self.done = Replayed()

    async def run(self) -> None:
        """Give the exchanges of all files to the lanes of their sources."""
        lanes: dict[str, _Lane] = {name: asyncio.Queue(_AHEAD) for name in self._session.sources}
        async with asyncio.TaskGroup() as tasks:
            for name, lane in lanes.items():
                tasks.create_task(self._lane(name, lane))
            for path in warc_files(self._folder):
                for exchange in self._exchanges(path):
                    run = self._run_of(_purpose(exchange)[1] or exchange.url)
                    if run is None:
                        self.done.others += 1
                    else:
                        await lanes[run.name].put((exchange, self._capture(path, exchange)))
                        await asyncio.sleep(0)
            for lane in lanes.values():
                await lane.put(None)

    def name_originals(self, db: Archive) -> None:
        """Say of each revisit which capture has its body, now that all have rows."""
        with db.transaction():
            db.conn.executemany(
                "UPDATE captures SET original_id = (SELECT id FROM captures WHERE file = ? AND offset = ?)"
                " WHERE file = ? AND offset = ?",
                ((file, offset, own, place) for own, place, file, offset in self._originals),
            )

    def _exchanges(self, path: Path) -> Iterator[Exchange]:
        try:
            for exchange in read_exchanges(path):
                self._watch(path, exchange.response.offset)
                yield exchange
        except ArchiveError as error:
            self.done.damaged.append(str(error))

    def _run_of(self, url: str) -> SourceRun | None:
        return next((run for run in self._session.sources.values() if run.is_own(url)), None)

    def _capture(self, path: Path, exchange: Exchange) -> Capture:
        record = exchange.response
        if (file := record.facts["WARC-Refers-To-Filename"]) and exchange.status != HTTPStatus.NOT_MODIFIED:
            original = file, int(record.facts["WARC-Refers-To-File-Offset"])
            self._originals.append((path.name, record.offset, *original))
        return Capture(
            exchange.url,
            record.facts["WARC-Date"],
            exchange.status,
            next((value for name, value in exchange.headers if name.lower() == "content-type"), None),
            path.name,
            record.offset,
            record.length,
            record.facts["WARC-Payload-Digest"],
        )

    async def _lane(self, name: str, queue: _Lane) -> None:
        """Read the pages of a source one after another."""
        crawler = StandIn(self._session, self._give_further)
        run = self._session.enter(crawler, name)  # type: ignore[arg-type]
        pipeline = ArchivePipeline(crawler)  # type: ignore[arg-type]
        async for visit in self._visits(run, queue):
            if not self._only or visit.url in self._only:
                await self._read(pipeline, run, visit)
        self._session.leave(crawler)  # type: ignore[arg-type]

    async def _visits(self, run: SourceRun, queue: _Lane) -> AsyncIterator[_Visit]:
        """Put together what was fetched for one page: a source was asked for one thing at a time."""
        visit: _Visit | None = None
        while found := await queue.get():
            exchange, capture = found
            kind, url = _purpose(exchange)
            if visit and kind in {"page", None} and _goes_on(visit, exchange, url):
                visit.answers.append(found)
            elif kind == "page" or (kind is None and not exchange.is_told and _is_page(run, exchange)):
                if visit:
                    yield visit
                visit = _Visit(url or clean_url(exchange.url) or exchange.url, [found])
            elif kind == "further" and visit and url:
                visit.further[url] = found
            elif kind is None:
                self.done.others += 1
            else:
                self.done.others += 1
                if not self._only:
                    await self._session.write(self._add, capture)
        if visit:
            yield visit

    def _add(self, capture: Capture) -> None:
        self._session.writer.add_capture(capture)

    async def _read(self, pipeline: ArchivePipeline, run: SourceRun, visit: _Visit) -> None:
        exchange, capture = visit.answers[-1]
        later = after(capture.captured_at, timedelta(seconds=1))
        article_id = self._session.due.article_since(visit.url, later)  # then a backfill brought it
        if article_id is None and self._session.due.is_settled_since(visit.url, later):
            self.done.others += 1
            return
        page = await self._session.write(
            self._session.frontier.page, run.source.id, visit.url, capture.captured_at
        )
        response = self._response(exchange, capture, page)
        if 300 <= response.status < 400 and response.status != HTTPStatus.NOT_MODIFIED:
            target = absolute_url((response.headers.get("Location") or b"").decode("latin-1"), exchange.url)
            response.meta["leads_to"] = clean_url(target) or target
        self._further.update({url: self._response(*found) for url, found in visit.further.items()})
        self.done.pages += 1
        try:
            await pipeline.process_item(
                PastAnswer(page, response, article_id) if article_id else PageAnswer(page, response)
            )
        except ArchiveError as error:  # of this page alone; any other ends the session
            self.done.damaged.append(f"{page.url}: {error}")
        for url in visit.further:
            self._further.pop(url, None)

    async def _give_further(self, request: Request) -> Response | None:
        """Answer for a further page of an article, with what was captured after its first one."""
        return self._further.get(request.url)

    def _response(self, exchange: Exchange, capture: Capture, page: Page | None = None) -> Response:
        """Give a response as the middlewares give it to the pipelines."""
        body, flags = self._body(exchange, capture), []
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        if exchange.status == HTTPStatus.NOT_MODIFIED or (page and digest == page.digest):
            flags.append("unchanged")
        meta: dict[str, Any] = {
            "capture": capture,
            "received_at": capture.captured_at,
            "transferred": len(exchange.response.body),
            "download_latency": _seconds(exchange),
            "digest": digest,
        }
        if page and exchange.url != page.url:
            meta["redirect_urls"] = [page.url]
        headers: dict[str, list[str]] = {}
        for name, value in exchange.headers:
            headers.setdefault(name, []).append(value)
        return Response(
            exchange.url,
            status=exchange.status,
            headers=headers,
            body=body,
            flags=flags,
            request=Request(page.url if page else exchange.url, meta=meta),
        )

    def _body(self, exchange: Exchange, capture: Capture) -> bytes:
        """Give a body without its Content-Encoding, no more of it than is read."""
        record = exchange.response
        body = record.body
        if record.facts["WARC-Refers-To-Filename"] and exchange.status != HTTPStatus.NOT_MODIFIED:
            body = self._captures.read(capture).body
        try:
            return decoded(body, exchange.headers)
        except HTTPError:
            return body


def _purpose(exchange: Exchange) -> tuple[str | None, str | None]:
    """Give what something was fetched for, and the URL that was asked for first, where that is told."""
    for line in exchange.notes:
        kind, mark, url = line.partition(": ")
        if mark and kind in {"page", "further", "feed", "sitemap", "section", "search"}:
            return kind, url
    return None, None


def _seconds(exchange: Exchange) -> float | None:
    """Give how long it took, where that was noted."""
    for line in exchange.notes:
        name, _, milliseconds = line.partition(": ")
        if name == "fetchTimeMs" and milliseconds.isdecimal():
            return int(milliseconds) / 1000
    return None


def _goes_on(visit: _Visit, exchange: Exchange, url: str | None) -> bool:
    """Say if a response is the next one of a visit that was redirected."""
    last, _ = visit.answers[-1]
    location = last.response.http["Location"] if last.response.http else None
    if not (300 <= last.status < 400 and location):
        return False
    return url == visit.url if url else absolute_url(location, last.url).partition("#")[0] == exchange.url


def _is_page(run: SourceRun, exchange: Exchange) -> bool:
    """Guess whether a response is that of a page, where it was captured by a program that did not tell."""
    url, config = exchange.url, run.config
    kind = next((value for name, value in exchange.headers if name.lower() == "content-type"), "")
    lists = {config.home, *config.feeds, *config.sitemaps, *config.sections}
    if url in lists or urlsplit(url).path == "/robots.txt":
        return False
    return exchange.status != HTTPStatus.OK or kind.lower().startswith(_HTML)
