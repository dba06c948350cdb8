"""Processes that read documents: what one document does to its process is its own affair."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from multiprocessing import forkserver
from typing import Any

import pytest

from archive.errors import ArchiveError
from crawler.workers import UnreadableError, WorkError, Workers


def double(number: int) -> int:
    return 2 * number


def refuse() -> None:
    raise ArchiveError("not a page")


def stumble() -> None:
    raise KeyError("a mistake of ours")


def die(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return number


def spin() -> None:
    while True:
        pass


def hang() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)  # as C code does that never looks for signals
    time.sleep(100)


def hoard() -> int:
    return len(bytearray(3 * 1024**3))


@contextmanager
def pool(jobs: int = 2, **limits: Any) -> Iterator[Workers]:
    workers = Workers(jobs, **limits)
    try:
        yield workers
    finally:
        workers.close()


def run(function: Callable[..., Any], *args: Any, **limits: Any) -> Any:
    with pool(**limits) as workers:
        return asyncio.run(workers.run(function, *args))


def test_result() -> None:
    assert run(double, 21) == 42


def test_unreadable_document_says_why() -> None:
    with pytest.raises(UnreadableError, match=r"^not a page$"):
        run(refuse)


def test_mistake_is_told_in_one_line() -> None:
    with pytest.raises(WorkError, match=r"^KeyError: 'a mistake of ours'$"):
        run(stumble)


def test_process_that_dies_takes_only_its_own_document() -> None:
    async def all_of_them(workers: Workers) -> list[Any]:
        return await asyncio.gather(
            *(workers.run(die, number) for number in range(12)), return_exceptions=True
        )

    with pool() as workers:
        results = asyncio.run(all_of_them(workers))
    assert isinstance(results[3], WorkError)
    assert [result for result in results if result is not results[3]] == [0, 1, 2, *range(4, 12)]


@pytest.mark.parametrize("refusals", [1, 2])
def test_server_process_that_dies_when_it_is_asked_for_a_process(
    monkeypatch: pytest.MonkeyPatch, refusals: int
) -> None:
    """As by a signal to all processes: there is another one for the second attempt, or it is given up."""
    connect, left = forkserver.connect_to_new_process, iter(range(refusals))

    def refuse_at_first(fds: Any) -> Any:
        for _ in left:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        return connect(fds)

    monkeypatch.setattr(forkserver, "connect_to_new_process", refuse_at_first)
    with pytest.raises(WorkError, match="died") if refusals > 1 else nullcontext():
        assert run(double, 21) == 42


def test_document_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(WorkError, match="took longer than 1 s"):
        run(spin, seconds=1)


def test_process_that_does_not_listen_is_ended() -> None:
    with pytest.raises(WorkError, match="died"):
        run(hang, seconds=1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of memory")
def test_document_that_takes_too_much_memory_is_given_up() -> None:
    with pytest.raises(WorkError, match="memory"):
        run(hoard)


def test_processes_end_with_the_one_that_started_them() -> None:
    """Even when that one is killed."""
    program = (
        "import asyncio, os\nfrom crawler.workers import Workers\n"
        "if __name__ == '__main__':\n    workers = Workers(1)  # what nobody holds ends its processes\n"
        "    print(asyncio.run(workers.run(os.getpid)), flush=True)\n    input()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdin
    assert parent.stdout
    worker = int(parent.stdout.readline())
    os.kill(worker, 0)
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker was still there")
