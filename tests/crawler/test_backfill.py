"""``series-archive backfill``: the past from others, stopped and gone on with, never over what is newer."""

import gzip
import json
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from click.testing import CliRunner

from crawler.backfill import client, common_crawl, wayback
from crawler.commands import cli
from crawler.config import load_config
from crawler.rebuild import rebuild
from tests.crawler.conftest import Archive
from tests.crawler.past import Past, serve_past, warc_of
from tests.crawler.test_crawl_command import ROOT
from tests.web import Answer, Web, article, source, write_config


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """The archives of others, which wait for nobody."""
    with Web() as web:
        monkeypatch.setattr(wayback, "BASE", web.home)
        monkeypatch.setattr(common_crawl, "INDEX", web.home)
        monkeypatch.setattr(common_crawl, "DATA", f"{web.home}/")
        monkeypatch.setattr(client, "PAUSE", 0)
        monkeypatch.setattr(client, "_WAITS", (0, 0))
        yield web


def backfill(archive: Archive, *arguments: str, status: int = 0) -> dict[str, Any]:
    """Run the command, and give its report."""
    ran = CliRunner().invoke(cli, ["backfill", *arguments, "--config", str(archive.config), "--json"])
    assert ran.exit_code == status, ran.output
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def captures(site: Web) -> list[tuple[str, str, str]]:
    """Two articles, one of them edited, and a page about something else."""
    name = f"{site.home}/starlit-kitchen"
    return [
        (f"{name}-opens", "20190301120000", article("Opens")),
        (f"{name}-opens", "20190405120000", article("Opens", "The doors stay open until nine.")),
        (f"{name}-closes", "20200101000000", article("Closes")),
        (f"{site.home}/bridge", "20200102000000", article("Bridge", about=False)),
    ]


def serve(others: Web, site: Web) -> Past:
    return serve_past(others, captures(site))


@pytest.mark.parametrize("kind", ["wayback", "commoncrawl"])
def test_what_was_captured_becomes_articles_with_its_own_dates(
    archive: Archive, site: Web, others: Web, kind: str
) -> None:
    serve(others, site)
    done = backfill(archive, kind, "--from", "2019", "--to", "2024")
    assert (done["listed"], done["read"], done["kept"], done["waiting"]) == (4, 4, 3, 0)
    assert archive.rows("SELECT title, first_seen, last_seen FROM articles ORDER BY id") == [
        ("Opens", "2019-03-01T12:00:00Z", "2019-04-05T12:00:00Z"),
        ("Closes", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ]
    assert archive.rows("SELECT kind, seen_at FROM revisions ORDER BY id")[:2] == [
        ("first", "2019-03-01T12:00:00Z"),
        ("publisher", "2019-04-05T12:00:00Z"),
    ]
    named = {"wayback": "wayback", "commoncrawl": "common crawl"}[kind]
    assert archive.rows("SELECT DISTINCT kind FROM provenance JOIN discoveries ON id = discovery_id") == [
        (named,)
    ]
    assert archive.rows("SELECT DISTINCT url || captured_at FROM captures") == [
        (f"{url}{time[:4]}-{time[4:6]}-{time[6:8]}T{time[8:10]}:00:00Z",) for url, time, _ in captures(site)
    ]
    # The site itself was not crawled: that no crawl is run for long would be seen all the same.
    assert archive.rows("SELECT (SELECT count(*) FROM crawls), count(crawl_id) FROM fetches") == [(0, 0)]
    asked = [one.path for one in others.asked if "cdx" in one.path or "index" in one.path]
    assert all("starlit%5B%5Ea-z0-9%5D%2Akitchen" in path for path in asked)
    assert not any("/old" in one.path for one in others.asked)
    # All of it is known now.
    others.asked.clear()
    again = backfill(archive, kind, "--from", "2019", "--to", "2024")
    assert (again["listed"], again["read"]) == (0, 0)
    assert len(others.asked) == (0 if kind == "wayback" else 1)


def test_the_bytes_are_those_that_the_site_sent(archive: Archive, site: Web, others: Web) -> None:
    from archive.warc_records import read_exchanges, warc_files

    serve(others, site)
    backfill(archive, "wayback")
    (file,) = warc_files(archive.config.parent / "captures")
    first = next(read_exchanges(file))
    assert gzip.decompress(first.response.body).decode() == captures(site)[0][2]
    assert dict(first.headers) == {
        "content-type": "text/html; charset=utf-8",
        "server": "Kitchen/1.0",
        "content-encoding": "gzip",
    }
    origin = f"{others.home}/web/20190301120000id_/{captures(site)[0][0]}"
    assert f"origin: {origin}" in first.notes


@pytest.mark.parametrize("kind", ["wayback", "commoncrawl"])
def test_it_goes_on_where_it_was_stopped(archive: Archive, site: Web, others: Web, kind: str) -> None:
    past = serve(others, site)
    broken = "/web/20190405120000id_/" if kind == "wayback" else "/crawl/"
    real = past.get

    def breaks(path: str, default: Any = None) -> Any:
        return Answer("down", 503) if broken in path and fails else real(path, default)

    fails = True
    past.get = breaks  # type: ignore[method-assign]
    stopped = backfill(archive, kind, status=3)
    assert "503" in stopped["problem"]
    before = stopped["read"]
    assert (before, stopped["waiting"]) == ((1, 3) if kind == "wayback" else (0, 4))
    fails = False
    others.asked.clear()
    limited = backfill(archive, kind, "--limit", "1")
    assert limited["read"] == 1
    done = backfill(archive, kind)
    assert before + limited["read"] + done["read"] == 4
    assert archive.rows("SELECT count(*), count(DISTINCT fetched_at) FROM fetches") == [(4, 4)]
    listed = [one.path for one in others.asked if "cdx" in one.path or "page=" in one.path]
    assert listed == []  # the listing was whole


def test_a_listing_goes_on_where_it_was_interrupted(archive: Archive, site: Web, others: Web) -> None:
    past = serve(others, site)
    real = past.get
    past.get = lambda path, default=None: (  # type: ignore[method-assign]
        Answer("down", 500) if "resumeKey=2" in path else real(path, default)
    )
    assert "500" in backfill(archive, "wayback", status=3)["problem"]
    past.get = real  # type: ignore[method-assign]
    others.asked.clear()
    assert backfill(archive, "wayback")["read"] == 4
    assert [one.path.partition("resumeKey=")[2] for one in others.asked if "cdx" in one.path] == ["2"]


@pytest.mark.parametrize("nothing", ["", "[]", '[["timestamp", "original"]]'])
@pytest.mark.parametrize("piece", ["/cdx/", "resumeKey=2"])
def test_an_empty_answer_is_asked_for_again_by_the_next_backfill(
    archive: Archive, site: Web, others: Web, piece: str, nothing: str
) -> None:
    past = serve(others, site)
    real = past.get
    past.get = lambda path, default=None: (  # type: ignore[method-assign]
        Answer(nothing) if piece in path else real(path, default)
    )
    before = backfill(archive, "wayback")["read"]
    past.get = real  # type: ignore[method-assign]
    assert before + backfill(archive, "wayback")["read"] == 4


def test_a_site_that_an_archive_leaves_out_and_a_capture_that_is_damaged_stop_nothing(
    tmp_path: Path, site: Web, others: Web
) -> None:
    past = serve(others, site)
    real = past.get
    with Web() as excluded:
        sources = source("Excluded", excluded.home), source("Site", site.home)
        archive = Archive(write_config(tmp_path, *sources))
        port = excluded.home.rpartition(":")[2]

        def get(path: str, default: Any = None) -> Any:
            if "cdx" in path and f"3A{port}" in path:
                return Answer("Blocked Site Error", 403)
            if path.startswith("/web/20200101"):
                return Answer(b"\x1f\x8bnonsense", headers={"Content-Encoding": "gzip"})
            return real(path, default)

        past.get = get  # type: ignore[method-assign]
        done = backfill(archive, "wayback", status=3)
    assert (done["read"], done["problem"]) == (3, None)
    assert len(done["failed"]) == 2
    past.get = real  # type: ignore[method-assign]
    assert backfill(archive, "wayback", "--source", "Site")["read"] == 1


_NO_LISTINGS = {
    "HTML": "<!doctype html><title>Service</title>",
    "an error": '{"error": "too many requests", "0": ["a"]}',
    "a number": "1e999",
    "rows that are none": '["timestamp", 5, null]',
    "endless nesting": "[" * 100_000,
    "cut off": '[["timestamp", "original"], ["2019',
}


@pytest.mark.parametrize("body", _NO_LISTINGS.values(), ids=_NO_LISTINGS)
@pytest.mark.parametrize("kind", ["wayback", "commoncrawl"])
def test_what_is_no_listing_is_told_in_one_line_and_the_next_site_is_asked_for(
    tmp_path: Path, site: Web, others: Web, kind: str, body: str
) -> None:
    past = serve(others, site)
    real = past.get
    with Web() as odd:
        archive = Archive(write_config(tmp_path, source("Odd", odd.home), source("Site", site.home)))
        port = odd.home.rpartition(":")[2]
        past.get = lambda path, default=None: (  # type: ignore[method-assign]
            Answer(body) if f"3A{port}" in path else real(path, default)
        )
        done = archive.command("backfill", kind)
    assert done.returncode == 3
    assert done.stdout.startswith("4 captures read, 3 about the series.\n1 failed: http")
    assert done.stderr == ""


_ODD_ROWS = {
    "wayback": [
        ["20190301120000", "\ud83d http://[", "more"],
        ["20190301120000"],
        [["20190301120000"], {"a": 1}],
        [20190301120000, None],
        ["20191399000000", "{home}/starlit-kitchen-odd"],
        ["2019", "{home}/starlit-kitchen-odd"],
        ["20190301120000", "http://[{home}/starlit-kitchen\x00-odd"],
        None,
    ],
    "commoncrawl": [
        {"url": "{home}/starlit-kitchen-odd", "timestamp": "2019", "filename": "a", "offset": 0, "length": 1},
        {"url": 5, "timestamp": None, "filename": [], "offset": "0", "length": "1"},
        {"url": "\ud83d http://[", "timestamp": "20190301120000", "filename": "a", "offset": 0, "length": 1},
        {"url": "{home}/starlit-kitchen-odd", "timestamp": "20190301120000", "filename": "", "offset": 1e999},
        [], None, "text",
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["wayback", "commoncrawl"])
def test_rows_of_a_listing_that_make_no_sense_are_left_out(
    archive: Archive, site: Web, others: Web, kind: str
) -> None:
    past = serve(others, site)
    real = past.get
    rows = json.loads(json.dumps(_ODD_ROWS[kind]).replace("{home}", site.home))

    def get(path: str, default: Any = None) -> Any:
        answer = real(path, default)
        text = str(answer.body if answer else "")
        if path.startswith("/cdx/"):
            given = json.loads(text)
            return Answer(json.dumps([given[0], *(row for row in rows if row), *given[1:]]))
        if path.startswith("/index?") and "&page=" in path:
            return Answer("\n".join([*map(json.dumps, rows), "{", text]))
        return answer

    past.get = get  # type: ignore[method-assign]
    done = backfill(archive, kind)
    assert (done["listed"], done["read"], done["kept"]) == (4, 4, 3)


def test_a_listing_that_never_ends_is_told(archive: Archive, site: Web, others: Web) -> None:
    past = serve(others, site)
    past.get = lambda path, default=None: (  # type: ignore[method-assign]
        Answer('[["timestamp", "original"], [], ["again"]]') if "/cdx/" in path else default
    )
    (told,) = backfill(archive, "wayback", status=3)["failed"]
    assert "the listing goes on where it went on already" in told
    assert len(others.asked) == 2


@pytest.mark.parametrize("body", _NO_LISTINGS.values(), ids=_NO_LISTINGS)
def test_what_is_no_list_of_crawls_is_told_in_one_line(
    archive: Archive, site: Web, others: Web, body: str
) -> None:
    serve(others, site)["/collinfo.json"] = Answer(body)
    done = archive.command("backfill", "commoncrawl")
    assert done.returncode == 3
    assert done.stderr == f"series-archive: {others.home}/collinfo.json: no list of crawls.\n"


def test_what_was_said_earlier_comes_before_what_a_crawl_saw(
    archive: Archive, site: Web, others: Web
) -> None:
    """Whatever comes in when: the history of an article is in the order of what was captured."""
    serve(others, site)
    site.publish("starlit-kitchen-opens")
    site["/starlit-kitchen-opens"] = article("Opens", "This is how it reads today.")
    archive.crawl()
    (now,) = archive.rows(_SHOWN)
    ((fetched, due),) = archive.rows("SELECT last_fetched, next_due FROM pages")
    first, second, *_ = captures(site)
    serve_past(others, [second])
    backfill(archive, "warc", f"{others.home}/crawl/one.warc.gz")
    serve_past(others, captures(site))
    done = backfill(archive, "wayback")
    assert (done["read"], done["left_out"]) == (3, {"This answer is known already.": 1})

    def history() -> list[tuple[Any, ...]]:
        return archive.rows(
            "SELECT number, kind, seen_at < '2020', changed, words_added, words_removed,"
            " captured_at = seen_at FROM revisions JOIN captures ON captures.id = capture_id"
            " WHERE article_id = (SELECT id FROM articles WHERE title = 'Opens') ORDER BY number"
        )

    assert history() == [
        (1, "first", 1, "[]", None, None, 1),
        (2, "publisher", 1, '["text"]', 30, 0, 1),
        (3, "publisher", 0, '["text"]', 30, 30, 1),
    ]
    assert archive.rows(_SHOWN) == [now]
    assert archive.rows("SELECT first_seen, dated, last_seen FROM articles WHERE title = 'Opens'") == [
        ("2019-03-01T12:00:00Z", "2019-03-01T12:00:00Z", fetched)
    ]
    opens = "WHERE url LIKE '%-opens'"
    assert archive.rows(f"SELECT last_fetched, next_due FROM pages {opens}") == [(fetched, due)]
    assert archive.rows(f"SELECT first_seen FROM pages {opens}") == [("2019-03-01T12:00:00Z",)]
    (diff,) = (json.loads(CliRunner().invoke(cli, ["diff", first[0], "--json", *_config(archive)]).stdout),)
    assert (diff["from"]["number"], diff["to"]["number"]) == (2, 3)
    assert CliRunner().invoke(cli, ["check", *_config(archive)]).exit_code == 0
    site.asked.clear()
    archive.crawl()
    assert archive.rows(_SHOWN) == [now]

    before = history()
    (archive.config.parent / "archive.db").unlink()
    rebuild(load_config(archive.config))
    assert history() == before
    assert archive.rows(_SHOWN) == [now]


_SHOWN = """
    SELECT articles.text, revisions.text, revisions.number = (SELECT max(number) FROM revisions
        WHERE article_id = articles.id)
    FROM articles JOIN revisions ON revisions.id = revision_id WHERE articles.title = 'Opens'
"""


def _config(archive: Archive) -> list[str]:
    return ["--config", str(archive.config)]


def test_an_article_that_never_changed_is_seen_from_its_first_capture_on(
    archive: Archive, site: Web, others: Web
) -> None:
    serve(others, site)
    site.publish("starlit-kitchen-closes")
    site["/starlit-kitchen-closes"] = article("Closes")
    archive.crawl()
    backfill(archive, "wayback", "--match", "closes")
    assert archive.rows(
        "SELECT number, kind, seen_at, first_seen, captured_at FROM revisions"
        " JOIN articles ON articles.id = article_id JOIN captures ON captures.id = revisions.capture_id"
        " WHERE articles.title = 'Closes'"
    ) == [(1, "first", *["2020-01-01T00:00:00Z"] * 3)]


def test_an_earlier_answer_that_is_no_part_of_the_article_is_left_out(
    archive: Archive, site: Web, others: Web
) -> None:
    """The address was that of something else, of an error, of nothing."""
    name = f"{site.home}/starlit-kitchen"
    pages = [
        (
            name,
            "20190301120000",
            f"<h1>Another affair</h1>{'<p>Ships wait for the tide, as they always did.</p>' * 9}",
        ),
        (name, "20190401120000", "<html><title>Page not found</title><p>Sorry, page not found.</p></html>"),
        (name, "20190501120000", "<html></html>"),
    ]
    serve_past(others, pages)
    site.publish("starlit-kitchen")
    archive.crawl()
    backfill(archive, "wayback")
    assert archive.rows("SELECT number, kind FROM revisions") == [(1, "first")]
    assert archive.rows("SELECT first_seen > '2020' FROM articles") == [(1,)]
    assert archive.rows("SELECT count(*) FROM held") == [(0,)]


def test_what_a_page_said_last_before_it_was_gone_is_what_its_article_says(
    archive: Archive, site: Web, others: Web
) -> None:
    """We saw it, then others saw an edit, then it was gone."""
    site.publish("starlit-kitchen")
    archive.crawl()
    past = [
        ("UPDATE pages SET last_fetched = '2026-02-01T00:00:00Z'"),
        ("UPDATE articles SET last_seen = '2019-01-01T00:00:00Z', gone_at = '2026-02-01T00:00:00Z'"),
        "UPDATE captures SET captured_at = '2019-01-01T00:00:00Z'",
    ]
    with closing(sqlite3.connect(archive.config.parent / "archive.db")) as db, db:
        for statement in past:
            db.execute(statement)
    edited = article("starlit-kitchen", "Now with a garden.")
    serve_past(others, [(f"{site.home}/starlit-kitchen", "20250401120000", edited)])
    backfill(archive, "wayback")
    ((text, last_seen, gone_at),) = archive.rows("SELECT text, last_seen, gone_at FROM articles")
    assert "Now with a garden." in text
    assert (last_seen, gone_at) == ("2025-04-01T12:00:00Z", "2026-02-01T00:00:00Z")
    assert archive.rows("SELECT number, kind FROM revisions") == [(1, "first"), (2, "publisher")]


def test_an_article_that_is_gone_comes_back_from_the_past(archive: Archive, site: Web, others: Web) -> None:
    """The crawl finds a page that is no more; then the next crawl says so of the article."""
    serve(others, site)
    site.publish("starlit-kitchen-opens")
    site["/starlit-kitchen-opens"] = Answer("gone", 410)
    archive.crawl()
    backfill(archive, "wayback")
    assert archive.rows("SELECT count(*) FROM articles WHERE title = 'Opens'") == [(1,)]
    archive.crawl()
    assert archive.rows("SELECT gone_at IS NOT NULL FROM articles WHERE title = 'Opens'") == [(1,)]


def test_what_robots_txt_disallows_today_is_not_taken_from_others(
    archive: Archive, site: Web, others: Web
) -> None:
    serve(others, site)
    site["/robots.txt"] = Answer("User-agent: *\nDisallow: /starlit", type="text/plain")
    done = backfill(archive, "wayback")
    assert done["read"] == 1
    assert done["left_out"] == {f"{site.home}/robots.txt disallows it.": 3}


def test_a_page_that_was_reserved_is_kept_without_its_text(archive: Archive, site: Web, others: Web) -> None:
    page = article("Opens").replace("<head>", '<head><meta name="robots" content="noarchive">')
    serve_past(others, [(f"{site.home}/starlit-kitchen", "20190301120000", page)])
    backfill(archive, "wayback")
    assert archive.rows("SELECT title, text FROM articles") == [("Opens", "")]
    assert archive.rows("SELECT count(*) FROM captures") == [(0,)]


def test_an_archive_that_asks_us_to_wait_is_left_alone(archive: Archive, site: Web, others: Web) -> None:
    serve(others, site)["/cdx/x"] = Answer()
    others.answers = {}
    others.answers = _Busy()
    done = backfill(archive, "wayback", status=3)
    assert "asks us to wait until" in done["problem"]
    assert len(others.asked) == 1


def test_a_signal_ends_it_though_the_archive_is_slow(archive: Archive, site: Web) -> None:
    begun, slow = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        slow.wait(60)

    site["/old.warc.gz"] = Answer("x", before=hang)
    command = [sys.executable, "-m", "crawler.commands", "backfill", "warc", f"{site.home}/old.warc.gz"]
    process = subprocess.Popen(
        [*command, "--config", str(archive.config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert begun.wait(60)
    began = time.monotonic()
    process.terminate()
    out, err = process.communicate(timeout=30)
    slow.set()
    assert time.monotonic() - began < 10
    assert (process.returncode, err) == (0, "")
    assert "the same command goes on" in out


def test_an_address_in_a_private_network_is_refused(archive: Archive, site: Web) -> None:
    port = site.home.rpartition(":")[2]
    done = backfill(archive, "warc", f"http://localhost:{port}/old.warc.gz", status=3)
    assert "private address" in done["problem"]
    assert site.asked == []


class _Busy(dict[str, Answer]):
    def get(self, path: str, default: Any = None) -> Any:
        return Answer("too many", 429, headers={"Retry-After": "86400"})


@pytest.mark.parametrize("form", ["plain", "gz", "zst", "zst with a dictionary", "wacz", "distant", "list"])
def test_files_of_captures(tmp_path: Path, archive: Archive, site: Web, others: Web, form: str) -> None:
    serve(others, site)
    packed, _ = warc_of([*captures(site), ("https://www.example.org/other", "20200101000000", "<p>no</p>")])
    plain = gzip.decompress(packed)
    file, arguments = tmp_path / "old.warc", []
    match form:
        case "plain":
            file.write_bytes(plain)
        case "gz":
            file.write_bytes(packed)
        case "zst":
            file.write_bytes(zstandard.compress(plain[:2000]) + zstandard.compress(plain[2000:]))
        case "zst with a dictionary":
            words = zstandard.ZstdCompressionDict(b"of a newspaper expects of a paragraph" * 50)
            stored = words.as_bytes()
            body = zstandard.ZstdCompressor(dict_data=words).compress(plain)
            file.write_bytes(b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored + body)
        case "wacz":
            with zipfile.ZipFile(file, "w") as wacz:
                wacz.writestr("datapackage.json", "{}")
                wacz.writestr("archive/data.warc.gz", packed)
        case "distant":
            arguments = [f"{others.home}/crawl/one.warc.gz"]
        case "list":
            (tmp_path / "warc.paths.gz").write_bytes(gzip.compress(b"crawl/one.warc.gz\n"))
            arguments = ["--list", str(tmp_path / "warc.paths.gz")]
    arguments = arguments or [str(file)]
    done = backfill(archive, "warc", *arguments)
    assert (done["read"], done["kept"], done["failed"]) == (4, 3, {})
    assert archive.rows("SELECT DISTINCT kind FROM discoveries") == [("file",)]
    assert not list(tmp_path.glob("*.part"))
    again = backfill(archive, "warc", *arguments)
    assert (again["read"], sum(again["left_out"].values())) == (0, 4)


def test_a_download_goes_on_where_it_broke_off(archive: Archive, site: Web, others: Web) -> None:
    past = serve(others, site)
    whole = past.warc
    ranges: list[str | None] = []
    real = past.get

    def get(path: str, default: Any = None) -> Any:
        if path == "/crawl/one.warc.gz" and not ranges:
            ranges.append(None)
            return Answer(whole[:700], headers={"Content-Length": str(len(whole))})
        return real(path, default)

    past.get = get  # type: ignore[method-assign]
    assert backfill(archive, "warc", f"{others.home}/crawl/one.warc.gz")["read"] == 4
    asked = [one.headers.get("Range") for one in others.asked if one.path == "/crawl/one.warc.gz"]
    assert asked == [None, "bytes=700-"]


ARC_BY_ITS_FIRST_LINE = b"http://127.0.0.1/ 127.0.0.1 20200101000000 text/html 4\nabc\n\xff\x1b[31m\n\nxx"


@pytest.mark.parametrize("body", [b"", b"no WARC at all", ARC_BY_ITS_FIRST_LINE, b"PK\x03\x04 no zip"])
def test_a_file_that_holds_no_captures(tmp_path: Path, archive: Archive, body: bytes) -> None:
    (tmp_path / "old.warc").write_bytes(body)
    ran = CliRunner().invoke(
        cli, ["backfill", "warc", str(tmp_path / "old.warc"), "--config", str(archive.config)]
    )
    assert ran.exit_code == (3 if body else 0)
    assert len(ran.stderr.splitlines()) == (1 if body else 0)


def test_a_list_of_addresses_is_fetched_by_the_next_crawl(
    tmp_path: Path, archive: Archive, site: Web
) -> None:
    site.publish("one")
    site["/sitemap.xml"] = Answer("<urlset/>")
    list_ = tmp_path / "list.txt"
    list_.write_text(f"# ours\n{site.home}/one\n\nhttps://www.example.org/other\n{site.home}/one\n")
    ran = CliRunner().invoke(cli, ["backfill", "urls", str(list_), "--config", str(archive.config)])
    assert "1 new addresses" in ran.stdout
    assert "https://www.example.org/other: of no source" in ran.stderr
    assert archive.crawl().totals.kept == 1
    assert archive.rows("SELECT kind FROM provenance JOIN discoveries ON id = discovery_id") == [("file",)]


def test_names_that_are_too_short_have_to_be_said(archive: Archive, others: Web) -> None:
    archive.config.write_text(archive.config.read_text().replace("Starlit Kitchen", "Kon"))
    done = archive.command("backfill", "wayback")
    assert done.returncode == 2
    assert "--match" in done.stderr
    assert others.asked == []


def test_years_that_end_before_they_begin(archive: Archive, others: Web) -> None:
    done = archive.command("backfill", "wayback", "--from", "2024", "--to", "2023")
    assert (done.returncode, done.stderr) == (2, "series-archive: --from 2024 is later than --to 2023.\n")
    assert others.asked == []
