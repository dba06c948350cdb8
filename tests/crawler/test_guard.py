"""Private addresses are refused before a connection is made: nothing here ever leaves loopback."""

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import resolver
from crawler.addresses import is_public
from tests.crawler.conftest import Archive
from tests.web import Answer, Web, sitemap, source, write_config


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public(address: str) -> None:
    assert is_public(address)


@given(
    st.ip_addresses(network="127.0.0.0/8")
    | st.ip_addresses(network="10.0.0.0/8")
    | st.ip_addresses(network="fc00::/7")
)
def test_no_address_of_a_private_network_is_public(address: object) -> None:
    assert not is_public(str(address))


def is_literal(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Give the addresses that sockets connect to; any but loopback fails the test before a packet is sent."""
    reached: list[Any] = []
    connect = socket.socket.connect_ex

    def watch(self: socket.socket, address: Any) -> int:
        reached.append(address)
        assert str(address[0]).startswith("127."), f"a connection to {address}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect_ex", watch)
    yield reached
    assert all(str(address[0]).startswith("127.") for address in reached)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give the names that can be looked up, with their addresses."""
    table: dict[str, str] = {}
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in table:
            return look_up(table[name], *args, **kwargs)
        assert is_literal(name), f"a look-up of {name} on the network"
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(resolver, "_known", {})
    return table


def test_source_on_a_private_address_is_refused_unless_it_says_so(
    tmp_path: Path, site: Web, connections: list[Any]
) -> None:
    site.publish("one")
    archive = Archive(write_config(tmp_path, source("Site", site.home, allow_private="false")))
    report = archive.crawl()
    assert "private address 127.0.0.1" in (report.sources[0].error or "")
    assert not connections
    assert not site.asked


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.7/",
        "http://[::1]:9/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://inside.example/",
    ],
)
def test_redirect_to_a_private_address_is_refused(
    site: Web, archive: Archive, connections: list[Any], names: dict[str, str], target: str
) -> None:
    """Even of a source that may be private itself: it did not name that address."""
    names["inside.example"] = "192.168.7.7"
    names["2130706433"] = "127.0.0.1"
    site.publish("one")
    site["/one"] = Answer(status=302, headers={"Location": target})
    archive.crawl()
    state, reason = archive.rows("SELECT state, reason FROM pages")[0]
    assert state == "refused", reason
    assert "private address" in reason
    assert {address[0] for address in connections} == {"127.0.0.1"}


def test_document_on_a_name_with_a_private_address_is_refused(
    tmp_path: Path, connections: list[Any], names: dict[str, str]
) -> None:
    names["news.example"] = "10.9.8.7"
    archive = Archive(write_config(tmp_path, source("Site", "http://news.example", allow_private="false")))
    report = archive.crawl()
    assert "news.example has the private address 10.9.8.7" in (report.sources[0].error or "")
    assert not connections


def test_source_that_may_be_private_opens_nothing_for_another(
    tmp_path: Path, site: Web, connections: list[Any], names: dict[str, str]
) -> None:
    """Both sources are crawled in one process; only one names 127.0.0.1 and says that it may."""
    names["public.example"] = "127.0.0.2"
    site.publish("one")
    with Web() as other:
        port = other.home.rpartition(":")[2]
        archive = Archive(
            write_config(
                tmp_path,
                source("Private", site.home),
                source("Public", f"http://127.0.0.1:{port}", allow_private="false"),
            )
        )
        report = archive.crawl()
        assert not other.asked
    assert [(one.name, bool(one.error)) for one in report.sources] == [("Private", False), ("Public", True)]


def test_name_that_changes_its_address_is_looked_up_once(names: dict[str, str]) -> None:
    """DNS rebinding: the address that was checked is the one that is connected to."""
    names["rebind.example"] = "127.0.0.3"

    async def twice() -> list[tuple[str, ...]]:
        first = await resolver.lookup("rebind.example")
        names["rebind.example"] = "127.0.0.4"
        return [first, await resolver.lookup("rebind.example")]

    assert asyncio.run(twice()) == [("127.0.0.3",), ("127.0.0.3",)]


def test_resolver_itself_gives_no_private_address(names: dict[str, str]) -> None:
    """The second lock, for whatever else opens a connection."""
    names["loop.example"] = "127.0.0.1"
    names["world.example"] = "93.184.216.34"

    class Receiver:
        def __init__(self) -> None:
            self.addresses: list[str] = []
            self.done = asyncio.Event()

        def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
            pass

        def addressResolved(self, address: Any) -> None:  # noqa: N802
            self.addresses.append(f"{address.host}:{address.port}")

        def resolutionComplete(self) -> None:  # noqa: N802
            self.done.set()

    async def resolve(name: str) -> list[str]:
        receiver = Receiver()
        resolver.GuardedResolver(None).resolveHostName(receiver, name, 80)
        await receiver.done.wait()
        return receiver.addresses

    assert asyncio.run(resolve("loop.example")) == []
    assert asyncio.run(resolve("world.example")) == ["93.184.216.34:80"]


def test_file_urls_are_not_followed(site: Web, archive: Archive) -> None:
    site.publish("one")
    site["/one"] = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/one", None), ("file:///etc/passwd", None)]))
    archive.crawl()
    assert archive.rows("SELECT state FROM pages") == [("failed",)]
