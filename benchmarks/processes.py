"""Runs a command and measures it, with every process that it starts (Linux: /proc)."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


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
    cpu: float
    """Seconds of processor time, of the command and all its children."""
    peaks: tuple[int, ...]
    """Peak resident memory in bytes: of the command, then of each of its children, the largest first."""


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a command in a folder until it ends, and give what it took."""
    with (folder / "stdout").open("w+") as output, (folder / "stderr").open("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=errors)
        peaks: dict[int, int] = {}
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks, done))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        done.set()
        watcher.join()
        output.seek(0)
        errors.seek(0)
        return Run(
            exit_status=process.returncode,
            output=output.read(),
            errors=errors.read(),
            seconds=seconds,
            cpu=usage.ru_utime + usage.ru_stime,
            peaks=(peaks.pop(process.pid, 0), *sorted(peaks.values(), reverse=True)),
        )


def _watch(root: int, peaks: dict[int, int], done: threading.Event) -> None:
    """Note the kernel's own high-water mark of each process, until told to stop."""
    while not done.wait(0.1):
        for pid in _family(root):
            peaks[pid] = max(peaks.get(pid, 0), _high_water(pid))


def _family(root: int) -> list[int]:
    family = [root]
    for pid in family:
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            family += [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return family


def _high_water(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
