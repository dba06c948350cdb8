"""The search of a static site: the archive's full-text index, in small files that are loaded as needed.

A browser that searches loads ``search/index.js``, which says what each article is, then, down a tree of two
levels, the small files that have the words that it looks for (``shelves``, ``words``), and where the words
stand in an article (``places``) only where they must stand side by side. How long articles are (``lengths``),
which numbers they have (``numbers``) and who wrote them (``authors``, ``names``) is loaded of those that are
weighed, shown and counted. The files are scripts that hand over data: pages that are opened from a disk may
load scripts, and nothing else. That, and substrings of Chinese, Japanese and Korean, is why none of the
search libraries for static sites serves here.

Here an article is known by its rank: the oldest has 0. Ranks that follow each other make a window, and what
there is of many articles is cut at the windows, so that a search goes from the newest window back until it
has enough, as `archive.search` does.

The words are those of SQLite's own index (``fts5vocab``, sqlite.org/fts5.html), so both find the same. Files
are named after what they hold: what an older ``index.js`` names is never something else.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, TypeVar

from archive.facets import is_shown
from archive.search import CAP
from archive.site.rows import SHORT, Row, rows
from archive.site.wording import ACCESS, DISCOVERIES, FACETS, LANGUAGES, say_access, say_date
from archive.static_site.folder import Folder
from archive.static_site.numbers import encode, signed
from archive.tokens import CJK

SCRIPTS = ("words.js", "query.js", "files.js", "engine.js", "page.js")
"""What searches, in the order in which a page loads it."""
INDEX = "search/index.js"
FIELDS = ("title", "standfirst", "authors", "tags", "text")
"""In the order of their places."""
SPAN = 1_000
"""Places of a field: the title's words are at 0 to 999, the standfirst's at 1,000 to 1,999. What comes later
in a field is not found; the text is last, and has no end."""
WEIGHTS = (10, 4, 4, 4, 1)
"""What a word counts by the field that it is in, as in `archive.search`."""
WINDOW = 2_048
"""Articles of a window."""

_IN_TEXT = (len(FIELDS) - 1) * SPAN
_LOT = 8_000
"""Characters of a file of words. A word that needs more has files of its own, one a window."""
_SHELF = 256
"""Files of words that a file of the level above names."""
_NAMES = 256
"""Names of authors of a file."""
_LONGEST = 60
"""Characters of a word that can be found."""
_DATE = 40
_TEXT = 100_000
"""Characters of a text that a hit is shown from."""

_T = TypeVar("_T")
_Hits = dict[int, list[int]]
"""Where a word stands: by the rank of the article, its places."""


def write_search_index(conn: sqlite3.Connection, folder: Folder, key: str) -> None:
    """Write the files that a search loads, but for the articles: `write_found_article`; `INDEX` is the last.

    Args:
        conn: An archive, open for writing: its index is read through a temporary table.
        folder: Of the site.
        key: Under which the folder has them.
    """
    _Index(conn, folder, key).write()


def write_found_article(folder: Folder, article: dict[str, Any], key: str) -> None:
    """Write what a search shows of an article that it found."""
    date = (article["published"] or article["dated"])[:_DATE]
    day = say_date(date) if article["published"] else f"first seen {say_date(date)}"
    shown = {
        "title": (article["title"] or "")[:SHORT],
        "date": date,
        "day": day,
        "access": say_access(article["access"], article["text_complete"], article["words"]),
        "text": (article["text"] or article["standfirst"] or "")[:_TEXT],
    }
    folder.write(f"search/articles/{article['id']}.js", _call("article", article["id"], shown), key)


class _Index:
    def __init__(self, conn: sqlite3.Connection, folder: Folder, key: str) -> None:
        self.conn, self.folder, self.key = conn, folder, key
        self.articles = rows(conn, _ARTICLES)
        self.lengths = [len(one["facts"].split()) for one in self.articles]  # SQLite counts them, too

    def write(self) -> None:
        lots = [[first, self._write_lot(words)] for first, words in _pack(self._read_words())]
        shelves = [lots[start : start + _SHELF] for start in range(0, len(lots), _SHELF)]
        facts = {
            "shelves": [[shelf[0][0], self._write("shelves", shelf)] for shelf in shelves],
            "lengths": self._write_windows("lengths", self.lengths),
            "numbers": self._write_windows("numbers", [one["id"] for one in self.articles], signed),
        }
        facts |= self._write_authors()
        self.folder.write(INDEX, _call("open", self._facts() | facts), self.key)

    def _facts(self) -> dict[str, Any]:
        """Give what each article is. A kind is a source, a language, an access and what found it."""
        kinds: dict[tuple[object, ...], int] = {}
        kind = [kinds.setdefault(_kind(one), len(kinds)) for one in self.articles]
        names = self.conn.execute("SELECT id, substr(name, 1, 100) FROM sources ORDER BY id")
        return {
            "labels": {"access": ACCESS, "facets": FACETS, "found": DISCOVERIES, "languages": LANGUAGES},
            "cjk": CJK,
            "cap": CAP,
            "window": WINDOW,
            "span": SPAN,
            "weights": WEIGHTS,
            "fields": FIELDS,
            "sources": dict(names.fetchall()),
            "kinds": list(kinds),
            "kind": encode(kind),
            "days": encode(_runs([one["day"] for one in self.articles])),
            "average": sum(self.lengths) / max(len(self.lengths), 1),
        }

    def _read_words(self) -> Iterator[tuple[str, _Hits]]:
        """Give every word with where it stands, ordered by code points; count the words of each article."""
        ranks = {one["place"]: rank for rank, one in enumerate(self.articles)}
        self.conn.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, articles_fts, instance)")
        try:
            cursor = self.conn.cursor()
            cursor.row_factory = None
            for word, instances in groupby(cursor.execute(_WORDS), itemgetter(0)):
                hits: _Hits = defaultdict(list)
                for _, place, at in instances:
                    hits[ranks[place]].append(at)
                for rank, places in hits.items():
                    self.lengths[rank] += len(places)
                if len(word) <= _LONGEST:
                    yield word, hits
        finally:
            self.conn.execute("DROP TABLE temp.words")

    def _write_lot(self, words: dict[str, _Hits]) -> str:
        """Write words, and where they stand, into two files of one name; give the name."""
        weights: dict[str, Any] = {}
        places: dict[str, str] = {}
        for word, hits in words.items():
            weights[word] = _weigh(hits)
            if len(weights[word]) > _LOT:
                weights[word] = self._write_parts(hits)
            else:
                places[word] = _encode_places(hits)
        return self._write_both(weights, places)

    def _write_parts(self, hits: _Hits) -> list[str | None]:
        """Write a word that is in many articles, a part for each window; give the names of the parts."""
        parts: dict[int, _Hits] = defaultdict(dict)
        for rank, places in hits.items():
            parts[rank // WINDOW][rank % WINDOW] = places
        windows = range((len(self.articles) - 1) // WINDOW + 1)
        return [
            self._write_both(_weigh(parts[window]), _encode_places(parts[window]))
            if window in parts
            else None
            for window in windows
        ]

    def _write_both(self, weights: object, places: object) -> str:
        name = _name(weights, places)
        self._write("words", weights, name)
        self._write("places", places, name)
        return name

    def _write_windows(
        self, kind: str, numbers: list[int], told: Callable[[list[int]], list[int]] = list
    ) -> list[str]:
        """Write numbers of all articles, as they are told in each window; give the names of the files."""
        return [self._write(kind, encode(told(window))) for window in self._windows(numbers)]

    def _windows(self, of_all: list[_T]) -> Iterator[list[_T]]:
        return (of_all[start : start + WINDOW] for start in range(0, len(of_all), WINDOW))

    def _write_authors(self) -> dict[str, Any]:
        """Write who wrote each article, and the names, those of most articles first; give where."""
        shown = [(author, name) for author, name in self.conn.execute(_AUTHORS) if is_shown(name)]
        numbers = {author: number for number, (author, _) in enumerate(shown)}
        bylines: dict[int, list[int]] = defaultdict(list)
        for article, author in self.conn.execute(_BYLINES):
            if author in numbers:
                bylines[article].append(numbers[author])
        told = ((len(byline), *byline) for byline in (bylines[one["id"]] for one in self.articles))
        names = [name for _, name in shown]
        lots = [names[start : start + _NAMES] for start in range(0, len(names), _NAMES)]
        return {
            "authors": [
                self._write("authors", encode(chain.from_iterable(window)))
                for window in self._windows(list(told))
            ],
            "names": [self._write("names", lot) for lot in lots],
            "lot": _NAMES,
        }

    def _write(self, kind: str, data: object, name: str = "") -> str:
        name = name or _name(data)
        self.folder.write(f"search/{kind}/{name}.js", _call("add", kind, name, data), self.key)
        return name


def _kind(article: Row) -> tuple[object, ...]:
    found_by = json.loads(article["found_by"])
    found = tuple(kind for kind in DISCOVERIES if kind in found_by)
    return article["source_id"], article["language"], article["access"], found


def _pack(words: Iterator[tuple[str, _Hits]]) -> Iterator[tuple[str, dict[str, _Hits]]]:
    """Give words that follow each other in lots of the size of a file, each with its first word."""
    lot: dict[str, _Hits] = {}
    size = 0
    for word, hits in words:
        more = len(word) + 6 + min(2 * len(hits), _LOT)
        if lot and size + more > _LOT:
            yield next(iter(lot)), lot
            lot, size = {}, 0
        lot[word] = hits
        size += more
    if lot:
        yield next(iter(lot)), lot


def _weigh(hits: _Hits) -> str:
    """Give articles and weights by turns, each article as its distance from the one before."""
    found: list[int] = []
    last = 0
    for rank, places in hits.items():
        if places[0] >= _IN_TEXT:
            weight = len(places) * WEIGHTS[-1]
        else:
            weight = sum(WEIGHTS[min(place // SPAN, len(WEIGHTS) - 1)] for place in places)
        found += (rank - last, weight)
        last = rank
    return encode(found)


def _encode_places(hits: _Hits) -> str:
    """Give the places of each article: how many, then each as its distance from the one before."""
    found: list[int] = []
    for places in hits.values():
        found.append(len(places))
        last = 0
        for place in places:
            found.append(place - last)
            last = place
    return encode(found)


def _runs(days: Sequence[int | None]) -> list[int]:
    """Give days by turns with how many articles in a row have them.

    A day is 0 where there is none, else one more than its distance from the day before (`signed`).
    """
    runs = [(day, sum(1 for _ in some)) for day, some in groupby(days)]
    steps = iter(signed([day for day, _ in runs if day is not None]))
    return [number for day, some in runs for number in (0 if day is None else next(steps) + 1, some)]


def _name(*data: object) -> str:
    return blake2b(_plain(data).encode(), digest_size=5).hexdigest()


def _call(function: str, *arguments: Any) -> str:
    return f"archiveSearch.{function}({','.join(map(_plain, arguments))});\n"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_STARTS = " ".join(f"WHEN '{name}' THEN {number * SPAN}" for number, name in enumerate(FIELDS))
_WORDS = f"""
    SELECT term, doc, offset + CASE col {_STARTS} END FROM temp.words
    WHERE col = '{FIELDS[-1]}' OR (col <> 'facts' AND offset < {SPAN})
"""  # noqa: S608
_AUTHORS = "SELECT id, name FROM authors ORDER BY articles DESC, id"
_BYLINES = "SELECT article_id, author_id FROM article_authors ORDER BY article_id, position"
_ARTICLES = """
    SELECT id, place, facts, source_id, substr(language, 1, 20) AS language, access, found_by,
        CAST(strftime('%s', substr(dated, 1, 10)) AS INTEGER) / 86400 AS day
    FROM search_entries JOIN articles ON id = article_id ORDER BY place
"""
