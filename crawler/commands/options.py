"""Options that several commands share, and the question that ``--yes`` answers."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from archive.errors import WrongUsageError

F = TypeVar("F", bound=Callable[..., object])


def ask(question: str, *, default: bool = False) -> bool:
    """Ask whether to go on.

    Raises:
        WrongUsageError: Nobody is there to be asked.
    """
    if not sys.stdin.isatty():
        raise WrongUsageError("Nobody is there to be asked; add --yes.")
    return click.confirm(question, default=default)


def config_option(command: F) -> F:
    """Add ``--config FILE``, given to the command as ``config_path: Path``."""
    return click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("archive.toml"),
        show_default=True,
        metavar="FILE",
        help="What to archive, and from where.",
    )(command)


def optional_config_option(command: F) -> F:
    """Add ``--config FILE`` to a command that works without, given to it as ``config_path: Path | None``."""
    return click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="An archive.toml with site rules and a contact. Default: that of this folder, if any.",
    )(command)
