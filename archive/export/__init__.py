"""Articles for other tools: what an exported article is (records), and one file a format."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from archive.errors import WrongUsageError
from archive.export import (
    atom,
    bibtex,
    csl_json,
    csv_table,
    json_array,
    json_feed,
    json_lines,
    markdown,
    parquet,
    wacz,
)
from archive.export.formats import Export
from archive.export.records import SCHEMA, Selection, read_lines, read_records

__all__ = ["FORMATS", "SCHEMA", "Export", "Format", "Selection", "format_of", "read_lines", "read_records"]


@dataclass(frozen=True, slots=True)
class Format:
    """A way of writing articles."""

    write: Callable[[Export], None]
    suffixes: tuple[str, ...]
    """File names by which it is chosen."""
    fields: tuple[str, ...] = ()
    """Of a record, those that it needs; all of them, or those that are asked for, by default."""
    newest_first: bool = False
    is_folder: bool = False


FORMATS = {
    "jsonl": Format(json_lines.write, (".jsonl", ".ndjson")),
    "json": Format(json_array.write, (".json",)),
    "json-feed": Format(json_feed.write, (".feed.json",), json_feed.FIELDS, newest_first=True),
    "atom": Format(atom.write, (".atom", ".xml"), atom.FIELDS, newest_first=True),
    "csv": Format(csv_table.write, (".csv",), csv_table.FIELDS),
    "parquet": Format(parquet.write, (".parquet",), parquet.FIELDS),
    "markdown": Format(markdown.write, (".md",), markdown.FIELDS, is_folder=True),
    "bibtex": Format(bibtex.write, (".bib",), bibtex.FIELDS),
    "csl-json": Format(csl_json.write, (".csl.json",), csl_json.FIELDS),
    "wacz": Format(wacz.write, (".wacz",), wacz.FIELDS),
}


def format_of(name: str) -> str:
    """Give the format of a file by its name, compressed or not; jsonl where the name has no ending.

    Raises:
        WrongUsageError: No format has this ending.
    """
    name = name.casefold().removesuffix(".gz").removesuffix(".zst")
    fits = [(suffix, key) for key, one in FORMATS.items() for suffix in one.suffixes if name.endswith(suffix)]
    if not fits and (ending := PurePath(name).suffix):
        raise WrongUsageError(
            f"{name}: no format ends in {ending}; name one with --format: {', '.join(FORMATS)}."
        )
    return max(fits, key=lambda fit: len(fit[0]), default=("", "jsonl"))[1]
