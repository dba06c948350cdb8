"""How a run goes: a live table on a terminal, a line for each source elsewhere."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

from archive.models import SourceCounts
from archive.times import utc_now
from crawler.source_run import SourceRun

_COLUMNS = (
    "found",
    "fetched",
    "unchanged",
    "kept",
    "added",
    "edited",
    "held",
    "skipped",
    "failed",
    "refused",
    "gone",
)
_FEW = ("found", "fetched", "added", "failed")
"""Those that a narrow terminal has room for."""
_WIDE = 100
_FRAME = 3
"""Lines that are no source: the head, the totals, the cursor's."""
_ALWAYS = {"found", "fetched", "kept"}
"""Told in words though there are none; the others are told where there are any."""
_ENDED = 10
"""Sources that are over and still shown; the counts of the others are in the totals."""


class LiveTable:
    """The sources that are being crawled, the last ones that were, and the totals; redrawn as they change."""

    def __init__(self, console: Console, sources: int) -> None:
        self._console = console
        self._sources = sources
        self._running: list[SourceRun] = []
        self._ended: list[SourceRun] = []
        self._live = Live(console=console, get_renderable=self._draw, refresh_per_second=4)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def began(self, run: SourceRun) -> None:
        """Show a source."""
        self._running.append(run)

    def ended(self, run: SourceRun) -> None:
        """Move a source to those that are over; say at once what was wrong with it."""
        self._running.remove(run)
        self._ended.append(run)
        if not run.is_idle and (said := tell_trouble(run)):
            self._console.print(said, markup=False, highlight=False)

    def _draw(self) -> Table:
        table = Table(box=None, pad_edge=False)
        columns = _COLUMNS if self._console.width >= _WIDE else _FEW
        table.add_column("source", no_wrap=True, overflow="ellipsis", max_width=40)
        for name in columns:
            table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
        running = list(self._running)
        room = max(self._console.height - _FRAME, 1)
        shown = max(min(room - len(running), _ENDED, len(self._ended)), 0)
        for run in self._ended[len(self._ended) - shown :]:
            table.add_row(run.name, *_numbers(run.counts, columns), style="red" if run.error else "dim")
        for run in running[:room]:
            table.add_row(run.name, *_numbers(run.counts, columns))
        everything = [*self._ended, *running]
        totals = [str(sum(getattr(run, name) for run in everything)) for name in columns]
        table.add_row(f"{len(self._ended)} of {self._sources} sources", *totals, style="bold")
        return table


class Lines:
    """One line for each source, when it is over; none for those of which nothing was due.

    Before the first stands when that was: in a log, nothing else tells.
    """

    def __init__(self) -> None:
        self._told_when = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def began(self, run: SourceRun) -> None:
        """Say nothing yet."""

    def ended(self, run: SourceRun) -> None:
        """Say what was done."""
        if run.is_idle:
            return
        if not self._told_when:
            self._told_when = True
            click.echo(f"Crawl of {utc_now()}", err=True)
        said = tell_trouble(run)
        click.echo(f"{run.name}: {tell_counts(run.counts)} in {run.seconds:.1f} s", err=True)
        if said:
            click.echo(said, err=True)


def tell_counts(counts: SourceCounts) -> str:
    """Give counts in words."""
    told = [name for name in _COLUMNS if name in _ALWAYS or getattr(counts, name)]
    return ", ".join(f"{name} {getattr(counts, name)}" for name in told)


def tell_trouble(run: SourceRun) -> str | None:
    """Give what is to be said about a source, when there is something."""
    said = run.error or run.note
    return f"{run.name}: {said}" if said else None


def _numbers(counts: SourceCounts, columns: Sequence[str]) -> list[str]:
    return [str(getattr(counts, name)) for name in columns]
