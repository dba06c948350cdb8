"""What differs between two texts, word by word, in every script.

Words are words; Chinese characters are words of their own, runs of katakana and of hiragana are one each, and
what is written without spaces otherwise (Thai, Lao, Burmese, Khmer) is compared letter by letter. Whatever
the script, what two changes leave between them that is no word is shown as changed with them, so that a diff
reads as phrases.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from rapidfuzz.distance import LCSseq

from archive.tokens import count_words

_LARGEST = 200_000_000
"""Product of the lengths of two sequences up to which they are compared whole: 25 MB, a fifth of a second."""

_COMMON = 0.3
"""Two passages that share fewer of their words are not one that was edited: one went, another came."""
_PASSAGE = 15
"""Words from which that can be told."""

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_MARKS = "".join(
    character
    for start, end in ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800))
    for character in map(chr, range(start, end))
    if unicodedata.category(character).startswith("M")
)
_JOINED = f"\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff{_MARKS}"
_KANA = "\u3041-\u30ff\u31f0-\u31ff"
_TOKEN = re.compile(
    rf"""\s+
      | [{_HAN}{_UNSPACED}][{_JOINED}]*
      | [\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]+ | [\u3041-\u309f]+
      | (?:(?![{_HAN}{_UNSPACED}{_KANA}])[\w{_JOINED}])+
        (?:(?:['’]|(?<=\d)[.,](?=\d))(?:(?![{_HAN}{_UNSPACED}{_KANA}])[\w{_JOINED}])+)*
      | .[{_JOINED}]*""",
    re.VERBOSE | re.DOTALL,
)


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that was left, removed or added as a whole."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class TextDiff:
    """How one text becomes another: without what was added it is the old one, without the removed the new."""

    pieces: tuple[Piece, ...]
    words_added: int
    words_removed: int
    share: float
    """Of the words of both texts, the part that was added or removed: from 0 to 1."""

    @property
    def old(self) -> str:
        """The text before."""
        return "".join(piece.text for piece in self.pieces if piece.change is not Change.ADDED)

    @property
    def new(self) -> str:
        """The text after."""
        return "".join(piece.text for piece in self.pieces if piece.change is not Change.REMOVED)

    def passages(self, context: int = 80) -> tuple[tuple[Piece, ...], ...]:
        """Give the changes with so many characters around them; what lies between is left out, as ``…``."""
        return tuple(_passages(self.pieces, context))

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return {
            "words_added": self.words_added,
            "words_removed": self.words_removed,
            "share": round(self.share, 4),
            "pieces": [{"change": str(piece.change), "text": piece.text} for piece in self.pieces],
        }


def diff_texts(old: str, new: str) -> TextDiff:
    """Compare two texts word by word; paragraph by paragraph first, so that long ones take no longer."""
    pieces = tuple(_join(_smooth(list(_join(_by_lines(old, new))))))
    counts = {
        change: sum(count_words(piece.text) for piece in pieces if piece.change is change)
        for change in Change
    }
    changed = counts[Change.ADDED] + counts[Change.REMOVED]
    total = changed + 2 * counts[Change.SAME]
    share = changed / total if total else float(old != new)
    return TextDiff(pieces, counts[Change.ADDED], counts[Change.REMOVED], share)


def _by_lines(old: str, new: str) -> Iterator[Piece]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for same, one, other in _compare(before, after):
        if same:
            yield Piece(Change.SAME, "".join(one))
        else:
            yield from _by_words("".join(one), "".join(other))


def _by_words(old: str, new: str) -> list[Piece]:
    pieces = [
        piece
        for same, one, other in _compare(_TOKEN.findall(old), _TOKEN.findall(new))
        for piece in (
            [Piece(Change.SAME, "".join(one))]
            if same
            else [Piece(Change.REMOVED, "".join(one)), Piece(Change.ADDED, "".join(other))]
        )
    ]
    common = sum(count_words(piece.text) for piece in pieces if piece.change is Change.SAME)
    shorter = min(count_words(old), count_words(new))
    if shorter >= _PASSAGE and common < _COMMON * shorter:
        return [Piece(Change.REMOVED, old), Piece(Change.ADDED, new)]
    return pieces


def _compare(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Give the runs that two sequences share, and what stands between these, in order.

    By their longest common subsequence (rapidfuzz: Hyyrö's bit-parallel algorithm). Sequences that are too
    long for that are one that went and one that came, but for what they begin and end with.
    """
    start, end = _shared_ends(old, new)
    if start:
        yield True, old[:start], new[:start]
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if left and right and len(left) * len(right) <= _LARGEST:
        numbers: dict[str, int] = {}
        first, second = ([numbers.setdefault(word, len(numbers)) for word in side] for side in (left, right))
        for same, blocks in groupby(LCSseq.opcodes(first, second), lambda code: code.tag == "equal"):
            codes = list(blocks)
            yield (
                same,
                left[codes[0].src_start : codes[-1].src_end],
                right[codes[0].dest_start : codes[-1].dest_end],
            )
    elif left or right:
        yield False, left, right
    if end:
        yield True, old[len(old) - end :], new[len(new) - end :]


def _shared_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _join(pieces: Sequence[Piece] | Iterator[Piece]) -> Iterator[Piece]:
    """Join neighbours of one kind; between two pieces that stayed, what was removed stands first."""
    for same, run in groupby(pieces, lambda piece: piece.change is Change.SAME):
        group = list(run)
        for change in (Change.SAME,) if same else (Change.REMOVED, Change.ADDED):
            if text := "".join(piece.text for piece in group if piece.change is change):
                yield Piece(change, text)


def _smooth(pieces: list[Piece]) -> Iterator[Piece]:
    """Let what stayed between two changes go with them, where it is no word, or only a letter of one."""
    for place, piece in enumerate(pieces):
        inside = 0 < place < len(pieces) - 1
        if piece.change is Change.SAME and inside and _is_scrap(piece.text):
            yield Piece(Change.REMOVED, piece.text)
            yield Piece(Change.ADDED, piece.text)
        else:
            yield piece


def _is_scrap(text: str) -> bool:
    if "\n" in text:
        return False
    letters = [character for character in text if character.isalnum()]
    return not letters or (len(letters) == 1 and ord(letters[0]) > 0x0E00 and len(text) == 1)


def _passages(pieces: Sequence[Piece], context: int) -> Iterator[tuple[Piece, ...]]:
    passage: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.change is not Change.SAME or (
            len(piece.text) <= 2 * context + 1 and 0 < place < len(pieces) - 1
        ):
            passage.append(piece)
        else:
            if passage:
                yield (*passage, Piece(Change.SAME, _cut_end(piece.text, context)))
            passage = [Piece(Change.SAME, _cut_start(piece.text, context))]
    if any(piece.change is not Change.SAME for piece in passage):
        yield tuple(passage)


def _cut_end(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length].rstrip()} …"


def _cut_start(text: str, length: int) -> str:
    return text if len(text) <= length else f"… {text[-length:].lstrip()}"
