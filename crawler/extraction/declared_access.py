"""What a publisher declares of an article's access: of the whole, and of parts that are not free."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from archive.models import Access
from crawler.extraction.linked_data import LinkedData, Node, types_of
from crawler.extraction.page import Page

PAID = "access.paid-part"
_FREE = "isaccessibleforfree"
_SELECTOR = "cssselector"
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_TIERS = {
    "free": Access.FREE,
    "open": Access.FREE,
    "metered": Access.METERED,
    "registration": Access.REGISTRATION,
    "registered": Access.REGISTRATION,
    "locked": Access.PAYWALLED,
    "paid": Access.PAYWALLED,
    "premium": Access.PAYWALLED,
    "subscriber": Access.PAYWALLED,
}
_TIER_META = ("article:content_tier", "content_tier", "content-tier", "article:access", "article:tier")
_MICRODATA = etree.XPath("descendant::*/@itemprop[. = 'isAccessibleForFree' or . = 'isaccessibleforfree']/..")
_IN_ANY_SPELLING = b"ccessible"
_IN_SCOPE = etree.XPath("descendant::*/@itemprop[. = 'cssSelector' or . = 'cssselector']/..")
_BARE_NAME = re.compile(r"[A-Za-z_][\w-]*")
"""No element is called so: the dot of a class or the sign of an id is left out."""
_SIMPLE = re.compile(r"[.#][A-Za-z_][\w-]*")
"""The name of a class or an id and no more, as most of them are: some publishers name each paragraph."""
_MAX_WALKS = 50
"""Other selectors: each is run on the whole page."""
_MAX_SELECTOR = 300
_MAX_EVIDENCE = 50
_MAX_STEPS = 8
"""A page's own selector is run on the page: one of many steps would take minutes on a large one."""


@dataclass(slots=True)
class Declaration:
    """What a page declares of its access."""

    free: bool | None = None
    """Of the whole article; False as well where only a part of it is declared as not free."""
    tier: Access | None = None
    selectors: set[str] = field(default_factory=set)
    """Of the parts that are declared as not free."""
    paid: list[Any] = field(default_factory=list)
    """The elements that they find."""
    words: int = 0
    """How many words the article is said to have; 0 where nothing says so."""
    evidence: list[str] = field(default_factory=list)

    def tell(self, line: str) -> None:
        """Add to the evidence what is not in it, unless there is plenty."""
        if len(self.evidence) < _MAX_EVIDENCE and line not in self.evidence:
            self.evidence.append(line)


def read_declaration(page: Page) -> Declaration:
    """Read schema.org ``isAccessibleForFree`` (JSON-LD and microdata) and ``article:content_tier``.

    What schema.org states of a ``WebPageElement``, or of anything with a ``cssSelector``, is about that part
    of the page (https://developers.google.com/search/docs/appearance/structured-data/paywalled-content).
    """
    found = Declaration()
    if _IN_ANY_SPELLING in page.source:
        elements = _Elements(page.root)
        _read_json_ld(page, elements, found)
        _read_microdata(page, elements, found)
    for name in _TIER_META:
        for value in page.meta.get(name, ()):
            tier = _TIERS.get(value.strip().lower())
            if tier is not None:
                found.tell(f"meta: {name} is {value.strip()}")
                found.tier = found.tier or tier
    return found


def _read_json_ld(page: Page, elements: "_Elements", found: Declaration) -> None:
    stated = ((node, _boolean(_property(node, _FREE))) for node in page.json_ld)
    stating = [(node, free) for node, free in stated if free is not None]
    if not stating:
        return
    data = LinkedData.of(page.json_ld, page.url)
    ranks = {id(node): rank for rank, node in enumerate([*data.articles, *data.pages])}
    stating.sort(key=lambda pair: ranks.get(id(pair[0]), len(ranks)))
    for node, free in stating:
        selectors = list(_strings(_property(node, _SELECTOR)))
        if selectors or "WebPageElement" in types_of(node):
            _declare_part(elements, found, "json-ld", free, selectors)
        elif id(node) in ranks or not ranks:
            _declare_whole(found, "json-ld", free)
    for node in data.articles[:1]:
        found.words = _stated_words(node)


def _read_microdata(page: Page, elements: "_Elements", found: Declaration) -> None:
    for element in _MICRODATA(page.root):
        free = _boolean(element.get("content") or element.get("href") or element.text)
        if free is None:
            continue
        scope = _scope_of(element)
        if scope is not None and "WebPageElement" in (scope.get("itemtype") or ""):
            selectors = [e.get("content") or e.text for e in _IN_SCOPE(scope)]
            _declare_part(elements, found, "microdata", free, list(_strings(selectors)))
        else:
            _declare_whole(found, "microdata", free)
    for value in page.meta.get(_FREE, ()):
        free = _boolean(value)
        if free is not None and found.free is None:
            _declare_whole(found, "meta", free)


def _scope_of(element: Any) -> Any:
    return next((above for above in element.iterancestors() if above.get("itemscope") is not None), None)


def _declare_whole(found: Declaration, source: str, free: bool) -> None:
    """The first statement about the whole counts; a later one that contradicts it is only told."""
    line = f"{source}: isAccessibleForFree is {str(free).lower()}"
    if found.free is None:
        found.free = free
    elif found.free is not free:
        line += ", against what is stated before"
    found.tell(line)


def _declare_part(
    elements: "_Elements", found: Declaration, source: str, free: bool, selectors: list[str]
) -> None:
    if free:
        return
    new = [selector for selector in dict.fromkeys(selectors) if selector not in found.selectors]
    found.selectors.update(new)
    if selectors and not new:
        return
    named = ", ".join(new) or "a part that is not named"
    found.tell(f"{source}: isAccessibleForFree is false for {named}")
    found.free = False
    for selector in new:
        parts = elements.find(selector)
        if not parts and _BARE_NAME.fullmatch(selector):
            parts = [*elements.find(f".{selector}"), *elements.find(f"#{selector}")]
        if not parts:
            found.tell(f"{source}: nothing on the page matches {selector}")
        found.paid.extend(parts)


class _Elements:
    """The elements of a page, by selectors; those of a class or an id are looked up."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._walks = 0

    @cached_property
    def _by_name(self) -> dict[str, list[Any]]:
        named: dict[str, list[Any]] = {}
        for element in self._root.iterdescendants():
            names = {f".{name}" for name in (element.get("class") or "").split()}
            for name in names | {f"#{element.get('id')}"}:
                named.setdefault(name, []).append(element)
        return named

    def find(self, selector: str) -> list[Any]:
        """Give what a selector names; nothing where it is none, or would take too long."""
        if _SIMPLE.fullmatch(selector):
            found = self._by_name.get(selector, [])
        elif self._walks < _MAX_WALKS:
            self._walks += 1
            found = _run(self._root, selector)
        else:
            found = []
        return [element for element in found if element.tag not in {"html", "body"}]


def _property(node: Node, name: str) -> Any:
    """Give a property whose name may have a namespace and any case."""
    for key, value in node.items():
        if len(key) >= len(name) and key.rpartition("/")[2].rpartition(":")[2].lower() == name:
            return value
    return None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, list):
        stated = [free for item in value if (free := _boolean(item)) is not None]
        return all(stated) if stated else None
    if isinstance(value, dict):
        value = value.get("@value", value.get("@id"))
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower().rstrip("/") if value is not None else ""
    return _WORDS.get(word.rpartition("/")[2].rpartition(":")[2])


def _strings(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield item.strip()


def _run(root: Any, selector: str) -> list[Any]:
    if len(selector) > _MAX_SELECTOR or any(len(part.split()) > _MAX_STEPS for part in selector.split(",")):
        return []
    try:
        return list(_compiled(selector)(root))
    except (SelectorError, etree.XPathError, ValueError):
        return []


@lru_cache(maxsize=256)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _stated_words(node: Node) -> int:
    """Say how many words an article node claims: its ``wordCount``, or those of its ``articleBody``."""
    count, body = node.get("wordCount"), node.get("articleBody")
    if isinstance(count, str) and count.strip().isdecimal():
        count = int(count)
    if isinstance(count, int) and not isinstance(count, bool) and count > 0:
        return count
    return len(body.split()) if isinstance(body, str) else 0
