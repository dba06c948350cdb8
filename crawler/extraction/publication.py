"""When it was published and when it was changed: what a page states, and what of it to believe."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from functools import partial
from itertools import chain
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.dates import MODIFIED, PUBLISHED, day_of, read_date, zone_of
from crawler.extraction.linked_data import LinkedData, text_of
from crawler.extraction.marks import Marks, text_of_element
from crawler.extraction.page import Page
from crawler.extraction.printed_dates import dates_in_data, printed_dates, printed_lines

_META_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time",
    "og:pubdate", "datepublished", "parsely-pub-date", "sailthru.date", "article.published",
    "article:publish_date", "publish_date", "publish-date", "published_date", "publication_date",
    "publication-date", "publishdate", "published", "pubdate", "published-date", "publisheddate",
    "article_date_original", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "citation_publication_date", "citation_online_date", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "dc:date", "date", "displaydate",
    "release_date", "originalpublicationdate", "article:date", "og:date", "pub_date",
    "iso-8601-publish-date", "creationdate", "article.created", "rnews:datepublished", "bt:pubdate",
    "datecreated",
)  # fmt: skip
_META_OF_MEDIA = ("video:release_date", "og:video:release_date", "uploaddate")
"""Of what is shown in the article, if not of the article."""
_META_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "article.updated", "article:modified", "dc.date.modified", "dcterms.modified", "dc.modified",
    "last-modified", "lastmod", "last_modified", "modified", "revised", "article:updated", "dateupdated",
    "update_date", "moddate", "bt:moddate", "cxenseparse:recs:modifiedtime",
)  # fmt: skip
_URL_DAY = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[/\-_.]?(?P<m>0[1-9]|1[0-2]|(?<=/)[1-9](?=/))[/\-_.]?(?P<d>0[1-9]|"
    r"[12]\d|3[01]|(?<=/)[1-9](?=/))(?!\d)"
)
_URL_SHORT = re.compile(r"/(?P<c>20)(?P<y>\d\d)/(?P<m>\d\d)/(?P=y)(?P=m)(?P<d>[0-3]\d)(?!\d)")
_URL_NAMED = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<name>[a-z]{3,9})/(?P<d>\d{1,2})/")
_MONTH_FIRST = re.compile(r"^en(?:[-_](?:us|ph))?$", re.I)
_DAY_FIRST_COUNTRIES = frozenset(
    ["uk", "au", "nz", "ie", "in", "za", "ng", "ke", "gh", "pk", "bd", "lk", "my", "sg", "hk", "mt"]
)
"""Domains of countries that write English dates with the day first."""
_MAX_TEXT = 120
_UTC = ("Z", "+00:00")
_DAY = len("2024-01-05")
_ZONE = len("+00:00")
_MINUTES = slice(len("2024-01-05T08:"), len("2024-01-05T08:30"))
_WESTERNMOST, _EASTERNMOST = timedelta(hours=-10), timedelta(hours=14)
"""Offsets of Hawaii and of Kiribati; farther west nearly nobody lives."""


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that one part of a page states."""

    field: str
    source: str
    value: str
    readings: tuple[str, ...]
    note: str = ""
    """How the reading was found, in words."""


def read_dates(page: Page, data: LinkedData, marks: Marks, language: str | None) -> list[StatedDate]:
    """Give the dates that a page states about its article, the most trusted first.

    What readers see, then what the page's scripts know, is looked at only where the head does not say when
    it was published, or says it only in UTC: then for the same moment as readers saw it.
    """
    found: list[StatedDate] = []
    for field, source, value in _declared(page, data):
        _add(found, field, source, value, language)
    for element in page.elements["time"]:
        if marks.is_elsewhere(element):
            continue
        declares = (element.get("itemprop") or "").lower()
        declares += "pubdate" if element.get("pubdate") is not None else ""
        if "publish" in declares or "pubdate" in declares or "created" in declares:
            _add(found, PUBLISHED, "markup:time", _stamp(element), language)
        elif "modified" in declares or "updated" in declares:
            _add(found, MODIFIED, "markup:time", _stamp(element), language)
    for read in (printed_dates, dates_in_data, partial(_dates_of_media, page, data)):
        if any(one.field == PUBLISHED for one in found):
            break
        for field, source, value in read(marks):
            _add(found, field, source, value, language)
    found += _seen_in_own_zone(page, marks, [one for one in found if one.field == PUBLISHED], language)
    if day := day_in_url(page.url):
        found.append(StatedDate(PUBLISHED, "url", page.url, (day,)))
    return found


def choose_date(
    stated: Sequence[StatedDate], field: str, language: str | None, url: str
) -> StatedDate | None:
    """Choose the date of a field, with one reading left.

    Where day and month cannot be told apart, the reading that another date of the page confirms wins, then
    what is usual in the country of the host or in the language (``en-US`` has the month first). Of two
    statements of one moment the one with the publisher's own offset wins over UTC, because it has the day
    that readers saw; where it has no offset, it gets the one by which it differs from UTC. A page that only
    says when it was last changed has that as its date of publication, too: it has no other.
    """
    wanted = [one for one in stated if one.field == field]
    stands_in = field == PUBLISHED and not wanted
    wanted = wanted or (list(stated) if stands_in else [])
    if not wanted:
        return None
    best, zone = _in_own_zone(wanted)
    reading, note = _reading(best, stated, language, urlsplit(url).hostname or "")
    notes = [zone or zone_of(best.value, reading), note]
    if stands_in:
        notes.append("no date of publication is stated; this is the last change")
    return replace(best, readings=(reading,), note="; ".join(filter(None, notes)))


def _in_own_zone(wanted: Sequence[StatedDate]) -> tuple[StatedDate, str]:
    """Give the first date, with its time of day and its offset, if another statement of it has them.

    The second value says how the offset is known, where it is not stated.
    """
    first = next((one for one in wanted if _adds_time_to(wanted[0], one)), wanted[0])
    if first.readings[0].endswith(_UTC):
        for find, note in ((_offset_of, ""), (_offset_by_difference, "by the same moment stated in UTC")):
            for other in wanted:
                if offset := find(first, other):
                    local = datetime.fromisoformat(first.readings[0]).astimezone(timezone(offset)).isoformat()
                    named = f"time zone {local[-_ZONE:]}, {note}" if note else ""
                    return replace(other, readings=(local,)), named
    return first, ""


def _adds_time_to(first: StatedDate, other: StatedDate) -> bool:
    """Tell whether one date is a day, and another one that day with its time."""
    if len(first.readings) > 1 or len(other.readings) > 1 or "T" in first.readings[0]:
        return False
    said = datetime.fromisoformat(other.readings[0])
    return said.time() != time() and day_of(first.readings[0]) == said.date()


def _offset_of(first: StatedDate, other: StatedDate) -> timedelta | None:
    """Give the offset that another statement of the moment has, to the minute."""
    said = datetime.fromisoformat(other.readings[0])
    if "T" not in other.readings[0] or said.tzinfo is None:
        return None
    moment = datetime.fromisoformat(first.readings[0])
    exact = moment if said.second else moment.replace(second=0)
    return said.utcoffset() if said == exact else None


def _offset_by_difference(first: StatedDate, other: StatedDate) -> timedelta | None:
    """Give the offset of a time without one that is the moment ``first``, which is in UTC.

    Midnight is how a day is written by who has no time of it.
    """
    moment = datetime.fromisoformat(first.readings[0]).replace(tzinfo=None)
    for reading in other.readings:
        local = datetime.fromisoformat(reading)
        if "T" not in reading or local.tzinfo is not None or local.time() == time():
            continue
        offset = local - (moment if local.second else moment.replace(second=0))
        if offset and _WESTERNMOST <= offset <= _EASTERNMOST and not offset % timedelta(minutes=30):
            return offset
    return None


def _seen_in_own_zone(
    page: Page, marks: Marks, stated: Sequence[StatedDate], language: str | None
) -> list[StatedDate]:
    """Give the date of publication as readers see it, where it is the moment that is only stated in UTC."""
    if not stated or not stated[0].readings[0].endswith(_UTC) or _in_own_zone(stated)[0] is not stated[0]:
        return []
    minutes = stated[0].readings[0][_MINUTES]
    stamps = [(PUBLISHED, "markup:time", _stamp(element), element) for element in page.elements["time"]]
    shown = (one for one in marks.around if minutes in (one.text or ""))
    lines = ((*line, element) for element in shown for line in printed_lines(element, "text"))
    for field, source, value, element in chain(stamps, lines):
        seen: list[StatedDate] = []
        if field == PUBLISHED and minutes in value:
            _add(seen, field, source, value, language)
        if seen and _in_own_zone([stated[0], *seen])[0] is not stated[0] and not marks.is_elsewhere(element):
            return seen
    return []


def disagreement(one: StatedDate, believed: StatedDate) -> str:
    """Say in words how a date that was not believed differs from the one that was."""
    reading, winner = one.readings[0], believed.readings[0]
    zone = zone_of(one.value, reading)
    if _same_moment(reading, winner):
        return zone
    days = abs((day_of(reading) - day_of(winner)).days)
    if days:
        return f"{zone}; another day, {days} {'day' if days == 1 else 'days'} apart"
    return f"{zone}; the same day" + ("" if "T" not in reading or "T" not in winner else ", another time")


def _same_moment(one: str, other: str) -> bool:
    first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
    if (first.tzinfo is None) != (second.tzinfo is None):
        return False
    return len(one) > _DAY and len(other) > _DAY and first == second


def day_in_url(url: str) -> str | None:
    """Give the day in the path of a URL.

    ``/2024/01/05/``, ``/2024/jan/05/``, ``-20240105-`` and ``/2024/01/240105-`` are read.
    """
    path = urlsplit(url).path
    for match in _URL_DAY.finditer(path):
        readings = read_date(f"{match['y']}-{match['m']}-{match['d']}")
        if readings:
            return readings[0]
    if short := _URL_SHORT.search(path):
        readings = read_date(f"{short['c']}{short['y']}-{short['m']}-{short['d']}")
        return readings[0] if readings else None
    if named := _URL_NAMED.search(path):
        readings = read_date(f"{named['d']} {named['name']} {named['y']}")
        return readings[0] if readings else None
    return None


def _reading(
    one: StatedDate, stated: Sequence[StatedDate], language: str | None, host: str
) -> tuple[str, str]:
    """Give the reading to believe, and why it, where there are two."""
    if len(one.readings) == 1:
        return one.readings[0], ""
    sure = {day_of(other.readings[0]) for other in stated if len(other.readings) == 1}
    for reading in one.readings:
        if day_of(reading) in sure:
            return reading, "day and month told apart by another date of the page"
    if (country := host.rpartition(".")[2]) in _DAY_FIRST_COUNTRIES:
        return one.readings[0], f"day first, as usual in the country of .{country}"
    if _MONTH_FIRST.match(language or "en"):
        return one.readings[1], f"month first, as usual in {language or 'en'}"
    return one.readings[0], f"day first, as usual in {language}"


def _stamp(element: HtmlElement) -> str:
    return element.get("datetime") or element.get("content") or text_of_element(element, _MAX_TEXT)


def _add(found: list[StatedDate], field: str, source: str, value: str, language: str | None) -> None:
    readings = read_date(value, language)
    if readings:
        found.append(StatedDate(field, source, value.strip(), readings))


def _declared(page: Page, data: LinkedData) -> Iterator[tuple[str, str, str]]:
    for node in data.articles:
        yield from _from_node(node)
    for name in _META_PUBLISHED:
        for content in page.meta.get(name, ()):
            yield PUBLISHED, f"meta:{name}", content
    for node in data.pages:
        yield from _from_node(node)
    for name in _META_MODIFIED:
        for content in page.meta.get(name, ()):
            yield MODIFIED, f"meta:{name}", content


def _dates_of_media(page: Page, data: LinkedData, _marks: Marks) -> Iterator[tuple[str, str, str]]:
    for value in data.texts(data.articles, "uploadDate"):
        yield PUBLISHED, "json-ld:uploadDate", value
    for name in _META_OF_MEDIA:
        for content in page.meta.get(name, ()):
            yield PUBLISHED, f"meta:{name}", content


def _from_node(node: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    for name, field in (
        ("datePublished", PUBLISHED),
        ("dateCreated", PUBLISHED),
        ("dateModified", MODIFIED),
    ):
        if value := text_of(node.get(name)):
            yield field, f"json-ld:{name}", value
