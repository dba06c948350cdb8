"""What stands below a paywall, where the free text ends: unlike that text, it is about other things."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from archive.models import Access
from crawler.extraction.body import Body
from crawler.extraction.declared_access import PAID
from crawler.extraction.features import Described
from crawler.extraction.places import Kind, made_alike
from crawler.extraction.rulebook import rules
from crawler.extraction.verdicts import Verdict

RULE = "structure.behind-wall"
_CLOSING = frozenset({Access.PAYWALLED, "closed"})
"""What the rules of walls say of the access."""
_SURE = 0.8
"""How sure the classifier is of a paragraph of the article, which stays wherever a prompt stands."""


def find_behind_wall(
    body: Body, described: Sequence[Described], verdicts: Mapping[int, Verdict], sureness: Sequence[float]
) -> Iterator[int]:
    """Give what is kept behind the first wall below all paragraphs of the article's most frequent kind.

    Args:
        body: where the blocks stand.
        described: the blocks.
        verdicts: those that are not the article, and why.
        sureness: of the classifier, of each block, that it is the article.
    """
    walls = [index for index, verdict in verdicts.items() if _closes(verdict.rule)]
    walls += [cut.position for cut in body.walk.cuts if _closes(cut.rule)]
    if not walls:
        return
    weights: defaultdict[Kind, float] = defaultdict(float)
    last: dict[Kind, int] = {}
    for row in described:
        verdict = verdicts.get(row.index)
        if row.block.weight and (verdict is None or verdict.rule == PAID):
            kind = made_alike(body.walk, row.block)
            weights[kind] += row.block.weight
            last[kind] = row.index
    end = last[max(weights, key=weights.__getitem__)] if weights else body.last
    wall = min((index for index in walls if index > end), default=body.last)
    for row, sure in zip(described, sureness, strict=True):
        if row.index >= wall and row.index not in verdicts and sure < _SURE:
            yield row.index


def _closes(rule: str) -> bool:
    known = rules().get(rule)
    return known is not None and known.access in _CLOSING
