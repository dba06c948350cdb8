"""The command line, one file a command. Only commands print."""

import importlib
import pkgutil
import sys
from pathlib import Path
from typing import NoReturn

import click

from archive.database import explain
from archive.errors import ArchiveError

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells report it (128 + SIGINT)."""


class Commands(click.Group):
    """Finds a command by its file, and imports it only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's way
        """Give the names of all commands, which are the names of the files that define one."""
        return sorted(
            module.name.replace("_", "-")
            for module in pkgutil.iter_modules(__path__)
            if module.name not in {"options", "__main__"}
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's file; None when there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with 'series-archive demo', or write an archive.toml and run 'series-archive crawl'.",
)
@click.version_option(package_name="series-archive")
def cli() -> None:
    """Keep what the press publishes about a series.

    Crawls the sites that archive.toml lists, keeps the pages that are about the series, strips what is not
    the article, and stores clean text and metadata in SQLite, to be browsed in Datasette and exported as
    JSON.
    """


def main() -> NoReturn:
    """Run the command line; an error that a user can meet becomes one line and an exit status."""
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        status = INTERRUPTED
        click.echo("\nStopped.", err=True)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except ArchiveError as error:
        click.echo(f"series-archive: {error}", err=True)
        status = error.exit_status
    except OSError as error:
        if error.filename is None:
            raise  # no file of the user's: a mistake of ours
        told = explain(error, Path(error.filename))
        click.echo(f"series-archive: {told}", err=True)
        status = told.exit_status
    sys.exit(status if isinstance(status, int) else 0)
