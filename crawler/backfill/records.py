"""WARC files of others: gzipped, zstandard or plain; and WACZ, which packs them."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import zstandard

from archive.errors import ArchiveError
from archive.times import to_utc
from archive.warc_records import WarcIterator
from crawler.backfill.found import Found

_ZIP = b"PK\x03\x04"
_ZSTD = b"\x28\xb5\x2f\xfd"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""Begins a frame that holds a dictionary (https://iipc.github.io/warc-specifications/specifications/warc-zstd/)."""
_TOLD = 100
"""Characters of an error of warcio's."""
_LARGEST = 20 * 1024 * 1024
"""Bytes of a body; what is larger is no article."""


def read_found(
    stream: IO[bytes], origin: str, wants: Callable[[str], bool] = lambda _: True
) -> Iterator[Found]:
    """Give the responses of a WARC file.

    Args:
        stream: The file, from its beginning, or from where a record begins.
        origin: Where it is from.
        wants: Whether the answer of an address is wanted; the others are passed over.

    Raises:
        ArchiveError: It is damaged, or no WARC file.
    """
    try:
        for record in WarcIterator(_decompressed(stream)):
            is_response = record.rec_type == "response" and record.http_headers
            if is_response and (found := _found(record, origin, wants)):
                yield found
    except OSError:
        raise
    except Exception as error:  # warcio and zstandard tell damage in many ways
        raise ArchiveError(f"{origin}: damaged, or no WARC file: {_short(error)}.") from error


@contextmanager
def opened(path: Path) -> Iterator[list[tuple[str, IO[bytes]]]]:
    """Open a WARC file, or those in a WACZ, each with its name.

    Raises:
        ArchiveError: It cannot be opened.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(len(_ZIP)) == _ZIP  # at its end, a WARC file may hold one
            file.seek(0)
            if not is_zip:
                yield [(str(path), file)]
                return
            with zipfile.ZipFile(file) as wacz:
                names = [name for name in wacz.namelist() if ".warc" in name.rpartition("/")[2]]
                if not names:
                    raise ArchiveError(f"{path}: no WACZ: it holds no WARC files.")
                yield [(f"{path}!/{name}", wacz.open(name)) for name in names]
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}.") from error
    except zipfile.BadZipFile as error:
        raise ArchiveError(f"{path}: damaged: {error}.") from error


def _found(record: Any, origin: str, wants: Callable[[str], bool]) -> Found | None:
    http, facts = record.http_headers, record.rec_headers
    url, moment = facts.get_header("WARC-Target-URI"), to_utc(facts.get_header("WARC-Date"))
    url = (url or "").strip("<>")
    if not url or not wants(url):
        return None
    body = record.raw_stream.read(_LARGEST + 1)
    status, _, reason = http.statusline.partition(" ")
    if not moment or not status.isdigit() or len(body) > _LARGEST:
        return None
    headers = tuple(http.headers)
    if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
        body, headers = _joined(body, headers)
    return Found(url, moment, int(status), reason, headers, body, origin)


def _joined(body: bytes, headers: tuple[tuple[str, str], ...]) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """Join the chunks of a body, where they are still there: some programs store them, some do not."""
    from warcio.bufferedreaders import ChunkedDataReader

    kept = tuple((name, value) for name, value in headers if name.lower() != "transfer-encoding")
    return ChunkedDataReader(io.BytesIO(body)).read(), kept


def _decompressed(stream: IO[bytes]) -> IO[bytes]:
    """Undo zstandard, which warcio does not know; gzip it does."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    head = buffered.peek(4)[:4]
    if head == _DICTIONARY:
        return _zstd(buffered, _dictionary(buffered))
    return _zstd(buffered) if head == _ZSTD else buffered


def _short(error: Exception) -> str:
    """Give what an error says in one short line: warcio's quote whatever stands in the file."""
    told = "".join(letter if letter.isprintable() else "?" for letter in str(error))
    return told if len(told) <= _TOLD else f"{told[:_TOLD]}..."


def _dictionary(stream: IO[bytes]) -> bytes:
    _, size = struct.unpack("<4sI", stream.read(8))
    stored = stream.read(size)
    return zstandard.ZstdDecompressor().decompress(stored, 2**24) if stored.startswith(_ZSTD) else stored


def _zstd(stream: IO[bytes], dictionary: bytes | None = None) -> IO[bytes]:
    known = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    reader = zstandard.ZstdDecompressor(dict_data=known).stream_reader(stream, read_across_frames=True)
    return io.BufferedReader(reader)
