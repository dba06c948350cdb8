"""``series-archive extract``: extraction alone, as a filter; no archive is needed."""

import asyncio
import json
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from archive.errors import ConfigurationError, WrongUsageError
from crawler.addresses import ensure_address, is_address
from crawler.commands.options import optional_config_option
from crawler.single_pages import is_configured, line_of, read_line, surroundings
from crawler.workers import UnreadableError, WorkError, Workers


class Wanted(NamedTuple):
    """A page to extract."""

    id: str
    path: str
    """Of a file, or an address."""
    url: str | None


class Row(NamedTuple):
    """What became of a page."""

    line: str
    """Of JSON, with its end."""
    error: str
    """Why it could not be read; empty where it could."""


@click.command(epilog="Example: series-archive extract page.html --url https://example.org/news/1 | jq .text")
@click.argument("pages", nargs=-1, metavar="[FILE|URL]...")
@click.option("--url", metavar="URL", help="Where the page of the one FILE is from.")
@optional_config_option
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes. Default: one a processor."
)
@click.pass_context
def command(
    ctx: click.Context, pages: tuple[str, ...], url: str | None, config_path: Path | None, jobs: int | None
) -> None:
    """Read pages, and write what they say as JSON Lines, in the order they were given.

    Without arguments, pages are named on the standard input as JSON Lines:
    {"id": ..., "url": ..., "path": ...}, where path is a file with the page as it was served.
    A page that cannot be read gives a row with "error", and a line on the standard error; the exit status
    is 1 then. One whose article goes on on another page names that in "next_page".
    """
    if url is not None and len(pages) != 1:
        raise ConfigurationError(
            "--url is for one FILE; name several pages as JSON Lines on the standard input."
        )
    if url is not None:
        ensure_address(url)
    wanted = (
        iter([Wanted(page, page, page if is_address(page) else url) for page in pages])
        if pages
        else _from_lines()
    )
    if is_configured(config_path):
        surroundings(config_path)  # a mistake in it is told once, not for every page
    if not asyncio.run(_extract(wanted, config_path, jobs)):
        ctx.exit(1)


def _from_lines() -> Iterator[Wanted]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            url = str(entry.get("url") or "")
            path = str(entry.get("path") or url or entry["url"])
            yield Wanted(str(entry.get("id", path)), path, url or None)
        except (ValueError, KeyError, AttributeError):
            raise ConfigurationError(
                f'line {number} of the input is not a page: give {{"id": ..., "url": ..., "path": ...}}.'
            ) from None


async def _extract(wanted: Iterator[Wanted], config: Path | None, jobs: int | None) -> bool:
    """Keep the workers busy, with so few pages waiting that memory does not grow with their number.

    Returns:
        whether every page could be read.
    """
    workers = Workers(jobs)
    pending: deque[asyncio.Task[Row]] = deque()
    most = 8 * (jobs or 4)
    complete = True
    try:
        for page in wanted:
            pending.append(asyncio.create_task(_read(workers, page, config)))
            if len(pending) >= most:
                complete &= _write(await pending.popleft())
        while pending:
            complete &= _write(await pending.popleft())
    finally:
        for task in pending:
            task.cancel()
        workers.close()
    return complete


async def _read(workers: Workers, page: Wanted, config: Path | None) -> Row:
    try:
        if is_address(page.url or ""):  # else it is a name for the page, as collections of pages have them
            ensure_address(str(page.url))
        return Row(await workers.run(read_line, page.id, page.path, page.url, config), "")
    except (UnreadableError, WorkError, WrongUsageError) as error:
        told = str(error)
        line = line_of({"id": page.id, "url": page.url, "error": told})
        return Row(line, told if page.path in told else f"{page.path}: {told}")


def _write(row: Row) -> bool:
    sys.stdout.write(row.line)
    if row.error:
        sys.stdout.flush()
        click.echo(f"series-archive: {row.error}", err=True)
    return not row.error
