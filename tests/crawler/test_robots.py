"""robots.txt, case by case as RFC 9309 has them."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.crawler.conftest import Archive
from tests.web import Answer, Web, sitemap, source, write_config

TEXT = "text/plain"


def states(archive: Archive, site: Web) -> dict[str, str]:
    return dict(archive.rows("SELECT replace(url, ?, ''), state FROM pages", site.home))


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ("User-agent: *\nDisallow: /secret", {"/open"}),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Series-Archive\nDisallow: /open\n", {"/secret"}),
        ("User-agent: other\nDisallow: /\n", {"/open", "/secret"}),
        ("User-agent: *\nDisallow: /*ecret$\n", {"/open"}),
        ("User-agent: *\nDisallow: /\nAllow: /open\nAllow: /sitemap\n", {"/open"}),
        ("\ufeffUser-agent: *\r\nDisallow: /secret\r\n", {"/open"}),
        ("", {"/open", "/secret"}),
    ],
    ids=[
        "prefix",
        "our own group",
        "the group of others",
        "wildcards",
        "longest match",
        "byte order mark",
        "empty",
    ],
)
def test_rules(site: Web, archive: Archive, rules: str, kept: set[str]) -> None:
    site["/robots.txt"] = Answer(rules, type=TEXT)
    site.publish("open", "secret")
    archive.crawl()
    found = states(archive, site)
    assert {path for path, state in found.items() if state == "kept"} == kept
    assert {state for path, state in found.items() if path not in kept} <= {"refused"}
    assert not {"/open", "/secret"} - kept & set(site.paths())


def test_refused_page_is_remembered_with_its_reason_and_asked_about_after_a_day(
    site: Web, archive: Archive
) -> None:
    site["/robots.txt"] = Answer("User-agent: *\nDisallow: /secret", type=TEXT)
    site.publish("secret")
    archive.crawl()
    reason, hours = archive.rows(
        "SELECT reason, round(24 * (julianday(next_due) - julianday('now'))) FROM pages"
    )[0]
    assert reason == f"{site.home}/robots.txt disallows it"
    assert hours == 24

    site["/robots.txt"] = ""
    archive.make_due()
    archive.crawl()
    assert states(archive, site) == {"/secret": "kept"}


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_4xx_allows_everything(site: Web, archive: Archive, status: int) -> None:
    site["/robots.txt"] = Answer("User-agent: *\nDisallow: /", status, TEXT)
    site.publish("one")
    archive.crawl()
    assert states(archive, site) == {"/one": "kept"}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_trouble_disallows_everything_for_now(site: Web, archive: Archive, status: int) -> None:
    site.publish("one")
    archive.crawl(limit=1)
    archive.make_due()
    site["/robots.txt"] = Answer("User-agent: *\nAllow: /", status, TEXT)
    site.asked.clear()
    report = archive.crawl()
    assert not site.paths()
    assert "robots.txt cannot be read" in (report.sources[0].error or report.sources[0].note or "")
    assert states(archive, site) == {"/one": "kept"}


@pytest.mark.parametrize(("redirects", "state"), [(5, "refused"), (6, "kept")])
def test_five_redirects_are_followed(site: Web, archive: Archive, redirects: int, state: str) -> None:
    """More than five: the file counts as unavailable, which allows everything."""
    site.publish("one")
    steps = ["/robots.txt", *(f"/robots-{number}" for number in range(redirects))]
    for here, there in pairwise(steps):
        site[here] = Answer(status=302, headers={"Location": there})
    site[steps[-1]] = Answer("User-agent: *\nDisallow: /one", type=TEXT)
    archive.crawl()
    assert states(archive, site) == {"/one": state}


def test_what_stands_after_500_kib_is_not_read(site: Web, archive: Archive) -> None:
    rules = "User-agent: *\n" + "# filler\n" * 60_000 + "Disallow: /one\n"
    assert len(rules) > 512_000
    site["/robots.txt"] = Answer(rules, type=TEXT)
    site.publish("one")
    archive.crawl()
    assert states(archive, site) == {"/one": "kept"}


def test_it_is_read_once_in_a_run(site: Web, archive: Archive) -> None:
    site.publish("one", "two", "three")
    archive.crawl()
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1
    assert site.asked[0].path == "/robots.txt"


def test_crawl_delay_slows_the_source_down(tmp_path: Path, site: Web) -> None:
    import time

    times: list[float] = []
    site["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 0.4\n", type=TEXT)
    site.publish("one", "two", "three")
    for answer in list(site.answers.values())[1:]:
        answer.before = lambda: times.append(time.monotonic())
    Archive(write_config(tmp_path, source("Site", site.home))).crawl()
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) == 3
    assert min(gaps) > 0.25  # 0.4 s, and up to a third less


def test_sitemaps_that_it_names_are_read_where_none_is_configured(tmp_path: Path, site: Web) -> None:
    site["/robots.txt"] = Answer(f"Sitemap: {site.home}/map-a.xml\nSitemap: /map-b.xml\n", type=TEXT)
    site.publish("one", "two")
    site["/map-a.xml"] = Answer(sitemap([(f"{site.home}/one", None)]))
    site["/map-b.xml"] = Answer(sitemap([(f"{site.home}/two", None)]))
    site["/"] = "<html><head><title>News</title></head><body>News</body></html>"
    archive = Archive(write_config(tmp_path, source("Site", site.home, feeds=[])))
    archive.crawl()
    assert states(archive, site) == {"/one": "kept", "/two": "kept"}
