"""A site, an archive of it, and the way to crawl it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.config import load_config
from crawler.job import Report, crawl
from tests.command import Done, run
from tests.web import Web, source, write_config


@dataclass
class Archive:
    """An archive in a folder of its own."""

    config: Path

    def crawl(self, **options: Any) -> Report:
        """Crawl what is due, at a time when every document that could be read is due again."""
        self.wait_for_documents()
        return crawl(load_config(self.config), **options)

    def crawl_at_once(self, **options: Any) -> Report:
        """Crawl what is due at this very moment."""
        return crawl(load_config(self.config), **options)

    def command(self, *words: str | Path) -> Done:
        """Run a command on it."""
        return run(*words, "--config", self.config)

    def wait_for_documents(self) -> None:
        """Let time pass until the documents are due again that could be read; the others are backing off."""
        database = self.config.parent / "archive.db"
        if database.exists():
            with closing(sqlite3.connect(database)) as connection, connection:
                connection.execute("UPDATE discoveries SET next_due = NULL WHERE failures = 0")

    def forget_failures(self) -> None:
        """Let time pass until what failed is tried again."""
        with closing(sqlite3.connect(self.config.parent / "archive.db")) as connection, connection:
            connection.execute("UPDATE discoveries SET next_due = NULL")
            connection.execute("UPDATE sources SET rest_until = NULL")

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with closing(sqlite3.connect(self.config.parent / "archive.db")) as connection:
            return connection.execute(query, parameters).fetchall()

    def make_due(self) -> None:
        """Let time pass until every page is due again."""
        with closing(sqlite3.connect(self.config.parent / "archive.db")) as connection, connection:
            connection.execute("UPDATE pages SET next_due = '2020-01-01T00:00:00Z'")
            connection.execute("UPDATE site_files SET checked_at = '2020-01-01T00:00:00Z'")


@pytest.fixture
def site() -> Iterator[Web]:
    with Web() as web:
        yield web


@pytest.fixture
def archive(tmp_path: Path, site: Web) -> Archive:
    """Give an archive of one source, ``site``, which has a sitemap."""
    return Archive(write_config(tmp_path, source("Site", site.home)))
