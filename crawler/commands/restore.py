"""``series-archive restore``: the archive as it was when it was backed up."""

import shutil
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console

from archive.backup import CONFIG, find_backup, restore
from archive.database import open_archive
from archive.forgotten import returned
from crawler.commands.options import config_option
from crawler.config import load_config


@click.command(epilog="Example: series-archive restore /mnt/disk/press/2024-05-31T040000Z")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Move the archive that is there aside.")
@config_option
def command(folder: Path, replace: bool, config_path: Path) -> None:
    """Restore a backup to where archive.toml has the database and the captures.

    DIR is the folder of one backup, or the one that `series-archive backup` was given: then its newest is
    taken. Nothing is overwritten. Without an archive.toml, that of the backup is taken.
    """
    backup = find_backup(folder)
    if not config_path.exists():
        shutil.copy2(backup / CONFIG, config_path)
        click.echo(f"{config_path} is that of the backup.")
    paths = load_config(config_path).archive
    with Console(stderr=True).status("") as status:
        aside = restore(backup, paths.database, paths.captures, replace=replace, watch=status.update)
    for path in aside:
        click.echo(f"What was there is kept in {path}.")
    click.echo(f"{paths.database} and {paths.captures}/ are as they were in {backup}.")
    with closing(open_archive(paths.database, readonly=True)) as db:
        if any(returned(db)):
            click.echo(
                "series-archive: what was forgotten since is there again: `series-archive check` names it.",
                err=True,
            )
