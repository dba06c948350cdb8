"""A WACZ in which a body came again."""

import json
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.capture_index import Originals
from archive.captures import Captures
from archive.writer import Writer
from tests.archive.conftest import HOME, LATER, Desk
from tests.archive.test_export_formats import CONFIG, export

BODY = "<p>Metallic Rouge, once more.</p>" * 400


@pytest.fixture
def wacz(desk: Desk, tmp_path: Path) -> Path:
    """An export of an article that was edited, and changed back; and of another one."""
    (tmp_path / "archive.toml").write_text(CONFIG)
    desk.captures.close()
    with closing(Captures(tmp_path / "captures", Originals(desk.db))) as captures:
        desk.captures, desk.writer = captures, Writer(desk.db, captures)
        desk.keep(f"{HOME}1", body=BODY)
        desk.keep(f"{HOME}1", body=f"{BODY}!", at=LATER, title="Edited")
        desk.keep(f"{HOME}1", body=BODY, at="2024-04-01T00:00:00Z")
        desk.keep(f"{HOME}2?b=1&A=2", text="Another one about Metallic Rouge.")
    export(tmp_path, "articles.wacz")
    return tmp_path / "articles.wacz"


def test_a_body_that_came_again_is_there(wacz: Path) -> None:
    with zipfile.ZipFile(wacz) as file:
        warc = file.read("archive/articles.warc.gz")
        index = [
            json.loads(line.split(" ", 2)[2]) for line in file.read("indexes/index.cdx").decode().splitlines()
        ]
        pages = file.read("pages/pages.jsonl").decode().splitlines()
    assert len(pages) == 3
    assert sorted(entry["mime"] for entry in index) == ["text/html", "text/html", "warc/revisit"]
    found = {}
    for entry in index:
        (record,) = ArchiveIterator(BytesIO(warc[int(entry["offset"]) :][: int(entry["length"])]))
        found[record.rec_type, entry["digest"]] = record.rec_headers["WARC-Target-URI"]
    (again,) = (digest for kind, digest in found if kind == "revisit")
    assert found["response", again] == found["revisit", again] == f"{HOME}1"
