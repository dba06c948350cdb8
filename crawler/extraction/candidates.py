"""Where the article could be on a page, and why it was looked for where it was: for people."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from crawler.extraction.body import Body, find_body
from crawler.extraction.declared_access import read_declaration
from crawler.extraction.metadata import read_metadata
from crawler.extraction.page import Page
from crawler.extraction.site import Site
from crawler.extraction.site_reading import read_site

_SHOWN = 0.1
"""Of its parent's text; what has less is not worth showing."""
_ALL = 0.995
"""An element with so much of the text above it, and nothing beside it, is left out."""
_MOST_BESIDE = 3
_MAX_NAMES = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """An element that may hold the article."""

    depth: int
    """Elements above it."""
    name: str
    """Tag, id and classes, as a CSS selector."""
    weight: int
    """Characters in its paragraphs that are no links."""
    share: float
    """Of the weight of the element above it."""
    on_the_way: bool
    """The article is in it."""
    chosen: bool
    reason: str


def find_candidates(body: bytes, url: str, content_type: str | None, site: Site) -> list[Candidate]:
    """Give the elements that were weighed, outermost first; none where a rule of the site names the body."""
    page = Page.parse(body, url, content_type)
    declared = read_declaration(page)
    reading = read_site(page, read_metadata(page), site.rules, declared.paid)
    return _candidates(find_body(page, declared.paid, reading.metadata.title)) if reading.body is None else []


def _candidates(body: Body) -> list[Candidate]:
    walk = body.walk
    sums = list(accumulate((block.weight for block in walk.blocks), initial=0.0))
    weights = [sums[walk.ends[i]] - sums[node.first] for i, node in enumerate(walk.nodes)]
    way = [body.core]
    while walk.nodes[way[0]].parent >= 0:
        way.insert(0, walk.nodes[way[0]].parent)
    found = []
    for index, below in zip(way, [*way[1:], None], strict=True):
        parts = sorted(
            (i for i, node in enumerate(walk.nodes) if node.parent == index),
            key=lambda i: weights[i],
            reverse=True,
        )
        above = walk.nodes[index].parent
        share = weights[index] / weights[above] if above >= 0 and weights[above] else 1.0
        chosen = below is None
        if chosen:
            reason = "The lowest element that holds nearly all of the text above it"
            if parts and weights[index]:
                reason += f": the largest in it has {weights[parts[0]] / weights[index]:.0%}"
        else:
            reason = "The article is in it"
        beside = [i for i in parts if i != below and weights[index] and weights[i] / weights[index] >= _SHOWN]
        if chosen or beside or share < _ALL:
            found.append(_candidate(body, index, weights, share, reason, on_the_way=True, chosen=chosen))
        for i in beside[:_MOST_BESIDE]:
            share = weights[i] / weights[index]
            reason = "A part of the chosen one" if chosen else "Less of the text than the one beside it"
            found.append(_candidate(body, i, weights, share, reason, on_the_way=False, chosen=False))
    return found


def _candidate(
    body: Body,
    index: int,
    weights: list[float],
    share: float,
    reason: str,
    *,
    on_the_way: bool,
    chosen: bool,
) -> Candidate:
    node = body.walk.nodes[index]
    name = _name(node.element)
    return Candidate(node.depth, name, round(weights[index]), share, on_the_way, chosen, reason)


def _name(element: Any) -> str:
    names = "".join(f".{name}" for name in (element.get("class") or "").split()[:_MAX_NAMES])
    identity = (element.get("id") or "").strip()
    return f"{element.tag}{f'#{identity}' if identity and ' ' not in identity else ''}{names}"
