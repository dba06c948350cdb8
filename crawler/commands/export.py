"""``series-archive export``: the articles, for other tools."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from archive.database import Archive, open_archive
from archive.errors import WrongUsageError
from archive.export import FORMATS, Export, Format, Selection, format_of, read_lines
from archive.export.cursors import keep, position, since_last
from archive.export.files import ensure_apart, writing, writing_folder
from archive.export.records import count_records
from crawler.commands.options import config_option
from crawler.config import Config, load_config


@click.command()
@click.argument("file", metavar="FILE|-")
@click.option(
    "--format", "format_name", type=click.Choice(tuple(FORMATS)), help="By default what FILE's name ends in."
)
@click.option("--source", metavar="NAME", help="Only the articles of this source.")
@click.option("--since", metavar="DATE", help="Only those published on or after this day, like 2024-05-31.")
@click.option("--search", metavar="QUERY", help="Only those that this search finds.")
@click.option("--fields", metavar="A,B,C", help="Only these fields, in this order (jsonl and json).")
@click.option("--revisions", is_flag=True, help="With the history of each article (jsonl and json).")
@click.option(
    "--since-last",
    "cursor",
    metavar="NAME",
    help="Only what is new or changed since the last export under this name.",
)
@config_option
def command(
    file: str,
    format_name: str | None,
    source: str | None,
    since: str | None,
    search: str | None,
    fields: str | None,
    revisions: bool,
    cursor: str | None,
    config_path: Path,
) -> None:
    """Write the articles to FILE, or to the standard output for -.

    FILE is replaced only when all is written; a name that ends in .gz or .zst is compressed. markdown makes a
    folder. The fields of jsonl and json are described in docs/json.md and by a JSON Schema.

    \b
    Example:
        series-archive export articles.jsonl --since 2024-01-01
        series-archive export new.jsonl.gz --since-last nightly
        series-archive export interviews.bib --search 'title:interview lang:en'
    """
    format_name = format_name or format_of(file)
    chosen = FORMATS[format_name]
    if chosen.fields and (fields or revisions):
        raise WrongUsageError(
            f"--fields and --revisions are for jsonl and json; {format_name} has its own fields."
        )
    if chosen.is_folder and file == "-":
        raise WrongUsageError(f"{format_name} is a folder: name one.")
    wanted = tuple(field.strip() for field in fields.split(",")) if fields else chosen.fields
    selection = Selection(
        source, since, search, fields=wanted, revisions=revisions, newest_first=chosen.newest_first
    )
    config = load_config(config_path)
    if file != "-":
        ensure_apart(Path(file), config.private)
    with closing(open_archive(config.archive.database, readonly=True)) as db:
        reached = position(db)
        selection = since_last(db, cursor, selection) if cursor else selection
        written = _export(db, config, selection, chosen, file)
    if file == "-":
        sys.stdout.flush()  # what cannot be written must not move the mark
    if cursor:
        with closing(open_archive(config.archive.database)) as db:
            keep(db, cursor, reached)
    if file != "-":
        click.echo(f"{written:,} {'article' if written == 1 else 'articles'} in {file}.")


def _export(db: Archive, config: Config, selection: Selection, chosen: Format, file: str) -> int:
    """Write what is selected, and give the number of articles."""
    with (
        closing(read_lines(db, selection)) as lines,
        Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress,
        _target(chosen, file, config) as export,
    ):
        counted = _Counted(
            lines, progress, progress.add_task("Exporting", total=count_records(db, selection))
        )
        export.lines = iter(counted)
        chosen.write(export)
        db.ensure_unwritten()
        return counted.number


class _Counted:
    """Counts articles as they pass, and shows how far it is."""

    def __init__(self, lines: Iterable[bytes], progress: Progress, task: TaskID) -> None:
        self.number = 0
        self._lines, self._progress, self._task = lines, progress, task

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.number += 1
            yield line
            if self.number % _SHOWN_EVERY == 0:
                self._progress.update(self._task, completed=self.number)


_SHOWN_EVERY = 100


@contextmanager
def _target(chosen: Format, file: str, config: Config) -> Iterator[Export]:
    """Give where an export goes; it is closed, and put into its place, at the end."""
    captures = config.archive.captures
    if chosen.is_folder:
        with writing_folder(Path(file)) as folder:
            yield Export(config.title, iter(()), sys.stdout.buffer, folder, captures)
    else:
        with nullcontext(sys.stdout.buffer) if file == "-" else writing(Path(file)) as stream:
            export = Export(config.title, iter(()), stream, captures=captures)
            yield export
            export.finish()
