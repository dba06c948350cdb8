"""What every page of the site costs as the archive grows, and what eight readers notice while a crawl writes.

    python benchmarks/site_pages.py --folder DIR [--sizes 10000 100000 1000000] [--asked 40] [--readers 8]

The archives are those of `scale.py`: ``archive-SIZE.db`` in DIR, made where they are missing. Each page is
asked of Datasette in this process, with other articles, sources and words each time, after one that is not
counted. Times are processor time, in ms, median / 95th percentile, so that other work on the machine counts
little; the ratio is to Datasette's own page of one row, in the same run.

Then readers ask ``series-archive serve`` over HTTP, each for a page every two seconds: one alone, then all at
once while another process writes articles, each with a transaction of its own. Theirs are times by the clock.
"""

import argparse
import asyncio
import random
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing import Event, Process, Value
from pathlib import Path
from typing import Any
from urllib.parse import quote

import synthetic
from filling import Filler
from scale import make, quantiles

from archive.database import open_archive
from crawler.commands.serve import leave_garbage, make_datasette

_BARE = "Datasette: a row"
_LARGE = 100_000
"""Bytes that a page of ours may have."""
_PAUSE = 2.0
"""Seconds from one page of a reader to the next."""
_RATE = 20
"""Articles that are written a second, meanwhile."""

Row = tuple[str, str]


def main() -> None:
    """Make the archives, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--asked", type=int, default=40, help="times that each page is asked for")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=20, help="that the readers read")
    options = parser.parse_args()
    columns: list[list[Row]] = []
    for size in options.sizes:
        path = make(options.folder, size)
        open_archive(path).close()  # brings an older one up to date
        columns.append([])
        for row in [*measure(path, options.asked), *measure_readers(path, options.readers, options.seconds)]:
            print(f"{size:,}: {row[0]}: {row[1]}", file=sys.stderr)
            columns[-1].append(row)
    print(f"| | {' | '.join(f'{size:,}' for size in options.sizes)} |")
    print(f"|---|{'--:|' * len(options.sizes)}")
    for rows in zip(*columns, strict=True):
        print(f"| {rows[0][0]} | {' | '.join(figure for _, figure in rows)} |")


def pages(path: Path) -> dict[str, Callable[[random.Random], str]]:
    """Give every kind of page: how to make the address of one."""
    with closing(open_archive(path, readonly=True)) as db:
        (articles,) = db.execute("SELECT max(id) FROM articles").fetchone()
        sources = [number for (number,) in db.execute("SELECT id FROM sources")]
        authors = [number for (number,) in db.execute("SELECT id FROM authors LIMIT 1000")]
        clusters = [number for (number,) in db.execute("SELECT id FROM clusters LIMIT 1000")]
        edited = [
            number for (number,) in db.execute("SELECT article_id FROM revisions WHERE number = 2 LIMIT 1000")
        ]
        months = [month for (month,) in db.execute("SELECT DISTINCT month FROM coverage")]
    english, japanese = (synthetic.Press().words(language) for language in ("en", "ja"))
    table = f"/{path.stem}"
    return {
        _BARE: lambda chance: f"{table}/articles/{chance.randint(1, articles)}",
        "Datasette: a table of articles, no facets": lambda _: f"{table}/articles?_nofacet=1",
        "front": lambda _: "/",
        "articles of a month": lambda chance: f"/articles?dated={chance.choice(months)}",
        "article": lambda chance: f"/article/{chance.randint(1, articles)}",
        "difference between revisions": lambda chance: f"/article/{chance.choice(edited)}/diff/1/2",
        "sources": lambda _: "/sources",
        "source": lambda chance: f"/source/{chance.choice(sources)}",
        "search: rare word": lambda chance: f"/search?q={chance.choice(english[20_000:])}",
        "search: common word": lambda chance: f"/search?q={chance.choice(english[:100])}",
        "search: two words": lambda chance: f"/search?q={'+'.join(chance.sample(english[:2000], 2))}",
        "search: Japanese": lambda chance: f"/search?q={quote(chance.choice(japanese[50:2000]))}",
        "search: of a source and a year": lambda chance: (
            f"/search?q={chance.choice(english[:100])}+source:%22Site+{chance.randrange(50)}%22+dated:2020"
        ),
        "feed of a search": lambda chance: f"/search.atom?q={chance.choice(english[:2000])}",
        "timeline": lambda _: "/timeline",
        "timeline of a year": lambda _: "/timeline?year=2020",
        "authors": lambda _: "/authors",
        "author": lambda chance: f"/author/{chance.choice(authors)}",
        "copies": lambda _: "/clusters",
        "copies of a text": lambda chance: f"/cluster/{chance.choice(clusters)}",
        "changes": lambda _: "/changes",
        "review": lambda _: "/review",
        "table of articles with two facets": lambda _: f"{table}/articles",
        "the same, of a source": lambda chance: f"{table}/articles?source_id={chance.choice(sources)}",
    }


def measure(path: Path, asked: int) -> Iterator[Row]:
    """Measure every kind of page, and how large it gets."""
    chance = random.Random(5)
    datasette = make_datasette(path)
    leave_garbage()
    bare = 0.0
    with asyncio.Runner() as runner:
        for name, address in pages(path).items():
            took, largest, late = [], 0, 0
            for number in range(asked + 1):
                begun = time.process_time()
                answer = runner.run(datasette.client.get(address(chance)))
                if answer.status_code == 503:  # longer than Datasette's time limit
                    late += 1
                elif answer.status_code != 200:
                    raise SystemExit(f"{answer.url}: HTTP {answer.status_code}")
                if number:
                    took.append((time.process_time() - begun) * 1000)
                largest = max(largest, len(answer.content))
            median = sorted(took)[len(took) // 2]
            bare = bare or median
            ours = not name.startswith(("Datasette", "table", "the same", "feed"))
            size = f"{largest / 1000:.0f} KB" + (" **large**" if ours and largest > _LARGE else "")
            too_late = f", {late} of {asked} took too long" if late else ""
            yield name, f"{quantiles(took)} ({median / bare:.1f}×, {size}{too_late})"
    for database in datasette.databases.values():
        database.close()


def measure_readers(path: Path, readers: int, seconds: int) -> Iterator[Row]:
    """Measure what one reader notices, and what each of many does while articles are written."""
    with serve(path) as home:
        alone, faults = read(home, path, 1, seconds)
        stop, written = Event(), Value("i", 0)
        writer = Process(target=write, args=(path, stop, written))
        writer.start()
        many, more_faults = read(home, path, readers, seconds)
        stop.set()
        writer.join()
    ratio = _p95(many) / _p95(alone)
    yield "one reader, ms by the clock", quantiles(alone)
    yield f"{readers} readers while {_RATE} articles a second are written", quantiles(many)
    yield "times the 95th percentile of one reader", f"{ratio:.1f}"
    yield "pages read, articles written, errors", f"{len(many)}, {written.value}, {faults + more_faults}"


def read(home: str, path: Path, readers: int, seconds: int) -> tuple[list[float], int]:
    """Let readers turn pages; gives what each page took in ms, and how many could not be had."""
    kinds = [make for name, make in pages(path).items() if not name.startswith("Datasette")]
    took: list[float] = []
    faults: list[str] = []

    def turn_pages(number: int) -> None:
        chance = random.Random(number)
        time.sleep(number * _PAUSE / readers)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            address = home + chance.choice(kinds)(chance)
            begun = time.monotonic()
            try:
                with urllib.request.urlopen(address, timeout=60) as answer:
                    answer.read()
            except OSError as error:
                faults.append(f"{address}: {error}")
                print(faults[-1], file=sys.stderr)
            spent = time.monotonic() - begun
            took.append(spent * 1000)
            time.sleep(max(0, _PAUSE - spent))

    threads = [threading.Thread(target=turn_pages, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, len(faults)


def write(path: Path, stop: Any, written: Any) -> None:
    """Write articles, a few a second, as a crawl does, until told to stop."""
    filler = Filler(path, first=int(time.time()) * 1_000_000)
    while not stop.is_set():
        begun = time.monotonic()
        filler.fill(_RATE, captures=False)
        written.value += _RATE
        stop.wait(max(0, 1 - (time.monotonic() - begun)))


@contextmanager
def serve(path: Path) -> Iterator[str]:
    """Run ``series-archive serve``, and give its address."""
    command = [sys.executable, "-m", "crawler.commands", "serve", "--port", "0", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split()[4].rstrip("/")
        finally:
            process.terminate()


def _p95(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]


if __name__ == "__main__":
    main()
