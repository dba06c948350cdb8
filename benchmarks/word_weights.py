"""What each word weighs: a logistic regression over the tokens of blocks. Needs numpy and scipy."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

_SITES = 15
"""Fewer tell nothing about the next one."""
_PENALTY = 100.0
"""Of large weights."""
_STEPS = 50


def fit(
    tokens: Sequence[list[str]], sites: Sequence[str], article: Sequence[bool], weights: Sequence[float]
) -> dict[str, float]:
    """Give the weight of every token that enough sites have.

    Args:
        tokens: of each block.
        sites: that the blocks are from.
        article: whether they are part of an article.
        weights: how much each block counts.
    """
    places = {token: place for place, token in enumerate(_common(tokens, sites))}
    found = [[places[token] for token in own if token in places] for own in tokens]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter(chain.from_iterable(found), dtype=np.int32)
    counts = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(tokens), len(places)))
    truth, weight = np.array(article, dtype=float), np.array(weights)

    def loss(guess: Any) -> tuple[float, Any]:
        score = counts @ guess[:-1] + guess[-1]
        slope = weight * (1 / (1 + np.exp(-score)) - truth)
        total = weight @ (np.logaddexp(0, score) - truth * score) + _PENALTY / 2 * guess[:-1] @ guess[:-1]
        return total, np.append(counts.T @ slope + _PENALTY * guess[:-1], slope.sum())

    best = minimize(
        loss, np.zeros(len(places) + 1), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    ).x
    return {token: round(float(best[place]), 3) for token, place in places.items()}


def _common(tokens: Sequence[list[str]], sites: Sequence[str]) -> list[str]:
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for own, site in zip(tokens, sites, strict=True):
        for token in own:
            seen[token].add(site)
    return sorted(token for token, on in seen.items() if len(on) >= _SITES)
