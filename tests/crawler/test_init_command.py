"""``series-archive init`` and ``sources``: an archive.toml to begin with, from questions or from options."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.catalogue import catalogue, entry_of, suited
from crawler.commands.init import command as init
from crawler.commands.sources import command as sources
from crawler.config import load_config
from crawler.config_file import add_source
from tests.command import COMMAND
from tests.command import run as run_command
from tests.crawler.conftest import Archive
from tests.web import Answer, Web, source, write_config

OPTIONS = ("--series", "Metallic Rouge", "--source", "https://www.example.org/")


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    done = run_command(*arguments, cwd=folder)
    return done.returncode, done.stdout + done.stderr


def test_without_questions(tmp_path: Path) -> None:
    status, said = run(
        tmp_path, "init", *OPTIONS, "--alias", "メタリックルージュ", "--source", "popverse", "--person", "A B"
    )
    assert status == 0, said
    config = load_config(tmp_path / "archive.toml")
    assert (config.series[0].aliases, config.series[0].people) == (["メタリックルージュ"], ["A B"])
    assert [(source.name, source.feeds) for source in config.sources] == [
        ("example.org", []),
        ("Popverse", ["https://www.thepopverse.com/feed"]),
    ]


def test_with_questions(tmp_path: Path) -> None:
    """A person at a terminal answers; what cannot be is asked for again."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "init"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
    )
    os.close(theirs)
    answers = [
        "!?",
        "Metallic Rouge",
        "メタリックルージュ、MR",
        "",
        "anime",
        "de",
        "7",
        "1",
        "example.org",
        "https://example.org/, https://www.example.org",
        "me@example.org",
        "mailto:me@example.org",
    ]
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    said = b""
    while True:
        try:
            said += os.read(ours, 4096)
        except OSError:
            break
    assert process.wait(timeout=30) == 0, said.decode()
    assert "Numbers from 1 to 1, please." in said.decode()
    config = load_config(tmp_path / "archive.toml")
    assert (config.series[0].name, config.series[0].aliases) == (
        "Metallic Rouge",
        ["メタリックルージュ", "MR"],
    )
    assert config.archive.contact == "mailto:me@example.org"
    assert [source.name for source in config.sources] == ["Anime2You", "example.org"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "without a terminal, --series and --source are needed"),
        (("--series", "A1", "--source", "Nowhere"), '"Nowhere" is neither an address'),
        (("--series", "!?", "--source", "Popverse"), "allowed: a name with at least one letter"),
        (("--series", "A1", "--source", "Popverse", "--contact", "me"), "archive.contact: found"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    status, said = run(tmp_path, "init", *arguments)
    assert (status, said.count("\n")) == (2, 1)
    assert told in said
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text("mine")
    status, said = run(tmp_path, "init", *OPTIONS)
    assert (status, (tmp_path / "archive.toml").read_text()) == (2, "mine")
    assert "there is one already" in said


def test_a_source_is_added_and_comments_stay(tmp_path: Path) -> None:
    file = tmp_path / "archive.toml"
    before = """# mine
[[series]]
name = "Metallic Rouge"   # the one on Mars

[[source]]
name = "One"  # first
home = "https://one.example/"

[crawl]
jobs = 1  # a small machine
"""
    file.write_text(before)
    add_source(file, {"name": "Two", "home": "https://two.example/", "feeds": []})
    after = file.read_text()
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert [source.name for source in load_config(file).sources] == ["One", "Two"]
    with pytest.raises(Exception, match='more than one is named "Two"'):
        add_source(file, {"name": "Two", "home": "https://two.example/"})
    assert file.read_text() == after
    assert [path.name for path in tmp_path.iterdir()] == ["archive.toml"]


def test_sources_are_listed_with_what_they_brought(site: Web, archive: Archive) -> None:
    options = ["--config", str(archive.config), "--json"]
    (before,) = json.loads(CliRunner().invoke(sources, options).output)
    assert (before["name"], before["articles"], before["verdict"]) == ("Site", 0, None)
    site.publish("one")
    archive.crawl()
    (after,) = json.loads(CliRunner().invoke(sources, options).output)
    assert (after["articles"], after["verdict"]) == (1, "ok")
    plain = CliRunner().invoke(sources, options[:2]).output
    assert plain == f"Site\t{site.home}/\t1\tok\n"


def test_the_catalogue_is_valid_and_can_be_searched() -> None:
    assert len({entry.home for entry in catalogue()}) == len(catalogue()) > 30
    assert {entry.name for entry in suited(["de"], "anime")} == {"Anime2You"}
    listed = CliRunner().invoke(sources, ["--language", "ja", "--kind", "games", "--json"])
    assert {tuple(entry["languages"]) for entry in json.loads(listed.output)} == {("ja",)}


def test_an_address_is_known_by_its_host_and_path() -> None:
    entry = entry_of("https://natalie.mu/eiga/news/1")
    assert entry
    assert entry.name == "映画ナタリー"
    assert entry_of("http://www.animenewsnetwork.com/news/1")
    assert entry_of("https://natalie.mu/owarai") is None
    assert CliRunner().invoke(init, ["--help"]).exit_code == 0


def test_sources_are_tried_live(tmp_path: Path, site: Web) -> None:
    """One that brings an article, one that keeps programs out; nothing of it stays."""
    site.publish("one", "two")
    with Web() as closed:
        closed["/sitemap.xml"] = Answer("no", 403, headers={"cf-mitigated": "challenge"})
        write_config(tmp_path, source("Site", site.home), source("Closed", closed.home))
        status, out = run(tmp_path, "sources", "--check")
        assert status == 3
        assert "Site: works; it names 2 pages." in out
        assert "  kept     one: " in out
        assert "Closed: does not work" in out
        assert "prove that they are human (Cloudflare)" in out
        assert not (tmp_path / "archive.db").exists()
        status, out = run(tmp_path, "sources", "--check", "--name", "Closed", "--json")
    assert (status, [one["works"] for one in json.loads(out)]) == (4, [False])
