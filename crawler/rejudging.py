"""Other names, old captures: what was skipped is judged again from its stored response, without network."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from archive.captures import Captures
from archive.database import Archive, open_archive
from archive.group_commit import GroupCommit
from archive.holding import hold
from archive.models import FetchOutcome
from archive.near_misses import is_promoted
from archive.skipped import outdated, skipped
from archive.times import utc_now
from archive.writer import Writer
from crawler.config import Config
from crawler.extraction.site import Site
from crawler.processing import names_version, promote, read_stored
from crawler.schedule import next_visit
from crawler.sites import SiteFolders
from crawler.workers import UnreadableError, WorkError, Workers

Watch = Callable[[int, int], None]
"""Is told how many pages were judged, of how many."""


@dataclass(slots=True)
class Rejudged:
    """What came of it."""

    pages: int
    """That were to be judged."""
    judged: int = 0
    kept: list[str] = field(default_factory=list)
    """URLs of those that are articles about the series now."""
    near: int = 0
    """That are near misses now."""


def rejudge(config: Config, watch: Watch, pages: Sequence[int] | None = None) -> Rejudged:
    """Judge skipped pages again by today's names, and keep those that are about the series.

    Each page is noted as judged at once, so a run that is stopped goes on where it was.

    Args:
        config: What is archived.
        watch: Is told how it goes.
        pages: Which ones, by id; by default all that other names have skipped.

    Raises:
        ArchiveBusyError: Another run holds the archive.
        ArchiveError: It cannot be written.
    """
    path = config.archive.database
    if not path.exists():
        return Rejudged(0)
    # create: a first run that met a full disk leaves an empty file behind
    with (
        hold(path),
        closing(open_archive(path, create=True)) as written,
        closing(GroupCommit(written)) as group,
        closing(open_archive(path, readonly=True)) as db,
    ):
        series = tuple(series.to_series() for series in config.series)
        waiting = list(pages) if pages is not None else outdated(db, names_version(series))
        report = Rejudged(len(waiting))
        if waiting:
            asyncio.run(_Rejudging(config, db, group, report, watch).run(waiting))
        return report


class _Rejudging:
    def __init__(
        self, config: Config, db: Archive, group: GroupCommit, report: Rejudged, watch: Watch
    ) -> None:
        """Read from an archive, and write in the group."""
        self._config = config
        self._db = db
        self._group = group
        self._writer = Writer(group.db, Captures(config.archive.captures))
        self._report = report
        self._watch = watch
        self._folders = SiteFolders(config)
        self._sources = {source.name: source for source in config.sources}
        self._series = tuple(series.to_series() for series in config.series)

    async def run(self, waiting: Sequence[int]) -> None:
        workers = Workers(self._config.crawl.jobs)
        rest = iter(waiting)
        try:
            await asyncio.gather(*(self._work(workers, rest) for _ in range(2 * workers.jobs)))
        finally:
            workers.close()

    async def _work(self, workers: Workers, rest: Iterator[int]) -> None:
        for page_id in rest:
            await self._judge(workers, page_id)
            self._report.judged += 1
            self._watch(self._report.judged, self._report.pages)

    async def _judge(self, workers: Workers, page_id: int) -> None:
        page = skipped(self._db, page_id)
        if page is None:
            return
        site = Site(self._folders.rules(page.url, self._sources.get(page.source)))
        try:
            reading = await workers.run(read_stored, self._config.archive.captures, page, self._series, site)
        except (UnreadableError, WorkError):
            await self._group.write(self._writer.set_judged, page_id, names_version(self._series))
            return
        if is_promoted(self._db, page_id):
            reading = promote(reading)
        due = next_visit(utc_now(), 0)
        recorded = await self._group.write(
            self._writer.reconsider, page, reading.extraction, reading.judgement, due
        )
        if recorded.outcome is FetchOutcome.KEPT:
            self._report.kept.append(page.page_url)
        self._report.near += reading.judgement.near_miss
