"""The spider: which documents it asks for, and what it does with them."""

from pathlib import Path

import pytest

from tests.crawler.conftest import Archive
from tests.web import Answer, Web, compress, rss, sitemap, sitemap_index, source, write_config


def found(archive: Archive, site: Web) -> set[str]:
    return {path for (path,) in archive.rows("SELECT replace(url, ?, '') FROM pages", site.home)}


def test_index_of_gzipped_parts_of_any_content_type(site: Web, archive: Archive) -> None:
    site.publish("one", "two", "three")
    site["/sitemap.xml"] = Answer(
        sitemap_index([f"{site.home}/part1.xml.gz", f"{site.home}/part2?page=2", f"{site.home}/deeper.xml"]),
        type="text/html",
    )
    site["/part1.xml.gz"] = Answer(
        compress(sitemap([(f"{site.home}/one", None)])), type="application/octet-stream"
    )
    site["/part2?page=2"] = Answer(
        compress(sitemap([(f"{site.home}/two", None)])),
        type="text/plain",
        headers={"Content-Encoding": "gzip"},
    )
    site["/deeper.xml"] = Answer(sitemap_index([f"{site.home}/part3.xml", f"{site.home}/sitemap.xml"]))
    site["/part3.xml"] = Answer(sitemap([(f"{site.home}/three", None)]))

    archive.crawl()

    assert found(archive, site) == {"/one", "/two", "/three"}
    assert site.paths().count("/sitemap.xml") == 1


def test_parts_of_an_index_are_asked_for_though_the_index_is_the_same(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    site["/sitemap.xml"] = Answer(sitemap_index([f"{site.home}/part.xml"]), etag='"index"')
    site["/part.xml"] = Answer(sitemap([(f"{site.home}/one", None)]), etag='"part 1"')
    archive.crawl()
    site["/part.xml"] = Answer(
        sitemap([(f"{site.home}/one", None), (f"{site.home}/two", None)]), etag='"part 2"'
    )
    archive.crawl()
    assert found(archive, site) == {"/one", "/two"}

    site.asked.clear()
    archive.crawl()
    assert site.paths(status=304) == ["/part.xml"]


def test_index_without_end_is_a_trap(site: Web, archive: Archive) -> None:
    site["/sitemap.xml"] = Answer(sitemap_index([f"{site.home}/0"]))
    for number in range(100):
        site[f"/{number}"] = Answer(sitemap_index([f"{site.home}/{number + 1}"]))
    report = archive.crawl()
    assert len(site.paths()) == 4
    assert "left documents out" in (report.sources[0].note or "")


def test_index_of_ever_more_parts_is_a_trap(
    site: Web,
    archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("spiders.base._MOST_DOCUMENTS", 20)
    site["/sitemap.xml"] = Answer(sitemap_index(f"{site.home}/{number}" for number in range(100)))
    report = archive.crawl()
    assert len(site.paths()) == 20
    assert "left documents out" in (report.sources[0].note or "")


def test_unchanged_feed_is_not_read_again(tmp_path: Path, site: Web) -> None:
    site.publish("one")
    site["/feed"] = Answer(rss([(f"{site.home}/one", "One")]), etag='"feed"')
    archive = Archive(write_config(tmp_path, source("Site", site.home, feeds=[f"{site.home}/feed"])))
    archive.crawl()
    checked = archive.rows("SELECT changed_at, status, failures, error FROM discoveries")
    assert checked[0][1:] == (200, 0, None)
    report = archive.crawl()
    assert site.paths(status=304) == ["/feed"]
    assert report.sources[0].error is None
    assert archive.rows("SELECT changed_at, status FROM discoveries") == [(checked[0][0], 304)]


def test_feeds_that_the_home_page_names_are_read_where_none_is_configured(tmp_path: Path, site: Web) -> None:
    site.publish("one", "two")
    site["/"] = (
        "<html><head><link rel='alternate' type='application/rss+xml' href='/news.rss'>"
        "<link rel='Alternate home' type='application/atom+xml; charset=utf-8' href='comments.atom'>"
        "<link rel='alternate' hreflang='de' href='/de'></head></html>"
    )
    site["/news.rss"] = Answer(rss([(f"{site.home}/one", "One")]))
    site["/comments.atom"] = Answer(rss([(f"{site.home}/two", "Two")]))
    archive = Archive(write_config(tmp_path, source("Site", site.home, feeds=[])))
    archive.crawl()
    assert found(archive, site) == {"/one", "/two"}


@pytest.mark.parametrize("home", ["<html><head><title>Nothing</title></head></html>", None])
def test_source_that_names_nothing_fails_with_advice(tmp_path: Path, site: Web, home: str | None) -> None:
    if home:
        site["/"] = home
    archive = Archive(write_config(tmp_path, source("Site", site.home, feeds=[])))
    report = archive.crawl()
    assert "name one in archive.toml" in (report.sources[0].error or "")


def test_one_readable_document_is_enough(tmp_path: Path, site: Web) -> None:
    site.publish("one")
    archive = Archive(
        write_config(
            tmp_path,
            source("Site", site.home, feeds=[f"{site.home}/missing"], sitemaps=[f"{site.home}/sitemap.xml"]),
        )
    )
    report = archive.crawl()
    assert not report.failed
    rows = archive.rows(
        "SELECT replace(url, ?, ''), status, error, failures FROM discoveries ORDER BY id", site.home
    )
    assert rows == [("/missing", 404, f"{site.home}/missing: status 404", 1), ("/sitemap.xml", 200, None, 0)]
