"""``series-archive captures``: the stored responses of an address, and one of them as it came."""

import json
import sys
from contextlib import closing, nullcontext
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from archive.capture_index import captures_of
from archive.captures import Captures
from archive.database import open_archive
from archive.errors import ArchiveError, WrongUsageError
from archive.export.files import ensure_apart
from archive.models import Capture
from archive.times import to_comparable
from crawler.commands.options import config_option
from crawler.config import load_config


@click.command(
    epilog="Example: series-archive captures https://example.org/news/1 --at 2024-05-31 --output page.html"
)
@click.argument("url", metavar="URL")
@click.option(
    "--output", metavar="FILE|-", help="Write the body of one capture, byte for byte as it was transferred."
)
@click.option(
    "--at", metavar="TIME", help="The last capture up to then (UTC): 2024-05-31 or 2024-05-31T12:00:00Z."
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@config_option
def command(url: str, output: str | None, at: str | None, as_json: bool, config_path: Path) -> None:
    """List the stored responses of an address, or give one back.

    Without --at, --output gives the last one that has a body. Exit status 1 when there is none.
    """
    until = _end_of(at) if at else None
    config = load_config(config_path)
    if output and output != "-":
        ensure_apart(Path(output), config.private)
    with closing(open_archive(config.archive.database, readonly=True)) as db:
        found = [one for one in captures_of(db, url) if not until or one.captured_at <= until]
    if not found:
        raise ArchiveError(f"There is no capture of {url}{f' up to {at}' if at else ''}.")
    if output:
        _write(Captures(config.archive.captures), found, output, exact=bool(at))
    elif as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        _show(found, config.archive.captures)


def _end_of(at: str) -> str:
    """Give a time as we write it; of a day, its last second.

    Raises:
        WrongUsageError: It is no time.
    """
    moment = to_comparable(at)
    if not moment:
        raise WrongUsageError(f"--at {at}: no time; write it like 2024-05-31 or 2024-05-31T12:00:00Z.")
    return moment if "T" in moment else f"{moment}T23:59:59Z"


def _write(captures: Captures, found: list[Capture], output: str, *, exact: bool) -> None:
    whole = [one for one in found if one.status != HTTPStatus.NOT_MODIFIED]
    chosen = (found if exact else whole or found)[-1]
    response = captures.read(chosen)
    with nullcontext(sys.stdout.buffer) if output == "-" else Path(output).open("wb") as file:
        file.write(response.body)
    said = f"{len(response.body):,} bytes of {chosen.captured_at}, status {chosen.status}"
    coded = next((value for name, value in response.headers if name.lower() == "content-encoding"), None)
    if coded and response.body:
        said += f", compressed as they were transferred ({coded})"
    click.echo(f"{said}.", err=True)


def _show(found: list[Capture], folder: Path) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("captured (UTC)", "status", "bytes", "body", "file", "offset"):
        table.add_column(name, justify="right" if name in {"bytes", "offset"} else "left", no_wrap=True)
    for one in found:
        body = one.digest.removeprefix("sha256:")[:12] + (" (again)" if one.original_id else "")
        row = (one.captured_at, str(one.status), f"{one.length:,}", body, one.file, f"{one.offset}")
        table.add_row(*row)
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(table)
    console.print(f"{len(found)} in {folder}/.", highlight=False)
