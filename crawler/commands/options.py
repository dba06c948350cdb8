"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

F = TypeVar("F", bound=Callable[..., object])


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
