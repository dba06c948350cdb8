"""How an article changed: its revisions, and what differs between any two of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from archive.database import Archive
from archive.diffs import TextDiff, diff_texts
from archive.errors import ArchiveError
from archive.identity import find_article
from archive.models import RevisionKind
from archive.revisions import Content, changed_fields

_WRITTEN = ("title", "standfirst", "text")
"""What people read; the other fields are facts."""


_FACTS = ("number", "kind", "seen_at", "changed", "words_added", "words_removed", "share_changed")
COLUMNS = ", ".join([*_FACTS, *(field.name for field in fields(Content))])
"""Of the table of revisions: what a `Revision` is made of."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision, with what it changed and how much."""

    number: int
    kind: RevisionKind
    seen_at: str
    changed: tuple[str, ...]
    words_added: int | None
    words_removed: int | None
    share_changed: float | None
    content: Content

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """Give the revision of a row with the `COLUMNS`."""
        return cls(
            row["number"],
            RevisionKind(row["kind"]),
            row["seen_at"],
            tuple(json.loads(row["changed"])),
            row["words_added"],
            row["words_removed"],
            row["share_changed"],
            Content.of_row({**row, "authors": json.loads(row["authors"])}),
        )

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON, without its content."""
        return {
            "number": self.number,
            "kind": str(self.kind),
            "seen_at": self.seen_at,
            "changed": list(self.changed),
            "words_added": self.words_added,
            "words_removed": self.words_removed,
            "share_changed": self.share_changed,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two revisions of an article."""

    url: str
    before: Revision
    after: Revision
    facts: Mapping[str, tuple[Any, Any]]
    """Fields that are no text (authors, dates, access): before and after."""
    texts: Mapping[str, TextDiff]
    """Fields that are text (title, standfirst, text), word by word."""

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return {
            "url": self.url,
            "from": self.before.to_dict(),
            "to": self.after.to_dict(),
            "facts": {name: {"from": old, "to": new} for name, (old, new) in self.facts.items()},
            "texts": {name: diff.to_dict() for name, diff in self.texts.items()},
        }


def compare(
    db: Archive, url: str, from_number: int | None = None, to_number: int | None = None
) -> Difference:
    """Compare two revisions of the article that a URL leads to.

    Args:
        db: The archive.
        url: Any that led to it.
        from_number: The older revision; by default the one before the other.
        to_number: The newer one; by default the one that the article shows.

    Raises:
        ArchiveError: There is no such article or revision, or only one.
    """
    article_id = find_article(db, url)
    if article_id is None:
        raise ArchiveError(f"{url} leads to no article in {db.path}.")
    history = {revision.number: revision for revision in revisions(db, article_id)}
    newest = max(history)
    to_number = to_number or newest
    from_number = from_number or to_number - 1
    for number in (from_number, to_number):
        if number not in history:
            raise ArchiveError(
                f"{url} has no revision {number}: "
                + ("there is only the first one." if newest == 1 else f"there are 1 to {newest}.")
            )
    return Difference(
        url,
        history[from_number],
        history[to_number],
        *differences(history[from_number].content, history[to_number].content),
    )


def revisions(db: Archive, article_id: int) -> list[Revision]:
    """Give the revisions of an article, the oldest first."""
    rows = db.rows(f"SELECT {COLUMNS} FROM revisions WHERE article_id = ? ORDER BY number", [article_id])  # noqa: S608
    return [Revision.of_row(row) for row in rows]


def differences(before: Content, after: Content) -> tuple[dict[str, tuple[Any, Any]], dict[str, TextDiff]]:
    """Give the facts and the texts that differ between two contents; white space does not count."""
    changed = changed_fields(before, after)
    facts = {
        name: tuple(_plain(getattr(content, name)) for content in (before, after))
        for name in changed
        if name not in _WRITTEN
    }
    texts = {
        name: diff_texts(getattr(before, name) or "", getattr(after, name) or "")
        for name in changed
        if name in _WRITTEN
    }
    return {name: (old, new) for name, (old, new) in facts.items()}, texts


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
