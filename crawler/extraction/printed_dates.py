"""Dates that readers see on a page, or that its scripts print: what the head did not say."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

from crawler.extraction.dates import MODIFIED, PUBLISHED, plain_digits, read_date
from crawler.extraction.marks import Marks, text_of_element
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
_NO_DATE_LINE = re.compile(r"©|copyright|\bborn\b|all rights reserved", re.I)
_HINT = re.compile(r"(?:19|20|25|13|14)\d\d|[ก-ฮ]\.\s?\d\d|\d\d?\s?[./-]\s?\d\d?\s?[./-]\s?\d\d|\d年")
_IN_DATA = re.compile(
    r"""["'](?:date_?published|published_?(?:at|on|date|time)|publish_?(?:date|time)|publication_?date|"""
    r"""first_?published(?:_?(?:at|date))?|pub_?date|posted_?(?:at|on))\\?["']\s*:\s*\\?["'](?P<date>[12]\d{3}-[^"'\\]{5,30})""",
    re.I,
)
"""A property that says when something was published, as content systems call it, in JSON within a script."""
_TEXT_TAGS = ("p", "div", "span", "li", "small", "strong", "b", "em", "i", "td", "dt", "dd", "label", "font")
_MAX_TEXT = 120
_MAX_LABEL = 40
_ABOVE = 3
"""Elements around a date that may hold nothing else, as its label does beside them."""
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
        stamp = element.get("datetime") or element.get("content") if element.tag in ("time", "meta") else None
        if stamp and read_date(stamp):
            words = (
                f"{_label_before(element)} {text_of_element(element, _MAX_TEXT)} {element.get('class') or ''}"
            )
            yield _field_of(words), "markup", stamp
        else:
            yield from printed_lines(element, "markup")


def _around(marks: Marks) -> Iterator[Stated]:
    for element in marks.around:
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
    text = text_of_element(element, _MAX_TEXT)
    for field, piece in _pieces(text):
        if field == PUBLISHED and len(piece) < _MAX_LABEL and _CHANGED.search(_label_before(element)):
            field = MODIFIED
        yield field, source, piece


def _label_before(element: HtmlElement) -> str:
    """Give the words that stand right before an element, on its line: "Updated on" before a day."""
    words = ""
    for one in islice(chain([element], element.iterancestors()), _ABOVE):
        before, parent = one.getprevious(), one.getparent()
        if before is not None:
            words = (before.tail or text_of_element(before, _MAX_LABEL)).strip()
        elif parent is not None:
            words = (parent.text or "").strip()
        if words:
            break
    return "" if len(words) > _MAX_LABEL or _HINT.search(words) else words


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
    size = 0
    for line in text.split("\n"):
        size += len(line)
        if size > _MAX_TEXT:
            return
        yield line


def _field_of(text: str) -> str:
    return MODIFIED if _CHANGED.search(text) and not _FIRST.search(text) else PUBLISHED
