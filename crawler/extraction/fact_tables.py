"""Small tables of facts: in each row a label and what it is, as of a game its maker, price and day.

Or lines of a label, a colon and what it is.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from crawler.extraction.above_text import begins_text
from crawler.extraction.blocks import Block
from crawler.extraction.body import Body
from crawler.extraction.cards import is_link
from crawler.extraction.datelines import RULE as DATE
from crawler.extraction.features import Described
from crawler.extraction.places import made_alike
from crawler.extraction.verdicts import CLASSIFIER, Verdict, family

_LONGEST_LABEL = 40
"""Characters."""
_PAIR = 2
"""Cells."""
_LEAST_PAIRS = 2
_MOSTLY = 0.6
"""Of the rows: the others are headings, or have nothing to tell of a label."""
_MOST_LINKED = 0.5
"""Of the characters."""
_CARD_DEPTH = 5
"""Nodes from a cell up to the box of a card."""
_CELL_BELOW = {"table": 2, "dl": 1}
"""How many structural elements below it a cell is: between it and a table there is the row."""
_OF_CELLS = frozenset({CLASSIFIER, DATE, "authors.line", "related.address", "subscription.offer"})
"""What removes a cell for what it alone looks like: a date, a name, an address, a price."""
_NO_END = frozenset({CLASSIFIER, "hidden", "advertising"})
"""The families of what may be removed between the text and a table right below it."""

_LINE = re.compile(r"[^:：]{1,40}[:：]\s*[^:：\s].{0,120}")
_LEAST_LINES = 3
_OF_LINES = frozenset({CLASSIFIER, "authors.line"})
"""What removes a line for what it alone looks like: who writes a comic looks like its reviewer."""

Step = tuple[str, int]
"""Of the path of a block: a tag, and a number that tells it from others."""
Cell = list[Block]


def facts_within_text(
    body: Body, described: Sequence[Described], verdicts: Mapping[int, Verdict]
) -> Iterator[int]:
    """Give the blocks of the tables within the text or right below it that no rule calls furniture."""
    tables = {places[0]: places for places in _fact_tables(body, described)}
    texts = [row.index for row in described if row.index not in verdicts and begins_text(row)]
    if not tables or not texts:
        return
    ends = [cut.position for cut in body.walk.cuts if _ends_text(cut.rule)]
    staying: set[int] = set()
    kept, ended = body.first, False
    for place, row in enumerate(described):
        if place in tables and row.index > texts[0]:
            indices = [described[cell].index for cell in tables[place]]
            below = ended or bisect_right(ends, kept) < bisect_right(ends, row.index)
            named = {verdicts[index].rule for index in indices if index in verdicts}
            if named <= _OF_CELLS and (not below or indices[-1] < texts[-1]):
                staying.update(indices)
        if row.index in staying or row.index not in verdicts:
            kept, ended = row.index, False
        else:
            ended = ended or _ends_text(verdicts[row.index].rule)
    yield from staying


def fact_lines_within_text(
    body: Body, described: Sequence[Described], verdicts: Mapping[int, Verdict]
) -> Iterator[int]:
    """Give the lines within the text, three or more made alike in a row, that each state a fact."""
    texts = [row.index for row in described if row.index not in verdicts and begins_text(row)]
    for stated, run in groupby(
        described, lambda row: _states_fact(row, verdicts) and made_alike(body.walk, row.block)
    ):
        rows = list(run)
        if stated and len(rows) >= _LEAST_LINES and texts and texts[0] < rows[0].index < texts[-1]:
            yield from (row.index for row in rows)


def _states_fact(row: Described, verdicts: Mapping[int, Verdict]) -> bool:
    verdict = verdicts.get(row.index)
    return (
        (verdict is None or verdict.rule in _OF_LINES)
        and not row.block.path
        and row.block.tag[0] != "h"
        and not row.is_named_furniture
        and row.block.link_chars < _MOST_LINKED * row.block.chars
        and _LINE.fullmatch(row.block.text) is not None
    )


def _ends_text(rule: str) -> bool:
    """Tell whether what a rule removes may be the end of the text."""
    return family(rule) not in _NO_END


def _fact_tables(body: Body, described: Sequence[Described]) -> Iterator[list[int]]:
    """Give the places of the blocks of each table, or list of terms, that states facts.

    It stands in the article's container, is no furniture by its class names, and has two or more pairs of a
    short label without a link and what that is, which may link.
    """
    first, last = body.walk.nodes[body.core].first, body.walk.ends[body.core]
    tables: dict[Step, list[int]] = {}
    for place, row in enumerate(described):
        table = next((step for step in reversed(row.block.path) if step[0] in _CELL_BELOW), None)
        if table is not None and first <= row.index < last:
            tables.setdefault(table, []).append(place)
    for table, places in tables.items():
        inside = [described[place] for place in places]
        if not any(row.is_named_furniture for row in inside):
            blocks = [row.block for row in inside]
            linked, chars = sum(block.link_chars for block in blocks), sum(block.chars for block in blocks)
            if (
                linked < _MOST_LINKED * chars
                and _are_pairs(_rows(table, blocks))
                and not _is_on_card(body, blocks)
            ):
                yield places


def _is_on_card(body: Body, table: Sequence[Block]) -> bool:
    """Tell whether a table is in a box headed by a link: it is about the page that this leads to."""
    walk, box = body.walk, table[0].node
    for _ in range(_CARD_DEPTH):
        box = walk.nodes[box].parent
        if box <= body.core:
            break
        head = walk.blocks[walk.nodes[box].first]
        if head.tag[0] == "h" and is_link(head):
            return True
    return False


def _rows(table: Step, blocks: Sequence[Block]) -> list[list[Cell]]:
    """Give the cells of each row; in a list of terms a row begins with a term."""
    rows: dict[Step, dict[Step, Cell]] = {}
    row = table
    for block in blocks:
        below = block.path.index(table) + 1
        steps = block.path[below : below + _CELL_BELOW[table[0]]]
        if steps and (table[0] == "table" or steps[0][0] == "dt"):
            row = steps[0]
        cell = steps[-1] if steps else table
        rows.setdefault(row, {}).setdefault(cell, []).append(block)
    return [list(cells.values()) for cells in rows.values()]


def _are_pairs(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether rows are labels, each with one cell beside it."""
    labels = [cells[0] for cells in rows if len(cells) > 1]
    return (
        len(labels) >= max(_LEAST_PAIRS, _MOSTLY * len(rows))
        and all(len(cells) <= _PAIR for cells in rows)
        and all(map(_is_label, labels))
    )


def _is_label(cell: Cell) -> bool:
    block = cell[0]
    return (
        len(cell) == 1
        and block.chars <= _LONGEST_LABEL
        and not block.links
        and any(map(str.isalpha, block.text))
    )
