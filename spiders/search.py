"""A site's own search, asked for each name of the series; what it answers is read like a section."""

from collections.abc import Iterable
from urllib.parse import quote

from archive.models import Series
from crawler.config import QUERY

_MOST_QUERIES = 100


def search_urls(template: str, series: Iterable[Series]) -> list[str]:
    """Give the addresses that ask a site for the names of the series, each name once.

    Args:
        template: With ``{query}`` where the name goes, percent-encoded as UTF-8 (RFC 3986).
        series: What is sought: names and aliases, no people, no studios.
    """
    names = (name for one in series for name in (one.name, *one.aliases))
    asked = dict.fromkeys(" ".join(name.split()) for name in names)
    return [template.replace(QUERY, quote(name, safe="")) for name in list(asked)[:_MOST_QUERIES]]
