"""``series-archive publish``, and the copy as the public sees it."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
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
            assert "would put" in refused.stderr
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


def test_the_command_of_the_dockerfile_serves_the_copy(tmp_path: Path) -> None:
    make_archive(tmp_path / "archive.db")
    (tmp_path / "archive.toml").write_text(
        '[[series]]\nname = "Metallic Rouge"\n[[source]]\nname = "x"\nhome = "https://x.example/"'
    )
    run("publish", str(tmp_path / "public"), "--config", str(tmp_path / "archive.toml"))
    lines = (tmp_path / "public" / "Dockerfile").read_text().splitlines()
    (command,) = (json.loads(line.removeprefix("CMD ")) for line in lines if line.startswith("CMD "))
    command[-1] = command[-1].replace("0.0.0.0", "127.0.0.1")  # no test listens to strangers
    environment = {**os.environ, "PORT": "0", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with subprocess.Popen(
        command, cwd=tmp_path / "public", env=environment, stdout=subprocess.PIPE, text=True
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
