"""Where an article has its news from: a line below the text that looks like the credit of an image."""

import re
from collections.abc import Iterator, Mapping, Sequence

from crawler.extraction.body import Body
from crawler.extraction.captions import CREDIT
from crawler.extraction.features import Described
from crawler.extraction.places import made_alike
from crawler.extraction.verdicts import Verdict

_SOURCE = re.compile(r"(?:sources?|via)\s?[:：].+", re.I | re.S)


def find_sources(
    body: Body, described: Sequence[Described], verdicts: Mapping[int, Verdict]
) -> Iterator[int]:
    """Give the lines below a kept paragraph, with no image between, that are made like it."""
    above: Described | None = None
    for row in described:
        verdict = verdicts.get(row.index)
        if verdict is None:
            above = row
        elif (
            verdict.rule == CREDIT
            and above is not None
            and above.block.weight
            and _SOURCE.fullmatch(row.block.text)
            and made_alike(body.walk, above.block) == made_alike(body.walk, row.block)
            and not any(block.image is not None for block in body.walk.blocks[above.index : row.index])
        ):
            yield row.index
