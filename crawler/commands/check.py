"""``series-archive check``: is everything as it should be, and mend what can be."""

import json
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path

import click
from rich.console import Console

from archive.check import Finding, check, mend
from archive.database import is_writable, open_archive
from archive.errors import ArchiveError
from archive.holding import hold
from crawler.commands.options import config_option
from crawler.config import Config, load_config
from crawler.replay import replay


@click.command(epilog="Example: series-archive check --repair")
@click.option("--repair", is_flag=True, help="Mend what can be rebuilt from the articles and the captures.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@config_option
@click.pass_context
def command(ctx: click.Context, repair: bool, as_json: bool, config_path: Path) -> None:
    """Check the database, the search index, the counts, every article and every capture.

    One line for each finding, with what to do about it. Exit status 1 when something is wrong; after
    --repair, when something still is; 5 when a crawl runs. Without --repair, an archive on a read-only disk
    can be checked as well.
    """
    config = load_config(config_path)
    database = config.archive.database
    readonly = not repair and database.exists() and not is_writable(database)
    if readonly:
        click.echo(
            f"{database} cannot be written to: the words of the search index are not checked.", err=True
        )
    with Console(stderr=True).status("") as status:
        findings = _check(config, status.update, readonly=readonly)
        mended = [one for one in findings if one.can_be_mended] if repair else []
        if mended:
            status.update("Mending")
            _mend(config, mended)
            findings = _check(config, status.update)
    if as_json:
        facts = {"findings": [_facts(one) for one in findings], "mended": [_facts(one) for one in mended]}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for one in mended:
            click.echo(f"mended: {one.problem}.")
        for one in findings:
            click.echo(f"{one.area}: {one.problem}: {one.remedy}.")
        if not findings:
            click.echo("Everything is as it should be.")
    if findings:
        ctx.exit(1)


def _check(config: Config, watch: Callable[[str], None], *, readonly: bool = False) -> list[Finding]:
    paths = config.archive
    with (
        nullcontext() if readonly else hold(paths.database),
        closing(open_archive(paths.database, readonly=readonly)) as db,
    ):
        return list(check(db, paths.captures, watch))


def _mend(config: Config, findings: list[Finding]) -> None:
    paths = config.archive
    with hold(paths.database), closing(open_archive(paths.database)) as db:
        mend(db, findings)
    if pages := {one.page for one in findings if one.page}:
        replayed = replay(config, pages=pages)
        if replayed.damaged:
            raise ArchiveError(replayed.damaged[0])


def _facts(finding: Finding) -> dict[str, object]:
    return {
        "area": finding.area,
        "problem": finding.problem,
        "remedy": finding.remedy,
        "can_be_mended": finding.can_be_mended,
    }
