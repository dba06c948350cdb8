"""Is a block the article? A small forest of decision trees; benchmarks/train_blocks.py trains it."""

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from math import exp
from typing import Any

from crawler.extraction.features import NAMES

Tree = Any
"""A leaf is a number; a fork is (feature, threshold, mean, at most, above)."""


_EARLY = 24
"""The first trees say most; a score that is far from even after them is final."""
_SURE = 2.5
_TELLING = 10
"""Trees that an explanation rests on."""


@cache
def _forest() -> tuple[float, tuple[Tree, ...]]:
    text = (resources.files("crawler.extraction") / "blocks.json").read_text("utf-8")
    model = json.loads(text)
    if tuple(model["features"]) != NAMES:
        raise RuntimeError("blocks.json was trained for other features; run benchmarks/train_blocks.py")
    return model["bias"], tuple(_frozen(tree) for tree in model["trees"])


def _frozen(tree: Any) -> Tree:
    if not isinstance(tree, list):
        return tree
    feature, threshold, mean, low, high = tree
    return feature, threshold, mean, _frozen(low), _frozen(high)


def probability(features: Sequence[float]) -> float:
    """How sure it is that a block with these features is part of the article, 0 to 1."""
    total, trees = _forest()
    for count, node in enumerate(trees):
        while node.__class__ is tuple:
            node = node[3] if features[node[0]] <= node[1] else node[4]
        total += node
        if count == _EARLY and not -_SURE < total < _SURE:
            break
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def explain(features: Sequence[float], count: int = 3) -> str:
    """Name the features that spoke most against a block, with their values.

    The step from one node's mean to the next is what the feature asked there contributed (Saabas 2014).
    """
    shares: dict[int, float] = {}
    for tree in _forest()[1][:_TELLING]:
        node = tree
        while node.__class__ is tuple:
            following = node[3] if features[node[0]] <= node[1] else node[4]
            mean = following[2] if following.__class__ is tuple else following
            shares[node[0]] = shares.get(node[0], 0.0) + mean - node[2]
            node = following
    worst = sorted(shares, key=lambda feature: shares[feature])[:count]
    return ", ".join(f"{NAMES[feature]} {features[feature]:.3g}" for feature in worst if shares[feature] < 0)
