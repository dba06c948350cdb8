"""How a run looks on terminals of different sizes."""

import io

import pytest
from rich.console import Console

from archive.models import Source
from crawler.config import SourceConfig
from crawler.progress import LiveTable
from crawler.source_run import SourceRun


def run_of(number: int) -> SourceRun:
    config = SourceConfig(name=f"A source with number {number}", home="https://www.example.org/")
    return SourceRun(config, Source(number, config.name, config.home), found=1234, fetched=567, kept=89)


def shown(width: int, height: int, ended: int, running: int) -> list[str]:
    """Give the last picture of a run."""
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=False)
    table = LiveTable(console, ended + running)
    runs = [run_of(number) for number in range(ended + running)]
    for run in runs:
        table.began(run)
    for run in runs[:ended]:
        table.ended(run)
    with console.capture() as captured:
        console.print(table._draw())
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [52, 80, 120])
@pytest.mark.parametrize("height", [6, 12, 50])
def test_numbers_are_whole_and_the_totals_stay_in_sight(width: int, height: int) -> None:
    lines = shown(width, height, ended=30, running=20)
    assert len(lines) < height
    assert all(len(line) <= width for line in lines)
    assert "…" not in lines[0]
    assert lines[0].split()[:3] == ["source", "found", "fetched"]
    assert lines[-1].startswith("30 of 50 sources")
    assert lines[-1].split()[4:6] == ["61700", "28350"]
    assert all("1234" in line for line in lines[1:-1])


def test_what_is_crawled_now_is_shown_before_what_is_over() -> None:
    lines = shown(120, 12, ended=30, running=4)
    assert [line for line in lines if line.startswith("A source")][-4:][0].startswith(
        "A source with number 30"
    )
    assert len(lines) == 11
