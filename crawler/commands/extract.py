"""``series-archive extract``: extraction alone, as a filter; no archive is needed."""

import asyncio
import json
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from archive.errors import ConfigurationError
from crawler.addresses import is_address
from crawler.commands.options import optional_config_option
from crawler.single_pages import is_configured, line_of, read_line
from crawler.workers import UnreadableError, WorkError, Workers


class Wanted(NamedTuple):
    """A page to extract."""

    id: str
    path: str
    """Of a file, or an address."""
    url: str | None


@click.command(epilog="Example: series-archive extract page.html --url https://example.org/news/1 | jq .text")
@click.argument("pages", nargs=-1, metavar="[FILE|URL]...")
@click.option("--url", metavar="URL", help="Where the page of the one FILE is from.")
@optional_config_option
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes. Default: one a processor."
)
def command(pages: tuple[str, ...], url: str | None, config_path: Path | None, jobs: int | None) -> None:
    """Read pages, and write what they say as JSON Lines, in the order they were given.

    Without arguments, pages are named on the standard input as JSON Lines:
    {"id": ..., "url": ..., "path": ...}, where path is a file with the page as it was served.
    A page that cannot be read gives a row with "error". One whose article goes on on another page names
    that in "next_page".
    """
    if url is not None and len(pages) != 1:
        raise ConfigurationError(
            "--url is for one FILE; name several pages as JSON Lines on the standard input."
        )
    wanted = (
        iter([Wanted(page, page, page if is_address(page) else url) for page in pages])
        if pages
        else _from_lines()
    )
    if is_configured(config_path):
        from crawler.surroundings import surroundings

        surroundings(config_path)  # a mistake in it is told once, not for every page
    asyncio.run(_extract(wanted, config_path, jobs))


def _from_lines() -> Iterator[Wanted]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            path = entry.get("path") or entry["url"]
            yield Wanted(str(entry.get("id", path)), str(path), entry.get("url"))
        except (ValueError, KeyError, AttributeError):
            raise ConfigurationError(
                f'line {number} of the input is not a page: give {{"id": ..., "url": ..., "path": ...}}.'
            ) from None


async def _extract(wanted: Iterator[Wanted], config: Path | None, jobs: int | None) -> None:
    """Keep the workers busy, with so few pages waiting that memory does not grow with their number."""
    workers = Workers(jobs)
    pending: deque[asyncio.Task[str]] = deque()
    most = 8 * (jobs or 4)
    try:
        for page in wanted:
            pending.append(asyncio.create_task(_line(workers, page, config)))
            if len(pending) >= most:
                sys.stdout.write(await pending.popleft())
        while pending:
            sys.stdout.write(await pending.popleft())
    finally:
        for task in pending:
            task.cancel()
        workers.close()


async def _line(workers: Workers, page: Wanted, config: Path | None) -> str:
    try:
        return await workers.run(read_line, page.id, page.path, page.url, config)
    except (UnreadableError, WorkError) as error:
        return line_of({"id": page.id, "url": page.url, "error": str(error)})
