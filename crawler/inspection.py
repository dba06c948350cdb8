"""How one page is read, for a person: what is kept, what is removed, who says what."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import nh3
from jinja2 import Environment, StrictUndefined

from archive.models import Extraction, RemovedBlock, Witness
from crawler.extraction.candidates import Candidate
from crawler.extraction.pagination import top_level

FIELDS = (
    "title", "standfirst", "authors", "published", "modified", "language",
    "site_name", "canonical_url", "image", "tags",
)  # fmt: skip
FAMILIES = {
    "subscription": "subscription", "access": "subscription", "newsletter": "newsletter",
    "comments": "comments", "related": "related", "share": "share", "advertising": "advertising",
    "affiliate": "advertising", "consent": "consent", "credits": "credits", "authors": "authors",
    "site": "site", "structure": "structure", "hidden": "structure", "quoted": "structure",
    "classifier": "classifier",
}  # fmt: skip
"""The first word of a rule's name to the colour that it has on the page."""
_BLOCK = re.compile(
    r"<(?:p|h[2-4]|li|pre|td|th|figcaption)>(?!<(?:p|h[2-4]|[uo]l|pre|blockquote|table|figure|img|/))"
)
"""The beginning of one that holds text itself."""
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)">')
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TAGS = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "figure", "figcaption", "pre"})
_TAGS |= {"table", "tr", "td", "th", "a", "em", "strong", "br", "span"}


@dataclass(frozen=True, slots=True)
class Kept:
    """An element of the article."""

    markup: str

    @property
    def text(self) -> str:
        """Its text; items, rows and lines each on a line of its own."""
        marked = _IMAGE.sub(lambda image: f"[image: {image[2] or image[1]}]", self.markup)
        marked = re.sub(r"<li>", "\n- ", re.sub(r"<(?:br|/tr|/p|/figcaption)>", "\n", marked))
        marked = re.sub(r"</t[dh]>(?=<t[dh]>)", " | ", marked)
        lines = html.unescape(re.sub(r"<[^>]*>", "", marked)).split("\n")
        return "\n".join(line for line in lines if line.strip())

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return self.markup.startswith("<h")


def in_order(extraction: Extraction) -> Iterator[Kept | RemovedBlock]:
    """Give what is kept and what was removed as they stood on the page."""
    waiting = sorted(extraction.removed, key=lambda block: block.position)
    passed = 0
    for element in top_level(extraction.html) if extraction.html else ():
        while waiting and waiting[0].position <= passed:
            yield waiting.pop(0)
        yield Kept(element)
        passed += len(_BLOCK.findall(element))
    yield from waiting


def printable(text: str) -> str:
    """Give a text without what would steer a terminal, or turn the direction of the line."""
    return "".join(letter if letter == "\n" or not _STEERING.match(letter) else " " for letter in text)


def family(rule: str) -> str:
    """Give the family of a rule, which has a colour."""
    return FAMILIES.get(rule.partition(".")[0], "other")


def facts(extraction: Extraction) -> list[tuple[str, str, Sequence[Witness]]]:
    """Give each field with its value and its witnesses, those that won first."""
    rows: list[tuple[str, str, Sequence[Witness]]] = []
    for name in FIELDS:
        value = getattr(extraction, name)
        said = [witness for witness in extraction.witnesses if witness.field == name]
        shown = ", ".join(value) if isinstance(value, tuple) else value
        rows.append((name, str(shown or ""), sorted(said, key=lambda witness: not witness.chosen)))
    return rows


def notices(extraction: Extraction) -> list[str]:
    """Give what a reader should know that the article does not say."""
    told = []
    if extraction.next_page:
        told.append(f"The article goes on at {extraction.next_page}; a crawl joins its pages.")
    if extraction.single_page:
        told.append(f"The whole article is at {extraction.single_page}; a crawl takes it from there.")
    told += [
        f"A rule of the site marks it as advertising: {witness.value}"
        for witness in extraction.witnesses
        if witness.field == "advertisement"
    ]
    return told


def render(extraction: Extraction, candidates: Sequence[Candidate]) -> str:
    """Write the inspection as one HTML page that loads nothing, runs nothing, and has light and dark."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = resources.files("crawler").joinpath("inspection.html").read_text("utf-8")
    pieces: list[Mapping[str, Any]] = [
        {"kept": _safe(piece.markup)}
        if isinstance(piece, Kept)
        else {"kept": None, "removed": piece, "family": family(piece.rule)}
        for piece in in_order(extraction)
    ]
    return environment.from_string(source).render(
        page=extraction,
        pieces=pieces,
        facts=facts(extraction),
        notices=notices(extraction),
        candidates=candidates,
        families=sorted({family(block.rule) for block in extraction.removed}),
        kept=sum(piece["kept"] is not None for piece in pieces),
        words=len(extraction.text.split()),
    )


def _safe(markup: str) -> str:
    """Clean an element once more, as a browser would read it; an image is named, not loaded."""
    named = _IMAGE.sub(
        lambda image: f'<span class="image">image: {image[2] or "without description"} ({image[1]})</span>',
        markup,
    )
    return nh3.clean(
        named,
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        allowed_classes={"span": {"image"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
