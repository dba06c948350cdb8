"""When a page is due again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import FetchOutcome, Page, PageState, RevisionKind
from archive.visits import Recorded
from crawler.schedule import (
    VISITS,
    after,
    after_refusal,
    fresh_for,
    next_attempt,
    next_visit,
    plan,
    retry_after,
    seconds_until,
)

NOW = "2026-03-01T12:00:00Z"
HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("unchanged", "seconds"),
    list(enumerate([HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 91 * DAY, 91 * DAY])),
)
def test_visits_become_rarer_while_nothing_changes(unchanged: int, seconds: int) -> None:
    assert seconds_until(next_visit(NOW, unchanged), NOW) == seconds


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 1), (2, 2), (3, 4), (4, 8), (7, 64), (8, 128), (9, 168), (10_000, 168)]
)
def test_failures_back_off_up_to_a_week(failures: int, hours: int) -> None:
    assert seconds_until(next_attempt(NOW, failures), NOW) == hours * HOUR


def test_refusal_holds_for_a_day() -> None:
    assert after_refusal(NOW) == "2026-03-02T12:00:00Z"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", "2026-03-01T12:02:00Z"),
        (" 0 ", NOW),
        ("Sun, 01 Mar 2026 13:00:00 GMT", "2026-03-01T13:00:00Z"),
        ("Sun, 01 Mar 2026 15:00:00 +0200", "2026-03-01T13:00:00Z"),
        ("Sun, 01 Mar 2020 13:00:00 GMT", NOW),
        ("99999999999999999999", "2026-03-31T12:00:00Z"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "2026-03-31T12:00:00Z"),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, expected: str | None) -> None:
    assert retry_after(value, NOW) == expected


@given(st.text(max_size=40))
def test_retry_after_reads_anything(value: str) -> None:
    found = retry_after(value, NOW)
    assert found is None or NOW <= found <= "2026-03-31T12:00:00Z"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("public, max-age=7200", 7200),
        ("s-maxage=9, Max-Age=60", 60),
        ("no-cache, max-age=60", 0),
        ("max-age=soon", 0),
    ],
)
def test_how_long_an_answer_is_fresh(header: str | None, seconds: int) -> None:
    assert fresh_for(header) == timedelta(seconds=seconds)


def test_an_article_is_not_visited_while_its_site_says_that_it_is_fresh() -> None:
    page = Page(1, 1, "https://www.example.org/1", PageState.KEPT)
    edited = Recorded(FetchOutcome.KEPT, 1, RevisionKind.PUBLISHER)
    assert plan(page, NOW, fresh=timedelta(hours=3))(edited) == after(NOW, timedelta(hours=3))
    assert plan(page, NOW, fresh=timedelta(days=365))(edited) == after(NOW, timedelta(days=1))
    assert plan(page, NOW, fresh=timedelta(minutes=1))(edited) == after(NOW, VISITS[0])
