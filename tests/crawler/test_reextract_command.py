"""Better rules reach the articles that are stored already, without network."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.commands import cli
from tests.crawler.conftest import Archive
from tests.web import SERIES, Answer, Web, article, sitemap

NOTE = '<p class="house">This is the house telling of itself, as it does below every article that it has.</p>'
STRIP = '[source.rules]\nstrip = ["p.house"]'


def run(archive: Archive, *words: str) -> Result:
    command = ["reextract", *words, "--config", str(archive.config)]
    return CliRunner().invoke(cli, command, catch_exceptions=False)


def report(archive: Archive, *words: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(archive, "--json", *words).output)
    return told


def with_note(title: str, text: str = "") -> str:
    return article(title, text).replace("</article>", f"{NOTE}</article>")


def change_rules(archive: Archive, rules: str = STRIP) -> None:
    archive.config.write_text(f"{archive.config.read_text()}\n{rules}\n")


@pytest.fixture
def kept(site: Web, archive: Archive) -> Archive:
    """Give an archive with two articles, one of which ends with a note of the house."""
    site["/one"], site["/two"] = with_note("one"), article("two", "Another one, this.")
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/one", None), (f"{site.home}/two", None)]))
    archive.crawl()
    site.asked.clear()
    return archive


def test_new_rules_become_a_revision_of_the_rules_without_network(site: Web, kept: Archive) -> None:
    report(kept)
    change_rules(kept)
    dry = report(kept, "--dry-run")
    assert (dry["outdated"], dry["changed"], dry["fields"]) == (2, 1, {"text": 1})
    assert kept.rows("SELECT count(*) FROM revisions") == [(2,)]
    seen = kept.rows("SELECT last_seen FROM articles ORDER BY id")

    told = run(kept)
    assert "[-" in told.output
    assert "as it does below every article that it has.-]" in told.output
    assert "2 of 2 articles read" in told.output
    assert "1 changed." in told.output

    assert kept.rows("SELECT kind, changed, words_added FROM revisions WHERE number = 2") == [
        ("rules", '["text"]', 0)
    ]
    assert kept.rows("SELECT count(*) FROM articles WHERE text LIKE '%the house%'") == [(0,)]
    assert kept.rows("SELECT last_seen FROM articles ORDER BY id") == seen
    assert site.asked == []
    assert "Nothing to do" in run(kept).output


def test_the_publisher_s_change_and_that_of_the_rules_are_two_revisions(site: Web, kept: Archive) -> None:
    change_rules(kept)
    site["/one"] = with_note("one", "There is news.")
    kept.make_due()
    kept.crawl()
    assert kept.rows(
        "SELECT number, kind, words_added > 0, words_removed > 0 FROM revisions"
        " WHERE article_id = (SELECT id FROM articles WHERE url LIKE '%/one') ORDER BY number"
    ) == [(1, "first", None, None), (2, "rules", 0, 1), (3, "publisher", 1, 0)]


def test_worse_rules_are_held_back(site: Web, kept: Archive) -> None:
    change_rules(kept, '[source.rules]\nbody = "p.house"')
    told = report(kept)
    assert told["held"] == {"shrunk": 1}
    assert told["changed"] == 0
    assert kept.rows("SELECT kind, decision FROM held") == [("rules", "open")]
    assert kept.rows("SELECT count(*) FROM revisions") == [(2,)]
    assert "Nothing to do" in run(kept).output
    change_rules(kept, 'title = "h1"')
    kept.config.write_text(kept.config.read_text().replace('body = "p.house"', ""))
    assert report(kept)["held"] == {}
    assert kept.rows("SELECT decision FROM held") == [("passed",)]


def test_articles_that_other_names_would_not_keep_are_told_and_stay(site: Web, kept: Archive) -> None:
    kept.config.write_text(kept.config.read_text().replace(f'name = "{SERIES}"', 'name = "Silent Harbour"'))
    told = report(kept)
    assert {one["url"] for one in told["irrelevant"]} == {f"{site.home}/one", f"{site.home}/two"}
    assert kept.rows("SELECT count(*) FROM articles") == [(2,)]
    assert kept.rows("SELECT relevant FROM readings") == [(0,)] * 2
    assert kept.rows("SELECT count(*) FROM articles WHERE relevance LIKE ?", f"%{SERIES}%") == [(2,)]


def test_only_what_is_asked_for_is_read(site: Web, kept: Archive) -> None:
    change_rules(kept)
    assert report(kept, "--dry-run", "--article", f"{site.home}/two/")["outdated"] == 1
    assert report(kept, "--dry-run", "--since", "2999-01-01")["outdated"] == 0
    assert report(kept, "--dry-run", "--rule", "no-such-rule")["outdated"] == 0
    assert report(kept, "--dry-run", "--source", "Site")["outdated"] == 2
    with pytest.raises(Exception, match='no source "Sight"'):
        run(kept, "--source", "Sight")
    with pytest.raises(Exception, match="leads to no article"):
        run(kept, "--article", f"{site.home}/three")
    with pytest.raises(Exception, match="soon is no date: write it like 2024-"):
        run(kept, "--since", "soon")


def test_a_capture_that_is_lost_is_told(kept: Archive) -> None:
    change_rules(kept)
    for file in (kept.config.parent / "captures").iterdir():
        file.unlink()
    done = run(kept)
    assert done.exit_code == 1
    assert done.output.count("Not read: ") == 2
    assert kept.rows("SELECT count(*) FROM revisions") == [(2,)]


def test_a_run_that_is_stopped_goes_on_where_it_was(tmp_path: Path, site: Web, archive: Archive) -> None:
    names = [f"page{number}" for number in range(40)]
    for name in names:
        site[f"/{name}"] = with_note(name, f"It is {name}.")
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/{name}", None) for name in names]))
    archive.crawl()
    change_rules(archive)
    command = [sys.executable, "-m", "crawler.commands", "reextract", "--config", str(archive.config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as stopped:
        while stopped.poll() is None:
            if archive.rows("SELECT count(*) > 3 FROM revisions WHERE kind = 'rules'") == [(1,)]:
                os.kill(stopped.pid, signal.SIGINT)
                break
            time.sleep(0.005)
        said = stopped.communicate()[0]
    done = archive.rows("SELECT count(*) FROM revisions WHERE kind = 'rules'")[0][0]
    assert 3 < done <= 40
    assert done == 40 or (stopped.returncode == 130 and "goes on from here" in said)
    assert report(archive)["outdated"] == 40 - done
    assert archive.rows("SELECT count(*) FROM revisions WHERE kind = 'rules'") == [(40,)]


def test_an_article_on_several_pages_is_read_again_as_a_whole(
    tmp_path: Path, site: Web, archive: Archive
) -> None:
    # An article on two pages, each with a link to the other.
    pages = '<nav class="pagination"><a href="/long">1</a> <a href="/long?page=2" rel="next">2</a></nav>'
    site["/long"] = with_note("long").replace("</article>", f"</article>{pages}")
    site["/long?page=2"] = (
        article("long", "And so it ends.")
        .replace("Paragraph", "Chapter")
        .replace("</article>", f"{NOTE}</article>")
    )
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/long", None)]))
    archive.crawl()
    assert archive.rows("SELECT text LIKE '%Chapter 5%', text LIKE '%the house%' FROM articles") == [(1, 1)]
    change_rules(archive)
    for _ in range(2):
        report(archive)
        assert archive.rows("SELECT text LIKE '%Chapter 5%', text LIKE '%the house%' FROM articles") == [
            (1, 0)
        ]
        change_rules(archive, 'title = "h1"')
    assert archive.rows("SELECT count(*) FROM revision_pages") == [(2,)]
