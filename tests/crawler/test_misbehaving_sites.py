"""Sites that misbehave: what each costs is bounded, and the report says what happened."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article, compress, rss, sitemap, source, write_config


class Generated(dict[str, Answer]):
    """Answers that are made when they are asked for."""

    def __init__(self, make: Callable[[str], Answer | None], known: dict[str, Answer]) -> None:
        super().__init__(known)
        self._make = make

    def get(self, path: str, default: Any = None) -> Any:
        """Give what was published, else what is made for the path."""
        return super().get(path) or self._make(path) or default


def cards(*paths: str, more: str = "") -> str:
    """Write a section that links articles."""
    rows = "".join(f'<div><h2><a href="{path}">What the cooks of {path} did</a></h2></div>' for path in paths)
    return f"<html><body><main>{rows}</main>{more}</body></html>"


def archive_of(tmp_path: Path, site: Web, **keys: object) -> Archive:
    return Archive(write_config(tmp_path, source("Site", site.home, **keys)))


def said(archive: Archive, **options: Any) -> str:
    """Crawl, and give what the report says of the source."""
    (one,) = archive.crawl(**options).sources
    return one.error or one.note or ""


def test_redirect_loops_of_documents(tmp_path: Path, site: Web) -> None:
    """A feed that leads to itself, and a sitemap and its twin that lead to each other."""
    site["/feed"] = Answer(status=302, headers={"Location": "/feed"})
    site["/sitemap.xml"] = Answer(status=301, headers={"Location": "/twin.xml"})
    site["/twin.xml"] = Answer(status=301, headers={"Location": "/sitemap.xml"})
    urls = {"feeds": [f"{site.home}/feed"], "sitemaps": [f"{site.home}/sitemap.xml"]}
    archive = archive_of(tmp_path, site, **urls)
    assert "redirect" in said(archive)
    assert len(site.paths()) <= 16
    site.asked.clear()
    archive.crawl()  # at once: they are backing off
    assert site.paths() == []


def test_endless_pages_of_new_articles(tmp_path: Path, site: Web) -> None:
    """Every page of the section names articles that no other names, for ever."""

    def make(path: str) -> Answer | None:
        if path.startswith("/anime/"):
            number = int(path.removeprefix("/anime/page/").strip("/") or 1) if "page" in path else 1
            onward = f'<a rel="next" href="/anime/page/{number + 1}/">Older</a>'
            return Answer(cards(f"/2026/03/stars-{number}-a", f"/2026/03/stars-{number}-b", more=onward))
        return Answer(article(path)) if path.startswith("/2026/") else None

    site.answers = Generated(make, site.answers)
    archive = archive_of(tmp_path, site, sections=[f"{site.home}/anime/"], section_pages=4)
    assert "read 4 pages, not the rest" in said(archive)
    assert len(site.paths()) == 4 + 8


def test_endless_pages_of_the_same_articles(tmp_path: Path, site: Web) -> None:
    """Pages beyond the last one show the last one again."""
    names = [f"/2026/03/stars-{number}-and-pans" for number in range(3)]

    def make(path: str) -> Answer | None:
        number = len(path)
        return (
            Answer(cards(*names, more=f'<a rel="next" href="{path}x">Older {number}</a>'))
            if "anime" in path
            else None
        )

    site.answers = Generated(make, {name: Answer(article(name)) for name in names})
    assert said(archive_of(tmp_path, site, sections=[f"{site.home}/anime/"])) == ""
    assert len(site.paths()) == 2 + 3


def test_a_calendar_without_end(tmp_path: Path, site: Web) -> None:
    """A calendar beside the list links every day, and the next month, for ever."""

    def make(path: str) -> Answer | None:
        if not path.startswith("/calendar/"):
            return None
        month = int(path.rsplit("/", 2)[-2])
        days = "".join(
            f'<td><a href="/calendar/2026/{month}/{day}/">Events of day {day}</a></td>' for day in range(28)
        )
        return Answer(f'<table>{days}</table><a rel="next" href="/calendar/2026/{month + 1}/">Next month</a>')

    site.answers = Generated(make, {"/2026/03/stars-and-pans": Answer(article("Stars"))})
    site["/anime/"] = cards(
        "/2026/03/stars-and-pans", more='<a href="/calendar/2026/3/">All events of March 2026</a>'
    )
    sections = [f"{site.home}/anime/", f"{site.home}/calendar/2026/3/"]
    archive = archive_of(tmp_path, site, sections=sections)
    assert archive.crawl().totals.kept == 1
    assert len(site.paths()) == 3
    assert archive.rows("SELECT count(*) FROM discoveries WHERE error LIKE '%names no articles%'") == [(1,)]


def test_session_ids_in_addresses(tmp_path: Path, site: Web) -> None:
    """A site that gives every request a new number, in the query or in the path: no address comes twice."""
    turn = count()

    def make(path: str) -> Answer | None:
        number = f"{next(turn):032x}"
        links = (
            f"/2026/03/stars-and-pans?PHPSESSID={number}",
            f"/2026/03/pans-and-stars;jsessionid={number}.a",
        )
        if path.startswith("/anime/"):
            return Answer(cards(*links, more=f'<a rel="next" href="/anime/?page={number}">Older</a>'))
        return Answer(article(path.partition("?")[0])) if path.startswith("/2026/") else None

    site.answers = Generated(make, site.answers)
    archive = archive_of(tmp_path, site, sections=[f"{site.home}/anime/"])
    for _ in range(3):
        archive.crawl()
    assert archive.rows("SELECT replace(url, ?, '') FROM pages ORDER BY url", site.home) == [
        ("/2026/03/pans-and-stars",),
        ("/2026/03/stars-and-pans",),
    ]
    assert len(site.paths()) == 2 + 2 + 1 + 1


def test_a_feed_of_ten_thousand_items(tmp_path: Path, site: Web) -> None:
    site["/feed"] = Answer(rss((f"{site.home}/{number}", "Stars") for number in range(10_000)), etag='"1"')
    for number in range(10_000):
        site.answers[f"/{number}"] = Answer(article("Stars"))
    archive = archive_of(tmp_path, site, feeds=[f"{site.home}/feed"])
    counts = archive.crawl(limit=3).totals
    assert (counts.found, counts.fetched) == (10_000, 3)
    site.asked.clear()
    assert archive.crawl(limit=2).totals.found == 0
    assert len(site.paths()) == 3
    assert site.paths(status=304) == ["/feed"]


def test_a_sitemap_that_says_at_every_reading_that_everything_changed(tmp_path: Path, site: Web) -> None:
    site.publish("one", "two")
    archive = archive_of(tmp_path, site, sitemaps=[f"{site.home}/sitemap.xml"])
    for turn in range(7):
        site["/sitemap.xml"] = Answer(
            sitemap((f"{site.home}/{name}", f"2099-01-01T00:00:0{turn}Z") for name in ("one", "two"))
        )
        assert not archive.crawl().failed
    assert site.paths().count("/one") == site.paths().count("/two") == 3
    assert archive.rows("SELECT count(*) FROM revisions") == [(2,)]


def test_a_server_that_goes_down_in_the_middle_of_a_run(tmp_path: Path, site: Web) -> None:
    names = [f"stars-{number}" for number in range(20)]
    site.publish(*names)

    def work() -> None:
        if len(site.asked) == 10:
            for name in names:
                site[f"/{name}"] = Answer("down", 500)

    for answer in site.answers.values():
        answer.before = work
    archive = archive_of(tmp_path, site, sitemaps=[f"{site.home}/sitemap.xml"])
    assert "requests in a row failed" in said(archive)
    assert len(site.asked) <= 18
    site.publish(*names)
    archive.make_due()
    assert not archive.crawl().failed
    assert archive.rows("SELECT count(*) FROM articles") == [(20,)]


@pytest.mark.parametrize("kind", ["seconds", "date"])
def test_a_site_that_asks_us_to_wait_is_left_alone_until_then(tmp_path: Path, site: Web, kind: str) -> None:
    """The second page of a section says so: neither documents nor pages are asked for in the next runs."""
    until = datetime.now(UTC) + timedelta(hours=5)
    wish = "18000" if kind == "seconds" else format_datetime(until, usegmt=True)
    site["/anime/"] = cards("/2026/03/stars-and-pans", more='<a rel="next" href="/anime/page/2/">Older</a>')
    site["/2026/03/stars-and-pans"] = article("Stars")
    site["/anime/page/2/"] = Answer("too many", 429, headers={"Retry-After": wish})
    archive = archive_of(tmp_path, site, sections=[f"{site.home}/anime/"])
    assert "wait until" in said(archive)
    assert site.paths() == ["/anime/", "/anime/page/2/"]
    (rest,) = archive.rows(
        "SELECT abs(julianday(rest_until) - julianday(?)) < 0.001 FROM sources", until.isoformat()
    )
    assert rest == (1,)

    site.asked.clear()
    assert "wait until" in said(archive)
    assert site.asked == []

    site["/anime/page/2/"] = cards("/2026/03/pans-and-stars")
    site["/2026/03/pans-and-stars"] = article("Pans")
    archive.forget_failures()  # the time has come
    assert archive.crawl().totals.kept == 2


def test_a_site_that_knows_its_pages_only_by_what_others_leave_out(tmp_path: Path, site: Web) -> None:
    """The address without the mark of a campaign is not there; the sitemap has it with the mark."""
    listed = "/stars?srsltid=AfmBOoq1"
    site["/feed"] = Answer(rss([(f"{site.home}/stars", "Stars"), (f"{site.home}/gone", "Gone")]))
    site["/sitemap.xml"] = Answer(
        sitemap([(site.home + listed, None), (f"{site.home}/gone?srsltid=x", None)])
    )
    site[listed] = article("Stars")
    feeds = [f"{site.home}/feed"]
    assert archive_of(tmp_path, site, feeds=feeds).crawl().totals.gone == 2
    archive = archive_of(tmp_path, site, feeds=feeds, sitemaps=[f"{site.home}/sitemap.xml"])
    totals = archive.crawl().totals
    assert (totals.kept, totals.gone) == (1, 1)
    site["/other.xml"] = Answer(sitemap([(f"{site.home}/gone?srsltid=y", None)]))
    archive = archive_of(tmp_path, site, feeds=feeds, sitemaps=[f"{site.home}/other.xml"])
    archive.crawl()
    assert [path for path in site.paths() if "stars" in path] == ["/stars", listed]
    assert [path for path in site.paths() if "gone" in path] == ["/gone", "/gone?srsltid=x"]
    assert archive.rows("SELECT state FROM pages ORDER BY url") == [("gone",), ("kept",)]


def test_a_page_that_is_only_at_its_listed_address_with_a_session_is_asked_for_there(
    tmp_path: Path, site: Web
) -> None:
    listed = "/stars;jsessionid=0A1B"
    site["/sitemap.xml"] = Answer(sitemap([(site.home + listed, None)]))
    site[listed] = article("Stars")
    archive = archive_of(tmp_path, site, sitemaps=[f"{site.home}/sitemap.xml"])
    assert archive.crawl().totals.kept == 1
    assert site.paths() == ["/sitemap.xml", listed]


def test_a_sitemap_with_other_sessions_at_every_reading_names_no_new_pages_and_fills_no_disk(
    tmp_path: Path, site: Web
) -> None:
    site.answers = Generated(lambda path: Answer(article("Stars")) if "-and-" in path else None, site.answers)
    archive = archive_of(tmp_path, site, sitemaps=[f"{site.home}/sitemap.xml"])
    for turn in range(12):
        listed = [f"/stars-and-pans;jsessionid={turn:x}", f"/pans-and-stars?PHPSESSID={turn:032x}"]
        site["/sitemap.xml"] = Answer(sitemap((site.home + path, None) for path in listed))
        archive.crawl()
    assert len([path for path in site.paths() if "-and-" in path]) == 2
    assert archive.rows("SELECT count(*), max(url LIKE '%jsessionid=0') FROM pages") == [(2, 1)]
    assert archive.rows("SELECT max(n) FROM (SELECT count(*) AS n FROM spellings GROUP BY page_id)") == [(8,)]


def test_a_page_that_is_only_at_its_listed_address_is_kept_in_the_first_run(
    tmp_path: Path, site: Web
) -> None:
    listed = "/stars?srsltid=AfmBOoq1"
    site["/feed"] = Answer(rss([(site.home + listed, "Stars")]))
    site["/sitemap.xml"] = Answer(sitemap([(site.home + listed, None)]))
    site[listed] = article("Stars")
    archive = archive_of(tmp_path, site, feeds=[f"{site.home}/feed"], sitemaps=[f"{site.home}/sitemap.xml"])
    assert archive.crawl().totals.kept == 1
    assert [path for path in site.paths() if "stars" in path] == ["/stars", listed]
    site.asked.clear()
    archive.crawl()
    assert [path for path in site.paths() if "stars" in path] == []


def test_a_page_that_is_only_where_the_feed_has_it_is_asked_for_there(tmp_path: Path, site: Web) -> None:
    listed = "/stars?utm_source=rss"
    site["/feed"] = Answer(rss([(site.home + listed, "Stars"), (f"{site.home}/gone?utm_source=rss", "Gone")]))
    site[listed] = article("Stars")
    archive = archive_of(tmp_path, site, feeds=[f"{site.home}/feed"])
    totals = archive.crawl().totals
    assert (totals.kept, totals.gone) == (1, 1)
    archive.crawl()
    assert sorted(path for path in site.paths() if path != "/feed") == [
        "/gone",
        "/gone?utm_source=rss",
        "/stars",
        listed,
    ]


def test_a_page_that_is_nowhere_is_asked_for_at_two_addresses_at_most(tmp_path: Path, site: Web) -> None:
    """Each of its addresses leads to the same page, which says that nothing is there."""
    marks = ("?srsltid=a", "?srsltid=b", "?utm_source=c")
    listed = [f"{site.home}/stars{mark}" for mark in marks]
    site["/feed"] = Answer(rss([(listed[0], "Stars")]))
    site["/sitemap.xml"] = Answer(sitemap([(url, None) for url in listed]))
    for mark in ("", *marks):
        site[f"/stars{mark}"] = Answer(status=302, headers={"Location": "/nowhere"})
    archive = archive_of(tmp_path, site, feeds=[f"{site.home}/feed"], sitemaps=[f"{site.home}/sitemap.xml"])
    archive.crawl()
    archive.crawl()
    asked = [path for path in site.paths() if "stars" in path]
    assert len(asked) in (1, 2)  # one, where it was asked for before the sitemap was read
    assert archive.rows("SELECT state FROM pages") == [("gone",)]


def test_answers_that_take_too_long(tmp_path: Path, site: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 0.2)
    site.publish(*(f"stars-{number}" for number in range(20)))
    for path, answer in site.answers.items():
        if path != "/sitemap.xml":
            answer.before = lambda: time.sleep(1)
    archive = archive_of(tmp_path, site, sitemaps=[f"{site.home}/sitemap.xml"])
    assert "requests in a row failed" in said(archive)
    assert archive.rows("SELECT count(*) FROM pages WHERE state = 'failed' AND reason LIKE '%took longer%'")[
        0
    ][0] in (2, 3)
    assert archive.rows("SELECT count(*) FROM pages WHERE state = 'new'")[0][0] >= 17


def test_bodies_that_are_cut_off(tmp_path: Path, site: Web) -> None:
    """A feed that ends too early, a sitemap whose gzip does, a page: each is told, none is taken as whole."""
    site.publish("one", "two")
    site["/feed"] = Answer(rss([(f"{site.home}/one", "One")])[:-40], headers={"Content-Length": "5000"})
    whole = compress(sitemap([(f"{site.home}/three", None)]))
    site["/cut.xml.gz"] = Answer(whole[:-20])
    site["/two"] = Answer(article("two")[:400], headers={"Content-Length": "50000"})
    sitemaps = [f"{site.home}/{name}" for name in ("cut.xml.gz", "sitemap.xml")]
    archive = archive_of(tmp_path, site, feeds=[f"{site.home}/feed"], sitemaps=sitemaps)
    report = archive.crawl()
    assert (report.totals.kept, report.totals.failed) == (1, 1)
    errors = dict(archive.rows("SELECT replace(url, ?, ''), error FROM discoveries", site.home))
    assert errors["/sitemap.xml"] is None
    assert "not gzip" in errors["/cut.xml.gz"]
    assert errors["/feed"]
    assert len(site.paths()) <= 7

    site["/feed"] = Answer(rss([(f"{site.home}/three", "Three")]))
    site["/three"] = article("three")
    archive.forget_failures()
    assert archive.crawl().totals.kept == 1


def test_addresses_that_are_none(tmp_path: Path, site: Web) -> None:
    """In robots.txt, where a page leads, and what it shows and links: the rest is read as ever."""
    site["/robots.txt"] = Answer(
        f"Sitemap: https://[maps]/a.xml\nSitemap: {site.home}/sitemap.xml\n", type="text/plain"
    )
    site.publish("one", "two", "three")
    site["/two"] = Answer(status=301, headers={"Location": "https://[two]/"})
    odd = '<p><a href="http://[">A link</a> <img src="https://[cdn]/a.jpg"></p></article>'
    site["/three"] = article("three").replace("</article>", odd)
    site["/"] = "<html><head><title>News</title></head><body>News</body></html>"
    archive = archive_of(tmp_path, site, feeds=[])
    report = archive.crawl()
    assert (report.totals.kept, report.totals.failed) == (2, 1)
    ((reason,),) = archive.rows("SELECT reason FROM pages WHERE state = 'failed'")
    assert reason.startswith("the answer cannot be understood: ")


def test_a_server_that_says_not_modified_without_being_asked(tmp_path: Path, site: Web) -> None:
    """Of a page and a feed that we never had: neither is as it was, and both are asked for again."""
    site.publish("one", "two")
    site["/feed"] = Answer(status=304)
    site["/two"] = Answer(status=304)
    urls = {"feeds": [f"{site.home}/feed"], "sitemaps": [f"{site.home}/sitemap.xml"]}
    archive = archive_of(tmp_path, site, **urls)
    report = archive.crawl()
    assert (report.totals.kept, report.totals.unchanged, report.totals.failed) == (1, 0, 1)
    assert dict(archive.rows("SELECT replace(url, ?, ''), error FROM discoveries", site.home))["/feed"]

    site["/two"] = article("two")
    archive.make_due()
    assert archive.crawl().totals.kept == 1


def test_a_robots_txt_that_changes(tmp_path: Path, site: Web) -> None:
    site.publish("one", "two")
    archive = archive_of(tmp_path, site, sitemaps=[f"{site.home}/sitemap.xml"])
    archive.crawl(limit=1)
    site["/robots.txt"] = Answer("User-agent: *\nDisallow: /", type="text/plain")
    archive.make_due()
    site.asked.clear()
    assert "robots.txt disallows it" in said(archive)
    assert site.paths() == []
    assert archive.rows("SELECT DISTINCT state FROM pages") == [("refused",)]
    assert archive.rows("SELECT count(*) FROM articles") == [(1,)]  # what was allowed then stays

    del site.answers["/robots.txt"]
    archive.make_due()
    archive.forget_failures()
    archive.crawl()
    assert archive.rows("SELECT count(*) FROM articles") == [(2,)]
