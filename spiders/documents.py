"""Documents that name pages, read in a worker process: bytes, URL and Content-Type in, candidates out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from w3lib.url import safe_url_string

from archive.errors import ArchiveError
from archive.models import Candidate
from crawler.extraction.urls import clean_url

_PARAMETERS = re.compile(r"[;?].*", re.DOTALL)
"""Those of the path as well (RFC 3986 3.3), as in ``/news/1;jsessionid=2``."""
_LONGEST_URL = 2083
"""Characters; longer ones are traps or mistakes."""


class UnreadableDocumentError(ArchiveError):
    """It is not the document that it should be."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document that an index names."""

    url: str
    modified: str | None = None
    """When it changed, as the index says."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says."""

    candidates: tuple[Candidate, ...] = ()
    """Pages that it names."""
    parts: tuple[Part, ...] = ()
    """The documents that it consists of, where it is an index."""
    feeds: tuple[str, ...] = ()
    """URLs of feeds that it links as another form of itself."""
    onward: str | None = None
    """URL of its next page, where it is a section or what a search found."""


Reader = Callable[[bytes, str, str | None], Document]
"""Reads a document's bytes, decompressed as HTTP says, from its URL, with the ``Content-Type`` of the answer,
which may be all that tells the charset; `ArchiveError` where it is none."""


def page_url(stated: str | None, base: str, *, declared: bool = False) -> str | None:
    """Give the URL that a document states, as the crawl will use it: absolute, encoded, without a fragment.

    Args:
        stated: As written; relative ones do occur.
        base: URL of the document.
        declared: It is the publisher's own name for the page, so its parameters stay as they are. Elsewhere,
            those go that only tell who the reader is, or came from.

    Returns:
        None when it is no http(s) URL, or far too long.
    """
    try:
        url, _, _ = urljoin(base, (stated or "").strip()).partition("#")
        parameters = _PARAMETERS.search(url) if declared else None
        cleaned = clean_url(url[: parameters.start()] if parameters else url) if stated else None
        encoded = safe_url_string(cleaned + (parameters[0] if parameters else "")) if cleaned else None
    except ValueError:
        return None
    return encoded if encoded and encoded.isascii() and len(encoded) <= _LONGEST_URL else None
