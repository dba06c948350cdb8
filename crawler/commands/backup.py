"""``series-archive backup``: a verified copy of everything, while crawls run."""

import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from archive.backup import Backup, back_up
from archive.database import open_archive
from crawler.commands.options import config_option
from crawler.config import load_config


@click.command(epilog="Example: series-archive backup /mnt/disk/press")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@config_option
@click.pass_context
def command(ctx: click.Context, folder: Path, as_json: bool, config_path: Path) -> None:
    """Back up the archive into a new folder in DIR, named by the time.

    A crawl may run, and the site may be open. What the backup before has already takes no more room: captures
    never change, so they are hard links to it, or, on the same disk, to the archive's own files. Every file
    and every capture is verified; SHA256SUMS lists them for `sha256sum --check`.

    Exit status 1 when something is wrong with the archive; the backup is written nevertheless.
    """
    config = load_config(config_path)
    with (
        closing(open_archive(config.archive.database, readonly=True)) as db,
        Console(stderr=True).status("") as status,
    ):
        backup = back_up(db, config.archive.captures, config.path, folder, status.update)
    if as_json:
        click.echo(json.dumps({**asdict(backup), "folder": str(backup.folder)}, ensure_ascii=False, indent=2))
    else:
        click.echo(_tell(backup))
    for problem in backup.problems:
        click.echo(f"series-archive: {problem}", err=True)
    if backup.problems:
        ctx.exit(1)


def _tell(backup: Backup) -> str:
    files = "1 file" if backup.files == 1 else f"{backup.files:,} files"
    return (
        f"{backup.folder}: the database and {files} of captures, {backup.linked:,} of them as links; "
        f"{backup.bytes / 1e6:,.1f} MB are new."
    )
