"""What the block classifier knows of a block: its text, its place, the class names around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from string import ascii_lowercase, ascii_uppercase, digits

from crawler.extraction import places
from crawler.extraction.blocks import Block, Walk
from crawler.extraction.body import SENTENCE_ENDS, Body
from crawler.extraction.places import UNSPACED_SCALE, Places, repeated
from crawler.extraction.rulebook import Rule, phrase_rule
from crawler.extraction.signals import GROUPS

_ZONES = ("article", "main", "aside", "header", "figure", "section")
_TAGS = ("div", "li", "figcaption", "h2", "pre")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_SQUASH = re.compile(r"[\W_]+")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_OTHERS = tuple(
    bytes({*range(128)} - {*kind.encode()}) for kind in (ascii_lowercase, ascii_uppercase, digits)
)
"""All of ASCII but small letters, but capitals, but digits."""
_NEITHER = bytes({*range(128)} - {*(ascii_lowercase + digits).encode()})
_ENDS = frozenset(SENTENCE_ENDS)

_TEXT_FEATURES = (
    *("chars", "words", "link share", "links", "links within the page", "ends a sentence"),
    *("starts upper case", "digit share", "capital share", "sentence marks"),
    *("has a date", "has an at sign", "has a bar", "has a copyright sign"),
    *("starts with a quote", "emphasis share", "strong share", "lines"),
    *("in title", "words of the title", "names an author", "in standfirst", "repeated", "level"),
)
NAMES: tuple[str, ...] = (
    *_TEXT_FEATURES,
    *(f"tag {tag}" for tag in _TAGS),
    *places.NAMES,
    *(f"zone {zone}" for zone in _ZONES),
    *(f"names {group}" for group in GROUPS),
    "phrase of a rule",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the article apart from its body."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    standfirst: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(slots=True)
class Described:
    """A block of the range, its features, and the phrase rule that it starts with."""

    block: Block
    index: int
    rule: Rule | None
    features: list[float]


def describe(body: Body, facts: Facts) -> list[Described]:
    """Give the features of the blocks of a body, images left out."""
    walk = body.walk
    indices = [i for i in range(body.first, body.last) if walk.blocks[i].chars]
    blocks = [walk.blocks[i] for i in indices]
    unspaced = _is_unspaced(blocks)
    found = [
        phrase_rule(
            b.text,
            max(b.words, b.chars // 3) if unspaced else b.words,
            b.link_chars / b.chars,
            facts.languages,
        )
        if b.chars < 1200
        else None
        for b in blocks
    ]
    standing = Places(body, indices, found, unspaced).rows()
    keys = _Keys(facts, walk)
    rows = []
    above: dict[int, int] = {}
    for position, block in enumerate(blocks):
        node = walk.nodes[block.node]
        near = node.signal.groups
        far = near | _groups_above(walk, body.core, node.parent, above)
        rule = found[position]
        row = _text_features(block, keys, unspaced)
        row += _one_of(_TAGS, block.tag)
        row += standing[position]
        row += _in_zones(node.zones)
        row += _named(near, far)
        row.append(1.0 if rule is not None else 0.0)
        rows.append(Described(block, indices[position], rule, row))
    return rows


def _groups_above(walk: Walk, core: int, node: int, known: dict[int, int]) -> int:
    """The groups of all nodes between a block and the core node."""
    if node <= core:
        return 0
    groups = known.get(node)
    if groups is None:
        entry = walk.nodes[node]
        groups = known[node] = entry.signal.groups | _groups_above(walk, core, entry.parent, known)
    return groups


@cache
def _one_of(names: tuple[str, ...], name: str) -> list[float]:
    return [1.0 if name == one else 0.0 for one in names]


@cache
def _in_zones(zones: frozenset[str]) -> list[float]:
    return [1.0 if zone in zones else 0.0 for zone in _ZONES]


@lru_cache(maxsize=4096)
def _named(near: int, far: int) -> list[float]:
    return [2.0 if near >> bit & 1 else 1.0 if far >> bit & 1 else 0.0 for bit in range(len(GROUPS))]


def _is_unspaced(blocks: Sequence[Block]) -> bool:
    sample = "".join([block.text for block in blocks[:4000]])[:4000]
    few = 0.25 * len(sample)
    beyond_latin = len(sample) - len(sample.encode("latin-1", "ignore"))
    return beyond_latin > few and len(_UNSPACED.findall(sample)) > few


def squash(text: str) -> str:
    """Letters and digits only, for comparing."""
    if text.isascii():
        return text.encode().lower().translate(None, _NEITHER).decode()
    return _SQUASH.sub("", text).casefold()


def _count_kinds(sample: str) -> tuple[int, int, int]:
    """Count the letters, the digits and the capitals of a text."""
    data = sample.encode("ascii", "ignore")
    small, capitals, figures = [len(data.translate(None, others)) for others in _OTHERS]
    letters = small + capitals
    if len(data) < len(sample):
        for character in _NON_ASCII.findall(sample):
            letters += character.isalpha()
            figures += character.isdigit()
            capitals += character.isupper()
    return letters, figures, capitals


def _long_words(text: str) -> frozenset[str]:
    return frozenset(word for word in text.lower().split() if len(word) > 3)


def _share_of(words: frozenset[str], text: str) -> float:
    """The share of a text's long words that are among some."""
    own = _long_words(text)
    return len(own & words) / len(own) if own else 0.0


class _Keys:
    """The facts in the form that blocks are compared with."""

    def __init__(self, facts: Facts, walk: Walk) -> None:
        self.title = squash(facts.title or "")
        self.title_words = _long_words(facts.title or "")
        self.standfirst = squash(facts.standfirst or "")
        self.longest = max(len(facts.title or ""), len(facts.standfirst or "")) + 40
        self.authors = [author.casefold() for author in facts.authors if len(author) > 3]
        self.counts = repeated(walk)


def _text_features(block: Block, keys: _Keys, unspaced: bool) -> list[float]:
    text, chars = block.text, block.chars
    sample = text[:80]
    letters, figures, capitals = _count_kinds(sample)
    emphasis = strong = within = 0
    for run, style in block.runs:
        if style[0] is not None and style[0][:1] == "#":
            within += 1
        if style[1]:
            emphasis += len(run)
        if style[2]:
            strong += len(run)
    key = squash(text) if chars < keys.longest else ""
    lower = text.casefold() if chars < 400 and keys.authors else ""
    last, start = text[-1], text[0]
    return [
        chars * UNSPACED_SCALE if unspaced else float(chars),
        chars / 2.5 if unspaced else float(block.words),
        block.link_chars / chars,
        float(block.links),
        float(within),
        1.0 if last in _ENDS else 0.0,
        1.0 if start.isupper() else 0.0,
        figures / len(sample),
        capitals / (letters or 1),
        float(text.count(". ") + text.count(", ") + text.count("。") + text.count("、")),
        1.0 if figures and _DATE.search(sample) else 0.0,
        1.0 if "@" in text else 0.0,
        1.0 if "|" in text else 0.0,
        1.0 if "©" in text or "(c)" in text else 0.0,
        1.0 if start in "\"“„«「'‘" else 0.0,
        emphasis / chars,
        strong / chars,
        float(text.count("\n")),
        1.0
        if key and (key == keys.title or (len(key) > 15 and (key in keys.title or keys.title in key)))
        else 0.0,
        _share_of(keys.title_words, text) if chars < 300 else 0.0,
        1.0 if lower and any(author in lower for author in keys.authors) else 0.0,
        1.0 if key and keys.standfirst and (key in keys.standfirst or keys.standfirst in key) else 0.0,
        1.0 if keys.counts[text] > 1 else 0.0,
        float(int(block.tag[1])) if block.tag[0] == "h" else 0.0,
    ]
