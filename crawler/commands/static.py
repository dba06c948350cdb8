"""``series-archive static``: the archive as plain files, for a host that only hands out files."""

import json
import re
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from archive.database import open_archive
from archive.errors import WrongUsageError
from archive.export.files import ensure_apart
from archive.export.records import Selection, count_records
from archive.publish import make_public
from archive.static_site import write_site, writing_site
from crawler.commands.options import config_option
from crawler.config import Config, load_config


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--url", metavar="URL", help="Where the site will be; for its feeds and its sitemap.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@config_option
def command(folder: Path, url: str | None, as_json: bool, config_path: Path) -> None:
    """Write the archive as plain files to DIR: a web site for hosts without programs.

    It has what `series-archive publish` would publish: of each source what its `publish` in archive.toml
    allows, an excerpt by default. There are pages, lists, feeds, JSON, and a search that works in any folder
    of any host, and from a disk.

    Files that are the same already are not written again. Those of articles that are gone are deleted, and
    nothing else that lies in DIR.

    \b
    Example:
        series-archive static site --url https://someone.github.io/metallic-rouge/
    """
    url = _check(url) if url else None
    config = load_config(config_path)
    ensure_apart(folder, config.private)
    with (
        writing_site(folder) as site,
        Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress,
        tempfile.TemporaryDirectory(prefix="series-archive-") as place,
    ):
        database = Path(place) / "archive.db"
        total = _publish(config, database, progress)
        task = progress.add_task("Writing", total=total)
        with closing(open_archive(database)) as db:
            articles = write_site(db, site, url=url, watch=lambda done: progress.update(task, completed=done))
    if site.strange:
        click.echo(f"Left alone, for somebody else put them there: {', '.join(site.strange[:10])}.", err=True)
    told = {
        "folder": str(folder),
        "articles": articles,
        "files": site.files,
        "written": site.written,
        "deleted": site.deleted,
        "bytes": site.size,
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"{folder}: {articles:,} {'article' if articles == 1 else 'articles'}, {site.files:,} files, "
            f"{site.size / 1e6:,.1f} MB; {site.written:,} written, {site.deleted:,} deleted."
        )


def _publish(config: Config, database: Path, progress: Progress) -> int:
    """Make the database of a copy for the public, and give the number of its articles."""
    with closing(open_archive(config.archive.database, readonly=True)) as db:
        task = progress.add_task("Selecting", total=count_records(db, Selection()))
        copy = make_public(
            db,
            database,
            title=config.title,
            policies=config.publish,
            watch=lambda done: progress.update(task, completed=done),
        )
    return copy.articles


def _check(url: str) -> str:
    """Give the address of a site with a / at its end."""
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise WrongUsageError(
            f"{url} is no address of a web site: write it like https://example.org/archive/."
        )
    return url if url.endswith("/") else f"{url}/"
