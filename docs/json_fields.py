"""Write docs/json.md from the schema of the export: ``python docs/json_fields.py``."""

import json
from pathlib import Path
from typing import Any

from archive.export import SCHEMA

PAGE = Path(__file__).with_name("json.md")

HEAD = """# The exported JSON

What `series-archive export FILE` writes as JSON Lines (an article a line) and as JSON (an array of them).
The [JSON Schema](../archive/export/article.schema.json) says the same to programs; its `$id` ends in the
version. What stays as it is for as long as that number does: the names of the fields, their types, what they
mean, and that they are always there. A field, or a value where a text names one of several, is added without
a new version, so pass over those that you do not know. Anything else makes a new version, told in
CHANGELOG.md.

Times that we observed are UTC, `2024-05-31T09:00:00Z`; dates that a publisher stated keep the precision and
the offset that they were stated with. Every field is always there; what is not known is `null`, or an empty
list where it is a list. `id` is an article's own for as long as its archive lives, and never given to
another; its `url` may change. Each archive counts for itself: across archives, an article is known by its
`url`.

| field | type | is |
|---|---|---|
"""


TAIL = """
## An article

As in the schema's `examples`, here on many lines:

```json
{example}
```
"""


def page() -> str:
    """Give the whole page."""
    (example,) = SCHEMA["examples"]
    shown = json.dumps(example, ensure_ascii=False, indent=2)
    return HEAD + "".join(_rows(SCHEMA["properties"], "")) + TAIL.format(example=shown)


def _rows(properties: dict[str, Any], prefix: str) -> list[str]:
    rows = []
    for name, field in properties.items():
        place = f"{prefix}{name}"
        rows.append(f"| `{place}` | {_type(field)} | {field['description']} |\n")
        rows += _rows(field.get("properties", {}), f"{place}.")
        rows += _rows(field.get("items", {}).get("properties", {}), f"{place}[].")
    return rows


def _type(field: dict[str, Any]) -> str:
    stated = field["type"]
    types = stated if isinstance(stated, list) else [stated]
    if "enum" in field:
        return " \\| ".join(f'"{value}"' if value is not None else "null" for value in field["enum"])
    if "items" in field:
        return f"array of {_type(field['items'])}{'' if 'enum' in field['items'] else 's'}"
    return " or ".join(types)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
