"""Who wrote it: the names that the parts of a page state, and which of them to believe."""

import re
from collections.abc import Iterator, Sequence

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.byline_text import LABEL
from crawler.extraction.bylines import (
    BYLINES,
    PROFILE,
    StatedNames,
    named_accounts,
    names_alone,
    names_beside_portraits,
    names_that_open,
    signed_lines,
)
from crawler.extraction.language import primary_tag
from crawler.extraction.linked_data import LinkedData, Node, text_of, types_of
from crawler.extraction.marks import Marks, text_of_element
from crawler.extraction.names import is_account, is_name, is_named, is_organisation, is_person, split_names
from crawler.extraction.page import Page
from crawler.extraction.titles import key
from crawler.extraction.words import load

_META = (
    "author", "article:author", "og:author", "og:article:author", "dc.creator", "dcterms.creator",
    "dc:creator", "citation_author", "parsely-author", "sailthru.author", "cxenseparse:author",
    "article_author", "articleauthor", "article.author", "byl", "byline", "author_name", "creator",
    "lp.article:author", "vr:author", "rbauthors", "writer",
)  # fmt: skip
_WRITTEN_BY = frozenset(label.strip() for label in load("bylines")["written_by"].split(";"))
_AND = r"\s(?:and|und|et|y|e|och|og|en|i|&)\s"
"""What stands between two people: a comma or a bar may stand before what one of them is."""
_POSTS = frozenset({"DiscussionForumPosting", "SocialMediaPosting", "Question"})
"""Types of what people write under the names of their accounts."""
_POST_BY = etree.XPath(
    "self::*[@itemprop='author'][ancestor::*[@itemtype][1][contains(@itemtype, 'DiscussionForumPosting')"
    " or contains(@itemtype, '/Question')]]/descendant::*[@itemprop='name']"
)
"""The name of the account that wrote the first post of a thread."""
_UNSIGNED = frozenset({"ja", "ko", "zh"})
"""Languages in which news is signed where readers see it or not at all: the head has the publisher then."""
_MAX_NAMES = 12
_MAX_BYLINE = 300
_MAX_LINE = 80
_WRITER, _NAMESAKE, _DESK, _PUBLISHER, _NOBODY = range(5)


def read_authors(page: Page, data: LinkedData, marks: Marks, publisher: set[str]) -> list[StatedNames]:
    """Give what the page states about its authors, the most trusted first.

    Each further place is looked at only while nobody is named but the publisher, who often stands for its
    writers in the head.

    Args:
        page: the whole page.
        data: its JSON-LD.
        marks: what its markup calls authors.
        publisher: keys (see ``titles.key``) of the names of the publisher.
    """
    stated = [*_from_json_ld(data, publisher, marks), *_from_meta(page, publisher)]
    if _is_person_named(stated, publisher):
        return [*_signed_otherwise(marks, stated), *stated]
    for read in (_from_marks, *BYLINES):
        if _is_person_named(stated, publisher):
            return stated
        stated += read(marks)
    if not stated:
        ways = (names_alone, names_beside_portraits, named_accounts)
        return next(filter(None, (list(read(marks)) for read in ways)), [])
    return stated if _is_person_named(stated, publisher) else [*stated, *names_that_open(marks)]


def _signed_otherwise(marks: Marks, stated: Sequence[StatedNames]) -> list[StatedNames]:
    """Give the line near the headline that says "By", where it is to be believed before the head.

    It names all whom the head names "and" others, or the page shows nobody whom its head names: that is
    the account that uploaded a guest's article.
    """
    signed = [one for one in signed_lines(marks) if one.source == "text"]
    if not signed:
        return []
    names = {key(name) for one in signed for name in one.names}
    known = {key(name) for one in stated for name in one.names}
    if not names.isdisjoint(known):
        return signed if names > known and any(map(_are_joined, signed)) else []
    shown = key(" ".join(marks.root.xpath("//body//text()[not(parent::script or parent::style)]")))
    return [] if any(name in shown for name in known) else signed


def _are_joined(one: StatedNames) -> bool:
    """Tell whether the last two names of a byline have an "and" between them."""
    pair = _AND.join(map(re.escape, one.names[-2:]))
    return len(one.names) > 1 and bool(re.search(pair, " ".join(one.value.split()), re.I))


def _is_person_named(stated: Sequence[StatedNames], publisher: set[str]) -> bool:
    return any(_is_writer(name, one) and key(name) not in publisher for one in stated for name in one.names)


def _is_writer(name: str, one: StatedNames) -> bool:
    return one.account or (is_person(name) and not one.organisation)


def choose_authors(stated: Sequence[StatedNames], publisher: set[str]) -> tuple[tuple[str, ...], str]:
    """Choose the authors: people before desks and agencies, and these before the publisher itself.

    Args:
        stated: as ``read_authors`` gives it.
        publisher: keys (see ``titles.key``) of the names of the publisher.

    Returns:
        the names (people; else desks and agencies; else the publisher, where it signs itself), and the source
        that won (empty where nobody is named).
    """
    sources = list(dict.fromkeys(one.source for one in stated))
    ranked = {
        source: [
            (_rank(name, one, key(name) in publisher), name)
            for one in stated
            if one.source == source
            for name in one.names
        ]
        for source in sources
    }
    for wanted in (_WRITER, _NAMESAKE, _DESK, _PUBLISHER):
        for source, names in ranked.items():
            if any(rank <= wanted for rank, _ in names):
                # linked data lists an agency as an author beside a person; a byline adds the employer
                limit = max(wanted, _DESK) if source == "json-ld" else wanted
                chosen = [
                    name
                    for rank, name in names
                    if rank <= wanted
                    or (rank <= limit and is_named(name) and not _is_part_of(name, publisher))
                ]
                return _unique(chosen)[:_MAX_NAMES], source
    return (), ""


def _is_part_of(name: str, publisher: set[str]) -> bool:
    """Tell whether an organisation beside a person is the publisher itself, by a part of its name."""
    return any(key(name) in own for own in publisher)


def _rank(name: str, one: StatedNames, publisher: bool) -> int:
    """What a name is: a person, one whom the site is named after, a desk, or the publisher itself."""
    if _is_writer(name, one):
        return _NAMESAKE if publisher else _WRITER
    if not is_name(name):
        return _NOBODY
    return _PUBLISHER if publisher else _DESK


def _unique(names: list[str]) -> tuple[str, ...]:
    """Each name once; a name without the credential that it has elsewhere is the same person."""
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(key(name), name)
    bare = {key(name.partition(",")[0]) for name in names if "," in name}
    return tuple(name for known, name in kept.items() if known not in bare)


def _from_json_ld(data: LinkedData, publisher: set[str], marks: Marks) -> Iterator[StatedNames]:
    unsigned = primary_tag(marks.root.get("lang")) in _UNSIGNED
    for node in data.articles:
        found = False
        for value in data.values([node], "author", "creator"):
            text = text_of(value)
            if not text or text.startswith(("http://", "https://")):
                continue
            organisation = any("Organization" in name for name in types_of(value))
            if organisation and unsigned and not _stands_near_headline(text, marks):
                continue
            account = not organisation and _is_posted_by(text, node, marks)
            whole = account or ((organisation or key(text) in publisher) and is_name(text))
            names = (text,) if whole else split_names(text)
            if names:
                found = True
                yield StatedNames("json-ld", text, names, organisation, account)
        if found:
            return


def _is_posted_by(name: str, node: Node, marks: Marks) -> bool:
    """Tell whether an account is the author: of a post, or as its name stands near the headline as well."""
    if not types_of(node).isdisjoint(_POSTS):
        return is_account(name) or is_name(name)
    if not is_account(name) or name[0].islower() or is_organisation(name) or split_names(name) != (name,):
        return False
    return _stands_near_headline(name, marks)


def _stands_near_headline(name: str, marks: Marks) -> bool:
    lines = (text_of_element(element, _MAX_LINE) for element in marks.below_headline)
    return any(key(line).startswith(key(name)) for line in lines if len(line) < _MAX_LINE)


def _from_meta(page: Page, publisher: set[str]) -> Iterator[StatedNames]:
    labelled = [
        f"twitter:data{number}"
        for number in range(1, 4)
        if any(
            label.strip(" :").casefold() in _WRITTEN_BY
            for label in page.meta.get(f"twitter:label{number}", ())
        )
    ]
    for name in (*_META, *labelled):
        for content in page.meta.get(name, ()):
            text = " ".join(content.split())
            if not text or text.startswith(("http://", "https://", "(", "@")):
                continue
            bibliographic = name.startswith(("dc", "citation"))
            if key(text) in publisher and is_name(text):
                names: tuple[str, ...] = (text,)
            else:
                names = _turned(text) if bibliographic else split_names(text)
            if names and not (_is_handle(text) and name != "author"):
                yield StatedNames(f"meta:{name}", text, names)


def _is_handle(text: str) -> bool:
    """Tell whether a name looks like that of an account: ``sam-example``."""
    return " " not in text and text == text.lower() and text.isascii()


def _turned(text: str) -> tuple[str, ...]:
    """Give the names of bibliographic metadata, which puts the family name first: ``Roe, Jane``."""
    family, _, given = (part.strip() for part in text.partition(","))
    if given and "," not in given and len(given.split()) < 4:
        return (f"{given} {family}",)
    return split_names(text)


def _from_marks(marks: Marks) -> Iterator[StatedNames]:
    """Bylines in the markup: the first one, and what stands beside it."""
    first: HtmlElement | None = None
    for element in marks.authors:
        if first is not None and not _stand_together(first, element):
            continue
        if posts := _POST_BY(element):
            name = text_of_element(posts[0])
            yield StatedNames("markup", name, (name,), account=True)
            return
        for text in _byline_texts(element):
            names = split_names(text)
            people = tuple(name for name in names if is_person(name))
            alone = len(names) == 1
            account = alone and not people and LABEL.match(text) is not None and is_account(names[0])
            chosen = people or (names if account or (alone and is_organisation(names[0])) else ())
            if chosen:
                first = element if first is None else first
                yield StatedNames("markup", text, chosen, account=account and not is_organisation(names[0]))


def _stand_together(first: HtmlElement, other: HtmlElement) -> bool:
    """Tell whether two elements are items of one byline."""
    if other.tag == first.tag and other.get("class") == first.get("class"):
        above = list(first.iterancestors())[:3]
        return any(ancestor in above for ancestor in list(other.iterancestors())[:3])
    return False


def _byline_texts(element: HtmlElement) -> list[str]:
    links = [
        link
        for link in element.iter("a")
        if "author" in (link.get("rel") or "") or PROFILE.search(link.get("href") or "")
    ]
    texts = [text for link in links if (text := text_of_element(link)) and is_person(text)]
    if texts:
        return texts
    text = text_of_element(element)
    if not text or text.endswith("。"):  # a sentence about the page
        return []
    return [text if len(text) < _MAX_BYLINE else text.split("\n")[0]]
