"""Better rules, old captures: every stored article is read again as today's rules read it, without network.

What differs becomes a revision of kind "rules", unless it would make the article worse. An article that was
read is noted as read by these rules at once, so a run that is stopped goes on where it was.
"""

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import Any

from archive.articles import current_revision
from archive.captures import Captures
from archive.database import Archive, open_archive
from archive.diffs import TextDiff
from archive.errors import ArchiveError
from archive.frontier import Frontier
from archive.group_commit import GroupCommit
from archive.history import differences
from archive.holding import hold
from archive.identity import find_article
from archive.models import Series
from archive.readings import Reading, find_readings, reading_of
from archive.revisions import Content, changed_fields
from archive.site_profile import common_blocks
from archive.sources import source_id
from archive.times import since_when, utc_now
from archive.worse import why_worse
from archive.writer import Writer
from crawler.config import Config
from crawler.extraction.site import Site
from crawler.extraction.version import rules_version
from crawler.hints import with_hints
from crawler.interrupts import on_signals
from crawler.processing import Reading as PageReading
from crawler.processing import names_version, read_stored
from crawler.sites import SiteFolders
from crawler.workers import UnreadableError, WorkError, Workers

_LARGEST = 10
"""Changes that the report shows."""

Watch = Callable[[int, int], None]
"""Is told how many articles were read, of how many."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are read again, of those that other rules or other names read last."""

    source: str | None = None
    since: str | None = None
    """The first day that they count as published on."""
    rule: str | None = None
    """Removed something from them."""
    article: str | None = None
    """A URL that leads to it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An article that today's rules read differently."""

    article_id: int
    url: str
    facts: Mapping[str, tuple[Any, Any]]
    texts: Mapping[str, TextDiff]

    @property
    def words(self) -> int:
        """Words that were added or removed."""
        return sum(diff.words_added + diff.words_removed for diff in self.texts.values())

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON, with the passages that changed."""
        return {
            "article": self.article_id,
            "url": self.url,
            "facts": {name: {"from": old, "to": new} for name, (old, new) in self.facts.items()},
            "texts": {
                name: {
                    "words_added": diff.words_added,
                    "words_removed": diff.words_removed,
                    "passages": [
                        [{"change": str(piece.change), "text": piece.text} for piece in passage]
                        for passage in diff.passages()
                    ],
                }
                for name, diff in self.texts.items()
            },
        }


@dataclass(slots=True)
class Report:
    """What came of it."""

    dry_run: bool
    outdated: int
    """Articles that were to be read."""
    read: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """In how many articles each field changed."""
    held: Counter[str] = field(default_factory=Counter)
    """Articles that would have become worse, by reason."""
    irrelevant: list[tuple[str, str]] = field(default_factory=list)
    """URLs of articles that are not about the series any more, and why; they stay."""
    unreadable: list[str] = field(default_factory=list)
    """Why articles could not be read."""
    stopped: bool = False
    seconds: float = 0.0
    _largest: list[tuple[int, int, Changed]] = field(default_factory=list)

    @property
    def largest(self) -> list[Changed]:
        """The largest changes, the largest first."""
        return [change for *_, change in sorted(self._largest, key=lambda one: -one[0])]

    def add(self, change: Changed) -> None:
        """Count a change."""
        self.changed += 1
        self.fields.update([*change.facts, *change.texts])
        heapq.heappush(self._largest, (change.words, -change.article_id, change))
        if len(self._largest) > _LARGEST:
            heapq.heappop(self._largest)

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return {
            "dry_run": self.dry_run,
            "outdated": self.outdated,
            "read": self.read,
            "changed": self.changed,
            "fields": dict(self.fields.most_common()),
            "held": dict(self.held.most_common()),
            "irrelevant": [{"url": url, "reason": reason} for url, reason in self.irrelevant],
            "unreadable": self.unreadable,
            "stopped": self.stopped,
            "seconds": round(self.seconds, 1),
            "largest": [change.to_dict() for change in self.largest],
        }


def reextract(
    config: Config, selection: Selection, *, dry_run: bool = False, watch: Watch | None = None
) -> Report:
    """Read stored articles again with today's rules, and judge them by today's names.

    SIGINT and SIGTERM end it after what is being read; the next run goes on from there.

    Args:
        config: What is archived.
        selection: Which articles.
        dry_run: Only say what would change.
        watch: Is told how it goes.

    Raises:
        ArchiveBusyError: Another run holds the archive.
        ArchiveError: It cannot be written, or there is no such article or source.
    """
    path = config.archive.database
    with ExitStack() as resources:
        group = None
        if not dry_run:
            resources.enter_context(hold(path))
            written = resources.enter_context(closing(open_archive(path)))
            group = resources.enter_context(closing(GroupCommit(written)))
        db = resources.enter_context(closing(open_archive(path, readonly=True)))
        return asyncio.run(_Reextraction(config, db, group).run(selection, watch or _nobody))


class _Reextraction:
    def __init__(self, config: Config, db: Archive, group: GroupCommit | None) -> None:
        """Read from an archive, and write in the group; without one, only say what would change."""
        self._config = config
        self._db = db
        self._group = group
        self._writer = Writer(group.db, Captures(config.archive.captures)) if group else None
        self._frontier = Frontier(db)
        self._workers = Workers(config.crawl.jobs)
        self._jobs = self._workers.jobs
        self._folders = SiteFolders(config)
        self._sources = {source.name: source for source in config.sources}
        self._series: tuple[Series, ...] = tuple(series.to_series() for series in config.series)
        self._profile = cache(self._read_profile)
        self._stopping = False

    async def run(self, selection: Selection, watch: Watch) -> Report:
        began = monotonic()
        waiting = self._outdated(selection)
        report = Report(self._group is None, len(waiting))
        rest = iter(waiting)
        with on_signals(self._stop, once=True):
            try:
                await asyncio.gather(*(self._read(rest, report, watch) for _ in range(2 * self._jobs)))
            finally:
                self._workers.close()
        report.stopped = self._stopping and report.read < report.outdated
        report.seconds = monotonic() - began
        return report

    def _outdated(self, selection: Selection) -> list[int]:
        """Give the articles that were not read by today's rules, or not judged by today's names."""
        article_id = None
        if selection.article:
            article_id = find_article(self._db, selection.article)
            if article_id is None:
                raise ArchiveError(f"{selection.article} leads to no article in {self._db.path}.")
        if selection.source:
            source_id(self._db, selection.source)
        found = find_readings(
            self._db,
            source=selection.source,
            since=since_when(selection.since) if selection.since is not None else None,
            rule=selection.rule,
            article_id=article_id,
        )
        names = names_version(self._series)
        return [
            reading.article_id
            for reading in found
            if reading.names_version != names or reading.rules_version != self._version(reading)
        ]

    def _version(self, reading: Reading) -> str:
        return rules_version(self._folders.rules(reading.url, self._sources.get(reading.source)))

    def _read_profile(self, source: str) -> Mapping[int, int]:
        return common_blocks(self._db, source_id(self._db, source), known=True)

    async def _read(self, rest: Iterator[int], report: Report, watch: Watch) -> None:
        """Read one article after the other, until there are no more."""
        for article_id in rest:
            if self._stopping:
                return
            reading = reading_of(self._db, article_id)
            if reading is None:
                continue
            rules = self._folders.rules(reading.url, self._sources.get(reading.source))
            site = Site(rules, self._profile(reading.source))
            try:
                again = await self._workers.run(
                    read_stored, self._config.archive.captures, reading, self._series, site
                )
                await self._apply(reading, again, report)
            except (UnreadableError, WorkError) as error:
                report.unreadable.append(f"{reading.url}: {error}")
            report.read += 1
            watch(report.read, report.outdated)

    async def _apply(self, reading: Reading, again: PageReading, report: Report) -> None:
        extraction, judgement = again.extraction, again.judgement
        old = Content.of_row(current_revision(self._db, reading.article_id))
        new = Content.of(extraction)
        worse = why_worse(old, new)
        if not judgement.relevant:
            report.irrelevant.append((reading.url, judgement.reason))
        if worse:
            report.held[worse.reason] += 1
        elif changed_fields(old, new):
            facts, texts = differences(old, new)
            report.add(Changed(reading.article_id, reading.url, facts, texts))
        if self._group and self._writer:
            told = (
                with_hints(extraction, self._frontier.hints(reading.page_id))
                if reading.page_id
                else extraction
            )
            await self._group.write(self._writer.reread, reading, utc_now(), told, judgement)

    def _stop(self, _: object) -> None:
        """Stop after what is being read."""
        self._stopping = True


def _nobody(_read: int, _outdated: int) -> None:
    """Look on, and say nothing."""
