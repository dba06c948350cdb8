"""One page, fetched because a person asks for it: by the rules of a crawl, with nothing stored."""

import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from protego import Protego
from w3lib.url import safe_url_string

from archive.errors import ArchiveError
from archive.urls import ascii_host
from crawler.addresses import ensure_address, is_public
from crawler.agent import PRODUCT_TOKEN
from crawler.certificates import provide_certificates
from crawler.extraction.page import MAX_BYTES

_SILENCE = 20.0
"""Seconds without a byte."""
_LONGEST = 60.0
"""Seconds for one answer as a whole."""
_ROBOTS = 500 * 1024
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page answered."""

    url: str
    """That answered, after redirects."""
    body: bytes
    headers: Mapping[str, str]
    """Names in lower case."""


def visit(url: str, agent: str, private_hosts: Collection[str] = ()) -> Visit:
    """Fetch a page, unless robots.txt forbids it or a redirect leads to a private address.

    Args:
        url: http or https.
        agent: The user agent.
        private_hosts: Hosts that may have private addresses.

    Raises:
        WrongUsageError: It is no address.
        ArchiveError: It may not be fetched, or does not answer; the message says why.
    """
    ensure_address(url)
    try:
        return Visitor(agent, private_hosts).visit(_over_the_wire(url))
    except urllib.error.HTTPError as error:
        if 300 <= error.code < 400:
            raise ArchiveError(f"{url}: redirects in a circle, or to what is no web page.") from None
        raise ArchiveError(f"{url}: status {error.code} {error.reason}.") from None
    except (HTTPException, ValueError, zlib.error) as error:
        raise ArchiveError(f"{url}: {error or type(error).__name__}.") from None
    except OSError as error:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        reason = getattr(cause, "strerror", None) or cause or type(error).__name__
        raise ArchiveError(f"{url}: {urlsplit(url).netloc} does not answer ({reason}).") from None


def _over_the_wire(url: str) -> str:
    """Give an address that a person typed or took from a browser, which shows all scripts, in ASCII."""
    parts = urlsplit(url)
    if not parts.netloc.isascii():
        host, colon, port = parts.netloc.rpartition("@")[2].partition(":")
        parts = parts._replace(netloc=f"{ascii_host(host)}{colon}{port}")
    return safe_url_string(urlunsplit(parts))


class Visitor(urllib.request.HTTPRedirectHandler):
    """Opens http and https only, without proxies, which would look up names themselves."""

    max_redirections = 6

    def __init__(self, agent: str, private_hosts: Collection[str], *, obeys_robots: bool = True) -> None:
        """Prepare for visits.

        Args:
            agent: The user agent.
            private_hosts: Hosts that may have private addresses.
            obeys_robots: Whether robots.txt is asked; not for interfaces that are there for programs.
        """
        self._headers = {"User-Agent": agent, "Accept": _ACCEPT}
        self._obeys_robots = obeys_robots
        self._connections = _Opener(frozenset(private_hosts))
        self._rules: dict[str, Protego] = {}
        self._opener = urllib.request.OpenerDirector()
        self._opener.addheaders = []
        for handler in (
            self._connections,
            self,
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.UnknownHandler(),
        ):
            self._opener.add_handler(handler)

    def visit(self, url: str) -> Visit:
        """Fetch a page and what it redirects to, each as its host's robots.txt allows."""
        self._ask_robots(url)
        return self._get(url, MAX_BYTES)

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """Follow a redirect, when robots.txt of its target allows it."""
        if self._obeys_robots and not getattr(req, "is_robots", False):
            self._ask_robots(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def get(self, url: str, most: int, headers: Mapping[str, str]) -> Visit:
        """Fetch something, as it was transferred: nothing is decompressed.

        Raises:
            urllib.error.HTTPError: A status that is an error.
            OSError: No answer.
        """
        with self.open(url, headers) as response:
            body = _transfer(response, most)
            return Visit(
                response.url, body, {name.lower(): value for name, value in response.headers.items()}
            )

    def open(self, url: str, headers: Mapping[str, str]) -> Any:
        """Open something for reading; raises what `get` does."""
        request = urllib.request.Request(url, headers={**self._headers, **headers})  # noqa: S310 - as below
        return self._opener.open(request, timeout=_SILENCE)

    def hang_up(self) -> None:
        """End the connection that is open, whatever comes through it."""
        self._connections.hang_up()

    def _ask_robots(self, url: str) -> None:
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            self._rules[host] = self._read_robots(f"{host}/robots.txt")
        if not self._rules[host].can_fetch(url, PRODUCT_TOKEN):
            raise ArchiveError(f"{url}: {host}/robots.txt does not allow it to be read.")

    def _read_robots(self, url: str) -> Protego:
        try:
            answer = self._get(url, _ROBOTS, is_robots=True)
        except urllib.error.HTTPError as error:
            if error.code >= 500 or error.code == 429:  # RFC 9309 2.3.1.4
                raise ArchiveError(f"{url}: status {error.code}, so the site may not be read now.") from None
            return Protego.parse("")
        return Protego.parse(answer.body.decode("utf-8-sig", "replace"))

    def _get(self, url: str, most: int, *, is_robots: bool = False) -> Visit:
        request = urllib.request.Request(url, headers=self._headers)  # noqa: S310 - no other handler is there
        request.is_robots = is_robots  # type: ignore[attr-defined]
        with self._opener.open(request, timeout=_SILENCE) as response:
            body = _read(response, most)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Visit(response.url, body, headers)


def _transfer(response: Any, most: int) -> bytes:
    """Read a body, at most a byte more than allowed, within the time for it."""
    until, parts, size = time.monotonic() + _LONGEST, [], 0
    while size <= most and (part := response.read(65_536)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise TimeoutError(f"it is not all there after {_LONGEST:g} seconds")
    return b"".join(parts)


def _read(response: Any, most: int) -> bytes:
    """Read a body, decompressed."""
    body = _transfer(response, most)
    if (response.headers.get("Content-Encoding") or "identity").lower() in {"gzip", "x-gzip", "deflate"}:
        body = zlib.decompressobj(wbits=47).decompress(body, most + 1)
    return body


class _Opener(urllib.request.AbstractHTTPHandler):
    """Makes connections to addresses that were looked at, not to names that may be looked up once more."""

    def __init__(self, private_hosts: frozenset[str]) -> None:
        super().__init__()
        provide_certificates()
        self._private_hosts = private_hosts
        self._trust = ssl.create_default_context()
        self._open: socket.socket | None = None

    def hang_up(self) -> None:
        """End the connection that was made last."""
        if self._open is not None:
            with suppress(OSError):
                self._open.shutdown(socket.SHUT_RDWR)

    def http_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(self._plain, request)  # type: ignore[arg-type]

    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(self._secure, request)  # type: ignore[arg-type]

    http_request = urllib.request.AbstractHTTPHandler.do_request_
    https_request = urllib.request.AbstractHTTPHandler.do_request_

    def _plain(self, host: str, timeout: float) -> HTTPConnection:
        connection = HTTPConnection(host, timeout=timeout)
        connection.sock = self._connect(connection.host, connection.port, timeout)
        return connection

    def _secure(self, host: str, timeout: float) -> HTTPSConnection:
        connection = HTTPSConnection(host, timeout=timeout)
        plain = self._connect(connection.host, connection.port, timeout)
        connection.sock = self._trust.wrap_socket(plain, server_hostname=connection.host)
        return connection

    def _connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect to the first address of a host that answers.

        Raises:
            ArchiveError: One of its addresses is not public.
            OSError: It has no address, or none answers.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        for address in addresses:
            if host.lower() not in self._private_hosts and not is_public(address):
                raise ArchiveError(
                    f"{host} has the private address {address}: `add --allow-private`, or allow_private of a "
                    "source in archive.toml that names the host, allows it."
                )
        problem = OSError(f"no address is known for {host}")
        for address in addresses:
            try:
                self._open = socket.create_connection((address, port), timeout)
                return self._open
            except OSError as error:
                problem = error
        raise problem
