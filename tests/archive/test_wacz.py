"""A WACZ in which a body came again."""

import json
import zipfile
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.capture_index import Originals
from archive.captures import Captures
from archive.models import PageState
from archive.writer import Writer
from tests.archive.conftest import HOME, LATER, RELEVANT, Desk, extraction
from tests.archive.test_export_formats import CONFIG, export

RENDERED = b"<!DOCTYPE html><html lang=en><p>Metallic Rouge opens.</p>\r\n\r\n</html>"
BODY = "<p>Metallic Rouge, once more.</p>" * 400


@pytest.fixture
def wacz(desk: Desk, tmp_path: Path) -> Path:
    """An export of an article that was edited, and changed back; of another; of one that a browser made."""
    (tmp_path / "archive.toml").write_text(CONFIG)
    desk.captures.close()
    with closing(Captures(tmp_path / "captures", Originals(desk.db))) as captures:
        desk.captures, desk.writer = captures, Writer(desk.db, captures)
        desk.keep(f"{HOME}1", body=BODY)
        desk.keep(f"{HOME}1", body=f"{BODY}!", at=LATER, title="Edited")
        desk.keep(f"{HOME}1", body=BODY, at="2024-04-01T00:00:00Z")
        desk.keep(f"{HOME}2?b=1&A=2", text="Another one about Metallic Rouge.")
        keep_rendered(desk, f"{HOME}3")
    export(tmp_path, "articles.wacz")
    return tmp_path / "articles.wacz"


def keep_rendered(desk: Desk, url: str) -> None:
    """Keep an article that scripts made of a page."""
    fetch = desk.fetch(url, "<script src=/app.js></script>")
    assert fetch.capture
    capture = desk.captures.write_conversion(fetch.capture, RENDERED, LATER)
    desk.writer.record(
        desk.crawl,
        desk.page(url),
        replace(fetch, capture=capture),
        state=PageState.KEPT,
        reason=None,
        schedule=lambda _: LATER,
        extraction=extraction(url),
        judgement=RELEVANT,
    )


def test_what_a_browser_made_of_a_page_is_a_resource(wacz: Path) -> None:
    with zipfile.ZipFile(wacz) as file:
        warc = file.read("archive/articles.warc.gz")
        lines = file.read("indexes/index.cdx").decode().splitlines()
    (stated,) = (json.loads(line.split(" ", 2)[2]) for line in lines if "/3" in line.split(" ")[0])
    record = next(ArchiveIterator(BytesIO(warc[int(stated["offset"]) :][: int(stated["length"])])))
    assert (stated["status"], stated["mime"]) == ("200", "text/html")
    assert (record.rec_type, record.content_stream().read()) == ("resource", RENDERED)
    assert record.rec_headers["WARC-Refers-To"] is None
    assert record.rec_headers["WARC-Payload-Digest"] == stated["digest"]


def test_a_body_that_came_again_is_there(wacz: Path) -> None:
    with zipfile.ZipFile(wacz) as file:
        warc = file.read("archive/articles.warc.gz")
        index = [
            json.loads(line.split(" ", 2)[2]) for line in file.read("indexes/index.cdx").decode().splitlines()
        ]
        pages = file.read("pages/pages.jsonl").decode().splitlines()
    assert len(pages) == 4
    assert sorted(entry["mime"] for entry in index) == [*["text/html"] * 3, "warc/revisit"]
    found = {}
    for entry in index:
        (record,) = ArchiveIterator(BytesIO(warc[int(entry["offset"]) :][: int(entry["length"])]))
        found[record.rec_type, entry["digest"]] = record.rec_headers["WARC-Target-URI"]
    (again,) = (digest for kind, digest in found if kind == "revisit")
    assert found["response", again] == found["revisit", again] == f"{HOME}1"
