"""Does the main job hold on a thousand real sites, and what does it cost next to a bare Scrapy spider?

    python benchmarks/real_web.py --corpus CORPUS [--datasets NAME...] [--limit-sites N] [--folder FOLDER]

CORPUS is a folder of stored news pages; the server beside it gives each publisher an address on loopback with
a feed, a sitemap and ETags. A quarter of the sites is crawled, for how memory grows; then all, twice;
then a bare spider downloads the same pages with the same concurrency. Prints a Markdown table and what holds;
the exit status is 1 when something does not.
"""

import argparse
import contextlib
import datetime
import json
import os
import platform
import resource
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from processes import Run, run
from w3lib.url import safe_url_string

Site = dict[str, Any]
"""As the server lists it: site, home, feed, sitemap, pages."""
SERIES = ("Netflix", "Taylor Swift")
DOCUMENTS = {"/", "/robots.txt", "/feed.xml", "/sitemap.xml"}
CONCURRENCY = 16
GROWTH = 1.5
"""Memory of all sites to that of a quarter, at most; what grows with each page comes to more."""


@dataclass(frozen=True)
class Crawl:
    """One run over the sites: what it took, what it says it did, what the server saw."""

    run: Run
    counts: dict[str, int]
    requests: Counter[tuple[str, str, int]]
    """Requests by site, path and status."""

    def articles(self, pages: set[tuple[str, str]]) -> Counter[tuple[str, str, int]]:
        """The requests for pages, and not for robots.txt, feeds and sitemaps."""
        return Counter({key: count for key, count in self.requests.items() if key[:2] in pages})

    def unlisted(self, pages: set[tuple[str, str]]) -> int:
        """How many requests were for what no site lists."""
        known = (count for key, count in self.requests.items() if key[1] in DOCUMENTS or key[:2] in pages)
        return sum(self.requests.values()) - sum(known)


@contextlib.contextmanager
def serve(arguments: argparse.Namespace, folder: Path) -> Iterator[tuple[list[Site], Path]]:
    """Start the server of the stored pages; give its sites and its log of requests."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    log, listing = folder / "requests.log", folder / "sites.json"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(arguments.server), "--corpus", str(arguments.corpus)]
    command += ["--port", str(port), "--list", str(listing)]
    if arguments.datasets:
        command += ["--dataset", *arguments.datasets]
    with log.open("w") as errors:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert server.stdout
        if not server.stdout.readline():
            sys.exit(f"The server did not start:\n{log.read_text()}")
        yield json.loads(listing.read_text())[: arguments.limit_sites], log
    finally:
        server.terminate()
        server.wait()


def write_config(folder: Path, sites: Sequence[Site]) -> None:
    """Write an archive.toml for the sites."""
    lines = [
        '[archive]\ncontact = "mailto:benchmark@localhost.test"',
        f"[crawl]\nconcurrent_sources = {CONCURRENCY}",
    ]
    lines += [f"[[series]]\nname = {json.dumps(name)}" for name in SERIES]
    for site in sites:
        lines.append(
            f"[[source]]\nname = {json.dumps(site['site'])}\nhome = {json.dumps(site['home'])}\n"
            f"feeds = [{json.dumps(site['feed'])}]\nsitemaps = [{json.dumps(site['sitemap'])}]\n"
            "delay = 0\nallow_private = true"
        )
    (folder / "archive.toml").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def requested(sites: Sequence[Site]) -> set[tuple[str, str]]:
    """Give site and path of every page, as a client has to ask for it (a space in a URL becomes %20)."""
    pages = set()
    for site in sites:
        for page in site["pages"]:
            parts = urlsplit(safe_url_string(page["url"].strip()))
            pages.add((site["site"], parts.path + (f"?{parts.query}" if parts.query else "")))
    return pages


def read_log(log: Path, start: int) -> Counter[tuple[str, str, int]]:
    """Give the requests that the server saw since the log had ``start`` bytes."""
    requests: Counter[tuple[str, str, int]] = Counter()
    with log.open(encoding="utf-8") as lines:
        lines.seek(start)
        for line in lines:
            site, _, path, status, _ = line.split(" ")
            requests[site, path, int(status)] += 1
    return requests


def crawl(folder: Path, log: Path) -> Crawl:
    """Run ``series-archive crawl`` once, on the archive.toml of a folder."""
    start = log.stat().st_size
    took = run([sys.executable, "-m", "crawler.commands", "crawl", "--json"], folder)
    if took.exit_status not in {0, 3}:
        sys.exit(f"series-archive crawl ended with {took.exit_status}:\n{took.errors[-4000:]}")
    report = json.loads(took.output)
    errors = sum(source["error"] is not None for source in report["sources"])
    counts = {**report["totals"], "errors": errors}
    return Crawl(took, counts, read_log(log, start))


def let_a_day_pass(folder: Path) -> None:
    """Make feeds and sitemaps due again; the articles are not."""
    with contextlib.closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
        connection.execute("UPDATE discoveries SET next_due = NULL")


def crawl_bare(folder: Path, log: Path, sites: Sequence[Site]) -> Crawl:
    """Download the same pages by a spider that does nothing else."""
    start = log.stat().st_size
    urls = folder / "urls.txt"
    urls.write_text(
        "\n".join(page["url"].strip() for site in sites for page in site["pages"]), encoding="utf-8"
    )
    spider = Path(__file__).with_name("bare_spider.py")
    command = [sys.executable, "-m", "scrapy", "runspider", str(spider)]
    took = run([*command, "-a", f"urls={urls}", "-s", f"CONCURRENT_REQUESTS={CONCURRENCY}"], folder)
    if took.exit_status:
        sys.exit(f"The bare spider ended with {took.exit_status}:\n{took.errors[-4000:]}")
    return Crawl(took, {}, read_log(log, start))


def largest_page(site: Site, corpus: Path) -> int:
    """Give the bytes of a site's largest page, as stored."""
    return max((corpus / f"{page['id']}.html.gz").stat().st_size for page in site["pages"])


def size_of(pattern: str, folder: Path) -> int:
    """Give the bytes of all files that match."""
    return sum(path.stat().st_size for path in folder.glob(pattern))


def check(part: Crawl, first: Crawl, second: Crawl, pages: set[tuple[str, str]]) -> dict[str, str]:
    """Tell what must hold, and what does not: an empty text is fine."""
    asked = Counter(dict.fromkeys(pages, 0))
    for (site, path, _), count in first.articles(pages).items():
        asked[site, path] += count
    wrong = {page: count for page, count in asked.items() if count != 1}
    again = [key[:2] for key in second.articles(pages) if key[2] == 200]
    served = sum(count for key, count in first.articles(pages).items() if key[2] == 200)
    counts = first.counts
    pairs = (part.run.main, first.run.main), (part.run.others[0], first.run.others[0])
    peaks = [(few.peak, many.peak) for few, many in pairs]
    growth = [f"{megabytes(few)} to {megabytes(many)} MB" for few, many in peaks if many > few * GROWTH]
    return {
        "every page of every sitemap is fetched exactly once in the first run": _examples(wrong.items()),
        "the second run transfers no article": _examples(again),
        "kept, held back and skipped add up to fetched": _unequal(
            counts["kept"] + counts["held"] + counts["skipped"], counts["fetched"]
        ),
        "what the crawl counts as fetched is what the server sent": _unequal(counts["fetched"], served),
        f"all sites take at most {GROWTH} times the memory of a quarter of them": ", ".join(growth),
        "no source failed": _unequal(counts["errors"], 0),
    }


def _unequal(one: int, other: int) -> str:
    return "" if one == other else f"{one} and {other}"


def _examples(found: Any) -> str:
    found = list(found)
    return f"{len(found)}: {', '.join(str(one) for one in found[:5])}" if found else ""


def megabytes(count: int) -> str:
    """Give bytes as megabytes."""
    return f"{count / 1e6:,.0f}"


def tell(columns: dict[str, Crawl], folder: Path, pages: set[tuple[str, str]]) -> None:
    """Print the table."""
    runs = list(columns.values())
    bare = runs[-1]
    asked = [sum(one.articles(pages).values()) for one in runs]
    rows = {
        "sites": [str(len({key[0] for key in one.requests})) for one in runs],
        "requests": [f"{sum(one.requests.values()):,}" for one in runs],
        "of these for articles": [f"{count:,}" for count in asked],
        "for addresses that no site listed": [f"{one.unlisted(pages):,}" for one in runs],
        "articles transferred (200)": [
            f"{sum(count for key, count in one.articles(pages).items() if key[2] == 200):,}" for one in runs
        ],
        "kept": [str(one.counts.get("kept", "")) for one in runs],
        "skipped": [str(one.counts.get("skipped", "")) for one in runs],
        "failed": [str(one.counts.get("failed", "")) for one in runs],
        "seconds": [f"{one.run.seconds:.1f}" for one in runs],
        "articles a second": [
            f"{count / one.run.seconds:.1f}" for one, count in zip(runs, asked, strict=True)
        ],
        "processor time of the crawler, s": [f"{one.run.main.cpu:.1f}" for one in runs],
        "processor time of its other processes, s": [f"{one.run.cpu - one.run.main.cpu:.1f}" for one in runs],
        "processor time for a request, ms": [
            f"{one.run.cpu / sum(one.requests.values()) * 1000:.1f}" for one in runs
        ],
        "processor time for an article, ms": [
            f"{one.run.cpu / count * 1000:.1f}" if count else ""
            for one, count in zip(runs, asked, strict=True)
        ],
        "times the bare spider's processor time": [f"{one.run.cpu / bare.run.cpu:.2f}" for one in runs],
        "times the bare spider's seconds": [f"{one.run.seconds / bare.run.seconds:.2f}" for one in runs],
        "peak memory of the crawler, MB": [megabytes(one.run.main.peak) for one in runs],
        "peak memory of its other processes, MB": [
            ", ".join(megabytes(other.peak) for other in one.run.others) for one in runs
        ],
    }
    machine = f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}"
    today = datetime.datetime.now(datetime.UTC).date()
    print(f"{today}, {machine}, Python {platform.python_version()}: `python {' '.join(sys.argv)}`\n")
    print(f"| | {' | '.join(columns)} |")
    print("|---" * (len(columns) + 1) + "|")
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |")
    database, captures = size_of("archive.db*", folder), size_of("captures/*.warc.gz", folder)
    print(f"\nDatabase {megabytes(database)} MB, WARC files {megabytes(captures)} MB.\n")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument(
        "--server", type=Path, help="default: newsweb.py in the folder 'bench' beside the corpus"
    )
    parser.add_argument("--datasets", nargs="*", help="only pages of these parts of the corpus")
    parser.add_argument("--limit-sites", type=int, metavar="N", help="only the first N sites")
    parser.add_argument("--folder", type=Path, help="keep the archives here; default: a temporary folder")
    arguments = parser.parse_args()
    arguments.server = arguments.server or arguments.corpus.resolve().parent / "bench" / "newsweb.py"
    with contextlib.ExitStack() as stack:
        folder = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("part", "all"):
            (folder / name).mkdir(parents=True)
        sites, log = stack.enter_context(serve(arguments, folder))
        # Memory depends on the largest pages: the quarter has them, so that more can only come of more pages.
        heaviest = sorted(sites, key=lambda site: largest_page(site, arguments.corpus), reverse=True)
        write_config(folder / "part", heaviest[: len(sites) // 4 or 1])
        write_config(folder / "all", sites)
        pages = requested(sites)
        part = crawl(folder / "part", log)
        first = crawl(folder / "all", log)
        let_a_day_pass(folder / "all")
        second = crawl(folder / "all", log)
        bare = crawl_bare(folder / "all", log, sites)
        columns = {
            "a quarter of the sites, with the largest pages": part,
            "first run": first,
            "second run": second,
            "bare Scrapy": bare,
        }
        tell(columns, folder / "all", pages)
        problems = check(part, first, second, pages)
        for claim, problem in problems.items():
            print(f"- {'NOT SO' if problem else 'yes'}: {claim}{f' ({problem})' if problem else ''}")
    return 1 if any(problems.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
