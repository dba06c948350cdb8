"""A static site of many articles: how long it takes, how large it is, and what a search transfers.

    python benchmarks/static_site.py --folder DIR [--articles 10000] [--archive FILE]

Makes an archive of made-up articles in DIR (`scale.py`; or takes FILE), lets every source be published in
full, which is the largest site that there can be, writes it, writes it again, and once more after an edit,
and searches it in Chromium over HTTP on loopback. Times are processor time. Bytes are those of all files that
one search loads into a browser that was never there, the page and its styles included, as they are on the
disk and as a host sends them that compresses (gzip). The limit is 500 KB.
"""

import argparse
import functools
import gzip
import http.server
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote, urlsplit

import synthetic
from playwright.sync_api import sync_playwright
from scale import make

from archive.database import open_archive
from archive.publish import make_public
from archive.static_site import write_site, writing_site

INDEX = ("words", "places")
LIMIT = 500_000
T = TypeVar("T")


def main() -> None:
    """Make the site, search it, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--archive", type=Path, help="an archive that was made before")
    options = parser.parse_args()
    source = options.archive or make(options.folder, options.articles)
    site, copy = options.folder / "site", options.folder / "copy.db"
    shutil.rmtree(site, ignore_errors=True)
    copy.unlink(missing_ok=True)
    print("| | |\n|---|--:|")
    for name, figure in chain(writing(source, copy, site), searching(site)):
        print(f"| {name} | {figure} |", flush=True)


def writing(source: Path, copy: Path, site: Path) -> Iterator[tuple[str, str]]:
    """Make a copy for the public, and write it as files, again and again."""
    with closing(open_archive(source)) as db:
        policies = {name: "full" for (name,) in db.execute("SELECT name FROM sources")}
        made, seconds = timed(lambda: make_public(db, copy, title="Benchmark", policies=policies))
    yield "articles", f"{made.articles:,}"
    yield "the copy for the public, seconds", f"{seconds:.1f}"
    for run in ("first", "second", "after an edit"):
        with closing(open_archive(copy)) as db, writing_site(site) as folder:
            if run == "after an edit":
                db.execute("UPDATE articles SET title = title || '!' WHERE id = 1")
                db.execute("UPDATE revisions SET title = title || '!' WHERE article_id = 1")
            _, seconds = timed(lambda: write_site(db, folder, url="https://example.org/archive/"))
        yield f"the site, {run}: seconds", f"{seconds:.1f}"
        yield f"the site, {run}: articles a second", f"{made.articles / seconds:,.0f}"
        yield f"the site, {run}: files written", f"{folder.written:,}"
    yield "files", f"{folder.files:,}"
    yield "MB", f"{folder.size / 1e6:,.0f}"
    yield "of these for the search, MB", f"{size_of(site / 'search') / 1e6:,.0f}"
    yield (
        "of these the index, MB",
        f"{sum(size_of(site / 'search' / kind) for kind in INDEX) / 1e6:,.0f}",
    )


def searching(site: Path) -> Iterator[tuple[str, str]]:
    """Search in a browser, each time one that has nothing yet."""
    press = synthetic.Press()
    english, japanese = press.words("en"), [word for word in press.words("ja") if len(word) > 2]
    queries = {
        "a rare word": english[20_000],
        "a common word": english[0],
        "two common words": " ".join(english[2:4]),
        "a phrase of two common words": f'"{" ".join(english[2:4])}"',
        "the beginning of a word": f"{english[500][:4]}*",
        "a Japanese word": japanese[0],
        "twelve Japanese characters": "".join(japanese[:6])[:12],
        "a year of a source": 'source:"Site 7" dated:2020',
    }
    with serving(site) as (home, loaded), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox"],
        )
        for name, query in queries.items():
            loaded.clear()
            page = chromium.new_context().new_page()
            page.goto(f"{home}/search/index.html?q={quote(query)}")
            page.wait_for_function("!document.getElementById('status').textContent.startsWith('Searching')")
            found = page.locator("#status").inner_text()
            page.context.close()
            files = [site / path for path in loaded if site.joinpath(path).is_file()]
            plain = sum(file.stat().st_size for file in files)
            packed = sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)
            yield f"{name} ({found.rstrip('.')}): files", str(len(files))
            yield "KB, and of the limit", f"{plain / 1e3:.0f}, {plain / LIMIT:.2f}"
            yield "KB compressed, and of the limit", f"{packed / 1e3:.0f}, {packed / LIMIT:.2f}"
        chromium.close()


class serving:  # noqa: N801 - used as a function
    """Serve a folder on loopback; gives the address, and the paths that were asked for."""

    def __init__(self, folder: Path) -> None:
        asked: list[str] = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                asked.append(unquote(urlsplit(self.path).path).lstrip("/"))

        handler = functools.partial(Handler, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._asked = asked

    def __enter__(self) -> tuple[str, list[str]]:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}", self._asked

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def timed(function: Callable[[], T]) -> tuple[T, float]:
    """Give what a function gives, and the processor time that it took."""
    start = time.process_time()
    result = function()
    return result, time.process_time() - start


def size_of(folder: Path) -> int:
    """Give the bytes of the files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    main()
