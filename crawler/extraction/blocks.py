"""One walk over a page's tree into a flat list of blocks: paragraphs, headings, items, images."""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from crawler.extraction.shortcodes import without_shortcodes
from crawler.extraction.signals import Signal, signal_of

SKIPPED = frozenset(
    {
        "script", "style", "svg", "noscript", "template", "iframe", "object", "embed", "applet", "canvas",
        "map", "input", "select", "option", "textarea", "datalist", "title", "base", "video", "audio", "math",
        "dialog", "progress", "meta", "link", "track", "param", "area", "col", "colgroup",
        "frame", "frameset", "noframes",
    }
)  # fmt: skip
INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
        "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "rp", "rt", "ruby", "s", "samp",
        "slot", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "picture",
        "center", "source",
    }
)  # fmt: skip
"""libxml2 puts into a ``source`` what stands behind it in a ``picture``."""
_IMAGES = frozenset({"img", "amp-img"})
_NEAR = 3
"""Blocks back to the image of a figure."""
_CODE = frozenset({"code", "kbd", "samp", "tt"})
STRUCTURAL = frozenset(
    {
        "ul",
        "ol",
        "li",
        "blockquote",
        "figure",
        "figcaption",
        "table",
        "tr",
        "td",
        "th",
        "pre",
        "dl",
        "dt",
        "dd",
    }
)
TEXT_TAGS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "figcaption", "pre"}
)
_ZONES = frozenset(
    {"nav", "aside", "footer", "header", "form", "button", "article", "main", "section", "figure"}
)
SENTENCE_ENDS = ".!?。！？…।॥؟۔”\"“»’')」』）"
"""What a finished sentence may end with, in any script."""
_LONGEST_CAPTION = 400
_LEAST_IN_FIGURE = 2
"""Elements: the image and its caption."""
_FIGURE_DEPTH = 4
"""How far above an image a span may be that is drawn as its figure."""
_AROUND_IMAGE = INLINE | {"div"}
FULL_STOPS = ".!?。！？।"
"""What a sentence ends with, without what may stand behind it."""
HIDDEN = "hidden.markup"
"""The rule of what nobody sees."""
PLAIN: tuple[str | None, bool, bool] = (None, False, False)

Style = tuple[str | None, bool, bool]
"""Of a run of text: the address it links to, emphasis, strong emphasis."""
Path = tuple[tuple[str, int], ...]
"""The structural elements around a block, outermost first: tag, and a number that tells them apart."""


class Node(NamedTuple):
    """A block-level element on the way down to a block."""

    element: Any
    tag: str
    parent: int
    """Index of its parent node, -1 for the first."""
    depth: int
    signal: Signal
    """What its class names and id tell."""
    groups: int
    """The groups of its own signal and of all nodes above it."""
    zones: frozenset[str]
    """The sectioning elements that it stands in, itself included."""
    first: int
    """Number of blocks before it."""


class Cut(NamedTuple):
    """A subtree that a structural rule took out of the walk."""

    element: Any
    rule: str
    position: int
    """Number of blocks before it."""
    node: int


class Block:
    """A piece of text, or an image, between two block boundaries."""

    __slots__ = (
        "chars",
        "image",
        "lines",
        "link_chars",
        "links",
        "node",
        "path",
        "runs",
        "tag",
        "text",
        "weight",
        "words",
    )

    def __init__(self, tag: str, node: int, path: Path, runs: list[tuple[str, Style]]) -> None:
        self.tag = tag
        self.node = node
        self.path = path
        self.runs = runs
        self.image: Any = None
        raw = "".join([run[0] for run in runs]) if len(runs) > 1 else runs[0][0] if runs else ""
        if tag == "pre":
            self.text = raw.strip("\n")
        elif "\n" in raw:
            self.text = "\n".join(filter(None, (" ".join(line.split()) for line in raw.split("\n"))))
        else:
            self.text = " ".join(raw.split())
        self.chars = len(self.text)
        self.links = 0
        self.link_chars = 0
        last = None
        for text, style in runs:
            # A heading's link within the page is its own anchor, for readers to copy.
            if style[0] is not None and not (tag[0] == "h" and style[0][:1] == "#"):
                self.link_chars += len(text)
                if style[0] != last:
                    self.links += 1
            last = style[0]
        self.words = self.text.count(" ") + 1
        self.weight = self._weigh()
        """How much of a paragraph it is: its text that is no link; 0 for short ones and headings."""

    def _weigh(self) -> float:
        if self.chars < 20 or self.tag[0] == "h":
            return 0.0
        own = self.chars - 1.3 * self.link_chars
        if own < 20:
            return 0.0
        return own * 0.3 if self.chars < 80 and self.text[-1] not in SENTENCE_ENDS else own


class Walk:
    """The blocks of a page and the nodes that they stand in."""

    def __init__(self, cuts: Callable[[Any, str, Signal, str], str | None], paid: Sequence[Any] = ()) -> None:
        self.blocks: list[Block] = []
        self.nodes: list[Node] = []
        self.cuts: list[Cut] = []
        self.ends: list[int] = []
        """For every node, the number of blocks up to its end."""
        self.paid: set[int] = set()
        """Nodes that the publisher declares as not free, and those in them."""
        self._paid = frozenset(paid)
        self._cut = cuts
        self._runs: list[tuple[str, Style]] = []
        self._images: list[Any] = []
        self._inked = False
        self._has_code = False
        """Among the runs is code: brackets in it are quoted, and mean nothing."""
        self._serial = 0

    def run(self, root: Any) -> "Walk":
        """Walk a tree and give self."""
        self._block(root, "body", -1, "", (), PLAIN)
        return self

    def holds_paid(self, element: Any) -> bool:
        """Tell whether something declared as not free stands in an element."""
        return element in self._above_paid

    @cached_property
    def _above_paid(self) -> set[Any]:
        above: set[Any] = set()
        for element in self._paid:
            for ancestor in element.iterancestors():
                if ancestor in above:
                    break
                above.add(ancestor)
        return above

    def _block(
        self,
        element: Any,
        tag: str,
        parent: int,
        text_tag: str,
        path: Path,
        style: Style,
    ) -> None:
        """Walk a block-level element: what it holds is apart from what stands around it."""
        signal = signal_of(element, tag)
        above = self.nodes[parent] if parent >= 0 else None
        paid = bool(self._paid) and (element in self._paid or parent in self.paid)
        if signal.rule is not None and above is not None and not paid:
            rule = self._cut(element, tag, signal, signal.rule)
            if rule is not None:
                self._flush(text_tag, parent, path)
                self.cuts.append(Cut(element, rule, len(self.blocks), parent))
                return
        zones = above.zones if above else frozenset[str]()
        if tag in _ZONES:
            zones = zones | {tag}
        groups = signal.groups | (above.groups if above else 0)
        node = len(self.nodes)
        depth = above.depth + 1 if above else 0
        self.nodes.append(Node(element, tag, parent, depth, signal, groups, zones, len(self.blocks)))
        self.ends.append(0)
        if paid:
            self.paid.add(node)
        inner = path
        if tag in STRUCTURAL:
            self._serial += 1
            inner = (*path, (tag, self._serial))
        if self._runs or self._images:
            self._flush(text_tag, parent, path)
        if tag in TEXT_TAGS:
            text_tag = tag
        elif tag == "button":  # one that no rule took is the question above an answer that it opens
            text_tag = "h3"
        self._children(element, node, text_tag, inner, style)
        if self._runs or self._images:
            self._flush(text_tag, node, inner)
        self.ends[node] = len(self.blocks)

    def _children(self, element: Any, node: int, text_tag: str, path: Path, style: Style) -> None:
        preformatted = text_tag == "pre"
        text = element.text
        if text and (self._runs or preformatted or not text.isspace()):
            self._add(text, style, preformatted)
        for child in element:
            tag = child.tag
            if tag == "br":
                self._break(text_tag, node, path)
            elif tag in INLINE and not (self._paid and child in self._paid) and not _is_figure(child, tag):
                self._inline(child, tag, node, text_tag, path, style)
            elif tag in _IMAGES:
                self._images.append(child)
            elif tag == "noscript":
                self._images += self._only_images(child, path)
            elif tag not in SKIPPED and isinstance(tag, str):
                if "-" in tag and text_tag == "p":
                    self._children(child, node, text_tag, path, style)
                else:
                    self._block(child, tag, node, text_tag, path, style)
            text = child.tail
            if text and (self._runs or preformatted or not text.isspace()):
                self._add(text, style, preformatted)

    def _inline(self, child: Any, tag: str, node: int, text_tag: str, path: Path, style: Style) -> None:
        if tag in {"span", "a", "small", "sup"}:
            signal = signal_of(child, tag)
            if signal.rule is not None and (tag == "sup" or not self._is_within_sentence(child, signal.rule)):
                rule = self._cut(child, tag, signal, signal.rule)
                if rule is not None:
                    self.cuts.append(Cut(child, rule, len(self.blocks), node))
                    return
        if tag == "a":
            style = (child.get("href") or "", style[1], style[2])
        elif tag in {"em", "i"}:
            style = (style[0], True, style[2])
        elif tag in {"strong", "b"}:
            style = (style[0], style[1], True)
        elif tag in _CODE:
            self._has_code = True
        self._children(child, node, text_tag, path, style)

    def _only_images(self, element: Any, path: Path) -> list[Any]:
        """Give the images for readers without scripts, of a figure that has no other beside them."""
        following = element.getnext()
        if following is not None and following.tag in _IMAGES:
            return []
        figures = {step for step in path if step[0] == "figure"}
        near = (block for block in self.blocks[-_NEAR:] if block.image is not None)
        if not figures or self._images or any(not figures.isdisjoint(block.path) for block in near):
            return []
        return list(element.iter("img"))

    def _is_within_sentence(self, element: Any, rule: str) -> bool:
        """Tell whether text runs on to both sides of an element: its class names say how a link looks."""
        return self._inked and rule != HIDDEN and not (element.tail or " ").isspace()

    def _add(self, text: str, style: Style, preformatted: bool) -> None:
        if preformatted:
            self._inked = True
            self._runs.append((text, style))
        elif not text.isspace():
            self._inked = True
            self._runs.append((text.replace("\n", " ") if "\n" in text else text, style))
        elif self._runs and self._runs[-1][0][-1:] != " ":
            self._runs.append((" ", style))

    def _break(self, text_tag: str, node: int, path: Path) -> None:
        """A line break; two of them end a paragraph."""
        runs = self._runs
        while runs and runs[-1][0] == " ":
            runs.pop()
        if runs and runs[-1][0] == "\n":
            self._flush(text_tag, node, path)
        elif runs:
            runs.append(("\n", PLAIN))

    def _flush(self, text_tag: str, node: int, path: Path) -> None:
        if self._inked:
            block = Block(text_tag or "div", node, path, self._runs)
            if "[" in block.text and text_tag != "pre" and not self._has_code:
                runs = [(without_shortcodes(text), style) for text, style in self._runs]
                block = Block(block.tag, node, path, runs)
            if any(map(str.isprintable, block.text)):  # editors leave lines of marks that nobody sees
                self.blocks.append(block)
        if self._runs:
            self._runs = []
            self._inked = self._has_code = False
        if self._images:
            for image in self._images:
                block = Block("img", node, path, [])
                block.image = image
                self.blocks.append(block)
            self._images = []


def _is_figure(span: Any, tag: str) -> bool:
    """Tell whether a span is drawn as a figure: an image, elements with its caption, no text of its own."""
    if tag != "span" or len(span) < _LEAST_IN_FIGURE or not _holds_image(span, _FIGURE_DEPTH):
        return False
    bare = (span.text, *(child.tail for child in span))
    size = sum(map(len, islice(span.itertext(), _LONGEST_CAPTION)))
    return size <= _LONGEST_CAPTION and all(not text or text.isspace() for text in bare)


def _holds_image(element: Any, depth: int) -> bool:
    return any(
        child.tag == "img" or (depth > 1 and child.tag in _AROUND_IMAGE and _holds_image(child, depth - 1))
        for child in element
    )
