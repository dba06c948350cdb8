"""The Internet Archive's Wayback Machine: its CDX server lists, ``id_`` gives the bytes that a site sent.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
"""

import re
from collections.abc import AsyncGenerator
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

    Raises:
        ArchiveError: It cannot be had, or is no listing.
    """
    while True:
        url = f"{query}&{urlencode({'resumeKey': position})}" if position else query
        body = (await client.get(url)).body
        try:
            rows = load_json(body or b"[]")
        except ValueError:
            raise ArchiveError(f"{url}: no listing, but {body[:80]!r}.") from None
        position = rows.pop()[0] if len(rows) > 1 and rows[-2] == [] else None
        yield [_listed(*row) for row in rows[1:] if len(row) == 2], position
        if position is None:
            return


async def fetch(client: Client, listed: Listed) -> Found:
    """Give a capture as the site sent it.

    Raises:
        NotThereError: The archive does not give it, or gives that of another page.
    """
    answer = await client.get(f"{BASE}{listed.location}", {"Accept-Encoding": "gzip"})
    replayed = _REPLAYED.search(answer.url)
    if replayed is None or page_key(replayed[2]) != page_key(listed.url):
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
    return Found(listed.url, time_of(replayed[1]), 200, "OK", tuple(headers.items()), answer.body, answer.url)


def _listed(timestamp: str, original: str) -> Listed:
    return Listed(original, time_of(timestamp), f"/web/{timestamp}id_/{original}")


def time_of(timestamp: str) -> str:
    """Read a time of 14 digits."""
    year, month, day, hour, minute, second = (
        timestamp[start:end] for start, end in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
    )
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
