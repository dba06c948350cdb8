"""``series-archive rebuild``: the database anew, from the captures alone."""

import json
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from archive.warc_records import warc_files
from crawler.commands.options import config_option
from crawler.config import load_config
from crawler.rebuild import Rebuilt, rebuild

_SHOWN = 10


@click.command(epilog="Example: series-archive rebuild --config press/archive.toml")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@config_option
@click.pass_context
def command(ctx: click.Context, as_json: bool, config_path: Path) -> None:
    """Make the database anew from the captures, with the series and sources of archive.toml.

    Every captured page is read again by today's rules, in the order of the captures, so that articles get
    their revisions again. The old database is kept beside the new one. Captures do not know how a page was
    found (what feeds and sitemaps said of it), what earlier rules made of it, when pages are due, what was
    decided about held back texts, and the history of crawls: these begin anew. Articles that the old database
    has and the new one has not are named.

    Exit status 1 when a file of captures is damaged; the rest is read all the same.
    """
    config = load_config(config_path)
    files = warc_files(config.archive.captures)
    sizes = {path: path.stat().st_size for path in files}
    columns = (
        TextColumn("Reading captures"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as progress:
        task = progress.add_task("", total=sum(sizes.values()))

        def watch(path: Path, offset: int) -> None:
            done = sum(sizes[one] for one in files[: files.index(path)]) if path in sizes else 0
            progress.update(task, completed=done + offset)

        rebuilt = rebuild(config, watch)
    click.echo(json.dumps(_facts(rebuilt), ensure_ascii=False, indent=2) if as_json else _tell(rebuilt))
    for damaged in rebuilt.replayed.damaged:
        click.echo(f"series-archive: {damaged}", err=True)
    for url in rebuilt.lacking[:_SHOWN]:
        click.echo(f"series-archive: {url} was an article and is none now", err=True)
    if len(rebuilt.lacking) > _SHOWN:
        click.echo(f"series-archive: and {len(rebuilt.lacking) - _SHOWN:,} more", err=True)
    if not rebuilt.remembered:
        click.echo(
            "series-archive: the old database cannot be read, so what was forgotten is no longer known:"
            " forget it again.",
            err=True,
        )
    if rebuilt.replayed.damaged:
        ctx.exit(1)


def _facts(rebuilt: Rebuilt) -> dict[str, object]:
    return {
        "articles": rebuilt.articles,
        "articles_before": rebuilt.before,
        "lacking": rebuilt.lacking,
        "revisions": rebuilt.revisions,
        "pages_read": rebuilt.replayed.pages,
        "other_responses": rebuilt.replayed.others,
        "damaged": rebuilt.replayed.damaged,
        "kept_aside": str(rebuilt.aside) if rebuilt.aside else None,
    }


def _tell(rebuilt: Rebuilt) -> str:
    before = "" if rebuilt.before is None else f" (before: {rebuilt.before:,})"
    told = (
        f"{rebuilt.articles:,} articles{before} with {rebuilt.revisions:,} revisions, from"
        f" {rebuilt.replayed.pages:,} answers of pages."
    )
    return f"{told}\nThe old database is kept in {rebuilt.aside}." if rebuilt.aside else told
