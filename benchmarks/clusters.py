"""Are the copies of a text found, and at what cost?

    python benchmarks/clusters.py --folder DIR [--sizes 10000 100000 1000000]

Uses the archives of `scale.py` in DIR. They come of `synthetic.py`, so it is known which article is a copy of
which one. A copy is found when it is in the cluster of its original. Prints Markdown; times are processor
time.
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import synthetic
from scale import Row, make, print_table, quantiles

from archive import clusters
from archive.database import open_archive

_JUDGED = 100_000
"""Larger archives are several times a smaller one: only their cost says something new."""
_ASSIGNED = 300


def main() -> None:
    """Judge the clusters of each archive, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args()
    print_table({size: measure(make(options.folder, size), size) for size in options.sizes})


def measure(path: Path, size: int) -> Iterator[Row]:
    """Give recall by kind of copy, precision, and what an article costs."""
    found, planted, wrong, pairs = judge(path, size) if size <= _JUDGED else (Counter(), Counter(), 0, 0)
    for kind in synthetic.COPIES:
        share = f"{found[kind] / planted[kind]:.1%} of {planted[kind]:,}" if planted[kind] else "–"
        yield f"copies found: {kind}", share
    yield "pairs in clusters that are no copies", f"{wrong:,} of {pairs:,}" if pairs else "–"
    yield "putting an article into its cluster, ms", quantiles(assign(path))


def judge(path: Path, size: int) -> tuple[Counter[str], Counter[str], int, int]:
    """Compare the clusters with what was planted.

    Returns:
        By kind, the copies in the cluster of their original, and all; the pairs of articles in one cluster
        that are no copies of each other, and all such pairs.
    """
    family: dict[int, int] = {}
    kinds: dict[int, str] = {}
    for article in synthetic.Press().articles(size):
        family[article.number] = article.number if article.original is None else article.original
        kinds[article.number] = article.kind
    members: defaultdict[int, list[int]] = defaultdict(list)
    with closing(open_archive(path, readonly=True)) as db:
        for cluster, url in db.execute(
            "SELECT cluster_id, url FROM cluster_articles JOIN articles ON articles.id = article_id"
        ):
            if (number := int(url.rpartition("/")[2])) in family:
                members[cluster].append(number)
    where = {number: cluster for cluster, numbers in members.items() for number in numbers}
    planted = Counter(kind for kind in kinds.values() if kind in synthetic.COPIES)
    found = Counter(
        kind
        for number, kind in kinds.items()
        if kind in synthetic.COPIES and number in where and where[number] == where.get(family[number])
    )
    pairs = sum(len(numbers) * (len(numbers) - 1) // 2 for numbers in members.values())
    right = sum(
        count * (count - 1) // 2
        for numbers in members.values()
        for count in Counter(family[number] for number in numbers).values()
    )
    return found, planted, pairs - right, pairs


def assign(path: Path) -> list[float]:
    """Take articles out of their clusters and put them in again; gives what each took, in ms."""
    chance, took = random.Random(3), []
    with closing(open_archive(path)) as db:
        (last,) = db.execute("SELECT max(id) FROM articles").fetchone()
        db.conn.execute("BEGIN IMMEDIATE")
        for article_id in {chance.randrange(last) + 1 for _ in range(_ASSIGNED)}:
            db.execute("DELETE FROM cluster_articles WHERE article_id = ?", [article_id])
            db.execute("DELETE FROM sketches WHERE article_id = ?", [article_id])
            (text,) = db.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
            begun = time.process_time()
            clusters.add(db.conn, article_id, text)
            took.append((time.process_time() - begun) * 1000)
        db.conn.execute("ROLLBACK")
    return took


if __name__ == "__main__":
    main()
