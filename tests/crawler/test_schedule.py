"""When a page is due again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule import after_refusal, next_attempt, next_visit, retry_after, seconds_until

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
