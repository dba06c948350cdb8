"""What the block classifier knows of a block: its text, its place, the class names around it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from string import ascii_lowercase, ascii_uppercase, digits

from crawler.extraction import places
from crawler.extraction.blocks import PLAIN, SENTENCE_ENDS, Block, Walk
from crawler.extraction.body import Body
from crawler.extraction.places import UNSPACED_SCALE, Places
from crawler.extraction.rulebook import Rule, phrase_rule
from crawler.extraction.signals import GROUPS
from crawler.extraction.vocabulary import vocabulary

_ZONES = ("article", "main", "aside", "header", "figure", "section")
_TAGS = ("div", "li", "figcaption", "h2", "pre")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_LETTERS = re.compile(r"[^\W_]+")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_OTHERS = tuple(
    bytes({*range(128)} - {*kind.encode()}) for kind in (ascii_lowercase, ascii_uppercase, digits)
)
"""All of ASCII but small letters, but capitals, but digits."""
_NEITHER = bytes({*range(128)} - {*(ascii_lowercase + digits).encode()})
_ENDS = frozenset(SENTENCE_ENDS)
_MARKS = (". ", ", ", "。", "、")
_PART_OF_TITLE = 15
_QUOTES = frozenset("\"“„«「'‘")

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
    *("phrase of a rule", "vocabulary"),
)
_WORDS = NAMES.index("words")
_FURNITURE = [
    NAMES.index(f"names {group}")
    for group in ("share", "related", "newsletter", "comment", "author", "navigation", "footer", "paywall")
]
LONGEST_WORDS = 12
"""Characters of a word on average, where there are spaces: a Japanese page may have a notice in English."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the article apart from its body."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    standfirst: str | None = None
    languages: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    """On which it was published and changed."""


@dataclass(slots=True)
class Described:
    """A block of the range, its features, and the phrase rule that it starts with."""

    block: Block
    index: int
    rule: Rule | None
    features: tuple[float, ...]

    @property
    def size_in_words(self) -> float:
        """How many words it has; where it is one long one, how many would fill as much room."""
        return max(self.features[_WORDS], self.block.chars // 6)

    @property
    def is_named_furniture(self) -> bool:
        """Whether class names between it and the article's container are those of furniture."""
        return any(self.features[name] for name in _FURNITURE)


def describe(body: Body, facts: Facts) -> list[Described]:
    """Give the features of the blocks of a body, images left out."""
    walk = body.walk
    indices = [i for i in range(body.first, body.last) if walk.blocks[i].chars]
    blocks = [walk.blocks[i] for i in indices]
    unspaced = _is_unspaced(blocks)
    found = [
        phrase_rule(
            b.text,
            b.chars // 3 if unspaced and b.chars > LONGEST_WORDS * b.words else b.words,
            b.link_chars / b.chars,
            facts.languages,
        )
        if b.chars < 1200
        else None
        for b in blocks
    ]
    known: dict[int, int] = {}
    named = []
    for block in blocks:
        near = walk.nodes[block.node].signal.groups
        named.append(
            _named(near, near | _groups_above(walk, body.core, walk.nodes[block.node].parent, known))
        )
    columns = [
        *_text_columns(blocks, _Keys(facts), Counter([b.text for b in walk.blocks]), unspaced),
        *zip(*[_one_of(_TAGS, block.tag) for block in blocks], strict=True),
        *Places(body, indices, found, unspaced).columns(),
        *zip(*[_in_zones(walk.nodes[block.node].zones) for block in blocks], strict=True),
        *zip(*named, strict=True),
        [0.0 if rule is None else 1.0 for rule in found],
        vocabulary(body, indices),
    ]
    return list(map(Described, blocks, indices, found, zip(*columns, strict=True)))


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
def _one_of(names: tuple[str, ...], name: str) -> tuple[float, ...]:
    return tuple(1.0 if name == one else 0.0 for one in names)


@cache
def _in_zones(zones: frozenset[str]) -> tuple[float, ...]:
    return tuple(1.0 if zone in zones else 0.0 for zone in _ZONES)


@lru_cache(maxsize=4096)
def _named(near: int, far: int) -> tuple[float, ...]:
    return tuple(2.0 if near >> bit & 1 else 1.0 if far >> bit & 1 else 0.0 for bit in range(len(GROUPS)))


def _is_unspaced(blocks: Sequence[Block]) -> bool:
    sample = "".join([block.text for block in blocks[:4000]])[:4000]
    few = 0.25 * len(sample)
    beyond_latin = len(sample) - len(sample.encode("latin-1", "ignore"))
    return beyond_latin > few and len(_UNSPACED.findall(sample)) > few


def squash(text: str) -> str:
    """Letters and digits only, for comparing."""
    if text.isascii():
        return text.encode().lower().translate(None, _NEITHER).decode()
    return "".join(_LETTERS.findall(text)).casefold()


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
    return frozenset([word for word in text.lower().split() if len(word) > 3])


class _Keys:
    """The facts in the form that blocks are compared with."""

    def __init__(self, facts: Facts) -> None:
        self.title = squash(facts.title or "")
        self.title_words = _long_words(facts.title or "")
        self.standfirst = squash(facts.standfirst or "")
        self.longest = max(len(facts.title or ""), len(facts.standfirst or "")) + 40
        self.authors = [author.casefold() for author in facts.authors if len(author) > 3]

    def of_text(self, text: str) -> tuple[float, float, float, float]:
        """Tell whether a text is the title, its share of the title's words, and whether it names an author.

        At last, whether it is the standfirst.
        """
        chars = len(text)
        key = squash(text) if chars < self.longest else ""
        share = 0.0
        if chars < 300 and not self.title_words.isdisjoint(text.lower().split()):
            own = _long_words(text)
            share = len(own & self.title_words) / len(own)
        lower = text.casefold() if chars < 400 and self.authors else ""
        return (
            float(_is_of(key, self.title, _PART_OF_TITLE)),
            share,
            float(bool(lower) and any(author in lower for author in self.authors)),
            float(_is_of(key, self.standfirst, 0)),
        )


def _is_of(key: str, whole: str, least: int) -> bool:
    """Tell whether a text is another one, or one of them, if long enough, a part of the other."""
    if not key or not whole:
        return False
    return key == whole or (len(key) > least and (key in whole or whole in key))


def _text_columns(
    blocks: Sequence[Block], keys: _Keys, counts: Counter[str], unspaced: bool
) -> Iterator[Sequence[float]]:
    """Give the features of the text alone, in the order of their names."""
    texts = [block.text for block in blocks]
    chars = [block.chars for block in blocks]
    samples = [text[:80] for text in texts]
    kinds = list(map(_count_kinds, samples))
    styles = [_count_styles(block) for block in blocks]
    yield [size * UNSPACED_SCALE if unspaced else float(size) for size in chars]
    yield [size / 2.5 for size in chars] if unspaced else [float(block.words) for block in blocks]
    yield [block.link_chars / block.chars for block in blocks]
    yield [float(block.links) for block in blocks]
    yield [float(within) for within, _, _ in styles]
    yield [1.0 if text[-1] in _ENDS else 0.0 for text in texts]
    yield [1.0 if text[0].isupper() else 0.0 for text in texts]
    yield [figures / len(sample) for sample, (_, figures, _) in zip(samples, kinds, strict=True)]
    yield [capitals / (letters or 1) for letters, _, capitals in kinds]
    yield [float(sum(map(text.count, _MARKS))) for text in texts]
    yield [
        1.0 if figures and _DATE.search(sample) else 0.0
        for sample, (_, figures, _) in zip(samples, kinds, strict=True)
    ]
    yield [1.0 if "@" in text else 0.0 for text in texts]
    yield [1.0 if "|" in text else 0.0 for text in texts]
    yield [1.0 if "©" in text or "(c)" in text else 0.0 for text in texts]
    yield [1.0 if text[0] in _QUOTES else 0.0 for text in texts]
    yield [emphasis / size for size, (_, emphasis, _) in zip(chars, styles, strict=True)]
    yield [strong / size for size, (_, _, strong) in zip(chars, styles, strict=True)]
    yield [float(text.count("\n")) for text in texts]
    yield from zip(*map(keys.of_text, texts), strict=True)
    yield [1.0 if counts[text] > 1 else 0.0 for text in texts]
    yield [float(int(block.tag[1])) if block.tag[0] == "h" else 0.0 for block in blocks]


def _count_styles(block: Block) -> tuple[int, int, int]:
    """Count the links within the page, the characters with emphasis, and those with strong emphasis."""
    within = emphasis = strong = 0
    for run, style in block.runs:
        if style is not PLAIN:
            within += style[0] is not None and style[0][:1] == "#"
            emphasis += len(run) if style[1] else 0
            strong += len(run) if style[2] else 0
    return within, emphasis, strong
