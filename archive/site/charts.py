"""Articles a month as bars: where each stands, without a drawing library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MONTHS = ["January", "February", "March", "April", "May", "June", "July"]
MONTHS += ["August", "September", "October", "November", "December"]

_HEIGHT, _ROW_HEIGHT = 110, 24
"""Pixels that the tallest bar takes at most, in a chart and in the rows below it."""
_STEP, _ROW_STEP = 22, 8
"""Pixels that one article takes at most: a month of a single one is no tower."""

_FEWEST, _MOST = 12, 60
_BAR = 0.8
"""What a bar takes of its month or year; the rest is between it and the next."""
_LABEL = 10
"""Per cent of the chart's width that the label of a year takes on a phone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A month or a year of a chart."""

    period: str
    """``YYYY-MM`` or ``YYYY``."""
    name: str
    """For people: January 2024."""
    articles: int
    left: float
    """Per cent of the chart's width."""
    width: float
    height: float
    """Pixels."""
    tick: str
    """The label below it, if it has one."""

    @property
    def middle(self) -> float:
        """Per cent of the chart's width where its middle is."""
        return round(self.left + self.width / 2, 3)

    @property
    def middle_anchor(self) -> str:
        """How words above it are laid, so that they stay within the chart."""
        return "start" if self.middle < 3 else "end" if self.middle > 97 else "middle"

    @property
    def tick_anchor(self) -> str:
        """The side of the bar that the label keeps to, so that the last one is not cut off."""
        return "end" if self.left > 100 - _LABEL else "start"

    @property
    def tick_at(self) -> float:
        """Per cent of the chart's width where the label begins or ends."""
        return round(self.left + self.width, 3) if self.tick_anchor == "end" else self.left


def draw_bars(months: Mapping[str, int]) -> list[Bar]:
    """Lay out one bar a month, or a year where there are more than five years of months.

    Args:
        months: Articles by ``YYYY-MM``; months without articles are filled in.
    """
    counts = _fill(months)
    return _lay_out(counts, max(counts.values(), default=0), _HEIGHT, _STEP)


def draw_rows(rows: Sequence[Mapping[str, int]], bars: Sequence[Bar]) -> list[list[Bar]]:
    """Lay out several series of months below a chart, along its months or years, all to one scale.

    Args:
        rows: Articles by ``YYYY-MM``, of each row.
        bars: Of the chart above.
    """
    counts = [dict.fromkeys((bar.period for bar in bars), 0) for _ in rows]
    for row, months in zip(counts, rows, strict=True):
        for month, articles in months.items():
            for period in {month, month[:4]} & row.keys():
                row[period] += articles
    most = max((articles for row in counts for articles in row.values()), default=0)
    return [_lay_out(row, most, _ROW_HEIGHT, _ROW_STEP) for row in counts]


def _lay_out(counts: Mapping[str, int], most: int, tallest: int, step_up: int) -> list[Bar]:
    tallest = min(tallest, step_up * most)
    step = 100 / max(len(counts), 1)
    labelled = _labelled([*counts], step)
    bars = []
    for number, (period, articles) in enumerate(counts.items()):
        height = max(2.0, tallest * articles / most) if articles else 0.0
        bars.append(
            Bar(
                period,
                name_period(period),
                articles,
                round(number * step, 3),
                round(step * _BAR, 3),
                round(height, 1),
                period[:4] if number in labelled else "",
            )
        )
    return bars


def _labelled(periods: Sequence[str], step: float) -> list[int]:
    """Give the numbers of the bars that have room for the label of their year."""
    years = [number for number, period in enumerate(periods) if _begins_year(period)]
    years = years[:: -(-len(years) // 8) or 1]
    last = [number * step for number in years[-2:]]
    if len(last) == 2 and last[1] > 100 - _LABEL and last[1] + _BAR * step - _LABEL < last[0] + _LABEL:
        del years[-2]
    return years


def name_period(period: str) -> str:
    """Give ``2024-01`` as January 2024, and a year as it is."""
    year, _, month = period.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def _begins_year(period: str) -> bool:
    return len(period) == 4 or period.endswith("-01")


def _fill(months: Mapping[str, int]) -> dict[str, int]:
    """Give every month from the first to the last, or every year, at least and at most as many as fit."""
    numbers = sorted(_to_number(month) for month in months if _is_month(month))
    if not numbers:
        return {}
    first, last = numbers[0], numbers[-1]
    if last - first < _MOST:
        first = min(first, last - _FEWEST + 1)
        return {month: months.get(month, 0) for month in map(_to_month, range(first, last + 1))}
    years: dict[str, int] = {}
    for month, articles in months.items():
        years[month[:4]] = years.get(month[:4], 0) + articles
    final = last // 12
    begin = max(min(first // 12, final - _FEWEST + 1), final - _MOST + 1, 1)
    return {f"{year:04}": years.get(f"{year:04}", 0) for year in range(begin, final + 1)}


def _is_month(month: str) -> bool:
    year, _, number = month.partition("-")
    return len(month) == 7 and year.isdecimal() and number.isdecimal() and 1 <= int(number) <= 12


def _to_number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _to_month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
