"""Where readers' comments stand that no class name tells: below a heading that counts them."""

from collections.abc import Iterator

from crawler.extraction.blocks import Walk
from crawler.extraction.signals import rule_of_label

_RULE = "comments.prompt"
_WORDS = 6
"""Of such a heading."""
_LEAST_ABOVE = 100
"""Weight: an article stands above its comments."""


def find_comments(walk: Walk) -> Iterator[tuple[int, int]]:
    """Give the first block of each box below a heading such as "Comments (12)", and one behind its last.

    Without a number it may be a section of the article: of what its actors say, for example.
    """
    above = 0.0
    for index, block in enumerate(walk.blocks):
        above += block.weight
        if block.tag[0] != "h" or block.words > _WORDS or above < _LEAST_ABOVE:
            continue
        if any(map(str.isdigit, block.text)) and rule_of_label(block.text) == _RULE:
            box = _box_below(walk, index, block.node)
            if box is not None:
                yield index, walk.ends[box]


def _box_below(walk: Walk, heading: int, node: int) -> int | None:
    """Give the largest node that begins with a heading and has text below it, without a headline in it."""
    nodes, box = walk.nodes, None
    while node > 0 and nodes[node].first == heading:
        inside = walk.blocks[heading : walk.ends[node]]
        if any(block.tag == "h1" for block in inside):
            break
        if any(block.weight for block in inside):
            box = node
        node = nodes[node].parent
    return box
