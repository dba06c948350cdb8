"""Tables of contents: lines that are nothing but links to places on the same page, and say its headings."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from crawler.extraction.blocks import Block
from crawler.extraction.features import squash

RULE = "structure.contents"
_LEAST = 3
"""Links: two may be notes."""
_MOSTLY = 0.85
_LONGEST = 200
"""Characters of a heading."""
_DIGITS = "0123456789"


def find_contents(blocks: Sequence[Block]) -> Iterator[int]:
    """Give the places of the blocks that are a table of contents.

    Not of headings that are links to themselves, of cells, and of numbers, which lead to notes. One of the
    links at least has the words of a heading, or of another line of the text.
    """
    leads = [_leads_within(block) for block in blocks]
    said: set[str] | None = None
    for within, group in groupby(range(len(blocks)), key=leads.__getitem__):
        places = list(group)
        if not within or sum(blocks[place].links for place in places) < _LEAST:
            continue
        if said is None:
            others = (block for block, lead in zip(blocks, leads, strict=True) if not lead)
            said = {_key(block.text) for block in others if block.chars <= _LONGEST}
        texts = (text for place in places for text in _texts(blocks[place]))
        if any(key in said for text in texts if (key := _key(text))):
            yield from places


def _texts(block: Block) -> Iterator[str]:
    yield block.text
    yield from (text for text, _ in block.runs)


def _key(text: str) -> str:
    """Give the words of a heading in the form that they are compared in, without its number."""
    return squash(text).lstrip(_DIGITS)


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
