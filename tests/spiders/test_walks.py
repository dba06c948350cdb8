"""Sections and searches on real sites: how far they are read, and when again."""

import json
from pathlib import Path

import pytest

from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article, rss, source, write_config


def section(*names: str, onward: str | None = None, head: str = "") -> str:
    """Write a page of a section that links articles."""
    cards = "".join(
        f'<div class="card"><h2><a href="/2026/03/{name}">The kitchen opens again: {name}</a></h2></div>'
        for name in names
    )
    link = f'<a rel="next" href="{onward}">Older posts</a>' if onward else ""
    return f"<html><head>{head}</head><body><main>{cards}{link}</main></body></html>"


def publish(site: Web, pages: int, *, each: int = 3, first: int = 0) -> None:
    """Put a section of many pages on a site, with its articles."""
    for number in range(pages):
        names = [f"dish-of-stars-{first + number * each + one}" for one in range(each)]
        for name in names:
            site[f"/2026/03/{name}"] = article(name)
        path = "/anime/" if number == 0 else f"/anime/page/{number + 1}/"
        site[path] = section(*names, onward=f"/anime/page/{number + 2}/" if number < pages - 1 else None)


@pytest.fixture
def archive(tmp_path: Path, site: Web) -> Archive:
    return Archive(write_config(tmp_path, source("Site", site.home, sections=[f"{site.home}/anime/"])))


def pages_read(site: Web) -> list[str]:
    return [path for path in site.paths() if path.startswith("/anime/")]


def test_a_section_is_read_to_its_end_and_then_only_as_far_as_it_is_new(archive: Archive, site: Web) -> None:
    publish(site, 4)
    assert archive.crawl().totals.kept == 12
    assert pages_read(site) == ["/anime/", "/anime/page/2/", "/anime/page/3/", "/anime/page/4/"]

    site.asked.clear()
    archive.crawl()
    assert pages_read(site) == ["/anime/"]  # the very same page: nothing is read after it

    publish(site, 5, first=-2)  # two new articles push the others on
    site.asked.clear()
    assert archive.crawl().totals.kept == 2
    assert pages_read(site) == ["/anime/", "/anime/page/2/"]


def test_an_article_of_a_feed_and_a_section_is_fetched_once_and_both_are_told(
    tmp_path: Path, site: Web
) -> None:
    publish(site, 2)
    site["/feed"] = Answer(rss([(f"{site.home}/2026/03/dish-of-stars-0", "Dish")]))
    site["/?s=Starlit%20Kitchen"] = section("dish-of-stars-0")
    urls = {"feeds": [f"{site.home}/feed"], "sections": [f"{site.home}/anime/"]}
    archive = Archive(
        write_config(tmp_path, source("Site", site.home, **urls, search=f'"{site.home}/?s={{query}}"'))
    )
    archive.crawl()
    assert site.paths().count("/2026/03/dish-of-stars-0") == 1
    assert archive.rows(
        "SELECT kind FROM provenance JOIN discoveries ON discoveries.id = discovery_id"
        " JOIN pages ON pages.id = page_id WHERE pages.url LIKE '%stars-0' ORDER BY kind"
    ) == [("feed",), ("search",), ("section",)]
    # What the feed has named already does not end the section: it is new there.
    assert "/anime/page/2/" in site.paths()


def test_a_section_is_read_when_what_its_feed_names_is_known(tmp_path: Path, site: Web) -> None:
    """The feed is long, so it takes a while to read; only by it is it known that these links are articles."""
    names = ["pans", "stars", "soup"]
    items = [(f"{site.home}/{name}", name) for name in [*(f"dish{number}" for number in range(1500)), *names]]
    site["/feed"] = Answer(rss(items))
    site["/anime/"] = "".join(f'<p><a href="/{name}">{name}</a></p>' for name in names)
    urls = {"feeds": [f"{site.home}/feed"], "sections": [f"{site.home}/anime/"]}
    archive = Archive(write_config(tmp_path, source("Site", site.home, **urls)))
    assert not archive.crawl(limit=0).failed
    assert archive.rows(
        "SELECT count(*) FROM provenance JOIN discoveries ON discoveries.id = discovery_id"
        " WHERE kind = 'section'"
    ) == [(3,)]


def test_the_limit_of_pages_is_kept_and_told(tmp_path: Path, site: Web) -> None:
    publish(site, 9)
    keys = {"sections": [f"{site.home}/anime/"], "section_pages": 3}
    archive = Archive(write_config(tmp_path, source("Site", site.home, **keys)))
    report = archive.crawl()
    assert len(pages_read(site)) == 3
    assert "read 3 pages, not the rest" in (report.sources[0].note or "")


def test_a_section_that_was_interrupted_is_read_to_its_end_by_the_next_run(
    archive: Archive, site: Web
) -> None:
    publish(site, 4)
    site["/anime/page/3/"] = Answer("oops", 500)
    report = archive.crawl()
    assert "page/3/: status 500" in (report.sources[0].error or "")
    assert archive.rows("SELECT count(*) FROM pages") == [(6,)]
    publish(site, 4)
    archive.rows("SELECT 1")
    site.asked.clear()
    archive.forget_failures()
    archive.crawl()
    assert archive.rows("SELECT count(*) FROM pages") == [(12,)]


def test_the_end_of_a_section_may_be_a_page_that_is_missing_or_that_we_must_not_read(
    archive: Archive, site: Web
) -> None:
    publish(site, 4)
    site["/anime/page/2/"] = Answer("no such page", 404)
    assert not archive.crawl().failed
    site["/robots.txt"] = Answer("User-agent: *\nDisallow: /anime/page/", type="text/plain")
    archive.make_due()
    publish(site, 4, first=-3)
    report = archive.crawl()
    assert not report.failed
    assert "robots.txt disallows it" in (report.sources[0].note or "")


def test_a_page_without_articles_is_told(archive: Archive, site: Web) -> None:
    site["/anime/"] = "<html><body><a href='/about/'>About</a></body></html>"
    assert "names no articles" in (archive.crawl().sources[0].error or "")


def test_the_feed_of_a_section_is_read_too(archive: Archive, site: Web) -> None:
    publish(site, 1)
    head = '<link rel="alternate" type="application/rss+xml" href="/anime/feed/">'
    site["/anime/"] = section("dish-of-stars-0", "dish-of-stars-1", "dish-of-stars-2", head=head)
    site["/anime/feed/"] = Answer(rss([(f"{site.home}/2026/02/soup", "Soup")]))
    site["/2026/02/soup"] = article("soup")
    assert archive.crawl().totals.kept == 4


def test_search_asks_for_every_name_and_none_of_the_people(tmp_path: Path, site: Web) -> None:
    path = write_config(tmp_path, source("Site", site.home, search=f'"{site.home}/suche/{{query}}?in=all"'))
    text = path.read_text("utf-8").replace(
        'name = "Starlit Kitchen"',
        'name = "Starlit Kitchen"\naliases = ["星屑の台所", "Pans & Stars"]\npeople = ["Ada Example"]',
    )
    path.write_text(text, "utf-8")
    site["/suche/Starlit%20Kitchen?in=all"] = section("dish-of-stars-0")
    site["/2026/03/dish-of-stars-0"] = article("dish")
    site["/suche/Pans%20%26%20Stars?in=all"] = "<html><body><p>Nothing was found.</p></body></html>"
    site["/suche/%E6%98%9F%E5%B1%91%E3%81%AE%E5%8F%B0%E6%89%80?in=all"] = "<html><p>ありません</p></html>"
    report = Archive(path).crawl()
    assert [asked for asked in site.paths() if asked.startswith("/suche/")] == [
        "/suche/Starlit%20Kitchen?in=all",
        "/suche/%E6%98%9F%E5%B1%91%E3%81%AE%E5%8F%B0%E6%89%80?in=all",
        "/suche/Pans%20%26%20Stars?in=all",
    ]
    assert (report.totals.kept, report.failed) == (1, [])


def test_without_feeds_and_sitemaps_the_front_page_is_a_section_and_that_is_remembered(
    tmp_path: Path, site: Web
) -> None:
    site["/"] = section("dish-of-stars-0", "dish-of-stars-1", "dish-of-stars-2")
    for number in range(3):
        site[f"/2026/03/dish-of-stars-{number}"] = article(f"dish {number}")
    archive = Archive(write_config(tmp_path, source("Site", site.home, feeds=[])))
    assert archive.crawl().totals.kept == 3
    site.asked.clear()
    assert not archive.crawl().failed
    assert site.paths() == ["/"]  # nothing is looked for again


def test_feeds_at_the_usual_places_are_found_and_remembered(tmp_path: Path, site: Web) -> None:
    site["/"] = "<html><body>Hello</body></html>"
    site["/rss.xml"] = Answer(rss([(f"{site.home}/one", "One")]))
    site["/one"] = article("one")
    archive = Archive(write_config(tmp_path, source("Site", site.home, feeds=[])))
    assert archive.crawl().totals.kept == 1
    assert len(site.paths()) < 20
    assert site.paths().count("/rss.xml") == 1
    site.asked.clear()
    assert archive.crawl().sources[0].error is None
    assert site.paths() == ["/rss.xml"]


def test_what_documents_say_of_an_article_is_kept_as_witnesses(tmp_path: Path, site: Web) -> None:
    item = f"""<item><title>A dish</title><link>{site.home}/one</link>
        <author>ada@example.org (Ada Example)</author><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>
        <description>What the cooks did.</description></item>"""
    site["/feed"] = Answer(f'<rss version="2.0"><channel><title>N</title>{item}</channel></rss>')
    site.publish("one", lastmod="2026-03-03")
    urls = {"feeds": [f"{site.home}/feed"], "sitemaps": [f"{site.home}/sitemap.xml"]}
    archive = Archive(write_config(tmp_path, source("Site", site.home, **urls)))
    archive.crawl()
    ((witnesses, title),) = archive.rows("SELECT witnesses, title FROM revisions")
    stated = {
        (one["field"], one["source"], one["value"])
        for one in json.loads(witnesses)
        if one["source"] in {"feed", "sitemap"}
    }
    assert title == "one"
    assert stated == {
        ("title", "feed", "A dish"),
        ("authors", "feed", "Ada Example"),
        ("published", "feed", "2026-03-02T10:00:00Z"),
        ("modified", "feed", "2026-03-02T10:00:00Z"),
        ("standfirst", "feed", "What the cooks did."),
        ("modified", "sitemap", "2026-03-03"),
    }
