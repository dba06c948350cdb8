"""Lists, quotes, listings and headings that are the article by where they stand, however short they are."""

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence

from crawler.extraction.blocks import SENTENCE_ENDS
from crawler.extraction.body import Body
from crawler.extraction.features import NAMES, Described, squash
from crawler.extraction.places import Kind, made_alike

_LISTS = frozenset({"ul", "ol"})
_QUOTE = frozenset({"blockquote"})
_STRONG, _WORDS = NAMES.index("strong share"), NAMES.index("words")
_BOLD, _LONGEST_HEADING = 0.9, 14
"""The share of a line that is bold, and its words, if it is a heading."""
_ABOVE_LIST = SENTENCE_ENDS + ":："
"""What the line above a list ends with."""
_MOSTLY = 0.8
"""Of the characters of an item that is only a link."""
_BOTH = 2
_LIST_DEPTH = 3
"""How far an item is below where its list stands."""
_NUMBER = re.compile(r"(?:[第#]\s?)?(\d{1,2})(?!\d|[:.,/-]\d)")
"""Of a subhead: not of a day, a time or a sum."""
_CALLED_HEADING = re.compile(r"\.(?:.*[-_])?(?:h[2-4]|sub-?(?:head|title)(?:ing|line)?|midashi|komidashi)$")


class TextParts:
    """Finds them among the blocks of a body, by the numbers of the blocks."""

    def __init__(
        self, body: Body, described: Sequence[Described], removed: Container[int], unsure: Container[int]
    ) -> None:
        """Take what is known of the blocks.

        Args:
            body: where they stand.
            described: the blocks.
            removed: the numbers of those that are not the article; it may change between two calls.
            unsure: of these, those that no rule names.
        """
        self._body = body
        self._described = described
        self._removed = removed
        self._unsure = unsure

    def lists(self) -> Iterator[int]:
        """Give the items of lists right below a sentence, with text behind them, or below a subhead."""
        sentences = self._sentences()
        homes = self._homes(sentences)
        for first, rows in self._groups(_LISTS):
            above = self._described[first - 1] if first else None
            links = sum(row.block.link_chars > _MOSTLY * row.block.chars for row in rows)
            if above is None or links >= len(rows) / 2 or not self._may_stay(rows):
                continue
            if self._is_kept_line(above, _ABOVE_LIST):
                stays = bool(sentences) and rows[-1].index < sentences[-1]
            else:
                stays = self._is_subhead(above, homes) and self._are_siblings(above, rows[0])
            if stays:
                yield from (row.index for row in rows)

    def _homes(self, sentences: Sequence[int]) -> set[int]:
        """Give the nodes that sentences stand in, as bare text or in an element each."""
        walk = self._body.walk
        own = {walk.blocks[index].node for index in sentences}
        return own | {walk.nodes[node].parent for node in own}

    def _is_subhead(self, row: Described, homes: Container[int]) -> bool:
        """Tell whether a row is a kept heading beside sentences that are kept."""
        heading = row.block.tag[0] == "h" and row.index not in self._removed
        return heading and self._body.walk.nodes[row.block.node].parent in homes

    def quotes(self) -> Iterator[int]:
        """Give the blocks of quotes with text before and behind them.

        What is embedded from elsewhere is marked up as a quote, too: it has a link, or names an account. So
        is what the layout says again in large letters.
        """
        quotes = [rows for _, rows in self._groups(_QUOTE) if any(row.index in self._removed for row in rows)]
        if not quotes:
            return
        sentences, said = self._sentences(), self._said()
        for rows in quotes:
            if (
                sentences
                and sentences[0] < rows[0].index
                and rows[-1].index < sentences[-1]
                and not any(row.block.links or "@" in row.block.text for row in rows)
                and self._may_stay(rows)
                and not any(squash(row.block.text) in said for row in rows if row.index in self._removed)
            ):
                yield from (row.index for row in rows)

    def listings(self) -> Iterator[int]:
        """Give preformatted blocks with text before and behind them: what looks least like a sentence."""
        listings = [row for row in self._described if row.block.tag == "pre"]
        sentences = self._sentences() if listings else []
        for row in listings:
            if (
                sentences
                and sentences[0] < row.index < sentences[-1]
                and not row.block.links
                and self._may_stay([row])
            ):
                yield row.index

    def headings(self) -> Iterator[int]:
        """Give the headings right above kept text that the page's template made like one that is kept.

        One beside the kept paragraph that it heads is enough. Lines in bold are headings, too, and so are
        those that are counted. Of those that are called headings, or are some by their tags, two or more
        within the text are enough.
        """
        kinds: defaultdict[Kind, list[tuple[Described, Described]]] = defaultdict(list)
        below: Described | None = None
        for row in reversed(self._described):
            kept, unsure = row.index not in self._removed, row.index in self._unsure
            heading = row.block.tag[0] == "h" or self._is_called_heading(row)
            looks = heading or _is_bold_line(row) or _is_numbered(row)
            if (kept or unsure) and looks and below and below.block.tag[0] != "h":
                kinds[made_alike(self._body.walk, row.block)].append((row, below))
            if kept or (heading and unsure):
                below = row
        sentences = self._sentences()
        for pairs in kinds.values():
            alike = [row for row, _ in pairs]
            known = (
                any(row.index not in self._removed for row in alike)
                or self._are_subheads(pairs, sentences)
                or _are_counted(alike)
            )
            if known and self._may_stay(alike):
                yield from (row.index for row in alike)
            else:
                yield from (row.index for row, below in pairs if self._heads(row, below))

    def _heads(self, row: Described, below: Described) -> bool:
        """Tell whether a row is a heading, and the kept paragraph right below it stands beside it."""
        heading = row.block.tag[0] == "h" and not row.block.links and row.index in self._unsure
        kept = below.block.weight > 0 and below.index not in self._removed
        return heading and kept and below.index == row.index + 1 and self._are_siblings(row, below)

    def _is_called_heading(self, row: Described) -> bool:
        tokens = self._body.walk.nodes[row.block.node].signal.tokens
        short = row.features[_WORDS] <= _LONGEST_HEADING and row.block.tag in {"p", "div"}
        return short and any(map(_CALLED_HEADING.match, tokens))

    def _are_subheads(self, pairs: Sequence[tuple[Described, Described]], sentences: Sequence[int]) -> bool:
        """Tell whether headings that the trees would remove are in the text, beside what is below each."""
        return (
            len(pairs) >= _BOTH
            and bool(sentences)
            and all(
                sentences[0] < row.index < sentences[-1]
                and self._are_siblings(row, below)
                and not row.block.links
                and not _is_bold_line(row)
                for row, below in pairs
            )
        )

    def _are_siblings(self, heading: Described, text: Described) -> bool:
        """Tell whether what is below a heading stands beside it, as itself or in a list."""
        nodes, box = self._body.walk.nodes, text.block.node
        near = [box]
        while nodes[box].parent >= 0 and len(near) <= _LIST_DEPTH:
            box = nodes[box].parent
            near.append(box)
        return nodes[heading.block.node].parent in near

    def _groups(self, tags: Container[str]) -> Iterator[tuple[int, list[Described]]]:
        """Give the blocks of each outermost element with one of some tags, and the place of the first."""
        groups: dict[tuple[str, int], tuple[int, list[Described]]] = {}
        for place, row in enumerate(self._described):
            step = next((step for step in row.block.path if step[0] in tags), None)
            if step is not None:
                groups.setdefault(step, (place, []))[1].append(row)
        yield from groups.values()

    def _sentences(self) -> list[int]:
        return [row.index for row in self._described if self._is_kept_line(row, SENTENCE_ENDS)]

    def _is_kept_line(self, row: Described, ends: str) -> bool:
        return row.index not in self._removed and row.block.tag[0] != "h" and row.block.text[-1] in ends

    def _said(self) -> str:
        """All that is kept, to be compared with."""
        kept = (row.block.text for row in self._described if row.index not in self._removed)
        return "\n".join(map(squash, kept))

    def _may_stay(self, rows: Sequence[Described]) -> bool:
        """Tell whether neither rules nor class names call any of some blocks furniture."""
        return all(
            (row.index not in self._removed or row.index in self._unsure) and not row.is_named_furniture
            for row in rows
        )


def _is_numbered(row: Described) -> bool:
    short = row.features[_WORDS] <= _LONGEST_HEADING and row.block.text[-1] not in SENTENCE_ENDS
    return short and row.block.tag in {"p", "div"} and not row.block.path and _number(row) is not None


def _are_counted(alike: Sequence[Described]) -> bool:
    """Tell whether lines, the last first, are counted from one on."""
    numbers = [_number(row) for row in reversed(alike)]
    return len(numbers) >= _BOTH and numbers == [*range(1, len(numbers) + 1)]


def _number(row: Described) -> int | None:
    found = _NUMBER.match(row.block.text)
    return int(found[1]) if found and any(map(str.isalpha, row.block.text[found.end() :])) else None


def _is_bold_line(row: Described) -> bool:
    bold = row.features[_STRONG] > _BOLD and row.features[_WORDS] <= _LONGEST_HEADING
    return bold and row.block.tag in {"p", "div"} and not row.block.path
