"""Texts that are written to break a format, or the program that reads it."""

import csv
import io
import json
from pathlib import Path

import feedparser
import pyarrow.json
import pyarrow.parquet
import pytest
import yaml
from bibtexparser.entrypoint import parse_string
from lxml import etree

from archive.models import Candidate, DiscoveryKind
from tests.archive.conftest import HOME, Desk
from tests.archive.test_export_formats import CONFIG, export
from tests.site.hostile import TEXTS as ATTACKS

TEXTS = (
    *ATTACKS,
    "\x7f\x85\x9f\u2028\u2029\ufeff\ufffe\uffff\U0001f916",
    "---\n- !!python/object/apply:os.system [id]\n...\n---",
    "]]> --> </feed></entry> <!ENTITY x SYSTEM 'file:///etc/passwd'> &x;",
    "},\n@online{hijacked, title = {x}}\n% \\input{/etc/passwd} $ ^ ~ _ {{{",
    'a,"b";c\r\nnext,row',
    "مرحبا \u202b‏שלום‏ ภาษาไทย हिन्दी 星空",
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", " =1", "'=1")


@pytest.fixture
def press(desk: Desk, tmp_path: Path) -> Desk:
    """An article for each text, which stands in every field."""
    (tmp_path / "archive.toml").write_text(CONFIG)
    for number, text in enumerate(TEXTS):
        desk.keep(
            f"{HOME}{number}",
            body=str(number),
            title=text,
            standfirst=text,
            authors=(text, "Ada Quill"),
            tags=(text,),
            site_name=text,
            image=text,
            text=text,
            html=text if number % 2 else "",
        )
    return desk


def test_json(press: Desk, tmp_path: Path) -> None:
    records = [json.loads(line) for line in export(tmp_path, "-").output.split("\n") if line]
    assert [record["title"] for record in records] == list(TEXTS)
    export(tmp_path, "a.json")
    assert json.loads((tmp_path / "a.json").read_bytes()) == records
    export(tmp_path, "a.feed.json")
    feed = json.loads((tmp_path / "a.feed.json").read_bytes())
    assert {item["title"] for item in feed["items"]} == set(TEXTS)
    export(tmp_path, "a.csl.json")
    assert [one["title"] for one in json.loads((tmp_path / "a.csl.json").read_bytes())] == list(TEXTS)


def test_lines_are_read_by_arrow(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "a.jsonl")
    table = pyarrow.json.read_json(tmp_path / "a.jsonl")
    assert table["text"].to_pylist() == list(TEXTS)
    assert table["first_seen"].null_count == 0


def test_atom_is_xml(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "a.atom")
    body = (tmp_path / "a.atom").read_bytes()
    tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, huge_tree=True))
    assert len(tree) == 3 + len(TEXTS)
    assert tree.getroottree().docinfo.internalDTD is None


def test_csv_and_parquet(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "a.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode(), newline="")))
    assert [row["title"].removeprefix("'") for row in rows] == list(TEXTS)
    export(tmp_path, "a.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "a.parquet")
    assert table.column("title").to_pylist() == list(TEXTS)


def test_no_cell_is_a_formula(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text(CONFIG)
    for number, text in enumerate(FORMULAS):
        desk.keep(f"{HOME}{number}", body=text, title=text, authors=(text,), tags=(text,), text=text)
    export(tmp_path, "a.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode(), newline="")))
    for row, text in zip(rows, FORMULAS, strict=True):
        safe = text.startswith((" ", "'"))
        for name in ("title", "authors", "tags", "text"):
            assert row[name] == (text if safe else f"'{text}"), name


def test_bibtex(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "a.bib")
    library = parse_string((tmp_path / "a.bib").read_text("utf-8"))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [f"article{n}" for n in range(1, len(TEXTS) + 1)]


def test_markdown(press: Desk, tmp_path: Path) -> None:
    export(tmp_path, "notes", "--format", "markdown")
    found = {}
    for file in (tmp_path / "notes").rglob("*.md"):
        assert len(file.name.encode()) < 255
        _, front, _ = file.read_text("utf-8").split("---\n", 2)
        stated = yaml.safe_load(front)
        found[stated["url"]] = (stated["title"], stated["authors"][0])
    assert found == {f"{HOME}{number}": (text, text) for number, text in enumerate(TEXTS)}


def test_a_feed_of_the_archive_names_nobody_twice(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text(CONFIG)
    sitemap = desk.frontier.discovery(desk.source.id, DiscoveryKind.SITEMAP, f"{HOME}sitemap.xml")
    desk.frontier.add_candidates(sitemap.id, desk.source.id, [Candidate(f"{HOME}1")])
    desk.keep(f"{HOME}1")
    desk.keep(f"{HOME}2", text="Another text about Metallic Rouge.")
    export(tmp_path, "a.atom")
    ids = [entry.id for entry in feedparser.parse((tmp_path / "a.atom").read_bytes()).entries]
    assert len(ids) == len(set(ids)) == 2
