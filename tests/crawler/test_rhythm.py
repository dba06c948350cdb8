"""How often documents are read: pure functions of what happened."""

from datetime import datetime, timedelta

from archive.models import Discovery, DiscoveryKind
from crawler.rhythm import RHYTHMS, is_time_to_look, next_reading, next_trial
from crawler.schedule import after

NOW = "2026-03-10T12:00:00Z"


def pauses(kind: DiscoveryKind, *, news: bool, readings: int) -> list[timedelta]:
    """Read a document again and again, always when it is due."""
    known, now, found = Discovery(1, 1, kind, "https://news.example/feed"), NOW, []
    for _ in range(readings):
        due = next_reading(now, known, news=news)
        found.append(datetime.fromisoformat(due) - datetime.fromisoformat(now))
        known, now = Discovery(1, 1, kind, known.url, checked_at=now, next_due=due), due
    return found


def test_what_has_news_is_read_ever_more_often_and_what_has_none_ever_less_within_bounds() -> None:
    for kind, rhythm in RHYTHMS.items():
        busy, quiet = pauses(kind, news=True, readings=20), pauses(kind, news=False, readings=20)
        assert busy[0] == quiet[0] == rhythm.first
        assert busy == sorted(busy, reverse=True)
        assert busy[-1] == rhythm.shortest
        assert quiet == sorted(quiet)
        assert quiet[-1] == rhythm.longest


def test_after_a_failure_the_rhythm_begins_anew() -> None:
    failed = Discovery(
        1, 1, DiscoveryKind.FEED, "https://news.example/feed", failures=3, checked_at=NOW, next_due=NOW
    )
    assert next_reading(NOW, failed, news=False) == after(NOW, RHYTHMS[DiscoveryKind.FEED].first)


def test_failures_back_off_to_a_day_and_lasting_ones_to_a_week() -> None:
    assert [next_trial(NOW, failures)[:16] for failures in (1, 2, 3, 99)] == [
        "2026-03-10T12:15",
        "2026-03-10T12:30",
        "2026-03-10T13:00",
        "2026-03-11T12:00",
    ]
    assert next_trial(NOW, 99, gone=True) == "2026-03-17T12:00:00Z"


def test_a_site_is_searched_for_feeds_once_a_week_or_daily_while_there_are_none() -> None:
    yesterday = "2026-03-09T11:00:00Z"
    assert is_time_to_look(NOW, None, found=False)
    assert is_time_to_look(NOW, yesterday, found=False)
    assert not is_time_to_look(NOW, yesterday, found=True)
    assert is_time_to_look(NOW, "2026-03-03T11:00:00Z", found=True)
