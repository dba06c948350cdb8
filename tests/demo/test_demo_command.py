"""``series-archive demo`` as a newcomer meets it."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from crawler.demo import DemoWeb
from tests.demo.conftest import rows, run


def test_does_the_whole_job_anew_and_shows_every_command(tmp_path: Path) -> None:
    with DemoWeb() as web:
        web.write_config(tmp_path)
    (tmp_path / "archive.db").write_text("of an earlier demo")
    (tmp_path / "notes.txt").write_text("of the user")
    done = run("demo", "--no-serve", "--dir", tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"\$ series-archive (\w+)", done.stdout) == ["crawl", "crawl", "export", "export"]
    assert (tmp_path / "notes.txt").read_text() == "of the user"
    [count] = rows(tmp_path / "archive.db", "SELECT count(*) AS articles FROM articles")
    lines = (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    assert count["articles"] == len(lines) > 20
    [seen] = rows(
        tmp_path / "archive.db",
        "SELECT count(*) FILTER (WHERE number > 1) AS edits FROM revisions",
    )
    [lost] = rows(tmp_path / "archive.db", "SELECT count(gone_at) AS articles FROM articles")
    assert (seen["edits"], lost["articles"]) == (1, 1), "the second crawl finds what happened in between"
    assert len(json.loads((tmp_path / "articles.json").read_text(encoding="utf-8"))) == len(lines)


def test_leaves_a_folder_alone_that_is_not_a_demo(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text("[archive]\n")
    (tmp_path / "archive.db").write_text("precious")
    done = run("demo", "--no-serve", "--dir", tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert str(tmp_path) in done.stderr
    assert "--dir" in done.stderr
    assert (tmp_path / "archive.db").read_text() == "precious"


def test_refuses_a_file_as_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = run("demo", "--no-serve", "--dir", file)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_serves_the_archive_until_it_is_interrupted(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.commands", "demo", "--dir", str(tmp_path / "demo"), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    assert process.stdout
    said = ""
    try:
        while not (served := re.search(r"The archive is at (\S+)", said)):
            line = process.stdout.readline()
            assert line, f"the demo has ended: {said}"
            said += line
        with urllib.request.urlopen(served[1]) as response:
            assert "Metallic Rouge" in response.read().decode()
        os.killpg(process.pid, signal.SIGINT)
        said += process.communicate(timeout=60)[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert process.returncode == 0, said
    assert "Everything is left in" in said
    assert "Traceback" not in said
