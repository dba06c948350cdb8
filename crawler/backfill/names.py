"""Which addresses name a series: an archive of the whole web can be asked for those alone."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from archive.models import Series
from crawler.relevance.spelling import fold

_WORDS = re.compile(r"[a-z0-9]+")
_SHORTEST = 5
"""Letters that a name has at least, or it is in too many addresses."""


def address_pattern(names: Iterable[str]) -> str | None:
    """Give the regular expression of addresses, in lower case, that name something; None where none would.

    Names in Latin letters are found whatever stands between their words; others as they are encoded.
    """
    found = dict.fromkeys(filter(None, map(_pattern, names)))
    return f"({'|'.join(found)})" if found else None


def names_of(series: Iterable[Series]) -> list[str]:
    """Give names and aliases, no people and studios."""
    return [name for one in series for name in (one.name, *one.aliases)]


def _pattern(name: str) -> str | None:
    folded = fold(name)
    if folded.isascii():
        words = _WORDS.findall(folded)
        return "[^a-z0-9]*".join(words) if len("".join(words)) >= _SHORTEST else None
    return quote(re.sub(r"\s+", "-", folded.strip()), safe="").lower()
