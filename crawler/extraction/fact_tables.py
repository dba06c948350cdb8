"""Small tables of facts: in each row a label and what it is, as of a game its maker, price and day."""

from collections.abc import Iterator, Sequence

from crawler.extraction.blocks import Block
from crawler.extraction.body import Body
from crawler.extraction.features import Described

_LONGEST_LABEL = 40
"""Characters."""
_PAIR = 2
"""Cells."""
_LEAST_PAIRS = 2
_MOSTLY = 0.6
"""Of the rows: the others are headings, or have nothing to tell of a label."""
_MOST_LINKED = 0.5
"""Of the characters."""
_CELL_BELOW = {"table": 2, "dl": 1}
"""How many structural elements below it a cell is: between it and a table there is the row."""

Step = tuple[str, int]
"""Of the path of a block: a tag, and a number that tells it from others."""
Cell = list[Block]


def find_fact_tables(body: Body, described: Sequence[Described]) -> Iterator[list[int]]:
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
            if linked < _MOST_LINKED * chars and _are_pairs(_rows(table, blocks)):
                yield places


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
