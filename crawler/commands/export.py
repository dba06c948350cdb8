"""``series-archive export``: the articles as JSON, for other tools."""

import sys
from contextlib import closing, nullcontext
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from archive.database import open_archive
from archive.export import FORMATS, writing
from archive.export.records import count_records, read_records
from crawler.commands.options import config_option
from crawler.config import load_config


@click.command(epilog="Example: series-archive export articles.jsonl --since 2024-01-01")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(FORMATS)),
    help="One article a line, or one array. Default: json for a FILE that ends in .json, else jsonl.",
)
@click.option("--source", metavar="NAME", help="Only the articles of this source.")
@click.option(
    "--since", metavar="DATE", help="Only articles published on or after this day, like 2024-05-31."
)
@config_option
def command(
    file: str, format_name: str | None, source: str | None, since: str | None, config_path: Path
) -> None:
    """Write the articles to FILE, or to the standard output for -.

    FILE is replaced only when all is written. The fields are described by a JSON Schema:
    archive/export/article.schema.json.
    """
    write = FORMATS[format_name or ("json" if file.endswith(".json") else "jsonl")]
    with (
        closing(open_archive(load_config(config_path).archive.database, readonly=True)) as db,
        closing(read_records(db, source=source, since=since)) as records,
        Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress,
    ):
        task = progress.add_task("Exporting", total=None if since else count_records(db, source=source))
        with nullcontext(sys.stdout) if file == "-" else writing(Path(file)) as stream:
            write(progress.track(records, task_id=task), stream)
        written = int(progress.tasks[task].completed)
    if file != "-":
        click.echo(f"{written:,} articles in {file}.")
