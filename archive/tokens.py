"""Text as the full-text index holds it: words, or pairs of characters where a script has no words.

SQLite's ``unicode61`` tokenizer takes a run of letters as one word, so in Japanese, Chinese and Korean it
finds nothing. Here the index gets every two characters that follow each other as a word, between the first
one and the last (3話では: 3, 話, 話で, では, は), and a query becomes the phrase of its pairs: any substring
that people type is found. Pairs are rare where characters are frequent, so that a name of frequent characters
is found as fast as any word. Behind a text stands each of its characters alone: a single one is found, too.

What must be found exactly (the source, the language, the access, what found it, the date) stands in the
index as words that begin with a character of Unicode's private use area: no text has them, for `search_text`
removes it.
"""

import json
import re
import unicodedata
from operator import add

CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U000323af"
)
"""Inside of a regular expression's ``[...]``: letters that are words by themselves, after NFKC."""

SOURCE, LANGUAGE, ACCESS, DATE, EVERY, FOUND = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"
"""How the words begin that stand for the facts of an article; `EVERY` is the word that every article has."""
_BEHIND = "\ue006"
"""What stands between a text and its single characters, so that no phrase goes from the one to the others."""

_PRIVATE = re.compile("[\0\ue000-\ue006]")
_CJK_CHARACTER, _CJK_CHARACTERS = re.compile(f"([{CJK}])"), re.compile(f"[{CJK}]+")
_RUN = re.compile(rf"[{CJK}](?:[\W_]*[{CJK}])*")
"""Characters that follow each other, whatever stands between them that is no letter: メタリック・ルージュ."""
_LETTER, _NO_LETTER = re.compile(r"[^\W_]"), re.compile(r"[\W_]+")
_DATED = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SHAPE = bytes(ord(" " if chr(one).isspace() else "x") for one in range(128)).ljust(256)
"""For `bytes.translate`: the shape of ASCII text tells its words, and no list of them is made."""
_DECADES = (189, 210)
"""The first and the last that are told apart; whatever is older or newer counts as them."""


def index_text(text: str | None) -> str | None:
    """Give the text word by word: NFKC, and a space around every CJK character."""
    if text is None or text.isascii():
        return text
    return " ".join(_CJK_CHARACTER.split(unicodedata.normalize("NFKC", text)))


def count_words(text: str) -> int:
    """Count words; a CJK character is one, as in word processors."""
    if text.isascii():
        shape = text.encode().translate(_SHAPE)
        return shape.count(b" x") + shape.startswith(b"x")
    plain = unicodedata.normalize("NFKC", text)
    rest, runs = _CJK_CHARACTERS.subn(" ", plain)
    return len(plain) - len(rest) + runs + len(rest.split())


def search_text(text: str | None) -> str | None:
    """Give the text as the index holds it: NFKC, CJK characters in pairs; behind it, each of them alone."""
    if text is None or text.isascii():
        return text
    alone: set[str] = set()

    def spaced(run: re.Match[str]) -> str:
        characters = _letters(run[0])
        alone.update(characters)
        return _words(characters)

    indexed = _RUN.sub(spaced, _public(text))
    return f"{indexed} {_BEHIND} {' '.join(sorted(alone))}" if alone else indexed


def phrase(words: str, *, prefix: bool = False) -> str | None:
    """Give the FTS5 expression that finds these words, or CJK characters, side by side; None for no word.

    Args:
        words: What people type.
        prefix: The last word may go on; CJK characters always may.
    """
    plain = _public(words).replace('"', " ")
    if not any(character.isalnum() for character in plain):
        return None

    def spaced(run: re.Match[str]) -> str:
        before, after = _LETTER.search(plain, 0, run.start()), _LETTER.search(plain, run.end())
        return _words(_letters(run[0]), first=bool(before), last=bool(after))

    goes_on = prefix and not _CJK_CHARACTER.match(_letters(plain)[-1])
    return f'"{" ".join(_RUN.sub(spaced, plain).split())}"{" *" if goes_on else ""}'


def facts(source: str, language: str | None, access: str, dated: str, found_by: str) -> str:
    """Give the words that stand for the facts of an article.

    Args:
        source: Its name.
        language: As of the article.
        access: As of the article.
        dated: When it counts as published, UTC; its day counts.
        found_by: The kinds of the discoveries that name it, a JSON list.
    """
    words = [EVERY, source_word(source), ACCESS + access, *map(found_word, json.loads(found_by))]
    if language:
        words.append(LANGUAGE + _PRIVATE.sub(" ", language))
    if stated := _DATED.match(dated):
        year, month, day = stated.groups()
        decade = min(max(int(year) // 10, _DECADES[0]), _DECADES[1])
        words += (f"{DATE}{decade}", DATE + year, DATE + year + month, DATE + year + month + day)
    return " ".join(words)


def source_word(name: str) -> str:
    """Give the word that stands for a source, however its name is punctuated."""
    return SOURCE + _plain(name)


def found_word(kind: str) -> str:
    """Give the word that stands for a kind of discovery, ``common crawl`` however it is spelled."""
    return FOUND + _plain(kind).lower()


def since(date: str) -> list[str]:
    """Give the words one of which every article of a date or later has.

    Args:
        date: Like 2024, 2024-05 or 2024-05-31.
    """
    year, month, day = _parts(date)
    if year // 10 < _DECADES[0]:
        return [f"{DATE}{decade}" for decade in range(_DECADES[0], _DECADES[1] + 1)]
    return [
        *(f"{DATE}{year:04}{month:02}{one:02}" for one in range(day or 32, 32)),
        *(f"{DATE}{year:04}{one:02}" for one in range(month + bool(day) if month else 13, 13)),
        *(f"{DATE}{one:04}" for one in range(year + bool(month), (year // 10 + 1) * 10)),
        *(f"{DATE}{one}" for one in range(year // 10 + 1, _DECADES[1] + 1)),
    ]


def until(date: str) -> list[str]:
    """Give the words one of which every article before a date has."""
    year, month, day = _parts(date)
    return [
        *(f"{DATE}{year:04}{month:02}{one:02}" for one in range(1, day)),
        *(f"{DATE}{year:04}{one:02}" for one in range(1, month)),
        *(f"{DATE}{one:04}" for one in range(year // 10 * 10, year)),
        *(f"{DATE}{one}" for one in range(_DECADES[0], min(year // 10, _DECADES[1] + 1))),
    ]


def on(date: str) -> str:
    """Give the word that every article of a day, a month or a year has."""
    return DATE + date.replace("-", "")


def _parts(date: str) -> tuple[int, int, int]:
    """Give year, month and day of a date; 0 for what it leaves open."""
    year, month, day = (*map(int, date.split("-")), 0, 0)[:3]
    return year, month, day


def _plain(name: str) -> str:
    return _NO_LETTER.sub("", _public(name))


def _public(text: str) -> str:
    """Give text in NFKC, without the characters that stand for facts."""
    return _PRIVATE.sub(" ", unicodedata.normalize("NFKC", text))


def _letters(run: str) -> str:
    return run if run.isalnum() else _NO_LETTER.sub("", run)


def _words(characters: str, *, first: bool = True, last: bool = True) -> str:
    """Give the words of a run of characters: its pairs, and its ends where they are known to be ends."""
    if len(characters) == 1:
        return f" {characters} "
    pairs = " ".join(map(add, characters, characters[1:]))
    return f" {characters[:first]} {pairs} {characters[-1:] * last} "
