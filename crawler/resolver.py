"""Names to addresses, for Scrapy: the last check before a connection, of every one that is made."""

import asyncio
import socket
from collections.abc import Collection, Sequence
from typing import Any, Self

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.addresses import is_public

_TIMEOUT = 20.0
"""Seconds for one look-up."""

_known: dict[str, tuple[str, ...]] = {}
_private_hosts: set[str] = set()


def allow_private(hosts: Collection[str]) -> None:
    """Let these hosts have private addresses: some source names them and says ``allow_private``."""
    _private_hosts.update(hosts)


async def lookup(host: str) -> tuple[str, ...]:
    """Give the IP addresses of a host, none where it has no name.

    An answer holds as long as the process, so a name that was found to be public cannot turn into a
    private address before the connection is made (DNS rebinding).
    """
    if host not in _known:
        try:
            async with asyncio.timeout(_TIMEOUT):
                found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError):
            return ()
        _known[host] = tuple(dict.fromkeys(str(address[0]) for *_, address in found))
    return _known[host]


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Do nothing: the answer of a look-up that nobody waits for is just kept."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's resolver of names, of literal addresses too; gives no private address unless a source may.

    The guard middleware has already refused such a request for the source that made it. This is the second
    lock: it holds for whatever opens a connection.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, _crawler: Any, reactor: Any) -> Self:
        """Make it as Scrapy makes it (TWISTED_DNS_RESOLVER)."""
        return cls(reactor)

    def install_on_reactor(self) -> None:
        """Make every connection of this process ask us."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 - an IResolutionReceiver
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: ARG002, N803
        transportSemantics: str = "TCP",  # noqa: ARG002, N803
    ) -> Any:
        """Tell the receiver each address that may be connected to."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        task = asyncio.ensure_future(self._resolve(resolutionReceiver, hostName.lower(), portNumber))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return resolution

    async def _resolve(self, receiver: Any, host: str, port: int) -> None:
        for address in await lookup(host):
            if is_public(address) or host in _private_hosts:
                kind = IPv6Address if ":" in address else IPv4Address
                receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()
