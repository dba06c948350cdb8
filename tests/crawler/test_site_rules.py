"""Site rules in a crawl: where they come from, and what is known of how well they do."""

import json
import logging
from pathlib import Path

import pytest

from archive.database import open_archive
from archive.errors import ConfigurationError
from archive.rule_health import StoppedRule, stopped_rules
from tests.command import run
from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article, source, write_config

BYLINE = '<p class="signed">Ada Quill</p>'


def archive_with(folder: Path, site: Web, rules: str, archive: str = "") -> Archive:
    """Give an archive of a source with rules, and more keys for [archive]."""
    path = write_config(folder, source("Site", site.home), rules)
    path.write_text(path.read_text().replace("[archive]\n", f"[archive]\n{archive}\n"))
    return Archive(path)


def signed(title: str) -> str:
    return article(title).replace("</article>", f"</article>{BYLINE}")


def stopped(archive: Archive) -> list[StoppedRule]:
    with open_archive(archive.config.parent / "archive.db", readonly=True) as db:
        return stopped_rules(db, 1)


def test_rule_that_stops_matching_is_noticed_and_the_article_is_still_read(tmp_path: Path, site: Web) -> None:
    names = ("one", "two", "three", "four", "five")
    site.publish(*names)
    for name in names:
        site[f"/{name}"] = Answer(signed(name))
    archive = archive_with(tmp_path, site, '[source.rules]\nbody = "main article"\nauthor = ".signed"')
    archive.crawl()
    assert archive.rows("SELECT DISTINCT authors FROM articles") == [('["Ada Quill"]',)]
    assert archive.rows("SELECT rule, matches, misses FROM site_rules ORDER BY rule") == [
        ("author: .signed", 5, 0),
        ("body: main article", 5, 0),
    ]
    assert stopped(archive) == []

    for name in names:
        redesigned = signed(name).replace("signed", "byline").replace("</p>", " Anew.</p>", 1)
        site[f"/{name}"] = Answer(redesigned)
    archive.make_due()
    archive.crawl()
    assert archive.rows("SELECT count(*) FROM articles WHERE text LIKE '%Anew.%'") == [(5,)]
    (author,) = stopped(archive)
    assert (author.rule, author.misses) == ("author: .signed", 5)
    assert author.matched_at


def test_rules_of_the_source_then_of_its_host_then_of_its_site_config(tmp_path: Path, site: Web) -> None:
    site.publish("one")
    page = article("Plain").replace(
        "<main>",
        '<main><b class="a">From the source</b><b class="b">From the folder</b><b class="c">Ada Quill</b>',
    )
    site["/one"] = Answer(page)
    for folder, name, text in (
        ("rules", "127.0.0.1.toml", 'title = ".b"\nauthor = ".none"'),
        ("rules", "example.org.toml", 'title = ".c"'),
        ("community", "127.0.0.1.txt", "title: //b[@class='c']\nauthor: //b[@class='c']\ndissolve: //x\n"),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(text)
    archive = archive_with(
        tmp_path, site, "[source.rules]\ntitle = '.nothing'", 'rules = "rules"\nsite_config = "community"'
    )
    archive.crawl()
    assert archive.rows("SELECT title, authors FROM articles") == [("From the folder", '["Ada Quill"]')]


@pytest.mark.parametrize(("charset", "title"), [("latin-1", "From the file"), ("utf-16", "Plain")])
def test_site_config_that_is_not_utf_8_is_told_once(
    tmp_path: Path, site: Web, caplog: pytest.LogCaptureFixture, charset: str, title: str
) -> None:
    site.publish("one", "two")
    for name in ("one", "two"):
        page = article("Plain").replace("<main>", '<main><b class="c">From the file</b>')
        site[f"/{name}"] = Answer(page)
    (tmp_path / "community").mkdir()
    rules = "# Café\ntitle: //b[@class='c']\n".encode(charset)
    (tmp_path / "community" / "127.0.0.1.txt").write_bytes(rules)
    archive = archive_with(tmp_path, site, "", 'site_config = "community"')
    archive.crawl()
    assert archive.rows("SELECT DISTINCT title FROM articles") == [(title,)]
    (said,) = [one for one in map(logging.LogRecord.getMessage, caplog.records) if "not UTF-8" in one]
    assert said.startswith(str(tmp_path / "community" / "127.0.0.1.txt"))
    assert "\n" not in said


def test_missing_folder_of_site_config(tmp_path: Path, site: Web) -> None:
    archive = archive_with(tmp_path, site, "", 'site_config = "none"')
    with pytest.raises(ConfigurationError, match=r"archive\.site_config: found .*, allowed: a folder"):
        archive.crawl()


@pytest.mark.parametrize("name", ["例え.jp.toml", "XN--R8JZ45G.jp.toml"])
@pytest.mark.parametrize("host", ["例え.jp", "www.xn--r8jz45g.jp"])
def test_the_host_of_a_file_of_rules_is_named_in_either_spelling(
    tmp_path: Path, site: Web, name: str, host: str
) -> None:
    archive_with(tmp_path, site, "", 'rules = "rules"')
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / name).write_text('title = ".b"')
    (tmp_path / "page.html").write_text(article("Plain").replace("<main>", '<main><b class="b">Named</b>'))
    read = json.loads(run("extract", "page.html", "--url", f"https://{host}/a", cwd=tmp_path).stdout)
    assert read["title"] == "Named"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", 'bodi = "p"', 'bodi: unknown key; did you mean "body"?'),
        ("a.toml", 'body = "div >"', 'body[0]: found "div >", allowed: a CSS selector, or XPath'),
        ("a.toml", "body = 3", 'body: found 3, allowed: a list, like ["...", "..."]'),
        ("a.toml", "body =", "not valid TOML"),
        ("", "", "archive.rules: found"),
    ],
)
def test_mistakes_in_the_folder_of_rules(tmp_path: Path, site: Web, name: str, text: str, said: str) -> None:
    if name:
        (tmp_path / "rules").mkdir()
        (tmp_path / "rules" / name).write_text(text)
    archive = archive_with(tmp_path, site, "", 'rules = "rules"')
    with pytest.raises(ConfigurationError) as caught:
        archive.crawl()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
