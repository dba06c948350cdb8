"""What does each way of finding pages find on a thousand real sites, and at what cost?

    python benchmarks/discovery.py --corpus CORPUS [--datasets NAME...] [--limit-sites N]

CORPUS is a folder of stored news pages; the server beside it gives each publisher an address on loopback
with a feed and a front page (both name the newest 50 articles), a sitemap of all, and robots.txt. Each way is
tried alone, on an archive of its own; no article is fetched. Then the stored pages themselves are read as
sections: of the links from one stored article to another one of the same site, how many are told to be
articles? Prints two Markdown tables.
"""

import argparse
import contextlib
import gzip
import json
import sqlite3
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from real_web import Site, serve
from w3lib.url import safe_url_string

from archive.urls import page_key
from crawler.config import load_config
from crawler.job import crawl
from spiders.documents import UnreadableDocumentError
from spiders.sections import read_section

WAYS: dict[str, dict[str, str]] = {
    "feed": {"feeds": "feed"},
    "sitemap": {"sitemaps": "sitemap"},
    "front page as a section": {"sections": "home"},
    "feed, then front page as a section": {"feeds": "feed", "sections": "home"},
    "nothing configured": {},
}
"""What is configured, by what the server calls it."""
KINDS = {"front page as a section": "section", "feed, then front page as a section": "section"}
"""What counts as found, where other ways are taken as well: a front page names its feed."""
_FOUND = """
    SELECT DISTINCT name, key FROM provenance JOIN pages ON pages.id = page_id
    JOIN discoveries ON discoveries.id = discovery_id JOIN sources ON sources.id = pages.source_id
    WHERE kind = coalesce(:kind, kind)
"""


def write_config(folder: Path, sites: list[Site], way: str) -> Path:
    """Write an archive.toml that finds the pages of the sites in one way."""
    lines = ['[[series]]\nname = "Netflix"', "[crawl]\nconcurrent_sources = 16\njobs = 2"]
    for site in sites:
        keys = {
            "name": site["site"],
            "home": site["home"],
            **{key: [site[name]] for key, name in WAYS[way].items()},
            "delay": 0,
            "allow_private": True,
        }
        lines.append(
            "[[source]]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
        )
    path = folder / "archive.toml"
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return path


def measure(folder: Path, sites: list[Site], way: str, log: Path) -> list[str]:
    """Crawl the documents of all sites, and no pages; give the row of the table."""
    start = log.stat().st_size
    report = crawl(load_config(write_config(folder, sites, way)), limit=0)
    with contextlib.closing(sqlite3.connect(folder / "archive.db")) as connection:
        found = set(connection.execute(_FOUND, {"kind": KINDS.get(way)}))
    listed = {
        (site["site"], page_key(safe_url_string(page["url"].strip())))
        for site in sites
        for page in site["pages"]
    }
    with log.open(encoding="utf-8") as lines:
        lines.seek(start)
        requests = sum(1 for line in lines if line.count(" ") >= 4)
    share = len(found & listed) / len(listed)
    failed = sum(one.error is not None for one in report.sources)
    return [way, f"{requests / len(sites):.1f}", f"{len(found & listed):,}", f"{share:.1%}",
            f"{len(found - listed):,}", str(failed), f"{report.seconds:.0f}"]  # fmt: skip


def read_stored(corpus: Path, rows: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Read stored pages as sections: links to other stored articles of their sites, those told, all told."""
    sites = defaultdict(set)
    for row in rows:
        sites[(urlsplit(row["url"]).hostname or "").removeprefix("www.")].add(page_key(row["url"]))
    links = told = everything = 0
    for row in rows:
        others = sites[(urlsplit(row["url"]).hostname or "").removeprefix("www.")] - {page_key(row["url"])}
        if not others:
            continue
        with gzip.open(corpus / f"{row['id']}.html.gz") as page:
            body = page.read()
        with contextlib.suppress(UnreadableDocumentError):
            found = {page_key(one.url) for one in read_section(body, row["url"]).candidates}
            linked = {
                key for key in others if key.partition("/")[2] and key.partition("/")[2].encode() in body
            }
            links, told, everything = links + len(linked), told + len(linked & found), everything + len(found)
    return links, told, everything


def main() -> None:
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
    arguments = parser.parse_args()
    arguments.server = arguments.server or arguments.corpus.resolve().parent / "bench" / "newsweb.py"
    with tempfile.TemporaryDirectory() as name, serve(arguments, Path(name)) as (sites, log):
        pages = sum(len(site["pages"]) for site in sites)
        print(f"{len(sites)} sites that list {pages:,} articles: `python {' '.join(sys.argv)}`\n")
        columns = ["way", "requests a site", "articles found", "of all", "other addresses"]
        print(f"| {' | '.join([*columns, 'sites that failed', 'seconds'])} |\n|---{'|--:' * 6}|")
        for number, way in enumerate(WAYS):
            folder = Path(name) / str(number)
            folder.mkdir()
            print(f"| {' | '.join(measure(folder, sites, way, log))} |", flush=True)
    with (arguments.corpus / "truth.jsonl").open(encoding="utf-8") as lines:
        rows = [row for line in lines if (row := json.loads(line)).get("url")]
    if arguments.datasets:
        rows = [row for row in rows if row["dataset"] in arguments.datasets]
    links, told, everything = read_stored(arguments.corpus, rows)
    print("\n| stored pages read as sections | |\n|---|--:|")
    print(f"| links to other stored articles of the same site | {links:,} |")
    print(f"| told to be articles | {told:,} |\n| all links told to be articles | {everything:,} |")


if __name__ == "__main__":
    main()
