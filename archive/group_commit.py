"""Writing in one thread, where what waits together is one transaction."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar

from archive.database import Archive

T = TypeVar("T")
P = ParamSpec("P")

_LARGEST = 100
"""Calls of one transaction. With more of them it gets no cheaper, and others wait for it longer."""


@dataclass(frozen=True, slots=True)
class _Call:
    function: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)


class GroupCommit:
    """Calls functions that write to an archive, one after another, in a thread of their own.

    Those that came while the ones before them were written share a transaction: a commit costs as much as
    the article that it commits. A future has its result only when that is committed. A function that is
    alone does its own transaction; so does each when one of a group fails, and only that one's future gets
    the error. So a function may be called twice, the first time in vain: it must do nothing but write to the
    archive, or what may be done twice.
    """

    def __init__(self, db: Archive) -> None:
        # Where a statement fails half-way, SQLite takes back what it did. What it needs for that it would
        # write to a file, page by page, for nearly every statement: an article touches fifty pages.
        db.conn.execute("PRAGMA temp_store = MEMORY")
        self.db = db
        """For functions that are called here."""
        self._waiting: deque[_Call] = deque()
        self._thread = ThreadPoolExecutor(1, "archive")

    def submit(self, function: Callable[[], T]) -> Future[T]:
        """Have a function called."""
        call = _Call(function)
        self._waiting.append(call)
        self._thread.submit(self._write_waiting)
        return call.future

    async def write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have a function called, and wait until what it wrote is committed."""
        return await asyncio.wrap_future(self.submit(partial(function, *args, **kwargs)))

    def close(self) -> None:
        """Wait until all is written; nothing can be submitted any more."""
        self._thread.shutdown()

    def _write_waiting(self) -> None:
        """Write what waits; a turn that finds nothing, since the one before took it along, does nothing."""
        calls = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST))]
        calls = [call for call in calls if call.future.set_running_or_notify_cancel()]
        if len(calls) > 1 and self._write_together(calls):
            return
        for call in calls:
            try:
                result = call.function()
            except BaseException as error:
                call.future.set_exception(error)
            else:
                call.future.set_result(result)

    def _write_together(self, calls: list[_Call]) -> bool:
        """Write them in one transaction; tell whether that went well, else nothing was written."""
        try:
            with self.db.transaction():
                results = [call.function() for call in calls]
        except Exception:  # each is called again, and tells its own
            return False
        for call, result in zip(calls, results, strict=True):
            call.future.set_result(result)
        return True
