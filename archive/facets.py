"""How many of the articles that a search finds have which source, year, language, access and author.

Up to `CAP` hits are counted one by one. Of more, the values are those of the newest hits and the most
frequent ones of the archive, and each is counted in the index, up to `CAP` as well: what it costs does not
grow with the archive.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from archive.query import SearchSyntaxError, narrow, parse
from archive.search import CAP, count, newest

_VALUES = 8
"""Of a facet."""
_SAMPLE = 300
"""Newest hits that say which values to count, where there are too many hits to count them one by one."""
_AUTHORS = 4
"""Of these fewer are counted then: a name is several words, which takes five times as long as one fact."""
_SQL_HITS = """
    SELECT sources.name, substr(dated, 1, 4), substr(language, 1, 20), access,
        iif(length(authors) < 2000, authors, '[]')
    FROM search_entries JOIN articles ON articles.id = article_id JOIN sources ON sources.id = source_id
    WHERE place IN (SELECT value FROM json_each(?))
"""
_SQL_FREQUENT = {
    "source": "SELECT name FROM sources WHERE articles > 0 ORDER BY articles DESC LIMIT 5",
    "dated": "SELECT DISTINCT substr(month, 1, 4) AS year FROM coverage ORDER BY year DESC LIMIT 10",
    "access": 'SELECT value FROM json_each(\'["free", "registration", "metered", "paywalled", "unknown"]\')',
}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, and how many of the articles have it."""

    value: str
    articles: int
    capped: bool
    """There are more than ``articles``."""
    query: str
    """What finds these only."""


@dataclass(frozen=True, slots=True)
class Facet:
    """What tells the articles that a search finds from each other."""

    field: str
    """Of the query language: source, dated (the year), lang, access, author."""
    values: tuple[FacetValue, ...]
    """The most frequent ones first, years from the last on."""


def facets(db: sqlite3.Connection, query: str) -> list[Facet]:
    """Give the facets of a search; those that all of it shares, or that none has, are left out.

    Raises:
        SearchSyntaxError: The query cannot be understood.
    """
    match = parse(query).match
    places = newest(db, match, CAP + 1, 0)
    capped = len(places) > CAP
    counted = _count_hits(db, places[: _SAMPLE if capped else CAP])
    if capped:
        try:
            counted = _count_in_index(db, query, counted)
        except SearchSyntaxError:  # it is as long as a query may be: nothing can be added to it
            return []
    found = []
    for field, values in counted.items():
        ordered = sorted(values.items(), key=lambda one: (-one[1], one[0]))[:_VALUES]
        if field == "dated":
            ordered = sorted(values.items(), reverse=True)[:_VALUES]
        if len(ordered) > 1 or (ordered and field == "author"):
            found.append(
                Facet(
                    field,
                    tuple(
                        FacetValue(value, min(number, CAP), number > CAP, narrow(query, field, value))
                        for value, number in ordered
                    ),
                )
            )
    return found


def _count_hits(db: sqlite3.Connection, places: list[int]) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {
        field: Counter() for field in ("source", "dated", "lang", "access", "author")
    }
    for source, year, language, access, authors in db.execute(_SQL_HITS, [json.dumps(places)]):
        counted["source"][source] += 1
        counted["dated"][year] += year.isdecimal()
        counted["access"][access] += 1
        if language:
            counted["lang"][language] += 1
        counted["author"].update(
            {name for name in json.loads(authors) if len(name) < 100 and any(map(str.isalnum, name))}
        )
    return {field: +values for field, values in counted.items()}


def _count_in_index(
    db: sqlite3.Connection, query: str, newest_hits: dict[str, Counter[str]]
) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {}
    for field, values in newest_hits.items():
        candidates = [value for value, _ in values.most_common(_VALUES)]
        candidates += (
            [value for (value,) in db.execute(_SQL_FREQUENT[field])] if field in _SQL_FREQUENT else []
        )
        counted[field] = +Counter(
            {
                value: _count(db, query, field, value)
                for value in _once(candidates)[: _AUTHORS if field == "author" else _VALUES]
            }
        )
    return counted


def _count(db: sqlite3.Connection, query: str, field: str, value: str) -> int:
    return count(db, parse(narrow(query, field, value)).match, CAP)


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
