"""Find and cut what a crash left unfinished at the end of a WARC file."""

import logging
import os
import zlib
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path

_MEMBER = b"\x1f\x8b\x08"
"""How a gzip member begins (RFC 1952)."""
_RECORD = b"WARC/1."
_HEAD = 512
"""Bytes of a member that are enough to see how it begins."""
_CHUNK = 1 << 20

log = logging.getLogger(__name__)


def repair_tail(file: RawIOBase, path: Path) -> int | None:
    """Cut an unfinished record off the end of a file of one gzip member a record.

    Only the last record is read, unless it is not whole: then the whole file is, before anything is cut.

    Args:
        file: Open for reading and writing.
        path: Its name, for the log.

    Returns:
        The length of the file after that; None when it is damaged elsewhere, it is left untouched then.

    Raises:
        OSError: It cannot be read or written.
    """
    size = file.seek(0, os.SEEK_END)
    if _last_record_is_whole(file, size):
        return size
    end = _end_of_whole_records(file, size)
    if any(member_end(file, start, size) for start in record_starts(file, end + 1, size)):
        log.warning("%s is damaged in the middle: it is left as it is.", path)
        return None
    log.warning("%s: %d bytes of an unfinished record were cut off its end.", path, size - end)
    file.truncate(end)
    return end


def tail_is_whole(file: RawIOBase) -> bool:
    """Say if a file ends with a whole record."""
    return _last_record_is_whole(file, file.seek(0, os.SEEK_END))


def _last_record_is_whole(file: RawIOBase, size: int) -> bool:
    window = _CHUNK
    while True:
        begin = max(0, size - window)
        starts = list(record_starts(file, begin, size))
        if starts:
            return member_end(file, starts[-1], size) == size
        if begin == 0:
            return size == 0
        window *= 4


def _end_of_whole_records(file: RawIOBase, size: int) -> int:
    position = 0
    while position < size and (end := member_end(file, position, size)):
        position = end
    return position


def record_starts(file: RawIOBase, begin: int, end: int) -> Iterator[int]:
    """Give the places where a gzip member with a WARC record begins."""
    for chunk in range(begin, end, _CHUNK):
        file.seek(chunk)
        window = file.read(min(_CHUNK + _HEAD, end - chunk)) or b""
        place = window.find(_MEMBER)
        while 0 <= place < _CHUNK:
            if _begins_record(window[place : place + _HEAD]):
                yield chunk + place
            place = window.find(_MEMBER, place + 1)


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, len(_RECORD)) == _RECORD
    except zlib.error:
        return False


def member_end(file: RawIOBase, start: int, size: int) -> int | None:
    """Give the place after the gzip member that begins at ``start``; None when it is not whole."""
    file.seek(start)
    member = zlib.decompressobj(31)
    position = start
    while not member.eof and position < size:
        data = file.read(_CHUNK)
        if not data:
            return None
        position += len(data)
        try:
            while data and not member.eof:
                member.decompress(data, _CHUNK)
                data = member.unconsumed_tail
        except zlib.error:
            return None
    return position - len(member.unused_data) if member.eof else None
