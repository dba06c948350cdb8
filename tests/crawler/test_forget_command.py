"""``series-archive forget``: what it says, what it asks, and that a crawl does not bring it back."""

import json
import subprocess
import sys
from pathlib import Path

from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article

ROOT = Path(__file__).parents[2]


def run(archive: Archive, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "crawler.commands", "forget", "--config", str(archive.config), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
        check=False,
    )


def test_an_article_is_forgotten_and_a_crawl_does_not_bring_it_back(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    site["/short"] = Answer("", 301, headers={"Location": "/one"})
    archive.crawl()
    url = f"{site.home}/one"

    planned = run(archive, url, "--dry-run")
    assert planned.returncode == 0
    assert planned.stdout.startswith(
        f"{url}\n   articles: 1, pages: 1, responses: 2, of them feeds, sitemaps and redirects: 1\n"
    )
    assert run(archive, url).returncode == 2  # nobody to be asked
    assert archive.rows("SELECT count(*) FROM articles") == [(2,)]

    done = run(archive, url, "--yes", "--json")
    assert json.loads(done.stdout)["titles"] == ["one"]
    assert archive.rows("SELECT url FROM articles") == [(f"{site.home}/two",)]

    site.asked.clear()
    site.publish("one", "two", "short", lastmod="2030-01-01")
    site["/short"] = Answer("", 301, headers={"Location": "/one"})
    report = archive.crawl()
    assert "/one" not in site.paths()
    assert report.totals.kept == 0
    assert archive.rows("SELECT url FROM articles") == [(f"{site.home}/two",)]
    assert archive.rows("SELECT state, reason FROM pages WHERE url LIKE '%short'") == [
        ("refused", "it was forgotten on request")
    ]


def test_a_source_is_forgotten_and_not_crawled_any_more(site: Web, archive: Archive) -> None:
    site.publish("one")
    archive.crawl()
    done = run(archive, "Site", "--yes")
    assert done.returncode == 0, done.stderr
    assert "is not crawled any more" in done.stdout
    site.asked.clear()
    crawled = subprocess.run(
        [sys.executable, "-m", "crawler.commands", "crawl", "--config", str(archive.config)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "Site was forgotten and is not crawled: take it out of" in crawled.stderr
    assert site.asked == []
    assert archive.rows("SELECT count(*) FROM sources") == [(0,)]


def test_neither_an_address_nor_a_source(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    site["/one"] = article("one")
    archive.crawl()
    done = run(archive, "one", "--yes")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert 'There is no address or source "one".' in done.stderr
