"""``series-archive reextract``: today's rules over the stored captures, without network."""

import json
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from crawler.commands import INTERRUPTED
from crawler.commands.options import config_option
from crawler.config import load_config
from crawler.diff_view import show_changes
from crawler.reextraction import Report, Selection, reextract


@click.command("reextract", epilog="Example: series-archive reextract --source Popverse --dry-run")
@click.option("--source", metavar="NAME", help="Only the articles of this source.")
@click.option(
    "--since", metavar="DATE", help="Only articles published on or after this day, like 2024-05-31."
)
@click.option("--rule", metavar="ID", help="Only articles from which this rule removed something.")
@click.option("--article", metavar="URL", help="Only this article.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    source: str | None,
    since: str | None,
    rule: str | None,
    article: str | None,
    dry_run: bool,
    as_json: bool,
    config_path: Path,
) -> None:
    """Read stored articles again with today's rules, and judge them by today's names of the series.

    Reads the captures, never the network. Articles that these rules have read already are left out, so that
    a run that is stopped (Ctrl-C) goes on where it was. What differs becomes a revision; what would make an
    article worse is held back for `series-archive review`. Articles that are not about the series any more
    are listed, and stay.

    Exit status: 0 fine, 1 an article could not be read, 2 a mistake in the configuration, 5 another run holds
    the archive, 130 interrupted by Ctrl-C.
    """
    config = load_config(config_path)
    selection = Selection(source, since, rule, article)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Reading", total=None)
        report = reextract(
            config,
            selection,
            dry_run=dry_run,
            watch=lambda read, outdated: progress.update(task, completed=read, total=outdated),
        )
    if as_json:
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        _show(Console(soft_wrap=True, highlight=False), report)
    if report.stopped:
        ctx.exit(INTERRUPTED)
    if report.unreadable:
        ctx.exit(1)


def _show(console: Console, report: Report) -> None:
    for change in report.largest:
        console.print(change.url, style="bold", markup=False)
        show_changes(console, change.facts, change.texts)
    for url, reason in report.irrelevant:
        console.print(f"Not about the series any more: {url} ({reason})", markup=False)
    for said in report.unreadable:
        console.print(f"Not read: {said}", markup=False)
    console.print(_summary(report), markup=False)


def _summary(report: Report) -> str:
    if not report.outdated:
        return "Nothing to do: today's rules have read every article."
    would = "would change" if report.dry_run else "changed"
    read = f"{report.read} of {report.outdated} articles read in {report.seconds:.1f} s"
    lines = [f"{read}; {report.changed} {would}."]
    if report.fields:
        lines.append(f"By field: {_told(report.fields.most_common())}.")
    if report.held:
        lines.append(f"Worse, so held back: {_told(report.held.most_common())}.")
    if report.stopped:
        lines.append("Stopped before the end; the next run goes on from here.")
    return "\n".join(lines)


def _told(counts: list[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts)
