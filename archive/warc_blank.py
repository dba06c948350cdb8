"""Take records out of a WARC file while every other record stays where it is.

Rows name records by their place, so what is removed is replaced by a record of the same length that says
nothing. The new file takes the old one's name in one step: whenever a crash comes, there is one or the other.
"""

import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from archive.copying import keep_access, make_durable
from archive.errors import ArchiveError, explain
from archive.times import utc_now

_CHUNK = 1 << 20
_STORED = 0xFFFF
"""Bytes of the largest block that deflate stores as it is (RFC 1951, 3.2.4)."""
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_HOLE = 4096
_END = b"\r\n\r\n"
_DIGITS = 12
"""Of a content length, so that the head has the same length whatever the number is."""

Span = tuple[int, int]
"""Offset and length."""


def blank(path: Path, spans: Iterable[Span]) -> None:
    """Replace records by one that says only that something was removed.

    The removed bytes are zeros in the new file, for which most file systems need no room.

    Args:
        path: A file of one gzip member a record.
        spans: The places of records; those next to each other become one.

    Raises:
        ArchiveError: It cannot be written; the file is as it was.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with path.open("rb") as old, part.open("wb") as new:
            for offset, length in _joined(spans):
                _copy(old, new, offset - new.tell())
                _write_blank(new, length)
                old.seek(offset + length)
            _copy(old, new, path.stat().st_size - new.tell())
            new.truncate(path.stat().st_size)
        keep_access(path, part)
        make_durable(part)
        part.replace(path)
        make_durable(path.parent)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise explain(error, path) from error


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    begin = end = 0
    for offset, length in sorted(spans):
        if offset != end:
            if end > begin:
                yield begin, end - begin
            begin = offset
        end = offset + length
    if end > begin:
        yield begin, end - begin


def _copy(old: BinaryIO, new: BinaryIO, length: int) -> None:
    while length > 0 and (data := old.read(min(length, _CHUNK))):
        new.write(data)
        length -= len(data)


def _write_blank(file: BinaryIO, length: int) -> None:
    """Write a gzip member of exactly this length: a metadata record of zeros, stored as they are."""
    room = length - len(_HEAD) - 8
    blocks = -(-room // (_STORED + 5))
    record = room - 5 * blocks
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\n"
        f"WARC-Date: {utc_now()}\r\nContent-Type: application/octet-stream\r\nContent-Length: "
    ).encode()
    zeros = record - len(head) - _DIGITS - 2 * len(_END)
    if zeros < 0:
        raise ArchiveError(f"a record of {length} bytes is too short to be replaced: tell the developers.")
    head += f"{zeros:0{_DIGITS}}".encode() + _END
    file.write(_HEAD)
    checksum = 0
    for number in range(blocks):
        size = record // blocks + (number < record % blocks)
        last = number == blocks - 1
        file.write(bytes([last]) + size.to_bytes(2, "little") + (size ^ _STORED).to_bytes(2, "little"))
        begin, end = (head if number == 0 else b""), (_END if last else b"")
        nothing = size - len(begin) - len(end)
        file.write(begin)
        _skip(file, nothing)
        file.write(end)
        checksum = zlib.crc32(end, zlib.crc32(bytes(nothing), zlib.crc32(begin, checksum)))
    file.write(checksum.to_bytes(4, "little") + (record & 0xFFFFFFFF).to_bytes(4, "little"))


def _skip(file: BinaryIO, zeros: int) -> None:
    if zeros >= _HOLE:
        file.seek(zeros, os.SEEK_CUR)
    else:
        file.write(bytes(zeros))
