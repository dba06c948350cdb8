"""What a page says of its article, field by field, and which part of it says so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lxml.html import HtmlElement

from archive.models import Witness
from crawler.extraction.authors import choose_authors, read_authors
from crawler.extraction.bylines import StatedNames
from crawler.extraction.dates import MODIFIED, PUBLISHED
from crawler.extraction.headlines import find_headline, read_headlines
from crawler.extraction.linked_data import LinkedData, plain, text_of
from crawler.extraction.marks import Marks, text_of_element
from crawler.extraction.page import Page
from crawler.extraction.publication import choose_date, disagreement, read_dates
from crawler.extraction.titles import choose_title, key, likeness, site_keys
from crawler.extraction.urls import read_canonical_url, split_url

_SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:ios:app_name")
_TITLE_META = (
    "og:title",
    "twitter:title",
    "headline",
    "dc.title",
    "citation_title",
    "parsely-title",
    "sailthru.title",
)
_LANGUAGE_META = ("og:locale", "content-language", "dc.language", "language", "inlanguage")
_TAG_META = ("article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "keywords")
_DESCRIPTION_META = ("og:description", "description", "twitter:description")
_IMAGE_META = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_MAX_WITNESS = 300
_MAX_TAGS = 40
_MAX_SITE_NAME = 80
_MAX_TAG = 80
_MAX_HEADLINES = 12
_MAX_TITLE = 500
_SAME_TITLE = 0.9
_ALIKE = 0.5
_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
_LEAST_SUMMARY = 25
"""Characters."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The facts of an article, without its text."""

    title: str | None = None
    standfirst: str | None = None
    """The publisher's summary under the headline."""
    summary: str | None = None
    """The same where readers do not see it: what two places of the head agree on."""
    authors: tuple[str, ...] = ()
    published: str | None = None
    """ISO 8601 date or time, with the offset as stated."""
    modified: str | None = None
    language: str | None = None
    """As declared, not yet held against the text (see ``language.detect_language``)."""
    site_name: str | None = None
    canonical_url: str | None = None
    image: str | None = None
    """Absolute http(s) URL."""
    tags: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    """What every part of the page states, also what was not believed."""


def read_metadata(page: Page) -> Metadata:
    """Read what a page states about its article.

    Changes nothing in the page. Needs the whole tree: call it before anything is cut from it.
    """
    data = LinkedData.of(page.json_ld, page.url)
    witnesses: list[Witness] = []
    site_names = list(_site_names(page, data))
    site_name = _first("site_name", site_names, witnesses)
    title, headline = _read_title(page, data, [name for _, name in site_names], witnesses)
    marks = Marks(page.root, headline)
    language = _first("language", _languages(page, data), witnesses)
    published, modified = _read_dates(page, data, marks, language, witnesses)
    publisher = {key(name) for _, name in site_names} - {""}
    authors = _read_authors(read_authors(page, data, marks, publisher), publisher, witnesses)
    declared = [("link:canonical", address) for address in page.links.get("canonical", ())]
    declared += [("meta:og:url", page.absolute(address)) for address in page.meta.get("og:url", ())]
    canonical_url, addresses = read_canonical_url(page.url, declared)
    witnesses += addresses
    standfirst, summary = _read_standfirst(page, data, marks, title, witnesses)
    return Metadata(
        title=title or None,
        standfirst=standfirst,
        summary=summary,
        authors=authors,
        published=published,
        modified=modified,
        language=language,
        site_name=site_name,
        canonical_url=canonical_url,
        image=_first("image", _images(page, data), witnesses),
        tags=_read_tags(page, data, witnesses),
        witnesses=tuple(witnesses),
    )


def _stated(page: Page, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        for content in page.meta.get(name, ()):
            if text := plain(content):
                yield f"meta:{name}", text


def _site_names(page: Page, data: LinkedData) -> Iterator[tuple[str, str]]:
    """Names of the site; some templates give the page's own title for it."""
    yield from _stated(page, _SITE_META)
    headlines = {key(text) for text in data.texts(data.articles, "headline")}
    names = [text_of(node) for node in data.sites] + list(
        data.texts([*data.articles, *data.pages], "publisher")
    )
    for name in names:
        if name and key(name) not in headlines and len(name) <= _MAX_SITE_NAME:
            yield "json-ld", name


def _first(field: str, stated: Iterable[tuple[str, str]], witnesses: list[Witness]) -> str | None:
    """Take the first statement and remember them all."""
    values = list(dict.fromkeys(stated))
    witnesses.extend(
        Witness(field, source, value[:_MAX_WITNESS], chosen=not index)
        for index, (source, value) in enumerate(values)
    )
    return values[0][1] if values else None


def _read_title(
    page: Page, data: LinkedData, site_names: Sequence[str], witnesses: list[Witness]
) -> tuple[str, HtmlElement | None]:
    """Give the title, and the element of the page that holds it."""
    heads = read_headlines(page, site_keys(site_names, page.url))
    declared = list(_stated(page, _TITLE_META))
    declared[1:1] = [("json-ld", text) for text in data.texts(data.articles[:1], "headline")]
    declared = [(source, text[:_MAX_TITLE]) for source, text in declared[:_MAX_HEADLINES]]
    if page.meta.get("og:title"):  # which X's own repeats: it is no second witness
        believed = [text for source, text in declared if source != "meta:twitter:title"]
    else:
        believed = [text for _, text in declared]
    document = plain(next((e.text or "" for e in page.elements["title"]), ""))[:_MAX_TITLE]
    title = choose_title([text for _, text in heads], believed, document, site_names, page.url)
    wanted = key(title)
    stated = [
        *declared,
        ("markup:title", document),
        *(("markup:h1", " ".join(text.split())) for _, text in heads),
    ]
    for source, text in dict.fromkeys(stated):
        if text:
            witnesses.append(Witness("title", source, text[:_MAX_WITNESS], chosen=key(text) == wanted))
    return title, find_headline(page, title, heads)


def _read_dates(
    page: Page, data: LinkedData, marks: Marks, language: str | None, witnesses: list[Witness]
) -> tuple[str | None, str | None]:
    stated = read_dates(page, data, marks, language)
    believed: list[str | None] = []
    for field in (PUBLISHED, MODIFIED):
        winner = choose_date(stated, field, language, page.url)
        believed.append(winner.readings[0] if winner else None)
        if winner is None:
            continue
        witnesses.append(Witness(field, winner.source, winner.value[:_MAX_WITNESS], True, winner.note))
        said = {(winner.source, winner.value)}
        for one in stated:
            if one.field == field and (one.source, one.value) not in said:
                said.add((one.source, one.value))
                note = disagreement(one, winner)
                witnesses.append(Witness(field, one.source, one.value[:_MAX_WITNESS], note=note))
    return believed[0], believed[1]


def _read_authors(
    stated: Sequence[StatedNames], publisher: set[str], witnesses: list[Witness]
) -> tuple[str, ...]:
    authors, winner = choose_authors(stated, publisher)
    witnesses.extend(
        Witness("authors", one.source, one.value[:_MAX_WITNESS], one.source == winner)
        for one in dict.fromkeys(stated)
    )
    return authors


def _languages(page: Page, data: LinkedData) -> Iterator[tuple[str, str]]:
    if page.language_hint:
        yield "markup:lang", page.language_hint
    for text in data.texts([*data.articles, *data.pages], "inLanguage"):
        yield "json-ld", text
    yield from _stated(page, _LANGUAGE_META)


def _images(page: Page, data: LinkedData) -> Iterator[tuple[str, str]]:
    for name in _IMAGE_META:
        for content in page.meta.get(name, ()):
            if (address := page.absolute(content)) and split_url(address):
                yield f"meta:{name}", address
    for value in data.values(data.articles[:1], "image", "thumbnailUrl"):
        stated = value.get("url") or value.get("contentUrl") if isinstance(value, dict) else value
        if isinstance(stated, str) and (address := page.absolute(stated)) and split_url(address):
            yield "json-ld", address


def _read_tags(page: Page, data: LinkedData, witnesses: list[Witness]) -> tuple[str, ...]:
    """Give the tags of the source that is about the article alone: ``keywords`` often are the site's."""
    stated = [("json-ld", text_of(value)) for value in data.values(data.articles[:1], "keywords")]
    stated += list(_stated(page, _TAG_META))
    if not stated:
        links = (e for e in page.elements["a"] if "tag" in (e.get("rel") or "").split())
        stated = [("markup:rel-tag", text_of_element(e)) for e in islice(links, _MAX_TAGS)]
    by_source: dict[str, list[str]] = {}
    for source, text in stated:
        parts = (" ".join(part.split()) for part in text.replace("、", ",").replace(";", ",").split(","))
        by_source.setdefault(source, []).extend(part for part in parts if part and len(part) <= _MAX_TAG)
    for index, (source, tags) in enumerate(by_source.items()):
        if tags:
            witnesses.append(Witness("tags", source, ", ".join(tags)[:_MAX_WITNESS], chosen=not index))
    chosen = next((tags for tags in by_source.values() if tags), [])
    unique = {tag.casefold(): tag for tag in reversed(chosen)}
    return tuple(reversed(unique.values()))[:_MAX_TAGS]


def _read_standfirst(
    page: Page, data: LinkedData, marks: Marks, title: str, witnesses: list[Witness]
) -> tuple[str | None, str | None]:
    """Give the summary marked up under the headline, else the line there that the head has as well.

    What only repeats the title is none. What stands in the head alone is for search engines: it is given
    besides, where two places say the same.
    """
    stated = [("markup", text) for text in marks.standfirsts]
    stated += [("json-ld", text) for text in data.texts(data.articles[:1], "description")]
    stated += list(_stated(page, _DESCRIPTION_META))
    stated = [(source, text) for source, text in dict.fromkeys(stated) if likeness(text, title) < _SAME_TITLE]
    believed = next((text for source, text in stated if source == "markup"), None)
    if believed is None and (believed := _in_head_as_well(marks, [text for _, text in stated])):
        stated.append(("text", believed))
    for source, text in stated:
        witnesses.append(Witness("standfirst", source, text[:_MAX_WITNESS], text == believed))
    counts = Counter(key(text) for _, text in stated)
    return believed, next((text for _, text in stated if counts[key(text)] > 1), None)


def with_summary(metadata: Metadata) -> Metadata:
    """Take what the head alone says for the standfirst: little else is served of its page."""
    if metadata.summary is None:
        return metadata
    cut = metadata.summary[:_MAX_WITNESS]
    first = next(one for one in metadata.witnesses if one.field == "standfirst" and one.value == cut)
    witnesses = tuple(replace(one, chosen=True) if one is first else one for one in metadata.witnesses)
    return replace(metadata, standfirst=metadata.summary, witnesses=witnesses)


def _in_head_as_well(marks: Marks, summaries: Sequence[str]) -> str | None:
    """Give the line below the headline that the head has as a summary, or begins one with.

    It may have the beginning alone of a line beside the headline, or other words for it; of a line in another
    box, the beginning is how the first paragraph is cut.
    """
    summaries = [text for text in summaries if len(text) >= _LEAST_SUMMARY]
    heads = set(map(key, summaries))
    for element, line in marks.lines_below_headline if heads else ():
        beside = marks.holds_headline(element.getparent()) and (
            element.tag == "p" or (element.text or "").strip() != ""
        )
        begins = (beside or element.tag in _HEADINGS) and key(line).startswith(tuple(heads))
        alike = beside and any(likeness(line, text) >= _ALIKE for text in summaries)
        if begins or alike or key(line) in heads:
            return line
    return None
