"""The way through: bytes of a page in, an extraction out."""

from collections.abc import Mapping

from archive.models import Extraction
from crawler.extraction.access import decide, read_declaration
from crawler.extraction.boilerplate import strip
from crawler.extraction.body import find_body
from crawler.extraction.features import Facts
from crawler.extraction.language import detect_language
from crawler.extraction.metadata import read_metadata
from crawler.extraction.page import Page

RULES_VERSION = "1"
"""Changes whenever the same bytes may give another extraction."""


def extract(
    body: bytes, url: str, *, content_type: str | None = None, headers: Mapping[str, str] | None = None
) -> Extraction:
    """Read a page.

    Args:
        body: the decoded content of the response.
        url: where it was served from, absolute.
        content_type: the Content-Type header.
        headers: the other response headers.

    Raises:
        UnreadablePageError: the bytes are no page; the message says why.
    """
    page = Page.parse(body, url, content_type, headers)
    metadata = read_metadata(page)
    declared = read_declaration(page)
    language = (metadata.language or page.language_hint or "")[:2].lower() or None
    found = find_body(page.root, declared.paid)
    facts = Facts(metadata.title, metadata.authors, metadata.standfirst, language)
    stripped = strip(found, page, facts)
    blocks = stripped.text.count("\n\n") + 1 if stripped.text else 0
    access, complete, evidence = decide(declared, stripped.removed, blocks, stripped.ends_openly)
    return Extraction(
        url=url,
        rules_version=RULES_VERSION,
        title=metadata.title,
        standfirst=metadata.standfirst,
        authors=metadata.authors,
        published=metadata.published,
        modified=metadata.modified,
        language=detect_language(stripped.text, metadata.language),
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
        witnesses=metadata.witnesses,
    )
