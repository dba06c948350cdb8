"""``series-archive publish``: a copy of the archive that may be put online."""

import json
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from archive.database import open_archive
from archive.export.files import ensure_apart
from archive.export.records import Selection, count_records
from archive.publish.folder import publish
from crawler.commands.options import config_option
from crawler.config import load_config


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@config_option
def command(folder: Path, as_json: bool, config_path: Path) -> None:
    """Make a copy of the archive for the public, in DIR.

    Of every source it has what `publish` of that source in archive.toml allows: "full" texts, an "excerpt",
    which is the default, or "metadata". What its publisher took down or reserves is there without text, what
    was forgotten is not there. Captures, earlier revisions, fetches and decisions stay out.

    DIR gets the database, and what puts it online; see README.md there. An earlier copy is replaced when the
    new one is whole. A crawl may run.

    \b
    Example:
        series-archive publish public
        series-archive serve public/archive.db
    """
    config = load_config(config_path)
    ensure_apart(folder, config.private)
    with (
        closing(open_archive(config.archive.database, readonly=True)) as db,
        Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress,
    ):
        task = progress.add_task("Publishing", total=count_records(db, Selection()))
        made = publish(
            db,
            folder,
            title=config.title,
            policies=config.publish,
            watch=lambda done: progress.update(task, completed=done),
        )
    if as_json:
        told = {"folder": str(folder), "articles": made.articles, **asdict(made)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"{folder}: {made.articles:,} articles, {made.full:,} in full, {made.excerpt:,} as an excerpt, "
            f"{made.metadata:,} without text. {folder / 'README.md'} says how to put them online."
        )
