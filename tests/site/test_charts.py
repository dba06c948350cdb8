"""Bars by month."""

from itertools import pairwise

import pytest

from archive.site.charts import draw_bars, name_period


def test_months_without_articles_are_there_and_have_no_height() -> None:
    bars = draw_bars({"2023-11": 2, "2024-11": 4})
    assert [bar.period for bar in bars][:3] == ["2023-11", "2023-12", "2024-01"]
    assert len(bars) == 13
    assert bars[1].height == 0
    assert bars[0].height == bars[-1].height / 2 > 0
    assert bars[2].tick == "2024"
    assert bars[-1].left + bars[-1].width <= 100


def test_a_short_time_does_not_become_a_wall() -> None:
    bars = draw_bars({"2024-03": 1})
    assert len(bars) == 12
    assert bars[-1].period == "2024-03"


def test_a_few_articles_are_no_tower() -> None:
    assert draw_bars({"2024-12": 1})[-1].height < draw_bars({"2024-12": 500})[-1].height / 4


def test_a_long_time_is_shown_by_year() -> None:
    bars = draw_bars({"1998-04": 1, "1998-05": 2, "2026-01": 5})
    assert [bar.period for bar in bars] == [str(year) for year in range(1998, 2027)]
    assert bars[0].articles == 3
    assert sum(bool(bar.tick) for bar in bars) <= 8


@pytest.mark.parametrize("first", range(1970, 2026))
def test_the_labels_of_years_have_room_on_a_phone(first: int) -> None:
    """Each takes a tenth of the width there, from where its bar begins, or up to its end."""
    labels = [bar for bar in draw_bars({f"{first}-01": 1, "2026-01": 5}) if bar.tick]
    begin = [bar.tick_at - 10 * (bar.tick_anchor == "end") for bar in labels]
    assert all(one + 10 <= other + 0.001 for one, other in pairwise(begin))
    assert begin[-1] <= 90


@pytest.mark.parametrize("month", ["0000-01", "0001-12", "9999-12", "20-1-01", "2024-13", "unknown", ""])
def test_a_date_that_makes_no_sense_breaks_nothing(month: str) -> None:
    bars = draw_bars({month: 1, "2024-01": 1})
    assert len(bars) <= 60
    assert all(bar.name for bar in bars)


def test_one_article_among_many_can_still_be_seen() -> None:
    bars = draw_bars({"2024-01": 100_000, "2024-02": 1})
    assert bars[-1].height >= 2


def test_nothing_is_nothing() -> None:
    assert draw_bars({}) == []
    assert name_period("2024-12") == "December 2024"
