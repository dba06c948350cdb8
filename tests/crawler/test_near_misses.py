"""Near misses and other names: what was skipped is judged again from what is stored, without network."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.crawl import command as crawl
from crawler.commands.near_misses import command as near_misses
from tests.crawler.conftest import Archive
from tests.web import SERIES, Answer, Web, article, rss, source, write_config

PERSON = "Yutaka Izubuchi"


@pytest.fixture
def archive(tmp_path: Path, site: Web) -> Archive:
    """Give a site with an article about the series, one that names one of its people, and another one."""
    site.publish("about", "near", "far")
    site["/near"] = article(f"{PERSON} speaks", about=False)
    site["/far"] = article("The harbour bridge", about=False)
    config = write_config(tmp_path, source("Site", site.home))
    set_series(config, people=[PERSON])
    return Archive(config)


def set_series(config: Path, **keys: list[str]) -> None:
    before = config.read_text("utf-8")
    head, _, rest = before.partition(f'name = "{SERIES}"\n')
    rest = rest[rest.index("[crawl]") :]
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in keys.items())
    config.write_text(f'{head}name = "{SERIES}"\n{lines}{rest}', "utf-8")


def run(archive: Archive, *arguments: str) -> Result:
    *words, last = (*arguments, "--config")
    return CliRunner().invoke(near_misses, [*words, last, str(archive.config)])


def states(archive: Archive, site: Web) -> dict[str, str]:
    return dict(archive.rows("SELECT replace(url, ?, ''), state FROM pages", site.home))


def test_a_near_miss_is_listed_with_its_passages(site: Web, archive: Archive) -> None:
    archive.crawl()
    assert states(archive, site) == {"/about": "kept", "/near": "skipped", "/far": "skipped"}
    (near,) = json.loads(run(archive, "--json").output)
    assert (near["url"], near["title"], near["score"]) == (f"{site.home}/near", f"{PERSON} speaks", 4.0)
    assert near["mentions"][0]["passage"] == f"{PERSON} speaks"
    assert "1 near miss." in run(archive).output


def test_what_is_promoted_becomes_an_article_and_stays_one(site: Web, archive: Archive) -> None:
    archive.crawl()
    site.asked.clear()
    result = run(archive, "promote", f"{site.home}/near")
    assert (result.exit_code, result.output) == (0, f"Kept: {site.home}/near\n")
    assert not site.asked
    rows = archive.rows("SELECT title, relevance FROM articles WHERE title LIKE '%speaks'")
    assert rows[0][1].startswith("promoted by hand; only names Yutaka Izubuchi in the title")
    assert json.loads(run(archive, "--json").output) == []
    site["/near"] = article(f"{PERSON} speaks again", about=False)
    archive.make_due()
    archive.crawl()
    assert archive.rows("SELECT count(*) FROM articles WHERE title LIKE '%speaks again'") == [(1,)]


def test_what_is_dismissed_is_not_listed_any_more(site: Web, archive: Archive) -> None:
    archive.crawl()
    assert run(archive, "dismiss", f"{site.home}/near").exit_code == 0
    assert json.loads(run(archive, "--json").output) == []
    assert states(archive, site)["/near"] == "skipped"


@pytest.mark.parametrize(
    ("path", "told"), [("/about", "is no near miss"), ("/nowhere", "is no page of the archive")]
)
def test_only_a_near_miss_can_be_promoted(site: Web, archive: Archive, path: str, told: str) -> None:
    archive.crawl()
    result = run(archive, "promote", f"{site.home}{path}")
    assert told in str(result.exception)


def test_other_names_are_looked_for_in_what_was_skipped_without_network(site: Web, archive: Archive) -> None:
    archive.crawl()
    pages = [path for path in site.paths() if path in {"/about", "/near", "/far"}]
    set_series(archive.config, people=[PERSON], aliases=["The harbour bridge"])
    result = CliRunner().invoke(crawl, ["--config", str(archive.config)])
    assert "2 skipped pages were judged again, 2 are kept, 0 are near misses" in result.output
    assert states(archive, site) == {"/about": "kept", "/near": "kept", "/far": "kept"}
    assert [path for path in site.paths() if path in {"/about", "/near", "/far"}] == pages
    assert archive.rows("SELECT max(n) FROM (SELECT count(*) AS n FROM fetches GROUP BY page_id)") == [(1,)]
    again = CliRunner().invoke(crawl, ["--config", str(archive.config)])
    assert "judged again" not in again.output


def test_names_that_are_gone_make_near_misses_of_nothing(site: Web, archive: Archive) -> None:
    archive.crawl()
    set_series(archive.config)
    CliRunner().invoke(crawl, ["--config", str(archive.config)])
    assert json.loads(run(archive, "--json").output) == []


def test_what_a_feed_says_nothing_about_the_series_of_is_left_out_only_where_asked(
    tmp_path: Path, site: Web
) -> None:
    site.publish("one", "two")
    titles = [(f"{site.home}/one", f"{SERIES} returns"), (f"{site.home}/two", "The harbour bridge")]
    site["/feed"] = Answer(rss(titles), type="application/rss+xml")
    feeds = json.dumps([f"{site.home}/feed"])
    careful = Archive(write_config(tmp_path, source("Site", site.home, feeds=feeds, prefilter="true")))
    report = careful.crawl()
    assert states(careful, site) == {"/one": "kept"}
    assert report.sources[0].note == "left out by what is said of them (prefilter): 1"
    (tmp_path / "all").mkdir()
    everything = Archive(write_config(tmp_path / "all", source("Site", site.home, feeds=feeds)))
    everything.crawl()
    assert states(everything, site) == {"/one": "kept", "/two": "kept"}
