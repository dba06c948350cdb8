"""What a review ends with: its pros and cons, and its verdict, in boxes that look like furniture."""

import re
from collections.abc import Container, Iterator, Sequence
from itertools import takewhile

from crawler.extraction.blocks import Walk
from crawler.extraction.body import Body
from crawler.extraction.features import Described
from crawler.extraction.words import load

_BOTH = 2
_MOST_POINTS = 40
"""Items of the lists below a label."""
_BOX = 6
"""Blocks of a box with a verdict."""
_LISTS = frozenset({"ul", "ol"})


def _any_of(kind: str) -> str:
    return "|".join(word for words in load("reviews")[kind].values() for word in words)


_PROS_AND_CONS = re.compile(rf"\W*(?:{_any_of('pros_and_cons')})\s*(?:[:：]|\W*$)", re.I)
_VERDICT = re.compile(rf"\W*(?:{_any_of('verdicts')})\W*", re.I)


def find_pros_and_cons(described: Sequence[Described], unsure: Container[int]) -> Iterator[int]:
    """Give the labels, what they have behind a colon, and the lists below them."""
    labels = [place for place, row in enumerate(described) if _PROS_AND_CONS.match(row.block.text)]
    if len(labels) < _BOTH:
        return
    for place in labels:
        rows = [described[place]]
        for row in described[place + 1 : place + 1 + _MOST_POINTS]:
            if not _LISTS.intersection(dict(row.block.path)) or row.block.links:
                break
            rows.append(row)
        if len(rows) > 1 or not _is_label(rows[0]):
            yield from (row.index for row in rows if row.index in unsure)


def find_verdict(body: Body, described: Sequence[Described], unsure: Container[int]) -> Iterator[int]:
    """Give the heading that says it is the verdict, and the text below it in the same box."""
    for place, row in enumerate(described):
        if row.index not in unsure or not _VERDICT.fullmatch(row.block.text):
            continue
        end = _end_of_box(body.walk, row)
        near = (one for one in described[place + 1 : place + _BOX] if one.index < end)
        below = [*takewhile(lambda one: one.block.tag[0] != "h", near)]
        if any(one.block.weight for one in below) and all(
            one.index in unsure and not one.block.links for one in below
        ):
            yield from (one.index for one in (row, *below))


def _end_of_box(walk: Walk, heading: Described) -> int:
    """Give the number of the block behind the box that a heading heads, or stands in."""
    box = heading.block.node
    while (above := walk.nodes[box].parent) > 0 and walk.nodes[above].first == heading.index:
        box = above
    return walk.ends[box if walk.ends[box] > heading.index + 1 else max(walk.nodes[box].parent, 0)]


def _is_label(row: Described) -> bool:
    return row.block.text[-1] in ":：" or not any(mark in row.block.text for mark in ":：")
