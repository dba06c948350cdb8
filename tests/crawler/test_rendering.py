"""``render = "browser"``: pages that only a browser shows, by a real Chromium."""

import json
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.warc_records import read_records, warc_files
from crawler.commands import cli
from crawler.config import load_config
from crawler.rebuild import rebuild
from tests.crawler.conftest import Archive
from tests.crawler.test_crawl_command import start, wait_for
from tests.web import SERIES, Answer, Web, sitemap, source, write_config

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (shutil.which("chromium") or shutil.which("chromium-browser")),
        reason="Chromium is not installed: apt-get install chromium",
    ),
]

SHELL = """<!doctype html><html lang="en"><head><title>The Daily Shell</title>
<link rel="stylesheet" href="/style.css"></head>
<body><div id="app">Loading</div><script src="/app.js"></script></body></html>"""

APP = """
const api = "/api" + location.pathname;
fetch(api, {headers: {"X-Reader": "shell"}}).then(answer => answer.json()).then(found => {
  document.title = found.title;
  const paragraphs = found.text.map(text => "<p>" + text + "</p>").join("");
  document.getElementById("app").innerHTML =
    "<main><article><h1>" + found.title + "</h1>" + paragraphs + '<img src="/picture.png"></article></main>';
});
"""


def story(title: str, more: str = "") -> Answer:
    text = [
        f"Paragraph {number} says something about {SERIES}, at the length that the reader of a newspaper "
        f"expects of a paragraph, and then it comes to its end. {more}"
        for number in range(1, 6)
    ]
    return Answer(json.dumps({"title": title, "text": text}), type="application/json")


def shell(site: Web, *names: str) -> None:
    """Publish articles whose pages are all the same; a script fetches what is in them."""
    site["/app.js"] = Answer(APP, type="text/javascript")
    site["/style.css"] = Answer("body { color: black }", type="text/css")
    for name in names:
        site[f"/{name}"] = Answer(SHELL, etag='"shell"')
        site[f"/api/{name}"] = story(f"{name.title()} opens")
    site["/sitemap.xml"] = Answer(sitemap((f"{site.home}/{name}", None) for name in names))


def archive_of(tmp_path: Path, site: Web, **keys: object) -> Archive:
    return Archive(write_config(tmp_path, source("Site", site.home, render='"browser"', **keys)))


def test_what_scripts_make_of_a_page_is_read_and_captured_beside_it(tmp_path: Path, site: Web) -> None:
    shell(site, "one", "two")
    archive = archive_of(tmp_path, site)
    report = archive.crawl()
    assert (report.totals.kept, report.totals.failed, report.failed) == (2, 0, [])
    assert archive.rows("SELECT title, instr(text, 'Paragraph 5 says') > 0 FROM articles ORDER BY title") == [
        ("One opens", 1),
        ("Two opens", 1),
    ]
    # The script is asked for once, styles and pictures not at all; all of it says who we are.
    assert sorted(site.paths()) == ["/api/one", "/api/two", "/app.js", "/one", "/sitemap.xml", "/two"]
    assert {asked.headers["User-Agent"].partition("/")[0] for asked in site.asked} == {"series-archive"}
    assert next(one for one in site.asked if one.path == "/api/one").headers["X-Reader"] == "shell"

    (warc,) = warc_files(tmp_path / "captures")
    records = list(read_records(warc))
    conversions = [one for one in records if one.kind == "conversion"]
    ids = {one.facts["WARC-Record-ID"]: one for one in records}
    for conversion in conversions:
        original = ids[conversion.facts["WARC-Refers-To"]]
        assert original.facts["WARC-Target-URI"] == conversion.facts["WARC-Target-URI"]
        assert original.body in (SHELL.encode(), b"")  # the second is a revisit of the first
        assert b"Paragraph 3 says" in conversion.body
    assert len(conversions) == 2


def test_what_had_no_text_before_it_was_shown_in_a_browser_is_fetched_once_more(
    tmp_path: Path, site: Web
) -> None:
    shell(site, "one", "two")
    site["/api/two"] = Answer("{}", type="application/json")  # this one stays empty
    archive = Archive(write_config(tmp_path, source("Site", site.home)))
    assert 'add render = "browser"' in (archive.crawl().sources[0].note or "")
    archive = archive_of(tmp_path, site)
    assert archive.crawl_at_once().totals.kept == 1
    assert archive.rows(
        "SELECT reason LIKE '%no text in a browser too, %' FROM pages WHERE state = 'skipped'"
    ) == [(1,)]
    site.asked.clear()
    archive.crawl_at_once()
    assert site.paths() == []


def test_an_edit_is_seen_though_the_page_is_the_same(tmp_path: Path, site: Web) -> None:
    shell(site, "one", "two")
    archive = archive_of(tmp_path, site)
    archive.crawl()
    site["/api/one"] = story("One opens", more="The doors stay open until nine in the evening.")
    archive.make_due()
    counts = archive.crawl().totals
    assert (counts.kept, counts.unchanged) == (1, 1)
    assert archive.rows("SELECT kind FROM revisions ORDER BY id") == [("first",), ("first",), ("publisher",)]


def test_the_archive_is_rebuilt_from_what_the_browser_showed(tmp_path: Path, site: Web) -> None:
    shell(site, "one", "two")
    archive = archive_of(tmp_path, site)
    archive.crawl()
    before = archive.rows("SELECT title, text, words FROM articles ORDER BY url")
    (tmp_path / "archive.db").unlink()
    rebuild(load_config(archive.config))
    assert archive.rows("SELECT title, text, words FROM articles ORDER BY url") == before


def test_what_is_forgotten_is_gone_from_what_scripts_fetched_too(tmp_path: Path, site: Web) -> None:
    shell(site, "one", "two")
    archive = archive_of(tmp_path, site)
    archive.crawl()
    url = f"{site.home}/one"
    command = ["forget", url, "--yes", "--config", str(archive.config)]
    ran = CliRunner().invoke(cli, command)
    assert ran.exit_code == 0, ran.output
    (warc,) = warc_files(tmp_path / "captures")
    bodies = [one.body for one in read_records(warc)]
    assert not any(b"One opens" in body for body in bodies)
    assert any(b"Two opens" in body for body in bodies)


def test_a_section_that_a_script_fills(tmp_path: Path, site: Web) -> None:
    shell(site, "2026/03/stars-and-pans", "2026/03/pans-and-stars", "2026/03/more-pans-than-stars")
    names = [path for path in site.answers if path.startswith("/2026")]
    cards = "".join(f"<h2><a href='{name}'>What the cooks of {name} did</a></h2>" for name in names)
    site["/anime/"] = f'<body><main id="list"></main><script>list.innerHTML = {json.dumps(cards)}</script>'
    archive = archive_of(tmp_path, site, sections=[f"{site.home}/anime/"])
    assert archive.crawl().totals.kept == 3


HOSTILE = """<!doctype html><title>Hostile</title><body><main><h1>Hostile</h1><p id="told"></p></main>
<script>
const tries = [];
for (const url of %(urls)s) {
  tries.push(fetch(url, {mode: "no-cors"}).then(() => "reached " + url, () => "refused"));
  document.body.append(Object.assign(new Image(), {src: url}));
  document.body.append(Object.assign(document.createElement("iframe"), {src: url}));
}
tries.push(fetch("/post", {method: "POST", body: "x"}).then(() => "posted", () => "refused"));
tries.push(fetch("/forbidden/data").then(() => "disallowed", () => "refused"));
try { new WebSocket(%(socket)s) } catch (error) {}
navigator.sendBeacon("/beacon", "x");
window.open("/popup");
Promise.all(tries).then(told => {
  document.getElementById("told").textContent = told.join(" ");
  setTimeout(() => location.href = "/elsewhere", 50);
});
</script>"""


def test_a_page_reaches_nothing_that_we_would_not(tmp_path: Path, site: Web) -> None:
    """Private addresses, what robots.txt disallows, posts, frames, pictures, sockets, other pages."""
    with Web() as private:
        port = private.home.rpartition(":")[2]
        urls = [f"http://localhost:{port}/secret", f"http://[::1]:{port}/secret", "http://10.0.0.1/secret"]
        socket = json.dumps(f"ws://127.0.0.1:{port}/socket")
        site["/robots.txt"] = Answer("User-agent: *\nDisallow: /forbidden/", type="text/plain")
        site["/forbidden/data"] = Answer("no")
        site["/elsewhere"] = Answer("<h1>Elsewhere</h1>")
        site["/page"] = HOSTILE % {"urls": json.dumps(urls), "socket": socket}
        site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/page", None)]))
        archive = archive_of(tmp_path, site)
        archive.crawl()
        assert private.asked == []
    assert site.paths() == ["/sitemap.xml", "/page"]
    (warc,) = warc_files(tmp_path / "captures")
    (shown,) = [one.body.decode() for one in read_records(warc) if one.kind == "conversion"]
    assert 'id="told">refused refused refused refused refused<' in shown


def test_what_a_page_may_cost_is_bounded(tmp_path: Path, site: Web) -> None:
    """A page that asks for ever more, and never is quiet."""
    site["/page"] = (
        "<h1>Endless</h1><script>let n = 0; const more = () => fetch('/n/' + n++).then(more); more()</script>"
    )
    for number in range(200):
        site[f"/n/{number}"] = Answer("{}", type="application/json")
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/page", None)]))
    assert archive_of(tmp_path, site).crawl().totals.failed == 0
    assert len(site.paths()) == 2 + 60


def test_a_reserved_page_is_not_rendered(tmp_path: Path, site: Web) -> None:
    shell(site, "one")
    site.answers["/one"].headers["X-Robots-Tag"] = "noarchive"
    archive_of(tmp_path, site).crawl()
    assert site.paths() == ["/sitemap.xml", "/one"]


def test_a_browser_that_does_not_start_fails_the_page_in_one_line(
    tmp_path: Path, site: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shell(site, "one")
    monkeypatch.setattr("crawler.browser.shutil.which", lambda _: "/bin/false")
    archive = archive_of(tmp_path, site)
    assert archive.crawl().totals.failed == 1
    (reason,) = archive.rows("SELECT reason FROM pages")[0]
    assert "launch" in reason
    assert "\n" not in reason
    assert not [record for record in caplog.records if record.exc_info]
    monkeypatch.undo()
    archive.make_due()
    assert archive.crawl().totals.kept == 1


def test_without_the_extra_the_source_says_what_to_install(
    tmp_path: Path, site: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell(site, "one")
    with Web() as plain:
        plain.publish("two")
        sources = source("Site", site.home, render='"browser"'), source("Plain", plain.home)
        archive = Archive(write_config(tmp_path, *sources))
        monkeypatch.setattr("crawler.browser.find_spec", lambda _: None)
        report: Any = archive.crawl()
    (failed,) = report.failed
    assert 'pip install "series-archive[browser]"' in failed.error
    assert report.totals.kept == 1


def test_a_signal_while_a_page_is_shown_ends_the_run_and_the_browser(tmp_path: Path, site: Web) -> None:
    slow = threading.Event()
    shell(site, "one")
    site.answers["/api/one"].before = lambda: slow.wait(60)
    process = start(archive_of(tmp_path, site))
    wait_for(lambda: "/app.js" in site.paths())
    began = time.monotonic()
    process.terminate()
    out, err = process.communicate(timeout=30)
    slow.set()
    assert time.monotonic() - began < 10
    assert process.returncode == 0
    assert len(err.splitlines()) == 2, err
    assert "goes on from here" in out
    wait_for(lambda: not group_of(process.pid))


def group_of(number: int) -> list[str]:
    """Give the processes of a process group: a command and everything that it started."""
    listed = subprocess.run(["ps", "-eo", "pgid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if line.split()[0] == str(number)]
