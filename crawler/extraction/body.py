"""Which part of a page holds the article: the lowest node that dominates its paragraphs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from lxml import etree

from crawler.extraction.blocks import HIDDEN, STRUCTURAL, Block, Walk
from crawler.extraction.cards import find_cards
from crawler.extraction.comments import find_comments
from crawler.extraction.page import ALTERNATIVES, Page
from crawler.extraction.rulebook import rules
from crawler.extraction.signals import Signal

_DOMINANCE = 0.8
"""The share of its parent's paragraph weight that a node needs to be descended into."""
_WIDE = 0.93
_HEAD_BLOCKS = 30
"""How many texts before the container the headline is looked for: a standfirst stands between them."""
_LEAST_HEADLINE, _LONGEST_HEADLINE = 15, 400
"""Characters."""
_FEW_MORE = 40
"""Characters around the title in the line that has it."""
_ASIDE = frozenset({"aside", "footer", "nav"})
_SURELY_NOT = 0.12
"""How unsure the classifier has to be of a block in a body that a rule of the site names, to remove it."""
_TAIL_BLOCKS = 12
"""How far behind the container blocks are judged, and accounted for: notes about the author stand there."""
_NO_CONTAINER = frozenset({"p", "ul", "ol", "li", "blockquote"})
_TABLE_PARTS = frozenset({"table", "tbody", "thead", "tfoot", "tr"})
_MAIN_ROLE = "@role=main"
_MAIN_SHARE = 0.3
"""Of the text around it that the main part of a page has at least."""
_LARGE_SHARE = 0.35
_LARGE_CHARS = 600
_LITTLE_TEXT = 250
_LEAST_BESIDE_CARDS = 100
"""Weight: what has less is a list of them."""
_MUCH_MORE = 1.5
"""Times the weight: a second walk that finds so much more is believed."""
_MAX_COUNTED = 20_000_000
"""Characters and their pieces counted in what a rule names, over and over where one stands in another."""
_LENGTH = etree.XPath("string-length()")
_PROSE = etree.XPath("descendant-or-self::p/text()", smart_strings=False)
_LONG_PARAGRAPH = 150
_QUESTION_WORDS = 4
_OF_SITE = "site.strip"
_REPLY = "comments.reply"
_BYLINE = "authors.byline"
_STANDFIRST_WORDS = 8
_OPENED = re.compile(r"accordion|(?<!nav)(?<!navbar-)(?<!menu-)collaps|(?:^|[.#_-])faq")
"""What is opened by a click, and is no menu, by its class names."""
_FIELDS = etree.XPath("boolean(.//textarea | .//select | .//input[not(@type='hidden')])")
_NEVER_CUT = frozenset({"html", "body", "main", "article"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True)
class Body:
    """The blocks of a page, and the range of them that is the article with what stands in it."""

    walk: Walk
    core: int
    """The lowest node that dominates the paragraphs."""
    first: int
    last: int
    """One behind the last block."""
    keep: float = 0.5
    """How sure the classifier has to be that a block is the article; less so of a paragraph."""


class _Thread:
    """The posts of a page of a forum, of which the first is the article."""

    def __init__(self) -> None:
        self._first: Any = None

    def begins_with(self, element: Any) -> bool:
        """Tell whether an element that is called a post is the first one, or stands in it.

        Blogs call their articles posts, too: teasers above one are no thread that it is a reply in.
        """
        if self._first is None or next(element.iter("h1"), None) is not None:
            self._first = element
        return self._first is element or self._first in element.iterancestors()


class _Cutter:
    """Applies structural rules during the walk; one that would take much of the page is passed over."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._thread = _Thread()
        self._total = 0
        self._counted = 0

    def __call__(self, element: Any, tag: str, signal: Signal, rule: str) -> str | None:
        if rule == _REPLY:
            return None if self._thread.begins_with(element) else rule
        if tag in _NEVER_CUT or _is_text(element, tag, signal, rule):
            return None
        known = rules().get(rule)
        if known is not None and known.strong:
            return rule
        if self._counted > _MAX_COUNTED:
            return None
        if self._is_large(element):
            self._total = self._total or _prose(self._root) or 1
            if _prose(element) / self._total > _LARGE_SHARE:
                return None
        return rule

    def _is_large(self, element: Any) -> bool:
        chars = pieces = 0
        for piece in element.itertext():
            chars += len(piece)
            pieces += 1
            if chars > _LARGE_CHARS:
                break
        self._counted += chars + pieces
        return chars > _LARGE_CHARS


def _is_text(element: Any, tag: str, signal: Signal, rule: str) -> bool:
    """Tell whether an element is judged by its text, whatever rule its markup fits.

    Headings and long paragraphs have class names that speak of what stands around them: the first paragraph
    behind a paywall, a heading that a table of contents leads to. Questions and answers that a reader opens
    one by one are buttons and hidden; posts stand in forms, where nothing is to be filled in. A box around
    the byline may have the standfirst in it as well.
    """
    if rule == "structure.form":
        return not _FIELDS(element) and _prose(element) > _LONG_PARAGRAPH
    if rule in {"structure.button", HIDDEN}:
        opens = any(_OPENED.search(token) for token in signal.tokens)
        return opens and (rule == HIDDEN or len("".join(element.itertext()).split()) >= _QUESTION_WORDS)
    if rule == _OF_SITE:
        return False
    if rule == _BYLINE and any(_is_line(paragraph) for paragraph in element.iterchildren("p")):
        return True
    return tag in _HEADINGS or (tag == "p" and _LENGTH(element) > _LONG_PARAGRAPH)


def _is_line(paragraph: Any) -> bool:
    """Tell whether a paragraph without marks or links in it is long enough to say something."""
    return not len(paragraph) and len((paragraph.text or "").split()) >= _STANDFIRST_WORDS


def _prose(element: Any) -> int:
    """Characters in paragraphs, without those of their links."""
    return sum(map(len, _PROSE(element)))


def find_body(page: Page, paid: Sequence[Any] = (), title: str | None = None) -> Body:
    """Walk a page and find where its article is.

    Args:
        page: the whole page.
        paid: elements that the publisher declares as not free; their nodes are marked.
        title: of the article: of several articles on a page, the one with this headline is meant.
    """
    body = _choose(Walk(_Cutter(page.root), paid).run(page.root), title)
    weight = _weight(body)
    if _open_alternatives(page, weight):
        return find_body(page, paid, title)
    if weight < _LITTLE_TEXT:
        second = _choose(Walk(_SureCutter(), paid).run(page.root), title)
        if _weight(second) > _MUCH_MORE * weight:
            return second
    return body


def _weight(body: Body) -> float:
    return sum(block.weight for block in body.walk.blocks[body.first : body.last])


def _open_alternatives(page: Page, found: float) -> bool:
    """Make what readers without scripts get, and HTML in drawings, part of a page that has less text."""
    inside = [one for tag in ALTERNATIVES for one in page.elements[tag] if one.tag == tag]
    if sum(map(_prose, inside)) <= found:
        return False
    for element in inside:
        element.tag = "div"
        for drawing in element.iterancestors("svg"):
            drawing.tag = "div"
    return True


def take_body(root: Any, paid: Sequence[Any] = (), *, prune: bool = True) -> Body:
    """Take a tree for the article as a whole: the rules of its site say that it is.

    Args:
        root: the root element of what they chose.
        paid: elements that the publisher declares as not free.
        prune: whether structural rules may remove parts of it, and the classifier where it is very sure.
            Phrases may.
    """
    walk = Walk(_Cutter(root) if prune else _only_site_rules, paid).run(root)
    core = _Weights(walk).descend(0, _WIDE)
    _take_out_of_layout(walk, core)
    return Body(walk, core, 0, len(walk.blocks), keep=_SURELY_NOT if prune else 0.0)


class _SureCutter:
    """Applies only the rules of the site, and those that are so sure that they may take most of a page."""

    def __init__(self) -> None:
        self._thread = _Thread()

    def __call__(self, element: Any, tag: str, _signal: Signal, rule: str) -> str | None:
        if rule == _REPLY:
            return None if self._thread.begins_with(element) else rule
        return rule if rule == _OF_SITE or (rules()[rule].strong and tag not in _NEVER_CUT) else None


def _only_site_rules(_element: Any, _tag: str, _signal: Signal, rule: str) -> str | None:
    return rule if rule == _OF_SITE else None


_Rows = Sequence[tuple[int, int]]
"""Where rows of cards or comments stand: the first block of each, and one behind its last."""


class _Weights:
    """The paragraph weight of every node of a walk; what stands in some rows of them weighs nothing."""

    def __init__(self, walk: Walk, without: _Rows = ()) -> None:
        self._walk = walk
        self.children: dict[int, list[int]] = {}
        for index, node in enumerate(walk.nodes):
            if walk.ends[index] > node.first:
                self.children.setdefault(node.parent, []).append(index)
        weights = [
            block.weight if _ASIDE.isdisjoint(walk.nodes[block.node].zones) else 0.3 * block.weight
            for block in walk.blocks
        ]
        for first, end in without:
            weights[first:end] = [0.0] * (end - first)
        self._sums = [*accumulate(weights, initial=0.0)]

    def of(self, index: int) -> float:
        return self._sums[self._walk.ends[index]] - self._sums[self._walk.nodes[index].first]

    def descend(self, start: int, dominance: float) -> int:
        """Go down as long as one child has that share of its parent's weight."""
        current = start
        while below := self.children.get(current):
            best = max(below, key=self.of)
            if self.of(best) < dominance * self.of(current) or self._walk.nodes[best].tag in _NO_CONTAINER:
                break
            current = best
        return current

    def below_headline(self, title: str | None) -> int:
        """Give the lowest node that holds the headline and some text."""
        key = _folded(title or "")
        blocks = self._walk.blocks
        heads = [block for block in blocks if block.tag == "h1"]
        heads = heads or [block for block in blocks if key and _folded(block.text) == key]
        heads.sort(key=lambda block: _folded(block.text) != key)
        node = heads[0].node if heads else 0
        while node > 0 and self.of(node) < _LEAST_BESIDE_CARDS:
            node = self._walk.nodes[node].parent
        return max(node, 0)


def _weigh(walk: Walk, title: str | None) -> tuple[_Weights, _Rows]:
    """Weigh the nodes, and give what weighs nothing: comments, and rows of cards that outweigh the article.

    Cards beside the headline and its text may be the best ten, and are the article, too.
    """
    comments = [*find_comments(walk)]
    weights = _Weights(walk, comments)
    rows = [*find_cards(walk, weights.children)]
    if not rows:
        return weights, comments
    rest, heaviest = _Weights(walk, [*comments, *rows]), weights.descend(0, _WIDE)
    if rest.of(heaviest) >= weights.of(heaviest) / 2:
        return weights, comments
    article = rest.below_headline(title)
    apart = [row for row in rows if row[0] not in range(walk.nodes[article].first, walk.ends[article])]
    return _Weights(walk, [*comments, *apart]), [*comments, *apart]


def _choose(walk: Walk, title: str | None) -> Body:
    nodes = walk.nodes
    weights, others = _weigh(walk, title)
    wide = weights.descend(0, _WIDE)
    wide = _main_part(walk, weights, wide) or wide
    core = weights.descend(wide, _DOMINANCE)
    while nodes[core].tag in _TABLE_PARTS:  # a table of data, not one that lays out the page
        core = nodes[core].parent
    wide = min(wide, core)
    named = _of_title(walk, weights, core, title)
    if named is not None:
        wide = core = named
    _take_out_of_layout(walk, core)
    first, headline = nodes[wide].first, _headline(walk, nodes[core].first, title)
    if headline is not None:
        first = min(first, headline + 1)
    above = nodes[wide].parent if named is None else -1
    last = walk.ends[wide]
    if above >= 0:
        behind = (other for other, _ in others if other >= last)
        last = min(walk.ends[above], last + _TAIL_BLOCKS, *behind)
    return Body(walk, core, first, last)


def _main_part(walk: Walk, weights: _Weights, above: int) -> int | None:
    """Give the only node in another that the page calls its main part, if it has a good share of the text."""
    found: list[int] = []
    for index in range(above + 1, len(walk.nodes)):
        node = walk.nodes[index]
        if node.first >= walk.ends[above]:
            break
        called = node.tag == "main" or _MAIN_ROLE in node.signal.tokens
        if called and weights.of(index) and not (found and node.first < walk.ends[found[-1]]):
            found.append(index)
    if len(found) != 1 or weights.of(found[0]) < _MAIN_SHARE * weights.of(above):
        return None
    return None if _goes_on_behind(walk, found[0], above) else found[0]


def _goes_on_behind(walk: Walk, main: int, above: int) -> bool:
    """Tell whether paragraphs stand behind a part in no box of their own: a ``</div>`` too many ended it."""
    around = set()
    index = walk.nodes[main].parent
    while index >= above:
        around.add(index)
        index = walk.nodes[index].parent
    behind = walk.blocks[walk.ends[main] : walk.ends[above]]
    return any(block.weight and _holder(walk, block) in around for block in behind)


def _holder(walk: Walk, block: Block) -> int:
    """Give the node that a paragraph stands in."""
    return walk.nodes[block.node].parent if walk.nodes[block.node].tag == block.tag else block.node


def _headline(walk: Walk, before: int, title: str | None) -> int | None:
    """Give the headline above a block: an ``h1`` or the title, else a heading that holds it or is in it."""
    key = _folded(title or "")
    near: list[int] = []
    for index in range(before - 1, -1, -1):
        if 0 < walk.blocks[index].chars <= _LONGEST_HEADLINE:
            near.append(index)
        if len(near) == _HEAD_BLOCKS:
            break
    told = {index: _folded(walk.blocks[index].text) for index in near}
    for index, own in told.items():
        block = walk.blocks[index]
        if block.tag == "h1" or (key and (own == key or _links_title(block, key, own))):
            return index
    for index, own in told.items():
        long_enough = min(len(own), len(key)) >= _LEAST_HEADLINE
        if walk.blocks[index].tag[0] == "h" and long_enough and (own in key or key in own):
            return index
    return None


def _links_title(block: Block, title: str, line: str) -> bool:
    """Tell whether a line is the title as a link, with few words around it: what kind of post it is."""
    near = len(title) >= _LEAST_HEADLINE and title in line and len(line) <= len(title) + _FEW_MORE
    return near and 2 * block.link_chars > block.chars


def _of_title(walk: Walk, weights: _Weights, core: int, title: str | None) -> int | None:
    """Give the part of the core node that has the title as its headline, where others are articles too.

    A page that goes on with one article after the other has each in an ``article``, or under an ``h1``.
    """
    key = _folded(title or "")
    first, last = walk.nodes[core].first, walk.ends[core]
    heads = [i for i in range(first, last) if walk.blocks[i].tag == "h1"]
    found = [i for i in heads if _folded(walk.blocks[i].text) == key]
    if len(found) != 1:
        return None
    parts = [part for part in weights.children.get(core, ()) if weights.of(part) >= _LITTLE_TEXT]
    named = next((p for p in parts if walk.nodes[p].first <= found[0] < walk.ends[p]), None)
    others = (
        walk.nodes[part].tag == "article" or any(walk.nodes[part].first <= i < walk.ends[part] for i in heads)
        for part in parts
        if part != named
    )
    return named if any(others) else None


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _take_out_of_layout(walk: Walk, core: int) -> None:
    """Forget the tables and lists that the whole article stands in: they lay out the page."""
    above, index = 0, core
    while index >= 0:
        above += walk.nodes[index].tag in STRUCTURAL
        index = walk.nodes[index].parent
    inside = walk.blocks[walk.nodes[core].first : walk.ends[core]]
    if not above or not inside:
        return
    layout = inside[0].path[:above]
    for block in walk.blocks:
        shared = 0
        while shared < min(len(layout), len(block.path)) and block.path[shared] == layout[shared]:
            shared += 1
        block.path = block.path[shared:]
        if block.tag in STRUCTURAL and all(tag != block.tag for tag, _ in block.path):
            block.tag = "div"
