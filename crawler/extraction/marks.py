"""Elements whose markup says what they are: an author, a date, a headline."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from operator import itemgetter

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
_NOT_THE_ARTICLE = frozenset({"nav", "form", "footer", "figure", "figcaption"})
_SKIPPED_TAGS = frozenset(
    {"script", "style", "noscript", "svg", "template", "button", "select", "iframe", "textarea"}
)
_APART = frozenset(
    {"a", "li", "div", "p", "br", "time", "td", "tr", "dt", "dd", "ul", "ol", "small"}
) | frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "section", "header", "footer", "figure", "figcaption"})
_ANCESTORS = 12
_MAX_MARKS = 25
_AUTHOR, _DATE = range(2)
_NO_NAMES = (None, None, None)


class Marks:
    """Where a page marks what it says of its article; searched when something is first asked for."""

    def __init__(self, root: HtmlElement, headline: HtmlElement | None) -> None:
        self.root = root
        self.headline = headline

    @cached_property
    def authors(self) -> list[HtmlElement]:
        """Elements that are called an author or a byline, the nearest to the headline first."""
        return self._of_article(_AUTHOR)

    @cached_property
    def dates(self) -> list[HtmlElement]:
        """Elements that are called a date or hold one by their kind, the nearest to the headline first."""
        return self._of_article(_DATE)

    @cached_property
    def around(self) -> list[HtmlElement]:
        """Elements where a page prints its byline: those after the headline, then some before it."""
        if self.headline is None:
            return []
        return [*_AFTER(self.headline), *reversed(_BEFORE(self.headline))]

    def is_elsewhere(self, element: HtmlElement) -> bool:
        """Tell whether an element stands in a teaser, a comment, a menu or a caption and not in the article.

        What holds the headline as well is no such place, whatever it is called.
        """
        for number, ancestor in enumerate(element.iterancestors()):
            if number > _ANCESTORS or ancestor in self._above_headline:
                return False
            tag = ancestor.tag
            if tag in _NOT_THE_ARTICLE and not (tag == "footer" and number < 2):
                return True
            if tag == "header" and (parent := ancestor.getparent()) is not None and parent.tag == "body":
                return True
            if _is_place_elsewhere(f"{ancestor.get('class', '')} {ancestor.get('id', '')}"):
                return True
        return False

    @cached_property
    def _above_headline(self) -> set[HtmlElement]:
        return set() if self.headline is None else set(self.headline.iterancestors())

    def _of_article(self, kind: int) -> list[HtmlElement]:
        marked = (element for _, element in self._marked[kind] if not self.is_elsewhere(element))
        return list(islice(marked, _MAX_MARKS))

    @cached_property
    def _marked(self) -> dict[int, list[tuple[float, HtmlElement]]]:
        """Every marked element by its kind, with its distance from the headline, the nearest first."""
        positions: dict[int, list[tuple[float, HtmlElement]]] = {_AUTHOR: [], _DATE: []}
        start = 0
        for position, element in enumerate(self.root.iter(etree.Element)):
            get = element.get
            names = (get("class"), get("itemprop"), get("rel"))
            kinds = _kinds(names) if names != _NO_NAMES else ()
            if element.tag == "time" and _DATE not in kinds:
                kinds = (*kinds, _DATE)
            elif element is self.headline:
                start = position
            for kind in kinds:
                positions[kind].append((position, element))
        return {
            kind: sorted(((_distance(place, start), element) for place, element in marked), key=itemgetter(0))
            for kind, marked in positions.items()
        }


def _distance(position: float, start: int) -> float:
    """How far an element is from the headline; what stands before it counts as farther."""
    return position - start if position >= start else 1.5 * (start - position)


def text_of_element(element: HtmlElement, limit: int = 400) -> str:
    """Give the text of an element, pieces that a browser shows apart on lines of their own.

    It ends with the first piece that goes beyond ``limit`` characters.
    """
    pieces: list[str] = []
    size = 0
    for piece in _pieces(element):
        if pieces and piece[:1].isupper() and (pieces[-1][-1:].islower() or pieces[-1][-1:].isdigit()):
            pieces.append("\n")
        pieces.append(piece[: 2 * limit])
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
def _kinds(names: tuple[str | None, ...]) -> tuple[int, ...]:
    """What an element of these class, itemprop and rel is called."""
    text = " ".join(filter(None, names)).lower()
    author = _AUTHOR_HINT.search(text) and not _NO_AUTHOR.search(text)
    date = _DATE_HINT.search(text) and not _NO_DATE.search(text)
    return (*((_AUTHOR,) if author else ()), *((_DATE,) if date else ()))


@lru_cache(maxsize=20_000)
def _is_place_elsewhere(key: str) -> bool:
    return _ELSEWHERE.search(key.lower()) is not None
