"""What a publisher reserves: that a page is not archived, not indexed, not mined.

Follows the robots meta element and the X-Robots-Tag header as search engines document them (noarchive,
noindex, none), and the W3C's TDM Reservation Protocol (header, meta element, /.well-known/tdmrep.json).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from protego import Protego

from crawler.agent import PRODUCT_TOKEN
from crawler.extraction.json_text import load_json

TDM_PATH = "/.well-known/tdmrep.json"

_RESERVING = {"noarchive", "noindex", "none"}
_META = re.compile(rb"<meta\s[^>]{0,500}>")
_HINT = re.compile(rb"noarchive|noindex|none|tdm-reservation")
_ATTRIBUTE = re.compile(rb"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")
_NAMES = {"robots", PRODUCT_TOKEN}
HEAD = 512 * 1024
"""Bytes in which a head ends, even one full of scripts."""


def page_reservations(body: bytes, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Give what a page reserves, each with where it says so; nothing for a page that anybody may archive.

    Args:
        body: As served, decompressed.
        headers: Of the response, names in lower case, repeated ones joined with commas.
    """
    return tuple(dict.fromkeys((*_in_headers(headers), *_in_head(body[:HEAD]))))


def site_reservation(document: str, url: str) -> str | None:
    """Say whether a site's tdmrep.json reserves a page; None where it does not, or is no such document.

    The first entry whose location fits decides, as the protocol has it (section 6.1).
    """
    try:
        entries: Any = load_json(document)
    except ValueError:
        return None
    for entry in entries if isinstance(entries, list) else ():
        location = entry.get("location") if isinstance(entry, dict) else None
        if isinstance(location, str) and _fits(location, url):
            return f"text mining is reserved ({TDM_PATH})" if entry.get("tdm-reservation") == 1 else None
    return None


def _fits(location: str, url: str) -> bool:
    """Match a location: a path pattern as in robots.txt."""
    if "\n" in location:
        return False
    rules = Protego.parse(f"User-agent: *\nDisallow: {location}")
    return not rules.can_fetch(url, PRODUCT_TOKEN)


def _in_headers(headers: Mapping[str, str]) -> Iterator[str]:
    agent = None
    for part in headers.get("x-robots-tag", "").lower().split(","):
        stated, colon, rest = part.partition(":")
        if colon and not stated.strip().startswith("unavailable_after"):
            agent, part = stated.strip(), rest
        if agent in (None, PRODUCT_TOKEN) and (directive := part.strip()) in _RESERVING:
            yield f"{directive} (header X-Robots-Tag)"
    if headers.get("tdm-reservation", "").strip() == "1":
        yield "text mining is reserved (header TDM-Reservation)"


def _in_head(head: bytes) -> Iterator[str]:
    for element in filter(_HINT.search, _META.findall(head.lower())):
        values = {
            name: b"".join(value).decode("utf-8", "replace") for name, *value in _ATTRIBUTE.findall(element)
        }
        name, content = values.get(b"name", "").strip(), values.get(b"content", "")
        if name in _NAMES:
            for directive in _RESERVING.intersection(content.replace(",", " ").split()):
                yield f"{directive} (meta element {name})"
        elif name == "tdm-reservation" and content.strip() == "1":
            yield "text mining is reserved (meta element tdm-reservation)"
