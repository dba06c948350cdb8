"""Is a block the article? A small forest of decision trees; benchmarks/train_blocks.py trains it."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from math import exp
from typing import Any

from crawler.extraction.features import NAMES

Tree = Any
"""A leaf is a number; a fork is [feature, threshold, mean, at most, above]."""


_EARLY = 24
"""The first trees say most; a score that is far from even after them is final."""
_SURE = 2.5
_TELLING = 10
"""Trees that an explanation rests on."""


@cache
def _model() -> dict[str, Any]:
    model: dict[str, Any] = json.loads(
        (resources.files("crawler.extraction") / "blocks.json").read_text("utf-8")
    )
    if tuple(model["features"]) != NAMES:
        raise RuntimeError("blocks.json was trained for other features; run benchmarks/train_blocks.py")
    return model


@cache
def _score() -> Callable[..., float]:
    """The forest as a function with an argument a feature: walking its trees takes four times longer."""
    model = _model()
    lines = [f"def score({', '.join(f'f{n}' for n in range(len(NAMES)))}):", f" total = {model['bias']!r}"]
    for count, tree in enumerate(model["trees"]):
        lines.append(f" total += {_source(tree)}")
        if count == _EARLY:
            lines.append(f" if not -{_SURE} < total < {_SURE}: return total")
    names: dict[str, Any] = {}
    exec("\n".join([*lines, " return total"]), names)  # noqa: S102 - only numbers, of our own file
    score: Callable[..., float] = names["score"]
    return score


def _source(tree: Tree) -> str:
    if not isinstance(tree, list):
        return repr(float(tree))
    feature, threshold, _, low, high = tree
    return f"({_source(low)} if f{int(feature)} <= {float(threshold)!r} else {_source(high)})"


def probability(features: Sequence[float]) -> float:
    """How sure it is that a block with these features is part of the article, 0 to 1."""
    total = _score()(*features)
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def explain(features: Sequence[float], count: int = 3) -> str:
    """Name the features that spoke most against a block, with their values.

    The step from one node's mean to the next is what the feature asked there contributed (Saabas 2014).
    """
    shares: dict[int, float] = {}
    for tree in _model()["trees"][:_TELLING]:
        node = tree
        while node.__class__ is list:
            following = node[3] if features[node[0]] <= node[1] else node[4]
            mean = following[2] if following.__class__ is list else following
            shares[node[0]] = shares.get(node[0], 0.0) + mean - node[2]
            node = following
    worst = sorted(shares, key=lambda feature: shares[feature])[:count]
    return ", ".join(f"{NAMES[feature]} {features[feature]:.3g}" for feature in worst if shares[feature] < 0)
