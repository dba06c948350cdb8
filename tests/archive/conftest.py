"""An archive in a folder, and a hand that writes to it as a crawl does."""

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from archive.captures import Captures
from archive.database import Archive, open_archive
from archive.frontier import Frontier
from archive.models import (
    Access,
    Candidate,
    Discovery,
    DiscoveryKind,
    Extraction,
    Fetch,
    Judgement,
    Mention,
    Page,
    PageState,
    RemovedBlock,
    Series,
    Source,
)
from archive.urls import page_key
from archive.visits import Recorded
from archive.writer import Writer

settings.register_profile("archive", deadline=None)  # a busy machine is no failure
settings.load_profile("archive")

HOME = "http://127.0.0.1/"
TEXT = (
    "The android walks into the theatre while the rain keeps falling on Mars.\n\n"
    "Nobody in the audience knows that Metallic Rouge is about to begin its last act.\n\n"
    "When the curtain drops, the two partners argue about chocolate on the way home."
)
NOW = "2024-02-01T00:00:00Z"
LATER = "2024-03-01T00:00:00Z"


def extraction(url: str, **changes: Any) -> Extraction:
    """Give what a page says, but for the changes."""
    usual = Extraction(
        url,
        "rules-1",
        title="The last act",
        standfirst="A theatre on Mars.",
        authors=("Ada Quill", "Ben Marrow"),
        published="2024-01-30T09:00:00+09:00",
        language="en",
        canonical_url=url,
        tags=("anime", "Metallic Rouge"),
        access=Access.FREE,
        access_evidence=("isAccessibleForFree is true",),
        text=TEXT,
        html=f"<p>{TEXT}</p>",
        removed=(RemovedBlock("newsletter", "asks to subscribe", "Get our letter.", 1),),
    )
    return replace(usual, **changes)


RELEVANT = Judgement(
    True,
    "The text names Metallic Rouge.",
    (Mention("Metallic Rouge", "Metallic Rouge", "name", "text", 1, "knows that Metallic Rouge is about"),),
)


@dataclass
class Desk:
    """Stands where the crawl stands: finds pages, fetches them, has the results written."""

    db: Archive
    captures: Captures
    frontier: Frontier
    writer: Writer
    source: Source
    feed: Discovery
    crawl: int

    def find(self, *candidates: Candidate | str, now: str = NOW) -> int:
        """Have a feed name pages."""
        named = [Candidate(one) if isinstance(one, str) else one for one in candidates]
        return self.frontier.add_candidates(self.feed.id, self.source.id, named, now).new

    def page(self, url: str) -> Page:
        """Give a page as the frontier has it."""
        if not self.db.execute("SELECT 1 FROM pages WHERE key = ?", [page_key(url)]).fetchone():
            self.find(url)
        (row,) = self.db.rows(
            "SELECT id, source_id, url, state, etag, last_modified, digest, failures, unchanged FROM pages"
            " WHERE key = ?",
            [page_key(url)],
        )
        return Page(**{**row, "state": PageState(row["state"])})

    def fetch(
        self, url: str, body: str, *, status: int = 200, at: str = NOW, final: str | None = None
    ) -> Fetch:
        """Fetch a page: its body is captured."""
        sent = gzip.compress(body.encode(), mtime=0)
        final = final or url
        capture = self.captures.write(
            url=final,
            status=status,
            reason="OK",
            headers=[("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")],
            body=sent,
            captured_at=at,
        )
        digest = f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"
        return Fetch(
            self.page(url).id, final, at, status, bytes=len(sent), etag='"1"', digest=digest, capture=capture
        )

    def keep(
        self, url: str, *, body: str | None = None, at: str = NOW, final: str | None = None, **changes: Any
    ) -> Recorded:
        """Fetch a page that is an article about the series, and write it."""
        read = extraction(final or url, **changes)
        fetch = self.fetch(url, body if body is not None else f"<html>{read}", at=at, final=final)
        return self.writer.record(
            self.crawl,
            self.page(url),
            fetch,
            state=PageState.KEPT,
            reason=None,
            schedule=lambda _: LATER,
            extraction=read,
            judgement=RELEVANT,
        )

    def note(
        self,
        url: str,
        state: PageState,
        *,
        status: int | None = None,
        reason: str | None = None,
        at: str = NOW,
        error: str | None = None,
    ) -> Recorded:
        """Write a fetch that brought no article."""
        page = self.page(url)
        fetch = Fetch(page.id, url, at, status, error=error)
        return self.writer.record(
            self.crawl, page, fetch, state=state, reason=reason, schedule=lambda _: LATER
        )

    def row(self, table: str, **where: Any) -> dict[str, Any]:
        """Give the one row of a table that has these values."""
        (row,) = self.rows(table, **where)
        return row

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Give the rows of a table that have these values."""
        condition = " AND ".join(f"{name} IS :{name}" for name in where) or "true"
        return list(self.db.rows(f"SELECT * FROM {table} WHERE {condition} ORDER BY 1", where))


def make_desk(folder: Path) -> Desk:
    """Open or make the archive in a folder."""
    db = open_archive(folder / "archive.db", create=True)
    captures = Captures(folder / "captures")
    frontier, writer = Frontier(db), Writer(db, captures)
    frontier.register_series(
        [Series("Metallic Rouge", ("メタリックルージュ",), ("Yutaka Izubuchi",), ("BONES",))]
    )
    source = frontier.register_sources([("The Daily Cel", HOME)])["The Daily Cel"]
    feed = frontier.discovery(source.id, DiscoveryKind.FEED, f"{HOME}feed")
    return Desk(db, captures, frontier, writer, source, feed, writer.start_crawl("0"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty archive."""
    made = make_desk(tmp_path)
    with closing(made.db), closing(made.captures):
        yield made
