"""CSV (RFC 4180): a row an article, UTF-8, for spreadsheets and data frames."""

import csv
from typing import Any

from archive.export.formats import Export

FIELDS = (
    "id", "url", "source", "title", "standfirst", "authors", "published", "modified", "dated", "language",
    "site_name", "tags", "access", "text_complete", "words", "relevance", "first_seen", "last_seen",
    "gone_at", "revisions", "text",
)  # fmt: skip
"""The columns, in their order."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, or leaves out before it (OWASP, CSV Injection)."""


def write(export: Export) -> None:
    """Write a heading, and the rows one by one.

    Lists are joined by ``; ``. A text that a spreadsheet would take for a formula gets an apostrophe in
    front: what a page says must not run on the machine of the one who opens the file.
    """
    rows = csv.writer(export.text, lineterminator="\r\n")
    rows.writerow(FIELDS)
    for record in export.records:
        rows.writerow(_cell(name, record[name]) for name in FIELDS)


def _cell(name: str, value: Any) -> Any:
    match name:
        case "source":
            value = value["name"]
        case "relevance":
            value = value["reason"]
        case "authors" | "tags":
            value = "; ".join(value)
        case "text_complete":
            value = int(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
