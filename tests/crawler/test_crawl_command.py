"""``series-archive crawl``: exit statuses, signals, what it prints; and plain Scrapy."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.command import start as start_command
from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article, source, write_config

ROOT = Path(__file__).parents[2]


def start(archive: Archive, *arguments: str, limit: int | None = None) -> "subprocess.Popen[str]":
    """Start a crawl as a process; ``limit`` is what its files may grow to, in bytes."""
    return start_command(
        "crawl",
        "--config",
        archive.config,
        *arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
    )


def run(archive: Archive, *arguments: str) -> tuple[int, str, str]:
    done = archive.command("crawl", *arguments)
    return done.returncode, done.stdout, done.stderr


def wait_for(condition: Any) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it never happened")


def test_fine(site: Web, archive: Archive) -> None:
    site.publish("one")
    status, out, err = run(archive)
    assert status == 0
    assert "1 source in" in out
    assert out.endswith(" s: found 1, fetched 1, kept 1, added 1.\n")
    when, said = err.splitlines()
    assert when.startswith("Crawl of 20")
    assert said.startswith("Site: found 1, ")


def test_what_is_not_due_takes_one_line(site: Web, archive: Archive) -> None:
    site.publish("one")
    run(archive)
    status, out, err = run(archive)
    told = out.splitlines()
    assert (status, err) == (0, "")
    assert told[0].endswith(" s: found 0, fetched 0, kept 0.")
    assert told[1].startswith("Nothing is due before 20")


def test_json(site: Web, archive: Archive) -> None:
    site.publish("one")
    status, out, _ = run(archive, "--json")
    report = json.loads(out)
    assert status == 0
    assert report["outcome"] == "finished"
    assert report["totals"] == {
        "found": 1,
        "fetched": 1,
        "unchanged": 0,
        "kept": 1,
        "added": 1,
        "edited": 0,
        "held": 0,
        "skipped": 0,
        "failed": 0,
        "refused": 0,
        "gone": 0,
    }
    assert report["sources"][0]["name"] == "Site"


def test_some_source_failed(tmp_path: Path, site: Web) -> None:
    site.publish("one")
    process = start(
        Archive(write_config(tmp_path, source("Dead", "http://127.0.0.1:9"), source("Site", site.home)))
    )
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "Failed: Dead." in out
    assert "Dead: http://127.0.0.1:9/" in err
    assert "Traceback" not in err


def test_nothing_could_run(tmp_path: Path) -> None:
    status, _, err = run(Archive(write_config(tmp_path, source("Dead", "http://127.0.0.1:9"))))
    assert status == 4
    assert err.splitlines()[-1].startswith("series-archive: ")


def test_mistake_in_the_configuration(tmp_path: Path) -> None:
    status, out, err = run(Archive(write_config(tmp_path, source("Site", "not a url", feeds=[]))))
    assert (status, out, len(err.splitlines())) == (2, "", 1)


def test_unwritable_folder_and_foreign_database(tmp_path: Path, site: Web) -> None:
    path = write_config(tmp_path, source("Site", site.home))
    (tmp_path / "archive.db").write_text("not a database" * 100)
    status, _, err = run(Archive(path))
    assert (status, len(err.splitlines())) == (1, 1)
    assert (tmp_path / "archive.db").read_text() == "not a database" * 100
    assert not site.asked


@pytest.mark.parametrize("kilobytes", [300, 40])
def test_full_disk(site: Web, archive: Archive, kilobytes: int) -> None:
    """As a limit on the size of files: first the captures meet it, or first the database."""
    site.publish(*(f"page{number}" for number in range(60)))
    process = start(archive, limit=kilobytes * 1024)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err.splitlines()[-1].startswith("series-archive: ")
    assert "Traceback" not in err

    assert run(archive)[0] == 0
    assert archive.rows("SELECT count(*) FROM articles") == [(60,)]
    assert archive.rows("PRAGMA integrity_check") == [("ok",)]


def test_kill_and_resume(site: Web, archive: Archive) -> None:
    """Whatever dies is fetched again, what is stored is never fetched twice."""
    names = [f"page{number}" for number in range(60)]
    site.publish(*names)
    stored: set[str] = set()
    for share in (10, 30):
        process = start(archive)
        wait_for(lambda share=share: len(site.paths()) > share)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        now = {
            path
            for (path,) in archive.rows(
                "SELECT replace(url, ?, '') FROM pages WHERE state = 'kept'", site.home
            )
        }
        assert stored <= now
        stored = now
        site.asked.clear()
    assert stored

    status, _, _ = run(archive)

    assert status == 0
    assert not stored & set(site.paths())
    assert archive.rows("SELECT count(*) FROM articles") == [(60,)]
    assert archive.rows(
        "SELECT max(fetched) FROM (SELECT count(*) AS fetched FROM fetches GROUP BY page_id)"
    ) == [(1,)]
    assert archive.rows("SELECT outcome FROM crawls ORDER BY id") == [
        ("interrupted",),
        ("interrupted",),
        ("finished",),
    ]
    assert archive.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("to_all", [False, True], ids=["the command", "its workers as well"])
@pytest.mark.parametrize(("number", "expected"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_stopped_by_a_signal(
    tmp_path: Path, site: Web, number: signal.Signals, expected: int, to_all: bool
) -> None:
    """It ends within seconds though the site is slow, and what was fetched is stored."""
    slow = threading.Event()
    names = [f"page{number}" for number in range(40)]
    site.publish(*names)
    site["/page30"] = Answer(article("page30"), before=lambda: slow.wait(60))
    archive = Archive(
        write_config(
            tmp_path,
            source("Site", site.home),
            source("Later", site.home),
            crawl="jobs = 1\nconcurrent_sources = 1",
        )
    )
    process = start(archive, "--json")
    wait_for(lambda: len(site.paths()) > 5)
    began = time.monotonic()
    (os.killpg if to_all else os.kill)(process.pid, number)
    out, err = process.communicate(timeout=30)
    slow.set()
    assert time.monotonic() - began < 10
    assert process.returncode == expected
    assert not (archive.config.parent / "archive.db-wal").exists()
    assert json.loads(out)["outcome"] == "interrupted"
    assert "Traceback" not in err
    assert "Task" not in err
    assert [one["name"] for one in json.loads(out)["sources"]] == ["Site"]
    assert archive.rows("SELECT outcome FROM crawls") == [("interrupted",)]
    assert archive.rows("SELECT count(*) > 0 FROM articles") == [(1,)]


def test_signal_while_a_server_hangs(site: Web, archive: Archive) -> None:
    slow = threading.Event()
    site.publish("one")
    site["/one"] = Answer(article("one"), before=lambda: slow.wait(60))
    process = start(archive)
    wait_for(lambda: "/sitemap.xml" in site.paths())
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=15)
    slow.set()
    assert process.returncode == 0
    assert "goes on from here" in out
    assert "Traceback" not in err
    assert archive.rows("SELECT state FROM pages") == [("new",)]


def test_a_run_ends_when_its_time_is_up_and_the_next_goes_on(
    site: Web, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.job.GRACE", 0.5)
    slow = threading.Event()
    site.publish("one")
    site["/one"] = Answer(article("one"), before=lambda: slow.wait(60))
    status, out, _ = run(archive, "--max-minutes", "0.08", "--json")
    slow.set()
    assert (status, json.loads(out)["outcome"]) == (0, "interrupted")
    assert archive.rows("SELECT state FROM pages") == [("new",)]
    assert run(archive)[0] == 0
    assert archive.rows("SELECT state FROM pages") == [("kept",)]


def test_signal_before_anything_was_read_is_no_failure_of_the_source(site: Web, archive: Archive) -> None:
    reached, slow = threading.Event(), threading.Event()

    def hang() -> None:
        reached.set()
        slow.wait(60)

    site["/robots.txt"] = Answer("", before=hang)
    process = start(archive)
    assert reached.wait(60)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=15)
    slow.set()
    assert process.returncode == 0
    assert archive.rows("SELECT error FROM crawl_sources") == [(None,)]
    assert archive.rows("SELECT failures FROM discoveries") == [(0,)]


def test_scrapy_lists_and_crawls(site: Web, archive: Archive) -> None:
    site.publish("one")
    scrapy = [sys.executable, "-m", "scrapy"]
    listed = subprocess.run([*scrapy, "list"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert listed.stdout.split() == ["news"]
    crawled = subprocess.run(
        [*scrapy, "crawl", "news", "-a", "source=Site", "-s", f"ARCHIVE_CONFIG={archive.config}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONWARNINGS": "error::scrapy.exceptions.ScrapyDeprecationWarning"},
    )
    assert crawled.returncode == 0, crawled.stderr
    assert "Traceback" not in crawled.stderr
    assert archive.rows("SELECT count(*) FROM articles") == [(1,)]
    assert archive.rows("SELECT outcome, kept FROM crawls JOIN crawl_sources ON crawl_id = id") == [
        ("finished", 1)
    ]
