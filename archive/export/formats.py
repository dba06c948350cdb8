"""What a format gets to work with."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from archive.export.records import Record, parse_lines


@dataclass
class Export:
    """An export under way: the articles, and where they go."""

    title: str
    """Of the archive."""
    lines: Iterator[bytes]
    """The articles as JSON objects in UTF-8, one by one."""
    binary: BinaryIO
    """Where the bytes go."""
    folder: Path | None = None
    """Where the files go, of a format that is a folder."""
    captures: Path | None = None
    """The folder of WARC files."""
    address: str | None = None
    """The URL of a feed itself, where it has one."""
    page: str | None = None
    """The URL of the page that shows the same."""

    @property
    def records(self) -> Iterator[Record]:
        """The articles as dictionaries, one by one."""
        return parse_lines(self.lines)

    @cached_property
    def text(self) -> io.TextIOWrapper:
        """Where text goes, as UTF-8 with plain line feeds."""
        return io.TextIOWrapper(self.binary, encoding="utf-8", newline="\n")

    def finish(self) -> None:
        """Hand over what is still in memory; the bytes' own stream stays open."""
        if "text" in self.__dict__:
            self.text.flush()
            self.text.detach()
        self.binary.flush()
