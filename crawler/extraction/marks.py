"""Elements whose markup says what they are: an author, a date, a headline."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from lxml import etree
from lxml.html import HtmlElement

_AFTER = etree.XPath("following::*[position() <= 60]")
_BEFORE = etree.XPath("preceding::*[position() <= 15]")

_AUTHOR_HINT = re.compile(
    "author|byline|writ(?:er|ten)|contributor|reporter|autor|redakteur|auteur|journalist|signature|firma"
)
_NO_AUTHOR = re.compile(
    r"image|photo|picture|avatar|thumb|bio|social|twitter|facebook|follow|desc|credit|caption|comment|"
    r"tooltip|icon|count|"
    r"more|other|related|authority|authori[sz]|popup|modal|email|newsletter|role|(?<![a-z])job(?:-|_|$)|"
    r"position|hide|button|"
    r"teaser|pad|review|fact|expert|edit(?:ed|or)by|kg-bookmark|underwriter|copywriter|typewriter|media"
)
_DATE_HINT = re.compile("dat(?:e|um|o)|time|publi|posted|fecha|erstellt|meta|byline|info|detail")
_NO_DATE = re.compile(
    r"comment|related|event|birth|copyright|validate|metadata|runtime|timeline|candidate|lifetime"
)
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|side-?bar|footer|teasers?|recommend\w*|"
    r"popular|trending|"
    r"most-?read|most-?viewed|latest|promo|newsletter|widget|cards?|carousel|slider|more-?(?:from|on|"
    r"stories|news)|"
    r"read-?more|read-?next|up-?next|recirc\w*|also|menu|nav|navigation|outbrain|taboola|modal|popup|"
    r"archive-list|"
    r"feed|swiper|mega-?menu|post-?list|list-?item|most-?recent|recent-?posts|you-?may|pagination|"
    r"captions?|credits?)(?:$|[\s_-])"
)
_ASIDES = frozenset({"nav", "form", "footer", "figure", "figcaption"})
_SKIPPED_TAGS = frozenset(
    {"script", "style", "noscript", "svg", "template", "button", "select", "iframe", "textarea"}
)
_APART = frozenset(
    {"a", "li", "div", "p", "br", "time", "td", "tr", "dt", "dd", "ul", "ol", "small"}
) | frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "section", "header", "footer", "figure", "figcaption"})
_ANCESTORS = 12
_MAX_MARKS = 40
_NO_NAMES = (None, None, None)


class Marks:
    """Where a page marks what it says of its article; each kind is searched when it is first asked for."""

    def __init__(self, root: HtmlElement, headline: HtmlElement | None) -> None:
        self.root = root
        self.headline = headline

    @cached_property
    def authors(self) -> list[HtmlElement]:
        """Elements that are called an author or a byline, the nearest to the headline first."""
        return self._found[0]

    @cached_property
    def dates(self) -> list[HtmlElement]:
        """Elements that are called a date or hold one by their kind, the nearest to the headline first."""
        return self._found[1]

    @cached_property
    def around(self) -> list[HtmlElement]:
        """Elements where a page prints its byline: those after the headline, then some before it."""
        if self.headline is None:
            return []
        return [*_AFTER(self.headline), *reversed(_BEFORE(self.headline))]

    @cached_property
    def _found(self) -> tuple[list[HtmlElement], list[HtmlElement]]:
        found: tuple[list[tuple[int, HtmlElement]], ...] = ([], [])
        start = 0
        for position, element in enumerate(self.root.iter(etree.Element)):
            get = element.get
            names = (get("class"), get("itemprop"), get("rel"))
            kind = _kind(names) if names != _NO_NAMES else 0
            if element.tag == "time":
                kind |= 2
            elif element is self.headline:
                start = position
            if kind and not is_elsewhere(element, self.headline):
                for index in (0, 1):
                    if kind & (index + 1) and len(found[index]) < _MAX_MARKS:
                        found[index].append((position, element))
        authors, dates = (
            [e for _, e in sorted(one, key=lambda mark: _distance(mark[0], start))] for one in found
        )
        return authors, dates


def _distance(position: int, start: int) -> float:
    """How far an element is from the headline; what stands before it counts as farther."""
    return position - start if position >= start else 1.5 * (start - position)


def is_elsewhere(element: HtmlElement, headline: HtmlElement | None) -> bool:
    """Tell whether an element stands in a teaser, a comment, a menu or an aside and not in the article.

    What holds the headline as well is no such place, whatever it is called.
    """
    around = set(headline.iterancestors()) if headline is not None else set()
    for number, ancestor in enumerate(element.iterancestors()):
        if number > _ANCESTORS or ancestor in around:
            return False
        if ancestor.tag in _ASIDES and not (ancestor.tag == "footer" and number < 2):
            return True
        if (
            ancestor.tag == "header"
            and ancestor.getparent() is not None
            and ancestor.getparent().tag == "body"
        ):
            return True
        if _is_place_elsewhere(f"{ancestor.get('class', '')} {ancestor.get('id', '')}"):
            return True
    return False


def text_of_element(element: HtmlElement, limit: int = 400) -> str:
    """Give the text of an element, pieces that a browser shows apart on lines of their own."""
    pieces: list[str] = []
    size = 0
    for piece in _pieces(element):
        if pieces and piece[:1].isupper() and (pieces[-1][-1:].islower() or pieces[-1][-1:].isdigit()):
            pieces.append("\n")
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            break
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(element: HtmlElement) -> Iterator[str]:
    if element.text:
        yield _flat(element.text)
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _SKIPPED_TAGS:
            apart = tag in _APART
            if apart:
                yield "\n"
            yield from _pieces(child)
            if apart:
                yield "\n"
        if child.tail:
            yield _flat(child.tail)


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")


@lru_cache(maxsize=20_000)
def _kind(names: tuple[str | None, ...]) -> int:
    """1: called an author, 2: called a date, 3: both."""
    key = " ".join(filter(None, names)).lower()
    author = _AUTHOR_HINT.search(key) and not _NO_AUTHOR.search(key)
    date = _DATE_HINT.search(key) and not _NO_DATE.search(key)
    return bool(author) + 2 * bool(date)


@lru_cache(maxsize=20_000)
def _is_place_elsewhere(key: str) -> bool:
    return _ELSEWHERE.search(key.lower()) is not None
