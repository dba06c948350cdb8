"""What a worker process does with one response, fresh or stored: extract, then judge."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError

from archive.errors import ArchiveError
from archive.models import Capture, Extraction, Judgement, Series
from archive.urls import page_key
from crawler.decoding import decoded
from crawler.extraction.extract import extract
from crawler.extraction.pagination import goes_on, join, replace_by
from crawler.extraction.site import UNKNOWN_SITE, Site
from crawler.relevance import judge

if TYPE_CHECKING:
    from archive.captures import Captures, StoredResponse
    from archive.readings import Reading as StoredReading
    from archive.skipped import Skipped


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


def without_text(reading: Reading, reserved: tuple[str, ...]) -> Reading:
    """Give what is kept of a page that its publisher reserves: who wrote what when, and where it is."""
    extraction = replace(
        reading.extraction,
        reserved=reserved,
        text="",
        html="",
        removed=(),
        text_complete=False,
        access_evidence=(*reading.extraction.access_evidence, f"not kept: {reserved[0]}"),
    )
    mentions = tuple(
        replace(mention, passage="") if mention.field in {"lead", "text"} else mention
        for mention in reading.judgement.mentions
    )
    return Reading(extraction, replace(reading.judgement, mentions=mentions))


def promote(reading: Reading) -> Reading:
    """Keep a page that a person wants in the archive, whatever it is judged to be."""
    if reading.judgement.relevant:
        return reading
    reason = f"promoted by hand; {reading.judgement.reason}"
    return Reading(reading.extraction, replace(reading.judgement, relevant=True, reason=reason))


def judge_again(extraction: Extraction, series: Sequence[Series]) -> Reading:
    """Judge an article that was joined of several pages."""
    judgement = judge(extraction, series)
    return Reading(extraction, replace(judgement, names_version=names_version(tuple(series))))


def read_stored(
    folder: Path, stored: "StoredReading | Skipped", series: Sequence[Series], site: Site = UNKNOWN_SITE
) -> Reading:
    """Do the same with the stored response that an article was read from, and its further pages.

    Args:
        folder: Of the WARC files.
        stored: How the article was read before.
        series: What the archive is about.
        site: What is known of its site.

    Raises:
        ArchiveError: There is no such record, or no page to read in it; the message says why.
    """
    from archive.captures import Captures  # who reads fresh pages needs no archive

    if stored.capture is None:
        raise ArchiveError(f"{stored.url}: its stored response is not known any more.")
    captures = Captures(folder)
    first = _read_capture(captures, stored.capture, stored.url, site)
    if stored.further:
        pages = {
            page_key(capture.url): _read_capture(captures, capture, capture.url, site)
            for capture in stored.further
        }
        first = _join(first, pages, complete=stored.text_complete)
    return judge_again(first, series)


def _read_capture(captures: "Captures", capture: Capture, url: str, site: Site) -> Extraction:
    response = captures.read(capture)
    headers: dict[str, list[str]] = {}
    for name, value in response.headers:
        headers.setdefault(name.lower(), []).append(value)
    joined = {name: ", ".join(values) for name, values in headers.items()}
    body = _decoded(response, capture)
    return extract(body, url, content_type=joined.get("content-type"), headers=joined, site=site)


def _join(first: Extraction, stored: Mapping[str, Extraction], *, complete: bool) -> Extraction:
    """Join the pages of an article as `crawler.further_pages` does when it fetches them."""
    if whole := stored.get(page_key(first.single_page or "")):
        first = replace_by(first, whole)
    pages: list[Extraction] = []
    following = first.next_page
    while following and (page := stored.get(page_key(following))) and page not in pages:
        if not goes_on(first, pages, page):
            break
        pages.append(page)
        following = page.next_page
    if first.next_page is None and not pages:
        return first
    missing = None if complete or not following else f"a page of it is missing: {following}"
    return join(first, pages, missing)


@lru_cache
def names_version(series: tuple[Series, ...]) -> str:
    """Give what changes whenever the names of the series do, or what they are worth."""
    return hashlib.sha256(repr(series).encode()).hexdigest()[:12]


def _decoded(stored: "StoredResponse", capture: Capture) -> bytes:
    """Give the body without its Content-Encoding, no more of it than is read."""
    try:
        return decoded(stored.body, stored.headers)
    except HTTPError as error:
        raise ArchiveError(
            f"{capture.file}: the response at byte {capture.offset} is damaged: {error}"
        ) from None
