"""Each format is read back by a reader that others wrote."""

import gzip
import json
import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pyarrow.csv
import pyarrow.parquet
import pytest
import yaml
import zstandard
from bibtexparser.entrypoint import parse_string
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from archive.export import SCHEMA, format_of
from archive.forget import forget, plan_to_forget
from archive.models import Access, PageState
from crawler.commands.export import command
from tests.archive.conftest import HOME, LATER, NOW, Desk

CONFIG = """
[archive]
title = "Metallic Rouge & <friends>"
[[series]]
name = "Metallic Rouge"
[[source]]
name = "The Daily Cel"
home = "http://127.0.0.1/"
"""
TITLE = "Metallic Rouge & <friends>"
NASTY = '=HYPERLINK("x") & {50%} of <b>_it_</b> \\ "quoted" #1 ルージュ'


@pytest.fixture
def press(desk: Desk, tmp_path: Path) -> Desk:
    """Two articles: a usual one that was edited, and one whose every field is written to break a format."""
    (tmp_path / "archive.toml").write_text(CONFIG)
    desk.frontier.register_title(TITLE)
    html = "<h2>Mars</h2><p>An <em>android</em> and <a href='http://127.0.0.1/x'>rain</a>.</p>"
    desk.keep(f"{HOME}usual", html=html)
    desk.keep(f"{HOME}usual", at=LATER, title="The last act, edited", html=html)
    desk.keep(
        f"{HOME}nasty?a=1&b=2",
        title=NASTY,
        standfirst="+1\n---\ntitle: hijacked",
        authors=("Ada Quill & Sons", "Ben {M}arrow"),
        published="2024-02-03",
        tags=("a;b", "#tag"),
        access=Access.PAYWALLED,
        text=f"{NASTY}\n\nMetallic Rouge \x0b and ]]> the end",
        html="",
    )
    return desk


def export(folder: Path, file: str, *arguments: str) -> Result:
    target = file if file == "-" else str(folder / file)
    result = CliRunner().invoke(command, [target, *arguments, "--config", str(folder / "archive.toml")])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_json_feed_is_one(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "new.feed.json")
    feed = json.loads((tmp_path / "new.feed.json").read_text("utf-8"))
    assert (feed["version"], feed["title"]) == (
        "https://jsonfeed.org/version/1.1",
        "Metallic Rouge & <friends>",
    )
    usual, nasty = feed["items"]
    assert (nasty["id"], nasty["title"]) == (f"{HOME}nasty?a=1&b=2", NASTY)
    assert nasty["date_published"] == "2024-02-03T00:00:00Z"
    assert nasty["content_text"].startswith(NASTY)
    assert usual["content_html"].startswith("<h2>")
    assert usual["authors"] == [{"name": "Ada Quill"}, {"name": "Ben Marrow"}]


def test_atom_is_read_by_a_feed_reader(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "new.atom")
    feed = feedparser.parse((tmp_path / "new.atom").read_bytes())
    assert not feed.bozo
    assert feed.feed.title == TITLE
    usual, nasty = feed.entries
    assert nasty.link == f"{HOME}nasty?a=1&b=2"
    assert "]]>" in nasty.content[0].value.replace("&gt;", ">")
    assert [author.name for author in usual.authors] == ["Ada Quill", "Ben Marrow"]
    assert usual.content[0].value.startswith("<h2>")


def test_feeds_tell_of_edits(press: Desk, tmp_path: Path) -> None:
    press.keep(f"{HOME}stated", published="2024-01-10", modified="2024-01-31T23:00:00-05:00", at=LATER)
    press.keep(f"{HOME}ahead", published="2024-01-11", modified="2099-01-01")  # seen on NOW, not later
    press.keep(f"{HOME}rules", published="2024-01-12", body="the same")
    press.keep(
        f"{HOME}rules", published="2024-01-12", body="the same", at=LATER, rules_version="2", title="Better"
    )
    assert [row["kind"] for row in press.rows("revisions")][-1] == "rules"
    export(tmp_path, "new.atom")
    feed = feedparser.parse((tmp_path / "new.atom").read_bytes())
    assert [(entry.link.removeprefix(HOME), entry.updated) for entry in feed.entries] == [
        ("usual", LATER),  # edited: we saw it
        ("nasty?a=1&b=2", "2024-02-03T00:00:00Z"),
        ("stated", "2024-02-01T04:00:00Z"),
        ("ahead", NOW),
        ("rules", "2024-01-12T00:00:00Z"),
    ]
    assert feed.feed.updated == LATER
    export(tmp_path, "new.feed.json")
    items = json.loads((tmp_path / "new.feed.json").read_text("utf-8"))["items"]
    assert [item.get("date_modified") for item in items] == [LATER, None, "2024-02-01T04:00:00Z", NOW, None]


def test_csv_is_a_table_without_formulas(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "articles.csv")
    several_lines = pyarrow.csv.ParseOptions(newlines_in_values=True)
    table = pyarrow.csv.read_csv(tmp_path / "articles.csv", parse_options=several_lines).to_pydict()
    assert table["title"] == ["The last act, edited", f"'{NASTY}"]
    assert table["authors"] == ["Ada Quill; Ben Marrow", "Ada Quill & Sons; Ben {M}arrow"]
    assert table["standfirst"][1].startswith("'+1\n---")
    assert table["text_complete"] == [1, 1]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_parquet_is_a_typed_table(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "articles.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "articles.parquet").to_pylist()
    assert [row["title"] for row in table] == ["The last act, edited", NASTY]
    assert table[0]["authors"] == ["Ada Quill", "Ben Marrow"]
    assert table[0]["last_seen"].isoformat() == LATER.replace("Z", "+00:00")
    assert table[0]["gone_at"] is None
    assert (table[0]["id"], table[0]["text_complete"], table[0]["revisions"]) == (1, True, 2)


def test_bibtex_is_parsed_by_a_bibtex_parser(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "articles.bib")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = (tmp_path / "articles.bib").read_text("utf-8")
        entries = _entries(text)
    assert [entry["key"] for entry in entries] == ["article1", "article2"]
    assert entries[0]["date"] == "2024-01-30"
    assert entries[1]["url"] == f"{HOME}nasty?a=1&b=2"
    assert "Ada Quill" in entries[0]["author"]
    assert r"\{50\%\}" in entries[1]["title"]


def _entries(text: str) -> list[dict[str, str]]:
    library = parse_string(text)
    assert not library.failed_blocks
    return [
        {"key": entry.key, **{field.key: field.value for field in entry.fields}} for entry in library.entries
    ]


def test_csl_json_is_what_zotero_takes(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "articles.csl.json")
    usual, nasty = json.loads((tmp_path / "articles.csl.json").read_text("utf-8"))
    assert usual["author"] == [{"literal": "Ada Quill"}, {"literal": "Ben Marrow"}]
    assert usual["issued"] == {"date-parts": [[2024, 1, 30]]}
    assert (nasty["title"], nasty["type"]) == (NASTY, "article-newspaper")


def test_markdown_is_a_folder_with_front_matter(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "notes", "--format", "markdown")
    usual, nasty = sorted((tmp_path / "notes").rglob("*.md"))
    assert usual.parent == tmp_path / "notes/2024/01"
    _, front, body = usual.read_text("utf-8").split("---\n", 2)
    assert yaml.safe_load(front)["authors"] == ["Ada Quill", "Ben Marrow"]
    assert "## Mars" in body
    assert "An *android* and [rain](http://127.0.0.1/x)." in body
    front = nasty.read_text("utf-8").split("---\n", 2)[1]
    assert yaml.safe_load(front)["title"] == NASTY
    export(tmp_path, "notes", "--format", "markdown", "--source", "The Daily Cel")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/diary.md").write_text("dear")
    with pytest.raises(Exception, match="not ours to replace"):
        export(tmp_path, "mine", "--format", "markdown")
    assert (tmp_path / "mine/diary.md").read_text() == "dear"


def test_wacz_holds_the_records_and_their_index(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "articles.wacz")
    with zipfile.ZipFile(tmp_path / "articles.wacz") as wacz:
        package = json.loads(wacz.read("datapackage.json"))
        assert {part["path"] for part in package["resources"]} == {
            "archive/articles.warc.gz",
            "indexes/index.cdx",
            "pages/pages.jsonl",
        }
        warc = wacz.read("archive/articles.warc.gz")
        index = [line.split(" ", 2) for line in wacz.read("indexes/index.cdx").decode().splitlines()]
        pages = [json.loads(line) for line in wacz.read("pages/pages.jsonl").decode().splitlines()]
    assert [page["title"] for page in pages[1:]] == ["The last act, edited", NASTY]
    assert [key for key, _, _ in index] == sorted(key for key, _, _ in index)
    for key, _, entry in index:
        stated = json.loads(entry)
        assert key.startswith("1,0,0,127)/")
        member = warc[int(stated["offset"]) :][: int(stated["length"])]
        (record,) = ArchiveIterator(BytesIO(member))
        assert (record.rec_type, record.rec_headers["WARC-Target-URI"]) == ("response", stated["url"])


def unpack_zstandard(body: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)


@pytest.mark.parametrize(
    ("name", "unpack"), [("a.jsonl.gz", gzip.decompress), ("a.jsonl.zst", unpack_zstandard)]
)
def test_a_compressed_file_by_its_name(press: Desk, tmp_path: Path, name: str, unpack: Any) -> None:
    export(tmp_path, name)
    export(tmp_path, "a.jsonl")
    assert unpack((tmp_path / name).read_bytes()) == (tmp_path / "a.jsonl").read_bytes()
    again = (tmp_path / name).read_bytes()
    export(tmp_path, name)
    assert (tmp_path / name).read_bytes() == again


def test_fields_revisions_and_search(press: Desk, tmp_path: Path) -> None:
    lines = export(tmp_path, "-", "--fields", "title,id").output.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"title": "The last act, edited", "id": 1},
        {"title": NASTY, "id": 2},
    ]
    record = json.loads(export(tmp_path, "-", "--revisions").output.splitlines()[0])
    jsonschema.Draft202012Validator(SCHEMA).validate(record)
    assert [one["title"] for one in record["history"]] == ["The last act", "The last act, edited"]
    found = export(tmp_path, "-", "--search", "title:edited").output.splitlines()
    assert [json.loads(line)["id"] for line in found] == [1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fields", "nonsense"), 'There is no field "nonsense". There are: "id", "path",'),
        (("--format", "csv", "--fields", "id"), "--fields and --revisions are for jsonl and json"),
        (("--format", "markdown"), "markdown is a folder: name one."),
        (("--search", "("), r"There is a \( without its \)"),
    ],
)
def test_a_mistake_is_told(press: Desk, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(Exception, match=said) as caught:
        export(tmp_path, "-", *arguments)
    assert "\n" not in str(caught.value)


def test_only_what_is_new_since_the_last_time(press: Desk, tmp_path: Path) -> None:
    def ids(*arguments: str) -> list[int]:
        export(tmp_path, "new.jsonl", "--since-last", "nightly", *arguments)
        return [json.loads(line)["id"] for line in (tmp_path / "new.jsonl").read_text("utf-8").splitlines()]

    assert ids() == [1, 2]
    assert ids() == []
    press.keep(f"{HOME}usual", at="2024-04-01T00:00:00Z", title="Edited again")
    press.keep(f"{HOME}new")
    assert ids() == [1, 3]
    assert ids() == []
    press.note(f"{HOME}new", PageState.GONE, status=410, at=LATER)
    assert ids() == [3]
    press.keep(f"{HOME}new", at="2024-05-01T00:00:00Z")
    assert ids() == [3]
    assert ids() == []


def test_what_comes_after_something_was_forgotten_is_new_too(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "all.jsonl", "--since-last", "nightly")
    captures = tmp_path / "captures"
    forget(press.db, captures, plan_to_forget(press.db, captures, f"{HOME}nasty?a=1&b=2"))
    press.keep(f"{HOME}new")
    export(tmp_path, "new.jsonl", "--since-last", "nightly")
    (record,) = map(json.loads, (tmp_path / "new.jsonl").read_text("utf-8").splitlines())
    assert (record["id"], record["url"]) == (3, f"{HOME}new")


def test_the_number_of_articles_is_told(press: Desk, tmp_path: Path) -> None:
    for number in range(120):
        press.keep(f"{HOME}more/{number}")
    assert "122 articles in " in export(tmp_path, "all.jsonl").output


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", "jsonl"),
        ("a.JSON", "json"),
        ("a.feed.json.gz", "json-feed"),
        ("a.csl.json", "csl-json"),
        ("a.zst", "jsonl"),
    ],
)
def test_the_format_of_a_name(name: str, expected: str) -> None:
    assert format_of(name) == expected
