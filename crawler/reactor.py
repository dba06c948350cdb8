"""Twisted's reactor on an asyncio event loop, to be run as often as wanted in one process."""

import asyncio
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, with Scrapy's reactor around it.

    ``reactor.run()`` works once in a process. The loop under it can be run again and again once the reactor
    was started.
    """
    return _loop().run_until_complete(coroutine)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)  # this is the one that the reactor takes
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor  # only now: importing it earlier would install another one

    reactor.startRunning(installSignalHandlers=False)
    return loop
