"""Go through a WARC file, record by record."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import RawIOBase
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders

from archive.errors import ArchiveError, explain_unread
from archive.warc_tail import member_end, record_starts

log = logging.getLogger(__name__)


class WarcIterator(ArchiveIterator):  # type: ignore[misc]
    """Reads records without a word: of damage, warcio writes to the standard error what stands there."""

    INC_RECORD = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A record and where it is."""

    kind: str
    """response, revisit, conversion, request, metadata, warcinfo..."""
    offset: int
    length: int
    """Bytes of its gzip member."""
    facts: StatusAndHeaders
    """The WARC headers."""
    http: StatusAndHeaders | None
    """Status and headers of a response."""
    body: bytes
    """As transferred; empty in a revisit."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A response, or what a browser made of one, and what was stored beside it: the request, the time."""

    response: Record
    beside: list[Record] = field(default_factory=list)

    @property
    def url(self) -> str:
        """What was asked for."""
        return str(self.response.facts["WARC-Target-URI"])

    @property
    def status(self) -> int:
        """Of the answer; of what a browser made of one, 200."""
        if self.response.kind == "conversion":
            return 200
        assert self.response.http  # noqa: S101 - a response has headers
        return int(self.response.http.get_statuscode())

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Of the answer; of what a browser made of one, its type."""
        if self.response.http:
            return list(self.response.http.headers)
        return [("Content-Type", str(self.response.facts["Content-Type"]))]

    @property
    def notes(self) -> list[str]:
        """What was noted beside it, as lines: how long it took, what it was for."""
        notes = (one.body.decode("utf-8", "replace") for one in self.beside if one.kind == "metadata")
        return [line for note in notes for line in note.splitlines()]

    @property
    def is_told(self) -> bool:
        """Whether the program that captured it noted something."""
        return bool(self.notes)

    def spans(self) -> Iterator[tuple[int, int]]:
        """Give where it is in the file."""
        for record in (self.response, *self.beside):
            yield record.offset, record.length


def warc_files(folder: Path) -> list[Path]:
    """Give the WARC files of a folder, the oldest first; serial numbers follow the time in a name."""
    return sorted(folder.glob("*.warc.gz"))


def read_exchanges(path: Path) -> Iterator[Exchange]:
    """Give the responses of a file in their order: those behind a damaged place as well, and then the error.

    Raises:
        ArchiveError: It cannot be read, or a record is damaged; all others were given.
    """
    exchange: Exchange | None = None
    problem: ArchiveError | None = None
    try:
        for record in read_records(path):
            if (record.kind in {"response", "revisit"} and record.http) or record.kind == "conversion":
                if exchange:
                    yield exchange
                exchange = Exchange(record)
            elif exchange and record.facts["WARC-Target-URI"] == exchange.url:
                exchange.beside.append(record)
    except ArchiveError as error:
        problem = error
    if exchange:
        yield exchange
    if problem:
        raise problem


def read_records(path: Path) -> Iterator[Record]:
    """Give the records of a file in their order: those behind a damaged place as well, and then the error.

    Raises:
        ArchiveError: It cannot be read, or a record is damaged; all others were given.
    """
    damaged: int | None = None
    try:
        with path.open("rb", buffering=0) as file:
            size, start = path.stat().st_size, 0
            while start < size:
                for record in _whole_records(file, start, size):
                    start = record.offset + record.length
                    yield record
                if start < size:
                    damaged = start if damaged is None else damaged
                    start = next(record_starts(file, start + 1, size), size)
    except OSError as error:
        raise explain_unread(error, path) from error
    if damaged is not None:
        raise ArchiveError(f"{path}: it is damaged after byte {damaged}: restore it from a backup.")


def _whole_records(file: RawIOBase, start: int, size: int) -> Iterator[Record]:
    """Give the records from a place on until one is damaged, which warcio tells in many ways, or not."""
    last: Record | None = None
    file.seek(start)
    try:
        records = WarcIterator(file)
        for record in records:
            body = record.raw_stream.read()
            offset, length = records.get_record_offset(), records.get_record_length()
            if last:
                yield last
            last = Record(record.rec_type, offset, length, record.rec_headers, record.http_headers, body)
    except OSError:
        raise
    except Exception as error:
        log.debug("after byte %d: %s", start, error)
    # What follows the last one and is no record, warcio counts as part of it.
    if last and (end := member_end(file, last.offset, size)):
        yield replace(last, length=end - last.offset)
