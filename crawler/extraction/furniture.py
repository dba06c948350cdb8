"""Blocks that come back on other pages of the same site: notes, prompts, teasers. They are its furniture.

What no single page tells, an archive knows: `archive.site_profile` counts in how many articles of a source a
block stood. Measured with benchmarks/site_profile.py.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

from crawler.extraction.features import Described

RULE = "site.repeated"
OTHERS = 3
"""Other articles that a block has to stand in: two may be copies of each other, or parts of a series."""
_MIN_CHARS = 36
"""A shorter block may be a label that the articles of a site share; wide characters count twice."""
_MAX_CHARS = 400
_MAX_SHARE = 0.25
"""Of what would be kept: when more than this comes back elsewhere, the page is a copy, not furnished."""
_LONG = 200
"""Characters of a block that may be a paragraph of the story."""
_HEAD, _TAIL = 0.1, 0.25
"""Of the text: notes about the site and its authors stand where it begins and ends."""
_FIGURES = re.compile(r"\d+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def fingerprint(text: str) -> int | None:
    """Give a number of 64 bits for what a block says, whatever its figures; None for one that says little."""
    said = text[:_MAX_CHARS].casefold()
    if len(said) < _MIN_CHARS and len(said) + len(_WIDE.findall(said)) < _MIN_CHARS:
        return None
    said = _FIGURES.sub("0", said)
    return int.from_bytes(
        blake2b(said.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True
    )


def fingerprints(blocks: Iterable[Described]) -> dict[int, int]:
    """Give the fingerprints of blocks by their number; headings and short ones have none."""
    found = ((row.index, fingerprint(row.block.text)) for row in blocks if row.block.tag[0] != "h")
    return {index: print_ for index, print_ in found if print_ is not None}


def repeated_elsewhere(
    described: Sequence[Described],
    kept: frozenset[int],
    prints: Mapping[int, int],
    profile: Mapping[int, int],
) -> dict[int, str]:
    """Give the kept blocks that are furniture, by number, each with the reason.

    Args:
        described: the blocks of the article's range.
        kept: the numbers of those that nothing else removes.
        prints: their fingerprints.
        profile: fingerprint to the number of other articles of the site that it stood in.
    """
    weights = {row.index: row.block.weight for row in described if row.index in kept}
    found = {
        index: profile[prints[index]]
        for index in _at_the_edges(described, kept, weights)
        if index in prints and profile.get(prints[index], 0) >= OTHERS
    }
    total = sum(weights.values())
    if not found or len(found) == len(kept) or sum(weights[i] for i in found) > _MAX_SHARE * total:
        return {}
    reasons = {index: f"It stands on {number} other pages of this site" for index, number in found.items()}
    following: str | None = None
    for row in reversed(described):
        if row.index not in kept:
            continue
        if row.block.tag[0] == "h" and following is not None:
            reasons[row.index] = "The heading of what stands on other pages of this site"
        following = reasons.get(row.index)
    return reasons


def _at_the_edges(
    described: Sequence[Described], kept: frozenset[int], weights: Mapping[int, float]
) -> Iterator[int]:
    """Give the kept blocks that may be furniture: all but the long ones in the midst of the text.

    Those may be the background to a story, which a desk puts into each of its articles.
    """
    before, total = 0.0, sum(weights.values())
    for row in described:
        if row.index in kept:
            after = total - before - weights[row.index]
            if row.block.chars < _LONG or before <= _HEAD * total or after <= _TAIL * total:
                yield row.index
            before += weights[row.index]
