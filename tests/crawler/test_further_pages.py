"""Articles on several pages: fetched politely, joined to one, never half of them."""

import gzip
import os
import signal
from pathlib import Path

import pytest

from tests.crawler.conftest import Archive
from tests.web import SERIES, Answer, Web, source, write_config

REPEATED = (
    f"In short: {SERIES} is a series about a kitchen, and this line stands on every page of the article."
)


def part(
    number: int, last: int, *, link: str = "/long/{}", title: str = "A long story", extra: str = ""
) -> str:
    """Write one page of an article: two paragraphs of its own, one that is on all pages, links to them."""
    own = "".join(
        f"<p>Page {number}, paragraph {n}: what the reader of {SERIES} is told here stands nowhere else, and "
        "it takes a sentence or two until that is said as a newspaper says it.</p>"
        for n in (1, 2)
    )
    pages = "".join(f'<a href="{link.format(n) if n > 1 else "/long"}">{n}</a> ' for n in range(1, last + 1))
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><main><article>"
        f"<h1>{title}</h1>"
        f"<p>{REPEATED}</p>{own}{extra}</article><div class=pager>{pages}</div></main></body></html>"
    )


def publish(site: Web, last: int, **options: str) -> None:
    site.publish("long")
    link = options.get("link", "/long/{}")
    for number in range(1, last + 1):
        site["/long" if number == 1 else link.format(number)] = Answer(part(number, last, **options))


def read_records(path: Path) -> bytes:
    """Give all that a WARC file holds."""
    return gzip.decompress(path.read_bytes())


def paragraphs(archive: Archive) -> list[str]:
    ((text,),) = archive.rows("SELECT text FROM articles")
    return [block[:20] for block in text.split("\n\n")]


WHOLE = ["In short: Starlit Ki"] + [f"Page {page}, paragraph {n}:" for page in (1, 2, 3) for n in (1, 2)]


@pytest.mark.parametrize("link", ["/long/{}", "/long?page={}", "/long/page/{}/"])
def test_pages_become_one_article(site: Web, archive: Archive, link: str) -> None:
    publish(site, 3, link=link)
    report = archive.crawl()

    assert paragraphs(archive) == WHOLE
    assert site.paths() == ["/sitemap.xml", "/long", link.format(2), link.format(3)]
    assert (report.totals.fetched, report.totals.kept) == (3, 1)
    assert archive.rows("SELECT count(*), min(text_complete) FROM articles") == [(1, 1)]
    assert archive.rows(
        "SELECT state, reason, next_due, article_id FROM pages WHERE url NOT LIKE '%/long' ORDER BY id"
    ) == [("alias", f"page {number} of {site.home}/long", None, 1) for number in (2, 3)]
    assert archive.rows(
        "SELECT number, url, outcome FROM revision_pages JOIN fetches USING (capture_id) ORDER BY number"
    ) == [(number, site.home + link.format(number), "alias") for number in (2, 3)]
    (html,) = archive.rows("SELECT html FROM revisions")[0]
    assert html.count("<p>") == len(WHOLE)

    site.asked.clear()
    archive.crawl()
    assert site.paths() == ["/sitemap.xml"]


def test_run_that_is_stopped_between_pages_stores_nothing_of_the_article(site: Web, archive: Archive) -> None:
    publish(site, 3)
    second = site.answers["/long/2"].body
    site["/long/2"] = Answer(second, before=lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert archive.crawl().outcome == "interrupted"
    assert "/long/3" not in site.paths()
    assert archive.rows("SELECT state, attempts FROM pages") == [("new", 0)]

    site["/long/2"] = Answer(second)
    archive.crawl()
    assert paragraphs(archive) == WHOLE


def test_page_that_moved_to_the_first_one_ends_it(site: Web, archive: Archive) -> None:
    publish(site, 2)
    site["/long/2"] = Answer(status=301, headers={"Location": "/long"})
    archive.crawl()
    assert paragraphs(archive) == WHOLE[:3]
    assert site.paths() == ["/sitemap.xml", "/long", "/long/2"]
    assert archive.rows("SELECT text_complete FROM articles") == [(1,)]


def test_page_that_robots_forbids_leaves_the_article_incomplete(site: Web, archive: Archive) -> None:
    publish(site, 3)
    site["/robots.txt"] = Answer("User-agent: *\nDisallow: /long/3", type="text/plain")
    archive.crawl()
    assert "/long/3" not in site.paths()
    assert paragraphs(archive) == WHOLE[:-2]
    complete, evidence = archive.rows("SELECT text_complete, access_evidence FROM revisions")[0]
    assert not complete
    assert "a page of it is missing" in evidence


def test_page_that_its_publisher_reserves_is_not_kept(site: Web, archive: Archive) -> None:
    publish(site, 3)
    site["/long/3"] = Answer(site.answers["/long/3"].body, headers={"X-Robots-Tag": "noarchive"})
    archive.crawl()
    assert paragraphs(archive) == WHOLE[:-2]
    complete, evidence = archive.rows("SELECT text_complete, access_evidence FROM revisions")[0]
    assert not complete
    assert "its publisher reserves it" in evidence
    captured = [url for (url,) in archive.rows("SELECT url FROM captures")]
    assert f"{site.home}/long/2" in captured
    assert f"{site.home}/long/3" not in captured
    folder = archive.config.parent / "captures"
    assert not any(b"Page 3, paragraph" in read_records(path) for path in folder.glob("*.warc.gz"))


def test_page_that_does_not_answer_is_waited_for_and_then_done_without(site: Web, archive: Archive) -> None:
    publish(site, 3)
    site["/long/3"] = Answer("down", 500)
    for failures in (1, 2):
        archive.crawl()
        state, reason, failed = archive.rows("SELECT state, reason, failures FROM pages")[0]
        assert (state, failed) == ("failed", failures)
        assert f"{site.home}/long/3: status 500" in reason
        archive.make_due()
    archive.crawl()
    assert paragraphs(archive) == WHOLE[:-2]

    publish(site, 3)
    site["/long"] = Answer(part(1, 3).replace("A long story", "A long story, longer"), etag='"edited"')
    archive.make_due()
    archive.crawl()
    assert paragraphs(archive) == WHOLE


@pytest.mark.parametrize(
    ("second", "asked"),
    [
        pytest.param("", [], id="a link to another article"),
        pytest.param(part(2, 2, title="Something else entirely"), ["/long/2"], id="another title"),
        pytest.param(part(1, 2), ["/long/2"], id="the same text"),
    ],
)
def test_what_is_no_further_page_is_not_joined(
    site: Web, archive: Archive, second: str, asked: list[str]
) -> None:
    site.publish("long")
    site["/long"] = part(1, 2, link="/long/{}" if second else "/short-story-{}")
    site["/long/2"] = second
    archive.crawl()
    assert paragraphs(archive) == WHOLE[:3]
    assert site.paths() == ["/sitemap.xml", "/long", *asked]
    assert archive.rows("SELECT text_complete FROM articles") == [(1,)]


def test_pages_of_comments_and_of_articles_about_something_else_are_not_asked_for(
    site: Web, archive: Archive
) -> None:
    site.publish("long", "other")
    site["/long"] = part(1, 1).replace(
        "</main>", '<section class="comments"><a href="/long?page=2">2</a></section></main>'
    )
    site["/other"] = part(1, 2).replace(SERIES, "the bridge").replace("/long", "/other")
    archive.crawl()
    assert sorted(site.paths()) == ["/long", "/other", "/sitemap.xml"]


def test_single_page_by_rule(tmp_path: Path, site: Web) -> None:
    publish(site, 3)
    extra = "".join(f"<p>{text}</p>" for text in (f"The whole of {SERIES}, told on one page only." * 4,) * 2)
    site["/long"] = part(1, 3).replace("</main>", '<a class=all href="/print/long">All of it</a></main>')
    site["/print/long"] = part(1, 1, extra=extra)
    rule = '[source.rules]\nsingle_page = "a.all"'
    archive = Archive(write_config(tmp_path, source("Site", site.home), rule))
    archive.crawl()
    assert site.paths() == ["/sitemap.xml", "/long", "/print/long"]
    assert archive.rows("SELECT url, text LIKE '%told on one page only%' FROM articles") == [
        (f"{site.home}/long", 1)
    ]


def test_next_page_by_rule_stays_on_the_site(tmp_path: Path, site: Web) -> None:
    site.publish("long")
    with Web() as other:
        other["/2"] = part(2, 2)
        site["/long"] = part(1, 1).replace("</main>", f'<a class=next href="{other.home}/2">On</a></main>')
        rule = '[source.rules]\nnext_page = "a.next"'
        archive = Archive(write_config(tmp_path, source("Site", site.home), rule))
        archive.crawl()
        assert other.asked == []
    site["/long"] = Answer(part(1, 1).replace("</main>", '<a class=next href="/b">On</a></main>'), etag='"2"')
    site["/b"] = part(2, 2)
    archive.make_due()
    archive.crawl()
    assert paragraphs(archive) == WHOLE[:5]
