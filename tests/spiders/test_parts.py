"""Parts of a sitemap index: which are read again."""

from datetime import date

import pytest

from archive.models import Discovery, DiscoveryKind
from spiders.documents import Part
from spiders.parts import may_have_changed, period_end

READ = "2026-03-10T12:00:00Z"


def again(
    now: str, url: str = "https://news.example/part.xml", modified: str | None = None, failures: int = 0
) -> bool:
    known = Discovery(1, 1, DiscoveryKind.SITEMAP, url, failures=failures, checked_at=READ)
    return may_have_changed(Part(url, modified), known, now)


def test_a_part_that_was_never_read_or_that_failed_is_read() -> None:
    never = Discovery(1, 1, DiscoveryKind.SITEMAP, "https://news.example/2019-03.xml")
    assert may_have_changed(Part(never.url, "2019-04-01"), never, READ)
    assert again("2026-03-10T13:00:00Z", modified="2020-01-01", failures=1)


@pytest.mark.parametrize(
    ("modified", "is_read"),
    [
        ("2026-03-09T10:00:00Z", False),
        ("2026-03-10", True),  # the day is not over
        ("2026-03-10T21:30:00+09:00", True),
        ("2026-03-10T20:30:00+09:00", False),
        ("soon", True),
        (None, True),
    ],
)
def test_lastmod_tells(modified: str | None, is_read: bool) -> None:
    assert again("2026-03-11T00:00:00Z", modified=modified) is is_read


def test_an_index_that_never_says_that_a_part_changed_is_believed_for_a_week() -> None:
    assert not again("2026-03-17T11:00:00Z", modified="2020-01-01")
    assert again("2026-03-17T13:00:00Z", modified="2020-01-01")


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("sitemap-2019-03.xml", date(2019, 4, 1)),
        ("sitemap_201912.xml.gz", date(2020, 1, 1)),
        ("2020/02/29/sitemap.xml", date(2020, 3, 1)),
        ("sitemap.xml?yyyy=2019&mm=3&dd=9", date(2019, 3, 10)),
        ("sitemap.xml?year=2019", date(2020, 1, 1)),
        ("posts-2019.xml", date(2020, 1, 1)),
        ("posts-2019-1.xml", date(2020, 1, 1)),  # the first part of that year, perhaps
        ("post-sitemap12.xml", None),
        ("sitemap-20301399.xml", None),
        ("sitemap-2021-02-31.xml", None),
    ],
)
def test_period_of_a_part(path: str, end: date | None) -> None:
    assert period_end(f"https://news2018.example/{path}") == end


def test_a_part_about_the_past_is_not_read_again_for_months() -> None:
    old, this = "https://news.example/2026-02.xml", "https://news.example/2026-03.xml"
    assert not again("2026-04-20T00:00:00Z", old)
    assert again("2026-05-20T00:00:00Z", old)
    assert again("2026-04-20T00:00:00Z", this)
