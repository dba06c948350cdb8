"""Diffs for people: in colour on a terminal, with brackets elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from archive.diffs import Change, Piece, TextDiff
from archive.history import Difference

_STYLES = {Change.SAME: "", Change.REMOVED: "red strike", Change.ADDED: "green"}
_BRACKETS = {Change.SAME: ("", ""), Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}")}
_WHO = {"publisher": "by the publisher", "rules": "by our rules", "first": "first seen"}


def show_difference(console: Console, difference: Difference) -> None:
    """Print what differs between two revisions."""
    before, after = difference.before, difference.after
    console.print(Text(difference.url, "bold"))
    console.print(
        f"Revision {before.number} ({before.seen_at}) to {after.number} ({after.seen_at}), "
        f"{_WHO[after.kind]}",
        markup=False,
    )
    if not difference.facts and not difference.texts:
        console.print("They say the same.")
    show_changes(console, difference.facts, difference.texts)


def show_changes(
    console: Console, facts: Mapping[str, tuple[Any, Any]], texts: Mapping[str, TextDiff]
) -> None:
    """Print the fields that differ."""
    for name, (old, new) in facts.items():
        pieces = [Piece(Change.REMOVED, _said(old)), Piece(Change.ADDED, _said(new))]
        console.print(Text(f"{name}: ", "bold").append_text(_render(console, pieces)))
    for name, diff in texts.items():
        told = f"+{diff.words_added} -{diff.words_removed} words, {diff.share:.1%}"
        console.print(Text(f"{name} ({told})", "bold"))
        for passage in diff.passages():
            console.print(_render(console, passage))


def _render(console: Console, pieces: Sequence[Piece]) -> Text:
    text = Text()
    for piece in pieces:
        if console.color_system:
            text.append(piece.text, _STYLES[piece.change])
        else:
            start, end = _BRACKETS[piece.change]
            text.append(f"{start}{piece.text}{end}")
    return text


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)
