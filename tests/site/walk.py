"""Every page of ours that a site has: found by its routes and by following its links, so that a new page is
tested without being named anywhere."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any
from urllib.parse import urljoin, urlsplit

from datasette.app import Datasette
from lxml import etree, html

from archive.site.pages import Pages

_SAMPLES = ("1", "2", "3", ".json", ".atom", "json", "atom", "feed.json", "2024-01", "Rouge", "a")
"""What a part of an address may be; a route takes those that it matches."""

_GROUP = re.compile(r"\(\?P<(\w+)>")
_OF_A_KIND = 2
"""Addresses that are followed of those that differ in their values alone."""


def addresses(datasette: Datasette, most: int = 2) -> list[str]:
    """Give addresses for each of our routes, at least one, at most so many for each of its parts."""
    found: dict[str, None] = {}
    database = next(iter(datasette.databases.values()))
    for route, _ in Pages(database).routes():
        made = [address for address in _fill(route, most) if re.fullmatch(route.removesuffix("$"), address)]
        assert made, f"{route}: say in tests/site/walk.py what may stand in it"
        found |= dict.fromkeys(made)
    return list(found)


def walk(
    datasette: Datasette,
    get: Callable[[str], Any] | None = None,
    *,
    begin: Iterable[str] = (),
    each: int = 2,
    of_a_kind: int = _OF_A_KIND,
) -> list[str]:
    """Give the addresses of our pages: of all routes, and of the links among them, some of each kind.

    Args:
        datasette: The site.
        get: How to ask for a page; by default, Datasette's own client.
        begin: Addresses that no link leads to.
        each: How many articles, sources and so on to see of each route.
        of_a_kind: How many links to follow that differ in their values alone.
    """
    if get is None:
        with asyncio.Runner() as runner:
            return walk(
                datasette,
                lambda path: runner.run(datasette.client.get(path)),
                begin=begin,
                each=each,
                of_a_kind=of_a_kind,
            )
    routes = [re.compile(route) for route, _ in Pages(next(iter(datasette.databases.values()))).routes()]
    waiting = [*addresses(datasette, each), *begin]
    seen = dict.fromkeys(waiting)
    kinds: Counter[Any] = Counter()
    while waiting:
        address = waiting.pop(0)
        response = get(address)
        if not response.headers["content-type"].startswith("text/html"):
            continue
        for link in _links(response.text, address):
            kind = _kind(link)
            if link in seen or kinds[kind] >= of_a_kind:
                continue
            if any(route.match(urlsplit(link).path) for route in routes):
                kinds[kind] += 1
                seen[link] = None
                waiting.append(link)
    return list(seen)


def _fill(route: str, most: int) -> Iterator[str]:
    """Give addresses that a route may match: each named group filled in, or left out where it may be."""
    parts: list[list[str]] = []
    rest = route.removeprefix("^").removesuffix("$")
    while group := _GROUP.search(rest):
        end = _closing(rest, group.start())
        pattern = rest[group.start() : end + 1]
        fitting = [sample for sample in _SAMPLES if re.fullmatch(pattern, sample)][:most]
        optional = rest[end + 1 : end + 2] == "?"
        parts += [[rest[: group.start()]], [*([""] if optional else []), *fitting]]
        rest = rest[end + 1 + optional :]
    for pieces in product(*parts, [rest]):
        yield "".join(pieces).replace("\\", "")


def _closing(pattern: str, start: int) -> int:
    """Give where the bracket closes that opens at a place."""
    depth = 0
    for place in range(start, len(pattern)):
        depth += (pattern[place] == "(") - (pattern[place] == ")")
        if not depth:
            return place
    raise ValueError(pattern)


def _links(text: str, address: str) -> Iterator[str]:
    """Give the addresses of the same site that a page links to, in its order."""
    if not text.strip():
        return
    try:
        page = html.document_fromstring(text)
    except etree.ParserError:
        return
    for link in page.xpath("//a/@href | //link[@rel='alternate']/@href"):
        if str(link).startswith(("/", "?")) and not str(link).startswith("//"):
            yield urljoin(address, str(link)).partition("#")[0]


def _kind(address: str) -> tuple[str, tuple[str, ...]]:
    parts = urlsplit(address)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return re.sub(r"[0-9]+", "0", parts.path), tuple(names)
