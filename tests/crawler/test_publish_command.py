"""``series-archive publish``, and the copy as the public sees it."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.metadata import version
from pathlib import Path

import pytest
from datasette.app import Datasette

from tests.command import run
from tests.crawler.conftest import Archive
from tests.site.seed import INVENTED, make_archive
from tests.site.walk import walk
from tests.web import Web

ROOT = Path(__file__).parents[2]


def test_crawl_and_publish(site: Web, archive: Archive, tmp_path: Path) -> None:
    site.publish("one", "two")
    archive.crawl()
    target, config = tmp_path / "public", ["--config", str(archive.config)]
    told = json.loads(run("publish", str(target), "--json", *config).stdout)
    assert told == {"folder": str(target), "articles": 2, "full": 0, "excerpt": 2, "metadata": 0}
    archive.config.write_text(
        archive.config.read_text().replace("[[source]]", '[[source]]\npublish = "full"')
    )
    done = run("publish", str(target), *config)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{target}: 2 articles, 2 in full, 0 as an excerpt, 0 without text.")
    for command in ("publish", "static"):
        for folder in (tmp_path, tmp_path / "captures", tmp_path / "captures" / "public"):
            refused = run(command, str(folder), *config)
            assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
            assert "is the archive's own" in refused.stderr
    assert [path.suffix for path in (tmp_path / "captures").iterdir()] == [".gz"]
    assert archive.rows("SELECT count(*) FROM articles") == [(2,)]


@pytest.mark.parametrize("publish", ["full", "excerpt", "metadata"])
def test_every_page_of_the_copy_answers(tmp_path: Path, publish: str) -> None:
    make_archive(tmp_path / "archive.db")
    lines = ["[[series]]", 'name = "Metallic Rouge"']
    for source in INVENTED["sources"]:
        lines += ["[[source]]", *(f"{key} = {json.dumps(source[key])}" for key in ("name", "home"))]
        lines += [f'publish = "{publish}"']
    (tmp_path / "archive.toml").write_text("\n".join(lines))
    done = run("publish", str(tmp_path / "public"), "--config", str(tmp_path / "archive.toml"))
    assert done.returncode == 0, done.stderr
    datasette = Datasette([], immutables=[str(tmp_path / "public" / "archive.db")])
    assert len(walk(datasette)) > 30
    with asyncio.Runner() as runner:
        page = runner.run(datasette.client.get("/article/1")).text
    shown = {"full": "", "excerpt": "This is an excerpt", "metadata": "The text is not shown here"}[publish]
    assert shown in page
    assert ("not shown" in page or "an excerpt" in page) == (publish != "full")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A folder with a copy for the public."""
    make_archive(tmp_path / "archive.db")
    (tmp_path / "archive.toml").write_text(
        '[[series]]\nname = "Metallic Rouge"\n[[source]]\nname = "x"\nhome = "https://x.example/"'
    )
    run("publish", str(tmp_path / "public"), "--config", str(tmp_path / "archive.toml"))
    return tmp_path / "public"


def environment(*folders: Path, **variables: str) -> dict[str, str]:
    """Give that of a shell which finds the programs of these folders, and ours."""
    path = ":".join(map(str, (*folders, Path(sys.executable).parent, os.environ["PATH"])))
    return {**os.environ, "PATH": path, **variables}


def test_the_command_of_the_dockerfile_serves_the_copy(published: Path) -> None:
    lines = (published / "Dockerfile").read_text().splitlines()
    (command,) = (json.loads(line.removeprefix("CMD ")) for line in lines if line.startswith("CMD "))
    command[-1] = command[-1].replace("0.0.0.0", "127.0.0.1")  # no test listens to strangers
    with subprocess.Popen(
        command, cwd=published, env=environment(PORT="0"), stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            url = server.stdout.readline().split()[4]
            with urllib.request.urlopen(url) as answer:
                assert b"30 articles" in answer.read()
            with pytest.raises(urllib.error.HTTPError, match=r"40[34]"):
                urllib.request.urlopen(f"{url}archive.db")
        finally:
            server.terminate()


HEROKU = """#!/bin/sh
case "$1" in
    plugins) echo heroku-builds ;;
    apps:list) echo '[]' ;;
    apps:create) echo '{"name": "press"}' ;;
    builds:create) cp -r . "$BUILT" ;;
esac
"""
"""Answers as that of Heroku does, and keeps what it would build and run."""


def test_what_datasette_sends_to_heroku_serves_the_copy(published: Path, tmp_path: Path) -> None:
    heroku, built = tmp_path / "bin" / "heroku", tmp_path / "built"
    heroku.parent.mkdir()
    heroku.write_text(HEROKU)
    heroku.chmod(0o755)
    told = (published / "README.md").read_text().splitlines()
    (command,) = (line.strip() for line in told if "publish heroku" in line)
    variables = environment(heroku.parent, BUILT=str(built), PORT="0")
    subprocess.run(command, shell=True, cwd=published, env=variables, check=True, capture_output=True)
    assert f"series-archive=={version('series-archive')}" in (built / "requirements.txt").read_text()
    subprocess.run(["sh", "bin/post_compile"], cwd=built, env=variables, check=True, capture_output=True)
    (web,) = (line.removeprefix("web: ") for line in (built / "Procfile").read_text().splitlines())
    web = f"exec {web.replace('0.0.0.0', '127.0.0.1')}"
    with subprocess.Popen(
        web, shell=True, cwd=built, env=variables, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr
            url = next(word for line in server.stderr for word in line.split() if word.startswith("http://"))
            with urllib.request.urlopen(url) as answer:
                assert b"30 articles" in answer.read()
        finally:
            server.terminate()
