"""A file or a folder that is there whole or not at all."""

import gzip
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from archive.errors import ArchiveError, explain

_MARK = ".series-archive"
"""In a folder that we wrote, and may replace."""


def ensure_apart(path: Path, private: Iterable[Path]) -> None:
    """Refuse to write what is for others over the archive, into it, or to a folder around it.

    Args:
        path: The file or folder that is to be written.
        private: The archive, its folder of captures, its configuration.

    Raises:
        ArchiveError: It is one of these, holds one, or lies in one.
    """
    path = path.resolve()
    for own in map(Path.resolve, private):
        if own.is_relative_to(path) or path.is_relative_to(own):
            raise ArchiveError(f"{path} is no place for that: {own} is the archive's own. Name another one.")


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that replaces the old one at the end, when all went well.

    What is no plain file (a pipe, ``/dev/stdout``) is written to directly. A name that ends in ``.gz`` or
    ``.zst`` is compressed.

    Raises:
        ArchiveError: It cannot be written; what stood there still does.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        path = path.resolve()
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                with _compressed(file, path.suffix) as stream:
                    yield stream
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise explain(error, path) from error


@contextmanager
def writing_folder(path: Path) -> Iterator[Path]:
    """Give a new folder that replaces the old one at the end, when all went well.

    Raises:
        ArchiveError: It cannot be written, or there is a folder that we did not write.
    """
    path = path.absolute()
    if path.exists() and not (path.is_dir() and (path.joinpath(_MARK).exists() or not any(path.iterdir()))):
        raise ArchiveError(f"{path} is there already, and not ours to replace: name another folder.")
    part, old = (path.with_name(f".{path.name}.{os.getpid()}.{end}") for end in ("part", "old"))
    try:
        part.mkdir(parents=True)
        try:
            yield part
            part.joinpath(_MARK).write_text("Written by series-archive, which may replace it.\n")
            if path.exists():
                path.replace(old)
            part.replace(path)
        finally:
            if old.exists() and not path.exists():
                old.replace(path)
            shutil.rmtree(part, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise explain(error, path) from error


def gzipped(file: BinaryIO) -> gzip.GzipFile:
    """Give a stream that compresses into a file; of the same bytes it makes the same bytes.

    Level 4 is nearly three times as fast as 6, with articles a twentieth larger.
    """
    return gzip.GzipFile(filename="", mode="wb", compresslevel=4, fileobj=file, mtime=0)


@contextmanager
def _compressed(file: BinaryIO, suffix: str) -> Iterator[BinaryIO]:
    with ExitStack() as closing:
        stream: Any = file
        if suffix == ".gz":
            stream = closing.enter_context(gzipped(file))
        elif suffix == ".zst":
            compressor = zstandard.ZstdCompressor()
            stream = closing.enter_context(compressor.stream_writer(file, closefd=False))
        yield stream
