import pytest

from archive.times import is_later, to_comparable, to_utc, utc_now


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2024-05-31T10:00:00+09:00", "2024-05-31T01:00:00Z"),
        ("2024-05-31T10:00:00.123456Z", "2024-05-31T10:00:00Z"),
        ("2024-05-31T10:00:00", "2024-05-31T10:00:00Z"),
        ("2024-05-31 10:00", "2024-05-31T10:00:00Z"),
        (" 2024-05-31 ", "2024-05-31T00:00:00Z"),
        ("20240531T100000Z", "2024-05-31T10:00:00Z"),
        ("yesterday", None),
        ("2024-13-01", None),
        ("0001-01-01T00:00:00+09:00", None),
        ("", None),
        (None, None),
    ],
)
def test_what_publishers_state_becomes_utc(stated: str | None, expected: str | None) -> None:
    assert to_utc(stated) == expected


def test_now_is_written_like_what_it_is_compared_with() -> None:
    assert to_utc(utc_now()) == utc_now()


def test_a_date_stays_a_date_for_comparing() -> None:
    assert to_comparable("2024-05-31") == "2024-05-31"
    assert to_comparable("2024-05-31T10:00:00+09:00") == "2024-05-31T01:00:00Z"


@pytest.mark.parametrize(
    ("stated", "than", "later"),
    [
        ("2024-05-31T10:00:01Z", "2024-05-31T10:00:00Z", True),
        ("2024-05-31T10:00:00Z", "2024-05-31T10:00:00Z", False),
        ("2024-05-31", "2024-05-31T10:00:00Z", True),
        ("2024-05-30", "2024-05-31T10:00:00Z", False),
    ],
)
def test_a_date_counts_until_its_day_is_over(stated: str, than: str, later: bool) -> None:
    assert is_later(stated, than) is later
