"""Where a text says what was looked for, and the passage of it that shows that best.

SQLite's own ``snippet()`` would show the text as the index holds it, with a space around every CJK character.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from archive.query import Words
from archive.tokens import CJK, index_text

Marks = tuple[tuple[int, int], ...]

_WIDTH = 240
_BEFORE = 60
_ELLIPSIS = "…"
_PARAGRAPH = re.compile(r"\S[^\n]*")
_TOKEN = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_CLUSTER = re.compile("(?s).[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
"""A character with the marks that NFKC joins with it."""
_LETTER = rf"[^\W_{CJK}]"
"""Of a word in a script that has words."""
_ANY_LETTER = r"[^\W_]"
"""The same in a text without `CJK`: the other takes 2 ms to compile each time that it stands in a pattern."""
_PERHAPS_CJK = re.compile("[\u1100-\u1fff\u2e80-\U0010ffff]")
"""What may be `CJK` after NFKC."""


def find_marks(text: str, words: Sequence[Words]) -> Marks:
    """Give start and end of every place that says one of the words, in order; they do not overlap."""
    pattern = _pattern(tuple(words), _letter_in(text))
    if not pattern:
        return ()
    folded, places = _fold_with_places(text)
    return tuple((places[found.start()], places[found.end()]) for found in pattern.finditer(folded))


def cut_snippet(text: str, words: Sequence[Words]) -> tuple[str, Marks]:
    """Give the passage that says most of the words, or else the beginning, with its marks."""
    paragraphs = list(_PARAGRAPH.finditer(text))
    if not paragraphs:
        return "", ()
    letter = _letter_in(text)
    patterns = [pattern for one in words if (pattern := _pattern((one,), letter))]

    def said(paragraph: re.Match[str]) -> int:
        folded = _fold(paragraph[0])
        return sum(1 for pattern in patterns if pattern.search(folded))

    best = max(paragraphs, key=said)[0]
    marks = find_marks(best, words)
    start = _word_start(best, max(0, marks[0][0] - _BEFORE) if marks else 0)
    end = _word_end(best, start + _WIDTH)
    before, after = (_ELLIPSIS if start else ""), (_ELLIPSIS if end < len(best) else "")
    shift = len(before) - start
    shown = tuple((begin + shift, stop + shift) for begin, stop in marks if start <= begin and stop <= end)
    return f"{before}{best[start:end]}{after}", shown


def _letter_in(text: str) -> str:
    return _ANY_LETTER if text.isascii() or not _PERHAPS_CJK.search(text) else _LETTER


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place, place + _BEFORE // 2) if place else -1
    return space + 1 if space >= 0 else place


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - _BEFORE // 2, place)
    return space if space >= 0 else place


@lru_cache(maxsize=128)
def _pattern(words: tuple[Words, ...], letter: str) -> re.Pattern[str] | None:
    patterns = [pattern for one in words if (pattern := _words_pattern(one, letter))]
    return re.compile("|".join(patterns)) if patterns else None


def _words_pattern(words: Words, letter: str) -> str:
    tokens = _TOKEN.findall(index_text(_fold(words.text)) or "")
    if not tokens:
        return ""
    joined = "".join(_joined(tokens))
    start = f"(?<!{letter})" if _has_letters(tokens[0][0]) else ""
    end = f"{letter}*" if words.prefix else f"(?!{letter})" if _has_letters(tokens[-1][-1]) else ""
    return start + joined + end


def _joined(tokens: Iterable[str]) -> Iterator[str]:
    last = ""
    for token in tokens:
        if last:
            yield r"[\W_]+" if _has_letters(last[-1]) and _has_letters(token[0]) else r"[\W_]*"
        yield re.escape(token)
        last = token


def _has_letters(character: str) -> bool:
    return bool(re.match(_LETTER, character))


def _fold(text: str) -> str:
    """Give the text as the index compares it: NFKC, without case and accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", folded))


def _fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """Give the folded text, and for each of its characters, and its end, the place in the text."""
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    parts: list[str] = []
    places: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        part = _fold(cluster[0])
        parts.append(part)
        places.extend([cluster.start()] * len(part))
    return "".join(parts), [*places, len(text)]
