"""The site on the open net: what Datasette answers to strangers, and what it does not.

Settings turn off what Datasette can turn off by itself; `Guard` stands before it for the rest. Both hold for
Datasette 0.65 and 1.0: the guard knows addresses, methods and headers, and nothing of Datasette's insides.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from datasette.utils import tilde_encode

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SETTINGS: dict[str, bool | int] = {
    "default_allow_sql": False,  # no SQL of a stranger's own, and no ?_where=
    "allow_download": False,  # not the whole database at once
    "allow_csv_stream": False,  # nor a whole table
    "max_csv_mb": 5,
    "max_returned_rows": 200,
    "default_page_size": 50,
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 300,
    "suggest_facets": False,
    "default_facet_size": 20,
    "truncate_cells_html": 100,
    "trace_debug": False,
    "template_debug": False,
    "default_cache_ttl": 60,  # a proxy in front answers what was asked a moment ago
}
"""Of Datasette, for strangers."""

CONCURRENT = 64
"""Requests that are answered at a time; others are asked to come again (HTTP 503)."""

_HEADERS = {
    # Datasette's pages have inline scripts, which do not run then: menus do not close by themselves,
    # a table's columns have no menu. They have inline style, which is allowed.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Of every answer that does not say it itself; our own pages do, and allow less."""

_OPEN = re.compile(r"/-/(\.json)?|/-/static(-plugins)?/.*")
"""What is shown below ``/-/``, where Datasette keeps its insides, its tools, and all that writes."""


class Guard:
    """Stands before Datasette: lets strangers read pages and tables, and do nothing else.

    Only GET and HEAD; nothing below ``/-/`` of the site, a database, a table or a row, where Datasette tells
    of paths, versions, threads and permissions, takes SQL, writes; a Content-Security-Policy everywhere;
    and a robots.txt that keeps crawlers to our own pages.

    Args:
        app: Datasette.
        databases: The names of its databases, which robots.txt keeps crawlers from.
    """

    def __init__(self, app: App, databases: Iterable[str]) -> None:
        self._app = app
        self._robots = make_robots(databases)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let Datasette do it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, "This archive can only be read.\n", {"allow": "GET, HEAD"})
        elif scope["path"] == "/robots.txt":
            await _answer(send, 200, self._robots)
        elif _is_inside(scope["path"]):
            await _answer(send, 404, "There is no such page.\n")
        else:
            await self._app(scope, receive, _with_headers(send))


def make_robots(databases: Iterable[str]) -> str:
    """Give a robots.txt (RFC 9309): our pages may be read, not tables, facets, searches and data."""
    closed = ["/-/", "/search", "/*.json", "/*.csv", "/*?*_facet=", "/*?*sort="]
    closed += [
        path
        for name in map(tilde_encode, databases)
        for path in (f"/{name}/", f"/{name}?", f"/{name}$", f"/{name}.")
    ]
    return "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in closed), ""])


def _is_inside(path: str) -> bool:
    """Say if an address is one of Datasette's insides."""
    return ("/-/" in path or path.endswith("/-")) and not _OPEN.fullmatch(path)


def _with_headers(send: Send) -> Send:
    async def send_more(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            said = {bytes(name).lower() for name, _ in headers}
            headers += [
                (name.encode(), value.encode())
                for name, value in _HEADERS.items()
                if name.encode() not in said
            ]
            message = {**message, "headers": headers}
        await send(message)

    return send_more


async def _answer(send: Send, status: int, text: str, more: dict[str, str] | None = None) -> None:
    headers = {"content-type": "text/plain; charset=utf-8", **_HEADERS, **(more or {})}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": text.encode()})
