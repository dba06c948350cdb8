"""The command line, one file a command. Only commands print."""

import ast
import difflib
import errno
import importlib
import os
import pkgutil
import re
import sqlite3
import sys
from importlib.resources import files
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from archive.errors import ArchiveError, explain, is_known

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells report it (128 + SIGINT)."""
READ_ENOUGH = 141
"""Exit status after a reader such as ``head`` closed its end, as shells report it (128 + SIGPIPE)."""

_SURROGATE = re.compile("[\ud800-\udfff]")
"""What Python makes of a byte that is no UTF-8."""
_OUTPUT_FAILS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE}
"""Where no file is named."""


SECTIONS = {
    "Sources": ("init", "add", "sources"),
    "The job": ("crawl", "schedule", "status", "backfill"),
    "Reading": ("serve", "search", "revisions", "diff"),
    "Decisions": ("review", "near-misses", "forget"),
    "How pages are read": ("inspect", "extract", "reextract"),
    "For others": ("export", "publish", "static"),
    "Safety": ("check", "backup", "restore", "rebuild", "captures"),
    "Trying out": ("demo",),
}
"""The commands by what they are for, as ``series-archive --help`` lists them."""


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
        module = importlib.import_module(f"{__name__}.{_file(cmd_name)}")
        command: click.Command = module.command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse bytes that are no text: neither SQLite nor JSON could write them."""
        for word in args:
            if _SURROGATE.search(word):
                raise click.UsageError(f"{_printable(word)} is not UTF-8 text: write it in UTF-8.", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click itself would end with 1 where a reader of the output left."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            ctx.exit(_tell_failure(error))
        except SystemExit as end:
            if isinstance(end.__context__, BrokenPipeError):  # Rich ends with 1 there
                ctx.exit(READ_ENOUGH)
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments begin with; of a misspelt one, say which was meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if nearest := difflib.get_close_matches(args[0], self.list_commands(ctx), n=1):
                told = f"{error.format_message()} Did you mean '{nearest[0]}'?"
                raise click.UsageError(told, ctx) from None
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's way
        """List the commands by section."""
        for section, names in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, _purpose(name)) for name in names])


def _purpose(name: str) -> str:
    """Give the first sentence of a command's help without importing it: all of them would take seconds."""
    source = files(__name__).joinpath(f"{_file(name)}.py").read_text("utf-8")
    said = next(
        ast.get_docstring(one) or ""
        for one in ast.parse(source).body
        if isinstance(one, ast.FunctionDef) and one.name == "command"
    )
    first, _, rest = " ".join(said.partition("\n\n")[0].split()).partition(". ")
    return f"{first}." if rest else first


def _printable(word: str) -> str:
    return word.encode("utf-8", "backslashreplace").decode()


def _file(name: str) -> str:
    return name.replace("-", "_")


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with 'series-archive demo', or with 'series-archive init' and 'series-archive crawl'.",
)
@click.version_option(package_name="series-archive")
def cli() -> None:
    """Keep what the press publishes about a series.

    Crawls the sites that archive.toml lists, keeps the pages that are about the series, strips what is not
    the article, and stores clean text and metadata in SQLite, to be browsed in Datasette and exported as
    JSON.
    """


def _tell(error: click.ClickException) -> str:
    """Give a mistake in a command line as one line, as every other error is told; click would take four."""
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else cli.name
    told = " ".join(error.format_message().split())
    return f"{path}: {told}{'' if told[-1] in '.?!' else '.'} See {path} --help."


def _tell_failure(error: OSError | sqlite3.Error) -> int:
    """Tell what the system or SQLite met, and give the exit status; a mistake of ours is raised again."""
    if isinstance(error, sqlite3.Error):
        if not is_known(error):
            raise error
        path = Path("The database")
    elif error.filename is not None:
        path = Path(error.filename)
    elif error.errno in _OUTPUT_FAILS:
        # Python writes what is left once more when it ends, and would complain of the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            return READ_ENOUGH
        path = Path("The standard output")
    else:
        raise error
    told = explain(error, path)
    click.echo(f"series-archive: {told}", err=True)
    return told.exit_status


def _open_streams() -> None:
    """Open those standard streams that are closed, to nobody: a file of the archive would become one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - until the end


def main() -> NoReturn:
    """Run the command line; an error that a user can meet becomes one line and an exit status."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Titles are in every script, whatever the locale is; the name of a folder may be no text.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        status = INTERRUPTED
        click.echo("\nStopped.", err=True)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()  # the help itself
        status = error.exit_code
    except click.ClickException as error:
        click.echo(_tell(error), err=True)
        status = error.exit_code
    except ArchiveError as error:
        click.echo(f"series-archive: {error}", err=True)
        status = error.exit_status
    except (OSError, sqlite3.Error) as error:
        status = _tell_failure(error)
    sys.exit(status if isinstance(status, int) else 0)
