"""WACZ 1.1.1 (specs.webrecorder.net): the articles' captures with an index, for replayweb.page and pywb."""

import gzip
import hashlib
import json
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import urlsplit

from archive.errors import ArchiveError, explain_unread
from archive.export.formats import Export

FIELDS = ("id", "url", "title", "capture", "further_captures", "first_seen")
_WARC = "archive/articles.warc.gz"
_BLOCK = 1 << 20


def write(export: Export) -> None:
    """Copy the records of every article's captures as they are, index them, and list the articles as pages.

    Raises:
        ArchiveError: A capture that a row names is not there.
    """
    assert export.captures is not None  # noqa: S101 - the command gives it
    with (
        _Records(export.captures) as records,
        tempfile.TemporaryFile() as pages,
        zipfile.ZipFile(export.binary, "w", zipfile.ZIP_STORED) as out,
    ):
        _write_line(pages, {"format": "json-pages-1.0", "id": "pages", "title": export.title})
        for record in export.records:
            if record["capture"] is not None:
                for capture in (record["capture"], *record["further_captures"]):
                    records.copy(capture["file"], capture["offset"], capture["captured_at"])
                _write_line(pages, _page(record))
        parts = _Parts(out)
        parts.add(_WARC, records.warc)
        parts.add("indexes/index.cdx", records.index())
        parts.add("pages/pages.jsonl", pages)
        parts.finish(export.title)


def _write_line(stream: IO[bytes], value: dict[str, str]) -> None:
    stream.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


class _Records:
    """Copies of records in one WARC file, and their index; both on disk, however many there are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.warc = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._index_file = tempfile.TemporaryFile()  # noqa: SIM115
        self._known = sqlite3.connect("")  # of its own, and on disk where it grows
        self._known.execute("CREATE TABLE copied (file, offset, line, PRIMARY KEY (file, offset))")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for resource in (self.warc, self._index_file, self._known):
            resource.close()

    def copy(self, file: str, offset: int, captured_at: str) -> None:
        """Copy a record once, and index it; with it the one that has its body, where that came again."""
        if self._known.execute(
            "SELECT 1 FROM copied WHERE file = ? AND offset = ?", [file, offset]
        ).fetchone():
            return
        member = _as_resource(self._read(file, offset))
        head = _head(member)
        entry = {
            "url": head.url, "mime": head.mime, "status": head.status, "digest": head.digest,
            "length": str(len(member)), "offset": str(self.warc.tell()), "filename": Path(_WARC).name,
        }  # fmt: skip
        stamp = "".join(filter(str.isdigit, captured_at))[:14]
        line = f"{_surt(head.url)} {stamp} {json.dumps(entry)}\n"
        self._known.execute("INSERT INTO copied VALUES (?, ?, ?)", [file, offset, line])
        self.warc.write(member)
        if head.original:
            self.copy(*head.original)

    def index(self) -> IO[bytes]:
        """Give the index (CDXJ), sorted."""
        self._index_file.writelines(
            line.encode() for (line,) in self._known.execute("SELECT line FROM copied ORDER BY line")
        )
        return self._index_file

    def _read(self, file: str, offset: int) -> bytes:
        """Give the gzip member at a place of a file."""
        unpacker, member = zlib.decompressobj(wbits=31), bytearray()
        try:
            with self._folder.joinpath(file).open("rb") as stream:
                stream.seek(offset)
                while not unpacker.eof and (block := stream.read(_SMALL)):
                    unpacker.decompress(block)
                    member += block
        except OSError as error:
            raise explain_unread(error, self._folder / file) from None
        except zlib.error as error:
            raise ArchiveError(f"{self._folder / file}: {error}: run series-archive check.") from None
        return bytes(member[: len(member) - len(unpacker.unused_data)])


_SMALL = 1 << 15


@dataclass(frozen=True, slots=True)
class _Head:
    """What a record states of itself."""

    url: str
    status: str
    mime: str
    digest: str
    original: tuple[str, int, str] | None
    """Where the record is that has its body (file, offset), and when that was captured."""


def _head(member: bytes) -> _Head:
    text = gzip.decompress(member).decode("latin-1")
    warc, _, http = text.partition("\r\n\r\n")
    stated = dict(_headers(warc.split("\r\n")))
    if stated.get("warc-type") == "resource":
        status, answered = "HTTP/1.1 200", stated
    else:
        status, *lines = http.partition("\r\n\r\n")[0].split("\r\n")
        answered = dict(_headers(lines))
    again = stated.get("warc-type") == "revisit" and "warc-refers-to-filename" in stated
    return _Head(
        url=stated.get("warc-target-uri", ""),
        status=[*status.split(" "), "", "200"][1],
        mime="warc/revisit" if again else answered.get("content-type", "text/html").partition(";")[0].strip(),
        digest=stated.get("warc-payload-digest", ""),
        original=(
            stated["warc-refers-to-filename"],
            int(stated.get("warc-refers-to-file-offset", 0)),
            stated.get("warc-refers-to-date", stated.get("warc-date", "")),
        )
        if again
        else None,
    )


def _as_resource(member: bytes) -> bytes:
    """Give a document that a browser made of a response as one by itself (WARC 1.1, 6.4); others as they are.

    It is a ``conversion`` in the archive, which no program that shows archives does.
    """
    head, _, rest = gzip.decompress(member).partition(b"\r\n\r\n")
    if b"\r\nWARC-Type: conversion\r\n" not in head:
        return member
    head = head.replace(b"WARC-Type: conversion", b"WARC-Type: resource", 1)
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"WARC-Refers-To: ")]
    return gzip.compress(b"\r\n".join([*lines, b"", rest]), mtime=0)


def _headers(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _surt(url: str) -> str:
    """Give the key that an index is sorted by: the host from its end, then the path (SURT)."""
    parts = urlsplit(url.lower())
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}){parts.path or '/'}{f'?{parts.query}' if parts.query else ''}".replace(" ", "%20")


def _page(record: dict[str, Any]) -> dict[str, str]:
    stamp = record["capture"]["captured_at"]
    return {"id": f"article{record['id']}", "url": record["url"], "ts": stamp, "title": record["title"]}


class _Parts:
    """The files of a WACZ, with what its package says of them."""

    def __init__(self, out: zipfile.ZipFile) -> None:
        self._out = out
        self._resources: list[dict[str, Any]] = []

    def add(self, path: str, stream: IO[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        stream.seek(0)
        with self._out.open(zipfile.ZipInfo(path), "w", force_zip64=True) as file:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += file.write(block)
        stated = {
            "name": Path(path).name,
            "path": path,
            "hash": f"sha256:{digest.hexdigest()}",
            "bytes": size,
        }
        self._resources.append(stated)

    def finish(self, title: str) -> None:
        stated = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "resources": self._resources,
        }
        package = json.dumps(stated, ensure_ascii=False, indent=2).encode()
        self._out.writestr(zipfile.ZipInfo("datapackage.json"), package)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        self._out.writestr(zipfile.ZipInfo("datapackage-digest.json"), json.dumps(digest))
