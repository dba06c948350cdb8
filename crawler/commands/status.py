"""``series-archive status``: is each source well?"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from archive.database import open_archive
from archive.health import Health, Verdict, assess, last_run, overdue_since
from archive.times import utc_now
from crawler.commands.options import config_option
from crawler.config import load_config

_SOME, _ALL = 3, 4
_WORST_FIRST = (Verdict.BROKEN, Verdict.DEGRADED, Verdict.SILENT, Verdict.OK)
_WIDE = 80
"""A narrower terminal has no room for times."""
_STYLES = {Verdict.OK: "green", Verdict.SILENT: "yellow", Verdict.DEGRADED: "yellow", Verdict.BROKEN: "red"}


@click.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_context
def command(ctx: click.Context, config_path: Path, as_json: bool) -> None:
    """Tell how well each source is, judged against its own past.

    A source is ok; degraded, when less comes of it than before (a feed that fails, articles that have lost
    their authors, a site rule that stopped matching); broken, when nothing comes of it for a day; or silent,
    when it has named nothing new for much longer than usual.

    Exit status for monitors: 0 all are ok and the crawl runs on time, 3 some source is not ok or no crawl was
    run for unusually long, 4 none is ok.

    \b
    Example:
        series-archive status --json
    """
    db = open_archive(load_config(config_path).archive.database, readonly=True)
    try:
        now = utc_now()
        sources, last, overdue = assess(db, now), last_run(db), overdue_since(db, now)
    finally:
        db.close()
    if as_json:
        report = {"last_run": last, "overdue": overdue is not None, "sources": [_row(one) for one in sources]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _show(sources, last)
        if overdue:
            click.echo(
                f"No crawl was run since {_time(overdue)} UTC: look after what should start it.", err=True
            )
    well = [one for one in sources if one.verdict is Verdict.OK]
    if not well:
        ctx.exit(_ALL)
    if len(well) < len(sources) or overdue:
        ctx.exit(_SOME)


def _row(health: Health) -> dict[str, Any]:
    row = asdict(health)
    del row["source_id"]
    return row


def _show(sources: list[Health], last: str | None) -> None:
    """Show those first that are not well, and at the end how many are, and as of when."""
    console = Console()
    sources = sorted(sources, key=lambda one: _WORST_FIRST.index(one.verdict))
    if console.is_terminal:
        _show_table(console, sources)
    else:
        for one in sources:
            click.echo(f"{one.source}: {one.verdict}. {one.reason}")
    well = sum(one.verdict is Verdict.OK for one in sources)
    click.echo(f"{well} of {len(sources)} are ok. Last crawl: {_time(last)}.")


def _show_table(console: Console, sources: list[Health]) -> None:
    times = ("Last read", "Last new page") if console.width >= _WIDE else ()
    table = Table(box=None, pad_edge=False)
    table.add_column("Source", overflow="fold")
    for name in ("Verdict", *times):
        table.add_column(name, no_wrap=True)
    table.add_column("Why", overflow="fold")
    for one in sources:
        verdict = f"[{_STYLES[one.verdict]}]{one.verdict}[/]"
        shown = (_time(one.last_success), _time(one.last_found)) if times else ()
        table.add_row(escape(one.source), verdict, *shown, escape(one.reason))
    console.print(table)


def _time(time: str | None) -> str:
    return time[:16].replace("T", " ") if time else "never"
