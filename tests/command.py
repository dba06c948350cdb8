"""The command line as a user types it, run in the process of the test.

A process of its own takes a second to start. Only what is about processes needs one: signals and kills,
limits, the real standard streams.
"""

import subprocess
import sys
from contextlib import chdir
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from crawler.commands import main
from crawler.single_pages import surroundings

COMMAND = (sys.executable, "-m", "crawler.commands")
"""The command line as a process."""


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    returncode: int
    written: bytes
    """The standard output as it is."""
    stderr: str

    @property
    def stdout(self) -> str:
        """The standard output as text."""
        return self.written.decode()


def run(*arguments: str | Path, stdin: str = "", cwd: Path | None = None) -> Done:
    """Run a command; nobody sits at a terminal."""
    streams = {name: TextIOWrapper(BytesIO(), "utf-8") for name in ("stdout", "stderr")}
    streams["stdin"] = TextIOWrapper(BytesIO(stdin.encode()), "utf-8")
    with chdir(cwd or Path.cwd()), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["series-archive", *map(str, arguments)])
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        with pytest.raises(SystemExit) as ended:
            main()
    surroundings.cache_clear()  # what a process has read of its configuration ends with it
    return Done(int(str(ended.value.code)), _written(streams["stdout"]), _written(streams["stderr"]).decode())


def _written(stream: TextIOWrapper) -> bytes:
    stream.flush()
    stream.seek(0)
    return bytes(stream.buffer.read())


def start(*arguments: str | Path, **options: Any) -> "subprocess.Popen[str]":
    """Start a command as a process of its own."""
    return subprocess.Popen([*COMMAND, *map(str, arguments)], text=True, **options)
