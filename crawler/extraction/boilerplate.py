"""Strips a body of what is not the article: the fragment that is kept, and the account of the rest."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from archive.models import RemovedBlock
from crawler.extraction import account, text
from crawler.extraction.above_text import printed_standfirst
from crawler.extraction.biography import RULE as BIOGRAPHY
from crawler.extraction.biography import biography_name
from crawler.extraction.blocks import SENTENCE_ENDS, Block
from crawler.extraction.body import Body
from crawler.extraction.captions import CREDIT, without_credit
from crawler.extraction.declared_access import PAID
from crawler.extraction.features import Facts, describe
from crawler.extraction.furniture import RULE as FURNITURE
from crawler.extraction.furniture import fingerprints, repeated_elsewhere
from crawler.extraction.judge import judge
from crawler.extraction.page import Page
from crawler.extraction.pictures import CAPTIONS, figure_of, find_pictures, pair_with_captions
from crawler.extraction.rulebook import rules
from crawler.extraction.verdicts import Verdict

BEYOND = "structure.beyond"
MAX_BLOCKS = 20_000
"""Paragraphs, items and cells of a body that are read: the time and the memory of a page have an end."""


@dataclass(slots=True)
class Stripped:
    """What is left of the fragment, and the account of what was removed."""

    html: str
    text: str
    removed: list[RemovedBlock]
    ends_openly: bool
    """The last paragraph stops without the end of a sentence."""
    blocks: int
    """The number of blocks that were kept, up to the end of the plain text."""
    writer: str | None
    """Whom a removed note introduces as a writer."""
    standfirst: str | None
    """A kept line between the headline and a byline or picture, in which no sentence ends."""
    shortened: bool
    """The page goes on beyond what is read of it."""
    prints: tuple[tuple[int, bool], ...]
    """Fingerprints of the blocks, and whether each was kept."""


def strip(
    body: Body,
    page: Page,
    facts: Facts,
    image: str | None = None,
    profile: Mapping[int, int] = MappingProxyType({}),
) -> Stripped:
    """Remove from the body what is not the article; of an endless one, what is beyond ``MAX_BLOCKS``.

    Args:
        body: where it is.
        page: that it is on.
        facts: what is known of it.
        image: the address of the one that the head names.
        profile: what comes back on other pages of the site, see `furniture.repeated_elsewhere`.
    """
    beyond = body.walk.blocks[body.first + MAX_BLOCKS : body.last]
    body = replace(body, last=min(body.last, body.first + MAX_BLOCKS))
    described = describe(body, facts)
    verdicts = judge(body, described, facts, page)
    prints = fingerprints(described)
    standing = frozenset(row.index for row in described if row.index not in verdicts)
    for index, reason in repeated_elsewhere(described, standing, prints, profile).items():
        verdicts[index] = Verdict(FURNITURE, reason)
    sorter = _Sorter(body, page, verdicts, facts, image)
    sorter.run()
    if beyond:
        sorter.removed.append(account.unread(BEYOND, beyond, sorter.kept))
    html, plain = text.write(text.build(sorter.article, page))
    return Stripped(
        html=html,
        text=plain,
        removed=sorter.removed,
        ends_openly=sorter.last is not None and _is_open(sorter.last),
        blocks=sorter.end,
        writer=_introduced(body, verdicts),
        standfirst=printed_standfirst(described, verdicts),
        shortened=bool(beyond),
        prints=tuple((print_, index not in verdicts) for index, print_ in prints.items()),
    )


class _Sorter:
    """Goes through a body: what is kept to the article, the rest to the account."""

    def __init__(
        self, body: Body, page: Page, verdicts: Mapping[int, Verdict], facts: Facts, image: str | None
    ) -> None:
        self.article: list[text.Kept] = []
        self.removed: list[RemovedBlock] = []
        self.kept = 0
        """Blocks so far, also captions that are in the HTML alone."""
        self.end = 0
        """How many of them there were at the end of the plain text."""
        self.last: Block | None = None
        """The last of them that is no heading."""
        self._body = body
        self._verdicts = verdicts
        self._languages = facts.languages
        blocks = body.walk.blocks
        self._pictures = find_pictures(body, verdicts, page, image)
        pair_with_captions(body, self._pictures, verdicts)
        self._pictured = {step for i in self._pictures for step in blocks[i].path if step[0] == "figure"}
        self._captions = {blocks[i].text for i in verdicts if self._is_caption(i)}
        paid = (i for i, verdict in verdicts.items() if verdict.rule == PAID)
        self._paid = [blocks[i] for i in sorted(paid)]

    def run(self) -> None:
        """Sort every block, and what was cut out before it; an image above the headline comes first."""
        for index in sorted(self._pictures)[:1]:
            if index < self._body.first:
                self.article.append(text.Kept(self._body.walk.blocks[index], self._pictures[index]))
        cuts = deque(account.cuts_in(self._body))
        for index in range(self._body.first, self._body.last):
            while cuts and cuts[0].position <= index:
                self.removed.extend(account.cut_out(cuts.popleft(), self.kept))
            block = self._body.walk.blocks[index]
            if block.image is not None:
                if (picture := self._pictures.get(index)) is not None:
                    self.article.append(text.Kept(block, picture))
            elif (verdict := self._verdicts.get(index)) is None:
                self._keep(block, aside=False)
            elif self._is_caption(index):
                self._keep(block, aside=True)
            elif verdict.rule not in CAPTIONS or block.text not in self._captions:
                self._remove(block, verdict)
        for cut in cuts:
            self.removed.extend(account.cut_out(cut, self.kept))

    def _is_caption(self, index: int) -> bool:
        """Tell whether a removed block stays beside its image, in the HTML alone."""
        beside = figure_of(self._body.walk.blocks[index]) in self._pictured
        return beside and self._verdicts[index].rule in CAPTIONS

    def _keep(self, block: Block, *, aside: bool) -> None:
        said, credit = without_credit(block, self._body.walk.nodes[block.node].element, self._languages)
        self.article.append(text.Kept(said, None, aside=aside))
        self.kept += 1
        if not aside:
            self.end = self.kept
            self.last = self.last if block.tag[0] == "h" else block
        if credit is not None:
            self.removed.append(RemovedBlock(CREDIT, rules()[CREDIT].reason, credit, self.kept))

    def _remove(self, block: Block, verdict: Verdict) -> None:
        if verdict.rule != PAID:
            self.removed.append(account.removed(verdict.rule, verdict.reason, block.text, self.kept))
        elif block is self._paid[0]:  # one entry for all of it, without its text, which is not ours to keep
            self.removed.append(account.unread(PAID, self._paid, self.kept, ", not kept"))


def _introduced(body: Body, verdicts: Mapping[int, Verdict]) -> str | None:
    """Give whom a removed note introduces as a writer."""
    notes = (i for i in sorted(verdicts) if verdicts[i].rule == BIOGRAPHY)
    return next(filter(None, (biography_name(body.walk.blocks[i]) for i in notes)), None)


def _is_open(block: Block) -> bool:
    return block.chars > 40 and "li" not in dict(block.path) and block.text[-1] not in SENTENCE_ENDS + ":：*"
