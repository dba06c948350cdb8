"""Find articles: how many there are, the best or the newest of them, and where they say it.

No search goes through all hits of a common word. The index is in the order of the days, so the newest hits
come first by themselves, and counting ends at `CAP`.
"""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from archive.beginnings import spell_out
from archive.query import Query, parse
from archive.snippets import Marks, cut_snippet, find_marks

Order = Literal["relevance", "newest"]

CAP = 1_000
"""Hits that are counted, and weighed against each other."""
LOOKED_UP = 3_000
"""Hits, the newest, that are looked up in the index: the facets are counted in them."""

_COMMON = 20_000
"""A word in more articles than this says nothing of one of them: it is left out when hits are weighed."""

_RANK = "bm25(articles_fts, 10, 4, 4, 4, 1, 0)"
"""Weights of title, standfirst, authors, tags, text, facts."""

_PHRASE = re.compile(r'((?:\w+ : )?)"([^"]*)"((?: \*)?)')
"""An FTS5 expression of words side by side: the column, the words, the star behind the last one."""
_LETTER = re.compile(r"[^\W_]")
_SQL_TITLES = """
    SELECT place, title FROM search_entries JOIN articles ON articles.id = article_id
    WHERE place IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found."""

    article_id: int
    title: str
    title_marks: Marks
    snippet: str
    """Some of the text around the first hit."""
    snippet_marks: Marks
    """Where in the snippet the words are that were looked for: start and end."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of what was found."""

    query: Query
    places: Sequence[int]
    """Where in the index the hits are, the newest first: at least `LOOKED_UP`, and one more."""
    total: int
    """How many articles there are; no more than are counted."""
    capped: bool
    """There are more than ``total``."""
    order: Order
    """Newest first where it was asked for, and where there is nothing to weigh."""
    hits: tuple[Hit, ...]


def search(
    db: sqlite3.Connection, query: str, *, limit: int = 20, offset: int = 0, order: Order = "relevance"
) -> SearchPage:
    """Find articles. The query language is described in `archive.query`.

    The newest first means by day; within a day, the one that came last. The best first means by BM25, where
    there are no more than `CAP` hits; of more, or of words that are common, those that say it in the title,
    then the others, both from the newest on.

    Args:
        db: A connection that knows our SQL functions.
        query: What to look for.
        limit: Hits on the page.
        offset: Hits on the pages before it.
        order: The best first, or the newest.

    Raises:
        SearchSyntaxError: The query cannot be understood.
    """
    parsed = spell_out(db, parse(query))
    places = newest(db, parsed.match, max(LOOKED_UP, offset + limit) + 1)
    capped = len(places) > CAP
    if not parsed.weighed:
        order = "newest"
    if order == "relevance" and limit and len(places) > 1:
        end = offset + limit
        shown = (_titled_first(db, parsed, places, end) if capped else _best(db, parsed, places))[offset:end]
    else:
        shown = places[offset : offset + limit]
    hits = tuple(_hit(db, place, parsed) for place in shown)
    return SearchPage(parsed, places, min(len(places), CAP), capped, order, hits)


def _titled_first(db: sqlite3.Connection, query: Query, places: list[int], most: int) -> list[int]:
    """Give hits, those that say it in the title first."""
    titled = newest(db, query.titled, most)
    known = set(titled)
    return titled + [place for place in places if place not in known]


def newest(db: sqlite3.Connection, match: str, limit: int) -> list[int]:
    """Give the places in the index of the newest hits of an FTS5 expression."""
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT ?"
    return [place for (place,) in db.execute(sql, [match, limit])]


def _best(db: sqlite3.Connection, query: Query, places: list[int]) -> list[int]:
    """Give all hits, the best first: weighed by their rare words, for BM25 counts every hit of a word.

    Where there is no rare word, those whose title says it most often come first.
    """
    rare = [match for match in query.weighed if _is_rare(db, match)]
    if not rare:
        titles = dict(db.execute(_SQL_TITLES, [json.dumps(places)]).fetchall())
        said = {place: len(find_marks(title, query.title_words)) for place, title in titles.items()}
        return sorted(places, key=lambda place: (-said[place], -place))
    sql = (
        f"SELECT rowid, {_RANK} FROM articles_fts WHERE articles_fts MATCH ?"  # noqa: S608
        " AND +rowid IN (SELECT value FROM json_each(?))"
    )
    weights = dict(db.execute(sql, [" OR ".join(rare), json.dumps(places)]).fetchall())
    return sorted(places, key=lambda place: (weights.get(place, 0.0), -place))


def _is_rare(db: sqlite3.Connection, match: str) -> bool:
    """Say if something is in few articles, or a word of a phrase is.

    A phrase of common words may be rare, but SQLite looks for it wherever all of them are, each time.
    """
    parts, phrase = [match], _PHRASE.fullmatch(match)
    if phrase:
        column, words, star = phrase.groups()
        *others, last = filter(_LETTER.search, words.split())
        parts = [*(f'{column}"{word}"' for word in others), f'{column}"{last}"{star}']
    sql = "SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?)"
    counts = (db.execute(sql, [part, _COMMON + 1]).fetchone()[0] for part in parts)
    return any(count <= _COMMON for count in counts)


def _hit(db: sqlite3.Connection, place: int, query: Query) -> Hit:
    article_id, title, text = db.execute(
        "SELECT id, title, text FROM articles WHERE id ="
        " (SELECT article_id FROM search_entries WHERE place = ?)",
        [place],
    ).fetchone()
    shown, marks = cut_snippet(text, query.words)
    return Hit(article_id, title, find_marks(title, query.title_words), shown, marks)
