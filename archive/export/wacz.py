"""WACZ 1.1.1 (specs.webrecorder.net): the articles' captures with an index, for replayweb.page and pywb."""

import gzip
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.export.formats import Export

FIELDS = ("id", "url", "title", "capture", "first_seen")
_WARC = "archive/articles.warc.gz"
_BLOCK = 1 << 20


def write(export: Export) -> None:
    """Copy the record of every article's capture as it is, index it, and list the articles as pages.

    Raises:
        ArchiveError: A capture that a row names is not there.
    """
    assert export.captures is not None  # noqa: S101 - the command gives it
    with tempfile.TemporaryFile() as warc, zipfile.ZipFile(export.binary, "w", zipfile.ZIP_STORED) as out:
        parts = _Parts(out)
        index, pages = [], [json.dumps({"format": "json-pages-1.0", "id": "pages", "title": export.title})]
        for record in export.records:
            if record["capture"] is None:
                continue
            entry = _copy(export.captures, record, warc)
            index.append(entry)
            pages.append(json.dumps(_page(record), ensure_ascii=False))
        warc.seek(0)
        parts.add_stream(_WARC, warc)
        parts.add("indexes/index.cdx", "".join(sorted(index)).encode())
        parts.add("pages/pages.jsonl", ("\n".join(pages) + "\n").encode())
        parts.finish(export.title)


def _copy(folder: Path, record: dict[str, Any], warc: IO[bytes]) -> str:
    """Copy a record, and give its line of the index (CDXJ)."""
    capture, offset = record["capture"], warc.tell()
    try:
        with folder.joinpath(capture["file"]).open("rb") as file:
            file.seek(capture["offset"])
            member = file.read(capture["length"])
    except OSError as error:
        raise ArchiveError(
            f"{folder / capture['file']}: {error.strerror}: run series-archive check."
        ) from None
    warc.write(member)
    url, status, mime = _head(member)
    stamp = "".join(filter(str.isdigit, capture["captured_at"]))[:14]
    entry = {
        "url": url, "mime": mime, "status": status, "digest": capture["digest"],
        "length": str(len(member)), "offset": str(offset), "filename": Path(_WARC).name,
    }  # fmt: skip
    return f"{_surt(url)} {stamp} {json.dumps(entry)}\n"


def _head(member: bytes) -> tuple[str, str, str]:
    """Give the address, the status and the type that a response record states."""
    text = gzip.decompress(member).decode("latin-1")
    warc, _, http = text.partition("\r\n\r\n")
    lines = http.partition("\r\n\r\n")[0].split("\r\n")
    url = next((value for name, value in _headers(warc.split("\r\n")) if name == "warc-target-uri"), "")
    mime = next((value for name, value in _headers(lines) if name == "content-type"), "text/html")
    status = lines[0].split(" ")[1] if lines[0].startswith("HTTP/") else "200"  # none in a conversion
    return url, status, mime.partition(";")[0].strip()


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

    def add(self, path: str, body: bytes) -> None:
        self._out.writestr(zipfile.ZipInfo(path), body)
        self._note(path, hashlib.sha256(body).hexdigest(), len(body))

    def add_stream(self, path: str, stream: IO[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self._out.open(zipfile.ZipInfo(path), "w", force_zip64=True) as file:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += file.write(block)
        self._note(path, digest.hexdigest(), size)

    def _note(self, path: str, digest: str, size: int) -> None:
        name = Path(path).name
        self._resources.append({"name": name, "path": path, "hash": f"sha256:{digest}", "bytes": size})

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
