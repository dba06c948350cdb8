"""The whole job, run once on the demo web; the tests read what it left."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from crawler.demo import DemoWeb
from crawler.demo.pages import Article
from crawler.demo.web import DemoSource, Request


def plain(text: str) -> str:
    """Text with its white space made one."""
    return " ".join(text.split())


def words_of(html: str) -> str:
    """The words of a piece of HTML."""
    return plain(BeautifulSoup(html, "lxml").get_text())


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run our command line as a user does."""
    command = [sys.executable, "-m", "crawler.commands", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def rows(database: Path, sql: str, *parameters: object) -> list[dict[str, Any]]:
    """Read a database as anybody can: with Python's own sqlite3."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, parameters)]


@dataclass(frozen=True)
class Crawl:
    """One crawl: what was served, what was asked, what was said, and the archive after it."""

    articles: dict[str, Article]
    requests: list[Request]
    status: int
    report: dict[str, Any]
    errors: str
    database: Path

    def rows(self, sql: str, *parameters: object) -> list[dict[str, Any]]:
        """Read the archive as it was after this crawl."""
        return rows(self.database, sql, *parameters)

    def stored(self) -> dict[str, dict[str, Any]]:
        """The articles of the archive, by URL."""
        found = self.rows(
            "SELECT articles.*, sources.name AS source FROM articles JOIN sources ON sources.id = source_id"
        )
        return {row["url"]: row for row in found}

    def url(self, ending: str) -> str:
        """The URL of the one article whose URL ends like this."""
        [url] = [url for url in self.articles if url.endswith(ending)]
        return url


@dataclass(frozen=True)
class Job:
    """Two crawls of the demo web, the web having been edited in between."""

    folder: Path
    sources: list[DemoSource]
    first: Crawl
    second: Crawl

    @property
    def config(self) -> Path:
        """The archive.toml."""
        return self.folder / "archive.toml"


def _crawl(web: DemoWeb, config: Path, copy: str) -> Crawl:
    web.requests.clear()
    done = run("crawl", "--json", "--config", config)
    database = config.parent / copy
    with (
        closing(sqlite3.connect(config.parent / "archive.db")) as source,
        closing(sqlite3.connect(database)) as to,
    ):
        source.backup(to)
    report = json.loads(done.stdout) if done.stdout.strip() else {}
    return Crawl(web.articles(), list(web.requests), done.returncode, report, done.stderr, database)


@pytest.fixture(scope="session")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """The whole job, once for all tests."""
    folder = tmp_path_factory.mktemp("job")
    with DemoWeb() as web:
        config = web.write_config(folder)
        first = _crawl(web, config, "first.db")
        web.edit()
        with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:  # hours pass
            connection.execute("UPDATE discoveries SET next_due = NULL")
        yield Job(folder, web.sources, first, _crawl(web, config, "second.db"))
