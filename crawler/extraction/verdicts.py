"""Which blocks of a body are not the article, and why: rules first, then the classifier, within bounds."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from crawler.extraction.biography import RULE as BIOGRAPHY
from crawler.extraction.biography import AboutAuthor, biography_name
from crawler.extraction.blocks import SENTENCE_ENDS, Block
from crawler.extraction.body import Body
from crawler.extraction.classifier import probability
from crawler.extraction.contents import RULE as CONTENTS
from crawler.extraction.contents import find_contents
from crawler.extraction.corrections import is_correction
from crawler.extraction.datelines import RULE as DATE
from crawler.extraction.datelines import is_dateline
from crawler.extraction.fact_tables import find_fact_tables
from crawler.extraction.features import NAMES, Described, Facts, squash
from crawler.extraction.page import Page
from crawler.extraction.places import UNSPACED_SCALE, is_paragraph
from crawler.extraction.questions import Questions
from crawler.extraction.reasons import why
from crawler.extraction.rulebook import rules
from crawler.extraction.teasers import RULE as TEASER
from crawler.extraction.teasers import find_teasers, rest_of_teasers
from crawler.extraction.text_parts import TextParts

CLASSIFIER = "classifier"
PAID = "access.paid-part"
INTRODUCTION = "structure.introduction"
_NEVER_A_CORRECTION = frozenset({PAID, "structure.title", "structure.repeated"})
_CAREFUL = 0.12
_PARAGRAPH, _LONG_LINE = 0.7, 0.84
"""A paragraph, and a line long enough for a sentence, need so much of the sureness that a short line needs:
to lose one is worse than a stray line."""
_SENTENCE = 8
"""Words of a line long enough for a sentence."""
_IN_FACTS = frozenset({CLASSIFIER, DATE, "authors.line", "subscription.offer"})
"""What removes a cell of a table of facts for what it alone looks like: a date, a name, a price."""
_NO_END = frozenset({CLASSIFIER, "hidden", "advertising"})
"""What may be removed between the text and a table of facts right below it."""
_OF_TITLE = NAMES.index("in title")
_IN_MAIN_NODE = NAMES.index("in main node")
_CHARS, _WORDS, _UNSPACED = NAMES.index("chars"), NAMES.index("words"), NAMES.index("unspaced")
_FAMILY_SHARE = 0.3
"""Of the weight of the range: what the phrases of one family may take without the classifier's consent."""
_NOT_BY_PHRASE = frozenset({CLASSIFIER, "access", "structure"})
_ALARM_SHARE = 0.75
"""Of the weight of the range: when more than this would go, only sure removals are made."""
_LONG = 60
_GROUPS = frozenset({"table", "ul", "ol", "dl"})
_BIOGRAPHY_AFTER = 0.3
_HEAD_FAMILIES = frozenset({"credits", "authors", "structure"})
_HEAD_WORDS = 40
_HEAD_LINE = 6
_LONGEST_HEADING = 15
"""Words: what is longer is text that only looks like a heading."""
_LONGEST_INTRODUCTION = 25
_MOSTLY_LINK = 0.9
_SMALL_ASIDE = 800
_KICKER = re.compile(r".{1,60}[-–—:|/\d\n»«”“\"]\s*", re.S)
"""What may stand before the title in a heading that repeats it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a block is not the article."""

    rule: str
    reason: str


def judge(body: Body, described: list[Described], facts: Facts, page: Page) -> dict[int, Verdict]:
    """Tell which blocks of a body are not the article, by their index, and why.

    Where much of it would go, only sure removals are made; never all of it goes.
    """
    sureness = _together(described, [probability(row.features) for row in described])
    verdicts = _judge(body, described, sureness, facts, page, body.keep)
    free = [row for row in described if row.block.node not in body.walk.paid]
    sure_of = {row.index: sure for row, sure in zip(described, sureness, strict=True)}
    verdicts = _bounded(verdicts, free, sure_of)
    total = sum(row.block.weight for row in free)
    nothing_left = len(verdicts) == len(described) == len(free)
    if nothing_left or _weight(verdicts, free) > _ALARM_SHARE * total > 0:
        careful = _judge(body, described, sureness, facts, page, min(_CAREFUL, body.keep))
        if len(careful) == len(described) or _weight(careful, free) > 0.9 * total:
            careful = {index: verdict for index, verdict in careful.items() if verdict.rule != CLASSIFIER}
        if len(careful) == len(described) == len(free):
            careful = {}
        verdicts = careful
    return verdicts


def _bounded(
    verdicts: dict[int, Verdict], free: list[Described], sureness: dict[int, float]
) -> dict[int, Verdict]:
    """Where phrases of one family would remove much of the article, keep what the classifier would keep."""
    total = sum(row.block.weight for row in free)
    shares: dict[str, float] = {}
    for row in free:
        if row.index in verdicts:
            family = _family(verdicts[row.index])
            shares[family] = shares.get(family, 0.0) + row.block.weight
    large = {family for family, weight in shares.items() if weight > _FAMILY_SHARE * total}
    large -= _NOT_BY_PHRASE
    return {
        index: verdict
        for index, verdict in verdicts.items()
        if _family(verdict) not in large or sureness[index] < _CAREFUL
    }


def _family(verdict: Verdict) -> str:
    return verdict.rule.partition(".")[0]


def _together(described: list[Described], sureness: list[float]) -> list[float]:
    """Judge the cells of a table as one, and the items of a list half by what the others are."""
    groups: dict[tuple[str, int], list[int]] = {}
    for position, row in enumerate(described):
        group = next((step for step in row.block.path if step[0] in _GROUPS), None)
        if group is not None:
            groups.setdefault(group, []).append(position)
    page = sum(row.block.chars for row in described)
    for (kind, _), members in groups.items():
        size = sum(described[position].block.chars for position in members)
        if len(members) < 3 or size > 0.6 * page:
            continue
        mean = sum(sureness[p] * described[p].block.chars for p in members) / size
        links = sum(described[p].block.link_chars for p in members) / size
        if kind == "table" and links < 0.5:
            mean = 0.5 * mean + 0.4
        own = 0.0 if kind == "table" else 0.5
        for position in members:
            if described[position].rule is None:
                sureness[position] = own * sureness[position] + (1 - own) * mean
    return sureness


def _weight(verdicts: dict[int, Verdict], described: list[Described]) -> float:
    return sum(row.block.weight for row in described if row.index in verdicts)


def _judge(
    body: Body, described: list[Described], sureness: list[float], facts: Facts, page: Page, keep: float
) -> dict[int, Verdict]:
    verdicts: dict[int, Verdict] = {}
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
            rule = "structure.title"
        elif about_author.is_name(block):
            rule = "structure.author"
        elif row.rule is not None and sure < row.rule.keep_above:
            rule = row.rule.id
        elif _is_about_author(block, about_author, late=rest / total < _BIOGRAPHY_AFTER):
            rule = BIOGRAPHY
        if rule is not None:
            verdicts[row.index] = Verdict(rule, rules()[rule].reason)
        elif sure < keep * _leniency(row):
            verdicts[row.index] = Verdict(CLASSIFIER, why(sure, row.features))
    _drop_asides(body, described, verdicts)
    _drop_contents(described, verdicts)
    _drop_teasers(body, described, verdicts, page)
    _drop_repeated(described, verdicts)
    _drop_name_above_biography(described, verdicts)
    _drop_dates(described, verdicts, facts)
    _drop_head_matter(described, verdicts)
    _keep_corrections(described, verdicts)
    _keep_questions(described, verdicts, page)
    _keep_facts(body, described, verdicts)
    _keep_parts(body, described, verdicts)
    _drop_last_introduction(described, verdicts)
    _drop_empty_headings(body, described, verdicts)
    return verdicts


def _ends_in_title(block: Block, title: str) -> bool:
    """Tell whether a heading is the title below a kicker, a date or the number of a picture."""
    before, found, after = block.text.rpartition(title)
    return bool(found) and not after and block.tag[0] == "h" and _KICKER.fullmatch(before) is not None


def _leniency(row: Described) -> float:
    scale = UNSPACED_SCALE if row.features[_UNSPACED] else 1.0
    if row.features[_IN_MAIN_NODE] and is_paragraph(row.block, scale):
        return _PARAGRAPH
    return _LONG_LINE if _words(row) >= _SENTENCE else 1.0


def _keep_corrections(described: list[Described], verdicts: dict[int, Verdict]) -> None:
    for row in described:
        verdict = verdicts.get(row.index)
        if verdict is not None and verdict.rule not in _NEVER_A_CORRECTION and is_correction(row.block.text):
            del verdicts[row.index]


def _keep_questions(described: list[Described], verdicts: dict[int, Verdict], page: Page) -> None:
    questions = Questions(page)
    for row in described:
        verdict = verdicts.get(row.index)
        if verdict is not None and verdict.rule == CLASSIFIER and questions.hold(row.block.text):
            del verdicts[row.index]


def _keep_facts(body: Body, described: list[Described], verdicts: dict[int, Verdict]) -> None:
    """Keep a table of facts whole, within the text or right below it, where no rule calls it furniture."""
    tables = {places[0]: places for places in find_fact_tables(body, described)}
    texts = [row.index for row in described if row.index not in verdicts and _begins_text(row)]
    if not tables or not texts:
        return
    ends = [cut.position for cut in body.walk.cuts if _ends_text(cut.rule)]
    kept, ended = body.first, False
    for place, row in enumerate(described):
        if place in tables and row.index > texts[0]:
            indices = [described[cell].index for cell in tables[place]]
            below = ended or bisect_right(ends, kept) < bisect_right(ends, row.index)
            named = {verdicts[index].rule for index in indices if index in verdicts}
            if named <= _IN_FACTS and (not below or indices[-1] < texts[-1]):
                for index in indices:
                    verdicts.pop(index, None)
        if row.index not in verdicts:
            kept, ended = row.index, False
        else:
            ended = ended or _ends_text(verdicts[row.index].rule)


def _keep_parts(body: Body, described: list[Described], verdicts: dict[int, Verdict]) -> None:
    """Keep parts of the text that only the trees would remove: lists, quotes, listings, headings."""
    unsure = {index for index, verdict in verdicts.items() if verdict.rule == CLASSIFIER}
    parts = TextParts(body, described, verdicts, unsure)
    for find in (parts.lists, parts.quotes, parts.listings, parts.headings):
        for index in list(find()):
            verdicts.pop(index, None)


def _ends_text(rule: str) -> bool:
    """Tell whether what a rule removes may be the end of the text."""
    return rule.partition(".")[0] not in _NO_END


def _is_about_author(block: Block, about_author: AboutAuthor, *, late: bool) -> bool:
    """Tell whether a block is a note about an author: above the text only one that says all of it."""
    named, introduced = about_author.matches(block), _introduces(block)
    return (named or introduced) if late else (named and introduced)


def _introduces(block: Block) -> bool:
    return block.chars > _LONG and biography_name(block) is not None


def _drop_dates(described: list[Described], verdicts: dict[int, Verdict], facts: Facts) -> None:
    for row in described:
        if row.index in verdicts:
            continue
        if is_dateline(row.block.text, facts.days):
            verdicts[row.index] = Verdict(DATE, rules()[DATE].reason)
        elif _begins_text(row):
            return


def _drop_head_matter(described: list[Described], verdicts: dict[int, Verdict]) -> None:
    """Short lines above a byline or an image credit that stands above the first paragraph.

    A longer line is the standfirst, which readers see as the beginning of the article.
    """
    reason = rules()["structure.head"].reason
    verdicts.update(
        (row.index, Verdict("structure.head", reason))
        for row in _head(described, verdicts)
        if _words(row) <= _HEAD_LINE
    )


def printed_standfirst(described: list[Described], verdicts: dict[int, Verdict]) -> str | None:
    """Give a kept line between the headline and a byline or picture, in which no sentence ends."""
    lines = (row.block.text for row in _head(described, verdicts) if row.index not in verdicts)
    return next(lines, None)


def _head(described: list[Described], verdicts: dict[int, Verdict]) -> list[Described]:
    """Give the kept lines above the last byline or image credit above the first paragraph, without items."""
    found: list[Described] = []
    lines: list[Described] = []
    for row in described:
        block = row.block
        if row.index in verdicts:
            if _family(verdicts[row.index]) in _HEAD_FAMILIES:
                found += lines
                lines = []
        elif _begins_text(row):
            break
        elif "li" not in dict(block.path):
            lines.append(row)
    return found


def _begins_text(row: Described) -> bool:
    words = _words(row)
    return words > _HEAD_WORDS or (words > 4 and row.block.text[-1] in SENTENCE_ENDS)


def _words(row: Described) -> float:
    """How many words a block has; where it is one long one, how many would fill as much room."""
    return max(row.features[_WORDS], row.block.chars // 6)


def _drop_asides(body: Body, described: list[Described], verdicts: dict[int, Verdict]) -> None:
    """What stands in an aside together with a block that a rule names is of the same kind."""
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


def _drop_contents(described: list[Described], verdicts: dict[int, Verdict]) -> None:
    for place in find_contents([row.block for row in described]):
        verdicts.setdefault(described[place].index, Verdict(CONTENTS, rules()[CONTENTS].reason))


def _drop_teasers(body: Body, described: list[Described], verdicts: dict[int, Verdict], page: Page) -> None:
    indices = [row.index for row in described]
    for index in find_teasers(body, indices, verdicts, page):
        verdicts.setdefault(index, Verdict(TEASER, rules()[TEASER].reason))
    for index in rest_of_teasers(body, indices, verdicts):
        verdicts[index] = Verdict(TEASER, rules()[TEASER].reason)


def _drop_repeated(described: list[Described], verdicts: dict[int, Verdict]) -> None:
    """What says again what is kept; after a table of contents went, its lines are there once."""
    seen: set[str] = set()
    for row in described:
        text = row.block.text
        if row.index in verdicts or row.features[_CHARS] <= _LONG:
            continue
        if text in seen:
            verdicts[row.index] = Verdict("structure.repeated", rules()["structure.repeated"].reason)
        seen.add(text)


def _drop_name_above_biography(described: list[Described], verdicts: dict[int, Verdict]) -> None:
    for row, following in pairwise(described):
        verdict = verdicts.get(following.index)
        if (
            verdict is not None
            and verdict.rule == BIOGRAPHY
            and following.block.text.startswith(row.block.text)
        ):
            verdicts[row.index] = Verdict("structure.author", rules()["structure.author"].reason)


def _drop_last_introduction(described: list[Described], verdicts: dict[int, Verdict]) -> None:
    """A last line that ends with a colon, right above removed links, is what they had for a heading."""
    kept = [place for place, row in enumerate(described) if row.index not in verdicts]
    if not kept[1:]:
        return
    last = described[kept[-1]]
    gone = (
        row.block for row in described[kept[-1] + 1 :] if not verdicts[row.index].rule.endswith(".heading")
    )
    below = next(gone, None)
    if (
        last.block.text[-1] in ":："
        and _words(last) <= _LONGEST_INTRODUCTION
        and below is not None
        and below.link_chars >= _MOSTLY_LINK * below.chars
    ):
        verdicts[last.index] = Verdict(INTRODUCTION, rules()[INTRODUCTION].reason)


def _drop_empty_headings(body: Body, described: list[Described], verdicts: dict[int, Verdict]) -> None:
    """A heading that nothing kept stands below is the heading of something that was removed."""
    gone = {*verdicts, *(cut.position for cut in body.walk.cuts)}
    level, following = "", body.last
    for row in reversed(described):
        tag = row.block.tag
        if row.index in verdicts:
            continue
        if tag[0] != "h" or _words(row) > _LONGEST_HEADING:
            level, following = "", row.index
        elif following == body.last or (level and level <= tag and _any_between(row.index, following, gone)):
            verdicts[row.index] = Verdict("structure.heading", rules()["structure.heading"].reason)
            gone.add(row.index)
        else:
            level, following = tag, row.index


def _any_between(index: int, following: int, gone: set[int]) -> bool:
    """Tell whether something was removed, or cut in the walk, between two blocks."""
    return any(place in gone for place in range(index + 1, following + 1))
