"""Elements whose markup says what they are: an author, a date, a headline."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from lxml import etree
from lxml.html import HtmlElement

_MARKED = etree.XPath("//*[@class or @rel or @itemprop or self::time or self::h1]")
_AFTER = etree.XPath("following::*[position() <= 60]")
_BEFORE = etree.XPath("preceding::*[position() <= 15]")

_AUTHOR_HINTS = ("author", "byline", "writer", "written", "contributor", "reporter", "autor", "redakteur", "auteur", "journalist", "signature", "firma")
_NO_AUTHOR = re.compile(
    r"image|photo|picture|avatar|thumb|bio|social|twitter|facebook|follow|desc|credit|caption|comment|tooltip|icon|count|"
    r"more|other|related|authority|authori[sz]|popup|modal|email|newsletter|role|(?<![a-z])job|position|hide|button|"
    r"teaser|pad|review|fact|expert|edit(?:ed|or)by|kg-bookmark|underwriter|copywriter|typewriter"
)
_DATE_HINTS = ("date", "time", "publi", "posted", "datum", "fecha", "erstellt", "meta", "byline", "info", "detail", "dato")
_NO_DATE = re.compile(r"comment|related|event|birth|copyright|validate|metadata|runtime|timeline|candidate|lifetime")
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|side-?bar|footer|teasers?|recommend\w*|popular|trending|"
    r"most-?read|most-?viewed|latest|promo|newsletter|widget|cards?|carousel|slider|more-?(?:from|on|stories|news)|"
    r"read-?more|read-?next|up-?next|recirc\w*|also|menu|nav|navigation|outbrain|taboola|modal|popup|archive-list|"
    r"feed|swiper|mega-?menu|post-?list|list-?item|most-?recent|recent-?posts|you-?may|pagination)(?:$|[\s_-])"
)
_ASIDES = frozenset({"nav", "aside", "form", "footer"})
_SKIPPED_TAGS = frozenset({"script", "style", "noscript", "svg", "template", "button", "select", "iframe", "textarea"})
_APART = frozenset(
    "a li div p br time td tr dt dd ul ol h1 h2 h3 h4 h5 h6 section header footer figure figcaption small".split()
)
_ANCESTORS = 12
_MAX_MARKS = 40


class Marks:
    """Where a page marks what it says of its article; each kind is searched when it is first asked for."""

    def __init__(self, root: HtmlElement, headline: HtmlElement | None) -> None:
        self.root = root
        self.headline = headline

    @cached_property
    def authors(self) -> list[HtmlElement]:
        """Elements that are called an author or a byline, those after the headline first."""
        return self._found[0]

    @cached_property
    def dates(self) -> list[HtmlElement]:
        """Elements that are called a date or hold one by their kind, those after the headline first."""
        return self._found[1]

    @cached_property
    def around(self) -> list[HtmlElement]:
        """Elements where a page prints its byline: those after the headline, then some before it."""
        if self.headline is None:
            return []
        return [*_AFTER(self.headline), *reversed(_BEFORE(self.headline))]

    @cached_property
    def _found(self) -> tuple[list[HtmlElement], list[HtmlElement]]:
        found: tuple[list[HtmlElement], list[HtmlElement]] = ([], [])
        after_headline = [0, 0]
        for element in _MARKED(self.root):
            if element is self.headline:
                after_headline = [len(found[0]), len(found[1])]
            get = element.get
            kind = _kind(f"{get('class', '')} {get('rel', '')} {get('itemprop', '')}")
            if element.tag == "time":
                kind |= 2
            if kind and not is_elsewhere(element, self.headline):
                for index in (0, 1):
                    if kind & (index + 1) and len(found[index]) < _MAX_MARKS:
                        found[index].append(element)
        authors, dates = (one[start:] + one[:start] for one, start in zip(found, after_headline, strict=True))
        return authors, dates


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
        if _is_place_elsewhere(f"{ancestor.get('class', '')} {ancestor.get('id', '')}"):
            return True
    return False


def text_of_element(element: HtmlElement, limit: int = 400) -> str:
    """Give the text of an element, pieces that a browser shows apart on lines of their own."""
    pieces: list[str] = []
    size = 0
    for piece in _pieces(element):
        if pieces and piece[:1].isupper() and pieces[-1][-1:].islower():
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
def _kind(key: str) -> int:
    """1: called an author, 2: called a date, 3: both."""
    key = key.lower()
    author = any(hint in key for hint in _AUTHOR_HINTS) and not _NO_AUTHOR.search(key)
    date = any(hint in key for hint in _DATE_HINTS) and not _NO_DATE.search(key)
    return author + 2 * date


@lru_cache(maxsize=20_000)
def _is_place_elsewhere(key: str) -> bool:
    return _ELSEWHERE.search(key.lower()) is not None
