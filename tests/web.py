"""Real web sites on loopback, written in the test that needs them."""

import gzip
import re
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

SERIES = "Starlit Kitchen"

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass
class Answer:
    """What a site answers for a path."""

    body: bytes | str = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    """Answered as 304 when the request has it."""
    before: Callable[[], object] = lambda: None
    """Is called before it is sent."""


@dataclass(frozen=True)
class Asked:
    """A request that a site was sent."""

    path: str
    headers: Mapping[str, str]
    status: int


class Web:
    """One site, on its own port of 127.0.0.1: ``site["/path"] = Answer(...)``."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.web = self
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.home = f"http{'s' if tls else ''}://127.0.0.1:{self._server.server_port}"

    def __setitem__(self, path: str, answer: Answer | str) -> None:
        self.answers[path] = answer if isinstance(answer, Answer) else Answer(answer)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self, *, status: int | None = None) -> list[str]:
        """Give the paths that were asked for, robots.txt and tdmrep.json left out, in order."""
        return [
            asked.path
            for asked in self.asked
            if asked.path not in {"/robots.txt", "/.well-known/tdmrep.json"}
            and status in (None, asked.status)
        ]

    def publish(self, *names: str, lastmod: str | None = None) -> None:
        """Put articles on the site, and a sitemap that names all of them."""
        for name in names:
            self[f"/{name}"] = Answer(article(name), etag=f'"{name}"')
        self["/sitemap.xml"] = Answer(
            sitemap((f"{self.home}/{name}", lastmod) for name in names), type="application/xml"
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    web: Web

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: crawlers that are killed hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        answer = self.server.web.answers.get(self.path, Answer("no such page", 404, "text/plain"))
        answer.before()
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        status = answer.status
        if answer.etag and self.headers.get("If-None-Match") == answer.etag:
            status, body = 304, b""
        headers = dict(answer.headers)
        if status == 200 and (part := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))):
            start, end = int(part[1]), int(part[2] or len(body) - 1)
            headers["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
            status, body = (206, body[start : end + 1]) if start < len(body) else (416, b"")
        self.server.web.asked.append(Asked(self.path, dict(self.headers), status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.etag:
            self.send_header("ETag", answer.etag)
        self.send_header("Content-Type", answer.type)
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if len(body) < int(answer.headers.get("Content-Length", 0)):
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


def article(title: str, text: str = "", *, about: bool = True) -> str:
    """Write a page with enough prose that it is an article."""
    subject = SERIES if about else "the harbour bridge"
    prose = "".join(
        f"<p>Paragraph {number} says something about {subject}, at the length that the reader of "
        f"a newspaper expects of a paragraph, and then it comes to its end. {text}</p>"
        for number in range(1, 6)
    )
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head>"
        f"<body><main><article><h1>{title}</h1>{prose}</article></main></body></html>"
    )


def sitemap(entries: Iterable[tuple[str, str | None]]) -> str:
    """Write a sitemap of URLs with their lastmod."""
    rows = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</url>"
        for url, lastmod in entries
    )
    return f'<?xml version="1.0"?><urlset xmlns="{_SITEMAPS}">{rows}</urlset>'


def sitemap_index(urls: Iterable[str]) -> str:
    """Write a sitemap index."""
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f'<?xml version="1.0"?><sitemapindex xmlns="{_SITEMAPS}">{rows}</sitemapindex>'


def rss(items: Iterable[tuple[str, str]]) -> str:
    """Write an RSS feed of URLs and titles."""
    rows = "".join(f"<item><title>{title}</title><link>{url}</link></item>" for url, title in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{rows}</channel></rss>'


def compress(text: str) -> bytes:
    """Give a text as the gzip file that a .gz sitemap is."""
    return gzip.compress(text.encode())


def write_config(folder: Path, *sources: str, crawl: str = "jobs = 1") -> Path:
    """Write an archive.toml with these tables of sources; see `source`."""
    path = folder / "archive.toml"
    path.write_text(
        f'[archive]\ncontact = "mailto:desk@example.org"\n[[series]]\nname = "{SERIES}"\n[crawl]\n{crawl}\n'
        + "\n".join(sources),
        encoding="utf-8",
    )
    return path


def source(name: str, home: str, **keys: object) -> str:
    """Write the table of a source on loopback; its sitemap is at the usual place unless it says more."""
    if not keys.keys() & {"feeds", "sitemaps", "sections", "search"}:
        keys["sitemaps"] = [f"{home}/sitemap.xml"]
    keys = {"allow_private": "true", "delay": 0, **keys}
    lines = [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(["[[source]]", f'name = "{name}"', f'home = "{home}/"', *lines])
