"""The way through: bytes of a page in, an extraction out."""

import gc
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from archive.models import Extraction, Witness
from crawler.extraction.access import decide
from crawler.extraction.body import Body, find_body, take_body
from crawler.extraction.boilerplate import MAX_BLOCKS, Stripped, strip
from crawler.extraction.corrections import find_corrections
from crawler.extraction.declared_access import read_declaration
from crawler.extraction.features import Facts
from crawler.extraction.language import SAMPLE, detect_language, heard, primary_tag
from crawler.extraction.metadata import Metadata, read_metadata, with_summary
from crawler.extraction.page import Page
from crawler.extraction.pagination import next_page, single_page
from crawler.extraction.site import UNKNOWN_SITE, Site
from crawler.extraction.site_reading import prepare, read_site
from crawler.extraction.version import rules_version

_LEAST_STANDFIRST, _LONGEST_STANDFIRST = 40, 700
"""Characters."""
_LITTLE_TEXT = 300
"""Characters: of a video, or where the rest is paid."""


def extract(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    headers: Mapping[str, str] | None = None,
    site: Site = UNKNOWN_SITE,
) -> Extraction:
    """Read a page.

    Args:
        body: the decoded content of the response.
        url: where it was served from, absolute.
        content_type: the Content-Type header.
        headers: the other response headers.
        site: what is known of its site.

    Raises:
        UnreadablePageError: the bytes are no page; the message says why.
    """
    collecting = gc.isenabled()
    # A page's many objects live to its end: looking for garbage among them takes a third of the time.
    gc.disable()
    try:
        source = prepare(body, content_type, site.rules)
        return _extract(Page.parse(source, url, content_type, headers), url, site)
    finally:
        if collecting:
            gc.collect(0)  # the article's fragment holds cycles; more pages of them would take longer
            gc.enable()


def _extract(page: Page, url: str, site: Site) -> Extraction:
    declared = read_declaration(page)
    following, whole = next_page(page, site.rules), single_page(page, site.rules)
    reading = read_site(page, read_metadata(page), site.rules, declared.paid)
    metadata = reading.metadata
    if reading.body is None:
        found = find_body(page, declared.paid, metadata.title)
    else:
        found = take_body(reading.body, declared.paid, prune=site.rules.prune)
    stated = metadata.language or page.language_hint
    language = detect_language(_sample(found), stated)
    spoken = tuple(filter(None, (language, primary_tag(stated))))
    days = tuple(moment[:10] for moment in (metadata.published, metadata.modified) if moment)
    standfirst = metadata.standfirst or metadata.summary
    facts = Facts(metadata.title, metadata.authors, standfirst, spoken, days)
    stripped = strip(found, page, facts, metadata.image, site.profile)
    access, complete, evidence = decide(
        declared, stripped.removed, stripped.blocks, stripped.ends_openly, stripped.text
    )
    if stripped.shortened:
        complete, evidence = False, (*evidence, f"only {MAX_BLOCKS:,} blocks of the page were read")
    metadata = _completed(metadata, stripped)
    corrections = (
        Witness("correction", "text", note, chosen=True) for note in find_corrections(stripped.text)
    )
    return Extraction(
        url=url,
        rules_version=rules_version(site.rules),
        title=metadata.title,
        standfirst=metadata.standfirst,
        authors=metadata.authors,
        published=metadata.published,
        modified=metadata.modified,
        language=language,
        site_name=metadata.site_name,
        canonical_url=metadata.canonical_url,
        image=metadata.image,
        tags=metadata.tags,
        access=access,
        access_evidence=evidence,
        text_complete=complete,
        text=stripped.text,
        html=stripped.html,
        removed=tuple(stripped.removed),
        witnesses=(*heard(metadata.witnesses, language), *corrections),
        rule_checks=tuple(reading.checks),
        blocks=stripped.prints,
        next_page=following,
        single_page=whole,
    )


def _completed(metadata: Metadata, stripped: Stripped) -> Metadata:
    """Take from the text what nothing around it states: who wrote it, and the standfirst."""
    if not metadata.authors and stripped.writer is not None:
        metadata = _stated(metadata, "authors", stripped.writer, authors=(stripped.writer,))
    printed = stripped.standfirst
    if metadata.standfirst is None and printed and _LEAST_STANDFIRST <= len(printed) <= _LONGEST_STANDFIRST:
        metadata = _stated(metadata, "standfirst", printed, standfirst=printed)
    if metadata.standfirst is None and len(stripped.text) < _LITTLE_TEXT:
        metadata = with_summary(metadata)
    return metadata


def _stated(metadata: Metadata, field: str, value: str, **changes: Any) -> Metadata:
    witness = Witness(field, "text", value, chosen=True)
    return replace(metadata, witnesses=(*metadata.witnesses, witness), **changes)


def _sample(body: Body) -> str:
    """Text enough to tell its language, before anything is stripped: phrases are rules of a language."""
    pieces: list[str] = []
    size = 0
    for block in body.walk.blocks[body.first : body.last]:
        pieces.append(block.text)
        size += block.chars
        if size > SAMPLE:
            break
    return " ".join(pieces)
