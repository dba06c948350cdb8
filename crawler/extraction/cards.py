"""Cards that lead elsewhere: boxes made alike, each with a link of its own and a short paragraph."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from crawler.extraction.blocks import Block, Walk

_LEAST = 3
"""Cards with a paragraph in a row: two may be anything."""
_LONGEST = 6
"""Blocks of a card: a label, a heading, a summary, a day."""
_WORDS, _WORD = 60, 6
"""Words of a card; characters of one, in scripts without spaces."""
_MOSTLY = 0.9


def find_cards(walk: Walk, children: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Give the first block of each row of cards, and one behind the last.

    Args:
        walk: the page.
        children: of each node, those that have blocks.
    """
    nodes = walk.nodes
    for inside in children.values():
        if len(inside) < _LEAST:
            continue
        leads = {node: _leads(walk.blocks[nodes[node].first : walk.ends[node]]) for node in inside}
        # what leads nowhere ends a row: figures that are links stand between the paragraphs of an article
        kinds = {one: leads[one] and (nodes[one].tag, nodes[one].signal.tokens) for one in inside}
        for kind, alike in groupby(inside, kinds.__getitem__):
            row = list(alike)
            first, end = nodes[row[0]].first, walk.ends[row[-1]]
            summaries = sum(block.weight > 0 for block in walk.blocks[first:end])
            if kind and summaries >= _LEAST and len({leads[node] for node in row}) == len(row):
                yield first, end


def _leads(card: Sequence[Block]) -> str | None:
    """Give where a card leads: by a line or an image that is a link."""
    texts = [block for block in card if block.image is None]
    if (
        len(texts) > _LONGEST
        or sum(block.weight > 0 for block in texts) > 1
        or sum(max(block.words, block.chars // _WORD) for block in texts) > _WORDS
    ):
        return None
    return next(filter(None, map(address_of, card)), None)


def address_of(block: Block) -> str | None:
    """Give where a block leads that is a link and no more, or an image in one."""
    if block.image is not None:
        above = next(block.image.iterancestors("a"), None)
        return None if above is None else above.get("href")
    return next((style[0] for _, style in block.runs if style[0]), None) if is_link(block) else None


def is_link(block: Block) -> bool:
    """Tell whether a block is a link and no more."""
    return block.link_chars >= _MOSTLY * block.chars
