"""What to install so that an archive is crawled again and again: a script or file for each kind of timer."""

import os
import plistlib
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

TIMERS = ("systemd", "cron", "launchd", "github-actions", "docker")
"""Each is a template in this folder."""

_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Job:
    """A crawl that is to be run again and again."""

    config: Path
    """The absolute path of archive.toml."""
    minutes: int
    """From one run to the next."""
    kept: tuple[Path, ...] = ()
    """Absolute paths of the database and the folder of captures."""
    renders: bool = False
    """Some source needs a browser."""

    @property
    def folder(self) -> Path:
        """Where archive.toml is, and from where the crawl is run."""
        return self.config.parent

    @property
    def name(self) -> str:
        """Name of the job, unique to the folder as far as people name folders apart."""
        words = re.findall(r"[a-z0-9]+", self.folder.name.casefold())
        return "-".join(["series-archive", *words])

    @property
    def command(self) -> list[str]:
        """The program and its arguments."""
        return [_program(), "crawl", "--config", str(self.config)]


def render(timer: str, job: Job) -> str:
    """Give what to install for a timer, and in comments how, and how to undo it.

    Args:
        timer: One of `TIMERS`.
        job: What it runs.

    Returns:
        A shell script; for github-actions a workflow file.
    """
    template = _ENVIRONMENT.get_template(f"{timer}.txt")
    return template.render(
        job=job,
        cron=_cron(job.minutes),
        cron_command=_for_cron(job),
        exec_start=" ".join(map(_for_systemd, job.command)),
        working_directory=_for_systemd(str(job.folder), quoted=False),
        plist=_plist(job),
        kept=[os.path.relpath(path, job.folder) for path in job.kept],
        version=version("series-archive"),
        extra="[browser]" if job.renders else "",
    )


def _program() -> str:
    """Give the absolute path of the command, as it was started or as it lies beside this Python."""
    beside = Path(sys.executable).with_name("series-archive")
    return str(beside) if beside.exists() else shutil.which("series-archive") or str(beside)


def _cron(minutes: int) -> str:
    """Give the five fields of a time in cron: every so many minutes, hours, or once a day."""
    if minutes < 60:
        return f"*/{minutes} * * * *"
    if minutes < 24 * 60:
        return f"7 */{minutes // 60} * * *"
    return "7 4 * * *"


def _for_cron(job: Job) -> str:
    """Give the command as crontab(5) takes it: a percent sign would end the line."""
    line = f"cd {shlex.quote(str(job.folder))} && {shlex.join(job.command)}"
    return line.replace("%", r"\%")


def _for_systemd(word: str, *, quoted: bool = True) -> str:
    """Give a word as systemd.service(5) and systemd.unit(5) take it."""
    word = word.replace("%", "%%")
    if not quoted:
        return word
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{word}"'


def _plist(job: Job) -> str:
    """Give the property list of a launchd agent (launchd.plist(5))."""
    values = {
        "Label": job.name,
        "ProgramArguments": job.command,
        "WorkingDirectory": str(job.folder),
        "StartInterval": job.minutes * 60,
        "ProcessType": "Background",
        "StandardOutPath": str(job.folder / "crawl.log"),
        "StandardErrorPath": str(job.folder / "crawl.log"),
        "EnvironmentVariables": {"PATH": _PATH},
    }
    return plistlib.dumps(values, sort_keys=False).decode().rstrip()


_ENVIRONMENT = Environment(
    loader=PackageLoader("crawler", "timers"),
    variable_start_string="{@",  # shells and GitHub have uses of their own for {{ and ${
    variable_end_string="@}",
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - neither HTML nor XML; every value is quoted for its language
)
_ENVIRONMENT.filters["quote"] = lambda value: shlex.quote(str(value))
