"""What the crawls of one process share: configuration, archive, workers."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem, IgnoreRequest

from archive import health
from archive.articles import current_revision
from archive.backfills import Backfills
from archive.capture_index import Originals
from archive.captures import Captures, capture_files
from archive.clock import undo_what_lies_ahead
from archive.database import open_archive
from archive.errors import ArchiveError, WrongUsageError
from archive.forgotten import is_forgotten
from archive.frontier import Frontier
from archive.group_commit import GroupCommit
from archive.holding import hold
from archive.identity import page_at
from archive.models import Capture, Extraction, Page, PageState
from archive.near_misses import is_promoted
from archive.past import Past
from archive.readings import Reading, reading_of_page
from archive.revisions import Content, changed_fields
from archive.site_files import SiteFile, keep_site_file, site_file
from archive.site_profile import common_blocks
from archive.times import utc_now
from archive.writer import Writer
from crawler.agent import program_version, user_agent
from crawler.certificates import provide_certificates
from crawler.config import Config, load_config
from crawler.extraction.site import Site
from crawler.resolver import allow_private
from crawler.schedule import after
from crawler.sites import SiteFolders
from crawler.source_run import SourceRun
from crawler.workers import Workers

T = TypeVar("T")
P = ParamSpec("P")

_SITE_FILES_HOLD = timedelta(days=1)
"""How long robots.txt is taken for what it says; RFC 9309 2.4 allows no more."""

_BROWSERS = 2
"""That run at once: each takes some hundred megabytes."""

log = logging.getLogger(__name__)
_sessions: dict[Path, "Session"] = {}


class SessionEndedError(CloseSpider, DropItem, IgnoreRequest):
    """The archive can no longer be written to; the session says why.

    Every part of Scrapy takes it for its own way to drop something quietly.
    """

    def __init__(self, reason: str) -> None:
        Exception.__init__(self, reason)
        self.reason = reason
        self.log_level = "DEBUG"


class Session:
    """One run on one archive. Components get it by `Session.of`, whoever started their crawl.

    One thread writes, so that one transaction follows another and the reactor never waits for the disk; what
    waits for it together is one transaction. Reading what is due is quick, and done where it is asked.
    """

    def __init__(self, config: Config, *, limit: int | None = None, is_crawl: bool = True) -> None:
        """Hold the archive, make what is configured known to it, and note that a crawl begins.

        Args:
            config: What is archived, and from where.
            limit: Pages that are fetched of each source, at most.
            is_crawl: Whether sources are asked: then it is noted as a crawl, and tells of their health.

        Raises:
            ArchiveError: Another run holds the archive, or it cannot be written to.
        """
        self.config = config
        self.limit = limit
        self._is_crawl = is_crawl
        self.started_at = utc_now()
        self.stopping: str | None = None
        """Why nothing new is begun."""
        self.failure: Exception | None = None
        """What keeps the archive from being written."""
        self.stopped = asyncio.Event()
        """Set with ``stopping``."""
        self.hosts: dict[str, Any] = {}
        """What is known of each host in this run; see `crawler.hosts`."""
        self.browsers = asyncio.Semaphore(_BROWSERS)
        """Held by each source that has a browser open."""
        self._crawlers: dict[Crawler, SourceRun] = {}
        self._alone = False
        with ExitStack() as resources:
            self._open(resources)
            self._resources = resources.pop_all()
        _sessions[config.path.absolute()] = self

    def _open(self, resources: ExitStack) -> None:
        paths = self.config.archive
        resources.enter_context(hold(paths.database))
        if not paths.database.exists() and capture_files(paths.captures):
            raise ArchiveError(
                f"{paths.database} is missing, and {paths.captures} has captures: make it of them again with "
                "`series-archive rebuild`, restore a backup, or move them away to begin anew."
            )
        written = open_archive(paths.database, create=True)
        resources.callback(written.close)
        undo_what_lies_ahead(written, paths.captures, self.started_at)
        read = open_archive(paths.database, readonly=True)
        resources.callback(read.close)
        known = open_archive(paths.database, readonly=True)
        resources.callback(known.close)
        self.captures = Captures(paths.captures, Originals(known))
        resources.callback(self.captures.close)
        self._written = written
        self.writer = Writer(written, self.captures)
        self.past = Past(written, self.captures)
        self.backfills = Backfills(written)
        """Both for reading and writing, through `write`."""
        self.frontier = Frontier(written)
        """For writing, through `write`."""
        self._read = read
        self.due = Frontier(read)
        """For reading, at any time."""
        self._group = GroupCommit(written)
        resources.callback(self._group.close)
        self.workers = Workers(self.config.crawl.jobs)
        resources.callback(self.workers.close)
        self.folders = SiteFolders(self.config)
        self.series = tuple(series.to_series() for series in self.config.series)
        self.frontier.register_title(self.config.title)
        self.frontier.register_series(self.series)
        registered = self.frontier.register_sources(
            (source.name, source.home) for source in self.config.sources
        )
        self.frontier.register_publish(self.config.publish)
        self.sources = {
            source.name: SourceRun(source, registered[source.name])
            for source in self.config.sources
            if source.name in registered
        }
        for name in sorted({source.name for source in self.config.sources} - registered.keys()):
            log.warning("%s was forgotten and is not crawled: take it out of %s.", name, self.config.path)
        for run in self.sources.values():
            allow_private(run.private_hosts)
        provide_certificates()
        self.crawl_id = self.writer.start_crawl(program_version()) if self._is_crawl else None

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Give the session that a crawler takes part in.

        The job opens one before its crawls. For ``scrapy crawl`` it is opened here, and closed after the
        last crawl.
        """
        path = Path(crawler.settings["ARCHIVE_CONFIG"])
        session = _sessions.get(path.absolute())
        if session is None:
            session = cls(load_config(path))
            session._alone = True
        assert isinstance(session, cls)  # noqa: S101 - for the type checker
        return session

    def enter(self, crawler: Crawler, name: str | None) -> SourceRun:
        """Let a crawler crawl a source; without a name, the only one that is configured.

        Raises:
            WrongUsageError: There is no such source.
        """
        if name is None and len(self.sources) == 1:
            name = next(iter(self.sources))
        if name not in self.sources:
            raise WrongUsageError.unknown("source", name or "", list(self.sources))
        self._crawlers[crawler] = run = self.sources[name]
        run.begin()
        return run

    def source_of(self, crawler: Crawler) -> SourceRun:
        """Give the source that a crawler crawls."""
        return self._crawlers[crawler]

    def state_of(self, url: str) -> PageState | None:
        """Give the state of the page at a URL; None when there is none."""
        try:
            return PageState(page_at(self._read, url)["state"])
        except ValueError:
            return None

    def site_of(self, run: SourceRun, url: str, *, known: bool = False) -> Site:
        """Give what is known of the site of a source's page.

        Args:
            run: The source.
            url: Of the page.
            known: It has an article already, from which the profile was learnt.
        """
        profile = common_blocks(self._read, run.source.id, known=known)
        return Site(self.folders.rules(url, run.config), profile)

    def is_forgotten(self, url: str) -> bool:
        """Say if an address must not be asked for any more."""
        return is_forgotten(self._read, url)

    def pages_left(self, run: SourceRun) -> int | None:
        """Give how many pages of a source may be fetched in this run; None where nothing limits them."""
        limits = [self.limit, run.config.pages_per_run]
        if run.config.pages_per_day is not None:
            day = f"{self.started_at[:10]}T00:00:00Z"
            limits.append(max(run.config.pages_per_day - self.due.asked_since(run.source.id, day), 0))
        return min((limit for limit in limits if limit is not None), default=None)

    def is_promoted(self, page: Page) -> bool:
        """Say whether a person wants a page in the archive, whatever it is judged to be."""
        return is_promoted(self._read, page.id)

    def reading_of(self, page: Page) -> Reading | None:
        """Give how the article that a page holds was read last; None when it holds none."""
        return reading_of_page(self._read, page.id) if page.state is not PageState.NEW else None

    def reads_otherwise(self, before: Reading, extraction: Extraction) -> bool:
        """Tell whether an article has another content than what was read now."""
        current = Content.of_row(current_revision(self._read, before.article_id))
        return bool(changed_fields(current, Content.of(extraction)))

    def site_file(self, url: str) -> SiteFile | None:
        """Give robots.txt or the like as it was read within a day."""
        return site_file(self._read, url, after(self.started_at, -_SITE_FILES_HOLD))

    async def keep_site_file(self, url: str, status: int, body: str) -> bool:
        """Keep robots.txt or the like as it was read now; say whether it has changed.

        Raises:
            SessionEndedError: The archive cannot be written to.
        """
        return await self.write(keep_site_file, self._written, SiteFile(url, status, body, utc_now()))

    @property
    def user_agent(self) -> str:
        """Who we are, and whom to turn to."""
        return user_agent(self.config.archive.contact)

    async def write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of ``frontier`` or ``writer`` in the thread that writes.

        Raises:
            SessionEndedError: The archive cannot be written to.
        """
        return await self._store(self._group.write, function, *args, **kwargs)

    async def capture(self, **response: Any) -> Capture:
        """Write a response to the captures, with what `Captures.write` wants to know of it.

        Raises:
            SessionEndedError: It cannot be written.
        """
        return await self._store(asyncio.to_thread, self.captures.write, **response)

    async def capture_conversion(
        self, original: Capture, body: bytes, captured_at: str, purpose: tuple[str, str] | None
    ) -> Capture:
        """Write what a browser made of a captured response; both are durable, and known, afterwards.

        Raises:
            SessionEndedError: It cannot be written.
        """
        write = self.captures.write_conversion
        conversion: Capture = await self._store(
            asyncio.to_thread, write, original, body, captured_at, purpose
        )
        await self.write(self.captures.sync, conversion)
        await self.write(self.writer.add_capture, original)
        return conversion

    async def _store(self, start: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
        """Start something that is stored, and wait for it; when that fails, the whole run ends."""
        if self.failure:
            raise SessionEndedError(str(self.failure))
        try:
            return await start(*args, **kwargs)
        except (ArchiveError, OSError) as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError | sqlite3.DataError):
                raise  # this one page is at fault, not the disk
            self.fail(error)
            raise SessionEndedError(str(error)) from error

    def fail(self, error: Exception) -> None:
        """End the run: the archive cannot be used any more."""
        if self.failure is None:
            self.failure = error
            self.stop(str(error))

    def stop(self, reason: str) -> None:
        """Begin nothing new, and let every crawl come to its end: what is being transferred, no more."""
        if self.stopping is None:
            self.stopping = reason
            self.stopped.set()
            for crawler in self._crawlers:
                asyncio.ensure_future(_stop(crawler))  # noqa: RUF006 - nobody needs its result

    @property
    def outcome(self) -> str:
        """How the crawl ended: failed, interrupted or finished."""
        return "failed" if self.failure else "interrupted" if self.stopping else "finished"

    def close(self) -> None:
        """Note how the crawl ended, make everything durable, and let go of the archive."""
        _sessions.pop(self.config.path.absolute(), None)
        with self._resources:
            self.workers.close()
            self._group.close()
            crawled = [run for run in self.sources.values() if run.began and self._is_crawl]
            counts = {run.source.id: run.counts for run in crawled}
            failed = [run for run in self.sources.values() if run.error and self._is_crawl]
            errors = {run.source.id: run.error for run in failed if run.error}
            with suppress(ArchiveError) if self.failure else nullcontext():
                self.writer.finish_crawl(self.crawl_id, self.outcome, counts, errors)
                health.keep(self._written, utc_now())

    def leave(self, crawler: Crawler) -> None:
        """Let a crawler go, whose crawl is over."""
        if run := self._crawlers.pop(crawler, None):
            run.end(stopped=bool(self.stopping))
        if self._alone and not self._crawlers:
            self.close()


async def _stop(crawler: Crawler) -> None:
    with suppress(RuntimeError):  # not started yet: its scheduler will give it nothing
        await crawler.stop_async()
