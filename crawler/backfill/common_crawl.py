"""Common Crawl: an index for each of its crawls, and the records that they point to.

https://index.commoncrawl.org/
"""

import re
from collections.abc import AsyncGenerator
from io import BytesIO
from urllib.parse import urlencode

from archive.backfills import Listed
from archive.errors import ArchiveError
from crawler.backfill.client import Client, NotThereError
from crawler.backfill.found import Found
from crawler.backfill.records import read_found
from crawler.backfill.wayback import time_of
from crawler.extraction.json_text import load_json

INDEX = "https://index.commoncrawl.org"
DATA = "https://data.commoncrawl.org/"
_ODD = (ValueError, KeyError, TypeError, OverflowError)
"""What comes of JSON that has something else where a text or a number belongs."""
_YEAR = re.compile(r"(?:19|20)\d\d")


async def queries(
    client: Client, site: str, pattern: str | None, years: tuple[int | None, int | None]
) -> list[str]:
    """Give the addresses that list a site's captures, one for each crawl of some years, the oldest first.

    Raises:
        ArchiveError: The list of crawls cannot be had.
    """
    url = f"{INDEX}/collinfo.json"
    try:
        crawls = [(str(one["id"]), str(one["cdx-api"])) for one in load_json((await client.get(url)).body)]
    except _ODD:
        raise ArchiveError(f"{url}: no list of crawls.") from None
    asked = [
        ("url", site),
        ("matchType", "domain"),
        ("output", "json"),
        ("filter", "=status:200"),
        ("filter", "~mime:.*html.*"),
    ]
    if pattern:
        asked.append(("filter", f"~urlkey:.*{pattern}.*"))
    return [f"{api}?{urlencode(asked)}" for name, api in reversed(crawls) if _is_of(name, years)]


async def listing(
    client: Client, query: str, position: str | None
) -> AsyncGenerator[tuple[list[Listed], str | None]]:
    """Give a listing piece by piece, each with the place where it goes on; None after the last one.

    Raises:
        ArchiveError: It cannot be had.
    """
    try:
        told = load_json((await client.get(f"{query}&showNumPages=true")).body)
        pages = int(told["pages"] if isinstance(told, dict) else told)
    except NotThereError:  # a crawl that has nothing of the site
        yield [], None
        return
    except _ODD:
        raise ArchiveError(f"{query}: the index does not say how many pages it has.") from None
    for page in range(int(position or 0), pages):
        try:
            lines = (await client.get(f"{query}&page={page}")).body.splitlines()
        except NotThereError:
            lines = []
        found = [listed for line in lines if (listed := _listed(line))]
        yield found, str(page + 1) if page + 1 < pages else None
    if pages < 1:
        yield [], None


async def fetch(client: Client, listed: Listed) -> Found:
    """Give a capture as the site sent it.

    Raises:
        NotThereError: There is no such record.
    """
    file, offset, length = listed.location.rsplit(" ", 2)
    last = int(offset) + int(length) - 1
    answer = await client.get(f"{DATA}{file}", {"Range": f"bytes={offset}-{last}"})
    for found in read_found(BytesIO(answer.body), f"{DATA}{file}"):
        if found.url == listed.url:
            return found
    raise NotThereError(f"{DATA}{file}: no record of {listed.url} at byte {offset}.")


def _is_of(crawl: str, years: tuple[int | None, int | None]) -> bool:
    """Tell whether a crawl, like CC-MAIN-2024-10, is of some years."""
    found = _YEAR.search(crawl)
    first, last = years
    return found is None or (first or 0) <= int(found[0]) <= (last or 9999)


def _listed(line: bytes) -> Listed | None:
    try:
        row = load_json(line)
        place = f"{row['filename']} {int(row['offset'])} {int(row['length'])}"
        moment = time_of(str(row["timestamp"]))
        return Listed(str(row["url"]), moment, place) if moment else None
    except _ODD:
        return None
