"""Which blocks of a body are not the article, and why: rules first, then the classifier, within bounds."""

import re
from collections.abc import Iterable, Iterator

from crawler.extraction.above_text import HEAD, find_datelines, find_labels
from crawler.extraction.biography import RULE as BIOGRAPHY
from crawler.extraction.biography import AboutAuthor, biography_name
from crawler.extraction.blocks import Block
from crawler.extraction.body import Body
from crawler.extraction.captions import CREDIT, find_credits
from crawler.extraction.cards import is_link
from crawler.extraction.classifier import probability
from crawler.extraction.contents import RULE as CONTENTS
from crawler.extraction.contents import find_contents
from crawler.extraction.corrections import is_correction
from crawler.extraction.datelines import RULE as DATE
from crawler.extraction.datelines import is_clock
from crawler.extraction.declared_access import PAID
from crawler.extraction.fact_tables import fact_lines_within_text, facts_within_text
from crawler.extraction.features import NAMES, Described, Facts, squash
from crawler.extraction.page import Page
from crawler.extraction.places import UNSPACED_SCALE, is_paragraph
from crawler.extraction.questions import Questions
from crawler.extraction.quoted_posts import FAMILY as QUOTED
from crawler.extraction.quoted_posts import find_posts
from crawler.extraction.reasons import why
from crawler.extraction.remnants import (
    HEADING,
    INTRODUCTION,
    empty_headings,
    last_introduction,
    names_above_biographies,
)
from crawler.extraction.review_parts import find_pros_and_cons, find_verdict
from crawler.extraction.sources import find_sources
from crawler.extraction.teasers import RULE as TEASER
from crawler.extraction.teasers import find_teasers, other_articles, rest_of_teasers
from crawler.extraction.text_parts import TextParts
from crawler.extraction.verdicts import CLASSIFIER, Verdict, Verdicts
from crawler.extraction.walls import RULE as BEHIND_WALL
from crawler.extraction.walls import find_behind_wall

_TITLE, _AUTHOR, _REPEATED = "structure.title", "structure.author", "structure.repeated"
_OF_MARKS, _ADDRESS = "structure.separator", "related.address"
_NEVER_A_CORRECTION = frozenset({PAID, _TITLE, _REPEATED})
_CAREFUL = 0.12
_PARAGRAPH, _LONG_LINE = 0.7, 0.84
"""A paragraph, and a line long enough for a sentence, need so much of the sureness that a short line needs:
to lose one is worse than a stray line."""
_SENTENCE = 8
"""Words of a line long enough for a sentence."""
_OF_TITLE = NAMES.index("in title")
_IN_MAIN_NODE = NAMES.index("in main node")
_OF_REPLIES = NAMES.index("names comment")
_CHARS, _UNSPACED = NAMES.index("chars"), NAMES.index("unspaced")
_FAMILY_SHARE = 0.3
"""Of the weight of the range: what the phrases of one family may take without the classifier's consent."""
_NOT_BY_PHRASE = frozenset({CLASSIFIER, "access", QUOTED, "structure"})
_ALARM_SHARE = 0.75
"""Of the weight of the range: when more than this would go, only sure removals are made."""
_LONG = 60
_SURE = 0.5
_MOST_LINKED, _MOST_LINKED_BELOW = 0.5, 0.3
"""Of the characters of a table of data: within the text, and below it, where boards list other posts."""
_GROUPS = frozenset({"table", "ul", "ol", "dl"})
_TABLES = frozenset({"table", "dl"})
_BIOGRAPHY_AFTER = 0.3
_LABELS = frozenset({"comments.prompt", "related.heading", "newsletter.prompt"})
_HEADING = 6
"""Words of a label."""
_SMALL_SHARE = 0.3
"""Of the weight of all: of what stands below a label in a box."""
_SMALL_ASIDE = 800
_SEPARATOR = re.compile(r"[\s_*=~#•·.─━―—–-]+|[\s◆◇■□●○※]+")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,12}", re.I)
_KICKER = re.compile(r".{1,60}[-–—:|/\d\n»«”“\"]\s*", re.S)
"""What may stand before the title in a heading that repeats it."""


def judge(body: Body, described: list[Described], facts: Facts, page: Page) -> Verdicts:
    """Tell which blocks of a body are not the article, by their index, and why.

    Where much of it would go, only sure removals are made; never all of it goes.
    """
    sureness = _together(described, [probability(row.features) for row in described])
    verdicts = _judge(body, described, sureness, facts, page, body.keep)
    free = [row for row in described if row.block.node not in body.walk.paid]
    sure_of = {row.index: sure for row, sure in zip(described, sureness, strict=True)}
    verdicts = _bounded(verdicts, free, sure_of)
    nothing_left = len(verdicts) == len(described) == len(free)
    others = {index for index, verdict in verdicts.items() if verdict.rule in {TEASER, *_LABELS}}
    own = [row for row in free if row.index not in others]  # however much is of others, it may go
    paid = sum(row.block.weight for row in described) - sum(row.block.weight for row in free)
    total = paid + sum(row.block.weight for row in own)  # what is paid is the article, too
    if nothing_left or _weight(verdicts, own) > _ALARM_SHARE * total > 0:
        careful = _judge(body, described, sureness, facts, page, min(_CAREFUL, body.keep))
        if len(careful) == len(described) or _weight(careful, own) > 0.9 * total:
            careful = {index: verdict for index, verdict in careful.items() if verdict.rule != CLASSIFIER}
        if len(careful) == len(described) == len(free):
            careful = {}
        verdicts = careful
    return verdicts


def _bounded(verdicts: Verdicts, free: list[Described], sureness: dict[int, float]) -> Verdicts:
    """Where phrases of one family would remove much of the article, keep what the classifier would keep."""
    total = sum(row.block.weight for row in free)
    shares: dict[str, float] = {}
    for row in free:
        if row.index in verdicts:
            family = verdicts[row.index].family
            shares[family] = shares.get(family, 0.0) + row.block.weight
    large = {family for family, weight in shares.items() if weight > _FAMILY_SHARE * total}
    large -= _NOT_BY_PHRASE
    return {
        index: verdict
        for index, verdict in verdicts.items()
        if verdict.family not in large or sureness[index] < _CAREFUL
    }


def _together(described: list[Described], sureness: list[float]) -> list[float]:
    """Judge the cells of a table as one, and the items of a list half by what the others are."""
    groups: dict[tuple[str, int], list[int]] = {}
    for position, row in enumerate(described):
        group = next((step for step in row.block.path if step[0] in _GROUPS), None)
        if group is not None:
            groups.setdefault(group, []).append(position)
    page = sum(row.block.chars for row in described)
    end = max((p for p, row in enumerate(described) if row.block.weight and sureness[p] > _SURE), default=0)
    for (kind, _), members in groups.items():
        size = sum(described[position].block.chars for position in members)
        if len(members) < 3 or size > 0.6 * page:
            continue
        mean = sum(sureness[p] * described[p].block.chars for p in members) / size
        links = sum(described[p].block.link_chars for p in members) / size
        replies = sum(described[p].features[_OF_REPLIES] > 0 for p in members)
        most = _MOST_LINKED if members[0] < end else _MOST_LINKED_BELOW
        if kind == "table" and links < most and replies < len(members):
            mean = 0.5 * mean + 0.4
        own = 0.0 if kind == "table" else 0.5
        for position in members:
            if described[position].rule is None:
                sureness[position] = own * sureness[position] + (1 - own) * mean
    return sureness


def _weight(verdicts: Verdicts, described: list[Described]) -> float:
    return sum(row.block.weight for row in described if row.index in verdicts)


def _judge(
    body: Body, described: list[Described], sureness: list[float], facts: Facts, page: Page, keep: float
) -> Verdicts:
    """Judge each block for itself, then by what it stands among; what is kept after all comes last."""
    verdicts = _one_by_one(body, described, sureness, facts, keep)
    indices = [row.index for row in described]
    _spread_in_asides(body, described, verdicts)
    _spread_below_labels(body, described, verdicts)
    _remove(verdicts, CONTENTS, _contents(described, verdicts))
    _remove(verdicts, TEASER, find_teasers(body, indices, verdicts, page))
    _remove(verdicts, TEASER, other_articles(body, indices, page))
    _remove(verdicts, TEASER, rest_of_teasers(body, indices, verdicts))
    _remove(verdicts, _REPEATED, _repeated(described, verdicts))
    _remove(verdicts, _AUTHOR, names_above_biographies(described, verdicts))
    _remove(verdicts, DATE, find_datelines(described, verdicts, facts.days))
    _remove(verdicts, DATE, _clocks(described, verdicts))
    _remove(verdicts, CREDIT, find_credits(body, described, verdicts))
    _remove(verdicts, BEHIND_WALL, find_behind_wall(body, described, verdicts, sureness))
    _remove(verdicts, HEAD, find_labels(described, verdicts))
    _keep(verdicts, _corrections(described, verdicts))
    _keep(verdicts, find_sources(body, described, verdicts))
    _keep(verdicts, _questions(described, verdicts, page))
    _keep(verdicts, facts_within_text(body, described, verdicts))
    unsure = {index for index, verdict in verdicts.items() if verdict.rule == CLASSIFIER}
    _keep(verdicts, fact_lines_within_text(body, described, verdicts))
    _keep(verdicts, find_posts(body, described, unsure))
    _keep(verdicts, find_pros_and_cons(described, unsure))
    _keep(verdicts, find_verdict(body, described, unsure))
    parts = TextParts(body, described, verdicts, unsure)
    for find in (parts.headings, parts.lists, parts.quotes, parts.listings, parts.headings):
        _keep(verdicts, find())
    _remove(verdicts, INTRODUCTION, last_introduction(described, verdicts))
    _remove(verdicts, HEADING, empty_headings(body, described, verdicts))
    return verdicts


def _remove(verdicts: Verdicts, rule: str, indices: Iterable[int]) -> None:
    verdicts.update(dict.fromkeys(indices, Verdict.by(rule)))


def _keep(verdicts: Verdicts, indices: Iterable[int]) -> None:
    for index in list(indices):
        verdicts.pop(index, None)


def _one_by_one(
    body: Body, described: list[Described], sureness: list[float], facts: Facts, keep: float
) -> Verdicts:
    """Judge each block by what it says, by the rule whose phrase it begins with, and by the trees."""
    verdicts: Verdicts = {}
    title = facts.title or ""
    squashed = squash(title)
    about_author = AboutAuthor(facts.authors)
    weights = [row.block.weight for row in described]
    rest = sum(weights)
    total = rest or 1.0
    for row, sure, weight in zip(described, sureness, weights, strict=True):
        rest -= weight
        block = row.block
        rule: str | None = None
        if block.node in body.walk.paid:
            rule = PAID
        elif row.features[_OF_TITLE] and (squash(block.text) == squashed or _ends_in_title(block, title)):
            rule = _TITLE
        elif about_author.is_name(block):
            rule = _AUTHOR
        elif (told := _without_words(block)) is not None:
            rule = told
        elif row.rule is not None and sure < row.rule.keep_above:
            rule = row.rule.id
        elif _is_about_author(block, about_author, late=rest / total < _BIOGRAPHY_AFTER):
            rule = BIOGRAPHY
        if rule is not None:
            verdicts[row.index] = Verdict.by(rule)
        elif sure < keep * _leniency(row):
            verdicts[row.index] = Verdict(CLASSIFIER, why(sure, row.features))
    return verdicts


def _without_words(block: Block) -> str | None:
    """Give the rule of a block outside of tables that is marks between sections, or a bare address."""
    if not _TABLES.isdisjoint(dict(block.path)):
        return None
    if _SEPARATOR.fullmatch(block.text):
        return _OF_MARKS
    return _ADDRESS if block.links and is_link(block) and _HOST.fullmatch(block.text) else None


def _ends_in_title(block: Block, title: str) -> bool:
    """Tell whether a heading is the title below a kicker, a date or the number of a picture."""
    before, found, after = block.text.rpartition(title)
    return bool(found) and not after and block.tag[0] == "h" and _KICKER.fullmatch(before) is not None


def _leniency(row: Described) -> float:
    scale = UNSPACED_SCALE if row.features[_UNSPACED] else 1.0
    if row.features[_IN_MAIN_NODE] and is_paragraph(row.block, scale):
        return _PARAGRAPH
    return _LONG_LINE if row.size_in_words >= _SENTENCE else 1.0


def _is_about_author(block: Block, about_author: AboutAuthor, *, late: bool) -> bool:
    """Tell whether a block is a note about an author: above the text only one that says all of it."""
    named, introduced = about_author.matches(block), _introduces(block)
    return (named or introduced) if late else (named and introduced)


def _introduces(block: Block) -> bool:
    return block.chars > _LONG and biography_name(block) is not None


def _spread_in_asides(body: Body, described: list[Described], verdicts: Verdicts) -> None:
    """Take what stands in an aside together with a block that a rule names for the same kind."""
    asides: dict[int, list[Described]] = {}
    for row in described:
        node = row.block.node
        if "aside" in body.walk.nodes[node].zones:
            while body.walk.nodes[node].tag != "aside":
                node = body.walk.nodes[node].parent
            asides.setdefault(node, []).append(row)
    for rows in asides.values():
        named = [v for row in rows if (v := verdicts.get(row.index)) is not None and "." in v.rule]
        if named and sum(row.block.chars for row in rows) < _SMALL_ASIDE:
            verdicts.update((row.index, named[0]) for row in rows if row.index not in verdicts)


def _spread_below_labels(body: Body, described: list[Described], verdicts: Verdicts) -> None:
    """Take what stands below a label in a box of its own, beside the article, for what the label says.

    The text below it is no more than a small part of all.
    """
    walk, total = body.walk, sum(row.block.weight for row in described)
    for place, label in enumerate(described):
        verdict = verdicts.get(label.index)
        if verdict is None or verdict.rule not in _LABELS or label.block.words > _HEADING:
            continue
        box = label.block.node
        while (above := walk.nodes[box].parent) > 0 and walk.nodes[above].first == label.index:
            box = above
        first, core = walk.nodes[box].first, walk.nodes[body.core].first
        if box == label.block.node or first <= core < walk.ends[box] or core <= first < walk.ends[body.core]:
            continue  # a section of the article may be called "Discussion"
        near = described[place + 1 : place + walk.ends[box] - label.index]
        rows = [row for row in near if row.index < walk.ends[box]]
        if sum(row.block.weight for row in rows) <= _SMALL_SHARE * total:
            verdicts.update((row.index, verdict) for row in rows if row.index not in verdicts)


def _contents(described: list[Described], verdicts: Verdicts) -> Iterator[int]:
    indices = (described[place].index for place in find_contents([row.block for row in described]))
    return (index for index in indices if index not in verdicts)


def _repeated(described: list[Described], verdicts: Verdicts) -> Iterator[int]:
    """Give what says again what is kept; after a table of contents went, its lines are there once."""
    seen: set[str] = set()
    for row in described:
        text = row.block.text
        if row.index in verdicts or row.features[_CHARS] <= _LONG:
            continue
        if text in seen:
            yield row.index
        seen.add(text)


def _clocks(described: list[Described], verdicts: Verdicts) -> Iterator[int]:
    """Give kept lines that are a time of day: as a heading or in a table it is one of a programme."""
    for row in described:
        told = row.block.tag[0] == "h" or not _TABLES.isdisjoint(dict(row.block.path))
        if row.index not in verdicts and not told and is_clock(row.block.text):
            yield row.index


def _corrections(described: list[Described], verdicts: Verdicts) -> Iterator[int]:
    for row in described:
        verdict = verdicts.get(row.index)
        if verdict is not None and verdict.rule not in _NEVER_A_CORRECTION and is_correction(row.block.text):
            yield row.index


def _questions(described: list[Described], verdicts: Verdicts, page: Page) -> Iterator[int]:
    questions = Questions(page)
    for row in described:
        verdict = verdicts.get(row.index)
        if verdict is not None and verdict.rule == CLASSIFIER and questions.hold(row.block.text):
            yield row.index
