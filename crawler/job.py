"""One run: every due page of every source, several sources at once."""

import asyncio
import logging
import signal
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import asdict, dataclass, fields
from time import monotonic
from typing import Any, Protocol, Self

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings, SettingsAttribute

from archive.errors import ArchiveError, ConfigurationError, WrongUsageError
from archive.models import SourceCounts
from archive.times import utc_now
from crawler import reactor
from crawler.config import Config
from crawler.interrupts import on_signals
from crawler.notify import notify
from crawler.resolver import GuardedResolver
from crawler.session import Session
from crawler.source_run import SourceRun

SPIDER = "news"
GRACE = 5.0
"""Seconds that crawls have to come to their end when the run is stopped."""
_EARLIEST = "2026"
"""Before that, this program was not there: a machine has lost its time."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What a run did for one source."""

    name: str
    counts: SourceCounts
    offsite: int
    seconds: float
    error: str | None
    note: str | None
    idle_until: str | None = None
    """When something of it is due again, UTC, where nothing was due; None where something was."""

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return {
            "name": self.name,
            **asdict(self.counts),
            "offsite": self.offsite,
            "seconds": round(self.seconds, 1),
            "error": self.error,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did."""

    crawl_id: int
    outcome: str
    """finished or interrupted."""
    signal: int | None
    """The one that interrupted it."""
    started_at: str
    seconds: float
    sources: tuple[SourceReport, ...]
    """Those whose crawl began."""

    @property
    def totals(self) -> SourceCounts:
        """The counts of all sources together."""
        names = [field.name for field in fields(SourceCounts)]
        return SourceCounts(
            **{name: sum(getattr(one.counts, name) for one in self.sources) for name in names}
        )

    @property
    def failed(self) -> Sequence[SourceReport]:
        """The sources that could not be crawled."""
        return [one for one in self.sources if one.error]

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return {
            "crawl": self.crawl_id,
            "outcome": self.outcome,
            "started_at": self.started_at,
            "seconds": round(self.seconds, 1),
            "totals": asdict(self.totals),
            "sources": [one.to_dict() for one in self.sources],
        }


class Watch(Protocol):
    """Somebody who looks on."""

    def began(self, run: SourceRun) -> None:
        """Tell that a source's crawl begins; its counts change from now on."""

    def ended(self, run: SourceRun) -> None:
        """Tell that it is over."""


def crawl(
    config: Config,
    *,
    sources: Collection[str] = (),
    limit: int | None = None,
    minutes: float | None = None,
    watch: Watch | None = None,
) -> Report:
    """Crawl what is due. SIGINT and SIGTERM end it within seconds, with everything stored that was fetched.

    Args:
        config: What is archived, and from where.
        sources: Names of those that are crawled; all of them by default.
        limit: Pages of each source, at most.
        minutes: After which it stops; the next run goes on from there.
        watch: Is told how it goes.

    Raises:
        WrongUsageError: A name is not that of a source.
        ArchiveBusyError: Another run holds the archive.
        ArchiveError: The archive cannot be written to. What was stored before is unharmed.
    """
    names = [source.name for source in config.sources if not sources or source.name in sources]
    for name in sources:
        if name not in names:
            raise WrongUsageError.unknown("source", name, [source.name for source in config.sources])
    if utc_now() < _EARLIEST:
        raise ArchiveError(f"The clock of this machine says {utc_now()}: set it, then crawl.")
    session = Session(config, limit=limit)
    names = [name for name in names if name in session.sources]
    job = _Job(session, names, minutes, watch)
    try:
        reactor.run(job.run())
    finally:
        session.close()
    if session.failure:
        raise session.failure
    notify(config)
    return job.report()


class _Job:
    def __init__(
        self, session: Session, names: Sequence[str], minutes: float | None, watch: Watch | None
    ) -> None:
        self._session = session
        self._names = deque(names)
        self._minutes = minutes
        self._watch = watch
        self._signal: int | None = None
        self._hurry = asyncio.Event()
        self._began = monotonic()

    async def run(self) -> None:
        from twisted.internet import reactor as twisted_reactor  # the one that crawler.reactor chose

        GuardedResolver(twisted_reactor).install_on_reactor()
        self._runner = AsyncCrawlerRunner(_settings(self._session.config))
        self._spider = self._runner.spider_loader.load(SPIDER)
        crawls = asyncio.gather(
            *(self._crawl_next() for _ in range(self._session.config.crawl.concurrent_sources))
        )
        with on_signals(self._stop), self._time_limit():
            await _first(crawls, self._session.stopped.wait())
            if not crawls.done():
                await _first(crawls, self._hurry.wait(), asyncio.sleep(GRACE))
        if not crawls.done():
            crawls.cancel()
            with suppress(asyncio.CancelledError):
                await crawls

    async def _crawl_next(self) -> None:
        while self._names and not self._session.stopping:
            run = self._session.sources[self._names.popleft()]
            if self._watch:
                self._watch.began(run)
            try:
                await self._runner.crawl(self._spider, source=run.name)
            except ConfigurationError as error:
                run.error = str(error)
                run.end()
            except Exception as error:
                log.debug("%s: the crawl failed", run.name, exc_info=True)
                run.error = f"the crawl failed: {type(error).__name__}: {error}"
                run.end()
            if self._watch:
                self._watch.ended(run)

    @contextmanager
    def _time_limit(self) -> Iterator[None]:
        """Stop when the time is up."""
        if self._minutes is None:
            yield
            return
        told = f"stopped after {self._minutes:g} minutes"
        timer = asyncio.get_running_loop().call_later(self._minutes * 60, self._session.stop, told)
        try:
            yield
        finally:
            timer.cancel()

    def _stop(self, number: int) -> None:
        """Stop; at the second signal, at once."""
        if self._session.stopping:
            self._hurry.set()
        self._signal = self._signal or number
        self._session.stop(f"stopped by {signal.Signals(number).name}")

    def report(self) -> Report:
        session = self._session
        began = [run for run in session.sources.values() if run.began is not None]
        return Report(
            session.crawl_id or 0,
            session.outcome,
            self._signal,
            session.started_at,
            monotonic() - self._began,
            tuple(_report(run) for run in began),
        )


def _report(run: SourceRun) -> SourceReport:
    idle_until = run.next_due if run.is_idle else None
    return SourceReport(run.name, run.counts, run.offsite, run.seconds, run.error, run.note, idle_until)


async def _first(*awaitables: Any) -> None:
    """Wait for the first of several; those that are coroutines of our own are not needed after that."""
    tasks = [asyncio.ensure_future(one) for one in awaitables]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task, one in zip(tasks, awaitables, strict=True):
        if task is not one:
            task.cancel()


class _CheapSettings(Settings):
    """Scrapy copies all settings, deeply, for each crawl: a quarter of the work of a run on many sources."""

    def copy(self) -> Self:
        """Copy names and priorities; the values are shared, since nobody changes them in place."""
        settings = copy(self)
        settings.attributes = {
            name: SettingsAttribute(attribute.value, attribute.priority)
            for name, attribute in self.attributes.items()
        }
        return settings


def _settings(config: Config) -> Settings:
    settings = _CheapSettings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("ARCHIVE_CONFIG", str(config.path), priority="cmdline")
    return settings
