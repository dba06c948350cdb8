"""Archives of others, on loopback: a Wayback Machine, a Common Crawl, WARC files."""

import gzip
import io
import json
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.web import Answer, Web

Capture = tuple[str, str, str]
"""Address, time of 14 digits, page."""


class Past(dict[str, Answer]):
    """Answers as the Wayback Machine and Common Crawl do for some captures."""

    def __init__(self, captures: Iterable[Capture], page: int = 2) -> None:
        super().__init__()
        self.captures = sorted(captures, key=lambda one: (one[0], one[1]))
        self._page = page
        self.warc, self.places = warc_of(self.captures)

    def get(self, path: str, default: Answer | None = None) -> Answer | None:  # type: ignore[override]
        """Give what is there, or make it."""
        if found := super().get(path):
            return found
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/cdx/search/cdx":
            return self._cdx(int(asked.get("resumeKey", 0)))
        if parts.path.startswith("/web/"):
            return self._replay(path)
        if parts.path == "/index":
            return self._index(asked)
        return default

    def _cdx(self, start: int) -> Answer:
        rows: list[list[str]] = [["timestamp", "original"]]
        rows += [[time, url] for url, time, _ in self.captures[start : start + self._page]]
        if start + self._page < len(self.captures):
            rows += [[], [str(start + self._page)]]
        return Answer(json.dumps(rows), type="application/json")

    def _replay(self, path: str) -> Answer | None:
        stamp, _, url = path.removeprefix("/web/").partition("id_/")
        for known, time, page in self.captures:
            if (known, time) == (url, stamp):
                return Answer(
                    gzip.compress(page.encode()),
                    headers={
                        "Content-Encoding": "gzip",
                        "X-Archive-Orig-Content-Type": "text/html; charset=utf-8",
                        "X-Archive-Orig-Server": "Kitchen/1.0",
                        "X-Archive-Orig-Transfer-Encoding": "chunked",
                    },
                )
        return None

    def _index(self, asked: dict[str, str]) -> Answer:
        pages = -(-len(self.captures) // self._page)
        if "showNumPages" in asked:
            return Answer(json.dumps({"pages": pages, "pageSize": 5, "blocks": 1}), type="application/json")
        start = int(asked["page"]) * self._page
        lines = [
            json.dumps({
                "url": url, "timestamp": time, "status": "200", "mime": "text/html",
                "filename": "crawl/one.warc.gz", "offset": str(offset), "length": str(length),
            })
            for (url, time, _), (offset, length) in zip(self.captures, self.places, strict=True)
        ]  # fmt: skip
        return Answer("\n".join(lines[start : start + self._page]), type="text/x-ndjson")


def serve_past(web: Web, captures: Iterable[Capture]) -> Past:
    """Let a site be all these archives."""
    past = Past(captures)
    web.answers = past
    crawl = {"id": "CC-MAIN-2024-10", "cdx-api": f"{web.home}/index"}
    old = {"id": "CC-MAIN-2013-20", "cdx-api": f"{web.home}/old"}
    web["/collinfo.json"] = Answer(json.dumps([crawl, old]), type="application/json")
    web["/crawl/one.warc.gz"] = Answer(past.warc, type="application/octet-stream")
    return past


def warc_of(captures: Iterable[Capture]) -> tuple[bytes, list[tuple[int, int]]]:
    """Write a WARC file, a gzip member a record; give it, and where each record is."""
    file, places = io.BytesIO(), []
    writer = WARCWriter(file, gzip=True)
    for url, time, page in captures:
        start = file.tell()
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], "HTTP/1.1")
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(page.encode()),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": iso(time)},
        )
        writer.write_record(record)
        places.append((start, file.tell() - start))
    return file.getvalue(), places


def iso(time: str) -> str:
    """Give a time of 14 digits as ISO 8601."""
    return f"{time[:4]}-{time[4:6]}-{time[6:8]}T{time[8:10]}:{time[10:12]}:{time[12:14]}Z"
