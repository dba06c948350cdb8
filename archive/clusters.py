"""The same text on several sites: agency copy, press releases, republished articles, lightly edited or not.

Found as articles come in, without comparing all pairs. Of every text a sketch is kept, the eight smallest
hashes of its runs of six words (a bottom-k sketch: Broder, On the resemblance and containment of documents,
1997). Texts that share a hash are compared; two are copies when

- half of the shorter one's runs of three words stand in the other one, and
- these are a quarter of the longer one's, so that a round-up is no copy of each message that it quotes, and
- they are of two sources: what a site publishes again itself is an update, no syndication.

Where words have no spaces between them, a run is of twice as many characters. Texts of fewer than 40 words
are not compared. A cluster is the copies of one another, of at least two sources; its earliest article is the
one that is dated first. An article that is edited is compared anew, and so are those that are in the cluster
for its sake.
"""

import json
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from zlib import crc32

from archive.tokens import CJK

_SPACELESS = f"{CJK}\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"
"""CJK, Thai, Lao, Burmese, Khmer."""
_CHARACTER, _SPACED_WORD = re.compile(rf"[{_SPACELESS}]"), re.compile(r"[^\W_]+")
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+")
_ASCII = bytes(ord(chr(one).lower()) if chr(one).isalnum() else 32 for one in range(128)).ljust(256)
"""For `bytes.translate`: leaves what `_WORD` finds in ASCII, in small letters; ten times as fast."""
_MARKS = "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\xa0"
"""Often all of a text that is not ASCII: quotation marks, dashes, an ellipsis, a space. No part of a word."""

_SKETCH = 8
_SKETCH_RUN = 6
_RUN = 3
_SHORTEST = 40
_OF_SHORTER = 1 / 2
_OF_LONGER = 1 / 4
_ANCHORS = 4
"""One in so many words begins a run of the sketch: it costs less, and finds as much."""

_SHARING = 200
"""Of more texts that share a hash (a phrase that everybody uses), the last ones are looked at."""
_COMPARED = 16
"""Texts that an article is compared with, those with most shared hashes first."""
_COMPARED_OF_CLUSTER = 3
_PASSAGE = 300


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts are the same."""

    similarity: float
    """Part of the shorter one's runs of words that the other one has, 0 to 1."""
    shared: int
    """Runs of words that both have."""
    passage: str
    """The longest one that both have, its beginning."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An article of a cluster."""

    article_id: int
    title: str
    url: str
    source_id: int
    source: str
    dated: str
    like_id: int | None
    """The article of the cluster that it is most like."""
    similarity: float
    passage: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles that are the same text."""

    id: int
    earliest_id: int
    copies: tuple[Copy, ...]
    """From the earliest on."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text word by word, with what is compared."""

    words: list[bytes]
    """In UTF-8, as they are hashed."""
    run: int
    """Words of a run."""


def compare(one: str, other: str) -> Likeness | None:
    """Say how two texts are the same; None when neither is a copy of the other."""
    return _compare(_read(one), _read(other), other)


def add(conn: sqlite3.Connection, article_id: int, text: str) -> None:
    """Put a new article into the cluster of its copies.

    Call it within the transaction that writes the article.
    """
    read = _read(text)
    sketch = _sketch(read)
    conn.execute("INSERT INTO sketches VALUES (?, ?)", [article_id, json.dumps(sketch)])
    if found := _copies(conn, article_id, sketch, read):
        _join(conn, article_id, found)


def assign(conn: sqlite3.Connection, article_id: int) -> None:
    """Put an article that was edited into the cluster of its copies, or take it out of one.

    Call it within the transaction that writes the article.
    """
    (text,) = conn.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
    sketch = _sketch(_read(text))
    if sketch == _known_sketch(conn, article_id):
        return
    conn.execute(
        "INSERT INTO sketches VALUES (?, ?) ON CONFLICT DO UPDATE SET hashes = excluded.hashes",
        [article_id, json.dumps(sketch)],
    )
    again = [article_id, *_named_by(conn, article_id)]
    while again:
        again += _place(conn, again.pop(0))


def find(conn: sqlite3.Connection, article_id: int) -> Cluster | None:
    """Give the cluster that an article is in, with its first 100 articles."""
    row = conn.execute(
        "SELECT clusters.id, earliest_id FROM cluster_articles JOIN clusters ON clusters.id = cluster_id"
        " WHERE article_id = ?",
        [article_id],
    ).fetchone()
    if not row:
        return None
    copies = conn.execute(_COPIES, [row[0]]).fetchall()
    return Cluster(row[0], row[1], tuple(Copy(*copy) for copy in copies))


def as_row(cluster: Cluster) -> dict[str, object]:
    """Give a cluster as plain data, for JSON."""
    return asdict(cluster)


def verify(conn: sqlite3.Connection) -> Iterator[str]:
    """Say what is wrong with the clusters, one line a problem."""
    for what, sql in _CHECKS.items():
        (number,) = conn.execute(f"SELECT count(*) FROM ({sql})").fetchone()  # noqa: S608
        if number:
            yield f"{what}: {number:,}."


def rebuild(conn: sqlite3.Connection) -> Iterator[int]:
    """Find all clusters anew, in the order in which the articles came; gives each article that is done.

    Call it within a transaction.
    """
    conn.execute("DELETE FROM clusters")
    conn.execute("DELETE FROM sketches")
    conn.execute("DELETE FROM sketch_hashes")
    for (article_id,) in conn.execute("SELECT id FROM articles ORDER BY id").fetchall():
        (text,) = conn.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
        add(conn, article_id, text)
        yield article_id


def _read(text: str) -> _Text:
    for mark in _MARKS:
        text = text.replace(mark, " ")
    if text.isascii():
        return _Text(text.encode().translate(_ASCII).split(), _RUN)
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not _CHARACTER.search(plain):
        return _Text(_encoded(_SPACED_WORD.findall(plain)), _RUN)
    words = _WORD.findall(plain)
    single = "".join([word for word in words if len(word) == 1])
    characters = len(single) - len(single.encode("ascii", "ignore"))
    return _Text(_encoded(words), _RUN * 2 if characters * 2 > len(words) else _RUN)


def _encoded(words: list[str]) -> list[bytes]:
    return " ".join(words).encode().split()


def _sketch(text: _Text) -> list[int]:
    """Give the smallest hashes of a text's long runs; none of one that is too short to be compared."""
    length = text.run // _RUN * _SKETCH_RUN
    if len(text.words) < text.run // _RUN * _SHORTEST:
        return []
    words, join = text.words, b" ".join
    sums = map(crc32, words[: len(words) - length + 1])
    runs = {
        crc32(join(words[place : place + length])) for place, one in enumerate(sums) if not one % _ANCHORS
    }
    return sorted([run * 0x9E3779B1 & 0xFFFFFFFF for run in runs])[:_SKETCH]


def _runs(text: _Text) -> list[tuple[bytes, ...]]:
    return list(zip(*(text.words[start:] for start in range(text.run)), strict=False))


def _compare(one: _Text, other: _Text, text: str) -> Likeness | None:
    """Say how two texts are the same; the passage is of the other one."""
    if one.run != other.run:
        return None
    first, second = set(_runs(one)), _runs(other)
    both = first.intersection(second)
    sizes = sorted((len(first), len(set(second))))
    if not both or len(both) < max(sizes[0] * _OF_SHORTER, sizes[1] * _OF_LONGER):
        return None
    return Likeness(
        len(both) / sizes[0], len(both), _passage(text, other.run, [run in both for run in second])
    )


def _passage(text: str, run: int, shared: Sequence[bool]) -> str:
    """Give the longest stretch of a text whose runs are shared, or its beginning."""
    place = longest = start = 0
    for is_shared, stretch in groupby(shared):
        length = sum(1 for _ in stretch)
        if is_shared and length > longest:
            longest, start = length, place
        place += length
    plain = unicodedata.normalize("NFKC", text)
    end = start + min(longest + run - 1, _PASSAGE + 1)
    words = list(islice(_WORD.finditer(plain), start, end))
    passage = " ".join(plain[words[0].start() : words[-1].end()].split()) if words else ""
    return passage if len(passage) <= _PASSAGE else f"{passage[:_PASSAGE]}…"


def _place(conn: sqlite3.Connection, article_id: int) -> list[int]:
    """Compare an article, and move it where it belongs; give those that must be compared again for that."""
    found = _copies(conn, article_id, _known_sketch(conn, article_id) or [])
    mine = _cluster_of(conn, article_id)
    clusters = {cluster for other in found if (cluster := _cluster_of(conn, other)) is not None}
    if mine is not None and mine not in clusters:
        again = _named_by(conn, article_id)
        conn.execute("DELETE FROM cluster_articles WHERE article_id = ?", [article_id])
        return [article_id, *again] if found else again
    if found:
        _join(conn, article_id, found)
    return []


def _join(conn: sqlite3.Connection, article_id: int, found: dict[int, Likeness]) -> None:
    """Put an article and its copies into one cluster."""
    clusters = {cluster for other in found if (cluster := _cluster_of(conn, other)) is not None}
    target = min(clusters, default=None) or _add_cluster(conn)
    for cluster in clusters - {target}:
        conn.execute("UPDATE cluster_articles SET cluster_id = ? WHERE cluster_id = ?", [target, cluster])
        conn.execute("DELETE FROM clusters WHERE id = ?", [cluster])
    best = max(found, key=lambda other: found[other].similarity)
    for member, like in [(article_id, best), *((other, article_id) for other in found)]:
        if member == article_id or _cluster_of(conn, member) is None:
            _put(conn, member, target, like, found[best if member == article_id else member])


def _copies(
    conn: sqlite3.Connection, article_id: int, sketch: list[int], text: _Text | None = None
) -> dict[int, Likeness]:
    """Give the articles of other sources that an article is the same as; a few of each cluster at most."""
    if not sketch:
        return {}
    hashes = {f"hash{place}": one for place, one in enumerate(sketch)}
    known = {**_NO_HASHES, **hashes, "article": article_id, "most": _SHARING}
    sharing = Counter(other for (other,) in conn.execute(_SHARING_HASHES, known))
    if not sharing:
        return {}
    (source, own) = conn.execute("SELECT source_id, text FROM articles WHERE id = ?", [article_id]).fetchone()
    read = text or _read(own)
    found: dict[int, Likeness] = {}
    compared: Counter[int | None] = Counter()
    for other, _ in sorted(sharing.items(), key=lambda item: (-item[1], item[0])):
        row = conn.execute(_OTHER, [other, source]).fetchone()
        if not row or (row[0] is not None and compared[row[0]] >= _COMPARED_OF_CLUSTER):
            continue
        if compared.total() >= _COMPARED:
            break
        compared[row[0]] += 1
        if likeness := _compare(read, _read(row[1]), row[1]):
            found[other] = likeness
    return found


def _known_sketch(conn: sqlite3.Connection, article_id: int) -> list[int] | None:
    row = conn.execute("SELECT hashes FROM sketches WHERE article_id = ?", [article_id]).fetchone()
    return json.loads(row[0]) if row else None


def _cluster_of(conn: sqlite3.Connection, article_id: int) -> int | None:
    row = conn.execute(
        "SELECT cluster_id FROM cluster_articles WHERE article_id = ?", [article_id]
    ).fetchone()
    return row[0] if row else None


def _named_by(conn: sqlite3.Connection, article_id: int) -> list[int]:
    """Give the articles that are in their cluster for the sake of this one."""
    return [
        other
        for (other,) in conn.execute(
            "SELECT article_id FROM cluster_articles WHERE like_id = ?", [article_id]
        )
    ]


def _add_cluster(conn: sqlite3.Connection) -> int:
    return conn.execute("INSERT INTO clusters DEFAULT VALUES").lastrowid or 0


def _put(conn: sqlite3.Connection, article_id: int, cluster: int, like: int, likeness: Likeness) -> None:
    conn.execute(_PUT, [article_id, cluster, like, likeness.similarity, likeness.shared, likeness.passage])


_NO_HASHES = {f"hash{place}": None for place in range(_SKETCH)}
_SHARING_HASHES = " UNION ALL ".join(
    f"""
    SELECT * FROM (SELECT article_id FROM sketch_hashes
        WHERE hash = :{name} AND article_id <> :article
        ORDER BY article_id DESC LIMIT :most)"""  # noqa: S608
    for name in _NO_HASHES
)
_OTHER = """
    SELECT cluster_id, text FROM articles LEFT JOIN cluster_articles ON article_id = articles.id
    WHERE articles.id = ? AND source_id <> ?
"""
_PUT = """
    INSERT INTO cluster_articles (article_id, cluster_id, like_id, similarity, shared, passage)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET cluster_id = excluded.cluster_id,
        like_id = excluded.like_id, similarity = excluded.similarity, shared = excluded.shared,
        passage = excluded.passage
"""
_COPIES = """
    SELECT articles.id, articles.title, articles.url, source_id, sources.name, dated,
        like_id, similarity, passage
    FROM cluster_articles JOIN articles ON articles.id = article_id JOIN sources ON sources.id = source_id
    WHERE cluster_id = ? ORDER BY dated, articles.id LIMIT 100
"""
_CHECKS = {
    "Articles that were not compared with others for clusters": (
        "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM sketches)"
    ),
    "Articles that cannot be found by their sketch": (
        "SELECT article_id FROM sketches WHERE EXISTS (SELECT 1 FROM json_each(hashes) WHERE NOT EXISTS"
        " (SELECT 1 FROM sketch_hashes AS own WHERE hash = value AND own.article_id = sketches.article_id))"
    ),
    "Clusters whose figures are wrong": (
        "SELECT clusters.id FROM clusters LEFT JOIN cluster_articles ON cluster_id = clusters.id"
        " LEFT JOIN articles ON articles.id = article_id GROUP BY clusters.id"
        " HAVING count(DISTINCT source_id) < 2 OR count(DISTINCT source_id) <> clusters.sources"
        " OR count(article_id) <> clusters.articles OR earliest_id IS NULL"
    ),
}
