"""Bylines that readers see where no markup says so: signed lines, labels, signatures, names alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from urllib.parse import unquote

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.dates import read_date
from crawler.extraction.marks import Marks, text_of_element
from crawler.extraction.months import month_number
from crawler.extraction.names import is_account, is_name, is_person, is_trade, split_names
from crawler.extraction.words import load

_BYLINE = re.compile(
    r"\s*(?:(?:[Ww]ritten|[Pp]osted|[Ww]ords|[Ss]tory|[Rr]eport(?:ed|ing)|[Tt]ext)\s+)?"
    r"(?:[Bb]y|BY|[Oo]leh|Írta|โดย|كتبت?|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|[Dd]a|[Dd]oor|[Aa]v|[Aa]f|[Pp]rzez)(?:[:\s]+(?![a-z])|$|(?=[A-Z]))"
    r"|\s*(?:文|取材[・＆&]?文|著者?|執筆者?|作者|记者|記者|ライター|編集部|取材|Text|Autor(?:in)?|Texto|Testo|Texte|Author|Автор|"
    r"Yazan)\s*[:：=＝●◎/／]"
    r"|.{0,60}?[\s|｜/／](?:取材[・＆&]?文|文|著者?|執筆者?|ライター|記者|作者|记者)\s*[:：]"
    r"|\s*\S{2,4}\s*기자(?:\s|$)"
    r"|\s*\S{0,4}[记記]者\s*[\u4e00-\u9fff]{2,4}\s*(?:[／/ ]|$)"
    r"|\s*(?:\S{1,5}[部局]\s+)?[\u3040-\u30ff\u3400-\u9fff]{2,6}記者\s*$"
    r"|\s*［[\u3040-\u30ff\u3400-\u9fff]{2,8}，[^］]{2,20}］\s*$"
)
PROFILE = re.compile(
    r"/(?:authors?|profiles?|people|our-\w+|by|staff|contributors?|autor(?:en|es)?|auteurs?|"
    r"journalists?|writers?|reporters?|"
    r"redakcja|firmas?|experts?|team)/|[?&]author=",
    re.I,
)
"""The address of a page about a person."""
_USER = re.compile(r"/(?:u|users?|members?|profiles?|wiki/user)[:/](?:\d+/)?([^/?#]+)/?$", re.I)
"""The address of an account, which ends with its name."""
_NICKNAMES = frozenset({"nick", "nickname", "username", "user-name", "fn", "vcard"})
_WORDS = load("bylines")
_LABEL = re.compile(rf"(?:{'|'.join(_WORDS['labels'])})\s*:?", re.I)
"""What only stands before who wrote it, wherever it stands on a page."""
_SAYS = re.compile(
    rf"[,.;]\s+(?:{'|'.join(_WORDS['says'].split())})\s+"
    r"(?P<name>[^\W\d_][^\s,.;]*(?:\s+[^\W\d_][^\s,;]*){1,3}?)\W*$"
)
"""A standfirst that ends with who wrote the text."""
_NO_TEXT = frozenset({"script", "style", "img", "svg", "path", "br", "figure", "figcaption", "button"})
_LINE_TAGS = (
    "p",
    "div",
    "span",
    "a",
    "strong",
    "b",
    "em",
    "i",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "address",
    "cite",
)
_INLINE = frozenset({"a", "span", "b", "strong", "i", "em", "small"})
_MAX_TEXT = 300
_MAX_LINE = 160
_LEAST_STANDFIRST, _LONGEST_STANDFIRST = 40, 700
_MAX_LINES = 5_000
_MAX_LABELLED = 100
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}")
"""Of two to four words, to be looked at without a label: each of them begins with a capital then."""
_PORTRAYED = re.compile(rf"{_NAME.pattern}?(?= (?:in|on|at|am|le|el|il)\b|\s*[|·•,–—]|$)")
"""A name where the line ends, or where it goes on with a section or a day."""
_AVATAR = re.compile(r"(?:^|[\s_/.-])(?:gr)?avatars?(?:$|[\s_/.-])", re.I)
_NEXT = 6
"""Elements after a picture among which the first line is looked at."""
_MAX_TRADE_WORDS = 8
_MAX_DAY = 40
_NEAR = 30
"""Elements after the headline among which a name may stand alone."""
_CAPTION_DEPTH = 2
_SIGNATURE = etree.XPath(
    "//p[(contains(@style, 'right') and contains(@style, 'text-align')) or @align='right'"
    " or (string-length(normalize-space()) < 9 and contains('（【［', substring(normalize-space(), 1, 1)))]"
    "[string-length(normalize-space()) < 60]"
)
_ACCOUNT = re.compile(r"(?:^|\s)[Bb]y:?\s+([^\W_][\w.-]{2,29})(?=\s+(?:on|at|in)\s|\s*[|·•»,–—-]|\s+\d|$)")
_REPORTER = re.compile(r"[記记]者\s*([A-Z][\w.-]{1,29})\s*(?:[／/]\S{2,4})?\s*(?:報導|報道|报道)")
_IN_BRACKETS = re.compile(r"[（【［][\u3400-\u9fff][\u3040-\u30ff\u3400-\u9fff]{1,4}[）】］]")


@dataclass(frozen=True, slots=True)
class StatedNames:
    """Names that one part of a page states."""

    source: str
    value: str
    names: tuple[str, ...]
    organisation: bool = False
    """Declared to be one (schema.org Organization)."""
    account: bool = False
    """The name of an account, which may be one word."""


def signed_lines(marks: Marks) -> Iterator[StatedNames]:
    """A line near the headline that says "By", or links to the page of an author.

    What stands beside an image is its photographer, where another line is signed as well, unless it says
    that it is a writer.
    """
    beside_image: StatedNames | None = None
    for element in marks.around:
        if (one := _signed_line(element)) is None or marks.is_elsewhere(element):
            continue
        if not _is_beside_image(element, marks) or is_trade(one.value):
            yield one
            return
        beside_image = beside_image or one
    if beside_image is not None:
        yield beside_image


def _signed_line(element: HtmlElement) -> StatedNames | None:
    if element.tag == "a" and PROFILE.search(element.get("href") or "") and not _is_in_sentence(element):
        source, lines = "text:link", [element]
    elif element.tag not in _NO_TEXT and _BYLINE.match(element.text or ""):
        source, lines = "text", [element, element.getparent()]
    elif _BYLINE.match(element.tail or ""):  # "5 January by Jane Roe", the day in an element of its own
        name = element.getnext()
        linked = text_of_element(name, _MAX_LINE) if name is not None and name.tag == "a" else ""
        return _named("text", f"{element.tail or ''}{linked}".strip())
    else:
        return None
    for line in lines:
        text = text_of_element(line, _MAX_TEXT)
        if line is not element:
            text = text[max(text.find((element.text or "").strip()), 0) :]
        if found := _named(source, text):
            return found
    return None


def _named(source: str, text: str) -> StatedNames | None:
    names = tuple(name for name in split_names(text) if is_person(name))
    return StatedNames(source, text, names) if names and len(text) < _MAX_LINE else None


def _is_in_sentence(link: HtmlElement) -> bool:
    """Tell whether a link is a part of a paragraph, as that to the profile of whom the article is about."""
    line = next((e for e in link.iterancestors() if e.tag not in _INLINE), None)
    return line is not None and line.tag == "p" and len(text_of_element(line, _MAX_LINE)) > _MAX_LINE


def _is_beside_image(element: HtmlElement, marks: Marks) -> bool:
    above = islice((e for e in element.iterancestors() if e.tag not in _INLINE), _CAPTION_DEPTH)
    return any(next(e.iter("img", "picture"), None) is not None for e in above if not marks.holds_headline(e))


def signed_accounts(marks: Marks) -> Iterator[StatedNames]:
    """A line near the headline with a name of one word: between "by" and a day, or of a Chinese reporter."""
    for element in marks.around[:_NEAR]:
        line = text_of_element(element, _MAX_DAY * 2).replace("\n", " ")
        if len(line) >= _MAX_DAY * 2:
            continue
        account = _REPORTER.search(line) or (_ACCOUNT.search(line) if read_date(line) else None)
        if (
            account
            and is_name(account[1])
            and not month_number(account[1])
            and not marks.is_elsewhere(element)
        ):
            yield StatedNames("text", line, (account[1],))
            return


def signatures(marks: Marks) -> Iterator[StatedNames]:
    """A short line at the end that signs an article: on the right, or a Japanese name in brackets."""
    for element in reversed(_SIGNATURE(marks.root)):
        text = text_of_element(element)
        if text[:1] in "（【［" and not _IN_BRACKETS.fullmatch(text):
            continue
        names = split_names(text)
        if names and all(map(is_person, names)) and not marks.is_elsewhere(element):
            yield StatedNames("text:signature", text, names)
            return


def names_in_standfirst(marks: Marks) -> Iterator[StatedNames]:
    """A line under the headline that ends with ", writes Jane Roe"."""
    for element in marks.around[:_NEAR]:
        text = (element.text or "").strip()
        if element.tag in _NO_TEXT or not _LEAST_STANDFIRST <= len(text) <= _LONGEST_STANDFIRST:
            continue
        match = _SAYS.search(text)
        name = match["name"].rstrip(".") if match else ""
        if match and is_person(name) and not marks.is_elsewhere(element):
            yield StatedNames("text", match[0].strip(" ,.;"), (name,))
            return


def labelled_names(marks: Marks) -> Iterator[StatedNames]:
    """A line anywhere on the page that says "Written by" or the like, the name in it or in the next one."""
    elements = islice(marks.root.iter(*_LINE_TAGS), _MAX_LINES)
    texts = ((element, text.strip()) for element in elements if (text := element.text))
    labelled = ((element, label) for element, text in texts if text and (label := _LABEL.match(text)))
    for element, label in islice(labelled, _MAX_LABELLED):
        if marks.is_elsewhere(element):
            continue
        line = element if label.string[label.end() :] or len(element) else element.getparent()
        lines = text_of_element(line, _MAX_LINE).split("\n")
        start = next((number for number, one in enumerate(lines) if _LABEL.match(one)), 0)
        said = " ".join(lines[start : start + 2]) if _LABEL.fullmatch(lines[start]) else lines[start]
        names = tuple(name for name in split_names(_LABEL.sub("", said, count=1)) if is_person(name))
        if names:
            yield StatedNames("text", said, names)
            return


def names_alone(marks: Marks) -> Iterator[StatedNames]:
    """A name that stands alone under the headline, where the next line is a day or says what the person does.

    The person's trade may also follow the name in another place of the page, as in a note about the author.
    """
    alone = [
        name
        for element in marks.around[:_NEAR]
        if element.tag not in _NO_TEXT
        and not len(element)
        and split_names(name := _own_line(element)) == (name,)
        if is_person(name)
        if not marks.is_elsewhere(element)
    ]
    if not alone:
        return
    shown = [(line, one) for one in marks.around[:_NEAR] if any(map(str.isalnum, line := _own_line(one)))]
    dated = (
        line
        for (line, _), (after, other) in pairwise(shown)
        if line in alone and _NAME.fullmatch(line) and (other.tag == "time" or _is_day(after))
    )
    if name := next(dated, ""):
        yield StatedNames("text", name, (name,))
        return
    lines = list(filter(None, map(_own_line, islice(marks.root.iter(*_LINE_TAGS), _MAX_LINES))))
    writers = {
        line
        for line, following in pairwise(lines)
        if line in alone and len(following.split()) <= _MAX_TRADE_WORDS and is_trade(following)
    }
    if name := next((name for name in alone if name in writers), ""):
        yield StatedNames("text", name, (name,))


def names_beside_portraits(marks: Marks) -> Iterator[StatedNames]:
    """A name near the headline that follows a small picture of the person, as an account shows it.

    The picture is called an avatar, or its text for those who do not see it is that name.
    """
    around = marks.around[:_NEAR]
    for number, image in enumerate(around):
        if image.tag != "img" or marks.is_elsewhere(image):
            continue
        shown = [
            " ".join((image.tail or "").split()),
            *map(_own_line, around[number + 1 : number + 1 + _NEXT]),
        ]
        line = next(filter(None, shown), "")
        name = _PORTRAYED.match(line)
        called = _AVATAR.search(f"{image.get('class', '')} {image.get('src', '')}")
        if name and (called or name[0] == (image.get("alt") or "").strip()) and _is_plain_name(name[0]):
            yield StatedNames("text", name[0], (name[0],))
            return


def named_accounts(marks: Marks) -> Iterator[StatedNames]:
    """The name of an account near the headline, in an element called so or in a link to it, else in a card.

    ``<b class="nickname">sam</b>``, ``<a href="/user/sam">sam</a>``, ``<b class="author vcard">sam</b>``
    """
    cards = (one for one in marks.authors if "vcard" in (one.get("class") or ""))
    for element in chain(marks.around, cards):
        user = _USER.search(element.get("href") or "") if element.tag == "a" else None
        if not user and _NICKNAMES.isdisjoint((element.get("class") or "").lower().split()):
            continue
        name = text_of_element(element, _MAX_DAY)
        links = user is None or _folded(unquote(user[1])) == _folded(name)
        if links and is_account(name) and not marks.is_elsewhere(element):
            yield StatedNames("text:link" if user else "markup", name, (name,), account=True)
            return


def _folded(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def names_that_open(marks: Marks) -> Iterator[StatedNames]:
    """A line of names, in bold or in capitals, right before the first paragraph of the text.

    Where nouns have capitals, it may as well be a subhead.
    """
    if (marks.root.get("lang") or "").lower().startswith(("de", "lb")):
        return
    for element in islice(marks.root.iter("p"), _NEAR):
        if _is_paragraph(element):
            if marks.is_elsewhere(element):
                continue
            return
        text = text_of_element(element)
        names = split_names(text) if text.isupper() or _is_bold(element) else ()
        if names and all(map(_is_plain_name, names)) and _is_paragraph(element.getnext()):
            yield StatedNames("text", text, names)
            return


def _is_plain_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and all(w[0].isupper() for w in text.split()) and is_person(text)


def _is_paragraph(element: HtmlElement | None) -> bool:
    return element is not None and element.tag == "p" and len(text_of_element(element)) > _MAX_LINE


def _is_bold(element: HtmlElement) -> bool:
    return not (element.text or "").strip() and all(
        child.tag in ("b", "strong", "br") and not (child.tail or "").strip() for child in element
    )


def _is_day(line: str) -> bool:
    return len(line) < _MAX_DAY and bool(read_date(line))


def _own_line(element: HtmlElement) -> str:
    return " ".join((element.text or "").split())


BYLINES = (signed_lines, signatures, names_in_standfirst, labelled_names, signed_accounts)
"""The ways to find a line that says who wrote it, the surest first."""
