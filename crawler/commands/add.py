"""``series-archive add``: one more source."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from archive.errors import ConfigurationError
from crawler.agent import user_agent
from crawler.commands.options import ask, config_option
from crawler.config import SourceConfig, load_config
from crawler.config_file import add_source
from crawler.extraction.urls import same_site
from crawler.sampling import Sample, sample
from crawler.survey import Kind, Survey, survey
from crawler.visit import visit

_TOLD = {
    Kind.SITE: "a news site",
    Kind.SECTION: "a page that lists articles",
    Kind.FEED: "a feed",
    Kind.SITEMAP: "a sitemap",
    Kind.ARTICLE: "an article; its whole site is looked at",
}


@click.command()
@click.argument("url")
@click.option(
    "--name", metavar="NAME", help="What the source is called; by default, what the site calls itself."
)
@click.option(
    "--sample",
    "pages",
    default=5,
    show_default=True,
    metavar="N",
    type=click.IntRange(1, 50),
    help="Pages that are fetched to show what the source would bring.",
)
@click.option("--allow-private", is_flag=True, help="It is in your own network.")
@click.option("--yes", is_flag=True, help="Add it without asking.")
@config_option
def command(
    url: str, name: str | None, pages: int, allow_private: bool, yes: bool, config_path: Path
) -> None:
    """Add a news site to archive.toml, after a look at what it would bring.

    Finds out what the address is (a site, a section of it, a feed, a sitemap, an article), which feeds,
    sitemaps and search the site has, fetches a few pages as a crawl would, and shows how they are read and
    judged. Then it asks; comments and everything else in the file stay as they are.

    \b
    Example:
        series-archive add https://www.example.org/anime/ --sample 10
    """
    config = load_config(config_path)
    if known := next((one for one in config.sources if one.home.rstrip("/") == url.rstrip("/")), None):
        raise ConfigurationError(f'{config_path}: "{known.name}" has this address already')
    private = {urlsplit(url).hostname or ""} if allow_private else set()
    page = visit(url, user_agent(config.archive.contact), private)
    found = survey(page.body, page.headers.get("content-type"), page.url)
    values = _values(found, name or _unused(found.name, {one.name for one in config.sources}), allow_private)
    source = SourceConfig.model_validate(values)
    click.echo(f"{url} is {_TOLD[found.kind]}. A few of its pages are fetched now, with the usual delay.")
    if twin := next((one for one in config.sources if same_site(one.home, source.home)), None):
        click.echo(
            f'"{twin.name}" is of this site already; its feeds, sitemaps or sections may take this as well.'
        )
    brought = sample(config, source, pages)
    _show(brought)
    if not (yes or ask(f'Add "{source.name}" to {config_path}?', default=brought.error is None)):
        return
    add_source(config_path, values)
    click.echo(f"Added. Next: series-archive crawl --source {json.dumps(source.name, ensure_ascii=False)}")


def _values(found: Survey, name: str, allow_private: bool) -> dict[str, Any]:
    values = {
        "name": name,
        "home": found.home,
        "feeds": list(found.feeds),
        "sitemaps": list(found.sitemaps),
        "sections": list(found.sections),
        "search": found.search,
        "allow_private": allow_private,
    }
    return {key: value for key, value in values.items() if value}


def _unused(name: str, used: set[str]) -> str:
    numbers = range(2, len(used) + 3)
    return next(one for one in (name, *(f"{name} {number}" for number in numbers)) if one not in used)


def _show(brought: Sample) -> None:
    if brought.error:
        click.echo(f"It cannot be crawled: {brought.error}.")
    for document in brought.documents:
        said = document["error"] or f"names {document['pages']} pages"
        click.echo(f"  {document['kind']} {document['url']}: {said}")
    click.echo(f"It names {brought.found} pages; {len(brought.pages)} of them were read:")
    for page in brought.pages:
        if page["title"]:
            authors = ", ".join(json.loads(page["authors"])) or "no author"
            whole = "" if page["text_complete"] else ", cut off"
            click.echo(
                f"  kept     {page['title']} ({authors}, {(page['published'] or 'no date')[:10]}, "
                f"{page['words']} words, {page['access']}{whole})"
            )
            click.echo(f"           {page['url']}")
        else:
            click.echo(f"  {page['state']:8} {page['url']}")
        click.echo(f"           {page['reason']}")
    if brought.note:
        click.echo(f"Note: {brought.note}.")
