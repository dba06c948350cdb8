"""``series-archive schedule``: print what to install so that the crawl runs again and again."""

import re
from pathlib import Path

import click

from crawler.commands.options import config_option
from crawler.config import load_config
from crawler.timers import TIMERS, Job, render

_UNITS = {"m": 1, "h": 60, "d": 24 * 60}


def _minutes(ctx: click.Context, param: click.Parameter, value: str) -> int:  # noqa: ARG001 - click's way
    """Read a length of time that every kind of timer can keep."""
    found = re.fullmatch(r"(\d{1,4})\s*([mhd])", value.strip())
    minutes = int(found[1]) * _UNITS[found[2]] if found else 0
    if 5 <= minutes < 60 or minutes in {60 * hours for hours in range(1, 25)}:
        return minutes
    raise click.BadParameter(f"{value!r}: from 5m to 59m, or from 1h to 24h.")


@click.command()
@click.argument("timer", type=click.Choice(TIMERS))
@click.option(
    "--every",
    "minutes",
    callback=_minutes,
    default="15m",
    show_default=True,
    metavar="TIME",
    help="Or 6h, 1d.",
)
@config_option
def command(timer: str, minutes: int, config_path: Path) -> None:
    """Print what to install so that the crawl runs again and again.

    For systemd, cron, launchd and docker it is a shell script: read it, then pipe it into sh. For
    github-actions it is a workflow file. Each begins with how it is installed and how that is undone.
    Nothing is changed by this command itself.

    \b
    Example:
        series-archive schedule systemd --every 30m
        series-archive schedule systemd --every 30m | sh
    """
    config = load_config(config_path.absolute())
    kept = (config.archive.database, config.archive.captures)
    renders = any(source.render for source in config.sources)
    click.echo(render(timer, Job(config_path.absolute(), minutes, kept, renders)), nl=False)
