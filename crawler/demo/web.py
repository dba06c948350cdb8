"""Serves the demo web: one HTTP server a site, on loopback."""

import gzip
import hashlib
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Self

from crawler.demo.pages import Article, Site, read_articles, read_sites
from crawler.demo.render import Resource, render_site


@dataclass(frozen=True, slots=True)
class Request:
    """One request that a site was asked, and what it answered."""

    source: str
    path: str
    status: int
    bytes: int
    """Of the body, as transferred."""


@dataclass(frozen=True, slots=True)
class DemoSource:
    """A site of the demo web, as archive.toml names it."""

    name: str
    home: str
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]


class DemoWeb:
    """The demo web while it is served: ``with DemoWeb() as web: ...``.

    ``sources`` are its sites; ``requests`` is the log of what they were asked.
    """

    def __init__(self) -> None:
        self.sources: list[DemoSource] = []
        self.requests: list[Request] = []
        self._servers: list[_SiteServer] = []

    def __enter__(self) -> Self:
        """Start a server for every site, each on a free port of 127.0.0.1."""
        for site in read_sites():
            server = _SiteServer(site, self.requests)
            server.show(read_articles(site))
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            self._servers.append(server)
            self.sources.append(server.source)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all servers."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def edit(self) -> None:
        """Let the sites go on: what is written in ``second/`` is published now."""
        # Sitemaps state whole seconds, and an edit must not seem older than it is.
        now = (datetime.now(UTC) + timedelta(seconds=1)).replace(microsecond=0)
        for server in self._servers:
            server.show(read_articles(server.site, edited_at=now))

    def articles(self) -> dict[str, Article]:
        """Give the articles that are served at present, by URL."""
        return {
            server.home + article.path: article for server in self._servers for article in server.articles
        }

    def write_config(self, folder: Path) -> Path:
        """Write an archive.toml for this web into a folder that exists; give its path."""
        path = folder / "archive.toml"
        path.write_text("\n".join([_CONFIG, *map(_source_table, self.sources)]), encoding="utf-8")
        return path


CONFIG_MARK = "# Written by series-archive demo."
"""How an archive.toml of ours begins."""

_CONFIG = f"""\
{CONFIG_MARK} The sites are fictional, and served on this machine while the demo runs.
[archive]
title = "Metallic Rouge in the press (demo)"
contact = "mailto:demo@example.org"

[[series]]
name = "Metallic Rouge"
aliases = ["メタリックルージュ"]
people = ["Yutaka Izubuchi", "Motonobu Hori"]
studios = ["BONES"]
"""


def _source_table(source: DemoSource) -> str:
    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    return f"""\
[[source]]
name = {text(source.name)}
home = {text(source.home)}
feeds = {text(source.feeds)}
sitemaps = {text(source.sitemaps)}
delay = 0.1
allow_private = true
"""


class _SiteServer(ThreadingTCPServer):
    """Serves one site. Not http.server's own class: that one looks up the name of its address."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, site: Site, log: list[Request]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site, self.log = site, log
        self.home = f"http://127.0.0.1:{self.server_address[1]}"
        self.articles: list[Article] = []
        self.resources: dict[str, Resource] = {}

    @property
    def source(self) -> DemoSource:
        """The site as archive.toml names it."""
        return DemoSource(
            name=self.site.name,
            home=f"{self.home}/",
            feeds=tuple(self.home + feed.path for feed in self.site.feeds),
            sitemaps=tuple(self.home + sitemap.path for sitemap in self.site.sitemaps),
        )

    def show(self, articles: list[Article]) -> None:
        """Serve these articles from now on."""
        self.articles = articles
        self.resources = render_site(self.site, self.home, articles)


class _Handler(BaseHTTPRequestHandler):
    """Answers with a resource of the site: gzipped when asked, 304 when the client has it."""

    protocol_version = "HTTP/1.1"
    server: _SiteServer

    def do_GET(self) -> None:
        """Answer one request, and log it."""
        missing = Resource(b"<!doctype html><title>Not found</title><p>Not found.", status=404)
        resource = self.server.resources.get(self.path.partition("?")[0], missing)
        headers = self._validators(resource)
        body = resource.body
        if self._is_current(headers):
            status, body = 304, b""
        else:
            status = resource.status
            headers["Content-Type"] = resource.content_type
            if resource.location:
                headers["Location"] = resource.location
            if (
                "gzip" in self.headers.get("Accept-Encoding", "")
                and resource.content_type != "application/gzip"
            ):
                body = gzip.compress(body, mtime=0)
                headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(body))
        self.server.log.append(Request(self.server.site.name, self.path, status, len(body)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _validators(self, resource: Resource) -> dict[str, str]:
        headers = {"Vary": "Accept-Encoding"}
        if resource.status == 200 and self.server.site.etag:
            headers["ETag"] = f'W/"{hashlib.sha256(resource.body).hexdigest()[:16]}"'
        if resource.status == 200 and self.server.site.last_modified and resource.modified:
            headers["Last-Modified"] = format_datetime(resource.modified.astimezone(UTC), usegmt=True)
        return headers

    def _is_current(self, validators: dict[str, str]) -> bool:
        """Whether the client has this already; an ETag goes before a date (RFC 9110, 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return validators.get("ETag") in [tag.strip() for tag in tags.split(",")]
        since = self.headers.get("If-Modified-Since")
        if not since or "Last-Modified" not in validators:
            return False
        return parsedate_to_datetime(since) >= parsedate_to_datetime(validators["Last-Modified"])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Stay silent: the log is ``DemoWeb.requests``."""
