"""Writes made-up articles into an archive as a crawl does: found in a feed, fetched, stored.

What an article carries besides its text is made up as well: one to three of 3,000 authors, tags, where the
series and its people are named, pieces that were removed, and what the page stated about title and date. The
texts come from another process, so that writing alone is measured.
"""

import gzip
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import synthetic

from archive.captures import Captures
from archive.database import Archive, open_archive
from archive.frontier import Frontier
from archive.group_commit import GroupCommit
from archive.models import (
    Access,
    Candidate,
    Capture,
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
    Witness,
)
from archive.writer import Writer

SERIES = Series(
    "Metallic Rouge", ("メタリックルージュ",), tuple(f"Person {n}" for n in range(40)), ("Studio B",)
)
_BATCH = 500
_EDITED = 20
_NOW = "2026-01-01T00:00:00Z"
_LATER = "2026-02-01T00:00:00Z"
_ACCESS = (
    (Access.FREE,) * 12 + (Access.UNKNOWN,) * 5 + (Access.METERED, Access.REGISTRATION, Access.PAYWALLED)
)
_REMOVED = (
    RemovedBlock("newsletter", "asks to subscribe", "Get our letter every morning.", 1),
    RemovedBlock("related", "links to other articles", "Read also: ten things that you missed", 3),
    RemovedBlock("share", "buttons to share the page", "Share on every network", 0),
)


@dataclass(slots=True)
class Cost:
    """What writing took."""

    articles: int = 0
    seconds: float = 0
    processor: float = 0

    @property
    def rate(self) -> float:
        """Articles a second of processor time."""
        return self.articles / self.processor


class Filler:
    """Goes on filling one archive."""

    def __init__(self, path: Path, first: int = 0) -> None:
        """Name the archive.

        Args:
            path: Its database; it is made where there is none.
            first: The number of the first article; those of another filler must have others.
        """
        self._path = path
        self._articles = _written_elsewhere(first)
        self._random = random.Random(first)

    def fill(self, count: int, *, captures: bool = False, at_once: int = 1, edited: bool = False) -> Cost:
        """Write so many more articles.

        Args:
            count: How many.
            captures: Store the page that each was read from as well, as a crawl always does.
            at_once: Articles that wait to be written, as there are in a crawl of several sites: those that
                wait together are written in one transaction.
            edited: One in 20 is edited later on.
        """
        cost = Cost()
        with (
            closing(open_archive(self._path, create=True)) as db,
            closing(Captures(self._path.parent / "captures")) as folder,
        ):
            feeds, writer = _register(db), Writer(db, folder)
            crawl = writer.start_crawl("benchmark")
            while cost.articles < count:
                batch = list(islice(self._articles, min(_BATCH, count - cost.articles)))
                read = [self._read(article) for article in batch]
                begun, processor = time.perf_counter(), time.process_time()
                pages = _find(db, feeds, batch)
                with closing(_Queue(db, at_once)) as queue:
                    for number, (extraction, judgement) in enumerate(read):
                        page = pages[extraction.url]
                        capture = _capture(folder, page, extraction) if captures else None
                        queue.put(partial(_write, writer, crawl, page, extraction, judgement, capture))
                        if edited and not number % _EDITED:
                            other = replace(extraction, text=f"{extraction.text}\n\nCorrected on Monday.")
                            queue.put(partial(_write, writer, crawl, page, other, judgement, None))
                cost.articles += len(batch)
                cost.seconds += time.perf_counter() - begun
                cost.processor += time.process_time() - processor
            writer.finish_crawl(crawl, "finished", {})
        return cost

    def _read(self, article: synthetic.Article) -> tuple[Extraction, Judgement]:
        """Give what the rules would make of the page of an article."""
        chance = self._random
        person = SERIES.people[min(int(chance.expovariate(0.2)), len(SERIES.people) - 1)]
        authors = tuple(
            f"Author {int(3_000 * chance.random() ** 3)}" for _ in range(chance.choice((1, 1, 1, 2, 3)))
        )
        mentions = tuple(
            Mention(SERIES.name, name, kind, "text", 1, f"knows that {name} is about to begin")
            for name, kind in ((SERIES.name, "name"), (person, "person"))
        )
        extraction = Extraction(
            article.url,
            "rules-1",
            title=article.title,
            standfirst=article.text[:120],
            authors=authors,
            published=article.published,
            language=article.language,
            site_name=f"Site {article.source}",
            canonical_url=article.url,
            image=f"{article.url}.jpg",
            tags=("anime", f"topic {chance.randrange(200)}"),
            access=chance.choice(_ACCESS),
            text=article.text,
            html="".join(f"<p>{paragraph}</p>" for paragraph in article.text.split("\n\n")),
            removed=_REMOVED,
            witnesses=(
                Witness("title", "json-ld", article.title, chosen=True),
                Witness("title", "opengraph", article.title),
                Witness("published", "json-ld", article.published, chosen=True),
                Witness("published", "meta", article.published),
            ),
        )
        return extraction, Judgement(
            True, f"The text names {SERIES.name}.", mentions, 10.0, names_version="1"
        )


def _register(db: Archive) -> list[Discovery]:
    """Make series, sources and their feeds known; gives the feeds in the order of the sources."""
    frontier = Frontier(db)
    frontier.register_series([SERIES])
    names = [(f"Site {number}", f"https://site{number}.example/") for number in range(synthetic.SOURCES)]
    known = frontier.register_sources(names)
    return [frontier.discovery(known[name].id, DiscoveryKind.FEED, f"{home}feed") for name, home in names]


def _find(db: Archive, feeds: list[Discovery], articles: list[synthetic.Article]) -> dict[str, Page]:
    """Have the feeds name the pages of articles; gives the pages that are due for it, by address."""
    frontier, pages = Frontier(db), {}
    for number, feed in enumerate(feeds):
        named = [Candidate(one.url, one.title) for one in articles if one.source == number]
        frontier.add_candidates(feed.id, feed.source_id, named, _NOW)
        pages.update({page.url: page for page in frontier.due_pages(feed.source_id, _NOW, len(articles))})
    return pages


class _Queue:
    """Has functions called at once, or so many together."""

    def __init__(self, db: Archive, at_once: int) -> None:
        self._group = GroupCommit(db) if at_once > 1 else None
        self._waiting: list[Future[None]] = []
        self._at_once = at_once

    def put(self, function: Callable[[], None]) -> None:
        if self._group is None:
            function()
            return
        self._waiting.append(self._group.submit(function))
        if len(self._waiting) == self._at_once:
            self._write_waiting()

    def _write_waiting(self) -> None:
        """Wait until all is written: what comes one by one would be written one by one."""
        for future in self._waiting:
            future.result()
        self._waiting.clear()

    def close(self) -> None:
        self._write_waiting()
        if self._group:
            self._group.close()


def _capture(folder: Captures, page: Page, extraction: Extraction) -> Capture:
    body = f"<!doctype html><title>{extraction.title}</title><article>{extraction.html}</article>"
    return folder.write(
        url=page.url,
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")],
        body=gzip.compress(body.encode(), mtime=0),
        captured_at=_NOW,
    )


def _write(
    writer: Writer,
    crawl: int,
    page: Page,
    extraction: Extraction,
    judgement: Judgement,
    capture: Capture | None,
) -> None:
    size = len(extraction.html)
    fetch = Fetch(page.id, page.url, _NOW, 200, bytes=size, etag=f'"{page.id}"', capture=capture)
    writer.record(
        crawl,
        page,
        fetch,
        state=PageState.KEPT,
        reason=None,
        schedule=lambda _: _LATER,
        extraction=extraction,
        judgement=judgement,
    )


def _written_elsewhere(first: int) -> Iterator[synthetic.Article]:
    """Give articles without end that another process writes."""
    queue: multiprocessing.Queue[list[synthetic.Article]] = multiprocessing.Queue(4)
    multiprocessing.Process(target=_write_articles, args=(first, queue), daemon=True).start()
    while True:
        yield from queue.get()


def _write_articles(first: int, queue: "multiprocessing.Queue[list[synthetic.Article]]") -> None:
    articles = synthetic.Press().articles(10**9, first)
    while batch := list(islice(articles, _BATCH)):
        queue.put(batch)
