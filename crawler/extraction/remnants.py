"""What is left alone where furniture went: its headings, its names, the lines that introduce it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from crawler.extraction.biography import RULE as BIOGRAPHY
from crawler.extraction.body import Body
from crawler.extraction.features import Described
from crawler.extraction.verdicts import CLASSIFIER, Verdict

INTRODUCTION = "structure.introduction"
HEADING = "structure.heading"
_LONGEST_HEADING = 15
"""Words: what is longer is text that only looks like a heading."""
_LONGEST_INTRODUCTION = 25
_MOSTLY_LINK = 0.9


def names_above_biographies(described: Sequence[Described], verdicts: Mapping[int, Verdict]) -> Iterator[int]:
    """Give the names that no rule names, right above notes about an author that begin with them."""
    for row, below in pairwise(described):
        own, verdict = verdicts.get(row.index), verdicts.get(below.index)
        unsure = own is None or own.rule == CLASSIFIER
        about = verdict is not None and verdict.rule == BIOGRAPHY
        if unsure and about and below.block.text.startswith(row.block.text):
            yield row.index


def last_introduction(described: Sequence[Described], verdicts: Mapping[int, Verdict]) -> Iterator[int]:
    """Give the last line where it ends with a colon, right above removed links: it was their heading."""
    kept = [place for place, row in enumerate(described) if row.index not in verdicts]
    if not kept[1:]:
        return
    last = described[kept[-1]]
    gone = (
        row.block for row in described[kept[-1] + 1 :] if not verdicts[row.index].rule.endswith(".heading")
    )
    below = next(gone, None)
    if (
        last.block.text[-1] in ":："
        and last.size_in_words <= _LONGEST_INTRODUCTION
        and below is not None
        and below.link_chars >= _MOSTLY_LINK * below.chars
    ):
        yield last.index


def empty_headings(
    body: Body, described: Sequence[Described], verdicts: Mapping[int, Verdict]
) -> Iterator[int]:
    """Give the headings that nothing kept stands below: they are of something that was removed."""
    gone = {*verdicts, *(cut.position for cut in body.walk.cuts)}
    level, following = "", body.last
    for row in reversed(described):
        tag = row.block.tag
        if row.index in verdicts:
            continue
        if tag[0] != "h" or row.size_in_words > _LONGEST_HEADING:
            level, following = "", row.index
        elif following == body.last or (level and level <= tag and _any_between(row.index, following, gone)):
            yield row.index
            gone.add(row.index)
        else:
            level, following = tag, row.index


def _any_between(index: int, following: int, gone: set[int]) -> bool:
    """Tell whether something was removed, or cut in the walk, between two blocks."""
    return any(place in gone for place in range(index + 1, following + 1))
