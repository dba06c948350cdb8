"""What a worker process does with one response: extract, then judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.models import Extraction, Judgement, Series
from crawler.extraction.extract import extract
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
    return Reading(extraction, judge(extraction, series))


def judge_again(extraction: Extraction, series: Sequence[Series]) -> Reading:
    """Judge an article that was joined of several pages."""
    return Reading(extraction, judge(extraction, series))
