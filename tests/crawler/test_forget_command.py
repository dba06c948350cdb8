"""``series-archive forget``: what it says, what it asks, and that a crawl does not bring it back."""

import json
from pathlib import Path
from subprocess import PIPE

from tests.command import start
from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article


def test_an_article_is_forgotten_and_a_crawl_does_not_bring_it_back(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    site["/short"] = Answer("", 301, headers={"Location": "/one"})
    archive.crawl()
    url = f"{site.home}/one"

    planned = archive.command("forget", url, "--dry-run")
    assert planned.returncode == 0
    assert planned.stdout.startswith(
        f"{url}\n   articles: 1, pages: 1, responses: 2, of them feeds, sitemaps and redirects: 1\n"
    )
    assert archive.command("forget", url).returncode == 2  # nobody to be asked
    assert archive.rows("SELECT count(*) FROM articles") == [(2,)]

    done = archive.command("forget", url, "--yes", "--json")
    assert json.loads(done.stdout)["titles"] == ["one"]
    assert archive.rows("SELECT url FROM articles") == [(f"{site.home}/two",)]
    again = archive.command("forget", url, "--yes")
    assert "Backups, exports and published copies from before have it still" in again.stdout

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
    done = archive.command("forget", "Site", "--yes")
    assert done.returncode == 0, done.stderr
    assert "is not crawled any more" in done.stdout
    site.asked.clear()
    _, told = start("crawl", "--config", archive.config, stderr=PIPE).communicate(timeout=60)
    assert "Site was forgotten and is not crawled: take it out of" in told
    assert site.asked == []
    assert archive.rows("SELECT count(*) FROM sources") == [(0,)]


def test_neither_an_address_nor_a_source(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    site["/one"] = article("one")
    archive.crawl()
    done = archive.command("forget", "one", "--yes")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert 'There is no address or source "one".' in done.stderr


def test_what_an_older_backup_brings_back_is_told_and_still_refused(
    site: Web, archive: Archive, tmp_path: Path
) -> None:
    site.publish("one", "two")
    one = f"{site.home}/one"
    archive.crawl()
    archive.command("backup", tmp_path / "backups")
    archive.command("forget", one, "--yes")
    restored = archive.command("restore", tmp_path / "backups", "--replace")
    assert restored.returncode == 0
    assert "what was forgotten since is there again: `series-archive check` names it" in restored.stderr
    archive.crawl()
    checked = archive.command("check")
    assert checked.returncode == 1
    assert checked.stdout == (
        f"forgotten: {one} was forgotten and is there: an older backup or other captures brought it: "
        f'series-archive forget "{one}".\n'
    )
    archive.command("forget", one, "--yes")
    assert archive.command("check").returncode == 0
    assert archive.rows("SELECT count(*) FROM articles") == [(1,)]


def test_a_source_that_an_older_backup_brings_back_is_told(
    site: Web, archive: Archive, tmp_path: Path
) -> None:
    site.publish("one")
    archive.crawl()
    archive.command("backup", tmp_path / "backups")
    (name,) = archive.rows("SELECT name FROM sources")[0]
    archive.command("forget", name, "--yes")
    archive.command("restore", tmp_path / "backups", "--replace")
    checked = archive.command("check")
    assert checked.stdout.startswith(f"forgotten: {name} was forgotten and is there: an older backup")
    assert len(checked.stdout.splitlines()) == 1
