"""JSON Feed 1.1 (jsonfeed.org): what is new or was edited last first."""

import json
from typing import Any

from archive.export.formats import Export
from archive.export.records import Record

FIELDS = (
    "id", "url", "title", "standfirst", "text", "html", "dated", "updated", "authors", "tags",
    "language", "image", "source", "access", "text_complete",
)  # fmt: skip


def write(export: Export) -> None:
    """Write the feed, its items one by one."""
    head = {"version": "https://jsonfeed.org/version/1.1", "title": export.title}
    head |= {"feed_url": export.address} if export.address else {}
    head |= {"home_page_url": export.page} if export.page else {}
    export.text.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "items": [')
    separator = "\n"
    for record in export.records:
        export.text.write(separator + json.dumps(item(record), ensure_ascii=False))
        separator = ",\n"
    export.text.write("\n]}\n")


def item(record: Record) -> dict[str, Any]:
    """Give an article as an item of a feed; what the format has no place for is under ``_series_archive``."""
    content = {"content_html": record["html"]} if record["html"] else {"content_text": record["text"]}
    stated = {
        "id": record["url"],
        "url": record["url"],
        "title": record["title"],
        "summary": record["standfirst"],
        **content,
        "image": record["image"],
        "date_published": record["dated"],
        "date_modified": record["updated"] if record["updated"] > record["dated"] else None,
        "authors": [{"name": name} for name in record["authors"]],
        "tags": record["tags"],
        "language": record["language"],
        "_series_archive": {
            "source": record["source"]["name"],
            "access": record["access"],
            "text_complete": record["text_complete"],
        },
    }
    return {name: value for name, value in stated.items() if value or name == "content_text"}
