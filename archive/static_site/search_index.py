"""The search of a static site: the archive's full-text index, in small files that are loaded as needed.

A browser that searches loads ``search/index.js``, which says what each article is and which file has which
words, then the files that have the words that it looks for, then the articles that it shows. The files are
scripts that hand over data: pages that are opened from a disk may load scripts, and nothing else. That, and
substrings of Chinese, Japanese and Korean, is why none of the search libraries for static sites serves here.

The words are those of SQLite's own index (``fts5vocab``, sqlite.org/fts5.html), so both find the same. Files
of words are named after what they hold: what an older ``index.js`` names is never something else.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter, sub
from typing import Any

from archive.site.rows import SHORT, rows
from archive.site.wording import ACCESS, DISCOVERIES, FACETS, LANGUAGES, say_access, say_date
from archive.static_site.folder import Folder
from archive.tokens import CJK

SCRIPTS = ("words.js", "query.js", "engine.js", "page.js")
"""What searches, in the order in which a page loads it."""
FIELDS = ("title", "standfirst", "authors", "tags", "text")
"""In the order of their places."""
SPAN = 1_000
"""Places of a field: the title's words are at 0 to 999, the standfirst's at 1,000 to 1,999. What comes later
in a field is not found; the text is last, and has no end."""
WEIGHTS = (10, 4, 4, 4, 1)
"""What a word counts by the field that it is in, as in `archive.search`."""

_IN_TEXT = (len(FIELDS) - 1) * SPAN
_FILE = 16_000
"""Characters of a file of words, unless a single word takes more."""
_LONGEST = 60
"""Characters of a word that can be found."""
_DATE = 40
_TEXT = 100_000
"""Characters of a text that a hit is shown from."""

_Hits = dict[int, list[int]]
"""Where a word stands: by article, its places."""


def write_search_index(conn: sqlite3.Connection, folder: Folder) -> None:
    """Write the files that a search loads, but for the articles: `write_found_article`.

    Args:
        conn: An archive, open for writing: its index is read through a temporary table.
        folder: Of the site.
    """
    lengths: dict[int, int] = defaultdict(int)
    files = []
    for first, words in _pack(_read_words(conn, lengths)):
        weights = _plain({word: _weigh(hits) for word, hits in words.items()})
        places = _plain({word: list(map(_differences, hits.values())) for word, hits in words.items()})
        name = blake2b(f"{weights}{places}".encode(), digest_size=5).hexdigest()
        for kind, data in (("words", weights), ("places", places)):
            folder.write(f"search/{kind}/{name}.js", f'archiveSearch.add("{kind}","{name}",{data});\n')
        files.append([first, name])
    folder.write("search/index.js", _call("open", _facts(conn, lengths) | {"files": files}))


def write_found_article(folder: Folder, article: dict[str, Any]) -> None:
    """Write what a search shows of an article that it found."""
    date = (article["published"] or article["dated"])[:_DATE]
    shown = {
        "title": (article["title"] or "")[:SHORT],
        "date": date,
        "day": say_date(date),
        "access": say_access(article["access"], article["text_complete"], article["words"]),
        "text": (article["text"] or article["standfirst"] or "")[:_TEXT],
    }
    folder.write(f"search/articles/{article['id']}.js", _call("article", article["id"], shown))


def _facts(conn: sqlite3.Connection, lengths: dict[int, int]) -> dict[str, Any]:
    """Give what each article is, in columns.

    A kind is a source, a language, an access and what found it; a day is counted from 1970 on, and null where
    there is none.
    """
    kinds: dict[tuple[int, str | None, str, tuple[str, ...]], int] = {}
    articles, days, of_kind, words = [], [], [], []
    for row in rows(conn, _ARTICLES):
        found_by = tuple(kind for kind in DISCOVERIES if kind in json.loads(row["found_by"]))
        kind = (row["source_id"], row["language"], row["access"], found_by)
        articles.append(row["id"])
        days.append(row["day"])
        of_kind.append(kinds.setdefault(kind, len(kinds)))
        words.append(lengths[row["id"]])
    return {
        "labels": {"access": ACCESS, "facets": FACETS, "found": DISCOVERIES, "languages": LANGUAGES},
        "cjk": CJK,
        "span": SPAN,
        "weights": WEIGHTS,
        "fields": FIELDS,
        "sources": dict(conn.execute("SELECT id, substr(name, 1, 100) FROM sources ORDER BY id").fetchall()),
        "kinds": list(kinds),
        "articles": _differences(articles),
        "days": days,
        "kind": of_kind,
        "words": words,
    }


def _read_words(conn: sqlite3.Connection, lengths: dict[int, int]) -> Iterator[tuple[str, _Hits]]:
    """Give every word with where it stands, ordered by code points; count the words of each article."""
    numbers = dict(conn.execute("SELECT place, article_id FROM search_entries").fetchall())
    conn.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, articles_fts, instance)")
    try:
        for word, instances in groupby(conn.execute(_WORDS), itemgetter(0)):
            found: dict[int, list[int]] = defaultdict(list)
            for _, place, at in instances:
                found[place].append(at)
            hits = dict(sorted((numbers[place], places) for place, places in found.items()))
            for number, places in hits.items():
                lengths[number] += len(places)
            if len(word) <= _LONGEST:
                yield word, hits
    finally:
        conn.execute("DROP TABLE temp.words")


def _pack(words: Iterator[tuple[str, _Hits]]) -> Iterator[tuple[str, dict[str, _Hits]]]:
    """Give words that follow each other in lots of the size of a file, each with its first word."""
    lot: dict[str, _Hits] = {}
    size = 0
    for word, hits in words:
        more = len(word) + 4 + 6 * len(hits)
        if lot and size + more > _FILE:
            yield next(iter(lot)), lot
            lot, size = {}, 0
        lot[word] = hits
        size += more
    if lot:
        yield next(iter(lot)), lot


def _weigh(hits: _Hits) -> list[int]:
    """Give articles and weights by turns, each article as its distance from the one before."""
    found: list[int] = []
    last = 0
    for number, places in hits.items():
        if places[0] >= _IN_TEXT:
            weight = len(places) * WEIGHTS[-1]
        else:
            weight = sum(WEIGHTS[min(place // SPAN, len(WEIGHTS) - 1)] for place in places)
        found += (number - last, weight)
        last = number
    return found


def _differences(numbers: list[int]) -> list[int]:
    """Give numbers each as its distance from the one before, the first from 0."""
    return [numbers[0], *map(sub, numbers[1:], numbers)] if numbers else []


def _call(function: str, *arguments: Any) -> str:
    return f"archiveSearch.{function}({','.join(map(_plain, arguments))});\n"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_STARTS = " ".join(f"WHEN '{name}' THEN {number * SPAN}" for number, name in enumerate(FIELDS))
_WORDS = f"""
    SELECT term, doc, offset + CASE col {_STARTS} END FROM temp.words
    WHERE col = '{FIELDS[-1]}' OR (col <> 'facts' AND offset < {SPAN})
"""  # noqa: S608
_ARTICLES = """
    SELECT id, source_id, substr(language, 1, 20) AS language, access, found_by,
        CAST(strftime('%s', substr(dated, 1, 10)) AS INTEGER) / 86400 AS day
    FROM articles ORDER BY id
"""
