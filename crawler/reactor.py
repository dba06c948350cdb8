"""Twisted's reactor on asyncio's event loop, to be run as often as wanted in one process."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor, is_reactor_installed

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, with Scrapy's reactor around it.

    ``reactor.run()`` works once in a process. The reactor's asyncio loop can be run again and again once the
    reactor was started, which the demo (two crawls, then a server) and the tests need.
    """
    if not is_reactor_installed():
        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor  # only after it was chosen: importing it installs one

    if not reactor.running:
        reactor.startRunning(installSignalHandlers=False)
    return asyncio.get_event_loop_policy().get_event_loop().run_until_complete(coroutine)
