"""What everyone may read: what the publisher declares, what prompts say, where the text breaks off."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.models import Access, RemovedBlock
from crawler.extraction.declared_access import PAID, Declaration
from crawler.extraction.rulebook import Rule, phrase_rule, rules

METER = "subscription.meter"
"""Counts what is left to read: it closes nothing."""
_FORMS = frozenset({"structure.form", "structure.button"})
_BREAKS_OFF = re.compile(r"(?:…|\.\.\.|\[…]|\(…\)|\[\.\.\.]|‥|——)[\s\"”»’]*$")
_MUCH_LONGER = 1.5
_MIN_MISSING = 60


def decide(
    declared: Declaration, removed: Sequence[RemovedBlock], blocks: int, ends_openly: bool, text: str
) -> tuple[Access, bool, tuple[str, ...]]:
    """Decide the access, whether the text is complete, and give the evidence for both in words.

    Args:
        declared: what the page declares.
        removed: the account of removed blocks.
        blocks: the number of blocks that were kept.
        ends_openly: the last paragraph stops in the middle of a sentence.
        text: what was kept.
    """
    prompts = _Prompts.among(removed, blocks, cut=ends_openly or _BREAKS_OFF.search(text) is not None)
    access = _access(declared, prompts)
    missing = list(_missing(declared, prompts, access, removed, ends_openly, text))
    evidence = [*declared.evidence, *prompts.evidence(), *(f"text: {reason}" for reason in missing)]
    if not declared.evidence and not prompts.all:
        evidence.append("the page declares nothing about access and asks for nothing")
    if not missing:
        evidence.append("text: nothing tells that any of it is missing")
    return access, not missing, tuple(evidence)


@dataclass(slots=True)
class _Prompts:
    """The removed blocks that ask readers for money or an account."""

    all: list[RemovedBlock]
    closing: list[RemovedBlock]
    """Those that stand where the text ends and say that it goes on."""
    cut: bool
    """The text ends in the middle of a sentence or with an ellipsis."""

    @classmethod
    def among(cls, removed: Sequence[RemovedBlock], blocks: int, *, cut: bool) -> "_Prompts":
        known = rules()
        removed = [_as_prompt(block) if block.rule in _FORMS else block for block in removed]
        asking = [b for b in removed if b.rule in known and known[b.rule].access]
        offers = [b for b in removed if b.rule in known and known[b.rule].access_if_cut]
        closing = [b for b in asking if b.position >= blocks - 1 and b.rule != METER]
        if cut:
            closing += [b for b in offers if b.position >= blocks - 1]
        return cls(asking + [b for b in closing if b not in asking], closing, cut)

    def evidence(self) -> Iterator[str]:
        for block in self.all[:4]:
            yield f"prompt ({block.rule}): {block.text[:120]}"

    @property
    def asked(self) -> set[str | None]:
        known = rules()
        return {known[b.rule].access or known[b.rule].access_if_cut for b in self.closing}

    @property
    def metered(self) -> bool:
        return any(rules()[block.rule].access == Access.METERED for block in self.all)


def _as_prompt(block: RemovedBlock) -> RemovedBlock:
    """Give a form or a button under the rule that its words fit, where they ask for something."""
    rule = _rule_of_prompt(block.text)
    if rule is None or not (rule.access or rule.access_if_cut):
        return block
    return RemovedBlock(rule.id, rule.reason, block.text, block.position)


@lru_cache(maxsize=4096)
def _rule_of_prompt(text: str) -> Rule | None:
    return phrase_rule(text, len(text.split()), 1.0, ())


def _access(declared: Declaration, prompts: _Prompts) -> Access:
    if declared.tier is not None and declared.tier is not Access.FREE:
        return declared.tier
    if declared.free is False:
        if prompts.asked == {Access.REGISTRATION}:
            return Access.REGISTRATION
        return Access.METERED if prompts.metered else Access.PAYWALLED
    if declared.free is True or declared.tier is Access.FREE:
        if not (prompts.cut and any(rules()[block.rule].access for block in prompts.closing)):
            return Access.FREE
    elif prompts.metered:
        return Access.METERED
    if Access.PAYWALLED in prompts.asked:
        return Access.PAYWALLED
    if prompts.metered:
        return Access.METERED
    return Access.REGISTRATION if prompts.asked else Access.UNKNOWN


def _missing(
    declared: Declaration,
    prompts: _Prompts,
    access: Access,
    removed: Sequence[RemovedBlock],
    ends_openly: bool,
    text: str,
) -> Iterator[str]:
    """Give the reasons, in words, why the text is not all of the article."""
    if any(block.rule == PAID for block in removed):
        yield "a part that is declared as not free was left out"
    if access in {Access.FREE, Access.UNKNOWN}:
        return
    if prompts.cut and (prompts.closing or declared.free is False):
        where = " in the middle of a sentence" if ends_openly else " with an ellipsis"
        yield f"it breaks off{where}" + (", next to a prompt" if prompts.closing else "")
    elif prompts.closing and declared.free is not True:
        yield "it ends at a prompt"
    words = len(text.split())
    if declared.words > _MUCH_LONGER * words and declared.words - words > _MIN_MISSING and _has_spaces(text):
        yield f"{words} words of the {declared.words} that the publisher states"


def _has_spaces(text: str) -> bool:
    return text.count(" ") > len(text) / 20
