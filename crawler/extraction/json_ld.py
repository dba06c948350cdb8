"""The nodes of a block of JSON-LD, as publishers write it."""

import html
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from crawler.extraction.json_text import load_json

_MAX_NODES = 5_000
"""Values of one block of linked data that are looked at."""
_JSON_NOISE = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*+(?:;\s*+)?$"
)
_CONTROL = re.compile(r"[\x00-\x1f]+")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


def read_nodes(text: str) -> Iterator[dict[str, Any]]:
    """Give every node of a block, outer ones before those that they hold; ``@graph`` and lists flattened.

    Args:
        text: of a ``script`` element with the type ``application/ld+json``; what is no JSON has no nodes.
    """
    waiting, seen = deque([_loads(text)]), 0
    while waiting and seen < _MAX_NODES:
        item = waiting.popleft()
        seen += 1
        if isinstance(item, list):
            waiting.extendleft(reversed(item[:_MAX_NODES]))
        elif isinstance(item, dict):
            if "@type" in item or "@id" in item:
                yield item
            graph = item.get("@graph")
            if graph:
                waiting.appendleft(graph)
            waiting.extend(v for k, v in item.items() if k != "@graph" and isinstance(v, dict | list))


def _loads(text: str) -> Any:
    """Read JSON as publishers write it: comments around it, raw line breaks, trailing commas, entities."""
    text = text.strip()
    if text[:1] not in {"{", "["} or text[-1:] not in {"}", "]"}:
        text = _JSON_NOISE.sub("", text).strip()
    for repair in (_as_is, _without_trailing_commas, html.unescape):
        try:
            text = repair(text)
            return load_json(text)
        except ValueError:
            continue
    return None


def _as_is(text: str) -> str:
    return text


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text)).rstrip(" ;")
