import importlib.util
import json
import os
import resource
import subprocess
import sys
import tracemalloc
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.export import FORMATS, SCHEMA, Export, Selection, cursors, read_lines, read_records
from archive.export.files import writing
from archive.models import Access, Candidate, DiscoveryKind, PageState, Witness
from tests.archive.conftest import HOME, LATER, Desk
from tests.command import Done, run, start


def closed(part: Any) -> Any:
    """Give a schema that allows no field but those that it describes."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    more = {"additionalProperties": False} if "properties" in part and "type" in part else {}
    return {name: closed(one) for name, one in part.items()} | more


VALIDATOR = jsonschema.Draft202012Validator(closed(SCHEMA), format_checker=jsonschema.FormatChecker())

CONFIG = """
[archive]
title = "Metallic Rouge in the press"

[[series]]
name = "Metallic Rouge"

[[source]]
name = "The Daily Cel"
home = "http://127.0.0.1/"
"""


@pytest.fixture
def press(desk: Desk, tmp_path: Path) -> Desk:
    """Three articles: one with everything, a bare one, and one of another source."""
    sitemap = desk.frontier.discovery(desk.source.id, DiscoveryKind.SITEMAP, f"{HOME}sitemap.xml")
    desk.find(Candidate(f"{HOME}full", title="The last act"))
    desk.frontier.add_candidates(sitemap.id, desk.source.id, [Candidate(f"{HOME}full")], LATER)
    desk.keep(
        f"{HOME}full", modified="2024-01-31", image=f"{HOME}a.png", witnesses=(Witness("title", "meta", "x"),)
    )
    desk.keep(f"{HOME}full", at=LATER, title="The final act", modified="2024-02-01")
    desk.keep(f"{HOME}full/amp", canonical_url=f"{HOME}full")
    desk.note(f"{HOME}full", PageState.GONE, status=410, at=LATER)
    desk.keep(
        f"{HOME}bare",
        title=None,
        standfirst=None,
        authors=(),
        published=None,
        language=None,
        canonical_url=None,
        tags=(),
        access=Access.UNKNOWN,
        access_evidence=(),
        removed=(),
        text="『メタリックルージュ』は雨の音から始まる。",
    )
    sources = desk.frontier.register_sources(
        [("The Daily Cel", HOME), ("Bild & Schnitt", "http://127.0.0.2/")]
    )
    desk.source = sources["Bild & Schnitt"]
    desk.keep(
        f"{HOME}other", published="2023-05-31", text="Eine Androidin geht durch den Regen, in Metallic Rouge."
    )
    (tmp_path / "archive.toml").write_text(CONFIG)
    return desk


def export(folder: Path, *arguments: str) -> Done:
    return run("export", *arguments, cwd=folder)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_line_is_what_the_schema_says(press: Desk, tmp_path: Path) -> None:
    done = export(tmp_path, "articles.jsonl")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "3 articles in articles.jsonl.\n")
    records = lines((tmp_path / "articles.jsonl").read_text(encoding="utf-8"))
    assert [record["id"] for record in records] == [1, 2, 3]
    for record in records:
        VALIDATOR.validate(record)
        assert list(record) == SCHEMA["required"]


def test_the_schema_describes_every_field_and_allows_no_other() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"].endswith(":1")

    def check(part: dict[str, Any], place: str) -> None:
        assert part.get("description"), place
        if "properties" in part:
            assert "additionalProperties" not in part, f"{place}: a later version may add fields"
            optional = {"article": "history", "article.witnesses[]": "note"}.get(place)
            assert part["required"] == [name for name in part["properties"] if name != optional], place
        for name, below in part.get("properties", {}).items():
            check(below, f"{place}.{name}")
        if "properties" in part.get("items", {}):
            check(part["items"], f"{place}[]")

    check(SCHEMA, "article")


def test_a_record_says_all_that_is_known(press: Desk) -> None:
    record = next(read_records(press.db))
    assert record["path"] == "/article/1"
    assert record["source"] == {"name": "The Daily Cel", "home": HOME, "publish": "excerpt"}
    assert (record["title"], record["authors"]) == ("The final act", ["Ada Quill", "Ben Marrow"])
    assert (record["modified"], record["image"]) == ("2024-02-01", None)
    assert record["removed"] == [
        {"rule": "newsletter", "reason": "asks to subscribe", "text": "Get our letter.", "position": 1}
    ]
    assert record["relevance"]["mentions"][0]["series"] == "Metallic Rouge"
    assert record["gone_at"] == LATER
    assert record["revision"] == {
        "number": 2,
        "kind": "publisher",
        "seen_at": LATER,
        "changed": ["title", "modified"],
    }
    assert record["revisions"] == 2
    assert [(found["kind"], found["url"]) for found in record["found_by"]] == [
        ("feed", f"{HOME}feed"),
        ("feed", f"{HOME}feed"),
        ("sitemap", f"{HOME}sitemap.xml"),
    ]
    assert record["capture"]["captured_at"] == LATER
    assert record["capture"]["offset"] > 0


def test_a_capture_that_is_not_kept_is_null(press: Desk) -> None:
    press.db.execute("DELETE FROM captures")
    for record in read_records(press.db):
        assert record["capture"] is None
        VALIDATOR.validate(record)


def test_json_is_one_array_of_the_same_records(press: Desk, tmp_path: Path) -> None:
    assert export(tmp_path, "articles.json").returncode == 0
    array = json.loads((tmp_path / "articles.json").read_text(encoding="utf-8"))
    assert array == lines(export(tmp_path, "-").stdout)
    assert json.loads(export(tmp_path, "-", "--format", "json").stdout) == array
    assert "メタリックルージュ" in (tmp_path / "articles.json").read_text(encoding="utf-8")


def test_an_empty_archive_is_an_empty_array(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text(CONFIG)
    assert export(tmp_path, "-", "--format", "json").stdout == "[]\n"
    assert export(tmp_path, "-").stdout == ""


def test_the_same_archive_gives_the_same_bytes(press: Desk, tmp_path: Path) -> None:
    assert export(tmp_path, "-").stdout == export(tmp_path, "-").stdout != ""


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (("--source", "Bild & Schnitt"), [3]),
        (("--source", "The Daily Cel"), [1, 2]),
        (("--since", "2024-01-30"), [1, 2]),
        (("--since", "2024-01-31"), [2]),
        (("--since", "2030-01-01"), []),
        (("--since", "2023-05-31", "--source", "Bild & Schnitt"), [3]),
    ],
)
def test_a_part_of_the_archive(
    press: Desk, tmp_path: Path, arguments: tuple[str, ...], ids: list[int]
) -> None:
    assert [record["id"] for record in lines(export(tmp_path, "-", *arguments).stdout)] == ids


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (
            ("-", "--source", "Nobody"),
            2,
            'There is no source "Nobody". There are: "Bild & Schnitt", "The Daily Cel".',
        ),
        (("-", "--source", "The Daily Gel"), 2, 'Did you mean "The Daily Cel"?'),
        (("-", "--fields", "id,titel"), 2, 'There is no field "titel". Did you mean "title"?'),
        (("articles.foo",), 2, "articles.foo: no format ends in .foo; name one with --format: jsonl, json,"),
        (("-", "--since", "soon"), 2, "soon is no date: write it like 2024-05-31."),
        (("nowhere/articles.jsonl",), 1, "its folder does not exist: make it first."),
    ],
)
def test_a_mistake_is_one_line(
    press: Desk, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    done = export(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_an_archive_there_is_nothing_to_export(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text(CONFIG)
    done = export(tmp_path, "articles.jsonl")
    assert done.returncode == 1
    assert "There is no archive at" in done.stderr
    assert not (tmp_path / "articles.jsonl").exists()


def test_a_file_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("the last export")
    with writing(path) as stream:
        stream.write(b"the next")
        stream.flush()
        assert path.read_text() == "the last export"
    assert path.read_text() == "the next"

    def fail_half_way() -> None:
        with writing(path) as stream:
            stream.write(b"half of")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert path.read_text() == "the next"
    assert [entry.name for entry in tmp_path.iterdir()] == ["articles.jsonl"]


def test_a_full_disk_leaves_the_last_export(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("the last export")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(ArchiveError, match=r"articles\.jsonl: .* run it again"), writing(path) as stream:
            stream.write(b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == "the last export"
    assert [entry.name for entry in tmp_path.iterdir()] == ["articles.jsonl"]


@pytest.mark.parametrize("name", ["jsonl", "csv", "csl-json", "parquet", "wacz"])
def test_a_full_standard_output_is_told(press: Desk, tmp_path: Path, name: str) -> None:
    full = f"{sys.executable} -m crawler.commands export - --format {name} --since-last nightly > /dev/full"
    done = subprocess.run(["bash", "-c", full], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("series-archive: The standard output: the disk is full.")
    assert done.stderr.count("\n") == 1
    assert press.rows("export_cursors") == []


def test_a_link_is_followed_and_a_pipe_is_written_to(press: Desk, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.jsonl"
    real.touch()
    (tmp_path / "link.jsonl").symlink_to(real)
    assert export(tmp_path, "link.jsonl").returncode == 0
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len(lines(real.read_text())) == 3
    told, _ = start(
        "export", "/dev/stdout", "--format", "jsonl", cwd=tmp_path, stdout=subprocess.PIPE
    ).communicate()
    assert len(lines(told.rpartition("3 articles")[0])) == 3


def test_a_reader_that_goes_away_is_no_error(press: Desk, tmp_path: Path) -> None:
    for number in range(60):
        press.keep(f"{HOME}{number}", text=f"{number} Metallic Rouge " * 500)
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{sys.executable} -m crawler.commands export - | head -c 10; exit ${{PIPESTATUS[0]}}",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (done.stdout, done.stderr, done.returncode) == ('{"id":1,"p', "", 141)


def test_an_export_shows_one_moment_while_a_crawl_writes(press: Desk) -> None:
    with closing(open_archive(press.db.path, readonly=True)) as reader:
        records = read_records(reader)
        first = next(records)
        press.keep(f"{HOME}new", text="A new one about Metallic Rouge.")
        press.keep(
            f"{HOME}other", at=LATER, title="Edited", text="Eine Androidin geht durch den Regen, in Rouge."
        )
        rest = list(records)
    assert first["id"] == 1
    assert [record["id"] for record in rest] == [2, 3]
    assert rest[1]["title"] == "The last act"
    assert rest[1]["revisions"] == 1


def test_memory_does_not_grow_with_the_archive(desk: Desk, tmp_path: Path) -> None:
    for number in range(40):
        desk.keep(f"{HOME}{number}", text=f"{number} " + "Metallic Rouge " * 7000)  # 100 kB each
    tracemalloc.start()
    with writing(tmp_path / "articles.jsonl") as stream:
        written = Export("Press", read_lines(desk.db, Selection()), stream)
        FORMATS["jsonl"].write(written)
        written.finish()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = (tmp_path / "articles.jsonl").stat().st_size
    assert size > 4_000_000
    assert peak < 2_000_000


@pytest.mark.parametrize("since", ["day", "export"])
def test_that_nothing_is_new_is_found_without_reading_the_archive(desk: Desk, since: str) -> None:
    steps = [_steps_to_nothing(desk, since, range(50)), _steps_to_nothing(desk, since, range(50, 100))]
    assert steps[1] <= steps[0]


def _steps_to_nothing(desk: Desk, since: str, more: range) -> int:
    """Store more articles, look for newer ones, and give how many steps SQLite's machine took for that."""
    for number in more:
        desk.keep(f"{HOME}{number}")
    after = cursors.position(desk.db)
    steps = count()
    desk.db.conn.set_progress_handler(lambda: next(steps) < 0, 1)
    newer = Selection(since="2999-01-01") if since == "day" else Selection(after=after)
    assert list(read_lines(desk.db, newer)) == []
    desk.db.conn.set_progress_handler(None, 0)
    return next(steps)


def test_the_example_of_the_schema_is_an_article_with_every_field() -> None:
    (example,) = SCHEMA["examples"]
    jsonschema.Draft202012Validator(SCHEMA).validate(example)
    assert list(example) == SCHEMA["required"]


def test_the_page_about_the_fields_is_what_the_schema_says() -> None:
    path = Path(__file__).parents[2] / "docs"
    spec = importlib.util.spec_from_file_location("json_fields", path / "json_fields.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (path / "json.md").read_text("utf-8") == module.page(), "run: python docs/json_fields.py"
