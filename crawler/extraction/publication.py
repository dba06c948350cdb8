"""When it was published and when it was changed: what a page states, and what of it to believe."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.dates import day_of, read_date, zone_of
from crawler.extraction.linked_data import LinkedData, text_of
from crawler.extraction.marks import Marks, text_of_element
from crawler.extraction.page import Page

PUBLISHED = "published"
MODIFIED = "modified"

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
    "video:release_date", "og:video:release_date", "uploaddate", "datecreated",
)  # fmt: skip
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
_CHANGED = re.compile(
    r"updated?|modified|revised|aktualisiert|geändert|mis\s+à\s+jour|modifié|actualizado|modificado|"
    r"atualizado|aggiornat[oa]|"
    r"gewijzigd|bijgewerkt|laatst|zaktualizowano|aktualizacja|aktualizováno|обновлено|更新|修正|업데이트|수정|"
    r"uppdaterad|opdateret|oppdatert|güncelle\w*|last\s+edit|reviewed|stand:",
    re.I,
)
_FIRST = re.compile(
    r"publish|posted|veröffentlicht|erstellt|publié|publicado|pubblicato|gepubliceerd|opublikowano|"
    r"опубликовано|公開|掲載|発表|発行|配信|"
    r"입력|등록|发布|發佈|publicerad|udgivet|publisert|yayın\w*|giriş",
    re.I,
)
_NO_DATE_LINE = re.compile(r"©|copyright|\bborn\b|all rights reserved", re.I)
_HINT = re.compile(r"(?:19|20)\d\d|\d\d?\s?[./-]\s?\d\d?\s?[./-]\s?\d\d|\d年")
_MONTH_FIRST = re.compile(r"^en(?:[-_](?:us|ph))?$", re.I)
_MAX_TEXT = 120
_DAY = len("2024-01-05")


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that one part of a page states."""

    field: str
    source: str
    value: str
    readings: tuple[str, ...]
    note: str = ""
    """How the reading was found, in words."""


def read_dates(page: Page, data: LinkedData, marks: Marks) -> list[StatedDate]:
    """Give the dates that a page states about its article, the most trusted first.

    What stands in the text is looked at only where the head does not say when it was published.
    """
    found: list[StatedDate] = []
    for field, source, value in _declared(page, data):
        _add(found, field, source, value)
    for element in page.root.iter("time"):
        if marks.is_elsewhere(element):
            continue
        declares = (element.get("itemprop") or "").lower()
        declares += "pubdate" if element.get("pubdate") is not None else ""
        if "publish" in declares or "pubdate" in declares or "created" in declares:
            _add(found, PUBLISHED, "markup:time", _stamp(element))
        elif "modified" in declares or "updated" in declares:
            _add(found, MODIFIED, "markup:time", _stamp(element))
    if not any(one.field == PUBLISHED for one in found):
        for field, source, value in _visible(marks):
            _add(found, field, source, value)
    if day := day_in_url(page.url):
        found.append(StatedDate(PUBLISHED, "url", page.url, (day,)))
    return found


def choose_date(stated: Sequence[StatedDate], field: str, language: str | None) -> StatedDate | None:
    """Choose the date of a field, with one reading left.

    Where day and month cannot be told apart, the reading that another date of the page confirms wins, then
    what is usual in the language (``en-US`` has the month first). A page that only says when it was last
    changed has that as its date of publication, too: it has no other.
    """
    wanted = [one for one in stated if one.field == field]
    stands_in = field == PUBLISHED and not wanted
    wanted = wanted or (list(stated) if stands_in else [])
    if not wanted:
        return None
    reading, note = _reading(wanted[0], stated, language)
    notes = [zone_of(wanted[0].value, reading), note]
    if stands_in:
        notes.append("no date of publication is stated; this is the last change")
    return replace(wanted[0], readings=(reading,), note="; ".join(filter(None, notes)))


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


def _reading(one: StatedDate, stated: Sequence[StatedDate], language: str | None) -> tuple[str, str]:
    """Give the reading to believe, and why it, where there are two."""
    if len(one.readings) == 1:
        return one.readings[0], ""
    sure = {day_of(other.readings[0]) for other in stated if len(other.readings) == 1}
    for reading in one.readings:
        if day_of(reading) in sure:
            return reading, "day and month told apart by another date of the page"
    if _MONTH_FIRST.match(language or "en"):
        return one.readings[1], f"month first, as usual in {language or 'en'}"
    return one.readings[0], f"day first, as usual in {language}"


def _visible(marks: Marks) -> Iterator[tuple[str, str, str]]:
    """Dates that readers see: in elements that are marked as dates, else in the lines around the headline."""
    found = False
    for element in marks.dates:
        stamp = element.get("datetime") or element.get("content") if element.tag in ("time", "meta") else None
        if stamp and read_date(stamp):
            found = True
            yield (
                _field_of(text_of_element(element, _MAX_TEXT) + " " + (element.get("class") or "")),
                "markup",
                stamp,
            )
            continue
        for field, piece in _pieces(text_of_element(element, _MAX_TEXT)):
            found = True
            yield field, "markup", piece
    if not found:
        for element in marks.around:
            for field, piece in _pieces(text_of_element(element, _MAX_TEXT)):
                yield field, "text", piece


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Cut a line such as "Published 5 January 2024, updated 6 January" into what each label speaks of."""
    text = " ".join(_first_lines(text))
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


def _stamp(element: HtmlElement) -> str:
    return element.get("datetime") or element.get("content") or text_of_element(element, _MAX_TEXT)


def _add(found: list[StatedDate], field: str, source: str, value: str) -> None:
    readings = read_date(value)
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


def _from_node(node: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    for name, field in (
        ("datePublished", PUBLISHED),
        ("uploadDate", PUBLISHED),
        ("dateCreated", PUBLISHED),
        ("dateModified", MODIFIED),
    ):
        if value := text_of(node.get(name)):
            yield field, f"json-ld:{name}", value
