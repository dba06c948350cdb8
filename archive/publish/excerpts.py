"""How much of an article a copy for the public shows, and what an excerpt is."""

import re
from html import escape

from archive.models import Publish
from archive.tokens import CJK

WORDS = 50
"""Of an excerpt at most; a Chinese, Japanese or Korean character counts as one."""
SHARE = 4
"""An excerpt of a text is at most one part of so many of it."""
CHARACTERS = 400
"""Of an excerpt at most, in texts whose words have no end."""

_WORD = re.compile(rf"[{CJK}]|[^\s{CJK}]+")


def amount_shown(publish: str, gone_at: str | None, reserved: str) -> Publish:
    """Give how much of an article may be shown to the public.

    What its publisher took down, and what it reserves, is shown as metadata whatever the source allows.

    Args:
        publish: What its source allows.
        gone_at: When the publisher's site said that it is no more.
        reserved: What the publisher reserves, a JSON list.
    """
    return Publish.METADATA if gone_at or reserved != "[]" else Publish(publish)


def shorten(text: str, words: int = WORDS) -> str:
    """Give the beginning of a text, with an ellipsis where it was cut; whole where it is not longer."""
    end = 0
    for number, word in enumerate(_WORD.finditer(text)):
        if number >= words or word.end() > CHARACTERS:
            return f"{text[:end].rstrip()} …" if end else ""
        end = word.end()
    return text


def excerpt(text: str, words: int) -> str:
    """Give the beginning of an article: at most `WORDS`, and at most one part in `SHARE` of its words."""
    return shorten(text, min(WORDS, words // SHARE))


def as_html(text: str) -> str:
    """Give plain text, whose blocks are separated by an empty line, as paragraphs."""
    return "".join(f"<p>{escape(block)}</p>" for block in text.split("\n\n") if block.strip())
