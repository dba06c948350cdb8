"""``series-archive revisions``: how an article changed over time."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.history import Revision, revisions
from archive.identity import find_article, urls_of
from crawler.commands.options import config_option
from crawler.config import load_config


@click.command("revisions", epilog="Example: series-archive revisions https://example.org/story")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@config_option
def command(url: str, as_json: bool, config_path: Path) -> None:
    """List the revisions of the article at URL, with what each changed, and all addresses that led to it.

    URL may be any of these. What exactly changed, `series-archive diff` shows.
    """
    with closing(open_archive(load_config(config_path).archive.database, readonly=True)) as db:
        article_id = find_article(db, url)
        if article_id is None:
            raise ArchiveError(f"{url} leads to no article in {db.path}.")
        found, urls = revisions(db, article_id), urls_of(db, article_id)
    if as_json:
        told: dict[str, Any] = {"urls": urls, "revisions": [one.to_dict() for one in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console = Console()
    console.print(found[-1].content.title, style="bold", markup=False, highlight=False)
    for one in urls:
        console.print(one, markup=False, highlight=False, soft_wrap=True)
    console.print(_table(found))


def _table(found: list[Revision]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("", "seen (UTC)", "by", "changed", "words", "share"):
        table.add_column(name, justify="right" if name in {"", "words", "share"} else "left")
    for one in found:
        words = "" if one.words_added is None else f"+{one.words_added} -{one.words_removed}"
        share = "" if one.share_changed is None else f"{one.share_changed:.1%}"
        who = {"rules": "our rules", "first": ""}.get(one.kind, one.kind)
        table.add_row(str(one.number), one.seen_at, who, ", ".join(one.changed), words, share)
    return table
