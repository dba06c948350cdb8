"""Each source is judged against its own past."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive import health
from archive.health import Health, Verdict, assess, keep, mark_told, overdue_since, untold
from archive.models import DiscoveryKind, SourceCounts
from tests.archive.conftest import HOME, Desk

START = datetime(2024, 1, 1, tzinfo=UTC)


def day(number: float) -> str:
    return (START + timedelta(days=number)).replace(tzinfo=None).isoformat() + "Z"


def run(desk: Desk, at: float, error: str | None = None, **counts: int) -> None:
    """Have a crawl run on a day."""
    crawl = desk.writer.start_crawl("0")
    errors = {desk.source.id: error} if error else {}
    desk.writer.finish_crawl(crawl, "finished", {desk.source.id: SourceCounts(**counts)}, errors)
    with desk.db.transaction():
        desk.db.update("crawls", crawl, {"started_at": day(at)})


def at(desk: Desk, moment: float) -> Health:
    (one,) = assess(desk.db, day(moment))
    return one


@pytest.fixture(autouse=True)
def no_crawl_yet(desk: Desk) -> None:
    with desk.db.transaction():
        desk.db.execute("DELETE FROM crawls")


def test_a_source_is_silent_until_it_is_crawled(desk: Desk) -> None:
    assert (at(desk, 0).verdict, at(desk, 0).reason) == (Verdict.SILENT, "It was not crawled yet.")


def test_daily_news_is_well(desk: Desk) -> None:
    for number in range(10):
        run(desk, number, found=5, fetched=5, kept=1)
    assert at(desk, 9.5).verdict is Verdict.OK
    assert at(desk, 9.5).last_found == day(9)
    assert at(desk, 9.5).failed_share == 0


def test_a_failed_run_degrades_and_a_day_of_them_breaks(desk: Desk) -> None:
    run(desk, 0, found=1)
    run(desk, 1, "no answer")
    assert at(desk, 1.2).verdict is Verdict.DEGRADED
    run(desk, 1.5, "no answer")
    assert at(desk, 1.6).verdict is Verdict.DEGRADED
    broken = at(desk, 2.1)
    assert (broken.verdict, broken.last_success) == (Verdict.BROKEN, day(0))
    assert broken.reason == "Every run failed since 2024-01-02 00:00:00 UTC: no answer."
    run(desk, 2.2)
    assert at(desk, 2.3).verdict is Verdict.OK


def test_pages_that_fail_as_always_are_no_news(desk: Desk) -> None:
    for number in range(10):
        run(desk, number, found=5, fetched=6, failed=4)
    assert at(desk, 9.5).verdict is Verdict.OK
    run(desk, 10, found=5, failed=20)
    run(desk, 11, found=5, failed=20)
    run(desk, 12, found=5, failed=20)
    worse = at(desk, 12.5)
    assert worse.verdict is Verdict.BROKEN
    assert worse.reason == "100% of the pages of the last two days failed, 50% before."


def test_silence_is_longer_than_usual(desk: Desk) -> None:
    for number in range(40):
        run(desk, number, found=number < 10)
    assert at(desk, 13).verdict is Verdict.OK
    quiet = at(desk, 16)
    assert (quiet.verdict, quiet.reason) == (Verdict.SILENT, "It has named no new page for 7 days.")


def test_a_site_with_little_news_may_be_quiet_for_long(desk: Desk) -> None:
    for number in range(0, 200, 10):
        run(desk, number, found=number % 40 == 0)
    assert at(desk, 280).verdict is Verdict.OK
    assert at(desk, 320).verdict is Verdict.SILENT


def test_a_feed_that_fails_beside_others_degrades(desk: Desk) -> None:
    run(desk, 0, found=1)
    sitemap = desk.frontier.discovery(desk.source.id, DiscoveryKind.SITEMAP, f"{HOME}sitemap.xml")
    desk.db.update("discoveries", sitemap.id, {"failures": 3, "error": "status 500"})
    assert at(desk, 0.5).verdict is Verdict.DEGRADED
    assert "sitemap.xml failed 3 times in a row: status 500." in at(desk, 0.5).reason


def test_a_site_rule_that_stopped_matching_degrades(desk: Desk) -> None:
    run(desk, 0, found=1)
    row = {"source_id": desk.source.id, "rule": "author: .by", "tried_at": day(0), "matches": 9, "misses": 5}
    desk.db.insert("site_rules", row)
    assert "author: .by" in at(desk, 0.5).reason
    desk.db.execute("UPDATE site_rules SET matches = 0")
    assert at(desk, 0.5).verdict is Verdict.OK, "it never matched: a mistake, and no change of the site"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"authors": ()}, "Only 0% of its newest articles have an author, 100% before."),
        ({"text_complete": False}, "Only 0% of its newest articles are whole, 100% before."),
        ({"text": "Metallic Rouge."}, "Its newest articles have 2 words in the middle, 42 before."),
    ],
)
def test_articles_that_are_read_worse_than_before_degrade(
    desk: Desk, changes: dict[str, Any], reason: str
) -> None:
    run(desk, 0, found=1)
    crawl = desk.crawl = desk.writer.start_crawl("0")
    for number in range(12):
        desk.keep(f"{HOME}{number}", published=day(number))
    desk.writer.finish_crawl(crawl, "finished", {})
    assert at(desk, 0.5).verdict is Verdict.OK
    for number in range(12, 22):
        desk.keep(f"{HOME}{number}", published=day(number), **changes)
    assert (at(desk, 0.5).verdict, at(desk, 0.5).reason) == (Verdict.DEGRADED, reason)


def test_what_is_kept_says_since_when(desk: Desk) -> None:
    run(desk, 0, found=1)
    keep(desk.db, day(0.1))
    keep(desk.db, day(0.2))
    assert (desk.row("health")["since"], desk.row("health")["checked_at"]) == (day(0.1), day(0.2))
    run(desk, 1, "no answer")
    keep(desk.db, day(1))
    assert (desk.row("health")["since"], desk.row("health")["last_success"]) == (day(1), day(0))


def test_each_change_is_news_once(desk: Desk) -> None:
    run(desk, 0, found=1)
    keep(desk.db, day(0))
    assert not untold(desk.db)
    desk.frontier.register_title("An archive")
    desk.keep(f"{HOME}1")
    news = untold(desk.db)
    assert [one["title"] for one in news.articles] == ["The last act"]
    mark_told(desk.db, news)
    run(desk, 1, "no answer")
    keep(desk.db, day(1.1))
    assert not untold(desk.db), "it may be well again at the next run"
    keep(desk.db, day(2.1))
    news = untold(desk.db)
    assert [(one["verdict"], one["before"]) for one in news.sources] == [("broken", None)]
    mark_told(desk.db, news)
    assert not untold(desk.db)
    run(desk, 3)
    keep(desk.db, day(3.1))
    assert [(one["verdict"], one["before"]) for one in untold(desk.db).sources] == [("ok", "broken")]


def test_a_job_that_no_longer_runs_is_noticed(desk: Desk) -> None:
    for number in range(5):
        run(desk, number / 24)
    assert overdue_since(desk.db, day(1)) is None
    assert overdue_since(desk.db, day(1.2)) == day(4 / 24)
    assert health.last_run(desk.db) == day(4 / 24)
