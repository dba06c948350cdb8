"""How an archive grows: what writing, opening, finding and searching cost as it gets larger.

    python benchmarks/scale.py --folder DIR [--sizes 10000 100000 1000000] [--written 1000]

Fills ``archive-SIZE.db`` in DIR with made-up articles (`synthetic.py`) through the writer of a crawl; one of
more than 100,000 is a smaller one many times (`growing.py`). What is there already is used again. Then each
is measured, the write rate with some more articles that wait together as in a crawl of many sites. All times
are processor time, so that other work on the machine counts little. Prints Markdown: median / 95th percentile
where there are two figures.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import synthetic
from filling import Filler
from growing import multiply
from processes import run

from archive.database import Archive, open_archive
from archive.export.cursors import position
from archive.export.records import Selection, read_lines
from archive.facets import facets
from archive.forget import Plan, delete_rows, plan_to_forget
from archive.identity import find_article
from archive.search import search
from tests.web import Web, source, write_config

_LARGEST_WRITTEN = 100_000
_AT_ONCE = 100
"""Articles that wait to be written."""
_QUERIES = 60
"""Of each kind; every one is asked once."""

Row = tuple[str, str]


def main() -> None:
    """Make the archives, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument(
        "--written", type=int, default=1_000, help="articles that the write rate is measured with"
    )
    options = parser.parse_args()
    print_table({size: measure_all(options.folder, size, options.written) for size in options.sizes})


def print_table(columns: Mapping[int, Iterable[Row]]) -> None:
    """Measure, and print a table with a column for each size."""
    measured: list[list[Row]] = []
    for size, rows in columns.items():
        measured.append([])
        for row in rows:
            print(f"{size:,}: {row[0]}: {row[1]}", file=sys.stderr)
            measured[-1].append(row)
    print(f"| | {' | '.join(f'{size:,}' for size in columns)} |")
    print(f"|---|{'--:|' * len(columns)}")
    for same in zip(*measured, strict=True):
        print(f"| {same[0][0]} | {' | '.join(figure for _, figure in same)} |")


def measure_all(folder: Path, size: int, written: int) -> Iterator[Row]:
    """Make the archive of a size where there is none, and measure it."""
    path = make(folder, size)
    yield from measure(path, size)
    yield from measure_forgetting(path)
    yield from measure_writing(path, written)
    yield from measure_crawl(size)


def make(folder: Path, size: int) -> Path:
    """Give the archive of a size; it is made where there is none."""
    path = folder / f"archive-{size}.db"
    folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return path
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    if size > _LARGEST_WRITTEN:
        multiply(make(folder, _LARGEST_WRITTEN), part, size // _LARGEST_WRITTEN)
    else:
        Filler(part).fill(size, at_once=_AT_ONCE, edited=True)
    return part.rename(path)


def measure(path: Path, size: int) -> Iterator[Row]:
    """Measure what readers do."""
    yield "database, GB", f"{path.stat().st_size / 1e9:.2f}"
    yield "opening, ms", quantiles(timed(lambda _: open_archive(path, readonly=True).close(), range(20)))
    with closing(open_archive(path, readonly=True)) as db:
        chance = random.Random(7)
        urls = [
            db.execute("SELECT url FROM articles WHERE id >= ? LIMIT 1", [chance.randrange(size)]).fetchone()[
                0
            ]
            for _ in range(500)
        ]
        yield "article by URL, ms", quantiles(timed(lambda url: find_article(db, url), urls))
        for kind, queries in ask(db, chance):
            yield f"search: {kind}, ms", quantiles(timed(lambda query: search(db.conn, query), queries))
        common = synthetic.Press().words("en")[:20]
        found = [(word, search(db.conn, word)) for word in common]
        yield "facets of a common word, ms", quantiles(timed(lambda one: facets(db.conn, *one), found))
        nothing = Selection(after=position(db))
        yield (
            "export of nothing new, ms",
            quantiles(timed(lambda _: list(read_lines(db, nothing)), range(20))),
        )


def ask(db: Archive, chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Give queries by kind; the most frequent 400 words are common, the last 20,000 rare."""
    press = synthetic.Press()
    for language, name in (("en", ""), ("ja", "Japanese ")):
        words = press.words(language)
        common = [word for word in words[:400] if language == "en" or len(word) > 1]
        yield f"{name}common word", some(common, chance)
        yield f"{name}rare word", some(words[-20_000:], chance)
    words = press.words("en")
    yield "two common words", [" ".join(chance.sample(words[:50], 2)) for _ in range(_QUERIES)]
    texts = [
        text.split(".")[0].split()
        for (text,) in db.execute("SELECT text FROM articles WHERE language = 'en' LIMIT ?", [_QUERIES])
    ]
    yield "phrase of three words", [f'"{" ".join(text[3:6])}"' for text in texts]
    yield (
        "phrase of two common words",
        [f'"{" ".join(chance.sample(words[:10], 2))}"' for _ in range(_QUERIES)],
    )
    yield "beginning of a word", [f"{word[:3]}*" for word in some(words[1_000:], chance)]
    three = [chance.sample(words[:200], 3) for _ in range(_QUERIES)]
    yield "a OR b NOT c", [f"{a} OR {b} NOT {c}" for a, b, c in three]
    facts = [(word, chance.randrange(50), chance.randrange(2014, 2024)) for word in words[:20]]
    yield (
        "common word of a source and a year",
        [f'{word} source:"Site {site}" dated:{year}' for word, site, year in facts],
    )
    yield (
        "common word of a source and a day",
        [f'{word} source:"Site {site}" dated:{year}-05-{site % 28 + 1:02}' for word, site, year in facts],
    )
    yield "common word of an author", [f'{word} author:"Author {year}"' for word, _, year in facts]
    characters = sorted(set("".join(press.words("ja")[:1_500])))
    yield "a single Japanese character", some(characters, chance)
    yield "two letters of a word", [f"{word[:2]}*" for word in some(words[1_000:], chance)]


def some(words: list[str], chance: random.Random) -> list[str]:
    """Give as many words as queries of a kind are asked, or all."""
    return chance.sample(words, min(_QUERIES, len(words)))


def measure_forgetting(path: Path) -> Iterator[Row]:
    """Measure what `series-archive forget` does in the rows; beside that it searches the captures."""
    with tempfile.TemporaryDirectory() as captures, closing(open_archive(path)) as db:
        urls = [row[0] for row in db.execute("SELECT url FROM articles ORDER BY id DESC LIMIT 20")]
        for what, named in (("an article", urls), ("a source", ["Site 25"])):
            plans: list[Plan] = []
            took = timed(lambda one: plans.append(plan_to_forget(db, Path(captures), one)), named)  # noqa: B023
            yield f"forgetting {what}: the plan, ms", quantiles(took)
            yield f"forgetting {what}: deleting its rows, ms", quantiles(timed(partial(try_out, db), plans))


def try_out(db: Archive, plan: Plan) -> None:
    """Delete the rows of a plan, and take that back."""
    db.execute("BEGIN IMMEDIATE")
    delete_rows(db, plan)
    db.execute("ROLLBACK")


def measure_writing(path: Path, articles: int) -> Iterator[Row]:
    """Measure what a crawl's writer does, and SQLite's own full-text search with the same texts beside it."""
    filler = Filler(path, first=int(time.time()) * 1_000_000)
    together, alone = filler.fill(articles, at_once=_AT_ONCE), filler.fill(articles)
    captured = filler.fill(articles, at_once=_AT_ONCE, captures=True)
    bare = write_bare(articles)
    yield "articles written, a second of processor time", f"{together.rate:,.0f}"
    yield "the same, with a capture each", f"{captured.rate:,.0f}"
    yield "the same, each in a transaction of its own", f"{alone.rate:,.0f}"
    yield "times the processor time of a bare table with full-text index", f"{bare / together.rate:.1f}"


def write_bare(articles: int) -> float:
    """Write texts into a table with a full-text index, each in a transaction; gives the rate."""
    texts = list(synthetic.Press().articles(articles, 1))
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(f"{folder}/bare.db")) as conn:
        conn.isolation_level = None
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
        conn.execute(
            "CREATE VIRTUAL TABLE words USING fts5(title, text, content='articles', content_rowid='id')"
        )
        begun = time.process_time()
        for number, article in enumerate(texts):
            row = (number, article.title, article.text)
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("INSERT INTO articles VALUES (?, ?, ?)", row)
            conn.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", row)
            conn.execute("COMMIT")
        return articles / (time.process_time() - begun)


def measure_crawl(size: int) -> Iterator[Row]:
    """Measure a crawl of 100 new pages of a site that has so many pages that are known."""
    with tempfile.TemporaryDirectory() as name, Web() as site:
        folder = Path(name)
        config = write_config(folder, source("Site", site.home))
        command = [sys.executable, "-c", _WITHOUT_PANDAS, "crawl", "--config", str(config)]
        site.publish("first")
        run(command, folder)
        with closing(open_archive(folder / "archive.db")) as db, db.transaction():
            db.execute(_KNOWN_PAGES, {"size": size, "home": site.home})
            db.execute("UPDATE discoveries SET next_due = NULL")
        site.publish(*(f"new{number}" for number in range(100)))
        done = run(command, folder)
        fetched = len({path for path in site.paths() if path.startswith("/new")})
        if done.exit_status or fetched != 100:
            raise SystemExit(f"The crawl fetched {fetched} pages: {done.errors}")
    yield (
        "crawl of a site with so many known pages, peak memory, MB",
        f"{done.main.peak / 1e6:.0f}",
    )
    yield "the same, processor time, s", f"{done.cpu:.1f}"


_WITHOUT_PANDAS = "import sys; sys.modules['pandas'] = None; from crawler.commands import main; main()"
"""sqlite-utils imports pandas where it is installed, and needs 70 MB more then."""

_KNOWN_PAGES = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :size)
    INSERT INTO pages (source_id, url, key, state, status, first_seen, last_fetched, next_due, attempts)
    SELECT 1, :home || '/known/' || n, replace(:home, 'http://', '') || '/known/' || n, 'skipped', 200,
        '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', iif(n % 2, '2099-01-01T00:00:00Z', NULL), 1
    FROM numbers
"""


def timed(act: Callable[[Any], object], things: Iterable[Any]) -> list[float]:
    """Do something with each thing; gives what each took, in ms of processor time."""
    took = []
    for thing in things:
        begun = time.process_time()
        act(thing)
        took.append((time.process_time() - begun) * 1000)
    return took


def quantiles(took: list[float]) -> str:
    """Give the median and the 95th percentile."""
    took = sorted(took)
    return f"{took[len(took) // 2]:.2f} / {took[int(len(took) * 0.95)]:.2f}" if took else "–"


if __name__ == "__main__":
    main()
