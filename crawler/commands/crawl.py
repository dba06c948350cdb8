"""``series-archive crawl``: fetch what is due, keep what is about the series."""

import json
import logging
import signal
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from archive.errors import NothingRanError
from crawler.commands import INTERRUPTED
from crawler.commands.options import config_option
from crawler.config import Config, load_config
from crawler.job import Report, crawl
from crawler.progress import Lines, LiveTable, tell_counts
from crawler.rejudging import rejudge

_SOME_FAILED = 3


@click.command("crawl")
@config_option
@click.option(
    "--source", "sources", multiple=True, metavar="NAME", help="Only this source; may be given several times."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N pages of each source.")
@click.option(
    "--max-minutes",
    "minutes",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="Stop after N minutes; the next run goes on from there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Log every request.")
@click.pass_context
def command(
    ctx: click.Context,
    config_path: Path,
    sources: tuple[str, ...],
    limit: int | None,
    minutes: float | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Fetch every page that is due, and keep what is about the series.

    Reads the feeds and sitemaps of all sources, several sources at a time, and fetches each new or changed
    page once. A run that is stopped (Ctrl-C, or a kill) goes on where it was. Safe to run from cron at any
    interval: a second run at the same time ends at once with status 5.

    Exit status: 0 fine, 1 it could not be stored, 2 a mistake in the configuration, 3 some source failed,
    4 all of them did, 5 another run holds the archive, 130 interrupted by Ctrl-C.

    Example: series-archive crawl --source Popverse --limit 20
    """
    _log(verbose)
    config = load_config(config_path)
    console = Console(stderr=True)
    _judge_again(config, console)
    number = len(sources) or len(config.sources)
    show = LiveTable(console, number) if console.is_terminal and not verbose else Lines()
    with show:
        report = crawl(config, sources=sources, limit=limit, minutes=minutes, watch=show)
    if as_json:
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo(_summary(report))
    if report.signal == signal.SIGINT:
        ctx.exit(INTERRUPTED)
    if report.sources and len(report.failed) == len(report.sources):
        raise NothingRanError("none of the sources could be crawled")
    if report.failed:
        ctx.exit(_SOME_FAILED)


def _judge_again(config: Config, console: Console) -> None:
    """Judge what was skipped again, when the names in archive.toml are others than then."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Judging skipped pages by today's names", visible=False)
        report = rejudge(
            config, lambda done, of: progress.update(task, completed=done, total=of, visible=True)
        )
    if report.pages:
        kept = f"{len(report.kept)} are kept, {report.near} are near misses"
        click.echo(f"Names have changed: {report.pages} skipped pages were judged again, {kept}.", err=True)


def _summary(report: Report) -> str:
    sources = "1 source" if len(report.sources) == 1 else f"{len(report.sources)} sources"
    lines = [f"{sources} in {report.seconds:.1f} s: {tell_counts(report.totals)}."]
    if idle := [one.idle_until for one in report.sources if one.idle_until]:
        whose = "" if len(idle) == len(report.sources) else f" of {len(idle)} of them"
        lines.append(f"Nothing{whose} is due before {min(idle)}.")
    if report.failed:
        lines.append(f"Failed: {', '.join(one.name for one in report.failed)}.")
    if report.outcome == "interrupted":
        lines.append("Stopped before the end; the next run goes on from here.")
    return "\n".join(lines)


def _log(verbose: bool) -> None:
    """Log what goes wrong; with ``-v`` whatever Scrapy tells as well."""
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s: %(message)s" if verbose else "%(message)s",
        datefmt="%H:%M:%S",
        level=logging.DEBUG if verbose else logging.WARNING,
    )
    if not verbose:
        logging.getLogger("scrapy").setLevel(logging.ERROR)  # it warns of pages whose failure is recorded
