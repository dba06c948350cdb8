"""JSON Lines: one article a line, UTF-8."""

import json
from collections.abc import Iterable
from typing import TextIO

from archive.export.records import Record


def write(records: Iterable[Record], stream: TextIO) -> None:
    """Write records one by one."""
    for record in records:
        stream.write(json.dumps(record, ensure_ascii=False))
        stream.write("\n")
