"""``series-archive backfill``: the past, from what others captured."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import click
from rich.console import Console

from archive.errors import WrongUsageError
from crawler.backfill.job import Backfill, Backfilled, Wanted, read_list
from crawler.commands.options import config_option
from crawler.config import load_config

_UNFINISHED = 3
_SECONDS = 30


@click.group("backfill", epilog="Example: series-archive backfill wayback --source Popverse --from 2023")
def command() -> None:
    """Fetch the past, from what others captured: the Wayback Machine, Common Crawl, files.

    What they hold is captured with the date on which they saw it, read, judged and stored like any page. It
    never takes the place of what a crawl saw later. A backfill can be stopped (Ctrl-C); the same command goes
    on where it was. Exit status: 0 all that was asked for, 3 something failed, which is tried again.
    """


def _archive_options(function: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON."),
        config_option,
        click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N captures."),
        click.option("--to", "last", type=click.IntRange(1990, 2100), metavar="YEAR", help="The last year."),
        click.option(
            "--from", "first", type=click.IntRange(1990, 2100), metavar="YEAR", help="The first year."
        ),
        click.option(
            "--all", "everything", is_flag=True, help="Whatever addresses name: often far too much."
        ),
        click.option(
            "--match",
            multiple=True,
            metavar="WORDS",
            help="What addresses name; by default the names of the series. May be given several times.",
        ),
        click.option(
            "--source", "sources", multiple=True, metavar="NAME", help="Only this source; may be repeated."
        ),
    ):
        function = option(function)
    return function


@command.command("wayback", epilog="Example: series-archive backfill wayback --from 2022 --to 2024")
@_archive_options
@click.pass_context
def wayback(ctx: click.Context, /, config_path: Path, as_json: bool, **wanted: Any) -> None:
    """Fetch what the Internet Archive's Wayback Machine holds.

    Lists the captures of each source whose addresses name the series, and fetches them one by one, 15 a
    minute, as the Wayback Machine asks.
    """
    _run(ctx, config_path, lambda backfill: backfill.wayback(_wanted(**wanted)), as_json=as_json)


@command.command("commoncrawl", epilog="Example: series-archive backfill commoncrawl --from 2024")
@_archive_options
@click.pass_context
def commoncrawl(ctx: click.Context, /, config_path: Path, as_json: bool, **wanted: Any) -> None:
    """Fetch what the crawls of Common Crawl hold.

    Asks the index of each crawl for the addresses of each source that name the series, and fetches their
    records.
    """
    _run(ctx, config_path, lambda backfill: backfill.common_crawl(_wanted(**wanted)), as_json=as_json)


@command.command(
    "warc",
    epilog="Examples: series-archive backfill warc old.warc.gz site.wacz"
    " -- series-archive backfill warc --list warc.paths.gz",
)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option(
    "--list",
    "lists",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="A file that names them, one a line, like the warc.paths of Common Crawl News.",
)
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_context
def warc(
    ctx: click.Context, files: tuple[str, ...], lists: tuple[Path, ...], config_path: Path, as_json: bool
) -> None:
    """Read WARC files (also .gz and .zst) and WACZ files, from here or from their addresses.

    The pages of the sources of archive.toml are stored, the rest is passed over. Robots.txt is not asked for
    files that are here already.
    """
    named = [*files, *(name for one in lists for name in read_list(one))]
    if not named:
        raise WrongUsageError("Name a WARC or WACZ file, or a list of them with --list.")
    _run(ctx, config_path, lambda backfill: backfill.files(named), as_json=as_json)


@command.command("urls", epilog="Example: series-archive backfill urls addresses.txt")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@config_option
def urls(file: Path, config_path: Path) -> None:
    """Make the addresses of a list known, one a line; the next crawl fetches them."""
    backfill = Backfill(load_config(config_path))
    try:
        new, foreign = backfill.urls(file)
    finally:
        backfill.close()
    for url in foreign:
        click.echo(f"{url}: of no source in {config_path}", err=True)
    click.echo(f"{new} new addresses; the next crawl fetches them.")


def _wanted(first: int | None, last: int | None, **wanted: Any) -> Wanted:
    if first and last and first > last:
        raise WrongUsageError(f"--from {first} is later than --to {last}.")
    return Wanted(years=(first, last), **wanted)


def _run(ctx: click.Context, config_path: Path, work: Callable[[Backfill], Any], *, as_json: bool) -> None:
    console = Console(stderr=True)
    with console.status("") as status:
        told = status.update if sys.stderr.isatty() else _now_and_then()
        backfill = Backfill(load_config(config_path), told)
        try:
            done = backfill.run(work(backfill))
        finally:
            backfill.close()
    click.echo(json.dumps(_facts(done), ensure_ascii=False, indent=2) if as_json else _tell(done))
    if done.problem:
        click.echo(f"series-archive: {done.problem}", err=True)
    if done.problem or done.failed:
        ctx.exit(_UNFINISHED)


def _now_and_then() -> Callable[[str], None]:
    """Give what prints a line twice a minute, for logs."""
    last = monotonic()

    def tell(said: str) -> None:
        nonlocal last
        if monotonic() - last >= _SECONDS:
            last = monotonic()
            click.echo(said, err=True)

    return tell


def _tell(done: Backfilled) -> str:
    lines = [f"{done.read} captures read, {done.kept} about the series."]
    lines += [f"{number} left out: {reason}" for reason, number in done.left_out.most_common()]
    lines += [f"{number} failed: {reason}" for reason, number in done.failed.most_common(10)]
    if done.waiting:
        lines.append(f"{done.waiting} wait: the same command goes on with them.")
    elif done.is_stopped:
        lines.append("Stopped: the same command goes on.")
    return "\n".join(lines)


def _facts(done: Backfilled) -> dict[str, object]:
    return {
        "listed": done.listed,
        "read": done.read,
        "kept": done.kept,
        "left_out": dict(done.left_out),
        "failed": dict(done.failed),
        "waiting": done.waiting,
        "stopped": done.is_stopped,
        "problem": done.problem,
    }
