"""The Internet Archive's Wayback Machine: its CDX server lists, ``id_`` gives the bytes that a site sent.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
"""

import re
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlencode

from archive.backfills import Listed
from archive.errors import ArchiveError
from archive.urls import page_key
from crawler.backfill.client import Client, NotThereError
from crawler.backfill.found import Found
from crawler.extraction.json_text import load_json

BASE = "https://web.archive.org"
_PAGE = 2000
"""Captures of a listing that are asked for at once."""
_TIMESTAMP = re.compile(r"[12][0-9]{13}")
_REPLAYED = re.compile(r"/web/(\d{14})id_/(.+)$")
_ORIGINAL = "x-archive-orig-"
_CHANGED = {"transfer-encoding", "connection", "content-length", "content-encoding", "keep-alive"}


def query(site: str, pattern: str | None, years: tuple[int | None, int | None]) -> str:
    """Give the address that lists the captures of a site: pages that were answered with 200.

    Args:
        site: Its domain; subdomains are listed as well.
        pattern: Of the addresses that are wanted, in lower case; all of them by default.
        years: The first and the last.
    """
    asked = [
        ("url", site),
        ("matchType", "domain"),
        ("output", "json"),
        ("fl", "timestamp,original"),
        ("filter", "statuscode:200"),
        ("filter", "mimetype:text/html"),
        ("collapse", "digest"),
        ("showResumeKey", "true"),
        ("limit", str(_PAGE)),
    ]
    if pattern:
        asked.insert(6, ("filter", f"urlkey:.*{pattern}.*"))
    asked += [(name, str(year)) for name, year in zip(("from", "to"), years, strict=True) if year]
    return f"{BASE}/cdx/search/cdx?{urlencode(asked)}"


async def listing(
    client: Client, query: str, position: str | None
) -> AsyncGenerator[tuple[list[Listed], str | None]]:
    """Give a listing piece by piece, each with the place where it goes on; None after the last one.

    An empty answer is no piece: the server gives it as well while it cannot look. So the listing counts as
    unfinished, and the next backfill asks for it again.

    Raises:
        ArchiveError: It cannot be had, or is no listing.
    """
    while True:
        url = f"{query}&{urlencode({'resumeKey': position})}" if position else query
        body = (await client.get(url)).body
        try:
            rows = _rows(body)
        except ValueError:
            raise ArchiveError(f"{url}: no listing, but {body[:80]!r}.") from None
        if not rows[1:]:
            return
        before, position = position, _resume_key(rows)
        if position and position == before:
            raise ArchiveError(f"{url}: the listing goes on where it went on already.")
        yield [listed for row in rows[1:] if (listed := _listed(row))], position
        if position is None:
            return


async def fetch(client: Client, listed: Listed) -> Found:
    """Give a capture as the site sent it.

    Raises:
        NotThereError: The archive does not give it, or gives that of another page.
    """
    answer = await client.get(f"{BASE}{listed.location}", {"Accept-Encoding": "gzip"})
    replayed = _REPLAYED.search(answer.url)
    moment = time_of(replayed[1]) if replayed else None
    if replayed is None or moment is None or page_key(replayed[2]) != page_key(listed.url):
        raise NotThereError(f"{listed.url}: the archive leads to {answer.url} instead.")
    originals = {
        name.removeprefix(_ORIGINAL): value
        for name, value in answer.headers.items()
        if name.startswith(_ORIGINAL)
    }
    headers = {name: value for name, value in originals.items() if name not in _CHANGED}
    headers.setdefault("content-type", answer.headers.get("content-type", "text/html"))
    if encoding := answer.headers.get("content-encoding"):
        headers["content-encoding"] = encoding
    return Found(listed.url, moment, 200, "OK", tuple(headers.items()), answer.body, answer.url)


def _rows(body: bytes) -> list[list[str]]:
    """Read a listing; it is empty where nothing is known.

    Raises:
        ValueError: It is none.
    """
    rows = load_json(body or b"[]")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError
    return [list(map(str, row)) for row in rows]


def _resume_key(rows: list[list[str]]) -> str | None:
    """Give where a listing goes on: its last row says so, behind an empty one."""
    return rows[-1][0] if len(rows) > 1 and rows[-1] and not rows[-2] else None


def _listed(row: list[str]) -> Listed | None:
    moment = time_of(row[0]) if len(row) == 2 else None
    return Listed(row[1], moment, f"/web/{row[0]}id_/{row[1]}") if moment else None


def time_of(timestamp: str) -> str | None:
    """Read a time of 14 digits; None where it is none."""
    if _TIMESTAMP.fullmatch(timestamp):
        with suppress(ValueError):
            return f"{datetime.strptime(f'{timestamp}Z', '%Y%m%d%H%M%S%z'):%Y-%m-%dT%H:%M:%SZ}"
    return None
