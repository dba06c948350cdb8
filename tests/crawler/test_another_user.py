"""An archive of somebody else, which this user may only read.

Root without its capabilities is that user: it has the interpreter, and no right to what others own.
"""

import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.database import open_archive
from tests.command import COMMAND
from tests.crawler.conftest import Archive
from tests.crawler.test_crawl_command import ROOT
from tests.web import Web

OWNER = 54321
ALONE = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


@pytest.fixture(params=[0o755, 0o777], ids=["folder", "file"])
def foreign(request: pytest.FixtureRequest, site: Web, archive: Archive) -> Archive:
    """An archive whose folder, or whose files alone, only their owner may write to."""
    site.publish("one", "two")
    archive.crawl()
    folder = archive.config.parent
    folder.chmod(request.param)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, OWNER, OWNER)
    return archive


def read(archive: Archive, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a command as a user who may only read."""
    command = [*ALONE, *COMMAND, *map(str, words), "--config", str(archive.config)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_what_reads_works_and_leaves_nothing(
    foreign: Archive, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("out")
    before = sorted(foreign.config.parent.rglob("*"))
    assert "two" in read(foreign, "search", "starlit").stdout
    for words in (("export", out / "all.jsonl"), ("backup", out / "backup"), ("static", out / "site")):
        done = read(foreign, *words)
        assert (done.returncode, done.stderr) == (0, ""), words
    checked = read(foreign, "check")
    assert (checked.returncode, checked.stdout) == (0, "Everything is as it should be.\n")
    assert sorted(foreign.config.parent.rglob("*")) == before


def test_an_export_of_what_the_owner_wrote_meanwhile_is_none(
    foreign: Archive, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite takes the file as it is, so what comes into it during the export is half seen."""
    database = foreign.config.with_name("archive.db")
    with closing(open_archive(database)) as owner, owner.transaction():
        owner.execute("UPDATE revisions SET html = ?", ["more than a pipe holds " * 10_000])
    out = tmp_path_factory.mktemp("out")
    os.mkfifo(out / "pipe.jsonl")
    command = [*ALONE, *COMMAND, "export", str(out / "pipe.jsonl"), "--config", str(foreign.config)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as export:
        with (out / "pipe.jsonl").open("rb") as pipe:
            with closing(open_archive(database)) as owner, owner.transaction():
                owner.execute("UPDATE articles SET title = 'Written meanwhile'")
            pipe.read()
        _, told = export.communicate()
    assert (export.returncode, told) == (
        1,
        f"series-archive: {database} was written to by its owner while it was read here, so that may be "
        "wrong: run it again.\n",
    )
    assert read(foreign, "export", out / "again.jsonl").returncode == 0


def test_what_writes_says_in_one_line_that_it_may_not(foreign: Archive) -> None:
    for words in (("crawl",), ("rebuild",), ("check", "--repair"), ("forget", "http://127.0.0.1/1", "--yes")):
        done = read(foreign, *words)
        assert done.returncode == 1
        assert "it cannot be written to: change the permissions of the file and its folder" in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr


@pytest.fixture
def served(foreign: Archive) -> Iterator[str]:
    """The site of it; give its address."""
    command = [*ALONE, *COMMAND, "serve", "--port", "0", "--config", str(foreign.config)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[4]
        process.terminate()


def test_the_site_shows_what_the_owner_writes_meanwhile(foreign: Archive, served: str) -> None:
    def page(path: str) -> str:
        with urllib.request.urlopen(f"{served}{path}") as response:
            return str(response.read().decode())

    assert "2 articles" in page("")
    with closing(open_archive(foreign.config.with_name("archive.db"))) as owner:
        for title in ("Written meanwhile", "Written later"):
            with owner.transaction():
                owner.execute("UPDATE articles SET title = ? WHERE id = 1", [title])
            for path in foreign.config.parent.glob("archive.db-*"):
                os.chown(path, OWNER, OWNER)
            assert title in page("archive/articles/1.json")
