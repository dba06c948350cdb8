"""Never worse: is what was read now fit to replace what an article has?"""

import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive.models import Access, HeldReason
from archive.revisions import Content, is_same_text
from archive.tokens import count_words, index_text
from archive.urls import page_key

_PHRASES = Path(__file__).with_name("failure_pages.toml")
_SHRUNKEN = 1 / 3
"""A text that keeps fewer of its words than this is a failed page, not an edit."""
_SHORT = 250
"""Words up to which the text of a page can be that of a failure; what a template adds to it included."""
_BEGINNING = 1_000
"""Characters of a text in which it says what the page is."""
_SAME_TITLE = 1 / 2
"""Two headlines that share this part of the shorter one's words are of one article."""

_STRICTNESS = {
    Access.UNKNOWN: 0,
    Access.FREE: 0,
    Access.METERED: 1,
    Access.REGISTRATION: 2,
    Access.PAYWALLED: 3,
}


@dataclass(frozen=True, slots=True)
class Worse:
    """Why something must not replace what an article has."""

    reason: HeldReason
    explanation: str
    """One line for people."""


def why_worse(old: Content, new: Content) -> Worse | None:
    """Say why a new content must not replace a kept one; None when it may."""
    if old.text == new.text and _STRICTNESS[new.access] <= _STRICTNESS[old.access]:
        return None
    before, after = count_words(old.text), count_words(new.text)
    if not before:
        return None if after else Worse(HeldReason.EMPTY, "the page has no text now")
    if after and is_same_text(old.text, new.text):
        return _why_less(old, new, before, after)
    if failure := _failure(new, after):
        return failure
    if not after:
        return Worse(HeldReason.EMPTY, "the page has no text now")
    if less := _why_less(old, new, before, after):
        return less
    if not _same_title(old.title, new.title):
        return Worse(HeldReason.OTHER_ARTICLE, f'it is about something else now: "{new.title}"')
    return None


def why_no_part(known: Content, earlier: Content) -> Worse | None:
    """Say why something is not what an article said earlier; None when it is, if only its first lines."""
    words = count_words(earlier.text)
    if known.text == earlier.text or (words and is_same_text(known.text, earlier.text)):
        return None
    if failure := _failure(earlier, words):
        return failure
    if not words:
        return Worse(HeldReason.EMPTY, "the page had no text then")
    if not _same_title(known.title, earlier.title):
        return Worse(HeldReason.OTHER_ARTICLE, f'it was about something else then: "{earlier.title}"')
    return None


def leads_up(url: str, target: str) -> bool:
    """Tell whether a redirect goes to a front page, or to a section that the page is in: it is not there."""
    asked, answered = page_key(url), page_key(target)
    return asked != answered and ("/" not in answered or asked.startswith(f"{answered}/"))


def _why_less(old: Content, new: Content, before: int, after: int) -> Worse | None:
    if _STRICTNESS[new.access] > _STRICTNESS[old.access] and after < before:
        return Worse(
            HeldReason.PAYWALL,
            f"access went from {old.access} to {new.access} and the text from {before} to {after} words",
        )
    if after < before * _SHRUNKEN:
        return Worse(HeldReason.SHRUNK, f"the text shrank from {before} to {after} words")
    return None


def _same_title(one: str, other: str) -> bool:
    first, second = (set((index_text(title) or "").casefold().split()) for title in (one, other))
    return len(first & second) >= min(len(first), len(second)) * _SAME_TITLE


def _failure(new: Content, words: int) -> Worse | None:
    """Say what kind of failure a page tells of; None when it tells of none."""
    title, beginning = _fold(new.title), _fold(new.text[:_BEGINNING])
    for failure, in_title, in_text in _failures():
        if any(phrase in title for phrase in in_title):
            return Worse(failure.reason, f'{failure.explanation}: "{new.title}"')
        if words <= _SHORT and (found := next((said for said in in_text if said in beginning), None)):
            return Worse(failure.reason, f'{failure.explanation}: "{found}"')
    return None


@cache
def _failures() -> Sequence[tuple[Worse, Sequence[str], Sequence[str]]]:
    tables = tomllib.loads(_PHRASES.read_text(encoding="utf-8"))
    return [
        (
            Worse(HeldReason(reason), table["explanation"]),
            [_fold(phrase) for phrase in table["title"]],
            [_fold(phrase) for phrase in table["text"]],
        )
        for reason, table in tables.items()
    ]


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())
