"""Tables of contents: lines that are nothing but links to places on the same page."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from crawler.extraction.blocks import Block

RULE = "structure.contents"
_LEAST = 3
"""Links: two may be notes."""
_MOSTLY = 0.85


def find_contents(blocks: Sequence[Block]) -> Iterator[int]:
    """Give the places of the blocks that are a table of contents.

    Not of headings that are links to themselves, of cells, and of numbers, which lead to notes.
    """
    for within, group in groupby(range(len(blocks)), key=lambda place: _leads_within(blocks[place])):
        places = list(group)
        if within and sum(blocks[place].links for place in places) >= _LEAST:
            yield from places


def _leads_within(block: Block) -> bool:
    return (
        block.link_chars >= _MOSTLY * block.chars
        and block.tag[0] != "h"
        and block.tag not in {"td", "th"}
        and any(character.isalpha() for character in block.text)
        and all(
            style[0] is None or (style[0][:1] == "#" and style[0][1:2].isalnum()) for _, style in block.runs
        )
    )
