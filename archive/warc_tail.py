"""Find and cut what a crash left unfinished at the end of a WARC file."""

import logging
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_MEMBER = b"\x1f\x8b\x08"
"""How a gzip member begins (RFC 1952)."""
_RECORD = b"WARC/1."
_CHUNK = 1 << 20

log = logging.getLogger(__name__)


def repair_tail(path: Path) -> int | None:
    """Cut an unfinished record off the end of a file of one gzip member a record.

    Only the last record is read, unless it is not whole: then the whole file is, before anything is cut.

    Returns:
        The length of the file after that; None when it is damaged elsewhere, it is left untouched then.

    Raises:
        OSError: It cannot be read or written.
    """
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        if _last_record_is_whole(file, size):
            return size
        end = _end_of_whole_records(file, size)
        if any(_member_end(file, start, size) for start in _record_starts(file, end + 1, size)):
            return None
        log.warning("%s: %d bytes of an unfinished record were cut off its end.", path, size - end)
        file.truncate(end)
        return end


def _last_record_is_whole(file: BinaryIO, size: int) -> bool:
    window = _CHUNK
    while True:
        begin = max(0, size - window)
        starts = list(_record_starts(file, begin, size))
        if starts:
            return _member_end(file, starts[-1], size) == size
        if begin == 0:
            return size == 0
        window *= 4


def _end_of_whole_records(file: BinaryIO, size: int) -> int:
    position = 0
    while position < size and (end := _member_end(file, position, size)):
        position = end
    return position


def _record_starts(file: BinaryIO, begin: int, end: int) -> Iterator[int]:
    """Give the places where a gzip member with a WARC record begins."""
    file.seek(begin)
    window = file.read(end - begin)
    place = window.find(_MEMBER)
    while place >= 0:
        if _begins_record(window[place : place + 512]):
            yield begin + place
        place = window.find(_MEMBER, place + 1)


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, len(_RECORD)) == _RECORD
    except zlib.error:
        return False


def _member_end(file: BinaryIO, start: int, size: int) -> int | None:
    """Give the place after the gzip member that begins at ``start``; None when it is not whole."""
    file.seek(start)
    member = zlib.decompressobj(31)
    position = start
    while not member.eof and position < size:
        data = file.read(_CHUNK)
        position += len(data)
        try:
            while data and not member.eof:
                member.decompress(data, _CHUNK)
                data = member.unconsumed_tail
        except zlib.error:
            return None
    return position - len(member.unused_data) if member.eof else None
