"""Runs a command and measures it, with every process that it starts (Linux: /proc)."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    """What one process took."""

    peak: int
    """Peak resident memory, bytes: the kernel's own high-water mark."""
    cpu: float
    """Seconds of processor time, without its children's."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took."""

    exit_status: int
    output: str
    """What it wrote to standard output."""
    errors: str
    """What it wrote to standard error."""
    seconds: float
    """By the clock on the wall."""
    main: Process
    """The command itself."""
    others: tuple[Process, ...]
    """The processes that it started, the largest first."""

    @property
    def cpu(self) -> float:
        """Seconds of processor time, of all processes."""
        return self.main.cpu + sum(other.cpu for other in self.others)


def run(command: Sequence[str], folder: Path, given: Path | None = None) -> Run:
    """Run a command in a folder until it ends, and give what it took.

    Args:
        command: what to run.
        folder: where to.
        given: the file that is its standard input.
    """
    with (
        (folder / "stdout").open("w+") as output,
        (folder / "stderr").open("w+") as errors,
        (given or Path(os.devnull)).open() as entered,
    ):
        started = time.perf_counter()
        command_process = subprocess.Popen(command, cwd=folder, stdin=entered, stdout=output, stderr=errors)
        seen: dict[int, Process] = {}
        while command_process.poll() is None:
            for pid in _family(command_process.pid):
                seen[pid] = _measure(pid) or seen.get(pid, Process(0, 0))
            time.sleep(0.05)
        seconds = time.perf_counter() - started
        output.seek(0)
        errors.seek(0)
        return Run(
            exit_status=command_process.returncode,
            output=output.read(),
            errors=errors.read(),
            seconds=seconds,
            main=seen.pop(command_process.pid),
            others=tuple(sorted(seen.values(), key=lambda one: one.peak, reverse=True)),
        )


def _family(root: int) -> list[int]:
    family = [root]
    for pid in family:
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            family += [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return family


def _measure(pid: int) -> Process | None:
    """Give what a process took until now; None when it is over."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return None
    peak = next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)
    return Process(peak, sum(map(int, times)) / _TICKS) if peak else None
