"""``series-archive diff``: what changed between two revisions of an article."""

import json
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console

from archive.database import open_archive
from archive.history import compare
from crawler.commands.options import config_option
from crawler.config import load_config
from crawler.diff_view import show_difference


@click.command("diff", epilog="Example: series-archive diff https://example.org/story --from 1 --to 3")
@click.argument("url")
@click.option("--from", "from_number", type=click.IntRange(min=1), metavar="N", help="The older revision.")
@click.option("--to", "to_number", type=click.IntRange(min=1), metavar="M", help="The newer revision.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@config_option
def command(
    url: str, from_number: int | None, to_number: int | None, as_json: bool, config_path: Path
) -> None:
    """Show what changed in the article at URL, word by word.

    Compares its last revision with the one before, or the two that are named. URL may be any that led to the
    article. What was removed is red, or [-in brackets-] where there is no colour; what was added is green, or
    {+in braces+}.
    """
    with closing(open_archive(load_config(config_path).archive.database, readonly=True)) as db:
        difference = compare(db, url, from_number, to_number)
    if as_json:
        click.echo(json.dumps(difference.to_dict(), ensure_ascii=False, indent=2))
    else:
        show_difference(Console(soft_wrap=True, highlight=False), difference)
