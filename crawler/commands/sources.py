"""``series-archive sources``: what is crawled, and what could be."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from archive.database import open_archive
from archive.errors import WrongUsageError
from archive.health import assess
from archive.times import utc_now
from crawler.catalogue import Entry, suited
from crawler.commands.options import config_option
from crawler.config import Config, SourceConfig, load_config
from crawler.sampling import Sample, sample

_PAGES = 3
"""That are fetched of each source to check it."""
_SOME_FAILED, _NONE_WORKS = 3, 4


@click.command()
@config_option
@click.option("--catalogue", is_flag=True, help="List the sites of the catalogue instead.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Of the catalogue; repeatable.")
@click.option("--kind", type=click.Choice(["anime", "games", "shows"]), help="Of the catalogue.")
@click.option(
    "--check", is_flag=True, help="Try each of them live, with a few pages, and say what it brings."
)
@click.option("--name", "names", multiple=True, metavar="NAME", help="Only this one; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    config_path: Path,
    catalogue: bool,
    languages: tuple[str, ...],
    kind: str | None,
    check: bool,
    names: tuple[str, ...],
    as_json: bool,
) -> None:
    """List the sources of the archive with their articles, or those of the catalogue.

    The catalogue travels with the program: news sites that somebody who follows a series may begin with.

    With --check, each is tried as it would be crawled, one after another, in an archive that is thrown away.
    Exit status: 0 all work, 3 some do not, 4 none does.

    \b
    Example:
        series-archive sources
        series-archive sources --catalogue --language ja --kind anime
        series-archive sources --check --name Popverse
    """
    of_catalogue = bool(catalogue or languages or kind)
    if check:
        config = load_config(config_path)
        sources = [_source_of(one) for one in suited(languages, kind)] if of_catalogue else config.sources
        ctx.exit(_check(config, _named(sources, names), of_catalogue=of_catalogue, as_json=as_json))
    if of_catalogue:
        rows: Sequence[dict[str, Any]] = [
            entry.model_dump() for entry in _named(suited(languages, kind), names)
        ]
        columns = {
            "name": "Source",
            "languages": "Languages",
            "kinds": "Kinds",
            "home": "Home",
            "checked": "Seen to work",
        }
    else:
        chosen = {one.name for one in _named(load_config(config_path).sources, names)}
        rows = [row for row in _configured(load_config(config_path)) if row["name"] in chosen]
        columns = {"name": "Source", "home": "Home", "articles": "Articles", "verdict": "Verdict"}
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("None of the catalogue.")  # those of archive.toml are at least one
    console = Console()
    if not console.is_terminal:
        for row in rows:
            click.echo("\t".join(_cell(row[key]) for key in columns))
        return
    table = Table(*columns.values(), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(_cell(row[key])) for key in columns))
    console.print(table)


N = TypeVar("N", SourceConfig, Entry)


def _named(sources: Sequence[N], names: Sequence[str]) -> Sequence[N]:
    """Give the sources of some names; all of them where there are no names.

    Raises:
        WrongUsageError: There is none of that name.
    """
    known = [one.name for one in sources]
    for name in names:
        if name not in known:
            raise WrongUsageError.unknown("source", name, known)
    return [one for one in sources if not names or one.name in names]


def _source_of(entry: Entry) -> SourceConfig:
    return SourceConfig(name=entry.name, home=entry.home, feeds=entry.feeds)


def _check(config: Config, sources: Sequence[SourceConfig], *, of_catalogue: bool, as_json: bool) -> int:
    """Try sources, and tell of each; give the exit status."""
    checks: list[dict[str, Any]] = []
    for source in sources:
        brought = sample(config, source, _PAGES)
        checks.append({"name": source.name, "works": brought.works, **asdict(brought)})
        if not as_json:
            _tell_check(source, brought, of_catalogue=of_catalogue)
    if as_json:
        click.echo(json.dumps(checks, ensure_ascii=False, indent=2))
    works = [one["works"] for one in checks]
    return 0 if all(works) else _SOME_FAILED if any(works) else _NONE_WORKS


def _tell_check(source: SourceConfig, brought: Sample, *, of_catalogue: bool) -> None:
    verdict = "works" if brought.works else "does not work"
    click.echo(f"{source.name}: {verdict}; it names {brought.found} pages.")
    for said in filter(None, (brought.error, brought.note)):
        click.echo(f"  {said}")
    for document in brought.documents:
        said = document["error"] or f"names {document['pages']} pages"
        click.echo(f"  {document['kind']} {document['url']}: {said}")
    for page in brought.pages:
        click.echo(f"  {page['state']:8} {page['title'] or page['url']}: {page['reason']}")
    if brought.works and of_catalogue:
        click.echo(f'  To tell others: checked = "{utc_now()[:10]}" in crawler/catalogue/sources.toml.')


def _configured(config: Config) -> list[dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = {}
    if config.archive.database.exists():  # else nothing was crawled yet
        with closing(open_archive(config.archive.database, readonly=True)) as db:
            verdicts = {one.source: one.verdict for one in assess(db, utc_now())}
            for row in db.rows("SELECT name, articles FROM sources"):
                kept[row["name"]] = {"articles": row["articles"], "verdict": verdicts.get(row["name"])}
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
