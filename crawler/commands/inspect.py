"""``series-archive inspect``: how one page is read, for a person."""

import json

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.models import Extraction, RemovedBlock
from crawler.single_pages import read_single, row_of

_SHORT = 200
_FIELDS = (
    "title", "standfirst", "authors", "published", "modified", "language",
    "site_name", "canonical_url", "image", "tags",
)  # fmt: skip


@click.command(epilog="Example: series-archive inspect saved.html --url https://example.org/news/1")
@click.argument("page", metavar="FILE|URL")
@click.option("--url", metavar="URL", help="Where the page in FILE is from.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole extraction as JSON.")
def command(page: str, url: str | None, as_json: bool) -> None:
    """Show how one page is read: its facts and who states them, what is kept, what is removed and why."""
    extraction = read_single(page, url)
    if as_json:
        row = row_of(extraction, page)
        row["witnesses"] = [
            {"field": w.field, "source": w.source, "value": w.value, "chosen": w.chosen}
            for w in extraction.witnesses
        ]
        for entry, block in zip(row["removed"], extraction.removed, strict=True):
            entry["position"] = block.position
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
        return
    console = Console()
    _show_facts(console, extraction)
    _show_body(console, extraction)


def _show_facts(console: Console, extraction: Extraction) -> None:
    table = Table(title="Facts", title_justify="left", show_edge=False)
    for column in ("field", "value", "stated by"):
        table.add_column(column, overflow="fold")
    for name in _FIELDS:
        value = getattr(extraction, name)
        shown = ", ".join(value) if isinstance(value, tuple) else value
        others = [
            f"{'* ' if w.chosen else '  '}{w.source}: {w.value[:80]}"
            for w in extraction.witnesses
            if w.field == name
        ]
        table.add_row(name, Text(str(shown or "–")), Text("\n".join(others)))
    complete = "complete" if extraction.text_complete else "not complete"
    table.add_row(
        "access", f"{extraction.access}, text {complete}", Text("\n".join(extraction.access_evidence))
    )
    console.print(table)


def _show_body(console: Console, extraction: Extraction) -> None:
    waiting = sorted(extraction.removed, key=lambda block: block.position)
    console.print()
    kept = extraction.text.split("\n\n") if extraction.text else []
    for number, block in enumerate(kept):
        while waiting and waiting[0].position <= number:
            _show_removed(console, waiting.pop(0))
        console.print(Text(block), end="\n\n")
    for removed in waiting:
        _show_removed(console, removed)
    words = sum(len(block.split()) for block in kept)
    console.print(
        f"{len(kept)} blocks kept ({words} words), {len(extraction.removed)} removed.", style="bold"
    )


def _show_removed(console: Console, block: RemovedBlock) -> None:
    shown = " ".join(block.text.split())
    console.print(Text(f"- {block.rule}: {block.reason}", style="red"))
    console.print(Text(f"  {shown[:_SHORT]}{'…' if len(shown) > _SHORT else ''}", style="dim"), end="\n\n")
