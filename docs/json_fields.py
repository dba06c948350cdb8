"""Write docs/json.md from the schema of the export: ``python docs/json_fields.py``."""

from pathlib import Path
from typing import Any

from archive.export import SCHEMA

PAGE = Path(__file__).with_name("json.md")

HEAD = """# The exported JSON

What `series-archive export FILE` writes as JSON Lines (an article a line) and as JSON (an array of them).
The [JSON Schema](../archive/export/article.schema.json) says the same to programs; its `$id` ends in the
version. A field is added without a new version; one that changes its meaning or goes away makes a new one.

Times that we observed are UTC, `2024-05-31T09:00:00Z`; dates that a publisher stated keep the precision and
the offset that they were stated with. Every field is always there; what is not known is `null`, or an empty
list where it is a list.

| field | type | is |
|---|---|---|
"""


def page() -> str:
    """Give the whole page."""
    return HEAD + "".join(_rows(SCHEMA["properties"], ""))


def _rows(properties: dict[str, Any], prefix: str) -> list[str]:
    rows = []
    for name, field in properties.items():
        place = f"{prefix}{name}"
        rows.append(f"| `{place}` | {_type(field)} | {field['description']} |\n")
        if place == "history":
            continue  # the same fields as above
        rows += _rows(field.get("properties", {}), f"{place}.")
        rows += _rows(field.get("items", {}).get("properties", {}), f"{place}[].")
    return rows


def _type(field: dict[str, Any]) -> str:
    stated = field["type"]
    types = stated if isinstance(stated, list) else [stated]
    if "enum" in field:
        return " \\| ".join(f'"{value}"' if value is not None else "null" for value in field["enum"])
    return " or ".join(types)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
