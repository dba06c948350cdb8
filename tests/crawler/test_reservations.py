"""Pages that their publisher reserves: what is kept of them, and what is not."""

import gzip
import json
from pathlib import Path

import pytest

from tests.crawler.conftest import Archive
from tests.web import SERIES, Answer, Web, article, compress, source, write_config

RESERVED = article("one").replace("<head>", '<head><meta name="robots" content="noarchive">')


def files(archive: Archive) -> bytes:
    """Give all bytes that were stored, captures decompressed."""
    folder = archive.config.parent
    captures = b"".join(gzip.decompress(file.read_bytes()) for file in (folder / "captures").iterdir())
    return captures + b"".join(file.read_bytes() for file in folder.glob("archive.db*"))


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
def test_by_default_title_and_link_are_kept_and_the_text_nowhere(
    site: Web, archive: Archive, compressed: bool
) -> None:
    site.publish("one")
    site["/one"] = (
        Answer(compress(RESERVED), headers={"Content-Encoding": "gzip"}) if compressed else Answer(RESERVED)
    )
    archive.crawl()
    rows = archive.rows("SELECT title, text, words, text_complete, reserved, relevance FROM articles")
    (title, text, words, complete, reserved, relevance) = rows[0]
    assert (title, text, words, complete) == ("one", "", 0, 0)
    assert json.loads(reserved) == ["noarchive (meta element robots)"]
    assert f"names {SERIES}" in relevance
    assert b"Paragraph 1 says something" not in files(archive)


@pytest.mark.parametrize(
    "rules",
    ["[" * 100_000, r'[{"location": "/\ud83d", "tdm-reservation": 1}]'],
    ids=["deep", "half a character"],
)
def test_rules_of_a_site_that_cannot_be_read_reserve_nothing(site: Web, archive: Archive, rules: str) -> None:
    site.publish("one")
    site["/.well-known/tdmrep.json"] = Answer(rules, type="application/json")
    archive.crawl()
    assert archive.rows("SELECT title, words > 0 FROM articles") == [("one", 1)]


def test_a_header_and_the_rules_of_the_site_count_as_well(tmp_path: Path, site: Web) -> None:
    site.publish("one", "two", "three")
    site["/one"] = Answer(article("one"), headers={"X-Robots-Tag": "noindex"})
    rules = [{"location": "/two", "tdm-reservation": 1}]
    site["/.well-known/tdmrep.json"] = Answer(json.dumps(rules), type="application/json")
    archive = Archive(write_config(tmp_path, source("Site", site.home)))
    archive.crawl()
    kept = dict(archive.rows("SELECT title, words > 0 FROM articles"))
    assert kept == {"one": 0, "two": 0, "three": 1}
    assert b"/two" in files(archive)


@pytest.mark.parametrize(("policy", "articles"), [("skip", 0), ("full", 1)])
def test_as_the_source_is_configured(tmp_path: Path, site: Web, policy: str, articles: int) -> None:
    site.publish("one")
    site["/one"] = RESERVED
    archive = Archive(write_config(tmp_path, source("Site", site.home, reserved=f'"{policy}"')))
    archive.crawl()
    assert archive.rows("SELECT count(*) FROM articles WHERE words > 0") == [(articles,)]
    assert (b"Paragraph 1 says something" in files(archive)) == bool(articles)
    if policy == "skip":
        (reason,) = archive.rows("SELECT reason FROM pages")[0]
        assert reason == "its publisher reserves it: noarchive (meta element robots)"
    else:
        assert "/.well-known/tdmrep.json" not in [asked.path for asked in site.asked]


def test_the_files_with_the_rules_are_asked_for_once_a_day(site: Web, archive: Archive) -> None:
    site.publish("one")
    archive.crawl()
    archive.crawl()
    asked = [asked.path for asked in site.asked]
    assert (asked.count("/robots.txt"), asked.count("/.well-known/tdmrep.json")) == (1, 1)
    site["/robots.txt"] = Answer("User-agent: *\nDisallow: /one", type="text/plain")
    archive.make_due()
    report = archive.crawl()
    assert archive.rows("SELECT state FROM pages") == [("refused",)]
    assert "robots.txt has changed" in (report.sources[0].note or "")
