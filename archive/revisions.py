"""Did the content of an article change, how, how much, and who changed it.

Content is what `Content` holds. White space does not count. A new time of modification alone is no change:
publishers touch it without an edit, so it is only noted. What surrounds the content (image, tags, language,
HTML) makes no revision either.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from archive.diffs import TextDiff, diff_texts
from archive.models import Access, Extraction, RevisionKind
from archive.times import to_utc
from archive.tokens import index_text

_SAME = 1 / 2
"""Two texts that share this part of the shorter one's runs of words are one article."""

_RUN = 3


@dataclass(frozen=True, slots=True)
class Content:
    """What an article says: two that are equal here, but for white space, are the same revision."""

    title: str
    standfirst: str | None
    text: str
    authors: tuple[str, ...]
    published: str | None
    modified: str | None
    access: Access
    text_complete: bool

    @classmethod
    def of(cls, extraction: Extraction) -> Self:
        """Give the content of an extraction; its URL stands for a missing title."""
        values = {name: getattr(extraction, name) for name in _FIELDS}
        return cls(**{**values, "title": extraction.title or extraction.url})

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """Give the content of a row of ``revisions``, its JSON read."""
        values = {name: row[name] for name in _FIELDS}
        return cls(
            **{
                **values,
                "authors": tuple(row["authors"]),
                "access": Access(row["access"]),
                "text_complete": bool(row["text_complete"]),
            }
        )


_FIELDS = tuple(field.name for field in fields(Content))


def changed_fields(old: Content, new: Content) -> tuple[str, ...]:
    """Name the fields that differ, in the order of `Content`; none when only ``modified`` does."""
    names = tuple(
        name for name in _FIELDS if _plain(name, getattr(old, name)) != _plain(name, getattr(new, name))
    )
    return () if names == ("modified",) else names


def revision_kind(*, same_rules: bool, same_capture: bool) -> RevisionKind:
    """Say who changed an article: our rules did when they are others and the page is the very same.

    Where both are others, the stored page is read again with the new rules first (`Writer.reread`), so that
    what is left is the publisher's.
    """
    return RevisionKind.RULES if same_capture and not same_rules else RevisionKind.PUBLISHER


def measure(old: Content, new: Content) -> TextDiff:
    """Say how much of what people read (headline, standfirst, text) differs."""
    return diff_texts(
        *("\n\n".join(filter(None, (one.title, one.standfirst, one.text))) for one in (old, new))
    )


def is_same_text(one: str, other: str) -> bool:
    """Say if two texts are one article: shared runs of three words, or of CJK characters."""
    first, second = _runs(one), _runs(other)
    shorter = min(len(first), len(second))
    return shorter > 0 and len(first & second) >= shorter * _SAME


def _plain(name: str, value: Any) -> Any:
    if name in {"published", "modified"}:
        return to_utc(value) or value
    return " ".join(value.split()) if isinstance(value, str) else value


def _runs(text: str) -> set[tuple[str, ...]]:
    words = (index_text(text) or "").casefold().split()
    return (
        {tuple(words[place : place + _RUN]) for place in range(max(1, len(words) - _RUN + 1))}
        if words
        else set()
    )
