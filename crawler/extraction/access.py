"""What everyone may read: what the publisher declares, what prompts say, where the text breaks off."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.models import Access, RemovedBlock
from crawler.extraction.declared_access import PAID, Declaration
from crawler.extraction.rulebook import Rule, phrase_rule, rules
from crawler.extraction.words import load

METER = "subscription.meter"
"""Counts what is left to read: it closes nothing."""
_CLOSED = "closed"
"""What a rule says of the access where its blocks do not tell what opens the text: an account, or money."""
_MAY_ASK = ("structure.form", "structure.button", "subscription.")
"""Rules of boxes that ask for something, which their words tell."""
_READING, _DISCUSSION = (
    re.compile("|".join(word for words in load("reading")[subject].values() for word in words))
    for subject in ("reading", "discussion")
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*")
_MAX_SENTENCES = 12
_MAX_WORDS = 40
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
    prompts = _Prompts.among(
        removed,
        blocks,
        cut=ends_openly or _BREAKS_OFF.search(text) is not None,
        paid=declared.free is False,
    )
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
    """Those that stand where the text ends and say that it goes on, what says so itself before the others."""
    cut: bool
    """The text ends in the middle of a sentence or with an ellipsis."""

    @classmethod
    def among(cls, removed: Sequence[RemovedBlock], blocks: int, *, cut: bool, paid: bool) -> "_Prompts":
        """Find them.

        Args:
            removed: the account of removed blocks.
            blocks: the number of blocks that were kept.
            cut: the text breaks off.
            paid: the publisher declares that it is not free.
        """
        known = rules()
        asking = [block for block in map(_as_prompt, removed) if block.rule in known]
        ending = [block for block in asking if block.position >= blocks - 1 and block.rule != METER]
        closing = [block for block in ending if _speaks_of_reading(block)]
        offered = cut or paid or any(block.rule == PAID for block in removed)
        closing += [block for block in ending if offered and _told(block) and block not in closing]
        told = [block for block in asking if known[block.rule].access]
        return cls(told + [block for block in closing if block not in told], closing, cut)

    def evidence(self) -> Iterator[str]:
        for block in self.all[:4]:
            yield f"prompt ({block.rule}): {block.text[:120]}"

    @property
    def asked(self) -> str | None:
        """What the first of them that tells it asks for."""
        told = [_told(block) for block in self.closing]
        return next((access for access in told if access != _CLOSED), Access.PAYWALLED if told else None)

    @property
    def metered(self) -> bool:
        return any(rules()[block.rule].access == Access.METERED for block in self.all)


def _told(block: RemovedBlock) -> str | None:
    """Give what a block says of the access where the text breaks off."""
    rule = rules()[block.rule]
    return rule.access or rule.access_if_cut


def _speaks_of_reading(block: RemovedBlock) -> bool:
    """Tell whether a block says that the text goes on: by its words, or because it is the box of a wall."""
    rule = rules()[block.rule]
    text = block.text.lower()
    if rule.access is None or rule.access == Access.METERED or _READING.search(text):
        return rule.access is not None
    return not rule.phrases and not _DISCUSSION.search(text)


def _as_prompt(block: RemovedBlock) -> RemovedBlock:
    """Give a box that does not tell what opens the text under the rule of its first sentence that does."""
    rule = rules().get(block.rule)
    closed = rule is not None and rule.access == _CLOSED
    if not closed and (rule is None or rule.access or not rule.id.startswith(_MAY_ASK)):
        return block
    for sentence in _SENTENCE_ENDS.split(block.text, _MAX_SENTENCES):
        named = _rule_of_prompt(" ".join(sentence.split()[:_MAX_WORDS]))
        if named is not None and (named.access or named.access_if_cut) and named.access != _CLOSED:
            prompt = RemovedBlock(named.id, named.reason, block.text, block.position)
            if not closed or named.id == METER or _speaks_of_reading(prompt):
                return prompt
    return block


@lru_cache(maxsize=4096)
def _rule_of_prompt(text: str) -> Rule | None:
    return phrase_rule(text, len(text.split()), 1.0, ())


def _access(declared: Declaration, prompts: _Prompts) -> Access:
    asked = prompts.asked
    if declared.tier not in {None, Access.FREE, Access.METERED}:
        return declared.tier
    if declared.tier is Access.METERED:
        return Access(asked or Access.METERED)
    if declared.free is False:
        if asked == Access.REGISTRATION:
            return Access.REGISTRATION
        return Access.METERED if prompts.metered else Access.PAYWALLED
    if declared.free is True or declared.tier is Access.FREE:
        if not (prompts.cut and any(map(_speaks_of_reading, prompts.closing))):
            return Access.FREE
    elif prompts.metered:
        return Access.METERED
    return Access(asked or Access.UNKNOWN)


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
