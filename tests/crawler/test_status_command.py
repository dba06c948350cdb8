"""``series-archive status``, and what is told after a run."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.commands.status import command
from tests.crawler.conftest import Archive
from tests.web import Web, source, write_config


def status(archive: Archive, *options: str) -> Result:
    return CliRunner().invoke(command, ["--config", str(archive.config), *options])


def test_all_is_well(site: Web, archive: Archive) -> None:
    site.publish("one")
    archive.crawl()
    result = status(archive)
    assert result.exit_code == 0
    assert result.output.startswith("Site: ok. All is well.\n1 of 1 are ok. Last crawl: 20")


def test_what_is_not_well_comes_first(tmp_path: Path, site: Web) -> None:
    site.publish("one")
    archive = Archive(write_config(tmp_path, source("A", site.home), source("Z", "http://127.0.0.1:1")))
    archive.crawl()
    told = status(archive).output.splitlines()
    assert [line.partition(".")[0] for line in told[:2]] == ["Z: degraded", "A: ok"]
    assert told[2].startswith("1 of 2 are ok.")


def test_a_source_that_fails_is_told_to_people_and_monitors(tmp_path: Path, site: Web) -> None:
    site.publish("one")
    down = source("Down", "http://127.0.0.1:1")
    archive = Archive(write_config(tmp_path, source("Site", site.home), down))
    archive.crawl()
    result = status(archive, "--json")
    assert result.exit_code == 3
    report = json.loads(result.output)
    assert [(one["source"], one["verdict"]) for one in report["sources"]] == [
        ("Down", "degraded"),
        ("Site", "ok"),
    ]
    assert report["overdue"] is False
    assert archive.rows("SELECT verdict FROM health ORDER BY source_id") == [("ok",), ("degraded",)]


def test_without_an_archive(archive: Archive) -> None:
    done = archive.command("status")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "There is no archive" in done.stderr


@pytest.fixture
def mailbox() -> Iterator[tuple[str, list[dict[str, Any]], list[int]]]:
    """Give the address of a web hook, what it was sent, and what it answers with before it answers 200."""
    got: list[dict[str, Any]] = []
    answers: list[int] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", got, answers
        server.shutdown()


def test_news_is_told_once_by_a_command_and_a_webhook(
    site: Web, archive: Archive, mailbox: tuple[str, list[dict[str, Any]], list[int]]
) -> None:
    address, got, answers = mailbox
    file = archive.config.parent / "news"
    hook = [sys.executable, "-c", f"import sys; open({str(file)!r}, 'w').write(sys.stdin.read())"]
    with archive.config.open("a") as config:
        config.write(f'\n[notify]\nwebhook = "{address}"\ncommand = {json.dumps(hook)}\n')
    site.publish("one")
    answers.append(500)
    archive.crawl()
    archive.crawl()
    archive.crawl()
    assert len(got) == 2, "once more after the answer 500, and never again"
    assert got[0] == got[1] == json.loads(file.read_text())
    (article,) = got[0]["articles"]
    assert article["url"] == f"{site.home}/one"
    assert got[0]["summary"].endswith(f"New: {article['title']} (Site).")


def test_a_hook_that_cannot_be_started_does_not_fail_the_run(
    site: Web, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    with archive.config.open("a") as config:
        config.write('\n[notify]\ncommand = ["/no/such/program"]\n')
    site.publish("one")
    assert not archive.crawl().failed
    assert "notify.command" in caplog.text
    assert "it is tried again after the next run" in caplog.text
