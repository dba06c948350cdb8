"""How fast are articles exported, next to SQLite's own shell?

    python benchmarks/export.py --folder DIR [--sizes 10000 100000] [--formats jsonl publish ...]

Takes ``archive-SIZE.db`` in DIR, which `scale.py` makes where there is none. Of each archive, the command
``series-archive export`` writes all articles in each format to ``/dev/null``, and ``sqlite3 -json`` selects
the same rows: articles with their source and revision, without their lists of mentions, removed blocks,
copies and so on. Then ``publish`` makes a copy for the public. What a command takes to start is told first.
Prints Markdown.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from processes import Run, run
from scale import make

from archive.export import FORMATS

_CONFIG = """
[archive]
database = "{database}"
[[series]]
name = "Metallic Rouge"
[[source]]
name = "Somewhere"
home = "https://somewhere.example/"
"""
_ROWS = """
    SELECT articles.*, sources.name AS source, sources.home, revisions.canonical_url, access_evidence,
        html, witnesses, revisions.number, kind, seen_at, changed, file, offset, length, digest, captured_at
    FROM articles JOIN sources ON sources.id = articles.source_id
    JOIN revisions ON revisions.id = articles.revision_id
    LEFT JOIN captures ON captures.id = revisions.capture_id
"""
_WITHOUT = {"wacz", "markdown"}
"""Formats of which the archive has no captures, or that are a folder of files."""
_FILES = ("articles.jsonl.gz", "articles.jsonl.zst")
"""Compressed files."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    name: str
    done: Run

    def cells(self, articles: int, peer: Run) -> Sequence[str]:
        """Give what is shown of it."""
        return (
            f"{articles:,}",
            self.name,
            f"{self.done.seconds:.1f}",
            f"{self.done.cpu:.1f}",
            f"{articles / self.done.cpu:,.0f}",
            f"{self.done.cpu / peer.cpu:.2f}",
            f"{self.done.main.peak / 1e6:.0f}",
        )


def main() -> None:
    """Make the archives, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    formats = [*(name for name in FORMATS if name not in _WITHOUT), *_FILES, "publish"]
    parser.add_argument("--formats", nargs="+", default=formats, choices=formats)
    options = parser.parse_args()
    heads = ["articles", "", "seconds", "processor s", "articles/s of a core", "times sqlite3", "peak MB"]
    print(f"| {' | '.join(heads)} |")
    print("|--:|---|--:|--:|--:|--:|--:|")
    for size in options.sizes:
        measure(make(options.folder, size).resolve(), size, options.formats)


def measure(database: Path, articles: int, formats: Sequence[str]) -> None:
    """Print the rows of one archive."""
    with tempfile.TemporaryDirectory(dir=database.parent) as name:
        folder = Path(name)
        (folder / "archive.toml").write_text(_CONFIG.format(database=database))
        ours = [sys.executable, "-m", "crawler.commands"]
        run([*ours, "export", "/dev/null", "--fields", "text,html"], folder)  # into the memory of the system
        peer = _checked(
            run(["sqlite3", "-readonly", "-json", str(database), ".output /dev/null", _ROWS], folder)
        )
        rows = [Row("`sqlite3 -json`", peer)]
        rows.append(Row("`export --help`", _checked(run([*ours, "export", "--help"], folder))))
        for one in formats:
            command = _command(one)
            rows.append(Row(f"`{' '.join(command)}`", _checked(run([*ours, *command], folder))))
        for row in rows:
            print(f"| {' | '.join(row.cells(articles, peer))} |", flush=True)


def _command(name: str) -> list[str]:
    if name == "publish":
        return ["publish", "public"]
    return ["export", name] if name in _FILES else ["export", "/dev/null", "--format", name]


def _checked(done: Run) -> Run:
    if done.exit_status:
        sys.exit(done.errors)
    return done


if __name__ == "__main__":
    main()
