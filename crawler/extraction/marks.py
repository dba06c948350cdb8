"""Elements whose markup says what they are: an author, a date, a headline."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import chain, count, islice
from operator import itemgetter

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.words import load

_WITH_OTHERS = etree.XPath("boolean(.//h1 | .//h2 | .//img | .//figure | .//video | .//form | .//li[2])")
_OF_MEDIA = etree.XPath(
    "boolean(ancestor::*[@itemtype][1][contains(@itemtype, 'Object') or contains(@itemtype, 'Person')]"
    " | ancestor::*[contains(@class, 'arousel') or contains(@class, 'allery') or contains(@class, 'video')])"
)

_AUTHOR_HINT = re.compile(
    "author|byline|writ(?:er|ten)|contributor|reporter|autor|redakteur|auteur|journalist|signature|firma|"
    "muhabir|yazar|penulis|skribent"
)
_NO_AUTHOR = re.compile(
    r"image|photo|picture|avatar|thumb|bio|social|twitter|facebook|follow|desc|credit|caption|comment|"
    r"tooltip|icon|count|"
    r"more|other|related|authority|authori[sz]|popup|modal|email|newsletter|role|(?<![a-z])job(?:-|_|$)|"
    r"position|hide|button|"
    r"teaser|pad|review|fact|expert|edit(?:ed|or)by|kg-bookmark|underwriter|copywriter|typewriter|media(?!_end)"
)
_DATE_HINT = re.compile("dat(?:e|um|o)|time|publi|posted|fecha|erstellt|meta|byline|info|detail")
_NO_DATE = re.compile(
    r"comment|reply|replies|related|event|birth|copyright|validate|metadata|runtime|timeline|candidate|lifetime|upload"
)
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|side-?bar|(?<!post-)(?<!entry-)(?<!article-)footer|teasers?|recommend\w*|"
    r"popular|trending|"
    r"most-?read|most-?viewed|latest|promo|newsletter|widget|cards?|carousel|slider|more-?(?:from|on|"
    r"stories|news)|"
    r"read-?more|read-?next|up-?next|recirc\w*|also|menu|nav|navigation|outbrain|taboola|modal|popup|"
    r"archive-list|board[_-]list|repl(?:y|ies)|"
    r"feed|swiper|mega-?menu|post-?list|list-?item|most-?recent|recent-?posts|you-?may|pagination|"
    r"captions?|credits?)(?:$|[\s_-])"
)
_STANDFIRST = frozenset(" ".join(load("standfirsts")["classes"].values()).split())
_HASH = re.compile(r"__(?=\w*[A-Z\d])\w{3,8}$")
"""What a build tool puts behind a class name: ``subtitle_root__4aP``."""
_BOXES = frozenset({"root", "wrapper", "container", "text"})
"""What the box of a thing is called by, behind its name."""
_GENERATED = "ai"
"""A word in the class of a summary that no person wrote."""
_WORD = re.compile(r"[^\W_]+")
_SIGNS = ("-", "–", "—", "|", ":")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NOT_THE_ARTICLE = frozenset({"nav", "form", "footer", "figure", "figcaption"})
_SKIPPED_TAGS = frozenset(
    {"script", "style", "noscript", "svg", "template", "button", "select", "iframe", "textarea"}
)
_APART = frozenset(
    {"a", "li", "div", "p", "br", "time", "td", "tr", "dt", "dd", "ul", "ol", "small"}
) | frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "section", "header", "footer", "figure", "figcaption"})
_LINES = frozenset({"h2", "h3", "h4", "h5", "p", "div"})
_ANCESTORS = 12
_MAX_MARKS = 25
_MIN_STANDFIRST = 25
_MAX_STANDFIRST = 700
_FAR = 1_200
"""Elements after the headline: what is farther is not its byline."""
_FAR_BEFORE = 120
_AROUND_AFTER, _AROUND_BEFORE = 60, 15
_AUTHOR, _DATE = range(2)
_NO_NAMES = (None, None, None, None)


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
        """Elements where a page prints its byline: those below the headline, then some above it."""
        return [*self.below_headline, *self.above_headline]

    @cached_property
    def below_headline(self) -> list[HtmlElement]:
        """The first elements after the headline."""
        below = () if self.headline is None else islice(_after(self.headline), _AROUND_AFTER)
        return [one for one in below if one.tag not in _SKIPPED_TAGS]

    @cached_property
    def above_headline(self) -> list[HtmlElement]:
        """Some elements before the headline, the nearest first, without those that hold it."""
        preceding = () if self.headline is None else _preceding(self.headline)
        above = islice((one for one in preceding if one not in self._above_headline), _AROUND_BEFORE)
        return [one for one in above if one.tag not in _SKIPPED_TAGS]

    @cached_property
    def standfirsts(self) -> list[str]:
        """The texts of elements near the headline that are called a standfirst."""
        found = []
        for element in self.around:
            own = element.tag if "-" in element.tag else None
            names = (element.get("class"), element.get("itemprop"), element.get("data-testid"), own)
            if names == _NO_NAMES or not _is_standfirst(names) or self.is_elsewhere(element):
                continue
            if _WITH_OTHERS(element) or _OF_MEDIA(element):
                continue
            text = _without_kicker(element, " ".join(text_of_element(element, _MAX_STANDFIRST).split()))
            if _MIN_STANDFIRST <= room(text) <= _MAX_STANDFIRST:
                found.append(text)
        return found

    @cached_property
    def lines_below_headline(self) -> list[tuple[HtmlElement, str]]:
        """Elements near the headline that are no paragraph among others, and their texts."""
        alone = (one for one in self.around if one.tag in _LINES and not _is_among_paragraphs(one))
        lines = ((one, _without_kicker(one, text_of_element(one, _MAX_STANDFIRST))) for one in alone)
        return [(one, text) for one, text in lines if len(text) >= _MIN_STANDFIRST]

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

    def holds_headline(self, element: HtmlElement) -> bool:
        """Tell whether the headline stands in an element."""
        return element in self._above_headline

    @cached_property
    def _above_headline(self) -> set[HtmlElement]:
        return set() if self.headline is None else set(self.headline.iterancestors())

    def _of_article(self, kind: int) -> list[HtmlElement]:
        marked = (element for _, element in self._marked[kind] if not self.is_elsewhere(element))
        return list(islice(marked, _MAX_MARKS))

    @cached_property
    def _marked(self) -> dict[int, list[tuple[float, HtmlElement]]]:
        """Every marked element by its kind, with its distance from the headline, the nearest first."""
        marked: dict[int, list[tuple[float, HtmlElement]]] = {_AUTHOR: [], _DATE: []}
        for distance, element in self._by_place():
            get = element.get
            names, is_time = (get("class"), get("itemprop"), get("rel")), element.tag == "time"
            if is_time or any(names):
                for kind in _kinds(is_time, names):
                    marked[kind].append((distance, element))
        for found in marked.values():
            found.sort(key=itemgetter(0))
        return marked

    def _by_place(self) -> Iterator[tuple[float, HtmlElement]]:
        """Give the elements around the headline with their distance; those before it count as farther."""
        if self.headline is None:
            return enumerate(islice(self.root.iter(etree.Element), _FAR))
        following = chain(self.headline.iter(etree.Element), _after(self.headline))
        before = islice(_preceding(self.headline), _FAR_BEFORE)
        return chain(enumerate(islice(following, _FAR)), zip(count(1.5, 1.5), before, strict=False))


def _after(start: HtmlElement) -> Iterator[HtmlElement]:
    """Give all that follows an element, in the order of the page, without what it holds."""
    above = (start, *start.iterancestors())
    siblings = chain.from_iterable(one.itersiblings() for one in above)
    return chain.from_iterable(sibling.iter(etree.Element) for sibling in siblings)


def _preceding(start: HtmlElement) -> Iterator[HtmlElement]:
    """Give what holds an element and what stands before it, the nearest first."""
    for above in (start, *start.iterancestors()):
        for sibling in above.itersiblings(preceding=True):
            yield from islice(_backwards(sibling), _FAR_BEFORE)
        if (parent := above.getparent()) is not None:
            yield parent


def _backwards(element: HtmlElement) -> Iterator[HtmlElement]:
    """Give what an element holds, the last first, and then itself."""
    for child in element.iterchildren(reversed=True):
        if len(child):
            yield from _backwards(child)
        else:
            yield child
    yield element


def room(text: str) -> int:
    """Give the length of a text in characters; those of Chinese, Japanese and Korean say as much as two."""
    return sum(2 if character >= "\u1100" else 1 for character in text)


def _is_among_paragraphs(element: HtmlElement) -> bool:
    siblings = (element.getprevious(), element.getnext())
    return element.tag == "p" and any(one is not None and one.tag == "p" for one in siblings)


def text_of_element(element: HtmlElement, limit: int = 400) -> str:
    """Give the text of an element, pieces that a browser shows apart on lines of their own.

    It ends with the first piece that goes beyond ``limit`` characters.
    """
    pieces: list[str] = []
    size = 0
    for piece in _pieces(element, 2 * limit):
        if pieces and piece[:1].isupper() and (pieces[-1][-1:].islower() or pieces[-1][-1:].isdigit()):
            pieces.append("\n")
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            break
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(element: HtmlElement, longest: int) -> Iterator[str]:
    if text := element.text:
        yield _flat(text[:longest])
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _SKIPPED_TAGS:
            apart = tag in _APART
            if apart:
                yield "\n"
            yield from _pieces(child, longest)
            if apart:
                yield "\n"
        if text := child.tail:
            yield _flat(text[:longest])


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")


def _without_kicker(element: HtmlElement, text: str) -> str:
    """Give a standfirst without the label in an element of its own before it: ``CRITIQUE``, ``Place -``."""
    first = next(element.iterchildren(etree.Element), None)
    if first is None or (element.text or "").strip():
        return text
    kicker = " ".join((first.text or "").split())
    cut = kicker.isupper() if _WORD.fullmatch(kicker) else kicker.endswith(_SIGNS)
    return text.removeprefix(kicker).strip() if cut else text


@lru_cache(maxsize=20_000)
def _is_standfirst(names: tuple[str | None, ...]) -> bool:
    tokens = " ".join(filter(None, names)).split()
    words = [re.split(r"[-_]+", _CAPITAL.sub("-", _HASH.sub("", token)).lower()) for token in tokens]
    last_words = {next((w for w in reversed(parts) if w not in _BOXES), "") for parts in words}
    last_words |= {_NOT_LETTERS.sub("", token.lower()) for token in tokens}
    if any(_GENERATED in parts for parts in words):
        return False
    return "description" in (names[1] or "").split() or not last_words.isdisjoint(_STANDFIRST)


@lru_cache(maxsize=20_000)
def _kinds(is_time: bool, names: tuple[str | None, ...]) -> tuple[int, ...]:
    """What an element of these class, itemprop and rel is called."""
    text = " ".join(filter(None, names)).lower()
    author = _AUTHOR_HINT.search(text) and not _NO_AUTHOR.search(text)
    date = is_time or (_DATE_HINT.search(text) and not _NO_DATE.search(text))
    return (*((_AUTHOR,) if author else ()), *((_DATE,) if date else ()))


@lru_cache(maxsize=20_000)
def _is_place_elsewhere(key: str) -> bool:
    return _ELSEWHERE.search(key.lower()) is not None
