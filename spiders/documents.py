"""Documents that name pages, read in a worker process: bytes and URL in, candidates out."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from w3lib.url import safe_url_string

from archive.errors import ArchiveError
from archive.models import Candidate
from crawler.extraction.urls import clean_url

_LONGEST_URL = 2083
"""Characters; longer ones are traps or mistakes."""


class UnreadableDocumentError(ArchiveError):
    """It is not the document that it should be."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says."""

    candidates: tuple[Candidate, ...] = ()
    """Pages that it names."""
    parts: tuple[str, ...] = ()
    """URLs of the documents that it consists of, where it is an index."""


Reader = Callable[[bytes, str], Document]
"""Reads a document's bytes, decompressed as HTTP says, from its URL; `ArchiveError` where it is none."""


def page_url(stated: str | None, base: str) -> str | None:
    """Give the URL that a document states as the crawl will use it: absolute, encoded, without tracking.

    Args:
        stated: As written; relative ones do occur.
        base: URL of the document.

    Returns:
        None when it is no http(s) URL, or far too long.
    """
    try:
        url = clean_url(urljoin(base, (stated or "").strip())) if stated else None
        encoded = safe_url_string(url) if url else None
    except ValueError:
        return None
    return encoded if encoded and len(encoded) <= _LONGEST_URL else None
