"""Site rules: where the pages of one site have their body, title, author, date. Data, not code."""

import hashlib
import re
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from typing import Any, NamedTuple, Self

from cssselect import SelectorError
from lxml import etree
from parsel import css2xpath

_XPATH = re.compile(r"[\s(]*(?:\.{0,2}/|@|[\w-]+\(|[a-z-]+::(?!attr\(|text\b))")


class Selector(NamedTuple):
    """A CSS selector or an XPath expression."""

    text: str
    """As written."""
    xpath: str
    only_if: str = ""
    """XPath: it counts on a page that has this only."""


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What is known of the pages of one site. Of several selectors, the first that finds something counts."""

    body: tuple[Selector, ...] = ()
    """The elements that are the article, all that one selector finds."""
    title: tuple[Selector, ...] = ()
    author: tuple[Selector, ...] = ()
    date: tuple[Selector, ...] = ()
    strip: tuple[Selector, ...] = ()
    """What is not the article; all of them count."""
    next_page: tuple[Selector, ...] = ()
    """The link to the next page of an article on several pages."""
    single_page: tuple[Selector, ...] = ()
    """The link to a page that has the whole of such an article."""
    advertisement: tuple[Selector, ...] = ()
    """What only paid articles have."""
    strip_attributes: tuple[Selector, ...] = ()
    lazy_sources: tuple[str, ...] = ()
    """Attributes of an image that hold its address until a script moves it to ``src``."""
    wrap: tuple[tuple[str, Selector], ...] = ()
    """Elements to put into a new one, with its tag."""
    replace: tuple[tuple[str, str], ...] = ()
    """Text of the page's source to replace before it is parsed: what, by what."""
    prune: bool = True
    """Whether the general rules may remove what stands in the body."""
    autodetect: bool = True
    """Whether the body is looked for where the selectors of it find nothing."""

    def __or__(self, other: Self) -> Self:
        """Give both, ours to be tried first; only ours where they cannot be mixed."""
        mixed: dict[str, Any] = {}
        for field in fields(self):
            ours, theirs = getattr(self, field.name), getattr(other, field.name)
            mixed[field.name] = ours + theirs if isinstance(ours, tuple) else ours
        if not self.body:
            mixed |= {"prune": other.prune, "autodetect": other.autodetect}
        return type(self)(**mixed)

    @property
    def digest(self) -> str:
        """Six hexadecimal digits that change with the rules."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:6]


def read_selector(text: str) -> Selector:
    """Read a selector; XPath when it begins like that (``//``, ``(//``, ``./``, ``string(``), else CSS.

    CSS may end with ``::attr(name)`` or ``::text``, as in Scrapy.

    Raises:
        ValueError: It is neither; the message says what is wrong with it.
    """
    text = text.strip()
    if _XPATH.match(text):
        return read_xpath(text)
    try:
        return Selector(text, _tried(css2xpath(text)))
    except (SelectorError, etree.XPathError, ValueError) as error:
        raise ValueError(f"a CSS selector, or XPath ({_said(error)})") from None


def read_xpath(text: str) -> Selector:
    """Read an XPath 1.0 expression.

    Raises:
        ValueError: It is none; the message says what is wrong with it.
    """
    try:
        return Selector(text, _tried(text))
    except (etree.XPathError, ValueError) as error:
        raise ValueError(f"an XPath 1.0 expression ({_said(error)})") from None


def _tried(xpath: str) -> str:
    compiled(xpath)(etree.Element("html"))  # what an expression calls shows only when it is evaluated
    return xpath


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


@lru_cache(maxsize=4096)
def compiled(xpath: str) -> etree.XPath:
    """Compile an expression, XPath 1.0 without extensions."""
    return etree.XPath(xpath, regexp=False)


def find(root: Any, selector: Selector) -> list[Any]:
    """Give the elements, attributes and texts that a selector finds; a function's text counts as found."""
    try:
        if selector.only_if and not compiled(selector.only_if)(root):
            return []
        found = compiled(selector.xpath)(root)
    except etree.XPathError:
        return []
    if isinstance(found, list):
        return found
    return [found] if isinstance(found, str) and found.strip() else []
