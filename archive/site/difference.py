"""The difference between two texts as people read it: what changed, and what stayed folded away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_LONG = 900
"""Characters that stayed, from which they are folded."""
_LEAST, _CONTEXT = 40, 250
"""Characters of them, at least and at most, that are left beside a change."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text that was added, was removed, or stayed the same."""

    change: str
    text: str
    folded: bool = False


def fold_unchanged(pieces: Iterable[Mapping[str, str]]) -> list[Stretch]:
    """Give a difference with most of what stayed to be folded, cut between paragraphs where it can be.

    Args:
        pieces: As `archive.diffs.TextDiff.to_dict` has them.
    """
    every = list(pieces)
    found: list[Stretch] = []
    for place, piece in enumerate(every):
        change, text = piece["change"], piece["text"]
        if change != "same":
            found += _without_breaks(change, text)
            continue
        if len(text) < _LONG:
            found.append(Stretch(change, text))
            continue
        start = _cut_after(text) if place else 0
        end = _cut_before(text) if place < len(every) - 1 else len(text)
        parts = (text[:start], False), (text[start:end], True), (text[end:], False)
        found += [Stretch(change, part, folded) for part, folded in parts if part]
    return found


def _without_breaks(change: str, text: str) -> Iterator[Stretch]:
    """Give a change without the line breaks around it: there is nothing to see on them."""
    words = text.strip("\n")
    start = text.find(words) if words else len(text)
    for kind, part in ("same", text[:start]), (change, words), ("same", text[start + len(words) :]):
        if part:
            yield Stretch(kind, part)


def _cut_after(text: str) -> int:
    places = text.rfind("\n", _LEAST, _CONTEXT), text.rfind(" ", _LEAST, _CONTEXT)
    return next((place + 1 for place in places if place >= 0), _CONTEXT)


def _cut_before(text: str) -> int:
    begin, end = len(text) - _CONTEXT, len(text) - _LEAST
    places = text.find("\n", begin, end), text.find(" ", begin, end)
    return next((place + 1 for place in places if place >= 0), begin)
