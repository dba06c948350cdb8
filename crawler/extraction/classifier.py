"""Is a block the article? A small forest of decision trees; benchmarks/train_blocks.py trains it."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources.abc import Traversable
from math import exp
from typing import Any

from crawler.extraction import model
from crawler.extraction.features import NAMES

Tree = Any
"""A leaf is a number; a fork is [feature, threshold, mean, at most, above]."""
Steps = tuple[tuple[int, float], ...]
"""From one node to the next: the feature asked, and by how much the mean changes."""

_EARLY = 20
"""The first trees say most; a score that is far from even after every so many of them is final."""
_SURE = 3.0
_TELLING = 10
"""Trees that an explanation rests on."""


def use(file: Traversable) -> None:
    """Judge with another model than the one of the package, as benchmarks do that hold out sites."""
    model.use(file)
    _trained.cache_clear()
    _forest.cache_clear()


@cache
def _trained() -> dict[str, Any]:
    trained = model.load()
    if tuple(trained["features"]) != NAMES:
        raise RuntimeError(f"{model.name()} was trained for other features; run benchmarks/train_blocks.py")
    return trained


@cache
def _forest() -> tuple[Callable[..., float], Callable[..., Steps]]:
    """The forest as functions with an argument a feature: walking its trees takes four times longer.

    The first gives the score, the second the steps of the first trees, one after the other.
    """
    trained = _trained()
    arguments = ", ".join(f"f{n}" for n in range(len(NAMES)))
    lines = [f"def score({arguments}):", f" total = {trained['bias']!r}"]
    for count, tree in enumerate(trained["trees"]):
        lines.append(f" total += {_source(tree, _value)}")
        if count % _EARLY == _EARLY - 1:
            lines.append(f" if not -{_SURE} < total < {_SURE}: return total")
    telling = " + ".join(_source(tree, _steps) for tree in trained["trees"][:_TELLING])
    lines += [" return total", f"def steps({arguments}):", f" return {telling}"]
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)  # noqa: S102 - only numbers, of our own file
    return names["score"], names["steps"]


def _source(tree: Tree, write: Callable[[Tree, Steps], str], above: Steps = ()) -> str:
    if not isinstance(tree, list):
        return write(tree, above)
    feature, threshold, mean, low, high = tree
    lower, higher = (
        _source(below, write, (*above, (feature, (below[2] if isinstance(below, list) else below) - mean)))
        for below in (low, high)
    )
    return f"({lower} if f{int(feature)} <= {float(threshold)!r} else {higher})"


def _value(leaf: Tree, _above: Steps) -> str:
    return repr(float(leaf))


def _steps(_leaf: Tree, above: Steps) -> str:
    return repr(above)


def probability(features: Sequence[float]) -> float:
    """How sure it is that a block with these features is part of the article, 0 to 1."""
    total = _forest()[0](*features)
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def against(features: Sequence[float]) -> list[int]:
    """Give the features that spoke against a block, by their place in `NAMES`, the loudest first.

    The step from one node's mean to the next is what the feature asked there contributed (Saabas 2014).
    """
    shares: dict[int, float] = {}
    for feature, step in _forest()[1](*features):
        shares[feature] = shares.get(feature, 0.0) + step
    return [feature for feature in sorted(shares, key=shares.__getitem__) if shares[feature] < 0]
