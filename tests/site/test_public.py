"""series-archive serve --public: what strangers get from the real app, and what they do not."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from archive.site.public import Guard, make_robots
from crawler.commands.serve import make_datasette
from tests.site.walk import walk


class PublicSite:
    """The app as the command serves it, asked without a network."""

    def __init__(self, database: Path) -> None:
        self.datasette: Datasette = make_datasette(database, public=True)
        self.app = Guard(self.datasette.app(), self.datasette.databases)
        self._runner = asyncio.Runner()

    def ask(self, address: str, method: str = "GET", body: bytes = b"") -> tuple[int, dict[str, str], str]:
        """Give status, headers and body of an answer."""
        return self._runner.run(self._ask(address, method, body))

    async def _ask(self, address: str, method: str, body: bytes) -> tuple[int, dict[str, str], str]:
        path, _, query = address.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(b"host", b"archive.example"), (b"content-type", b"application/json")],
            "client": ("192.0.2.1", 50_000),
            "server": ("archive.example", 80),
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        headers = {name.decode().lower(): value.decode() for name, value in sent[0].get("headers", [])}
        text = b"".join(message.get("body", b"") for message in sent[1:]).decode("utf-8", "replace")
        return sent[0]["status"], headers, text

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()
        self._runner.close()


@pytest.fixture(scope="module")
def public(made_archive: Path) -> Iterator[PublicSite]:
    site = PublicSite(made_archive)
    yield site
    site.close()


@pytest.mark.parametrize(
    "path", ["/", "/articles", "/article/1", "/article/1.json", "/search?q=Mars", "/-/", "/archive"]
)
def test_strangers_can_read(public: PublicSite, path: str) -> None:
    assert public.ask(path)[0] == 200


def test_tables_can_be_read_with_facets_and_search(public: PublicSite) -> None:
    for path in ("/archive/articles", "/archive/articles/1", "/archive/articles?_facet=access"):
        assert public.ask(path)[0] == 200
    found = public.ask(f"/archive/articles.json?_shape=array&_search={quote('声優')}")
    assert len(json.loads(found[2])) == 5


@pytest.mark.parametrize(
    "path",
    [
        "/archive?sql=select+4242+*+2",
        "/archive.json?sql=select+4242+*+2",
        "/archive/-/query?sql=select+4242+*+2",
        "/archive/-/query.json?sql=select+4242+*+2",
        "/archive/articles?_where=4242*2=8484",
        "/_memory?sql=select+4242+*+2",
    ],
)
def test_no_sql_of_their_own(public: PublicSite, path: str) -> None:
    status, headers, text = public.ask(path)
    if status == 302:  # Datasette 1.0 has a page of its own for queries
        status, _, text = public.ask(headers["location"])
    assert status in {403, 404} or ("_where" in path and "8484" not in text.replace("4242*2=8484", ""))
    assert "<td>8484" not in text
    assert "8484}" not in text


def test_no_form_to_write_sql(public: PublicSite) -> None:
    assert 'name="sql"' not in public.ask("/archive")[2]


@pytest.mark.parametrize("path", ["/archive.db", "/archive/articles.csv?_stream=1"])
def test_no_downloads(public: PublicSite, path: str) -> None:
    status, headers, text = public.ask(path)
    assert status in {400, 403, 404, 500} or len(text.splitlines()) <= 201
    assert headers["content-type"] != "application/octet-stream"
    assert not text.startswith("SQLite format 3")


@pytest.mark.parametrize(
    "path",
    [
        "/-/versions",
        "/-/versions.json",
        "/-/plugins.json",
        "/-/databases.json",
        "/-/threads.json",
        "/-/settings.json",
        "/-/metadata.json",
        "/-/config.json",
        "/-/permissions",
        "/-/allow-debug",
        "/-/actor.json",
        "/-/auth-token",
        "/-/create-token",
        "/-/api",
        "/-/logout",
        "/-/messages",
        "/-/patterns",
        "/-/schema",
        "/-/",
        "/archive/-/schema",
        "/archive/-/create",
        "/archive/-/execute-write",
        "/archive/articles/-/insert",
        "/archive/articles/1/-/update",
        "/-/static/../../../../../../etc/passwd",
        "/-/static/%2e%2e/%2e%2e/app.py",
    ],
)
def test_no_insides(public: PublicSite, made_archive: Path, path: str) -> None:
    status, _, text = public.ask(path)
    assert (status == 200) == (path == "/-/")
    assert str(made_archive.parent) not in text


def test_no_page_tells_where_the_archive_lies(public: PublicSite, made_archive: Path) -> None:
    tables = [f"/archive/{table}" for table in _tables(public)]
    for path in ["/", "/-/", "/-/.json", "/archive", "/archive.json", *tables, "/archive/articles.json"]:
        status, _, text = public.ask(path)
        assert status == 200, path
        assert str(made_archive.parent) not in text, path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_is_written(public: PublicSite, method: str) -> None:
    rows = json.dumps({"rows": [{"id": 9, "name": "x"}]}).encode()
    for path in (
        "/archive/series/-/insert",
        "/archive/-/create",
        "/archive/series/1/-/delete",
        "/",
        "/search",
    ):
        status, headers, _ = public.ask(path, method, rows)
        assert (status, headers["allow"]) == (405, "GET, HEAD")
    assert public.ask("/archive/series/9")[0] == 404


def test_every_answer_has_a_policy(public: PublicSite) -> None:
    paths = ["/-/", "/archive", "/archive/articles", "/archive/articles/1", "/nothing", "/-/nothing"]
    paths += ["/robots.txt", "/archive/articles.json", "/archive/articles.csv", "/-/static/app.css"]
    for path in paths:
        headers = public.ask(path)[1]
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        scripts = [part for part in policy.split("; ") if part.startswith("script-src")]
        assert scripts in ([], ["script-src 'self'"])
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_our_own_pages_keep_the_stricter_policy(public: PublicSite) -> None:
    for path in walk(public.datasette):
        headers = public.ask(path)[1]
        assert "unsafe" not in headers["content-security-policy"], path
        assert "script-src" not in headers["content-security-policy"], path


def test_rows_are_limited(public: PublicSite) -> None:
    assert len(json.loads(public.ask("/archive/pages.json?_shape=array&_size=100000000")[2] or "[]")) <= 200
    assert len(json.loads(public.ask("/archive/pages.json?_shape=array&_size=max")[2])) <= 200


def test_crawlers_are_kept_to_our_pages(public: PublicSite) -> None:
    from protego import Protego

    status, headers, text = public.ask("/robots.txt")
    assert (status, headers["content-type"]) == (200, "text/plain; charset=utf-8")
    robots = Protego.parse(text)
    for path in ("/", "/articles", "/article/1", "/sources", "/source/1", "/articles?dated=2024-01"):
        assert robots.can_fetch(f"https://archive.example{path}", "AnyBot"), path
    for path in (
        "/archive",
        "/archive?sql=select+1",
        "/archive.json",
        "/archive/articles",
        "/archive/articles?_facet=access",
        "/archive/articles/1",
        "/-/",
        "/search?q=Mars",
        "/article/1.json",
    ):
        assert not robots.can_fetch(f"https://archive.example{path}", "AnyBot"), path


def test_robots_txt_knows_every_database() -> None:
    text = make_robots(["press copy", "other"])
    assert "Disallow: /other/\n" in text
    assert "Disallow: /press+copy/\n" in text


def _tables(public: PublicSite) -> list[str]:
    tables = json.loads(public.ask("/archive.json")[2])["tables"]
    return [table["name"] for table in tables if not table["hidden"]]
