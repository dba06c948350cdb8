"""How a run goes: a live table on a terminal, a line for each source elsewhere."""

from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

from archive.models import SourceCounts
from crawler.source_run import SourceRun

_COLUMNS = ("found", "fetched", "unchanged", "kept", "held", "skipped", "failed", "refused", "gone")
_RARE = {"held", "refused", "gone"}
"""Told in words only where there are any."""
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
        if said := tell_trouble(run):
            self._console.print(said, markup=False, highlight=False)

    def _draw(self) -> Table:
        table = Table(box=None, pad_edge=False)
        table.add_column("source", no_wrap=True, max_width=40)
        for name in _COLUMNS:
            table.add_column(name, justify="right")
        for run in self._ended[-_ENDED:]:
            table.add_row(run.name, *_numbers(run.counts), style="red" if run.error else "dim")
        for run in list(self._running):
            table.add_row(run.name, *_numbers(run.counts))
        everything = [*self._ended, *self._running]
        totals = [str(sum(getattr(run, name) for run in everything)) for name in _COLUMNS]
        table.add_row(f"{len(self._ended)} of {self._sources} sources", *totals, style="bold")
        return table


class Lines:
    """One line for each source, when it is over."""

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
        said = tell_trouble(run)
        click.echo(f"{run.name}: {tell_counts(run.counts)} in {run.seconds:.1f} s", err=True)
        if said:
            click.echo(said, err=True)


def tell_counts(counts: SourceCounts) -> str:
    """Give counts in words."""
    told = [name for name in _COLUMNS if name not in _RARE or getattr(counts, name)]
    return ", ".join(f"{name} {getattr(counts, name)}" for name in told)


def tell_trouble(run: SourceRun) -> str | None:
    """Give what is to be said about a source, when there is something."""
    said = run.error or run.note
    return f"{run.name}: {said}" if said else None


def _numbers(counts: SourceCounts) -> list[str]:
    return [str(getattr(counts, name)) for name in _COLUMNS]
