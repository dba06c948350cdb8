"""Go through a WARC file, record by record."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders

from archive.errors import ArchiveError


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
    """Give the responses of a file in their order.

    Raises:
        ArchiveError: It cannot be read, or a record is damaged.
    """
    exchange: Exchange | None = None
    for record in read_records(path):
        if (record.kind in {"response", "revisit"} and record.http) or record.kind == "conversion":
            if exchange:
                yield exchange
            exchange = Exchange(record)
        elif exchange and record.facts["WARC-Target-URI"] == exchange.url:
            exchange.beside.append(record)
    if exchange:
        yield exchange


def read_records(path: Path) -> Iterator[Record]:
    """Give the records of a file in their order.

    Raises:
        ArchiveError: It cannot be read, or a record is damaged.
    """
    offset = 0
    try:
        with path.open("rb") as file:
            records = ArchiveIterator(file)
            for record in records:
                body = record.raw_stream.read()
                offset, length = records.get_record_offset(), records.get_record_length()
                yield Record(record.rec_type, offset, length, record.rec_headers, record.http_headers, body)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}: restore it from a backup.") from error
    except Exception as error:  # warcio tells a damaged record in many ways
        raise ArchiveError(f"{path}: it is damaged after byte {offset}: restore it from a backup.") from error
