"""Posts of a board that an article quotes one after the other: however short, they are the article."""

from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from crawler.extraction.body import Body
from crawler.extraction.features import Described
from crawler.extraction.places import made_alike

FAMILY = "quoted"
"""Of the rule that removes the lines above them, which tell who wrote each."""
_LEAST = 3


def find_posts(body: Body, described: Sequence[Described], unsure: Container[int]) -> Iterator[int]:
    """Give the blocks of quoted posts that no rule would remove.

    Args:
        body: where they stand.
        described: its blocks.
        unsure: the numbers of those that only the classifier would remove.
    """
    posters = [place for place, row in enumerate(described) if row.rule and row.rule.id.startswith(FAMILY)]
    if len(posters) < _LEAST:
        return
    below = [described[place + 1] for place in posters if place + 1 < len(described)]
    kinds = {made_alike(body.walk, row.block) for row in below}
    for place, end in pairwise([*posters, len(described)]):
        for row in described[place + 1 : end]:
            if made_alike(body.walk, row.block) not in kinds:
                break
            if row.index in unsure:
                yield row.index
