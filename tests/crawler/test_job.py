"""A run: what is fetched, what is recorded, and what a site can do to it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from itertools import cycle
from pathlib import Path
from typing import Self

import pytest

from archive.errors import ArchiveBusyError, ArchiveError, WrongUsageError
from crawler.config import load_config
from crawler.job import crawl
from crawler.rebuild import rebuild
from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article, rss, sitemap, source, write_config

FUTURE = "2099-01-01T00:00:00Z"


def test_feed_and_sitemap_bring_each_page_once_and_keep_both_as_provenance(tmp_path: Path, site: Web) -> None:
    site.publish("one", "two")
    site["/other"] = article("other", about=False)
    site["/feed"] = Answer(rss([(f"{site.home}/one?utm_source=rss", "One"), (f"{site.home}/other", "Other")]))
    archive = Archive(
        write_config(
            tmp_path,
            source("Site", site.home, feeds=[f"{site.home}/feed"], sitemaps=[f"{site.home}/sitemap.xml"]),
        )
    )

    report = archive.crawl()

    assert sorted(site.paths()) == ["/feed", "/one", "/other", "/sitemap.xml", "/two"]
    counts = report.sources[0].counts
    assert (counts.found, counts.fetched, counts.kept, counts.skipped, counts.failed) == (3, 3, 2, 1, 0)
    assert archive.rows("SELECT count(*) FROM articles") == [(2,)]
    assert archive.rows(
        "SELECT count(*) FROM provenance JOIN pages ON pages.id = page_id WHERE url LIKE '%/one'"
    ) == [(2,)]
    assert archive.rows("SELECT reason, next_due FROM pages WHERE state = 'skipped'")[0][1] is None
    assert archive.rows(
        "SELECT outcome, found, kept FROM crawls JOIN crawl_sources ON crawl_id = crawls.id"
    ) == [("finished", 3, 2)]


def test_requests_say_who_we_are(site: Web, archive: Archive) -> None:
    site.publish("one")
    archive.crawl()
    agents = {asked.headers["User-Agent"] for asked in site.asked}
    assert len(agents) == 1
    assert agents.pop().startswith("series-archive/")
    assert all("mailto:desk@example.org" in asked.headers["User-Agent"] for asked in site.asked)
    assert not any(
        name in asked.headers for asked in site.asked for name in ("Cookie", "Referer", "Accept-Language")
    )


def test_second_run_transfers_no_page(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    archive.crawl()
    site.asked.clear()
    assert archive.crawl().totals.fetched == 0
    assert site.paths() == ["/sitemap.xml"]

    site.asked.clear()
    archive.make_due()
    totals = archive.crawl().totals
    assert (totals.fetched, totals.unchanged) == (0, 2)
    assert sorted(site.paths(status=304)) == ["/one", "/two"]
    assert archive.rows("SELECT DISTINCT state, unchanged FROM pages") == [("kept", 1)]


def test_same_body_without_validators_is_unchanged(site: Web, archive: Archive) -> None:
    site.publish("one")
    site["/one"] = article("one")
    archive.crawl()
    archive.make_due()
    totals = archive.crawl().totals
    assert (totals.fetched, totals.unchanged, totals.kept) == (1, 1, 0)
    assert archive.rows("SELECT count(*) FROM revisions") == [(1,)]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_not_modified_may_name_an_encoding(site: Web, archive: Archive, encoding: str) -> None:
    site.publish("one")
    archive.crawl()
    archive.make_due()
    site["/one"] = Answer("", 304, headers={"Content-Encoding": encoding})
    assert archive.crawl().totals.unchanged == 1


def test_later_lastmod_makes_a_page_due_and_an_edit_a_revision(site: Web, archive: Archive) -> None:
    site.publish("one", "two", lastmod="2020-01-01")
    archive.crawl()
    site["/one"] = Answer(article("one", "There is more to it now."), etag='"edited"')
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/one", FUTURE), (f"{site.home}/two", "2020-01-01")]))
    site.asked.clear()

    totals = archive.crawl().totals

    assert (totals.kept, totals.added, totals.edited) == (1, 0, 1)
    assert site.paths() == ["/sitemap.xml", "/one"]
    assert archive.rows(
        "SELECT number, kind FROM revisions JOIN articles AS a ON a.id = article_id"
        " WHERE a.url LIKE '%/one' ORDER BY number"
    ) == [(1, "first"), (2, "publisher")]

    site.asked.clear()
    archive.crawl()  # the date still lies in the future
    assert "/one" not in site.paths()


def test_article_that_stops_being_one_is_kept_and_visited_again(site: Web, archive: Archive) -> None:
    site.publish("one")
    archive.crawl()
    site["/one"] = article("one", about=False)
    archive.make_due()
    archive.crawl()
    state, reason, due = archive.rows("SELECT state, reason, next_due > '2021' FROM pages")[0]
    assert (state, due) == ("kept", 1)
    assert reason.startswith("held back")
    assert archive.rows("SELECT text LIKE '%Starlit Kitchen%' FROM articles") == [(1,)]


def test_pages_of_other_sites_are_left_out_and_counted(site: Web, archive: Archive) -> None:
    site["/one"] = article("one")
    site["/sitemap.xml"] = Answer(
        sitemap([(f"{site.home}/one", None), ("http://elsewhere.example/two", None)])
    )
    report = archive.crawl()
    assert report.sources[0].offsite == 1
    assert archive.rows("SELECT count(*) FROM pages") == [(1,)]


def test_page_that_leads_to_another_site_is_not_kept(tmp_path: Path, site: Web) -> None:
    with Web() as other:
        other["/one"] = article("one")
        site.publish("one")
        site["/one"] = Answer(status=302, headers={"Location": f"{other.home}/one"})
        # Both are on 127.0.0.1, which the source names, so it may go there; but another port is another site.
        archive = Archive(write_config(tmp_path, source("Site", site.home)))
        archive.crawl()
    state, reason = archive.rows("SELECT state, reason FROM pages")[0]
    assert state == "skipped"
    assert other.home in reason


@pytest.mark.parametrize("first", ["old", "new"])
def test_page_that_moved_to_one_that_is_known_is_not_fetched_twice(
    site: Web, archive: Archive, first: str
) -> None:
    site.publish("old", "new")
    site["/old"] = Answer(status=301, headers={"Location": "/new"})
    newest = {"old": None, "new": None, first: "2026-01-01"}
    site["/sitemap.xml"] = Answer(sitemap((f"{site.home}/{name}", day) for name, day in newest.items()))
    totals = archive.crawl().totals
    assert (totals.found, totals.fetched, totals.kept, totals.failed) == (2, 1, 1, 0)
    assert sorted(site.paths()) == ["/new", "/old", "/sitemap.xml"]
    states = dict(archive.rows("SELECT replace(url, ?, ''), state FROM pages", site.home))
    assert states == {"/old": "alias", "/new": "kept"}


@pytest.mark.parametrize("status", [301, 302])
def test_redirect_to_a_page_that_is_not_known_is_followed(site: Web, archive: Archive, status: int) -> None:
    site["/new"] = article("new")
    site["/old"] = Answer(status=status, headers={"Location": "/new?utm_source=old"})
    site["/new?utm_source=old"] = article("new")
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/old", None)]))
    assert archive.crawl().totals.kept == 1
    states = dict(archive.rows("SELECT replace(url, ?, ''), state FROM pages", site.home))
    assert states == {"/old": "alias", "/new": "kept"}


def test_article_that_moves_stays_the_same_article(site: Web, archive: Archive) -> None:
    site.publish("old", "new")
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/old", None)]))
    site["/old"] = article("The dish")
    archive.crawl()
    site["/new"] = site.answers["/old"]
    site["/old"] = Answer(status=301, headers={"Location": "/new"})
    archive.make_due()
    archive.crawl()
    assert archive.rows("SELECT count(*) FROM articles") == [(1,)]


def test_redirect_loop_is_a_failure_that_is_counted_once(site: Web, archive: Archive) -> None:
    site.publish("loop", "one")
    site["/loop"] = Answer(status=302, headers={"Location": "/loop"})
    totals = archive.crawl().totals
    assert (totals.kept, totals.failed) == (1, 1)
    state, attempts, failures, reason = archive.rows(
        "SELECT state, attempts, failures, reason FROM pages WHERE url LIKE '%loop'"
    )[0]
    assert (state, attempts, failures) == ("failed", 1, 1)
    assert "redirect" in reason
    assert site.paths().count("/loop") <= 8


@pytest.mark.parametrize("status", [404, 410])
def test_page_that_is_gone_is_not_asked_for_again(site: Web, archive: Archive, status: int) -> None:
    site.publish("one")
    site["/one"] = Answer("gone", status)
    archive.crawl()
    assert archive.rows("SELECT state, status, next_due FROM pages") == [("gone", status, None)]


def test_failures_back_off(site: Web, archive: Archive) -> None:
    site.publish("one")
    site["/one"] = Answer("oops", 500)
    waits = []
    for _ in range(3):
        archive.crawl()
        waits.append(
            archive.rows("SELECT round(24 * (julianday(next_due) - julianday('now'))) FROM pages")[0][0]
        )
        archive.make_due()
    assert waits == [1, 2, 4]
    assert archive.rows("SELECT state, failures, reason FROM pages") == [
        ("failed", 3, "status 500 Internal Server Error")
    ]


@pytest.mark.parametrize("seconds_or_date", ["seconds", "date"])
def test_long_retry_after_ends_the_crawl_of_the_source_and_is_kept_to(
    site: Web, archive: Archive, seconds_or_date: str
) -> None:
    site.publish("one", "two", "three", "four", "five", "six", "seven", "eight")
    until = datetime.now(UTC) + timedelta(hours=5)
    stated = "18000" if seconds_or_date == "seconds" else format_datetime(until, usegmt=True)
    for path in list(site.answers):
        if path != "/sitemap.xml":
            site[path] = Answer("too many", 429, headers={"Retry-After": stated})

    report = archive.crawl()

    assert len(site.paths()) == 2
    assert report.sources[0].error is None
    assert "wait until" in (report.sources[0].note or "")
    assert archive.rows(
        "SELECT abs(julianday(next_due) - julianday(?)) < 0.001 FROM pages WHERE state = 'failed'",
        until.isoformat(),
    ) == [(1,)]
    assert archive.rows("SELECT count(*) FROM pages WHERE state = 'new'") == [(7,)]


def test_short_retry_after_is_waited_for(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    site["/one"] = Answer(
        "busy", 503, headers={"Retry-After": "1"}, before=lambda: site.publish("one", "two")
    )
    totals = archive.crawl().totals
    assert (totals.kept, totals.failed) == (2, 0)
    assert site.paths().count("/one") == 2


def test_discovery_that_asks_us_to_wait_is_not_asked_in_the_next_run(site: Web, archive: Archive) -> None:
    site["/sitemap.xml"] = Answer("later", 503, headers={"Retry-After": "7200"})
    archive.crawl()
    site.asked.clear()
    report = archive.crawl()
    assert site.asked == []
    assert "wait until" in (report.sources[0].note or "")


def test_source_that_does_not_answer_does_not_stop_the_others(tmp_path: Path, site: Web) -> None:
    site.publish("one")
    with Web() as dead:
        pass
    archive = Archive(write_config(tmp_path, source("Dead", dead.home), source("Site", site.home)))
    report = archive.crawl()
    assert [(one.name, one.counts.kept, bool(one.error)) for one in report.sources] == [
        ("Dead", 0, True),
        ("Site", 1, False),
    ]
    assert [one.name for one in report.failed] == ["Dead"]
    assert archive.rows("SELECT error IS NOT NULL FROM crawl_sources ORDER BY source_id") == [(1,), (0,)]


def test_host_that_goes_down_is_left_alone_and_its_pages_wait(site: Web, archive: Archive) -> None:
    names = [f"page{number}" for number in range(30)]
    site.publish(*names)
    for name in names:
        site[f"/{name}"] = Answer("down", 500)
    report = archive.crawl()
    assert report.sources[0].error
    assert len(site.paths()) < 12
    assert archive.rows("SELECT count(*) FROM pages WHERE state = 'new'")[0][0] > 18


def test_sitemap_that_cannot_be_read_fails_the_source(site: Web, archive: Archive) -> None:
    site["/sitemap.xml"] = "<!doctype html><html><body>Sorry</body></html>"
    report = archive.crawl()
    assert "not a sitemap" in (report.sources[0].error or "")


def test_one_bad_page_does_not_fail_the_source(site: Web, archive: Archive) -> None:
    site.publish("one", "cut", "huge", "pdf")
    site["/cut"] = Answer("<html>cut off", headers={"Content-Length": "5000"})
    site["/huge"] = Answer(b"<html>" + b" " * 6_000_000)
    site["/pdf"] = Answer(b"%PDF-1.7 and so on", type="application/pdf")
    report = archive.crawl()
    states = dict(archive.rows("SELECT replace(url, ?, ''), state FROM pages", site.home))
    assert states == {"/one": "kept", "/cut": "failed", "/huge": "failed", "/pdf": "skipped"}
    assert not report.failed


def test_every_response_is_captured_as_it_was_transferred(site: Web, archive: Archive) -> None:
    from warcio.archiveiterator import ArchiveIterator

    site.publish("one", "gone")
    site["/gone"] = Answer("gone", 410)
    archive.crawl()
    captured = set()
    for file in (archive.config.parent / "captures").iterdir():
        with file.open("rb") as stream:
            captured |= {
                (record.rec_headers["WARC-Target-URI"], record.http_headers.get_statuscode())
                for record in ArchiveIterator(stream)
                if record.rec_type == "response"
            }
    assert captured == {(f"{site.home}{asked.path}", str(asked.status)) for asked in site.asked}
    assert len(captured) == 5


def test_limit_is_for_each_source(site: Web, archive: Archive) -> None:
    site.publish(*(f"page{number}" for number in range(8)))
    assert archive.crawl(limit=3).totals.fetched == 3
    assert archive.crawl().totals.fetched == 5


def test_only_the_named_source_is_crawled(tmp_path: Path, site: Web) -> None:
    site.publish("one")
    with Web() as other:
        archive = Archive(write_config(tmp_path, source("Other", other.home), source("Site", site.home)))
        archive.crawl(sources=["Site"])
        assert not other.asked
        with pytest.raises(WrongUsageError, match='There is no source "Sight"'):
            archive.crawl(sources=["Sight"])


def test_second_run_at_the_same_time_is_refused(site: Web, archive: Archive) -> None:
    from archive.holding import hold

    with hold(archive.config.parent / "archive.db"), pytest.raises(ArchiveBusyError):
        archive.crawl()
    assert not site.asked


def test_page_that_cannot_be_stored_fails_alone(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    archive.crawl(limit=1)
    with closing(sqlite3.connect(archive.config.parent / "archive.db")) as connection:
        connection.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON articles BEGIN SELECT RAISE(ABORT, 'a mistake'); END"
        )
    report = archive.crawl()
    assert (report.totals.fetched, report.totals.failed) == (1, 1)
    assert archive.rows("SELECT state, failures FROM pages ORDER BY state") == [("failed", 1), ("kept", 0)]


def test_memory_holds_no_more_pages_than_a_batch(
    site: Web, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More pages than one batch of the scheduler are all fetched, each once."""
    monkeypatch.setattr("crawler.scheduler._BATCH", 4)
    names = [f"page{number}" for number in range(30)]
    site.publish(*names)
    assert archive.crawl().totals.kept == 30
    assert sorted(site.paths()) == sorted(["/sitemap.xml", *(f"/{name}" for name in names)])


def test_crawl_takes_a_config(tmp_path: Path) -> None:
    """The lock and the database are where the configuration says."""
    from crawler.config import load_config

    with Web() as site:
        site.publish("one")
        path = write_config(tmp_path, source("Site", site.home))
        path.write_text(
            path.read_text().replace("[archive]", '[archive]\ndatabase = "deep/er/my.db"\ncaptures = "warcs"')
        )
        crawl(load_config(path))
    assert (tmp_path / "deep/er/my.db").is_file()
    assert list((tmp_path / "warcs").iterdir())


def test_a_source_has_limits_for_a_run_and_a_day(tmp_path: Path, site: Web) -> None:
    site.publish(*(f"page{number}" for number in range(9)))
    archive = Archive(write_config(tmp_path, source("Site", site.home, pages_per_run=2, pages_per_day=3)))
    fetched = [archive.crawl().totals.fetched for _ in range(4)]
    assert fetched == [2, 1, 0, 0]
    assert archive.crawl(limit=1).totals.fetched == 0


def test_what_a_clock_that_was_ahead_planned_is_due(
    site: Web, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish("one", "two", "three", "four")
    with monkeypatch.context() as ahead:
        set_clock(ahead, 2092)
        archive.crawl(limit=3)
    assert archive.rows("SELECT min(dated) > '2092', count(*) FROM articles") == [(1, 3)]
    for name in ("one", "two", "three", "four"):
        site[f"/{name}"] = Answer(article(name, "Since then it was edited."), etag='"new"')
    archive.crawl_at_once()
    assert archive.rows("SELECT count(*) FROM revisions") == [(7,)]
    for table, columns in TIMES.items():
        for column in columns:
            (found,) = archive.rows(f"SELECT max({column}) FROM {table}")
            assert (found[0] or "") < "2092", (table, column)
    assert archive.command("check").stdout == "Everything is as it should be.\n"


def test_a_clock_that_is_behind_changes_nothing(
    site: Web, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The servers agreed with the clock of the earlier crawl; one of them was wrong."""
    site.publish("one", "two", "three")
    said = cycle(("Mon, 03 Mar 2092 09:00:00 GMT",) * 3 + ("Mon, 03 Mar 2025 09:00:00 GMT", "no time"))
    with monkeypatch.context() as later:
        set_clock(later, 2092)
        later.setattr(BaseHTTPRequestHandler, "date_time_string", lambda *_: next(said))
        archive.crawl()
    before = [archive.rows(f"SELECT * FROM {table}") for table in TIMES]
    for run in (crawl, rebuild):
        with pytest.raises(
            ArchiveError, match=r"The clock .* says .* servers said 2092-03-03T09:00:00Z: set"
        ):
            run(load_config(archive.config))
    assert [archive.rows(f"SELECT * FROM {table}") for table in TIMES] == before
    with monkeypatch.context() as later:
        set_clock(later, 2092)
        archive.crawl()


def test_captures_of_a_clock_that_was_ahead_plan_nothing_in_a_new_database(
    site: Web, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish("one", "two")
    with monkeypatch.context() as ahead:
        set_clock(ahead, 2092)
        archive.crawl()
    assert archive.command("rebuild").returncode == 0
    assert archive.rows("SELECT count(*) FROM pages WHERE next_due < '2092'") == [(2,)]
    assert archive.rows("SELECT max(dated) < '2092', count(*) FROM articles") == [(1, 2)]


TIMES = {
    "articles": ("first_seen", "last_seen", "dated"),
    "article_authors": ("dated",),
    "crawls": ("started_at", "ended_at"),
    "discoveries": ("checked_at", "changed_at", "next_due"),
    "health": ("since", "checked_at", "last_success", "last_found"),
    "near_misses": ("seen_at",),
    "pages": ("first_seen", "last_fetched", "next_due"),
    "provenance": ("found_at",),
    "readings": ("read_at",),
    "revisions": ("seen_at",),
    "site_files": ("checked_at", "changed_at"),
    "sources": ("looked_at", "rest_until"),
}


def set_clock(patch: pytest.MonkeyPatch, year: int) -> None:
    """Have this process take it for another year."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz).replace(year=year)

    patch.setattr("archive.times.datetime", Clock)
