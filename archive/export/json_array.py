"""JSON: one array of articles, an article a line, UTF-8."""

import json
from collections.abc import Iterable
from typing import TextIO

from archive.export.records import Record


def write(records: Iterable[Record], stream: TextIO) -> None:
    """Write records one by one as the items of an array."""
    separator = "[\n"
    for record in records:
        stream.write(separator)
        stream.write(json.dumps(record, ensure_ascii=False))
        separator = ",\n"
    stream.write("\n]\n" if separator == ",\n" else "[]\n")
