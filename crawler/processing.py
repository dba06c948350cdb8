"""What a worker process does with one response, fresh or stored: extract, then judge."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from archive.captures import Captures, StoredResponse
from archive.errors import ArchiveError
from archive.models import Capture, Extraction, Judgement, Series
from crawler.extraction.extract import extract
from crawler.extraction.page import MAX_BYTES
from crawler.extraction.site import UNKNOWN_SITE, Site
from crawler.relevance import judge


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of one response."""

    extraction: Extraction
    judgement: Judgement


def read_page(
    body: bytes,
    url: str,
    headers: Mapping[str, str],
    series: Sequence[Series],
    site: Site = UNKNOWN_SITE,
) -> Reading:
    """Extract the article of a page and judge whether it is about the series.

    Args:
        body: As served, decompressed.
        url: That answered, after redirects.
        headers: Of the response, with names in lower case.
        series: What the archive is about.
        site: What is known of its site.

    Raises:
        UnreadablePageError: There is no page to read; the message says why.
    """
    extraction = extract(body, url, content_type=headers.get("content-type"), headers=headers, site=site)
    return judge_again(extraction, series)


def judge_again(extraction: Extraction, series: Sequence[Series]) -> Reading:
    """Judge an article that was joined of several pages."""
    judgement = judge(extraction, series)
    return Reading(extraction, replace(judgement, names_version=names_version(tuple(series))))


def read_capture(
    folder: Path, capture: Capture, url: str, series: Sequence[Series], site: Site = UNKNOWN_SITE
) -> Reading:
    """Do the same with a stored response.

    Args:
        folder: Of the WARC files.
        capture: Which response.
        url: As it was read under before.
        series: What the archive is about.
        site: What is known of its site.

    Raises:
        ArchiveError: There is no such record, or no page to read in it; the message says why.
    """
    stored = Captures(folder).read(capture)
    headers: dict[str, list[str]] = {}
    for name, value in stored.headers:
        headers.setdefault(name.lower(), []).append(value)
    joined = {name: ", ".join(values) for name, values in headers.items()}
    return read_page(_decoded(stored, capture), url, joined, series, site)


@lru_cache
def names_version(series: tuple[Series, ...]) -> str:
    """Give what changes whenever the names of the series do, or what they are worth."""
    return hashlib.sha256(repr(series).encode()).hexdigest()[:12]


def _decoded(stored: StoredResponse, capture: Capture) -> bytes:
    """Give the body without its Content-Encoding, no more of it than is read."""
    encodings = [value for name, value in stored.headers if name.lower() == "content-encoding"]
    response = HTTPResponse(
        io.BytesIO(stored.body), {"Content-Encoding": ", ".join(encodings)}, preload_content=False
    )
    try:
        body: bytes = response.read(MAX_BYTES + 1, decode_content=True)
    except HTTPError as error:
        raise ArchiveError(
            f"{capture.file}: the response at byte {capture.offset} is damaged: {error}"
        ) from None
    return body
