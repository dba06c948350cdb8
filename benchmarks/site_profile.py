"""What does a site's profile bring? Pages of the same site, each read without and with what the others teach.

    python benchmarks/site_profile.py --corpus DIR

DIR as for extraction.py. Takes the sites with at least four pages, reads every page once on its own and once
with a profile of all other pages of its site (each counts once; a page that mostly repeats older ones does
not count), and compares both with the annotated text. Prints Markdown.
"""

import argparse
import gzip
import json
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from archive.database import open_archive
from archive.models import Extraction
from archive.site_profile import common_blocks, learn
from crawler.extraction import UnreadablePageError
from crawler.extraction.extract import extract
from crawler.extraction.site import Site
from crawler.extraction.urls import registrable_domain, split_url

RULE = "site.repeated"
FEWEST = 4
NO_SITES = {"archive.org"}  # keeps copies of other sites


def squash(text: str | None) -> str:
    return "".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text or "").casefold()))


def words(text: str | None) -> Counter[str]:
    return Counter(re.findall(r"\w", text or "") if " " not in (text or "") else (text or "").split())


def f1(truth: str, found: str) -> float:
    one, other = words(truth), words(found)
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0


def profile(others: Sequence[Extraction], folder: Path) -> dict[int, int]:
    """Learn from some pages as an archive does."""
    path = folder / "archive.db"
    path.unlink(missing_ok=True)
    with closing(open_archive(path, create=True)) as db:
        db.execute("INSERT INTO sources (id, name, home) VALUES (1, 'site', 'https://example.org/')")
        for number, page in enumerate(others, 1):
            learn(db, 1, number, page)
        return dict(common_blocks(db, 1))


def read(corpus: Path) -> dict[str, list[tuple[dict[str, Any], bytes, Extraction]]]:
    sites: dict[str, list[tuple[dict[str, Any], bytes, Extraction]]] = {}
    rows = [json.loads(line) for line in (corpus / "truth.jsonl").open(encoding="utf-8")]
    hosts = [split_url(row["url"]) for row in rows]
    names = [registrable_domain(host.hostname or "") if host else "" for host in hosts]
    counts = Counter(names)
    for row, name in zip(rows, names, strict=True):
        if counts[name] < FEWEST or name in NO_SITES:
            continue
        body = gzip.decompress((corpus / f"{row['id']}.html.gz").read_bytes())
        try:
            sites.setdefault(name, []).append((row, body, extract(body, row["url"])))
        except UnreadablePageError:
            continue
    return sites


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    sites = read(parser.parse_args().corpus)
    right = wrong = touched = 0
    before: list[float] = []
    after: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for pages in sites.values():
            for row, body, alone in pages:
                others = [page for other, _, page in pages if other is not row]
                site = Site(profile=profile(others, Path(folder)))
                found = extract(body, row["url"], site=site)
                blocks = [block for block in found.removed if block.rule == RULE]
                touched += bool(blocks)
                if row.get("text") is None:
                    continue
                truth = squash(row["text"])
                lost = sum(squash(block.text) in truth for block in blocks)
                wrong += lost
                right += len(blocks) - lost
                before.append(f1(row["text"], alone.text))
                after.append(f1(row["text"], found.text))
    print(f"| sites | pages | with something removed | right | wrong | F1 without | F1 with |\n{'|---' * 7}|")
    print(
        f"| {len(sites)} | {sum(map(len, sites.values()))} | {touched} | {right} | {wrong} "
        f"| {sum(before) / len(before):.4f} | {sum(after) / len(after):.4f} |"
    )


if __name__ == "__main__":
    main()
