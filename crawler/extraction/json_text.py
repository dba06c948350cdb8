"""JSON as others write it, without what no encoding can write."""

import json
import re
from typing import Any

_SURROGATE = re.compile("\\\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""Half of a surrogate pair, escaped or as it is."""


def load_json(text: str | bytes) -> Any:
    r"""Read JSON; what is half of a surrogate pair in it ("\ud83d" alone) becomes U+FFFD.

    Raises:
        ValueError: It is no JSON, or nested too deeply.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "replace")
    try:
        value = json.loads(text, strict=False)
        return _without_half_characters(value) if _SURROGATE.search(text) else value
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _without_half_characters(value: Any) -> Any:
    if isinstance(value, str):
        return (
            value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    if isinstance(value, list):
        return list(map(_without_half_characters, value))
    if isinstance(value, dict):
        return {_without_half_characters(k): _without_half_characters(v) for k, v in value.items()}
    return value
