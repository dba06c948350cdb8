import gzip
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.captures import Captures
from archive.errors import ArchiveError
from archive.models import Capture

URL = "http://127.0.0.1:8000/rain?page=1"
AT = "2024-02-01T00:00:00Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "captures"


@pytest.fixture
def captures(folder: Path) -> Iterator[Captures]:
    captures = Captures(folder)
    yield captures
    captures.close()


def write(captures: Captures, body: bytes = b"<p>rain</p>", url: str = URL) -> Capture:
    return captures.write(
        url=url,
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html")],
        body=body,
        captured_at=AT,
    )


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def check(path: Path) -> str:
    """Have warcio check a file; give what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else f"failed: {done.stdout}{done.stderr}"


def test_a_response_comes_back_as_it_was_served(captures: Captures) -> None:
    body = gzip.compress("<p>雨</p>".encode())
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("content-encoding", "gzip"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("X-Place", "Zürich".encode().decode("latin-1")),
    ]
    capture = captures.write(
        url=URL, status=404, reason="Not Found", headers=headers, body=body, captured_at=AT, ip="127.0.0.1"
    )
    assert (capture.url, capture.status, capture.captured_at) == (URL, 404, AT)
    assert capture.content_type == "text/html; charset=utf-8"
    response = captures.read(capture)
    assert (response.status, response.reason, response.body) == (404, "Not Found", body)
    assert [*response.headers[:4], ("X-Place", "Zürich")] == list(response.headers[:5])
    assert [*response.headers[:4]] == headers[:4]


def test_header_bytes_are_not_rewritten(captures: Captures, folder: Path) -> None:
    sent = 'Zürich; x="é"'.encode("latin-1")
    capture = captures.write(
        url=URL,
        status=200,
        reason="OK",
        headers=[("X-Place", sent.decode("latin-1"))],
        body=b"",
        captured_at=AT,
    )
    member = only_file(folder).read_bytes()[capture.offset : capture.offset + capture.length]
    assert b"X-Place: " + sent + b"\r\n" in gzip.decompress(member)


def test_a_body_whose_chunks_were_joined_says_so(captures: Captures) -> None:
    capture = captures.write(
        url=URL,
        status=200,
        reason="OK",
        headers=[("Transfer-Encoding", "chunked")],
        body=b"5\r\nhello\r\n0\r\n\r\n",
        captured_at=AT,
    )
    response = captures.read(capture)
    assert response.headers == (("X-Archive-Orig-Transfer-Encoding", "chunked"),)
    assert response.body == b"5\r\nhello\r\n0\r\n\r\n"


def test_warcio_accepts_the_file_and_finds_what_it_should(captures: Captures, folder: Path) -> None:
    capture = captures.write(
        url=URL,
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html")],
        body=b"<p>rain</p>",
        captured_at=AT,
        request_headers=[("User-Agent", "series-archive"), ("Accept", "text/html")],
        ip="127.0.0.1",
    )
    captures.write(
        url=URL, status=304, reason="Not Modified", headers=[("ETag", '"1"')], body=b"", captured_at=AT
    )
    captures.close()
    path = only_file(folder)
    said = check(path)
    assert "failed" not in said
    assert said.count("digest pass") == 4
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers, record.http_headers) for record in ArchiveIterator(file)
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "request", "revisit", "request"]
    _, response, _ = records[1]
    _, request, asked = records[2]
    assert response.protocol == "WARC/1.1"
    assert response["WARC-Target-URI"] == URL
    assert response["WARC-IP-Address"] == "127.0.0.1"
    assert response["WARC-Date"] == AT
    assert response["WARC-Payload-Digest"] == capture.digest
    assert (asked.protocol, asked.statusline) == ("GET", "/rain?page=1 HTTP/1.1")
    assert asked["Host"] == "127.0.0.1:8000"
    assert asked["User-Agent"] == "series-archive"
    assert request["WARC-Target-URI"] == URL
    assert records[3][1]["WARC-Profile"].endswith("/server-not-modified")


def test_a_second_run_goes_on_with_the_file(folder: Path) -> None:
    made = []
    for number in range(3):
        captures = Captures(folder)
        made.append(write(captures, f"run {number}".encode()))
        captures.close()
    assert len(list(folder.iterdir())) == 1
    assert [captures.read(one).body for one in made] == [b"run 0", b"run 1", b"run 2"]
    assert "failed" not in check(only_file(folder))


def test_a_full_file_is_followed_by_the_next(folder: Path) -> None:
    captures = Captures(folder, limit=1500)
    made = [write(captures, f"page {number}".encode()) for number in range(9)]
    captures.close()
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) > 2
    assert sorted({one.file for one in made}) == names
    assert [name.rpartition("-")[2] for name in names][:2] == ["00001.warc.gz", "00002.warc.gz"]
    for number, one in enumerate(made):
        assert captures.read(one).body == f"page {number}".encode()
    for path in folder.iterdir():
        assert "failed" not in check(path)


def test_nothing_is_made_before_there_is_something_to_keep(folder: Path) -> None:
    captures = Captures(folder)
    captures.sync()
    captures.close()
    assert not folder.exists()


def test_threads_may_write_at_once(captures: Captures) -> None:
    made: dict[bytes, Capture] = {}

    def work(name: int) -> None:
        for number in range(20):
            body = f"{name}/{number}".encode() * (number + 1)
            made[body] = write(captures, body)
            captures.sync(made[body])

    threads = [threading.Thread(target=work, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 80
    assert all(captures.read(capture).body == body for body, capture in made.items())


def test_a_torn_tail_is_cut_wherever_it_broke(folder: Path, tmp_path: Path) -> None:
    captures = Captures(folder)
    kept = [write(captures, f"kept {number}".encode()) for number in range(3)]
    captures.close()
    path = only_file(folder)
    whole = path.stat().st_size
    captures = Captures(folder)
    torn = write(captures, b"torn " * 20)
    captures.close()
    content = path.read_bytes()
    end_of_response = torn.offset + torn.length
    for cut in range(whole + 1, len(content)):
        path.write_bytes(content[:cut])
        captures = Captures(folder)
        new = write(captures, b"after the crash")
        captures.close()
        assert new.offset == (end_of_response if cut >= end_of_response else whole)
        for number, one in enumerate(kept):
            assert captures.read(one).body == f"kept {number}".encode()
        assert captures.read(new).body == b"after the crash"
    assert "failed" not in check(path)


def test_a_tail_of_zeros_is_cut(folder: Path) -> None:
    captures = Captures(folder)
    kept = write(captures)
    captures.close()
    path = only_file(folder)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(bytes(5000))
    captures = Captures(folder)
    assert write(captures).offset == size
    captures.close()
    assert captures.read(kept).body == b"<p>rain</p>"
    assert check(path).count("digest pass") == 5
    assert bytes(100) not in path.read_bytes()


def test_a_file_that_is_damaged_in_the_middle_is_left_as_it_is(folder: Path) -> None:
    captures = Captures(folder)
    made = [write(captures, bytes([number]) * 500) for number in range(4)]
    captures.close()
    path = only_file(folder)
    content = bytearray(path.read_bytes())
    content[made[1].offset + 20 : made[1].offset + 60] = bytes(40)
    del content[-5:]
    path.write_bytes(content)
    captures = Captures(folder)
    new = write(captures)
    assert path.read_bytes() == content
    assert new.file != path.name
    assert captures.read(made[2]).body == bytes([2]) * 500
    damaged = "(there is no whole record|another capture stands)"  # by what the zeros happen to spell
    with pytest.raises(ArchiveError, match=rf"{path.name}: {damaged} at byte {made[1].offset}"):
        captures.read(made[1])


def test_a_file_whose_first_record_was_cut_begins_again(folder: Path) -> None:
    captures = Captures(folder)
    write(captures)
    captures.close()
    path = only_file(folder)
    path.write_bytes(path.read_bytes()[:50])
    captures = Captures(folder)
    assert captures.read(write(captures)).body == b"<p>rain</p>"
    captures.close()
    assert check(only_file(folder)).count("digest pass") == 3


def test_two_processes_never_write_to_one_file(folder: Path) -> None:
    one, other = Captures(folder), Captures(folder)
    made = [write(captures, str(number).encode() * 99) for number in range(4) for captures in (one, other)]
    assert len({capture.file for capture in made}) == 2
    one.close()
    other.close()
    assert [one.read(capture).body[:1] for capture in made] == [
        b"0",
        b"0",
        b"1",
        b"1",
        b"2",
        b"2",
        b"3",
        b"3",
    ]


def test_a_missing_file_is_told(captures: Captures, folder: Path) -> None:
    capture = write(captures)
    captures.close()
    shutil.rmtree(folder)
    with pytest.raises(ArchiveError, match=r"00001\.warc\.gz: .*restore it from a backup"):
        captures.read(capture)


def test_a_full_disk_leaves_a_sound_file(folder: Path) -> None:
    captures = Captures(folder)
    kept = write(captures)
    size = only_file(folder).stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 300, hard))  # as a full disk: the write stops half-way
    try:
        with pytest.raises(ArchiveError, match=r"Nothing stored is harmed: .* run it again") as told:
            write(captures, b"0123456789abcdef" * 4000 + bytes(range(256)) * 50)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(told.value)
    assert only_file(folder).stat().st_size == size
    again = write(captures, b"there is room again")
    captures.close()
    assert captures.read(kept).body == b"<p>rain</p>"
    assert captures.read(again).body == b"there is room again"
    assert "failed" not in check(only_file(folder))


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "captures").write_text("a file")
    with pytest.raises(ArchiveError, match=r"captures.*: its folder is a file"):
        write(Captures(tmp_path / "captures"))
