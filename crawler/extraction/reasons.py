"""Why the classifier removed a block, in words for people."""

import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

from crawler.extraction.classifier import against
from crawler.extraction.features import NAMES

_TOLD = 3
_SHARE = "{:.0%}"
_HARDLY = 0.015
Telling = Callable[[float], str]
"""Says in words what value a feature has; nothing where that tells a person nothing."""


def why(sure: float, features: Sequence[float]) -> str:
    """Say that a block was judged, and the features that spoke most against it, in words.

    Args:
        sure: How likely it is part of the article, 0 to 1.
        features: Of the block, in the order of `NAMES`.
    """
    told = (_tellings()[feature](features[feature]) for feature in against(features))
    words = list(islice(filter(None, told), _TOLD))
    because = f": {', '.join(words)}" if words else ""
    return f"Reads unlike the article ({sure:.0%} likely to be it){because}"


@cache
def _tellings() -> tuple[Telling, ...]:
    file = resources.files("crawler.extraction.words") / "features.toml"
    words = tomllib.loads(file.read_text("utf-8"))
    return tuple(_telling(name, words) for name in NAMES)


def _telling(name: str, words: dict[str, dict[str, Any]]) -> Telling:
    if sentences := words["yes_or_no"].get(name):
        return lambda value: str(sentences[value > 0])
    if group := words["names"].get(name.removeprefix("names ")):
        return lambda value: f"class names {group}" if value > 0 else ""
    number = words["number"].get(name, "")
    return lambda value: _number(number, value)


def _number(sentence: str, value: float) -> str:
    """Put a number into a sentence; a negative one stands for nothing there."""
    if value < 0:
        return ""
    if value < _HARDLY and sentence.startswith(_SHARE):
        return sentence.replace(_SHARE, "hardly any", 1)
    return sentence.format(min(value, 1.0) if _SHARE in sentence else value)
