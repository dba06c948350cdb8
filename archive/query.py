"""The query language of the archive, and its translation to one expression of SQLite's FTS5.

- words, all of which must be there; ``"words side by side"``; ``begin*``
- ``a OR b``; ``NOT a`` or ``-a``; ``AND``, which may be left out and binds tighter than ``OR``; ``( )``
- ``title:``, ``author:`` and ``tag:`` with a word or a phrase: only there
- ``source:Popverse``, ``lang:ja``, ``access:free``, ``found:feed``, ``dated:2024-05``, ``after:2024-02``,
  ``before:2024-05-01``: facts, which stand wherever a word may, negated too. ``found:`` is a kind of
  discovery that names the article. ``dated:`` is the day, month or year. ``after:`` includes the day, month
  or year that it names, ``before:`` does not.

A colon after anything else is a part of the word, so ``Re:Zero`` is what it looks like.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from archive import tokens
from archive.errors import WrongUsageError
from archive.models import Access, DiscoveryKind

_LONGEST = 1_000
_MOST = 50
_DEEPEST = 10
_SHORTEST_PREFIX = 2
_COLUMNS = {"title": "title", "author": "authors", "tag": "tags"}
_TOKEN = re.compile(
    r"""(?P<space>[\s\0]+)
      | (?P<minus>-(?=[^\s)]))?
        (?:(?P<paren>[()])
          | (?:(?P<field>title|author|tag|source|lang|access|found|dated|after|before):(?=\S))?
            (?:"(?P<quoted>[^"]*)"(?P<quoted_prefix>\*?) | (?P<word>[^\s\0()"]+)))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TYPED = str.maketrans({**dict.fromkeys("“”„‟＂", '"'), "：": ":"})
"""What keyboards and input methods put for a quotation mark and a colon."""
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[\w-]*\w")
"""A value that needs no quotation marks."""


class SearchSyntaxError(WrongUsageError):
    """A query that cannot be understood; the message says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand side by side, to be found and marked in a text."""

    text: str
    prefix: bool = False
    """The last one may go on."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, understood."""

    match: str
    """The FTS5 expression."""
    titled: str
    """The FTS5 expression of the hits that say it in their title."""
    words: tuple[Words, ...]
    """What a hit says anywhere, to be marked."""
    title_words: tuple[Words, ...]
    """What a hit says in its title, to be marked there."""
    weighed: tuple[str, ...]
    """The FTS5 expressions of what a hit says, one by one: what makes one hit better than another."""


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        SearchSyntaxError: It cannot be understood.
    """
    if len(text) > _LONGEST:
        raise SearchSyntaxError(f"The query is longer than {_LONGEST} characters.")
    found = _tokens(text.translate(_TYPED))
    if len(found) > _MOST:
        raise SearchSyntaxError(f"The query has more than {_MOST} parts.")
    titled = _Parser(text, found.copy(), column="title").either()
    parser = _Parser(text, found)
    match = parser.either()
    if parser.rest:
        raise parser.wrong("There is a ) without its (", parser.rest[0])
    if match is None:
        raise SearchSyntaxError("There is nothing to search for.")
    words = [one for one in parser.terms if one.column is None]
    titles = [one for one in parser.terms if one.column in {None, "title"}]
    return Query(
        match,
        f"({match}) AND ({titled})",
        tuple(one.words for one in words),
        tuple(one.words for one in titles),
        tuple(dict.fromkeys(one.match for one in parser.terms)),
    )


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A part of a query by which it finds less, and without which the rest is a query as well."""

    field: str
    """source, lang, access, found, dated, after, before, author or tag."""
    value: str
    part: str
    """As it was typed."""
    rest: str
    """The query without it."""


def narrow(query: str, field: str, value: str) -> str:
    """Give a query that finds of the same only what has this value: ``review``, ``lang``, ``ja``."""
    words = value.translate(_TYPED).replace('"', " ").strip()
    fact = f"{field}:{words}" if _PLAIN.fullmatch(words) else f'{field}:"{words}"'
    query = query.strip()
    if any(token.operator == "OR" for token in _outer(_tokens(query.translate(_TYPED)))):
        query = f"({query})"
    return f"{query} {fact}".strip()


def narrowings(query: str) -> list[Narrowing]:
    """Give the parts of a query that `narrow` could have added, so that each can be taken out again."""
    outer = _outer(_tokens(query.translate(_TYPED)))
    if any(token.operator in {"OR", "NOT", "AND"} for token in outer):
        return []
    return _narrowings(query, outer)


def all_narrowings(query: str) -> list[Narrowing]:
    """Give the parts of a query that ask for one value of a field, within ``OR`` and parentheses as well."""
    found = _tokens(query.translate(_TYPED))
    before = [None, *(token.operator for token in found)]
    return _narrowings(query, (token for token, last in zip(found, before, strict=False) if last != "NOT"))


def _narrowings(query: str, found: Iterable["_Token"]) -> list[Narrowing]:
    return [
        Narrowing(
            token.field,
            token.text,
            query[token.place : token.end],
            " ".join((query[: token.place] + query[token.end :]).split()),
        )
        for token in found
        if token.field and token.field != "title" and not token.negative
    ]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    place: int
    field: str | None = None
    negative: bool = False
    quoted: bool = False
    prefix: bool = False
    end: int = 0

    @property
    def operator(self) -> str | None:
        """AND, OR, NOT or a parenthesis, where it is one."""
        if self.quoted or self.field or self.prefix:
            return None
        words = set() if self.negative else {"AND", "OR", "NOT"}
        return self.text if self.text in words | {"(", ")"} else None


@dataclass(frozen=True, slots=True)
class _Term:
    words: Words
    column: str | None
    match: str


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if not token:
            raise _wrong(text, "There is a quotation mark without its pair", place)
        start, place = place, token.end()
        if token["space"]:
            continue
        word = token["paren"] or token["word"] or token["quoted"]
        prefix = bool(token["quoted_prefix"]) or bool(token["word"] and word.endswith("*"))
        found.append(
            _Token(
                word.rstrip("*") if token["word"] else word,
                start,
                token["field"] and token["field"].lower(),
                bool(token["minus"]),
                token["quoted"] is not None,
                prefix,
                place,
            )
        )
    return found


def _outer(found: list[_Token]) -> list[_Token]:
    """Give the parts of a query that stand in no parentheses."""
    depth, outer = 0, []
    for token in found:
        depth -= token.operator == ")"
        if depth == 0 and token.operator not in {"(", ")"}:
            outer.append(token)
        depth += token.operator == "("
    return outer


@dataclass(slots=True)
class _Parser:
    """Recursive descent; every rule gives an FTS5 expression, or None where there is nothing to look for."""

    text: str
    rest: list[_Token]
    column: str | None = None
    """Where words are looked for that name no place."""
    terms: list[_Term] = field(default_factory=list)
    depth: int = 0

    def either(self) -> str | None:
        """Read ``a OR b``."""
        parts = [self.both()]
        while self._next_is("OR"):
            operator = self.rest.pop(0)
            parts.append(self.both())
            if None in parts:
                raise self.wrong("OR stands between two things to look for", operator)
        return _any(part for part in parts if part)

    def both(self) -> str | None:
        """Read ``a b``, ``a AND b`` and ``a NOT b``."""
        wanted: list[str] = []
        unwanted: list[str] = []
        while self.rest and self.rest[0].operator not in {"OR", ")"}:
            operator = self.rest.pop(0) if self._next_is("AND") else None
            self.one(wanted, unwanted, operator)
        if not wanted and not unwanted:
            return None
        match = " AND ".join(wanted) if wanted else f'"{tokens.EVERY}"'
        match = match if len(wanted) < 2 else f"({match})"
        return f"({match} NOT {_any(unwanted)})" if unwanted else match

    def one(self, wanted: list[str], unwanted: list[str], operator: _Token | None) -> None:
        """Read one thing, negative or not, into one of the two lists."""
        negative = False
        while self._next_is("NOT"):
            operator = self.rest.pop(0)
            negative = not negative
        if not self.rest or self.rest[0].operator in {"AND", "OR", ")"}:
            raise self.wrong("AND and NOT need something to look for after them", operator or self.rest[0])
        token = self.rest.pop(0)
        negative ^= token.negative
        marked = len(self.terms)
        match = self.group(token) if token.operator == "(" else self.term(token)
        if negative:
            del self.terms[marked:]
        if match:
            (unwanted if negative else wanted).append(match)

    def group(self, opening: _Token) -> str | None:
        """Read what is in parentheses."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.wrong(f"There are more than {_DEEPEST} parentheses inside of one another", opening)
        match = self.either()
        if not self._next_is(")"):
            raise self.wrong("There is a ( without its )", opening)
        self.rest.pop(0)
        self.depth -= 1
        return match

    def term(self, token: _Token) -> str | None:
        """Read a word, a phrase or a fact."""
        if token.field and token.field not in _COLUMNS:
            return self.fact(token)
        match = tokens.phrase(token.text, prefix=token.prefix)
        if match is None:
            return None
        if match.endswith("*") and len(_WORD.findall(match)[-1]) < _SHORTEST_PREFIX:
            raise self.wrong(f"At least {_SHORTEST_PREFIX} letters stand before *", token)
        column = _COLUMNS[token.field] if token.field else self.column
        match = f"{column} : {match}" if column else match
        self.terms.append(_Term(Words(token.text, token.prefix), column, match))
        return match

    def fact(self, token: _Token) -> str:
        """Read what an article is, as opposed to what it says."""
        value = token.text
        match token.field:
            case "source":
                return _exactly([tokens.source_word(value)], prefix=token.prefix)
            case "lang":
                return _exactly([tokens.LANGUAGE + _plain(value)], prefix=token.prefix)
            case "access":
                if value.lower() not in set(Access):
                    raise self.wrong(f"access: is one of {', '.join(Access)}, not {value}", token)
                return _exactly([tokens.ACCESS + value.lower()])
            case "found":
                word = tokens.found_word(value)
                if word not in map(tokens.found_word, DiscoveryKind):
                    raise self.wrong(f"found: is one of {', '.join(DiscoveryKind)}, not {value}", token)
                return _exactly([word])
        if not _is_date(value):
            raise self.wrong(f"{token.field}: is a date like 2024, 2024-05 or 2024-05-31, not {value}", token)
        if token.field == "dated":
            return _exactly([tokens.on(value)])
        return _exactly(tokens.since(value) if token.field == "after" else tokens.until(value))

    def wrong(self, what: str, where: _Token) -> SearchSyntaxError:
        """Give the error that says where it is."""
        return _wrong(self.text, what, where.place)

    def _next_is(self, operator: str) -> bool:
        return bool(self.rest) and self.rest[0].operator == operator


def _wrong(text: str, what: str, place: int) -> SearchSyntaxError:
    shown = " ".join(text[place : place + 40].split())
    return SearchSyntaxError(f"{what}, at character {place + 1}: {shown}")


def _any(parts: Iterable[str]) -> str | None:
    found = list(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})" if found else None


def _exactly(words: list[str], *, prefix: bool = False) -> str:
    """Give the expression that finds articles with one of these facts."""
    return _any(f'"{word}"{" *" if prefix else ""}' for word in words) or f'"{tokens.EVERY}0"'


def _plain(value: str) -> str:
    return "".join(character for character in value.lower() if character.isalnum() or character == "-")


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    year, month, day = (*map(int, value.split("-")), 1, 1)[:3]
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False
