"""``series-archive sources``: what is crawled, and what could be."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.health import assess
from archive.times import utc_now
from crawler.catalogue import suited
from crawler.commands.options import config_option
from crawler.config import Config, load_config


@click.command()
@config_option
@click.option("--catalogue", is_flag=True, help="List the sites of the catalogue instead.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Of the catalogue; repeatable.")
@click.option("--kind", type=click.Choice(["anime", "games", "shows"]), help="Of the catalogue.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(
    config_path: Path, catalogue: bool, languages: tuple[str, ...], kind: str | None, as_json: bool
) -> None:
    """List the sources of the archive with their articles, or those of the catalogue.

    The catalogue travels with the program: news sites that somebody who follows a series may begin with.

    \b
    Example:
        series-archive sources
        series-archive sources --catalogue --language ja --kind anime
    """
    if catalogue or languages or kind:
        rows: Sequence[dict[str, Any]] = [entry.model_dump() for entry in suited(languages, kind)]
        columns = {
            "name": "Source",
            "languages": "Languages",
            "kinds": "Kinds",
            "home": "Home",
            "checked": "Seen to work",
        }
    else:
        rows = _configured(load_config(config_path))
        columns = {"name": "Source", "home": "Home", "articles": "Articles", "verdict": "Verdict"}
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    console = Console()
    if not console.is_terminal:
        for row in rows:
            click.echo("\t".join(_cell(row[key]) for key in columns))
        return
    table = Table(*columns.values(), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_cell(row[key]) for key in columns))
    console.print(table)


def _configured(config: Config) -> list[dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = {}
    try:
        db = open_archive(config.archive.database, readonly=True)
    except ArchiveError:
        pass  # nothing was crawled yet
    else:
        try:
            verdicts = {one.source: one.verdict for one in assess(db, utc_now())}
            for row in db.rows("SELECT name, articles FROM sources"):
                kept[row["name"]] = {"articles": row["articles"], "verdict": verdicts.get(row["name"])}
        finally:
            db.close()
    never = {"articles": 0, "verdict": None}
    return [
        {"name": source.name, "home": source.home, "feeds": source.feeds, "sitemaps": source.sitemaps}
        | kept.get(source.name, never)
        for source in config.sources
    ]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "not crawled yet" if value is None else str(value)
