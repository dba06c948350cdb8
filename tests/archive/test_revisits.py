"""The same body again is stored once: revisit records, for us, for warcio and for pywb."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.capture_index import Originals, captures_of
from archive.captures import Captures
from archive.errors import ArchiveError
from archive.models import Capture, DiscoveryKind
from tests.archive.conftest import HOME, LATER, NOW, Desk

BODY = b"<p>Metallic Rouge, once more.</p>" * 400


@pytest.fixture
def captures(desk: Desk) -> Captures:
    """Captures that know what the archive has."""
    desk.captures.close()
    return Captures(desk.db.path.parent / "captures", Originals(desk.db))


def add(
    desk: Desk, captures: Captures, url: str, *, at: str = NOW, body: bytes = BODY, status: int = 200
) -> Capture:
    """Capture a feed's answer and have its row written, as the crawl does."""
    capture = captures.write(
        url=url,
        status=status,
        reason="OK",
        headers=[("Content-Type", "text/html"), ("X-Answered", at)],
        body=body,
        captured_at=at,
        ip="127.0.0.1",
        protocol="HTTP/1.1",
        seconds=0.25,
    )
    captures.sync(capture)
    feed = desk.frontier.discovery(desk.source.id, DiscoveryKind.FEED, url)
    desk.frontier.record_discovery(
        feed.id, status=status, error=None, etag=None, last_modified=None, digest=None, checked_at=at,
        changed=True, next_due=None, failures=0, capture=capture,
    )  # fmt: skip
    return capture


def files(desk: Desk) -> list[Path]:
    return sorted((desk.db.path.parent / "captures").iterdir())


def test_the_same_body_is_stored_once_and_read_back_in_full(desk: Desk, captures: Captures) -> None:
    first = add(desk, captures, f"{HOME}1")
    again = add(desk, captures, f"{HOME}1", at=LATER)
    elsewhere = add(desk, captures, f"{HOME}2", at=LATER)
    other = add(desk, captures, f"{HOME}1", at=LATER, body=BODY + b"!")
    assert [one.original_id for one in (first, again, elsewhere, other)] == [None, 1, 1, None]
    assert first.digest == again.digest == elsewhere.digest
    assert again.length < first.length + 400
    response = captures.read(again)
    assert response.body == BODY
    assert dict(response.headers)["X-Answered"] == LATER
    assert Captures(files(desk)[0].parent).read(elsewhere).body == BODY
    assert captures_of(desk.db, f"{HOME}1") == [first, again, other]


def test_warcio_accepts_the_records_and_they_say_what_the_standard_wants(
    desk: Desk, captures: Captures
) -> None:
    add(desk, captures, f"{HOME}1")
    add(desk, captures, f"{HOME}2", at=LATER)
    captures.write(url=f"{HOME}2", status=304, reason="Not Modified", headers=[], body=b"", captured_at=LATER)
    captures.close()
    path = files(desk)[0]
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "fail" not in done.stdout
    with path.open("rb") as file:
        records = [
            (one.rec_type, one.rec_headers, one.content_stream().read()) for one in ArchiveIterator(file)
        ]
    assert [kind for kind, _, _ in records] == [
        "warcinfo", "response", "request", "metadata", "revisit", "request", "metadata", "revisit", "request",
    ]  # fmt: skip
    _, response, _ = records[1]
    assert response["WARC-IP-Address"] == "127.0.0.1"
    assert response["WARC-Protocol"] == "http/1.1"
    for kind, told, _ in records[2:4]:
        assert told["WARC-Concurrent-To"] == response["WARC-Record-ID"], kind
    assert records[3][2] == b"fetchTimeMs: 250\r\n"
    _, revisit, _ = records[4]
    assert revisit["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert revisit["WARC-Refers-To-Target-URI"] == f"{HOME}1"
    assert revisit["WARC-Refers-To-Date"] == NOW
    assert revisit["WARC-Payload-Digest"] == response["WARC-Payload-Digest"]
    _, unchanged, _ = records[7]
    assert unchanged["WARC-Profile"].endswith("/server-not-modified")
    assert unchanged["WARC-Refers-To-Target-URI"] == f"{HOME}1"


def test_what_was_never_written_to_the_database_is_no_original(desk: Desk, captures: Captures) -> None:
    """The row of it may never come; a crash may even have cut the record."""
    write = {"url": HOME, "status": 200, "reason": "OK", "headers": [], "body": BODY, "captured_at": NOW}
    assert [captures.write(**write).original_id for _ in range(2)] == [None, None]  # type: ignore[arg-type]


def test_an_original_whose_file_is_lost_is_stored_again(desk: Desk, captures: Captures) -> None:
    add(desk, captures, f"{HOME}1")
    captures.close()
    (path,) = files(desk)
    path.rename(path.with_name("series-archive-20240101000000-00007.warc.gz"))
    captures = Captures(desk.db.path.parent / "captures", Originals(desk.db))
    again = add(desk, captures, f"{HOME}2")
    assert again.original_id is None
    assert captures.read(again).body == BODY


def test_an_empty_body_and_a_304_hold_no_body_to_refer_to(desk: Desk, captures: Captures) -> None:
    assert [add(desk, captures, f"{HOME}{n}", body=b"").original_id for n in range(2)] == [None, None]
    assert add(desk, captures, f"{HOME}3", body=b"", status=304).original_id is None


def test_a_damaged_original_is_told(desk: Desk, captures: Captures) -> None:
    first = add(desk, captures, f"{HOME}1")
    again = add(desk, captures, f"{HOME}2")
    captures.close()
    path = files(desk)[0]
    content = bytearray(path.read_bytes())
    content[first.offset + 30 : first.offset + 60] = bytes(30)
    path.write_bytes(content)
    with pytest.raises(
        ArchiveError, match=r"(no whole record|not the stored one).*: restore it from a backup"
    ):
        captures.read(again)
    with pytest.raises(ArchiveError, match=f"another capture stands at byte {again.offset}"):
        captures.read(replace(again, url=f"{HOME}other"))
