"""How a run is asked to stop: SIGINT (Ctrl+C) and SIGTERM."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_ASKING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def on_signals(stop: Callable[[signal.Signals], object], *, once: bool = False) -> Iterator[None]:
    """Have the signals call a function, in the event loop that runs, within a block.

    Args:
        stop: Is called with the signal.
        once: Only for the first one; the second ends the program at once.
    """
    loop = asyncio.get_running_loop()

    def handle(number: signal.Signals) -> None:
        if once:
            leave()
        stop(number)

    def leave() -> None:
        for number in _ASKING:
            loop.remove_signal_handler(number)

    try:
        for number in _ASKING:
            loop.add_signal_handler(number, handle, number)
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        yield
        return
    try:
        yield
    finally:
        leave()
