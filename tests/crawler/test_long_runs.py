"""What comes up over the years: sites that move or shut us out, servers that lie, clocks that are wrong."""

import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.crawler.conftest import Archive
from tests.crawler.test_crawl_command import ROOT
from tests.web import Answer, Web, article, rss, sitemap, source, write_config


def of_feed(tmp_path: Path, site: Web, **keys: object) -> Archive:
    return Archive(write_config(tmp_path, source("Site", site.home, feeds=[f"{site.home}/feed"], **keys)))


def change(archive: Archive, *statements: str) -> None:
    with closing(sqlite3.connect(archive.config.parent / "archive.db")) as db, db:
        for statement in statements:
            db.execute(statement)


def test_a_site_that_has_moved_is_told_until_somebody_follows(tmp_path: Path, site: Web) -> None:
    site["/feed"] = Answer(rss([(f"{site.home}/one", "One")]))
    site["/one"] = article("one")
    with Web() as new:
        text = write_config(
            tmp_path,
            source("Site", site.home, feeds=[f"{site.home}/feed"]),
            source("New", new.home, feeds=[]),
        )
        archive = Archive(text)
        new["/"] = Answer("<html></html>")
        archive.crawl()
        new["/feed"] = Answer(rss([(f"{new.home}/one", "One")]))
        for path in ("/feed", "/one", "/robots.txt"):
            site[path] = Answer(status=301, headers={"Location": new.home + path})
        for _ in range(2):
            archive.forget_failures()
            told = archive.crawl().sources[0].error or ""
            assert told.startswith(
                f"{site.home}/feed: leads to another site, {new.home[7:]}: if this one has moved"
            )
        assert archive.rows("SELECT verdict FROM health WHERE source_id = 1") == [("degraded",)]


@pytest.mark.parametrize("status", [401, 403])
def test_a_site_that_shuts_us_out_is_left_alone(tmp_path: Path, site: Web, status: int) -> None:
    site["/feed"] = Answer(rss([(f"{site.home}/a{number}", "A") for number in range(20)]))
    for number in range(20):
        site[f"/a{number}"] = Answer("not for you", status)
    report = of_feed(tmp_path, site).crawl()
    assert f"5 requests in a row failed (status {status})" in (report.sources[0].error or "")
    assert len(site.paths()) == 1 + 5


def test_a_page_for_subscribers_shuts_nobody_out(tmp_path: Path, site: Web) -> None:
    names = [f"a{number}" for number in range(12)]
    site["/feed"] = Answer(rss([(f"{site.home}/{name}", "A") for name in names]))
    for number, name in enumerate(names):
        site[f"/{name}"] = article(name) if number % 4 == 0 else Answer("for subscribers", 403)
    report = of_feed(tmp_path, site).crawl()
    assert (report.totals.kept, report.totals.failed, report.failed) == (3, 9, [])


def test_a_server_that_always_says_not_modified_is_asked_for_all_of_it_once_a_day(
    tmp_path: Path, site: Web
) -> None:
    site["/one"], site["/two"] = article("one"), article("two")
    site["/feed"] = Answer(rss([(f"{site.home}/one", "One")]), etag='"same"')
    archive = of_feed(tmp_path, site)
    archive.crawl()
    site["/feed"] = Answer(rss([(f"{site.home}/one", "One"), (f"{site.home}/two", "Two")]), etag='"same"')
    # This test begins and ends on one day, or it is a lucky one.
    change(archive, "UPDATE discoveries SET checked_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')")
    assert archive.crawl().totals.found == 0
    change(archive, "UPDATE discoveries SET checked_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')")
    assert archive.crawl().totals.kept == 1
    assert [one.status for one in site.asked if one.path == "/feed"] == [200, 304, 200]


def test_a_machine_that_has_lost_the_time_does_not_crawl(
    archive: Archive, site: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.job.utc_now", lambda: "1970-01-01T00:03:11Z")
    with pytest.raises(Exception, match="The clock of this machine says 1970-01-01T00:03:11Z: set it"):
        archive.crawl()
    assert site.asked == []


@pytest.fixture
def strange(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that answers with some bytes, whatever it is asked; give where it is."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(request.param)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


_HTTP_2 = (
    b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00d\x00\x04\x00\x10\x00\x00\x00\x06\x00\x00@\x00"
)


@pytest.mark.parametrize(
    ("strange", "scheme", "told"),
    [
        (b"", "http", "(the connection was closed without an answer)"),
        (_HTTP_2, "http", "(the connection was closed without an answer)"),
        (b"SSH-2.0-kitchen\r\n", "http", "(the answer is no HTTP/1.1)"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "https", "(TLS: wrong version number)"),
    ],
    indirect=["strange"],
)
def test_what_is_no_answer_is_told_in_words(tmp_path: Path, strange: str, scheme: str, told: str) -> None:
    home = f"{scheme}://{strange}"
    archive = Archive(write_config(tmp_path, source("Site", home, feeds=[f"{home}/feed"])))
    said = archive.crawl().sources[0].error or ""
    assert told in said
    assert "<" not in said


def test_a_log_says_when_and_only_what_was_done(tmp_path: Path, site: Web) -> None:
    """As cron runs it: every few minutes for years."""
    site["/feed"] = Answer(rss([(f"{site.home}/one", "One")]))
    site["/one"] = article("one")
    archive = of_feed(tmp_path, site)

    def run() -> list[str]:
        command = [sys.executable, "-m", "crawler.commands", "crawl", "--config", str(archive.config)]
        ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        return ran.stderr.splitlines()

    first, second = run()
    assert first.startswith("Crawl of 20")
    assert second.startswith("Site: found 1, fetched 1")
    assert run() == []


def test_a_host_that_is_an_ipv6_address(tmp_path: Path, site: Web) -> None:
    class Six(type(site._server)):  # type: ignore[misc]
        address_family = socket.AF_INET6

    with Six(("::1", 0), site._server.RequestHandlerClass) as server:
        server.web = site
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        home = f"http://[::1]:{server.server_port}"
        site["/one"] = article("one")
        site["/sitemap.xml"] = Answer(sitemap([(f"{home}/one", None)]))
        archive = Archive(write_config(tmp_path, source("Site", home)))
        assert archive.crawl().totals.kept == 1
        server.shutdown()
    assert archive.rows("SELECT url FROM articles") == [(f"{home}/one",)]
