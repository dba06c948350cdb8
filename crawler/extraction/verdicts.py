"""Why a block is not the article: what says so, and the reason that readers of the account see."""

from dataclasses import dataclass

from crawler.extraction.rulebook import rules

CLASSIFIER = "classifier"
"""Stands for the rule of what no rule names and the trees take."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a block is not the article."""

    rule: str
    reason: str

    @classmethod
    def by(cls, rule: str) -> "Verdict":
        """Give the verdict of a rule, with the reason that it states."""
        return cls(rule, rules()[rule].reason)

    @property
    def family(self) -> str:
        """The kind of furniture: the first word of the rule."""
        return family(self.rule)


Verdicts = dict[int, Verdict]
"""By the number of the block."""


def family(rule: str) -> str:
    """Give the kind of furniture that a rule is about: its first word."""
    return rule.partition(".")[0]
