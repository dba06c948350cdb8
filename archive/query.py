"""The query language of the archive, and its translation to what SQLite's FTS5 understands.

- words, all of which must be there; ``"words side by side"``; ``begin*``
- ``a OR b``; ``NOT a`` or ``-a``; ``AND``, which may be left out and binds tighter than ``OR``; ``( )``
- ``author:stone``: in the authors' names
- ``source:Popverse``, ``lang:ja``, ``access:free``, ``after:2024-02``, ``before:2024-05-01``: conditions,
  wherever they stand, on the whole query. ``after:`` includes the day, month or year that it names,
  ``before:`` does not.

A colon after anything else is a part of the word, so ``Re:Zero`` is what it looks like.
"""

import re
from dataclasses import dataclass, field

from archive.errors import ArchiveError
from archive.models import Access
from archive.text_index import phrase

_LONGEST = 1_000
_MOST = 50
_DEEPEST = 10
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<minus>-(?=[^\s)]))?
        (?:(?P<paren>[()])
          | (?:(?P<field>author|source|lang|access|after|before):(?=\S))?
            (?:"(?P<quoted>[^"]*)"(?P<quoted_prefix>\*?) | (?P<word>[^\s()"]+)))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TYPOGRAPHIC_QUOTES = dict.fromkeys(map(ord, "“”„‟"), '"')
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


class SearchSyntaxError(ArchiveError):
    """A query that cannot be understood; the message says which part, and what is allowed."""

    exit_status = 2


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand side by side, to be found and marked in a text."""

    text: str
    prefix: bool = False
    """The last one may go on."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, understood."""

    match: str | None
    """The FTS5 expression; None when there are only conditions."""
    conditions: tuple[tuple[str, str], ...]
    """SQL on ``articles`` with one parameter each."""
    words: tuple[Words, ...]
    """What a hit says, to be marked."""


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        SearchSyntaxError: It cannot be understood.
    """
    if len(text) > _LONGEST:
        raise SearchSyntaxError(f"The query is longer than {_LONGEST} characters.")
    tokens = _tokens(text.translate(_TYPOGRAPHIC_QUOTES))
    if len(tokens) > _MOST:
        raise SearchSyntaxError(f"The query has more than {_MOST} parts.")
    parser = _Parser(tokens)
    match = parser.either()
    if parser.rest:
        raise SearchSyntaxError("There is a ) without its (.")
    if match is None and not parser.conditions:
        raise SearchSyntaxError("There is nothing to search for.")
    return Query(match, tuple(parser.conditions), tuple(parser.words))


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    field: str | None = None
    negative: bool = False
    quoted: bool = False
    prefix: bool = False

    @property
    def operator(self) -> str | None:
        """AND, OR, NOT or a parenthesis, where it is one."""
        if self.quoted or self.field or self.prefix:
            return None
        words = set() if self.negative else {"AND", "OR", "NOT"}
        return self.text if self.text in words | {"(", ")"} else None


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise SearchSyntaxError(f"There is a quotation mark without its pair: {text[place:]}")
        place = found.end()
        if found["space"]:
            continue
        word = found["paren"] or found["word"] or found["quoted"]
        prefix = bool(found["quoted_prefix"]) or bool(found["word"] and word.endswith("*"))
        tokens.append(
            _Token(
                word.rstrip("*") if found["word"] else word,
                found["field"] and found["field"].lower(),
                bool(found["minus"]),
                found["quoted"] is not None,
                prefix,
            )
        )
    return tokens


@dataclass(slots=True)
class _Parser:
    """Recursive descent; every rule gives an FTS5 expression, or None where there is nothing to look for."""

    rest: list[_Token]
    conditions: list[tuple[str, str]] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    depth: int = 0

    def either(self) -> str | None:
        """Read ``a OR b``."""
        parts = [self.both()]
        while self._next_is("OR"):
            self.rest.pop(0)
            parts.append(self.both())
            if None in parts:
                raise SearchSyntaxError("OR stands between two things to look for.")
        found = [part for part in parts if part]
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})" if found else None

    def both(self) -> str | None:
        """Read ``a b``, ``a AND b`` and ``a NOT b``."""
        wanted: list[str] = []
        unwanted: list[str] = []
        while self.rest and self.rest[0].operator not in {"OR", ")"}:
            if self._next_is("AND"):
                self.rest.pop(0)
            self.one(wanted, unwanted)
        if unwanted and not wanted:
            raise SearchSyntaxError("Say what to look for besides what is not wanted.")
        if not wanted:
            return None
        match = wanted[0] if len(wanted) == 1 else f"({' AND '.join(wanted)})"
        return f"({match} NOT ({' OR '.join(unwanted)}))" if unwanted else match

    def one(self, wanted: list[str], unwanted: list[str]) -> None:
        """Read one thing, negative or not, into one of the two lists."""
        negative = False
        while self._next_is("NOT"):
            self.rest.pop(0)
            negative = not negative
        if not self.rest or self.rest[0].operator in {"AND", "OR", ")"}:
            raise SearchSyntaxError("AND and NOT need something to look for after them.")
        token = self.rest.pop(0)
        negative ^= token.negative
        marked = len(self.words)
        match = self.group() if token.operator == "(" else self.term(token, negative=negative)
        if negative:
            del self.words[marked:]
        if match:
            (unwanted if negative else wanted).append(match)

    def group(self) -> str | None:
        """Read what is in parentheses."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise SearchSyntaxError(f"There are more than {_DEEPEST} parentheses inside of one another.")
        before = len(self.conditions)
        match = self.either()
        if not self._next_is(")"):
            raise SearchSyntaxError("There is a ( without its ).")
        if self.conditions[before:]:
            raise SearchSyntaxError(
                "Conditions like source: are for the whole query: write them outside of ( )."
            )
        self.rest.pop(0)
        self.depth -= 1
        return match

    def term(self, token: _Token, *, negative: bool) -> str | None:
        """Read a word, a phrase or a condition."""
        if token.field and token.field != "author":
            if negative:
                raise SearchSyntaxError(f"{token.field}: cannot be negated.")
            self.conditions.append(_condition(token.field, token.text))
            return None
        match = phrase(token.text)
        if match is None:
            return None
        if token.prefix:
            match += " *"
        if token.field:
            return f"authors : {match}"
        self.words.append(Words(token.text, token.prefix))
        return match

    def _next_is(self, operator: str) -> bool:
        return bool(self.rest) and self.rest[0].operator == operator


def _condition(name: str, value: str) -> tuple[str, str]:
    match name:
        case "source":
            return "source_id = (SELECT id FROM sources WHERE name = ? COLLATE NOCASE)", value
        case "lang":
            return "language = ?", value.lower()
        case "access":
            if value.lower() not in set(Access):
                raise SearchSyntaxError(f"access: is one of {', '.join(Access)}, not {value}.")
            return "access = ?", value.lower()
        case _:
            if not _DATE.fullmatch(value):
                raise SearchSyntaxError(f"{name}: is a date like 2024, 2024-05 or 2024-05-31, not {value}.")
            return f"dated {'<' if name == 'before' else '>='} ?", value
