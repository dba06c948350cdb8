"""``series-archive near-misses``: pages that nearly were about the series."""

import json
from contextlib import closing
from pathlib import Path

import click

from archive import near_misses
from archive.database import Archive, open_archive
from archive.errors import ArchiveError
from archive.holding import hold
from archive.identity import page_at
from archive.times import utc_now
from crawler.commands.options import config_option
from crawler.config import load_config
from crawler.rejudging import rejudge


@click.group("near-misses", invoke_without_command=True, epilog="Example: series-archive near-misses --json")
@click.option("--source", metavar="NAME", help="Only of this source.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@config_option
@click.pass_context
def command(ctx: click.Context, source: str | None, as_json: bool, config_path: Path) -> None:
    """List pages that nearly were about the series, and decide about them.

    They name its people or studios, or a name that means other things too, and were not kept. What is
    promoted becomes an article, from what is stored of it, and stays one. What is dismissed is not listed any
    more. When the names in archive.toml change, the next crawl judges all skipped pages again.
    """
    if ctx.invoked_subcommand:
        return
    with closing(open_archive(load_config(config_path).archive.database, readonly=True)) as db:
        found = list(near_misses.listed(db, source))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one['score']:5.1f}  {one['title'] or 'without a title'} ({one['source']})")
        click.echo(f"       {one['url']}\n       {one['reason']}")
    click.echo(f"{len(found)} near misses." if len(found) != 1 else "1 near miss.")


@command.command("promote", epilog="Example: series-archive near-misses promote https://www.example.org/1")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@config_option
def promote(urls: tuple[str, ...], config_path: Path) -> None:
    """Keep pages in the archive, whatever they are judged to be."""
    config = load_config(config_path)
    pages = _decide(config.archive.database, urls, "promoted")
    report = rejudge(config, lambda _read, _all: None, pages)
    for url in report.kept:
        click.echo(f"Kept: {url}")
    if missing := len(pages) - len(report.kept):
        raise ArchiveError(
            f"{missing} of them could not be read from what is stored: the next crawl keeps them."
        )


@command.command("dismiss", epilog="Example: series-archive near-misses dismiss https://www.example.org/1")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@config_option
def dismiss(urls: tuple[str, ...], config_path: Path) -> None:
    """List pages no more."""
    _decide(load_config(config_path).archive.database, urls, "dismissed")


def _decide(database: Path, urls: tuple[str, ...], decision: str) -> list[int]:
    """Note a decision about near misses, and give the pages."""
    with hold(database), closing(open_archive(database)) as db:
        pages = [_near_miss(db, url) for url in urls]
        for page in pages:
            near_misses.decide(db, page, decision, utc_now())
    return pages


def _near_miss(db: Archive, url: str) -> int:
    try:
        page = int(page_at(db, url)["id"])
    except ValueError:
        raise ArchiveError(f"{url} is no page of the archive.") from None
    if not list(db.rows("SELECT 1 FROM near_misses WHERE page_id = ?", [page])):
        raise ArchiveError(f"{url} is no near miss: series-archive near-misses lists them.")
    return page
