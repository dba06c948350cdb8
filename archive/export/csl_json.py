"""CSL-JSON: what Zotero and pandoc take in, one array."""

import json

from archive.citation import csl
from archive.export.bibtex import FIELDS
from archive.export.formats import Export

__all__ = ["FIELDS", "write"]


def write(export: Export) -> None:
    """Write the items one by one."""
    separator = "[\n"
    for record in export.records:
        export.text.write(separator + json.dumps(csl(record), ensure_ascii=False))
        separator = ",\n"
    export.text.write("\n]\n" if separator == ",\n" else "[]\n")
