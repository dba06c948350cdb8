"""The raw responses, as WARC 1.1 files; nothing else reads or writes these files.

One record is one gzip member, so that offset and length give it back without reading the file
(WARC 1.1, ISO 28500:2017, annex D). Files only grow; what a crash leaves unfinished at the end is cut off.
"""

import fcntl
import hashlib
import io
import os
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.database import explain
from archive.errors import ArchiveError
from archive.models import Capture
from archive.warc_tail import repair_tail

_LIMIT = 1_000_000_000
_FILE_NAME = re.compile(r"series-archive-\d{14}-(\d{5,})\.warc\.gz")
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_NOT_STORED_AS_SENT = frozenset({"transfer-encoding"})
"""The chunks were joined on arrival; a reader that believes this header would look for them."""

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response as it was served, read back from its capture."""

    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    """As transferred: still compressed where ``Content-Encoding`` says so."""


class Captures:
    """A folder of WARC files. Writing starts with the first capture; threads may share it."""

    def __init__(self, folder: Path, *, limit: int = _LIMIT) -> None:
        """Name the folder; it need not exist.

        Args:
            folder: Where the files are.
            limit: Bytes after which a file is full and the next one begins.
        """
        self._folder = folder
        self._limit = limit
        self._lock = threading.Lock()
        self._file: io.FileIO | None = None
        self._path = folder
        self._end = 0
        self._synced = 0

    def write(
        self,
        *,
        url: str,
        status: int,
        reason: str,
        headers: Headers,
        body: bytes,
        captured_at: str,
        request_headers: Headers = (),
        ip: str | None = None,
    ) -> Capture:
        """Append a response, and the request that led to it.

        Args:
            url: What was asked for.
            status: Of the answer. 304 becomes a ``revisit`` record: the server says that nothing changed.
            reason: The words after the status.
            headers: As served. Text stands for bytes by Latin-1, as in HTTP.
            body: As transferred, still compressed where the headers say so.
            captured_at: UTC.
            request_headers: As sent.
            ip: Of the server.

        Raises:
            ArchiveError: It cannot be written, the disk is full; the file is left as it was before.
        """
        headers = list(headers)
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        facts = {"WARC-Date": captured_at, "WARC-Payload-Digest": digest}
        if ip:
            facts["WARC-IP-Address"] = ip
        if status == HTTPStatus.NOT_MODIFIED:
            facts["WARC-Profile"] = _NOT_MODIFIED
        kind = "revisit" if status == HTTPStatus.NOT_MODIFIED else "response"
        served = _HttpHeaders(
            f"{status} {reason}".strip(), [_stored(header) for header in headers], "HTTP/1.1"
        )
        response = _record(url, kind, facts, served, body)
        request = _record(
            url, "request", {"WARC-Date": captured_at}, _request_line(url, request_headers), b""
        )
        with self._lock:
            self._make_ready()
            file, offset = self._path.name, self._end
            self._append(response + request)
        content_type = next((value for name, value in headers if name.lower() == "content-type"), None)
        return Capture(url, captured_at, status, content_type, file, offset, len(response), digest)

    def sync(self, capture: Capture | None = None) -> None:
        """Make what was written durable.

        Args:
            capture: Only this one is needed; nothing is done where it is durable already.

        Raises:
            ArchiveError: The disk says no.
        """
        with self._lock:
            if self._file is None or self._synced == self._end:
                return
            path, end = self._path, self._end
            if capture and (capture.file != path.name or capture.offset + capture.length <= self._synced):
                return
            descriptor = os.dup(self._file.fileno())
        try:
            _make_durable(descriptor)  # outside of the lock: others go on writing
        except OSError as error:
            raise explain(error, path) from error
        finally:
            os.close(descriptor)
        with self._lock:
            if self._path == path:
                self._synced = max(self._synced, end)

    def read(self, capture: Capture) -> StoredResponse:
        """Give a response back as it was served.

        Raises:
            ArchiveError: The file is missing, or something else stands at that place.
        """
        path = self._folder / capture.file
        try:
            with path.open("rb") as file:
                file.seek(capture.offset)
                member = file.read(capture.length)
            record = next(ArchiveIterator(io.BytesIO(member)))
            headers, body = record.http_headers, record.raw_stream.read()
            status, _, reason = headers.statusline.partition(" ")
            return StoredResponse(int(status), reason, tuple(headers.headers), body)
        except OSError as error:
            raise ArchiveError(f"{path}: {error.strerror}: restore it from a backup.") from error
        except Exception as error:  # warcio tells a damaged record in many ways
            raise ArchiveError(
                f"{path}: there is no whole record at byte {capture.offset}: restore it from a backup."
            ) from error

    def close(self) -> None:
        """Make everything durable and close the file."""
        self.sync()
        with self._lock:
            self._close()

    def _make_ready(self) -> None:
        """Have a file open that is not full, and that says what it is."""
        try:
            if self._file is None:
                self._open_newest()
            if self._file is None or self._end >= self._limit:
                self._open_next()
        except OSError as error:
            raise explain(error, self._path) from error
        if self._end == 0:
            self._append(_warcinfo(self._path.name))

    def _open_newest(self) -> None:
        """Go on with the file of the run before, unless another process writes to it, or it is damaged."""
        if not (paths := self._files()):
            return
        self._path = paths[-1]
        file = self._path.open("r+b", buffering=0)
        end = repair_tail(file, self._path) if _lock(file) else None
        if end is None:
            file.close()
            return
        file.seek(end)
        self._file, self._end, self._synced = file, end, end

    def _open_next(self) -> None:
        if self._file:
            _make_durable(self._file.fileno())
            self._close()
        paths = self._files()
        serial = 1 + int(_FILE_NAME.fullmatch(paths[-1].name)[1]) if paths else 1  # type: ignore[index]
        self._path = self._folder / f"series-archive-{datetime.now(UTC):%Y%m%d%H%M%S}-{serial:05}.warc.gz"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("xb", buffering=0)
        self._end = self._synced = 0
        _lock(self._file)
        _sync_folder(self._folder)

    def _files(self) -> list[Path]:
        """Give our WARC files, the oldest first."""
        paths = self._folder.iterdir() if self._folder.is_dir() else ()
        serials = {path: found[1] for path in paths if (found := _FILE_NAME.fullmatch(path.name))}
        return sorted(serials, key=lambda path: (int(serials[path]), path.name))

    def _append(self, records: bytes) -> None:
        assert self._file  # noqa: S101 - for the type checker
        rest = memoryview(records)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            raise explain(error, self._path) from error
        self._end += len(records)

    def _close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


class _HttpHeaders(StatusAndHeaders):  # type: ignore[misc]
    """Headers byte for byte; warcio would percent-encode what is not ASCII."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        text: str = self.to_str(filter_func)
        try:
            return text.encode("latin-1") + b"\r\n"
        except UnicodeEncodeError:
            return text.encode() + b"\r\n"


def _stored(header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    return (f"X-Archive-Orig-{name}" if name.lower() in _NOT_STORED_AS_SENT else name), value


def _request_line(url: str, headers: Headers) -> _HttpHeaders:
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = list(headers)
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
    return _HttpHeaders(f"GET {target} HTTP/1.1", headers, is_http_request=True)


def _record(url: str, kind: str, facts: dict[str, str], headers: _HttpHeaders, body: bytes) -> bytes:
    member = io.BytesIO()
    writer = WARCWriter(member, gzip=True, warc_version="1.1")
    payload = io.BytesIO(body)
    writer.write_record(
        writer.create_warc_record(
            url, kind, payload=payload, length=len(body), http_headers=headers, warc_headers_dict=facts
        )
    )
    return member.getvalue()


def _warcinfo(name: str) -> bytes:
    member = io.BytesIO()
    writer = WARCWriter(member, gzip=True, warc_version="1.1")
    facts = {"software": "series-archive", "format": "WARC File Format 1.1", "conformsTo": _CONFORMS_TO}
    writer.write_record(writer.create_warcinfo_record(name, facts))
    return member.getvalue()


_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def _lock(file: io.FileIO) -> bool:
    """Keep other processes from writing to a file; False when one does."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_durable(descriptor: int) -> None:
    getattr(os, "fdatasync", os.fsync)(descriptor)  # macOS has no fdatasync


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
