"""How many of the articles that a search finds have which source, year, language, access, author, discovery.

They are counted one by one, up to the newest `COUNTED`: what that costs does not grow with the archive. The
years of more are counted in the index, each up to `OF_A_YEAR`, for the newest articles may all be of one.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive import tokens
from archive.models import Access, DiscoveryKind
from archive.query import SearchSyntaxError, narrow, parse
from archive.search import LOOKED_UP, SearchPage

COUNTED = LOOKED_UP
"""Hits that are counted one by one."""
OF_A_YEAR = 250
"""Hits of a year that are counted in the index."""

_VALUES = 8
"""Of a facet."""
_LONGEST_NAME = 100
_SQL_HITS = "SELECT article_id, facts FROM search_entries WHERE place IN (SELECT value FROM json_each(?))"
_SQL_AUTHORS = f"""
    SELECT name, number FROM (
        SELECT author_id, count(*) AS number FROM article_authors
        WHERE article_id IN (SELECT value FROM json_each(?))
        GROUP BY author_id ORDER BY number DESC LIMIT {4 * _VALUES})
    JOIN authors ON authors.id = author_id
"""  # noqa: S608
_SQL_YEARS = f"SELECT DISTINCT substr(month, 1, 4) AS year FROM coverage ORDER BY year DESC LIMIT {_VALUES}"  # noqa: S608

_SQL_HITS_OF_YEAR = """
    SELECT count(*) FROM (
        SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? AND rowid >= ? AND rowid < ? LIMIT ?)
"""
_EPOCH = date(1970, 1, 1)
_DAY = 1 << 24
"""Places in the index."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, and how many of the articles have it."""

    value: str
    articles: int
    capped: bool
    """There are more than ``articles``, or may be."""
    query: str
    """What finds these only."""


@dataclass(frozen=True, slots=True)
class Facet:
    """What tells the articles that a search finds from each other."""

    field: str
    """Of the query language: source, dated (the year), lang, access, author, found."""
    newest: int | None
    """Its values are those of the newest so many articles; None: of all."""
    values: tuple[FacetValue, ...]
    """The most frequent ones first, years from the last on."""


def facets(db: sqlite3.Connection, text: str, found: SearchPage) -> list[Facet]:
    """Give the facets of a search; those that all of it shares, or that none has, are left out.

    Args:
        db: The connection that was searched.
        text: The query as it was typed.
        found: A page of what it found.
    """
    try:
        parse(narrow(text, "dated", "2024"))
    except SearchSyntaxError:  # it is as long as a query may be: nothing can be added to it
        return []
    newest = COUNTED if len(found.places) > COUNTED else None
    shown = []
    for field, values in _count(db, found.places[:COUNTED]).items():
        if field != "dated":
            facet = _facet(text, field, values, newest)
        elif newest:
            facet = _years(text, _count_years(db, found), OF_A_YEAR)
        else:
            facet = _years(text, values, COUNTED)
        if len(facet.values) > 1 or (facet.values and field == "author"):
            shown.append(facet)
    return shown


def _facet(query: str, field: str, values: Counter[str], newest: int | None) -> Facet:
    shown = sorted(values.items(), key=lambda one: (-one[1], one[0]))[:_VALUES]
    return Facet(
        field,
        newest,
        tuple(
            FacetValue(value, number, newest is not None, narrow(query, field, value))
            for value, number in shown
        ),
    )


def _years(query: str, years: Counter[str], most: int) -> Facet:
    shown = sorted(years.items(), reverse=True)[:_VALUES]
    return Facet(
        "dated",
        None,
        tuple(
            FacetValue(year, min(number, most), number > most, narrow(query, "dated", year))
            for year, number in shown
        ),
    )


def _count(db: sqlite3.Connection, places: Sequence[int]) -> dict[str, Counter[str]]:
    """Count by the facts that stand in the index, which says them in words of its own (`archive.tokens`)."""
    hits = db.execute(_SQL_HITS, [json.dumps(places)]).fetchall()
    words = Counter(" ".join(facts for _, facts in hits).split())
    names = {tokens.source_word(name): name for (name,) in db.execute("SELECT name FROM sources")}
    names |= {tokens.found_word(kind): kind for kind in DiscoveryKind}
    names |= {f"{tokens.ACCESS}{access}": access for access in Access}
    counted: dict[str, Counter[str]] = {field: Counter() for field in _FIELDS.values()}
    for word, number in words.items():
        field = _FIELDS.get(word[0])
        if field == "lang" or (field == "dated" and len(word) == len("-YYYY")):
            counted[field][word[1:]] += number
        elif field and word in names:
            counted[field][names[word]] += number
    authors = db.execute(_SQL_AUTHORS, [json.dumps([article for article, _ in hits])])
    counted["author"] = Counter({name: number for name, number in authors if is_shown(name)})
    return counted


def is_shown(author: str) -> bool:
    """Say if the name of an author can be looked for, and is short enough to be one."""
    return len(author) < _LONGEST_NAME and any(map(str.isalnum, author))


_FIELDS = {
    tokens.SOURCE: "source",
    tokens.DATE: "dated",
    tokens.LANGUAGE: "lang",
    tokens.ACCESS: "access",
    tokens.FOUND: "found",
}
"""By the first character of a fact's word."""


def _count_years(db: sqlite3.Connection, found: SearchPage) -> Counter[str]:
    """Count the hits of years: the places in the index are in the order of the days."""
    years: Counter[str] = Counter()
    for (year,) in db.execute(_SQL_YEARS):
        if year.isdecimal():
            start, end = _place(date(int(year), 1, 1)), _place(date(int(year), 12, 31)) + _DAY
            (years[year],) = db.execute(
                _SQL_HITS_OF_YEAR, [found.query.match, start, end, OF_A_YEAR + 1]
            ).fetchone()
    return +years


def _place(day: date) -> int:
    """Give the place in the index before the first article of a day."""
    return (day - _EPOCH).days * _DAY
