"""What a crawl does when things go wrong, against the real thing on loopback.

    python benchmarks/faults.py [--pages 1000] [--kills 30] [--seed 1] [--disk]

- ``kill -9`` of the crawl and all of its processes at random moments, and a run after each: is every article
  there once, is anything fetched again that was committed, are database and captures sound?
- A second crawl while one is at work.
- Datasette reading throughout.
- ``--disk`` (needs root): a full disk, as a small tmpfs, for captures and for the database.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.web import Web, source, write_config

Row = tuple[str, str, str]
"""Fault, what was looked at, what came of it."""


def command(*arguments: str) -> list[str]:
    """Give the command line of a command."""
    return [sys.executable, "-m", "crawler.commands", *arguments]


def start(config: Path) -> "subprocess.Popen[str]":
    """Start a crawl in a process group of its own."""
    return subprocess.Popen(
        command("crawl", "--config", str(config)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def crawl(config: Path) -> tuple[int, str]:
    """Crawl to the end; give the exit status and the last line that it says."""
    process = start(config)
    out, err = process.communicate()
    return process.returncode, (err or out).strip().splitlines()[-1]


def ask(config: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask the database."""
    with closing(sqlite3.connect(f"file:{config.parent / 'archive.db'}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def committed(config: Path) -> set[str]:
    """Give the pages that are in the archive."""
    try:
        return {str(url) for (url,) in ask(config, "SELECT url FROM pages WHERE state = 'kept'")}
    except sqlite3.Error:
        return set()


def kill_and_resume(folder: Path, pages: int, kills: int, rng: random.Random) -> Iterator[Row]:
    """Kill a crawl again and again."""
    with Web() as site:
        site.publish(*(f"page{number}" for number in range(pages)))
        config = write_config(folder, source("Site", site.home))
        again, lost = 0, 0
        for _ in range(kills):
            before = committed(config)
            site.asked.clear()
            process = start(config)
            goal = len(site.asked) + rng.randrange(1, max(pages // kills, 2))
            while len(site.paths()) < goal and process.poll() is None:
                time.sleep(0.005)
            time.sleep(rng.random() / 10)
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            again += len(before & {f"{site.home}{path}" for path in site.paths()})
            lost += len(before - committed(config))
        before = committed(config)
        site.asked.clear()
        status, _ = crawl(config)
        again += len(before & {f"{site.home}{path}" for path in site.paths()})
    fault = f"kill -9 at {kills} moments of a crawl of {pages:,} pages"
    (articles,), *_ = ask(config, "SELECT count(*) FROM articles")
    (texts,), *_ = ask(config, "SELECT count(DISTINCT title) FROM articles")
    (interrupted,), *_ = ask(config, "SELECT count(*) FROM crawls WHERE outcome = 'interrupted'")
    yield fault, "articles, of them different", f"{articles:,}, {texts:,} (last run: status {status})"
    yield "", "committed articles lost; fetched again", f"{lost}; {again}"
    yield "", "runs noted as interrupted", str(interrupted)
    done = subprocess.run(
        command("check", "--json", "--config", str(config)), capture_output=True, text=True, check=False
    )
    said = json.loads(done.stdout)
    findings = said if isinstance(said, list) else said.get("findings", said)
    yield "", "`series-archive check`: status, findings", f"{done.returncode}, {len(findings)}"


def two_at_once(folder: Path) -> Iterator[Row]:
    """Start a second crawl while the first is at work."""
    with Web() as site:
        hold = threading.Event()
        site.publish("one")
        site.answers["/one"].before = lambda: hold.wait(60)
        config = write_config(folder, source("Site", site.home))
        first = start(config)
        while "/one" not in [asked.path for asked in site.asked] and "/sitemap.xml" not in site.paths():
            time.sleep(0.01)
        status, said = crawl(config)
        hold.set()
        first.communicate()
    yield "two crawls at once", "the second: status, what it says", f"{status}, {said.rpartition('/')[2]}"


def read_throughout(folder: Path, pages: int) -> Iterator[Row]:
    """Read the web site while a crawl writes."""
    with Web() as site:
        site.publish("first")
        config = write_config(folder, source("Site", site.home))
        crawl(config)
        serve = subprocess.Popen(
            command("serve", "--port", "0", "--config", str(config)), stdout=subprocess.PIPE, text=True
        )
        assert serve.stdout
        home = serve.stdout.readline().split(" at ")[1].split()[0]
        site.publish("first", *(f"page{number}" for number in range(pages)))
        with closing(sqlite3.connect(folder / "archive.db")) as db, db:
            db.execute("UPDATE discoveries SET next_due = '2000-01-01T00:00:00Z'")
        process, read, failed = start(config), 0, 0
        while process.poll() is None:
            for path in ("", "articles", "search?q=paragraph", "article/1", "archive/articles"):
                try:
                    with urlopen(home + path) as answer:
                        read += answer.status == 200
                except OSError:
                    failed += 1
        process.communicate()
        serve.terminate()
        serve.wait()
    yield f"Datasette reads while {pages} articles come in", "pages read; failed", f"{read}; {failed}"


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Give a folder that is a disk of its own."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def full_disk(folder: Path, key: str, pages: int) -> Iterator[Row]:
    """Let the disk of the captures or of the database run full, make room, and crawl on."""
    name = "captures" if key == "captures" else "archive.db"
    with Web() as site, small_disk(folder / "disk", 600) as disk:
        site.publish(*(f"page{number}" for number in range(pages)))
        config = write_config(folder, source("Site", site.home))
        moved = config.read_text().replace("[archive]\n", f'[archive]\n{key} = "{disk / name}"\n')
        config.write_text(moved)
        status, said = crawl(config)
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        after, _ = crawl(config)
        database = disk / "archive.db" if key == "database" else folder / "archive.db"
        with closing(sqlite3.connect(database)) as db:
            (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
            (sound,) = db.execute("PRAGMA integrity_check").fetchone()
    yield (
        f"full disk ({key})",
        "status, what it says",
        f"{status}, {said.partition(': ')[2].rpartition('/')[2]}",
    )
    yield "", "after room was made: status, articles, database", f"{after}, {articles} of {pages}, {sound}"


def main() -> None:
    """Break things, and print a table."""
    parser = argparse.ArgumentParser(description="What a crawl does when things go wrong.")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--disk", action="store_true", help="a full disk as well; needs root")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    faults: list[Callable[[Path], Iterator[Row]]] = [
        lambda folder: kill_and_resume(folder, options.pages, options.kills, rng),
        two_at_once,
        lambda folder: read_throughout(folder, options.pages // 5),
    ]
    if options.disk:
        faults += [
            lambda folder: full_disk(folder, "captures", 600),
            lambda folder: full_disk(folder, "database", 200),
        ]
    print("| fault | looked at | came of it |\n|---|---|---|")
    for fault in faults:
        with tempfile.TemporaryDirectory() as folder:
            for row in fault(Path(folder)):
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
