"""How fast does ``series-archive reextract`` read stored pages again, next to bare extraction?

    python benchmarks/reextract.py --corpus DIR [--pages N]

DIR holds ``truth.jsonl`` (annotated pages with their URLs) and the pages themselves as ``<id>.html.gz``. They
are stored as an archive that older rules read. Then the bare extraction reads them from memory, in one
process; and the command reads them again from their captures: first it only says what would change, then it
does it. Prints Markdown.
"""

import argparse
import gzip
import hashlib
import json
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from processes import run

from archive.captures import Captures
from archive.database import open_archive
from archive.frontier import Frontier
from archive.models import Candidate, DiscoveryKind, Fetch, PageState
from archive.writer import Writer
from crawler.extraction.extract import extract
from crawler.processing import read_page

CAPTURED = "2026-01-01T00:00:00Z"


def main() -> None:
    """Store, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = store(options.corpus, Path(folder), options.pages)
        bare = extract_bare(pages)
        command = [sys.executable, "-m", "crawler.commands", "reextract", "--json"]
        config = ["--config", f"{folder}/archive.toml"]
        rows = [("bare extraction, one process", len(pages), bare, bare, "")]
        for name, more in (("reextract --dry-run", ["--dry-run"]), ("reextract", [])):
            done = run([*command, *more, *config], Path(folder))
            report = json.loads(done.output)
            rows.append((name, report["read"], done.seconds, done.cpu, str(report["changed"])))
    print("| | pages | seconds | processor s | pages/s of a core | times bare | changed |")
    print("|---|---|---|---|---|---|---|")
    for name, number, seconds, cpu, changed in rows:
        ratio = (cpu / number) / (bare / len(pages))
        figures = f"{number} | {seconds:.1f} | {cpu:.1f} | {number / cpu:.0f} | {ratio:.2f} | {changed}"
        print(f"| {name} | {figures} |")


def store(corpus: Path, folder: Path, most: int) -> list[tuple[bytes, str]]:
    """Make an archive of the corpus, as older rules would have left it; give its pages."""
    pages: list[tuple[bytes, str]] = []
    with (
        closing(open_archive(folder / "archive.db", create=True)) as db,
        closing(Captures(folder / "captures")) as captures,
    ):
        frontier, writer = Frontier(db), Writer(db, captures)
        with (corpus / "truth.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                if len(pages) >= most:
                    break
                truth = json.loads(line)
                file = corpus / f"{truth['id']}.html.gz"
                if file.is_file():
                    body = gzip.decompress(file.read_bytes())
                    if _keep(frontier, writer, captures, truth["url"], body):
                        pages.append((body, truth["url"]))
    hosts = {urlsplit(url).netloc: url for _, url in pages}
    tables = [f'[[source]]\nname = "{host}"\nhome = "{_home(url)}"' for host, url in hosts.items()]
    (folder / "archive.toml").write_text("\n".join(['[[series]]\nname = "the"', *tables]))
    return pages


def _keep(frontier: Frontier, writer: Writer, captures: Captures, url: str, body: bytes) -> bool:
    try:
        reading = read_page(body, url, {"content-type": "text/html"}, ())
    except Exception:  # the corpus has pages that are none
        return False
    known = frontier.register_sources([(urlsplit(url).netloc, _home(url))])
    source = known[urlsplit(url).netloc]
    feed = frontier.discovery(source.id, DiscoveryKind.FEED, f"{_home(url)}feed")
    frontier.add_candidates(feed.id, source.id, [Candidate(url)], CAPTURED)
    page = next(iter(frontier.due_pages(source.id, CAPTURED, 1)), None)
    if page is None or page.url != url:
        return False
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
    sent = gzip.compress(body)
    capture = captures.write(
        url=url, status=200, reason="OK", headers=headers, body=sent, captured_at=CAPTURED
    )
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    recorded = writer.record(
        None,
        page,
        Fetch(page.id, url, CAPTURED, 200, bytes=len(sent), digest=digest, capture=capture),
        state=PageState.KEPT,
        reason=None,
        schedule=lambda _: None,
        extraction=replace(reading.extraction, rules_version="0"),
        judgement=replace(reading.judgement, relevant=True),
    )
    return recorded.revision is not None


def extract_bare(pages: list[tuple[bytes, str]]) -> float:
    """Give the seconds of processor time that the extraction of all pages takes."""
    for body, url in pages[:20]:
        extract(body, url)
    before = time.process_time()
    for body, url in pages:
        extract(body, url)
    return time.process_time() - before


def _home(url: str) -> str:
    return f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"


if __name__ == "__main__":
    main()
