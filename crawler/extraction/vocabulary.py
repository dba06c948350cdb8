"""The words that speak for the article or against it: of a block, its links, its heading, its class names.

Each has a weight that benchmarks/train_blocks.py learns; their sum is one of the features of a block.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase, digits, punctuation

from crawler.extraction import model
from crawler.extraction.blocks import Block, Walk
from crawler.extraction.body import Body

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+|\d+")
_LETTERS = re.compile(r"[a-z]+")
_ASCII_WORDS = bytes.maketrans(
    (ascii_uppercase + punctuation + digits).encode(),
    (ascii_lowercase + " " * len(punctuation) + "0" * len(digits)).encode(),
)
"""Small letters for capitals, spaces for signs, noughts for figures."""
_DIGIT = re.compile(r"\d")
_START, _END = 120, 60
"""Characters that are read of a block's beginning, and of the end of one that is longer."""
_FIRST, _LAST, _PAIRS, _OF_HEADING, _OF_LINK = 12, 2, 3, 10, 6
"""Words."""
_LINKS = 4
_ABOVE = 3
"""Nodes above a block's own one whose names are read."""
_OF_ADDRESSES = frozenset({"http", "https", "www", "com", "html"})


def vocabulary(body: Body, indices: Sequence[int]) -> list[float]:
    """Give the sum of the weights of each of some blocks, in their order; above nought for the article."""
    weights: Mapping[str, float] = model.load().get("words", {})
    return [sum(filter(None, map(weights.get, found))) for found in tokens(body, indices)]


def tokens(body: Body, indices: Sequence[int]) -> Iterator[list[str]]:
    """Give the tokens of each of some blocks: a word, and before it a sign for where it stands."""
    walk = body.walk
    heading: list[str] = []
    for index in indices:
        block = walk.blocks[index]
        yield [*_of_text(block.text), *heading, *_of_links(block), *_of_names(walk, block, body.core)]
        if block.tag[0] == "h":
            heading = ["h:" + word for word in _words(block.text, _OF_HEADING)]


def _of_text(text: str) -> list[str]:
    words = _words(text, _FIRST)
    found = ["w:" + word for word in words]
    found += [f"p:{word} {following}" for word, following in pairwise(words[: _PAIRS + 1])]
    if words:
        found.append("f:" + words[0])
    if len(text) > _START:
        found += ["l:" + word for word in _split(text[-_END:])[-_LAST:]]
    return found


def _words(text: str, most: int) -> list[str]:
    """The first words of a text, each once; numbers of as many digits are the same one."""
    return list(dict.fromkeys(_split(text[:_START])[:most]))


def _split(text: str) -> list[str]:
    if text.isascii():  # a fifth of the time
        return text.encode().translate(_ASCII_WORDS).decode().split()
    return _WORD.findall(_DIGIT.sub("0", text.lower()))


def _of_links(block: Block) -> list[str]:
    """The words in the addresses of a block that mostly is links."""
    if block.link_chars <= block.chars / 2:
        return []
    addresses = dict.fromkeys(style[0] for _, style in block.runs if style[0])
    return list(dict.fromkeys(token for address in [*addresses][:_LINKS] for token in _of_address(address)))


@lru_cache(maxsize=4096)
def _of_address(address: str) -> tuple[str, ...]:
    words = [word for word in _LETTERS.findall(address[:_START].lower()) if word not in _OF_ADDRESSES]
    return tuple("a:" + word for word in words[:_OF_LINK])


def _of_names(walk: Walk, block: Block, core: int) -> list[str]:
    """The words of class names and ids: of the block's own node, and of those between it and the core."""
    node = walk.nodes[block.node]
    found = list(_of_node("n:", node.signal.tokens))
    above = node.parent
    for _ in range(_ABOVE):
        if above <= core:
            break
        node = walk.nodes[above]
        found += _of_node("u:", node.signal.tokens)
        above = node.parent
    return found


@lru_cache(maxsize=20_000)
def _of_node(sign: str, names: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted({sign + word for name in names for word in _LETTERS.findall(name)}))
