"""What feeds, sitemaps and sections say of a page: witnesses beside those of the page itself."""

from collections.abc import Iterable
from dataclasses import replace

from archive.models import Candidate, DiscoveryKind, Extraction, Witness

_FIELDS = {
    "title": "title",
    "author": "authors",
    "published": "published",
    "modified": "modified",
    "excerpt": "standfirst",
}
"""What a document calls a field, and what an article does."""


def with_hints(extraction: Extraction, hints: Iterable[tuple[DiscoveryKind, Candidate]]) -> Extraction:
    """Add what documents state of a page to its witnesses; the fields stay as the page has them.

    So the same page gives the same article whatever named it, and one can look up who said something else.
    """
    stated = (
        Witness(field, kind.value, value)
        for kind, candidate in hints
        for name, field in _FIELDS.items()
        if (value := getattr(candidate, name))
    )
    return replace(extraction, witnesses=tuple(dict.fromkeys((*extraction.witnesses, *stated))))
