"""A file that is there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from archive.database import explain


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """Open a file for writing that replaces the old one at the end, when all went well.

    What is no plain file (a pipe, ``/dev/stdout``) is written to directly.

    Raises:
        ArchiveError: It cannot be written; what stood there still does.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", newline="\n") as file:
                yield file
            return
        path = path.resolve()
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding="utf-8", newline="\n") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise explain(error, path) from error
