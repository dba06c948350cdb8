"""JSON as others write it, without what stands in no text."""

import json
import re
from typing import Any

from crawler.extraction.characters import clean

_ODD = re.compile("\\\\u(?:00[0189][0-9a-fA-F]|007[fF]|[dD][89a-fA-F])|[\ud800-\udfff\x7f-\x9f]")
"""A control character or half of another one, escaped or as it is; and line ends, which stay."""


def load_json(text: str | bytes) -> Any:
    r"""Read JSON; a control character in it ("\u001b") becomes a space, half of another ("\ud83d") U+FFFD.

    Raises:
        ValueError: It is no JSON, or nested too deeply.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "replace")
    try:
        value = json.loads(text, strict=False)
        return _clean(value) if _ODD.search(text) else value
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return list(map(_clean, value))
    if isinstance(value, dict):
        return {clean(name): _clean(one) for name, one in value.items()}
    return value
