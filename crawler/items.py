"""What spiders yield: the pipelines bring it to the archive."""

from collections.abc import Mapping
from dataclasses import dataclass

from scrapy.http import Response

from archive.models import Candidate, Discovery, Page


@dataclass(frozen=True, slots=True, eq=False)
class DiscoveryAnswer:
    """What came of asking for a document that names pages."""

    discovery: Discovery
    response: Response | None
    """None: no answer."""
    candidates: tuple[Candidate, ...] = ()
    is_index: bool = False
    """It names other documents: those change while it does not, so it is read in full every time."""
    goes_on: bool = False
    """More of its pages follow: only the last one tells what came of reading it."""
    news: int = 0
    """Pages to fetch that its earlier pages brought."""
    error: str | None = None
    """Why it could not be read."""
    refused: bool = False
    """We must not ask."""
    until: str | None = None
    """The time before which it is not to be asked for again, UTC."""


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """A host that asked us to wait, before any document or page of it was asked for."""

    url: str
    until: str
    """UTC."""
    said: str
    """For the report."""


@dataclass(frozen=True, slots=True, eq=False)
class PageAnswer:
    """A page that answered, with whatever status."""

    page: Page
    response: Response


@dataclass(frozen=True, slots=True, eq=False)
class PastAnswer:
    """What a page answered before its last answer that is known: others captured it then."""

    page: Page
    response: Response
    article_id: int
    """Which the page holds, or leads to."""


@dataclass(frozen=True, slots=True, eq=False)
class PageFailure:
    """A page that could not be asked for, or did not answer."""

    page: Page
    url: str
    error: str
    refused: bool = False
    """We must not ask."""


def named_headers(response: Response) -> Mapping[str, str]:
    """Give the headers as text, names in lower case, repeated ones joined (RFC 9110 5.3)."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
