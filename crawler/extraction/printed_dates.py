"""Dates that readers see on a page, or that its scripts print: what the head did not say."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.blocks import FULL_STOPS
from crawler.extraction.dates import MODIFIED, PUBLISHED, plain_digits, read_date
from crawler.extraction.marks import Marks, room, text_of_element
from crawler.extraction.words import load

Stated = tuple[str, str, str]
"""Field, source, and the date as written."""

_LABELS = {
    kind: re.compile("|".join(word for words in by_language.values() for word in words), re.I)
    for kind, by_language in load("date_labels").items()
}
_CHANGED, _FIRST = _LABELS["changed"], _LABELS["published"]
_BEGINS = re.compile(rf"\W*(?:\w+\W+){{0,2}}(?:re\W?)?(?:{_FIRST.pattern}|{_CHANGED.pattern})", re.I)
"""A label is among the first words of its line."""
_NO_DATE_LINE = re.compile(
    r"©|copyright|\bborn\b|all rights reserved|\d\d:\d\d:\d\d\.\d\d(?!\d)|\d\d:\d\d(?::\d\d)?\)? ID:\S", re.I
)
"""Japanese boards have hundredths of a second, or the writer's ID, behind the time of each post."""
_HINT = re.compile(r"(?:19|20|25|13|14)\d\d|[ก-ฮ]\.\s?\d\d|\d\d?\s?[./-]\s?\d\d?\s?[./-]\s?\d\d|\d年")
_IN_DATA = re.compile(
    r"""["'](?:date_?published|published_?(?:at|on|date|time)|publish_?(?:date|time)|publication_?date|"""
    r"""first_?published(?:_?(?:at|date))?|pub_?date|posted_?(?:at|on))\\?["']\s*:\s*\\?["'](?P<date>[12]\d{3}-[^"'\\]{5,30})""",
    re.I,
)
"""A property that says when something was published, as content systems call it, in JSON within a script."""
_TEXT_TAGS = ("p", "div", "span", "li", "small", "strong", "b", "em", "i", "td", "dt", "dd", "label", "font")
_STAMPS = (
    *("datetime", "content", "title"),
    *("data-datetime", "data-date", "data-timestamp", "data-time", "data-utime"),
)
"""Attributes that hold a date in full where readers see "2 hours ago", in ``time``, ``abbr`` or ``span``."""
_TODAY = re.compile(
    r"todays?[-_]?date|date[-_]?today|today[-_]?is|current[-_]?(?:date|time|day)|(?:^|\s)today(?:\s|$)", re.I
)
"""Class or id of the day on which the page was served, as the heads of newspapers show it."""
_BOX = re.compile(r"(?<![a-z])(?:year|yyyy|month|mm|day|dd)(?![a-z])", re.I)
"""Class of a box with a part of a date."""
_MAX_BOXES = 10
_MAX_TEXT = 120
_MAX_LABEL = 40
_SENTENCE = 40
"""Characters, two of a Japanese one, of a line that ends like a sentence and is one."""
_ABOVE = 3
"""Elements around a date that may hold nothing else, as its label does beside them."""
_WITHIN = 5
"""Elements at the beginning of one, itself the first, that say what its date is."""
_MAX_LINES = 5_000


def printed_dates(marks: Marks) -> Iterator[Stated]:
    """Give the dates that readers see.

    Those in elements that are called dates come first; where none of them is one of publication, those in the
    lines around the headline; and where these have none, lines anywhere that say "Published" or the like.
    """
    for read in (_marked, _around, _labelled):
        published = False
        for one in read(marks):
            published = published or one[0] == PUBLISHED
            yield one
        if published:
            return


def dates_in_data(marks: Marks) -> Iterator[Stated]:
    """Give the date of publication that the page's scripts know, where they know only one day.

    Linked data is read elsewhere: what it says of other pages is not of this one.
    """
    dates = [
        match["date"]
        for script in marks.root.iter("script")
        if "ld+json" not in (script.get("type") or "")
        if (script.text and "date" in script.text.lower())
        or (script.text and "publish" in script.text.lower())
        for match in _IN_DATA.finditer(script.text)
    ]
    days = {day[:10] for date in dates for day in read_date(date)}
    if len(days) == 1:
        yield PUBLISHED, "script", dates[0]


def _marked(marks: Marks) -> Iterator[Stated]:
    for element in marks.dates:
        stamp = next((value for name in _STAMPS if (value := element.get(name)) and read_date(value)), "")
        if stamp and not _is_of_today(element):
            words = f"{_label_before(element)} {text_of_element(element, _MAX_TEXT)}"
            says = words if _CHANGED.search(words) else f"{words} {element.get('class') or ''}"
            yield _field_of(says), "markup", stamp
            continue
        lines = list(printed_lines(element, "markup"))
        if any(read_date(value) for *_, value in lines):
            yield from lines
        elif (day := _in_boxes(element)) and not _is_of_today(element):
            yield _field_of(_label_before(element)), "markup", day


def _in_boxes(element: HtmlElement) -> str:
    """Give a date of which year, month and day stand in an element each, as the look of some blogs has it."""
    parts: dict[str, str] = {}
    for part in islice(element.iterdescendants(etree.Element), _MAX_BOXES):
        for name in _BOX.findall(part.get("class") or ""):
            parts.setdefault(name.lower()[0], text_of_element(part, _MAX_LABEL))
    if len(parts) < len("ymd"):
        return ""
    sign = "-" if parts["m"].isdecimal() else " "
    return sign.join(parts[name] for name in "ymd")


def _around(marks: Marks) -> Iterator[Stated]:
    """Give those around the headline: up to the text first, then above the headline, then farther below.

    What stands below a short text may be the days of other articles.
    """
    below = marks.below_headline
    text = next((place for place, one in enumerate(below) if _is_sentence(one.text or "")), len(below))
    for element in chain(below[:text], marks.above_headline, below[text:]):
        yield from printed_lines(element, "text")


def _labelled(marks: Marks) -> Iterator[Stated]:
    for element in islice(marks.root.iter(*_TEXT_TAGS), _MAX_LINES):
        text = (element.text or "").strip()
        if text and len(text) < _MAX_TEXT and _BEGINS.match(text):
            line = element if _HINT.search(plain_digits(text)) else element.getparent()
            if not marks.is_elsewhere(element):
                yield from printed_lines(line, "text")


def printed_lines(element: HtmlElement, source: str) -> Iterator[Stated]:
    """Give the dates in the first lines of an element, each with what its label says of it."""
    pieces = list(_pieces(text_of_element(element, _MAX_TEXT)))
    if not pieces or _is_of_today(element):
        return
    for field, piece in pieces:
        if field == PUBLISHED and len(piece) < _MAX_LABEL and _CHANGED.search(_label_before(element)):
            field = MODIFIED
        yield field, source, piece


def _is_of_today(element: HtmlElement) -> bool:
    near = chain(islice(element.iterancestors(), _ABOVE), islice(element.iter(etree.Element), _WITHIN))
    return any(_TODAY.search(f"{one.get('id', '')} {one.get('class', '')}") for one in near)


def _label_before(element: HtmlElement) -> str:
    """Give the words that stand right before an element, on its line: "Updated on" before a day.

    They go back to the nearest label, which may stand in several elements, or to another date.
    """
    for one in islice(chain([element], element.iterancestors()), _ABOVE):
        words = ""
        for piece in _pieces_before(one):
            words = f"{piece} {words}".strip()
            if len(words) > _MAX_LABEL or _HINT.search(words):
                return ""
            if _CHANGED.search(words) or _FIRST.search(words):
                return words
        if words:
            return words
    return ""


def _pieces_before(element: HtmlElement) -> Iterator[str]:
    """Give the texts between the elements before one, and theirs, the nearest first."""
    for other in islice(element.itersiblings(preceding=True), _ABOVE):
        yield (other.tail or "").strip()
        yield text_of_element(other, _MAX_LABEL)
    if (parent := element.getparent()) is not None:
        yield (parent.text or "").strip()


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Cut a line such as "Published 5 January 2024, updated 6 January" into what each label speaks of."""
    text = plain_digits(" ".join(_first_lines(text)))
    if not _HINT.search(text) or _NO_DATE_LINE.search(text):
        return
    starts = sorted(
        {0, *(m.start() for m in _CHANGED.finditer(text)), *(m.start() for m in _FIRST.finditer(text))}
    )
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end].strip()
        if _HINT.search(piece):
            yield _field_of(piece), piece


def _first_lines(text: str) -> Iterator[str]:
    """Give lines up to the first sentence: dates in the text are not its own."""
    size = 0
    for line in text.split("\n"):
        size += len(line)
        if size > _MAX_TEXT or _is_sentence(line):
            return
        yield line


def _is_sentence(line: str) -> bool:
    line = line.strip()
    return line.endswith(tuple(FULL_STOPS)) and room(line) >= _SENTENCE


def _field_of(text: str) -> str:
    return MODIFIED if _CHANGED.search(text) and not _FIRST.search(text) else PUBLISHED
