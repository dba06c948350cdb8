"""Where a block stands: how far into the article, among which neighbours, in what kind of node."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.blocks import Block, Walk
from crawler.extraction.body import SENTENCE_ENDS, Body, weight_of
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
_FAR = 30


Kind = tuple[str, str, frozenset[str], str, frozenset[str]]
"""Tags and class names of a block and of what it stands in."""


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
    """The places of the blocks of a body; ``rows`` gives the features named in ``NAMES``."""

    def __init__(
        self, body: Body, indices: Sequence[int], found: Sequence[Rule | None], unspaced: bool
    ) -> None:
        walk = self._walk = body.walk
        self._indices, self._found, self._unspaced = indices, found, unspaced
        self._blocks = [walk.blocks[index] for index in indices]
        self._scale = UNSPACED_SCALE if unspaced else 1.0
        self._core = walk.nodes[body.core].first, walk.ends[body.core]
        self._weights = [weight_of(block) * self._scale for block in self._blocks]
        self._total = sum(self._weights) or 1.0
        self._branches = [_branch(walk, body.core, block.node) for block in self._blocks]
        self._homes = [_home(walk, block) for block in self._blocks]
        self._kinds = [_kind(walk, block) for block in self._blocks]
        self._sum_up()
        self._main = max(self._by_home, key=self._by_home.__getitem__, default=body.core)
        self._modal_depth = walk.nodes[self._main].depth

    def _sum_up(self) -> None:
        self._by_home: dict[int, float] = defaultdict(float)
        self._by_kind: dict[Kind, float] = defaultdict(float)
        self._of_kind: Counter[Kind] = Counter(self._kinds)
        self._paragraphs_of_kind: Counter[Kind] = Counter()
        self._nodes_of_kind = Counter(kind for kind, _ in {*zip(self._kinds, self._homes, strict=True)})
        self._is_paragraph = [is_paragraph(block, self._scale) for block in self._blocks]
        self._of_node: dict[int, _Sums] = defaultdict(_Sums)
        self._of_branch: dict[int, _Sums] = defaultdict(_Sums)
        for position, block in enumerate(self._blocks):
            self._by_home[self._homes[position]] += self._weights[position]
            self._by_kind[self._kinds[position]] += self._weights[position]
            self._paragraphs_of_kind[self._kinds[position]] += self._is_paragraph[position]
            ruled = self._found[position] is not None
            self._of_node[block.node].add(block, ruled)
            self._of_branch[self._branches[position]].add(block, ruled)

    def rows(self) -> list[list[float]]:
        """Give the features of every block, in their order."""
        rows = []
        before, since, furniture = 0.0, 99.0, 0.0
        among = self._among_paragraphs()
        ruled_after = sum(rule is not None for rule in self._found)
        for position, block in enumerate(self._blocks):
            after = len(self._blocks) - position - 1
            row = self._standing(position, before, after)
            row += self._neighbours(position)
            row += (min(since, 30.0), furniture)
            row += self._company(position, block)
            row.append(ruled_after / (after + 1))
            row += among[position]
            rows.append(row)
            before += self._weights[position]
            ruled_after -= self._found[position] is not None
            since += 1
            if block.tag[0] == "h":
                since, furniture = 0.0, 1.0 if self._found[position] is not None else 0.0
        return rows

    def _standing(self, position: int, before: float, after: int) -> list[float]:
        home, index = self._homes[position], self._indices[position]
        return [
            float(min(position, 40)),
            float(min(after, 40)),
            before / self._total,
            1 - (before + self._weights[position]) / self._total,
            1.0 if self._core[0] <= index < self._core[1] else 0.0,
            1.0 if index >= self._core[1] else 0.0,
            float(self._walk.nodes[home].depth - self._modal_depth),
            self._by_home[home] / self._total,
            self._by_kind[self._kinds[position]] / self._total,
        ]

    def _neighbours(self, position: int) -> list[float]:
        blocks, scale, size = self._blocks, self._scale, len(self._blocks)
        row: list[float] = []
        for near in (position - 1, position + 1):
            if 0 <= near < size:
                block = blocks[near]
                row += (block.chars * scale, block.link_chars / block.chars)
            else:
                row += (-1.0, 0.0)
        for far in (position - 2, position + 2):
            row.append(blocks[far].chars * scale if 0 <= far < size else -1.0)
        return row

    def _among_paragraphs(self) -> list[list[float]]:
        """Where each block stands among those of its kind and among the sure paragraphs of the main node."""
        size, homes = len(self._blocks), self._homes
        until = [float(_FAR)] * (size + 1)
        for position in range(size - 1, -1, -1):
            until[position] = 0.0 if self._is_paragraph[position] else min(until[position + 1] + 1, _FAR)
        main = [sure and home == self._main for sure, home in zip(self._is_paragraph, homes, strict=True)]
        total, before, since = sum(main), 0, float(_FAR)
        seen: Counter[Kind] = Counter()
        rows = []
        for position, kind in enumerate(self._kinds):
            number, after = self._of_kind[kind], total - before - main[position]
            index = self._indices[position]
            rows.append(
                [
                    min(number, 60.0),
                    min(self._nodes_of_kind[kind], 30.0),
                    self._paragraphs_of_kind[kind] / number,
                    seen[kind] / number,
                    1.0 if homes[position] == self._main else 0.0,
                    before / (total or 1),
                    after / (total or 1),
                    1.0 if before and after else 0.0,
                    since,
                    until[position + 1],
                    1.0 if position + 1 < size and homes[position + 1] == homes[position] else 0.0,
                    1.0 if index and self._walk.blocks[index - 1].image is not None else 0.0,
                ]
            )
            seen[kind] += 1
            before += main[position]
            since = 0.0 if main[position] else min(since + 1, _FAR)
        return rows

    def _company(self, position: int, block: Block) -> list[float]:
        own, branch = self._of_node[block.node], self._of_branch[self._branches[position]]
        path = [tag for tag, _ in block.path]
        return [
            min(own.blocks, 50.0),
            own.links / own.chars,
            min(branch.blocks, 80.0),
            branch.links / branch.chars,
            branch.chars / branch.blocks * self._scale,
            branch.rules / branch.blocks,
            1.0 if position and self._found[position - 1] else 0.0,
            float(path.count("ul") + path.count("ol")),
            1.0 if "table" in path else 0.0,
            1.0 if "blockquote" in path else 0.0,
            min(self._total, 20000.0),
            float(min(len(self._blocks), 300)),
            1.0 if self._unspaced else 0.0,
        ]


def _kind(walk: Walk, block: Block) -> Kind:
    """What a block has in common with others that the page's template made alike."""
    node = walk.nodes[block.node]
    above = walk.nodes[node.parent] if node.parent >= 0 else node
    return block.tag, node.tag, node.signal.tokens, above.tag, above.signal.tokens


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


def repeated(walk: Walk) -> Counter[str]:
    """How often each text stands on the page."""
    return Counter(block.text for block in walk.blocks if block.chars)
