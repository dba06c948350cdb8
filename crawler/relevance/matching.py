"""Where a text names a series: every name once, the longest first, with the words around it."""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from archive.models import Mention, Series
from crawler.relevance.spelling import fold, fold_kana, patterns

PASSAGE = 80
"""Characters that a passage shows on either side of the name."""
EXCLUDED = "excluded"
"""The kind of a longer name that holds one of the series' names, and is something else."""


class Field:
    """The text of one part of an article: as written, and folded."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)

    def passage(self, start: int, end: int) -> str:
        """Give the words around a span of the folded text, as they are written in the original."""
        before = self.folded.rfind("\n", 0, start) + 1
        line = self.text.split("\n")[self.folded.count("\n", 0, start)]
        first, last = _original_span(line, start - before, end - before)
        left, right = max(first - PASSAGE, 0), min(last + PASSAGE, len(line))
        if left:
            space = line.find(" ", left, first)
            left = space + 1 if space >= 0 else left
        if right < len(line):
            space = line.rfind(" ", last, right)
            right = space if space >= 0 else right
        cut = line[left:right].strip()
        return ("… " if left else "") + cut + (" …" if right < len(line) else "")


def _original_span(line: str, start: int, end: int) -> tuple[int, int]:
    """Give the span of ``line`` that became ``fold(line)[start:end]``; folding keeps the order."""
    positions = range(len(line) + 1)

    def folded_length(position: int) -> int:
        return len(fold(line[:position]))

    first = bisect.bisect_right(positions, start, key=folded_length) - 1
    reached = bisect.bisect_left(positions, end, key=folded_length)
    with_marks = bisect.bisect_right(positions, end, key=folded_length) - 1
    return first, max(reached, with_marks)


@dataclass(frozen=True)
class Matcher:
    """Finds the names of one series, the longest first: an alias inside the name is not counted again."""

    series: Series
    names: tuple[tuple[str, str], ...]
    """Name and kind, by the number of the pattern's group."""
    pattern: re.Pattern[str]

    def mentions(self, field_name: str, field: Field) -> Iterator[Mention]:
        """Give one mention for each name that stands in the field."""
        first: dict[tuple[str, str], re.Match[str]] = {}
        counts: dict[tuple[str, str], int] = {}
        text = fold_kana(field.folded) if self.series.fold_kana else field.folded
        for found in self.pattern.finditer(text):
            named = self.names[(found.lastindex or 1) - 1]
            if named[1] != EXCLUDED:
                first.setdefault(named, found)
                counts[named] = counts.get(named, 0) + 1
        for (name, kind), count in counts.items():
            passage = field.passage(*first[name, kind].span())
            if field_name == "tags":
                passage = passage.removeprefix("#")
            yield Mention(self.series.name, name, kind, field_name, count, passage)


@lru_cache(maxsize=256)
def matcher_of(series: Series) -> Matcher:
    """Give the matcher of a series; a name of several kinds counts as the first of them."""
    kinds = {
        **dict.fromkeys(series.studios, "studio"),
        **dict.fromkeys(series.people, "person"),
        **dict.fromkeys(series.aliases, "alias"),
        **dict.fromkeys(series.ambiguous, "ambiguous"),
        series.name: "ambiguous" if series.name in series.ambiguous else "name",
        **dict.fromkeys(series.excluded, EXCLUDED),
    }
    alternatives = []
    for name in sorted(kinds, key=lambda name: (-len(fold(name)), name != series.name, name)):
        folded = fold_kana(fold(name)) if series.fold_kana else fold(name)
        alternatives += [((name, kinds[name]), pattern) for pattern in patterns(folded)]
    # An empty group at the end of each alternative says which one was found; ahead of it, it would keep the
    # regular expression from skipping to the letters that a name can begin with.
    pattern = "|".join(f"{pattern}()" for _, pattern in alternatives) or r"(?!)"
    return Matcher(series, tuple(name for name, _ in alternatives), re.compile(pattern))
