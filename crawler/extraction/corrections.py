"""Corrections and notes of the editors: they are content, whatever they look like, and are told apart."""

import re
from collections.abc import Iterator
from functools import cache

from crawler.extraction.words import load

_MAX_START = 120


def is_correction(block: str) -> bool:
    """Tell whether a block begins like a correction or a note of the editors, in any language."""
    return _pattern().match(block[:_MAX_START].lower().replace("’", "'").lstrip(" *†•–—-")) is not None


def find_corrections(text: str) -> Iterator[str]:
    """Give the blocks of a text that are corrections.

    Args:
        text: plain text, its blocks separated by an empty line.
    """
    return (block for block in text.split("\n\n") if is_correction(block))


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(phrase for phrases in load("corrections").values() for phrase in phrases))
