"""Credits in figures: who made an image is no part of what is said of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.extraction.blocks import SENTENCE_ENDS, Block
from crawler.extraction.body import Body
from crawler.extraction.features import Described
from crawler.extraction.rulebook import phrase_rule
from crawler.extraction.verdicts import CLASSIFIER, Verdict

CREDIT = "credits.line"
WITH_CREDIT = "credits.caption"
_BREAK = re.compile(r"(?<=[.!?。])\s+(?:[|–—]\s)?|\n|\s[|–—]\s|\s*(?=[(（\[［][^()（）]{3,40}[)）\]］]$)")
"""Where a credit may begin."""
_BRACKETS = "()（）[]［］"
_TRIED = 4
_LONGEST_CREDIT = 80
"""Characters."""
_LEAST, _LEAST_CJK = 3, 6
"""Words of a caption without its credit; characters where the script has no spaces."""
_CREDIT_WORDS = 6


def find_credits(
    body: Body, described: Sequence[Described], verdicts: Mapping[int, Verdict]
) -> Iterator[int]:
    """Give the short lines in a figure beside its image and its caption that no other rule names."""
    pictured = {block.path[-1] for block in body.walk.blocks[body.first : body.last] if _is_pictured(block)}
    captioned = {
        step
        for row in described
        for step, (tag, _) in zip(row.block.path, row.block.path[1:], strict=False)
        if tag == "figcaption"
    }
    both = pictured & captioned
    for row in described:
        path = row.block.path
        verdict = verdicts.get(row.index)
        short = row.size_in_words <= _CREDIT_WORDS and row.block.text[-1] not in SENTENCE_ENDS
        if path and path[-1] in both and short and (verdict is None or verdict.rule == CLASSIFIER):
            yield row.index


def _is_pictured(block: Block) -> bool:
    return block.image is not None and bool(block.path) and block.path[-1][0] == "figure"


def without_credit(block: Block, element: Any, languages: tuple[str, ...]) -> tuple[Block, str | None]:
    """Give a caption without the credit at its end, and the credit; any other block as it is, and nothing.

    Args:
        block: a caption or not.
        element: that it stands in.
        languages: of the text and of the page.
    """
    if "figcaption" not in dict(block.path):
        return block, None
    said = _in_first_element(element)
    if said and block.text.startswith(said) and 0 < len(block.text) - len(said) <= _LONGEST_CREDIT:
        return _cut(block, len("".join(said.split()))), block.text[len(said) :].strip()
    for found in list(_BREAK.finditer(block.text))[-_TRIED:]:
        caption, credit = block.text[: found.start()], block.text[found.end() :]
        rule = phrase_rule(credit.strip(_BRACKETS), 1 + credit.count(" "), 0.0, languages)
        if rule is not None and rule.id == CREDIT and _says_enough(caption):
            return _cut(block, len("".join(caption.split()))), credit
    return block, None


def _in_first_element(element: Any) -> str:
    """Give what stands in an element of its own at the beginning of a ``figcaption``: the caption.

    What is behind it, in other elements or in none, is the credit. Words that only look otherwise, or lead
    elsewhere, are a part of the caption.
    """
    first = next(element.iterchildren(), None) if element.tag == "figcaption" else None
    if first is None or first.tag != "span" or (element.text or "").strip():
        return ""
    said = " ".join("".join(first.itertext()).split())
    return said if _says_enough(said) else ""


def _says_enough(caption: str) -> bool:
    wide = sum(character >= "\u1100" for character in caption)
    return caption.count(" ") >= _LEAST - 1 or wide >= _LEAST_CJK


def _cut(block: Block, left: int) -> Block:
    """Give a block with so many of its characters, spaces not counted."""
    runs = []
    for text, style in block.runs:
        end = 0
        while end < len(text) and left:
            left -= not text[end].isspace()
            end += 1
        runs.append((text[:end], style))
        if not left:
            break
    return Block(block.tag, block.node, block.path, runs)
