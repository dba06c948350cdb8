"""What the rules of a site find on one of its pages; where they find nothing, the general way stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from archive.models import SiteRuleCheck, Witness
from crawler.extraction.blocks import INLINE
from crawler.extraction.charset import decode
from crawler.extraction.dates import PUBLISHED, read_date
from crawler.extraction.metadata import Metadata
from crawler.extraction.names import split_names
from crawler.extraction.page import Page
from crawler.extraction.publication import StatedDate, choose_date
from crawler.extraction.site_rules import Selector, SiteRules, compiled, find

SOURCE = "site rule"
"""The witness of a field that a site rule found."""
_MARK = "series-archive-strip"
"""The ``data-component`` of what is stripped: rules/site.toml knows it."""
_EMPTY = frozenset({"img", "br", "hr", "wbr"})
_MAX_TITLE = 500
_MAX_NAME = 100
_MAX_WITNESS = 300
_LITTLE = 25
"""Characters; a body with less text and no image is none."""


@dataclass(slots=True)
class SiteReading:
    """What the rules of a site made of a page."""

    metadata: Metadata
    body: Any = None
    """A tree of its own with the elements that are the article; None: it is to be looked for."""
    checks: list[SiteRuleCheck] = field(default_factory=list)


def prepare(body: bytes, content_type: str | None, rules: SiteRules) -> bytes:
    """Replace text in the source of a page, as its site's rules say."""
    if not rules.replace:
        return body
    text, _ = decode(body, content_type)
    for old, new in rules.replace:
        text = text.replace(old, new)
    return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")  # the mark overrides what the page declares


def read_site(page: Page, metadata: Metadata, rules: SiteRules, paid: list[Any]) -> SiteReading:
    """Apply the rules of a site.

    Args:
        page: Its tree is changed: what is to be stripped is marked, the body is taken out of it.
        metadata: What was read in the general way.
        rules: Of the page's site.
        paid: The elements that are declared as not free; those of the body that stand in one are added.
    """
    reading = SiteReading(metadata)
    _read_fields(page, rules, reading)
    _change(page, rules)
    for selector in rules.strip:
        found = [element for element in find(page.root, selector) if _is_element(element)]
        reading.checks.append(SiteRuleCheck(f"strip: {selector.text}", matched=bool(found)))
        for element in found:
            _mark(element)
    if rules.body:
        _read_body(page, rules, reading, paid)
    return reading


def link_of(page: Page, selectors: Sequence[Selector]) -> str | None:
    """Give the absolute address that the first selector finds which finds one."""
    for selector in selectors:
        for found in find(page.root, selector):
            address = page.absolute((found.get("href") or "") if _is_element(found) else str(found))
            if address.startswith(("http://", "https://")):
                return address
    return None


def _read_fields(page: Page, rules: SiteRules, reading: SiteReading) -> None:
    title = _first(page, rules.title, reading, "title", lambda found: _texts(found)[:1])
    if title:
        _override(reading, "title", title[0][:_MAX_TITLE], title)
    authors = _first(page, rules.author, reading, "author", _texts)
    if authors:
        names = tuple(dict.fromkeys(name for text in authors for name in split_names(text)))
        _override(reading, "authors", names or tuple(text[:_MAX_NAME] for text in authors), authors)
    stated = _first(page, rules.date, reading, "date", _dates)
    if stated:
        language = reading.metadata.language
        dates = [StatedDate(PUBLISHED, SOURCE, text, read_date(text, language)) for text in stated]
        chosen = choose_date(dates, PUBLISHED, language, page.url)
        if chosen:
            _override(reading, "published", chosen.readings[0], [chosen.value], chosen.note)
    for selector in rules.advertisement:
        if find(page.root, selector):
            witness = Witness("advertisement", SOURCE, selector.text[:_MAX_WITNESS], chosen=True)
            reading.metadata = replace(reading.metadata, witnesses=(*reading.metadata.witnesses, witness))
            break


def _first(
    page: Page, selectors: Sequence[Selector], reading: SiteReading, name: str, read: Any
) -> list[str]:
    """Give what the first selector finds that finds anything, and note whether one did."""
    values: list[str] = []
    for selector in selectors:
        if values := read(find(page.root, selector)):
            break
    if selectors:
        reading.checks.append(SiteRuleCheck(_called(name, selectors), matched=bool(values)))
    return values


def _called(name: str, selectors: Sequence[Selector]) -> str:
    return f"{name}: {' | '.join(selector.text for selector in selectors)}"


def _override(reading: SiteReading, name: str, value: Any, stated: Iterable[str], note: str = "") -> None:
    """Let a site rule win over every other witness of a field."""
    before = reading.metadata
    witnesses = [replace(w, chosen=False) if w.field == name else w for w in before.witnesses]
    ours = [Witness(name, SOURCE, text[:_MAX_WITNESS], chosen=True, note=note) for text in stated]
    changes: dict[str, Any] = {name: value, "witnesses": (*ours, *witnesses)}
    reading.metadata = replace(before, **changes)


def _texts(found: Iterable[Any]) -> list[str]:
    texts = []
    for one in found:
        if _is_element(one):
            one = one.get("content") if one.tag == "meta" else "".join(one.itertext())
        if text := " ".join((one or "").split()):
            texts.append(text)
    return list(dict.fromkeys(texts))


def _dates(found: Iterable[Any]) -> list[str]:
    stamped = [(one.get("datetime") or one) if _is_element(one) else one for one in found]
    return [text for text in _texts(stamped) if read_date(text)]


def _is_element(found: Any) -> bool:
    return isinstance(found, etree._Element) and isinstance(found.tag, str)


def _change(page: Page, rules: SiteRules) -> None:
    """Change the tree as site-config files ask for it, before anything is read from its body."""
    for tag, selector in rules.wrap:
        for element in find(page.root, selector):
            if _is_element(element) and element.getparent() is not None:
                _wrap(element, tag)
    for selector in rules.strip_attributes:
        for value in find(page.root, selector):
            owner = value.getparent() if getattr(value, "attrname", None) else None
            if owner is not None:
                owner.attrib.pop(value.attrname, None)
    for name in rules.lazy_sources:
        for image in page.root.iter("img"):
            if image.get(name):
                image.set("src", image.get(name))


def _wrap(element: Any, tag: str) -> None:
    parent, tail = element.getparent(), element.tail
    element.tail = None
    around = element.makeelement(tag)
    parent.replace(element, around)
    around.append(element)
    around.tail = tail


def _mark(element: Any) -> None:
    """Mark what is to be stripped: the walk takes it out, and accounts for it where it stood."""
    if element.tag in {"html", "body", "head"} or element.getparent() is None:
        return
    element.attrib.clear()
    if element.tag in _EMPTY:
        element.tag = "wbr"  # what has no text is not asked for its rule; this is nothing at all
        return
    element.set("data-component", _MARK)
    element.tag = "span" if element.tag in INLINE else "div"


def _is_marked(element: Any) -> bool:
    return bool(element.get("data-component") == _MARK)


def _read_body(page: Page, rules: SiteRules, reading: SiteReading, paid: list[Any]) -> None:
    for selector in rules.body:
        elements = _outermost(find(page.root, selector))
        if _has_content(elements):
            reading.checks.append(SiteRuleCheck(_called("body", rules.body), matched=True))
            paid.extend(one for one in elements if any(above in paid for above in one.iterancestors()))
            reading.body = _tree_of(elements)
            return
    reading.checks.append(SiteRuleCheck(_called("body", rules.body), matched=False))
    if not rules.autodetect:
        reading.body = _tree_of([])


def _outermost(found: Iterable[Any]) -> list[Any]:
    elements = [one for one in found if _is_element(one)]
    chosen = set(elements)
    return [
        one
        for one in elements
        if not any(above in chosen or _is_marked(above) for above in one.iterancestors())
    ]


def _has_content(elements: Sequence[Any]) -> bool:
    text = sum(len("".join(compiled("string()")(element).split())) for element in elements)
    return text >= _LITTLE or any(next(element.iter("img"), None) is not None for element in elements)


def _tree_of(elements: Sequence[Any]) -> Any:
    root = etree.Element("html")
    body = etree.SubElement(root, "body")
    for element in elements:
        element.tail = None
        body.append(element)
    return root
