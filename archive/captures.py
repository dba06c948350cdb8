"""The raw responses, as WARC 1.1 files; nothing else reads or writes these files.

One record is one gzip member, so that offset and length give it back without reading the file
(WARC 1.1, ISO 28500:2017, annex D). Files only grow; what a crash leaves unfinished at the end is cut off.
"""

import hashlib
import io
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from archive.capture_index import Originals
from archive.copying import make_durable
from archive.errors import ArchiveError, explain, explain_unread
from archive.holding import try_lock
from archive.models import Capture
from archive.warc_tail import repair_tail
from archive.warc_writing import (
    IDENTICAL,
    Headers,
    metadata_record,
    new_record,
    request_head,
    response_head,
    revisit_facts,
    warcinfo,
)

_LIMIT = 1_000_000_000
_FILE_NAME = re.compile(r"series-archive-\d{14}-(\d{5,})\.warc\.gz")
_DOCUMENT = "text/html; charset=utf-8"
"""What a browser made of a page."""


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

    def __init__(self, folder: Path, originals: Originals | None = None, *, limit: int = _LIMIT) -> None:
        """Name the folder; it need not exist.

        Args:
            folder: Where the files are.
            originals: Knows which bodies there are; without it, each is stored as often as it comes.
            limit: Bytes after which a file is full and the next one begins.
        """
        self._folder = folder
        self._originals = originals
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
        request_headers: Headers | None = (),
        ip: str | None = None,
        protocol: str | None = None,
        seconds: float | None = None,
        purpose: tuple[str, str] | None = None,
        origin: str | None = None,
    ) -> Capture:
        """Append a response, the request that led to it, how long that took, and what it was for.

        A body that another capture holds is not stored again: a ``revisit`` record says which one it is.

        Args:
            url: What was asked for.
            status: Of the answer. 304 becomes a ``revisit`` record: the server says that nothing changed.
            reason: The words after the status.
            headers: As served. Text stands for bytes by Latin-1, as in HTTP.
            body: As transferred, still compressed where the headers say so.
            captured_at: UTC.
            request_headers: As sent; None for a response that another archive gave us.
            ip: Of the server.
            protocol: Of the exchange, like HTTP/1.1; stored as ``WARC-Protocol``, which is used widely and
                proposed for the next WARC.
            seconds: From the request to the beginning of the answer; stored as ``fetchTimeMs``.
            purpose: What was asked for in the first place, before redirects: ``page``, ``further`` (a further
                page of an article), ``part`` (what the scripts of a page ask for) or the kind of a discovery,
                and its URL. A field of ours beside that one: from it an archive can be rebuilt.
            origin: Where a response is from that another archive captured.

        Raises:
            ArchiveError: It cannot be written, the disk is full; the file is left as it was before.
        """
        headers = list(headers)
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        facts = {"WARC-Date": captured_at, "WARC-Payload-Digest": digest}
        if ip:
            facts["WARC-IP-Address"] = ip
        if protocol:
            facts["WARC-Protocol"] = protocol.lower()
        served = response_head(status, reason, headers)
        with self._lock:
            original = self._original(url, status, digest, body)
            revisit = status == HTTPStatus.NOT_MODIFIED or original is not None
            if revisit:
                facts |= revisit_facts(status, original[1] if original else None)
            response, record_id = new_record(
                url, "revisit" if revisit else "response", facts, served, b"" if revisit else body
            )
            told = {"WARC-Date": captured_at, "WARC-Concurrent-To": record_id}
            request = b""
            if request_headers is not None:
                request = new_record(url, "request", told, request_head(url, request_headers), b"")[0]
            notes = metadata_record(url, told, seconds, purpose, origin)
            file, offset = self._append_records(response, request, notes)
        content_type = next((value for name, value in headers if name.lower() == "content-type"), None)
        original_id = original[0] if original and status != HTTPStatus.NOT_MODIFIED else None
        return Capture(
            url, captured_at, status, content_type, file, offset, len(response), digest, original_id
        )

    def write_conversion(
        self, original: Capture, body: bytes, captured_at: str, purpose: tuple[str, str] | None = None
    ) -> Capture:
        """Append the document that a browser made of a response: a ``conversion`` record (WARC 1.1, 6.8).

        Args:
            original: The response, or a revisit of it.
            body: The document, HTML in UTF-8.
            captured_at: UTC.
            purpose: As for `write`.

        Raises:
            ArchiveError: As for `write`; or the record of the original is not there.
        """
        with _reading(self._folder / original.file, original.offset) as record:
            refers_to = record.rec_headers["WARC-Record-ID"]
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        facts = {"WARC-Date": captured_at, "WARC-Payload-Digest": digest, "WARC-Refers-To": refers_to}
        conversion, record_id = new_record(
            original.url, "conversion", facts, None, body, kind_of_body=_DOCUMENT
        )
        told = {"WARC-Date": captured_at, "WARC-Concurrent-To": record_id}
        with self._lock:
            file, offset = self._append_records(
                conversion, metadata_record(original.url, told, None, purpose)
            )
        return Capture(original.url, captured_at, 200, _DOCUMENT, file, offset, len(conversion), digest)

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
        """Give a response back as it was served; the body of a revisit is that of its original.

        Raises:
            ArchiveError: The file is missing, something else stands at that place, or the body is another one
                than was stored.
        """
        path = self._folder / capture.file
        with _reading(path, capture.offset) as record:
            facts, headers, body = record.rec_headers, record.http_headers, record.raw_stream.read()
            if facts["WARC-Target-URI"] != capture.url or facts["WARC-Payload-Digest"] != capture.digest:
                raise ArchiveError(f"{path}: another capture stands at byte {capture.offset}: {_RESTORE}.")
            if record.rec_type == "revisit" and facts["WARC-Profile"] == IDENTICAL:
                path = self._folder / facts["WARC-Refers-To-Filename"]
                with _reading(path, int(facts["WARC-Refers-To-File-Offset"])) as original:
                    body = original.raw_stream.read()
            if record.rec_type == "conversion":
                response = StoredResponse(200, "OK", (("Content-Type", _DOCUMENT),), body)
            else:
                status, _, reason = headers.statusline.partition(" ")
                response = StoredResponse(int(status), reason, tuple(headers.headers), body)
        if f"sha256:{hashlib.sha256(body).hexdigest()}" != capture.digest:
            raise ArchiveError(
                f"{path}: the body at byte {capture.offset} is not the stored one: {_RESTORE}."
            )
        return response

    def _original(self, url: str, status: int, digest: str, body: bytes) -> tuple[int, Capture] | None:
        """Give the capture that has the body, if its record is still there."""
        if self._originals is None:
            return None
        if status == HTTPStatus.NOT_MODIFIED:
            return self._originals.latest(url)
        found = self._originals.with_digest(digest) if body else None
        try:
            there = (
                found and (self._folder / found[1].file).stat().st_size >= found[1].offset + found[1].length
            )
        except OSError:
            return None
        return found if there else None

    def close(self) -> None:
        """Make everything durable and close the file."""
        self.sync()
        with self._lock:
            self._close()

    def _append_records(self, *records: bytes) -> tuple[str, int]:
        """Append records that belong together; gives the file, and where in it they begin."""
        self._make_ready()
        file, offset = self._path.name, self._end
        self._append(b"".join(records))
        return file, offset

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
            self._append(warcinfo(self._path.name))

    def _open_newest(self) -> None:
        """Go on with the file of the run before, unless another process writes to it, or it is damaged."""
        if not (paths := capture_files(self._folder)):
            return
        self._path = paths[-1]
        file = self._path.open("r+b", buffering=0)
        end = repair_tail(file, self._path) if try_lock(file) else None
        if end is None:
            file.close()
            return
        file.seek(end)
        self._file, self._end, self._synced = file, end, end

    def _open_next(self) -> None:
        if self._file:
            _make_durable(self._file.fileno())
            self._close()
        paths = capture_files(self._folder)
        serial = 1 + int(_FILE_NAME.fullmatch(paths[-1].name)[1]) if paths else 1  # type: ignore[index]
        self._path = self._folder / f"series-archive-{datetime.now(UTC):%Y%m%d%H%M%S}-{serial:05}.warc.gz"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("xb", buffering=0)
        self._end = self._synced = 0
        try_lock(self._file)
        make_durable(self._folder)

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


def capture_files(folder: Path) -> list[Path]:
    """Give the WARC files that we write, the oldest first: only the last one still grows."""
    paths = folder.iterdir() if folder.is_dir() else ()
    serials = {path: found[1] for path in paths if (found := _FILE_NAME.fullmatch(path.name))}
    return sorted(serials, key=lambda path: (int(serials[path]), path.name))


@contextmanager
def _reading(path: Path, offset: int) -> Iterator[ArcWarcRecord]:
    """Open the record at a place.

    Raises:
        ArchiveError: The file is missing, or there is no whole record.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            yield next(ArchiveIterator(file))
    except OSError as error:
        raise explain_unread(error, path) from error
    except ArchiveError:
        raise
    except Exception as error:  # warcio tells a damaged record in many ways
        raise ArchiveError(f"{path}: there is no whole record at byte {offset}: {_RESTORE}.") from error


_RESTORE = "restore it from a backup"


def _make_durable(descriptor: int) -> None:
    getattr(os, "fdatasync", os.fsync)(descriptor)  # macOS has no fdatasync
