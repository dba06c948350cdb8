"""``series-archive search``: find articles from the command line."""

import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.text import Text

from archive.database import open_archive
from archive.facets import Facet, facets
from archive.search import Order, SearchPage, search
from archive.snippets import Marks
from archive.unknown_names import find_unknown
from crawler.commands.options import config_option
from crawler.config import load_config


@click.command(
    epilog="Example: series-archive search 'review (trailer OR \"first look\") -podcast lang:en after:2024'"
)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=20, show_default=True, help="Articles shown."
)
@click.option(
    "--sort",
    type=click.Choice(get_args(Order)),
    default="relevance",
    show_default=True,
    help="The best first, or the newest.",
)
@click.option(
    "--facets",
    "with_facets",
    is_flag=True,
    help="Say too how many are of which source, year, language, access, author, and what found them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what is found as JSON.")
@config_option
def command(
    query: tuple[str, ...], limit: int, sort: Order, with_facets: bool, as_json: bool, config_path: Path
) -> None:
    """Find articles.

    All words must be there; "words side by side"; begin*; a OR b; -without; ( ). Only there: title:, author:,
    tag:. What it is: source:"Some Site", lang:ja, access:free, found:feed, after:2024-02, before:2024-05-01.
    Japanese, Chinese and Korean are found by any characters that follow each other.

    A query that begins with - is written after --.
    """
    asked = " ".join(query)
    with closing(open_archive(load_config(config_path).archive.database, readonly=True)) as db:
        found = search(db.conn, asked, limit=limit, order=sort)
        articles = [
            next(db.rows(_ARTICLE, [hit.article_id])) | {"title": hit.title, "snippet": hit.snippet}
            for hit in found.hits
        ]
        counted = facets(db.conn, asked, found) if with_facets else []
        unknown = [] if found.total else find_unknown(db.conn, asked)
    if as_json:
        for article in articles:
            article["authors"] = json.loads(article["authors"])
        answer = {"query": asked, "total": found.total, "capped": found.capped, "sort": sort}
        answer |= {"facets": [asdict(facet) for facet in counted]} if with_facets else {}
        click.echo(json.dumps({**answer, "articles": articles}, ensure_ascii=False, indent=2))
    else:
        _show(found, articles, counted)
    for line in unknown:
        click.echo(line, err=True)


def _show(found: SearchPage, articles: list[dict[str, Any]], counted: list[Facet]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for hit, article in zip(found.hits, articles, strict=True):
        console.print(_marked(hit.title, hit.title_marks, "bold"))
        access = "" if article["access"] in {"free", "unknown"} else f" · {article['access']}"
        published, seen = article["published"], article["dated"]
        day = published[:10] if published else f"first seen {seen[:10]}"
        console.print(Text(f"{article['source']} · {day}{access}", style="dim"))
        console.print(Text(article["url"], style="cyan"))
        if hit.snippet:
            console.print(_marked(hit.snippet, hit.snippet_marks, ""))
        console.print()
    number = f"More than {found.total:,}" if found.capped else f"{found.total:,}" if found.total else "No"
    shown = f", {len(articles)} shown" if len(articles) < found.total else ""
    plural = "" if found.total == 1 and not found.capped else "s"
    console.print(f"{number} article{plural}{shown}.")
    for facet in counted:
        values = (f"{one.value} {one.articles:,}{'+' * one.capped}" for one in facet.values)
        console.print(Text.assemble((f"{facet.field}: ", "bold"), " · ".join(values)))
    if newest := max((facet.newest or 0 for facet in counted), default=0):
        console.print(f"All but the years are counted in the newest {newest:,} articles.")


def _marked(text: str, marks: Marks, style: str) -> Text:
    shown = Text(text, style=style)
    for start, end in marks:
        shown.stylize("bold yellow", start, end)
    return shown


_ARTICLE = """
    SELECT articles.id, articles.url, sources.name AS source, articles.authors, published, dated, language,
        access, words FROM articles JOIN sources ON sources.id = source_id WHERE articles.id = ?
"""
