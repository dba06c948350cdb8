"""Writes the tables of keys in docs/configuration.md from the models in crawler/config.py.

Run ``python docs/configuration_keys.py`` after a change of a key; a test tells when it was forgotten.
"""

import json
import re
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from crawler import config

PAGE = Path(__file__).with_name("configuration.md")
_TABLE = re.compile(r"(<!-- keys of (\w+): .*? -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)


def page() -> str:
    """Give the page with its tables written anew."""
    return _TABLE.sub(lambda found: found[1] + table(getattr(config, found[2])) + found[4], written())


def written() -> str:
    """Give what the page says now."""
    return PAGE.read_text("utf-8")


def table(model: type[config.Table]) -> str:
    """Give the keys of a table of archive.toml: name, default, what each is."""
    rows = ["| key | default | is |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        said = " ".join((field.description or "").split()).removesuffix(".").replace("|", "\\|")
        said = said if said[1:2].isupper() else said[:1].lower() + said[1:]
        rows.append(f"| `{name}` | {_default(field)} | {said} |")
    return "\n".join([*rows, ""])


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    if field.default is None or field.default is PydanticUndefined:
        return "none"
    return f"`{json.dumps(field.default)}`"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
