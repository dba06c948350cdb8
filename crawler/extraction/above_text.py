"""What stands between the headline and the text: dates, labels, names, and the standfirst."""

from collections.abc import Iterator, Mapping, Sequence

from crawler.extraction.blocks import SENTENCE_ENDS
from crawler.extraction.datelines import is_dateline
from crawler.extraction.features import Described
from crawler.extraction.quoted_posts import FAMILY as QUOTED
from crawler.extraction.verdicts import Verdict

HEAD = "structure.head"
_SURROUNDINGS = frozenset({"credits", "authors", "structure"})
"""The families of what stands around the headline: a byline, the credit of an image, a date."""
_LONG, _SHORT = 40, 4
"""Words: a line of more than the first is text, and one of more than the second where a sentence ends."""
_LABEL = 6
"""Words; what is longer is the standfirst, which readers see as the beginning of the article."""


def begins_text(row: Described) -> bool:
    """Tell whether a block is the first paragraph or behind it: a sentence, or a long line."""
    words = row.size_in_words
    return words > _LONG or (words > _SHORT and row.block.text[-1] in SENTENCE_ENDS)


def find_datelines(
    described: Sequence[Described], verdicts: Mapping[int, Verdict], days: Sequence[str]
) -> Iterator[int]:
    """Give the kept lines above the text that say no more than when the article was published or changed."""
    for row in described:
        if row.index in verdicts:
            continue
        if is_dateline(row.block.text, days):
            yield row.index
        elif begins_text(row):
            return


def find_labels(described: Sequence[Described], verdicts: Mapping[int, Verdict]) -> Iterator[int]:
    """Give the short lines above a byline or an image credit that stands above the text."""
    return (row.index for row in _head(described, verdicts) if row.size_in_words <= _LABEL)


def printed_standfirst(described: Sequence[Described], verdicts: Mapping[int, Verdict]) -> str | None:
    """Give a kept line between the headline and a byline or picture, in which no sentence ends."""
    lines = (row.block.text for row in _head(described, verdicts) if row.index not in verdicts)
    return next(lines, None)


def _head(described: Sequence[Described], verdicts: Mapping[int, Verdict]) -> list[Described]:
    """Give the kept lines above the last byline or image credit above the text, without items."""
    found: list[Described] = []
    lines: list[Described] = []
    for row in described:
        if row.index in verdicts:
            if verdicts[row.index].family == QUOTED:
                break
            if verdicts[row.index].family in _SURROUNDINGS:
                found += lines
                lines = []
        elif begins_text(row):
            break
        elif "li" not in dict(row.block.path):
            lines.append(row)
    return found
