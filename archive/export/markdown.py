"""Markdown: a folder with a file an article, its metadata in front as YAML."""

import json
import re
import unicodedata
from typing import Any

from archive.export.formats import Export
from archive.export.records import Record

FIELDS = (
    "id", "url", "source", "title", "standfirst", "authors", "published", "modified", "language", "tags",
    "access", "text_complete", "html", "text", "first_seen",
)  # fmt: skip
_FRONT = (
    "title", "url", "source", "authors", "published", "modified", "language", "tags", "access",
    "text_complete",
)  # fmt: skip
_LONGEST_NAME = 60
_NOT_IN_NAMES = re.compile(r"[^\w]+")
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON has as they are, and YAML only escaped (YAML 1.2, 5.1)."""


def write(export: Export) -> None:
    """Write the files one by one, in folders by year and month."""
    assert export.folder is not None  # noqa: S101 - this format is a folder
    for record in export.records:
        dated = (record["published"] or record["first_seen"])[:7].split("-")
        folder = export.folder.joinpath(*dated)
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath(_name(record)).write_text(_document(record), "utf-8", newline="\n")


def _name(record: Record) -> str:
    words = _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFKC", record["title"]).casefold())
    return f"{words[:_LONGEST_NAME].strip('-') or 'article'}-{record['id']}.md"


def _document(record: Record) -> str:
    from markdownify import ATX, markdownify  # takes longer to import than a small export takes

    front = {**record, "source": record["source"]["name"]}
    lines = [f"{name}: {_yaml(front[name])}" for name in _FRONT if front[name] is not None]
    body: str = markdownify(record["html"], heading_style=ATX) if record["html"] else record["text"]
    standfirst = f"*{record['standfirst']}*\n\n" if record["standfirst"] else ""
    return "\n".join(["---", *lines, "---", "", f"{standfirst}{body.strip()}", ""])


def _yaml(value: Any) -> str:
    """Give a value as JSON that is YAML too: what a page says cannot break out of it."""
    written = json.dumps(value, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
