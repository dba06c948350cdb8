"""Summaries of other articles below the article: made alike, and each leads to another page of the site."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from itertools import accumulate

from archive.urls import page_key
from crawler.extraction.blocks import Block, Cut
from crawler.extraction.body import Body
from crawler.extraction.cards import address_of, is_link
from crawler.extraction.features import LONGEST_WORDS
from crawler.extraction.page import Page
from crawler.extraction.places import Kind, made_alike
from crawler.extraction.urls import same_site
from crawler.extraction.verdicts import Verdicts

RULE = "structure.teaser"
_LEAST = 3
"""Teasers in a row: two may be anything."""
_MOST_ROWS = 20
"""Below labels of their own: each is looked for on the whole page."""
_LONGEST = 6
"""Blocks of a teaser: a label, a heading, a summary, a link."""
_WORDS = 60
_SUMMARY = 8
"""Words of a line that may be a summary."""
_BEFORE, _BEHIND = 0.5, 0.05
"""Of the weight: an article has at least half of its text before them, and next to none behind."""
_LABEL = "related"
"""What the rules that know the labels above them are about."""
_LEAST_BESIDE = 100
"""Weight of an article beside others."""
_NEAR = 2
"""Blocks between two that are of one teaser."""


def find_teasers(body: Body, indices: Sequence[int], removed: Verdicts, page: Page) -> list[int]:
    """Give those of some blocks, by their number, that are kept and are teasers.

    A list of the best ten is made alike, too. So a label has to say what they are, or most of the text to
    stand before them, or the article in an element that they are not in; each has one short paragraph, or
    none where three others have, and all lead to different pages of the site: by a line or an image of their
    own, or where the paragraph begins or ends.

    Args:
        body: where the blocks stand.
        indices: their numbers.
        removed: those that are not the article anyway, and why.
        page: that they are on.
    """
    blocks = body.walk.blocks
    labels = {i for i in indices if i in removed and removed[i].family == _LABEL}
    numbers: dict[Kind, int] = {}
    kinds = [numbers.setdefault(made_alike(body.walk, blocks[i]), len(numbers)) for i in indices]
    weights = [0.0 if i in removed else blocks[i].weight for i in indices]
    found: list[int] = []
    for _ in range(_MOST_ROWS):
        last = _last_row(body, indices, kinds, weights, labels, page)
        if last is None:
            break
        found += (i for i in indices[last] if i not in removed)
        weights[last] = [0.0] * len(weights[last])
        kinds[last] = [-1 - place for place in range(len(kinds))[last]]
    return found


def _last_row(
    body: Body,
    indices: Sequence[int],
    kinds: Sequence[int],
    weights: Sequence[float],
    labels: Container[int],
    page: Page,
) -> slice | None:
    """Give where teasers stand in a row below the article; above them may be others, below another label."""
    before = [*accumulate(weights, initial=0.0)]
    total = before[-1]
    for size in range(1, _LONGEST + 1):
        for start, end in _repeated(kinds, size):
            units = [indices[at : at + size] for at in range(start, end, size)]
            labelled = start > 0 and indices[start - 1] in labels
            last = total - before[end] <= _BEHIND * total
            # a paragraph of the article may be the first of them
            if not (labelled or last) or (start > 0 and kinds[start - 1] == kinds[start]):
                continue
            if not _lead_away(body.walk.blocks, units, page):
                continue
            if labelled:
                return slice(start, end)
            texts = [i for i, weight in zip(indices[:start], weights, strict=False) if weight]
            if before[start] >= _BEFORE * total > 0 or _are_outside(body, texts, indices[start:end]):
                return slice(start, end)
    return None


def other_articles(body: Body, indices: Sequence[int], page: Page) -> Iterator[int]:
    """Give the blocks of ``article`` elements beside the article's that begin with a link to another page.

    The best ten may be one each, too. So the article has to be in such an element, and they in another.
    """
    walk, inside = body.walk, list[Sequence[int]]()
    for node, end in zip(walk.nodes, walk.ends, strict=True):
        if node.tag == "article":
            inside.append(indices[bisect_left(indices, node.first) : bisect_left(indices, end)])
    others = [held for held in inside if held and _is_headed_by_link(held[0], walk.blocks, page)]
    found = {index for held in others for index in held}
    own = {index for held in inside if found.isdisjoint(held) for index in held}
    if found and sum(walk.blocks[index].weight for index in own) >= _LEAST_BESIDE:
        yield from sorted(found)


def _is_headed_by_link(first: int, blocks: Sequence[Block], page: Page) -> bool:
    address = address_of(blocks[first]) if blocks[first].tag[0] == "h" else None
    return address is not None and page_key(page.absolute(address)) != page_key(page.url)


def rest_of_teasers(body: Body, indices: Sequence[int], removed: Container[int]) -> list[int]:
    """Give the lines among some blocks that are only a link, to where a removed one beside them leads.

    Headings are none: below the one of a product there is a button to where it is sold.
    """
    blocks = body.walk.blocks
    cuts: defaultdict[int, list[Cut]] = defaultdict(list)
    for cut in body.walk.cuts:
        cuts[cut.position].append(cut)
    found = []
    for place, index in enumerate(indices):
        if index in removed or blocks[index].tag[0] == "h" or not is_link(blocks[index]):
            continue
        beside = indices[max(0, place - _NEAR) : place + _NEAR + 1]
        addresses = {_leads(blocks, other) for other in beside if other in removed}
        for position in range(index - _NEAR, index + _NEAR + 1):
            for cut in cuts.get(position, ()):
                addresses.update(link.get("href") for link in cut.element.iter("a"))
        if _leads(blocks, index) in addresses - {None}:
            found.append(index)
    return found


def _are_outside(body: Body, texts: Sequence[int], teasers: Sequence[int]) -> bool:
    """Tell whether texts stand in an ``article`` element, and what is below them in none."""
    nodes, blocks = body.walk.nodes, body.walk.blocks
    inside = ["article" in nodes[blocks[i].node].zones for i in (*texts, *teasers)]
    return bool(texts) and inside == [True] * len(texts) + [False] * len(teasers)


def _repeated(kinds: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Give where so many kinds in a row come again and again, whole repetitions up to the last one."""
    start = 0
    for at in range(len(kinds) + 1):
        if at + size >= len(kinds) or kinds[at] != kinds[at + size]:
            end = min(at + size, len(kinds))
            whole = (end - start) // size
            if whole >= _LEAST:
                yield end - whole * size, end
            start = at + 1


def _lead_away(blocks: Sequence[Block], units: Sequence[Sequence[int]], page: Page) -> bool:
    addresses, told = set(), 0
    for unit in units:
        words = {i: _words(blocks[i]) for i in unit}
        lines = [i for i in unit if words[i] >= _SUMMARY and blocks[i].tag[0] != "h"]
        summaries = [i for i in lines if not is_link(blocks[i])] or lines  # a title may be as long
        if len(summaries) > 1 or sum(words.values()) > _WORDS:
            return False
        told += len(summaries)
        leads = (*(_leads(blocks, i) for i in unit), *(_leads_on(blocks[i]) for i in summaries))
        address = next(filter(None, leads), None)
        if address is None:
            return False
        addresses.add(page.absolute(address).partition("#")[0])
    addresses.discard(page.url.partition("#")[0])
    return (
        told >= _LEAST
        and len(addresses) == len(units)
        and all(same_site(address, page.url) for address in addresses)
    )


def _words(block: Block) -> int:
    """How many words a block has; in scripts without spaces three characters say as much as one."""
    return block.words if block.chars <= LONGEST_WORDS * block.words else block.chars // 3


def _leads(blocks: Sequence[Block], index: int) -> str | None:
    """Give where a block leads that is a link and no more, or that has an image above it which is one."""
    own = address_of(blocks[index])
    above = blocks[index - 1] if index else None
    return own if own or above is None or above.image is None else address_of(above)


def _leads_on(summary: Block) -> str | None:
    """Give where a summary leads that begins or ends with a link: its title, or what asks to read on.

    Not of an item of a list: articles end with lists of pages of their site.
    """
    if "li" in dict(summary.path):
        return None
    styles = [style for text, style in summary.runs if any(map(str.isalnum, text))]
    return styles[0][0] or styles[-1][0]
