"""``series-archive inspect``: how one page is read, for a person."""

import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.export.files import ensure_apart
from archive.models import Extraction, RemovedBlock, Witness
from crawler.addresses import ensure_address
from crawler.commands.options import optional_config_option
from crawler.extraction.candidates import Candidate, find_candidates
from crawler.extraction.extract import extract
from crawler.inspection import facts, family, in_order, notices, printable, render
from crawler.single_pages import read_source, row_of, surroundings
from crawler.workers import SECONDS

_SHORT = 200
_WITNESS = 80
_COLOURS = {
    "subscription": "red", "newsletter": "dark_orange3", "comments": "purple", "related": "blue",
    "share": "cyan", "advertising": "yellow", "consent": "yellow4", "credits": "magenta",
    "authors": "deep_pink4", "site": "green", "structure": "bright_black", "quoted": "bright_black",
    "classifier": "dark_olive_green3",
}  # fmt: skip


@click.command(
    epilog="Example: series-archive inspect saved.html --url https://example.org/news/1 --html how.html"
)
@click.argument("page", metavar="FILE|URL")
@click.option("--url", metavar="URL", help="Where the page in FILE is from.")
@optional_config_option
@click.option(
    "--html",
    "html_path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it as one page for a browser, which loads nothing from elsewhere.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole extraction as JSON.")
def command(
    page: str, url: str | None, config_path: Path | None, html_path: Path | None, as_json: bool
) -> None:
    """Show how one page is read: its facts and who states them, what is kept, what is removed and why."""
    if url is not None:
        ensure_address(url)
    known = surroundings(config_path)
    if html_path:
        ensure_apart(html_path, known.private)
    source = read_source(page, url, config_path)
    site = known.site(source.url)
    content_type = source.headers.get("content-type")
    with _at_most(SECONDS, source.url):
        extraction = extract(
            source.body, source.url, content_type=content_type, headers=source.headers, site=site
        )
        candidates = find_candidates(source.body, source.url, content_type, site)
    if html_path:
        html_path.write_text(render(extraction, candidates), encoding="utf-8")
        click.echo(f"{html_path} shows how {source.url} is read.", err=as_json)
    if as_json:
        click.echo(json.dumps(_row(extraction, page, candidates), ensure_ascii=False, indent=2))
    elif not html_path:
        _show(Console(), extraction, candidates)


@contextmanager
def _at_most(seconds: float, url: str) -> Iterator[None]:
    """End the program with a line where a page takes longer: the parser, in C, hears nothing else."""

    def give_up() -> None:
        sys.stderr.write(f"series-archive: {url}: took longer than {seconds:g} s.\n")
        sys.stderr.flush()
        os._exit(1)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _row(extraction: Extraction, page: str, candidates: Sequence[Candidate]) -> dict[str, object]:
    row = row_of(extraction, page)
    row["witnesses"] = [asdict(witness) for witness in extraction.witnesses]
    for entry, block in zip(row["removed"], extraction.removed, strict=True):
        entry["position"] = block.position
    row["rule_checks"] = [asdict(check) for check in extraction.rule_checks]
    row["candidates"] = [asdict(candidate) for candidate in candidates]
    return row


def _show(console: Console, extraction: Extraction, candidates: Sequence[Candidate]) -> None:
    for notice in notices(extraction):
        console.print(_text(notice, style="bold yellow"))
    _show_facts(console, extraction)
    _show_candidates(console, candidates)
    for check in extraction.rule_checks:
        found = "found" if check.matched else "found nothing"
        console.print(_text(f"site rule {check.rule}: {found}", style="" if check.matched else "bold red"))
    _show_body(console, extraction)


def _show_facts(console: Console, extraction: Extraction) -> None:
    table = Table(title="Facts", title_justify="left", show_edge=False)
    for column in ("field", "value", "stated by"):
        table.add_column(column, overflow="fold")
    for name, value, witnesses in facts(extraction):
        said = Text("\n").join(map(_said, witnesses))
        table.add_row(name, _text(value or "–"), said)
    complete = "complete" if extraction.text_complete else "not complete"
    table.add_row(
        "access", f"{extraction.access}, text {complete}", _text("\n".join(extraction.access_evidence))
    )
    console.print(table)
    console.print()


def _said(witness: Witness) -> Text:
    """A line for what one source says; green where it is believed, with how it was read."""
    line = _text(
        f"{'* ' if witness.chosen else '  '}{witness.source}: {' '.join(witness.value.split())[:_WITNESS]}"
    )
    line.stylize("green" if witness.chosen else "")
    return line.append(f" ({printable(witness.note)})", style="dim") if witness.note else line


def _show_candidates(console: Console, candidates: Sequence[Candidate]) -> None:
    if not candidates:
        console.print("A rule of the site says where the article is.", end="\n\n")
        return
    table = Table(title="Where the article was looked for", title_justify="left", show_edge=False)
    table.add_column("element", overflow="fold")
    table.add_column("text", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    for one in candidates:
        name = _text(f"{'  ' * one.depth}{one.name}", style="bold green" if one.chosen else "")
        table.add_row(
            name, str(one.weight), f"{one.share:.0%}", one.reason if not one.on_the_way or one.chosen else ""
        )
    console.print(table)
    console.print()


def _show_body(console: Console, extraction: Extraction) -> None:
    kept = 0
    console.print()
    for piece in in_order(extraction):
        if isinstance(piece, RemovedBlock):
            _show_removed(console, piece)
        else:
            kept += 1
            console.print(_text(piece.text, style="bold" if piece.is_heading else ""), end="\n\n")
    words = len(extraction.text.split())
    console.print(
        f"{kept} blocks kept ({words} words), {len(extraction.removed)} removed; "
        f"rules {extraction.rules_version}.",
        style="bold",
    )


def _show_removed(console: Console, block: RemovedBlock) -> None:
    shown = " ".join(block.text.split())
    console.print(_text(f"- {block.rule}: {block.reason}", style=_COLOURS.get(family(block.rule), "red")))
    console.print(_text(f"  {shown[:_SHORT]}{'…' if len(shown) > _SHORT else ''}", style="dim"), end="\n\n")


def _text(said: str, style: str = "") -> Text:
    return Text(printable(said), style=style)
