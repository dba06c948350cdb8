"""Where a block stands: how far into the article, among which neighbours, in what kind of node."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from crawler.extraction.blocks import SENTENCE_ENDS, Block, Path, Walk
from crawler.extraction.body import Body
from crawler.extraction.rulebook import Rule

NAMES = (
    *("blocks before", "blocks after", "weight before", "weight after", "in core", "after core"),
    *("depth", "weight of node", "weight of kind"),
    *("chars before", "link share before"),
    *("chars after", "link share after", "chars two before", "chars two after"),
    *("blocks since heading", "furniture heading"),
    *("blocks in node", "link share of node", "blocks in branch", "link share of branch"),
    *("mean chars of branch", "rules in branch", "rule before"),
    *("list depth", "in table", "in quote", "page weight", "page blocks", "unspaced", "rules from here"),
    *("blocks of kind", "nodes of kind", "paragraph share of kind", "place in kind"),
    *("in main node", "main paragraphs before", "main paragraphs after", "between main paragraphs"),
    *("blocks since main paragraph", "blocks to next paragraph", "same node after", "image before"),
)
UNSPACED_SCALE = 2.2
"""Latin characters that a character of a script without spaces stands for."""
_PARAGRAPH = 80
"""Latin characters that a block surely is a paragraph with, where it ends as a sentence does."""
_ENDS = frozenset(SENTENCE_ENDS)
_NEAR, _FAR = 40, 30
_NO_HEADING = 30.0


Kind = tuple[str, str, frozenset[str], str, frozenset[str]]
"""Tags and class names of a block and of what it stands in."""
Column = Sequence[float]
"""One feature of every block."""


@dataclass(slots=True)
class _Sums:
    """What the blocks of one node, or of one branch of the core node, add up to."""

    blocks: float = 0.0
    chars: float = 0.0
    links: float = 0.0
    rules: float = 0.0

    def add(self, block: Block, ruled: bool) -> None:
        self.blocks += 1
        self.chars += block.chars
        self.links += block.link_chars
        self.rules += ruled


class Places:
    """The places of the blocks of a body; ``columns`` gives the features named in ``NAMES``."""

    def __init__(
        self, body: Body, indices: Sequence[int], found: Sequence[Rule | None], unspaced: bool
    ) -> None:
        walk = self._walk = body.walk
        self._indices = indices
        self._ruled = [rule is not None for rule in found]
        self._blocks = blocks = [walk.blocks[index] for index in indices]
        self._size = len(blocks)
        self._scale = UNSPACED_SCALE if unspaced else 1.0
        self._core = body.core
        self._weights = [block.weight * self._scale for block in blocks]
        self._total = sum(self._weights) or 1.0
        self._homes = [_home(walk, block) for block in blocks]
        numbers: dict[Kind, int] = {}
        self._kinds = [numbers.setdefault(kind_of(walk, block), len(numbers)) for block in blocks]
        self._is_paragraph = [is_paragraph(block, self._scale) for block in blocks]
        by_home: dict[int, float] = defaultdict(float)
        for home, weight in zip(self._homes, self._weights, strict=True):
            by_home[home] += weight
        self._by_home = by_home
        self._main = max(by_home, key=by_home.__getitem__, default=body.core)

    def columns(self) -> list[Column]:
        """Give every feature, in the order of the names, of every block."""
        return [
            *self._standing(),
            *self._neighbours(),
            *self._below_headings(),
            *self._company(),
            *self._on_the_page(),
            *self._of_kind(),
            *self._among_paragraphs(),
        ]

    def _standing(self) -> Iterator[Column]:
        size, total, nodes = self._size, self._total, self._walk.nodes
        first, last = nodes[self._core].first, self._walk.ends[self._core]
        yield [float(min(position, _NEAR)) for position in range(size)]
        yield [float(min(after, _NEAR)) for after in range(size - 1, -1, -1)]
        before = list(accumulate(self._weights, initial=0.0))
        yield [weight / total for weight in before[:-1]]
        yield [1 - weight / total for weight in before[1:]]
        yield [1.0 if first <= index < last else 0.0 for index in self._indices]
        yield [1.0 if index >= last else 0.0 for index in self._indices]
        depth = nodes[self._main].depth
        yield [float(nodes[home].depth - depth) for home in self._homes]
        yield [self._by_home[home] / total for home in self._homes]
        by_kind: dict[int, float] = defaultdict(float)
        for kind, weight in zip(self._kinds, self._weights, strict=True):
            by_kind[kind] += weight
        yield [by_kind[kind] / total for kind in self._kinds]

    def _neighbours(self) -> Iterator[Column]:
        chars = [block.chars * self._scale for block in self._blocks]
        shares = [block.link_chars / block.chars for block in self._blocks]
        nothing = -1.0
        yield [nothing, *chars[:-1]]
        yield [0.0, *shares[:-1]]
        yield [*chars[1:], nothing]
        yield [*shares[1:], 0.0]
        yield [nothing, nothing, *chars][: self._size]
        yield [*chars, nothing, nothing][2:]

    def _below_headings(self) -> Iterator[Column]:
        since, furniture = _NO_HEADING, 0.0
        distances: list[float] = []
        ruled: list[float] = []
        for block, is_ruled in zip(self._blocks, self._ruled, strict=True):
            distances.append(since)
            ruled.append(furniture)
            since = min(since + 1, _NO_HEADING)
            if block.tag[0] == "h":
                since, furniture = 0.0, 1.0 if is_ruled else 0.0
        yield distances
        yield ruled

    def _company(self) -> Iterator[Column]:
        """What stands in the same node, and in the same branch of the core node."""
        own: dict[int, _Sums] = defaultdict(_Sums)
        branches: dict[int, _Sums] = defaultdict(_Sums)
        branch_of = {node: _branch(self._walk, self._core, node) for node in {b.node for b in self._blocks}}
        for block, ruled in zip(self._blocks, self._ruled, strict=True):
            own[block.node].add(block, ruled)
            branches[branch_of[block.node]].add(block, ruled)
        companies = {
            node: (
                min(sums.blocks, 50.0),
                sums.links / sums.chars,
                min(branch.blocks, 80.0),
                branch.links / branch.chars,
                branch.chars / branch.blocks * self._scale,
                branch.rules / branch.blocks,
            )
            for node, sums in own.items()
            for branch in (branches[branch_of[node]],)
        }
        yield from zip(*[companies[block.node] for block in self._blocks], strict=True)
        yield [0.0, *map(float, self._ruled[:-1])]

    def _on_the_page(self) -> Iterator[Column]:
        tags: dict[Path, tuple[float, float, float]] = {}
        for block in self._blocks:
            if block.path not in tags:
                above = [tag for tag, _ in block.path]
                lists = float(above.count("ul") + above.count("ol"))
                tags[block.path] = lists, float("table" in above), float("blockquote" in above)
        yield from zip(*[tags[block.path] for block in self._blocks], strict=True)
        yield [min(self._total, 20000.0)] * self._size
        yield [float(min(self._size, 300))] * self._size
        yield [1.0 if self._scale == UNSPACED_SCALE else 0.0] * self._size
        behind = accumulate(reversed(self._ruled))
        yield [rules / number for number, rules in enumerate(behind, 1)][::-1]

    def _of_kind(self) -> Iterator[Column]:
        """How many blocks the page's template made alike, and which of them this is."""
        kinds, numbers = self._kinds, Counter(self._kinds)
        nodes = Counter(kind for kind, _ in {*zip(kinds, self._homes, strict=True)})
        paragraphs = Counter(kind for kind, sure in zip(kinds, self._is_paragraph, strict=True) if sure)
        seen = [0] * len(numbers)
        before = []
        for kind in kinds:
            before.append(seen[kind] / numbers[kind])
            seen[kind] += 1
        yield [min(numbers[kind], 60.0) for kind in kinds]
        yield [min(nodes[kind], 30.0) for kind in kinds]
        yield [paragraphs[kind] / numbers[kind] for kind in kinds]
        yield before

    def _among_paragraphs(self) -> Iterator[Column]:
        """Where each block stands among the sure paragraphs of the main node."""
        homes, main_home = self._homes, self._main
        main = [sure and home == main_home for sure, home in zip(self._is_paragraph, homes, strict=True)]
        number = sum(main)
        until = list(accumulate(reversed(self._is_paragraph), _since, initial=float(_FAR)))[-2::-1]
        before = list(accumulate(main, initial=0))[:-1]
        after = [number - done - own for done, own in zip(before, main, strict=True)]
        yield [1.0 if home == main_home else 0.0 for home in homes]
        yield [done / (number or 1) for done in before]
        yield [left / (number or 1) for left in after]
        yield [1.0 if done and left else 0.0 for done, left in zip(before, after, strict=True)]
        yield list(accumulate(main, _since, initial=float(_FAR)))[:-1]
        yield until
        yield [*(1.0 if one == other else 0.0 for one, other in pairwise(homes)), 0.0]
        blocks = self._walk.blocks
        yield [1.0 if i and _is_image(blocks[i - 1]) else 0.0 for i in self._indices]


def _since(blocks: float, is_one: bool) -> float:
    """How many blocks ago one of some kind was, after one more block."""
    return 0.0 if is_one else min(blocks + 1, _FAR)


def kind_of(walk: Walk, block: Block) -> Kind:
    """What a block has in common with others that the page's template made alike."""
    node = walk.nodes[block.node]
    above = walk.nodes[node.parent] if node.parent >= 0 else node
    return block.tag, node.tag, node.signal.tokens, above.tag, above.signal.tokens


def made_alike(walk: Walk, block: Block) -> Kind:
    """Give the kind of a block without ids: headings and cards may have one each, for links to them."""
    tag, own_tag, own, above_tag, above = kind_of(walk, block)
    return tag, own_tag, _without_ids(own), above_tag, _without_ids(above)


@lru_cache(maxsize=20_000)
def _without_ids(tokens: frozenset[str]) -> frozenset[str]:
    return frozenset(token for token in tokens if token[0] != "#")


def is_paragraph(block: Block, scale: float = 1.0) -> bool:
    """Tell whether a block reads like a paragraph: long enough, a sentence, and no list of links.

    Args:
        block: the block.
        scale: Latin characters that one of its characters stands for.
    """
    return (
        block.tag[0] != "h"
        and block.chars * scale >= _PARAGRAPH
        and block.text[-1] in _ENDS
        and block.link_chars < 0.5 * block.chars
    )


def _home(walk: Walk, block: Block) -> int:
    """The node that a block's neighbours stand in too: a paragraph's parent, the node of bare text."""
    node = walk.nodes[block.node]
    return node.parent if node.tag == block.tag and block.tag in {"p", "li", "h2", "h3"} else block.node


def _branch(walk: Walk, core: int, node: int) -> int:
    """The child of the core node that a block stands in; the node itself outside of the core."""
    start = node
    while node > core:
        parent = walk.nodes[node].parent
        if parent == core:
            return node
        node = parent
    return start


def _is_image(block: Block) -> bool:
    """Tell whether a block is an image, other than one that libxml2 puts into a ``source``.

    When the trees were grown, those were not read: an image before a block means to them what it meant then.
    """
    return block.image is not None and block.image.getparent().tag != "source"
