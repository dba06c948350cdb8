"""What holds for every command: its help, its place in the list, and how mistakes are told."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest

from crawler.commands import SECTIONS, Commands, cli
from tests.command import COMMAND, run
from tests.web import source, write_config

assert isinstance(cli, Commands)
NAMES = cli.list_commands(click.Context(cli))


def write_archive_toml(folder: Path) -> None:
    """Write one whose source nobody answers for."""
    (folder / "archive.toml").write_text(
        '[[series]]\nname = "Rouge"\n[[source]]\nname = "Daily"\nhome = "http://127.0.0.1:9/"\n'
        "allow_private = true\n"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    told = command.get_help(click.Context(command, info_name=f"series-archive {name}"))
    assert re.search(rf"Example:\s+series-archive {name}\b", told)
    assert "\\b" not in told


_IMPORT_EACH = """
import importlib, sys
for name in sys.argv[1:]:
    for module in [one for one in sys.modules if one.partition(".")[0] in {"archive", "crawler"}]:
        del sys.modules[module]
    importlib.import_module(f"crawler.commands.{name.replace('-', '_')}")
"""


def test_every_command_imports_what_it_needs_by_itself() -> None:
    """As in a process of its own, where no other command has imported it before."""
    subprocess.run([sys.executable, "-c", _IMPORT_EACH, *NAMES], check=True)


def test_every_command_is_listed_once() -> None:
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == NAMES


def test_the_readme_names_every_command_and_no_other() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme.split("| for | command |")[1].split("\n\n")[0]
    named = {name for row in table.splitlines()[2:] for name in re.findall(r"`([a-z-]+)", row.split("|")[2])}
    assert sorted(named) == NAMES


def test_a_misspelt_command_is_recognised() -> None:
    done = run("crwal")
    assert done.returncode == 2
    assert "No such command 'crwal'. Did you mean 'crawl'?" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawl", "--limit", "0"),
        ("search",),
        ("serve", "--port", "x"),
        ("schedule", "cron", "--every", "3m"),
        ("review", "accept"),
        ("captures", "https://example.org/1", "--at", "never"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_in_one_line(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "\udcff"),
        ("forget", "http://127.0.0.1/\udcff"),
        ("export", "articles\udcff.jsonl"),
        ("review", "--source", "\udcff"),
    ],
)
def test_bytes_that_are_no_text_are_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert r"\udcff is not UTF-8 text" in done.stderr or r"\udcff.jsonl is not UTF-8 text" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_whose_name_is_no_text_is_one_like_any_other(tmp_path: Path) -> None:
    folder = tmp_path / "press\udcff"
    folder.mkdir()
    write_config(folder, source("Site", "http://127.0.0.1:9/"))
    assert run("crawl", cwd=folder).returncode == 4
    done = run("revisions", "http://127.0.0.1/one", cwd=folder)
    assert done.stderr.count("\n") == 1
    assert r"press\udcff" in done.stderr
    for arguments in (("check",), ("export", "articles.jsonl"), ("backup", "backups"), ("search", "one")):
        assert run(*arguments, cwd=folder).returncode == 0, arguments


def test_every_script_is_written_whatever_the_locale_is(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text(
        '[[series]]\nname = "Rouge"\n[[source]]\nname = "火星通信"\nhome = "http://127.0.0.1:9/"\n', "utf-8"
    )
    done = subprocess.run(
        [*COMMAND, "sources"],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "火星通信" in done.stdout.decode()


def test_without_a_command_all_are_listed() -> None:
    done = run()
    assert done.returncode == 2
    assert all(section in done.stderr for section in SECTIONS)


@pytest.mark.parametrize("question", [("forget", "Daily"), ("forget", "http://127.0.0.1:9/1")], ids=" ".join)
def test_without_a_terminal_no_question_is_asked(tmp_path: Path, question: tuple[str, ...]) -> None:
    write_archive_toml(tmp_path)
    run("crawl", cwd=tmp_path)
    done = run(*question, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "series-archive: Nobody is there to be asked; add --yes.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawl", "--source", "Dayly"),
        ("reextract", "--source", "Dayly"),
        ("review", "--source", "Dayly"),
        ("near-misses", "--source", "Dayly"),
        ("export", "-", "--source", "Dayly"),
        ("backfill", "wayback", "--source", "Dayly"),
    ],
    ids=" ".join,
)
def test_an_unknown_source_is_told_with_the_nearest(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write_archive_toml(tmp_path)
    run("crawl", cwd=tmp_path)
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert 'There is no source "Dayly". Did you mean "Daily"?' in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["add", "crawl", "export", "search", "status", "check", "serve"])
def test_without_an_archive_toml_the_first_step_is_told(tmp_path: Path, command: str) -> None:
    more = {"add": ["https://www.example.org/"], "export": ["-"], "search": ["Rouge"]}.get(command, [])
    done = run(command, *more, cwd=tmp_path)
    assert done.returncode == 2
    assert "archive.toml: no such file; 'series-archive init' writes one" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_no_address_is_told(tmp_path: Path) -> None:
    write_archive_toml(tmp_path)
    done = run("add", "www.example.org", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "series-archive: www.example.org: no address of a web page; write it whole, like"
        " https://www.example.org/.\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "archive.db", "--format", "jsonl"),
        ("export", "archive.toml", "--format", "csv"),
        ("export", "captures/articles.jsonl"),
        ("export", ".", "--format", "markdown"),
        ("captures", "http://127.0.0.1:9/", "--output", "archive.db"),
        ("inspect", "page.html", "--html", "archive.toml"),
        ("backup", "captures"),
        ("backup", "captures/backups"),
    ],
    ids=" ".join,
)
def test_nothing_is_written_over_the_archive(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write_archive_toml(tmp_path)
    run("crawl", cwd=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert "is the archive's own. Name another one.\n" in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("arguments", [("export", "-"), ("status",), ("sources",)], ids=" ".join)
def test_a_damaged_database_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write_archive_toml(tmp_path)
    run("crawl", cwd=tmp_path)
    database = tmp_path / "archive.db"
    with closing(sqlite3.connect(database)) as db:
        roots = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name IN ('articles', 'sources')"
        ).fetchall()
    with database.open("r+b") as file:
        for (root,) in roots:
            file.seek((root - 1) * 4096)
            file.write(b"\xff" * 4096)
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert "the file is damaged: restore it from a backup" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", ["sources", "status", "schedule cron", "extract page.html"])
def test_a_full_output_is_told_in_one_line(tmp_path: Path, arguments: str) -> None:
    write_archive_toml(tmp_path)
    run("crawl", cwd=tmp_path)
    (tmp_path / "page.html").write_text("<h1>Rouge</h1><p>One line of text, and no more.")
    line = f"{sys.executable} -m crawler.commands {arguments} > /dev/full"
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("series-archive: The standard output: the disk is full.")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", ["inspect page.html", "status", "schedule cron"])
def test_a_reader_that_leaves_ends_it_without_a_word(tmp_path: Path, arguments: str) -> None:
    write_archive_toml(tmp_path)
    run("crawl", cwd=tmp_path)
    (tmp_path / "page.html").write_text("<h1>Rouge</h1><p>One line of text, and no more.")
    line = f"({sys.executable} -m crawler.commands {arguments}; echo $? > status) | true"
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert done.stderr == b""
    assert (tmp_path / "status").read_text() == "141\n"


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_are_no_files_of_the_archive(tmp_path: Path, closed: str) -> None:
    """As some schedulers start their jobs; the next file that is opened would be the output."""
    write_archive_toml(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    for arguments in ("crawl", "status", "check"):
        line = ["bash", "-c", f"{sys.executable} -m crawler.commands {arguments} {closed}"]
        done = subprocess.run(line, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, check=False)
        assert b"Traceback" not in done.stderr
        assert done.returncode == run(arguments, cwd=tmp_path).returncode
