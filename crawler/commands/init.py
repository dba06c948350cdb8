"""``series-archive init``: begin an archive."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from archive.errors import ConfigurationError
from crawler.catalogue import Entry, entry_of, named, suited
from crawler.commands.options import config_option
from crawler.config import check_contact, check_name, check_url
from crawler.config_file import write_new

_KINDS = ("anime", "games", "shows")


@click.command()
@click.option("--series", metavar="NAME", help="What the archive is about.")
@click.option("--alias", "aliases", multiple=True, metavar="NAME", help="Another name of it; repeatable.")
@click.option("--person", "people", multiple=True, metavar="NAME", help="Somebody who made it; repeatable.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="URL|NAME",
    help="A news site: its address, or its name in the catalogue; repeatable.",
)
@click.option("--contact", metavar="ADDRESS", help="mailto: or web address, for the sites that are crawled.")
@config_option
def command(
    series: str | None,
    aliases: tuple[str, ...],
    people: tuple[str, ...],
    sources: tuple[str, ...],
    contact: str | None,
    config_path: Path,
) -> None:
    """Begin an archive: write archive.toml.

    Asks for what the options do not say; with --series and --source it asks nothing. The sites that it
    offers are those of the catalogue (`series-archive sources --catalogue`).

    \b
    Example:
        series-archive init
        series-archive init --series "Metallic Rouge" --alias メタリックルージュ \\
            --source Popverse --source https://www.example.org/
    """
    if config_path.exists():
        raise ConfigurationError(f"{config_path}: there is one already; delete it, or name another file")
    if not (series and sources):
        if not sys.stdin.isatty():
            raise ConfigurationError("init: without a terminal, --series and --source are needed")
        series, aliases, people, sources, contact = _ask(series, aliases, people, sources, contact)
    write_new(
        config_path,
        {"contact": contact},
        [{"name": series, "aliases": aliases, "people": people}],
        _sources(sources),
    )
    click.echo(
        f"Written: {config_path}. Next: series-archive crawl, then series-archive serve;\n"
        "series-archive schedule says how to have it crawled again and again."
    )


def _ask(
    series: str | None,
    aliases: tuple[str, ...],
    people: tuple[str, ...],
    sources: tuple[str, ...],
    contact: str | None,
) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], str | None]:
    series = series or _ask_until(check_name, "Name of the series")
    aliases = aliases or _ask_list("Its other names, in every script")
    people = people or _ask_list("People who made it")
    if not sources:
        kind = click.prompt("What is it", type=click.Choice(_KINDS), default="anime")
        languages = _ask_list("Languages of the news, like en, ja", "en")
        sources = (*_choose(suited(languages, kind)), *_ask_sites("Addresses of other news sites"))
        while not sources:
            sources = _ask_sites("At least one site is needed; its address")
    contact = contact or _ask_until(
        check_contact, "Contact for the sites that are crawled (mailto:you@example.org), or nothing", ""
    )
    return series, aliases, people, sources, contact


def _ask_until(check: Callable[[str], str], question: str, default: str | None = None) -> str:
    """Ask until the answer is one that archive.toml may have, or the default."""
    while True:
        answer: str = click.prompt(question, default=default, type=str)
        try:
            return answer if answer == default else check(answer)
        except ValueError as error:
            click.echo(f'Not "{answer}": {error}, please.')


def _ask_sites(question: str) -> tuple[str, ...]:
    """Ask until every answer is a site: its address, or its name in the catalogue."""
    while True:
        answers = _ask_list(question)
        try:
            for source in _sources(answers):
                check_url(source["home"])
        except (ConfigurationError, ValueError):
            click.echo("Addresses are written whole, like https://www.example.org/.")
        else:
            return answers


def _ask_list(question: str, default: str = "") -> tuple[str, ...]:
    answer: str = click.prompt(
        f"{question} (with commas between them)", default=default, show_default=bool(default)
    )
    return tuple(part.strip() for part in answer.replace("、", ",").split(",") if part.strip())


def _choose(entries: list[Entry]) -> tuple[str, ...]:
    """Let the user choose among sites of the catalogue."""
    for number, entry in enumerate(entries, start=1):
        checked = "not checked yet" if entry.checked == "never" else f"seen to work on {entry.checked}"
        click.echo(f"{number:3}  {entry.name} ({', '.join(entry.languages)}), {entry.home}, {checked}")
    if not entries:
        return ()
    while True:
        answer: str = click.prompt("Which of these? Numbers, all or none", default="all")
        if answer in {"all", "none"}:
            return tuple(entry.name for entry in entries) if answer == "all" else ()
        numbers = answer.replace(",", " ").split()
        if all(number.isdecimal() and 0 < int(number) <= len(entries) for number in numbers):
            return tuple(entries[int(number) - 1].name for number in numbers)
        click.echo(f"Numbers from 1 to {len(entries)}, please.")


def _sources(stated: tuple[str, ...]) -> list[dict[str, Any]]:
    """Give sources, each once though it was named twice, as with and without ``www.``."""
    sources: dict[tuple[str, str], dict[str, Any]] = {}
    for one in map(_source, stated):
        sources.setdefault((one["name"], urlsplit(one["home"]).path.rstrip("/")), one)
    return list(sources.values())


def _source(stated: str) -> dict[str, Any]:
    """Give a source by its name in the catalogue, or by its address.

    Raises:
        ConfigurationError: It is neither.
    """
    entry = named(stated)
    if entry is None and "://" not in stated:
        raise ConfigurationError(
            f'init: "{stated}" is neither an address (https://...) nor in the catalogue; '
            "series-archive sources --catalogue lists that"
        )
    entry = entry or entry_of(stated)
    if entry:
        return {"name": entry.name, "home": entry.home, "feeds": entry.feeds}
    host = urlsplit(stated).hostname or stated
    return {"name": host.removeprefix("www."), "home": stated}
