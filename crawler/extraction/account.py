"""The account of what is not the article: what was removed, by which rule, and where it stood."""

from collections.abc import Iterator, Sequence
from typing import Any

from archive.models import RemovedBlock
from crawler.extraction.blocks import Block, Cut
from crawler.extraction.body import Body
from crawler.extraction.rulebook import rules

_MAX_ACCOUNT = 2_000
"""Characters that are noted of a removed text."""


def removed(rule: str, reason: str, what: str, kept: int) -> RemovedBlock:
    """Give the entry of a text that was removed after so many kept blocks."""
    return RemovedBlock(rule, reason, what[:_MAX_ACCOUNT], kept)


def unread(rule: str, blocks: Sequence[Block], kept: int, note: str = "") -> RemovedBlock:
    """Give one entry for blocks of which the text is not noted, only their number."""
    words, several = sum(block.words for block in blocks), "s" if len(blocks) > 1 else ""
    return RemovedBlock(
        rule, rules()[rule].reason, f"{words} words in {len(blocks)} block{several}{note}", kept
    )


def cuts_in(body: Body) -> Iterator[Cut]:
    """Give the subtrees that structural rules took out of a body; not those with paid parts in them."""
    inside = (cut for cut in body.walk.cuts if body.first <= cut.position <= body.last)
    return (cut for cut in inside if cut.node not in body.walk.paid and not body.walk.holds_paid(cut.element))


def cut_out(cut: Cut, kept: int) -> Iterator[RemovedBlock]:
    """Give the entry of a subtree; none where it shows no text."""
    if words := _visible_text(cut.element, _MAX_ACCOUNT):
        yield removed(cut.rule, rules()[cut.rule].reason, words, kept)


def _visible_text(element: Any, limit: int) -> str:
    """Give the first characters of what an element shows, with single spaces."""
    texts: list[str] = []
    size = 0
    for piece in _visible_pieces(element):
        if piece and (words := " ".join(piece.split())):
            texts.append(words)
            size += len(words) + 1
            if size > limit:
                break
    return " ".join(texts)[:limit]


def _visible_pieces(element: Any) -> Iterator[str | None]:
    yield element.text
    for child in element.iterdescendants():
        if child.tag not in {"script", "style", "noscript", "template", "svg"}:
            yield child.text
        yield child.tail
