"""Processes that read documents. These come from strangers, so each piece of work has limits."""

import asyncio
import faulthandler
import logging
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import FrameType
from typing import Any, ParamSpec, TypeVar, cast

from archive.errors import ArchiveError

T = TypeVar("T")
P = ParamSpec("P")

SECONDS = 30.0
"""What one document may take; a third more, and the process is ended."""
MEMORY = 2 * 1024**3
"""Bytes of address space of a worker."""
_PRELOAD = ["crawler.preloaded"]

log = logging.getLogger(__name__)


class UnreadableError(Exception):
    """The document is not what it should be; the message says why, for people."""


class WorkError(Exception):
    """Reading failed for a reason of ours: a mistake in the program, too long, too large."""


class Workers:
    """A pool of processes. One that dies takes only its own document with it."""

    def __init__(self, jobs: int | None = None, *, seconds: float = SECONDS) -> None:
        """Set the limits; processes start when they are needed.

        Args:
            jobs: Processes, by default one for each processor.
            seconds: What one document may take.
        """
        self.jobs = jobs or os.cpu_count() or 1
        """How many processes there may be."""
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None
        self._room = asyncio.Semaphore(2 * self.jobs)
        self._alone = asyncio.Lock()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of a module, with arguments and a result that can be pickled, in a worker.

        Raises:
            UnreadableError: The function raised an `ArchiveError`.
            WorkError: It raised something else, took too long or too much memory, or its process died.
        """
        async with self._room:
            if self._pool is None:
                self._pool = _make_pool(self.jobs)
            pool = self._pool
            try:
                return await self._result(pool, function, *args, **kwargs)
            except BrokenProcessPool:
                if self._pool is pool:
                    self._pool = None
        # Whose fault it was is not known: everything that was in the pool is tried again, one by one.
        async with self._alone:
            single = _make_pool(1)
            try:
                return await self._result(single, function, *args, **kwargs)
            except BrokenProcessPool:
                raise WorkError("the process that read it died: too slow, or too large") from None
            finally:
                single.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the processes at once; what they are reading is lost."""
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())  # public from 3.14 on
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        self._pool = None

    async def _result(
        self, pool: ProcessPoolExecutor, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        try:
            work = pool.submit(_limited, self._seconds, function, args, kwargs)
        except (
            ConnectionError,
            EOFError,
        ) as error:  # the server process is just dying, as by a signal to all
            raise BrokenProcessPool from error
        outcome, value = await asyncio.wrap_future(work)
        if outcome == "unreadable":
            raise UnreadableError(value)
        if outcome == "failed":
            reason, _, details = str(value).partition("\n")
            log.debug("%s failed: %s\n%s", function.__name__, reason, details)
            raise WorkError(reason)
        return cast("T", value)


def _make_pool(jobs: int) -> ProcessPoolExecutor:
    """Make a pool whose processes come from a clean server process: forking one with threads is not safe."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(_PRELOAD)
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare)


def _prepare() -> None:
    """Set up a worker: Ctrl-C is for the main process, whose end is ours too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _limited(
    seconds: float, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[str, T | str]:
    """Call a function within the limits; tell its outcome as data, which always gets back to the parent.

    Python code is stopped by an alarm. What hangs outside of Python never sees that, so the process is ended
    a little later.
    """
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - needs a file number, nothing else
        faulthandler.dump_traceback_later(seconds * 4 / 3, exit=True, file=nowhere)
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, _too_long)
            signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            return "value", function(*args, **kwargs)
        except ArchiveError as error:
            return "unreadable", str(error)
        except TimeoutError:
            return "failed", f"took longer than {seconds:g} s"
        except MemoryError:
            return "failed", f"took more than {MEMORY // 1024**2} MB of memory"
        except Exception as error:
            return "failed", f"{type(error).__name__}: {error}".replace(
                "\n", " "
            ) + f"\n{traceback.format_exc()}"
        finally:
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError
