"""A small archive of the invented articles of articles.toml, made the way a crawl makes one."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from archive.captures import Captures
from archive.database import open_archive
from archive.frontier import Frontier
from archive.models import (
    Access,
    Candidate,
    DiscoveryKind,
    Extraction,
    Fetch,
    Judgement,
    Mention,
    PageState,
    RemovedBlock,
    Series,
    Source,
    SourceCounts,
)
from archive.writer import Writer

SERIES = Series("Metallic Rouge", ("メタリックルージュ",), ("Yutaka Izubuchi", "Motonobu Hori"), ("BONES",))
INVENTED = tomllib.loads(Path(__file__).with_name("articles.toml").read_text(encoding="utf-8"))

_DAYS = ["2024-01-11", "2024-01-25", "2024-02-08", "2024-02-22", "2024-03-07", "2024-03-28", "2024-06-14"]
_DAYS += ["2025-01-10", "2026-02-03"]
_FOUND, _FETCHED, _AGAIN = "2026-03-01T08:00:00Z", "2026-03-01T08:10:00Z", "2026-03-03T08:00:00Z"
_OUTCOMES = {
    "news/garden.html": (PageState.SKIPPED, "names none of: Metallic Rouge, メタリックルージュ", 200),
    "news/soup.html": (PageState.SKIPPED, "names none of: Metallic Rouge, メタリックルージュ", 200),
    "video/9": (PageState.FAILED, "no answer within 30 seconds", None),
    "old/1": (PageState.GONE, "the site says that it is no more (410)", 410),
    "private/2": (PageState.REFUSED, "robots.txt does not allow it", None),
}


def make_archive(path: Path, extractions: Sequence[Extraction] | None = None) -> Path:
    """Make an archive of all invented articles, as two crawls leave it; or of the given ones alone."""
    db = open_archive(path, create=True)
    captures = Captures(path.parent / "captures")
    frontier = Frontier(db)
    frontier.register_series([SERIES])
    sources = frontier.register_sources([(source["name"], source["home"]) for source in INVENTED["sources"]])
    _crawl(frontier, Writer(db, captures), captures, list(sources.values()), extractions)
    captures.close()
    db.close()
    return path


def invent() -> Iterator[Extraction]:
    """Give the invented articles."""
    for source in INVENTED["sources"]:
        language = source["language"]
        texts = INVENTED["texts"][language]
        pool = texts["paragraphs"]
        for number, title in enumerate(source["titles"]):
            paragraphs = [pool[(number + step) % len(pool)] for step in range(5)]
            metered = source["name"] == "Panel & Frame"
            paywalled = metered and number % 3 == 1
            yield extraction_of(
                f"{source['home']}{_DAYS[number][:4]}/{number + 1}.html",
                title,
                paragraphs[:2] if paywalled else paragraphs,
                heading=texts["heading"],
                authors=tuple(source["authors"]),
                published=f"{_DAYS[number]}T09:30:00{'+09:00' if language == 'ja' else '+00:00'}",
                language=language,
                site_name=source["name"],
                access=Access.PAYWALLED if paywalled else Access.METERED if metered else Access.FREE,
                text_complete=not paywalled,
            )


def extraction_of(
    url: str, title: str, paragraphs: list[str], *, heading: str = "Mars", **more: Any
) -> Extraction:
    """Give an extraction of these paragraphs, with a sub-heading, a picture and three removed blocks."""
    blocks = [f"<p>{escape(text)}</p>" for text in paragraphs]
    blocks.insert(1, f"<h2>{escape(heading)}</h2>")
    picture = '<img src="https://images.example/rouge.jpg" alt="Rouge in the rain">'
    caption = "<figcaption>Rouge Redstar on the stage of the first episode.</figcaption>"
    blocks.insert(3, f"<figure>{picture}{caption}</figure>")
    free = str(more.get("access") is not Access.PAYWALLED).lower()
    return Extraction(
        url=url,
        rules_version="2026.1",
        title=title,
        text="\n\n".join(paragraphs),
        html="\n".join(blocks),
        tags=("Metallic Rouge", "BONES"),
        image="https://images.example/rouge.jpg",
        canonical_url=url,
        access_evidence=(f"json-ld: isAccessibleForFree is {free}",),
        removed=(
            RemovedBlock("affiliate-note", "Note about affiliate links", "We may earn a commission.", 0),
            RemovedBlock("newsletter", "Newsletter sign-up", "The best of the week in your inbox!", 2),
            RemovedBlock("related", "Links to other articles", "You may also like: ten robots", len(blocks)),
        ),
        **more,
    )


def judgement_of(extraction: Extraction) -> Judgement:
    """Give the judgement that an extraction names the series in its title and at the start of its text."""
    name = next((alias for alias in SERIES.aliases if alias in extraction.text), SERIES.name)
    kind = "name" if name == SERIES.name else "alias"
    mentions = (
        Mention(SERIES.name, name, kind, "title", 1, extraction.title or ""),
        Mention(SERIES.name, name, kind, "text", 2, extraction.text[:120]),
    )
    return Judgement(True, f"names {name} in the title and 2 times in the text", mentions)


def _crawl(
    frontier: Frontier,
    writer: Writer,
    captures: Captures,
    sources: list[Source],
    extractions: Sequence[Extraction] | None,
) -> None:
    crawl = writer.start_crawl("0.1.0")
    for source in sources:
        feed = _read_feed(frontier, source)
        for extraction in invent() if extractions is None else extractions:
            if extraction.url.startswith(source.home):
                candidate = Candidate(extraction.url, title=extraction.title)
                frontier.add_candidates(feed, source.id, [candidate], _FOUND)
                _keep(frontier, writer, captures, crawl, source, extraction, _FETCHED)
        if extractions is None:
            _pass(frontier, writer, crawl, source, feed)
    counts = SourceCounts(found=12, fetched=11, kept=8, skipped=2, failed=1)
    trouble = {
        source.id: "sitemap.xml: no answer within 30 seconds" for source in sources if "bild" in source.home
    }
    writer.finish_crawl(crawl, "finished", {source.id: counts for source in sources}, trouble)
    if extractions is None:
        again = writer.start_crawl("0.1.0")
        _keep(frontier, writer, captures, again, sources[0], _edit(next(invent())), _AGAIN)
        writer.finish_crawl(again, "finished", {sources[0].id: SourceCounts(fetched=1, unchanged=8, kept=1)})


def _read_feed(frontier: Frontier, source: Source) -> int:
    feed = frontier.discovery(source.id, DiscoveryKind.FEED, f"{source.home}feed.xml")
    frontier.record_discovery(
        feed.id,
        status=200,
        error=None,
        etag='"1"',
        last_modified=None,
        digest=None,
        checked_at=_FOUND,
        changed=True,
        next_due="2026-03-01T09:00:00Z",
        failures=0,
    )
    return feed.id


def _keep(
    frontier: Frontier,
    writer: Writer,
    captures: Captures,
    crawl: int,
    source: Source,
    extraction: Extraction,
    now: str,
) -> None:
    page = next(page for page in frontier.due_pages(source.id, now, 1000) if page.url == extraction.url)
    body = extraction.html.encode()
    capture = captures.write(
        url=page.url,
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body=body,
        request_headers=[],
        captured_at=now,
    )
    digest = f"sha256:{sha256(body).hexdigest()}"
    fetch = Fetch(page.id, page.url, now, 200, seconds=0.2, bytes=len(body), digest=digest, capture=capture)
    writer.record(
        crawl,
        page,
        fetch,
        state=PageState.KEPT,
        reason=None,
        schedule=lambda _: "2026-03-02T08:00:00Z",
        extraction=extraction,
        judgement=judgement_of(extraction),
    )


def _pass(frontier: Frontier, writer: Writer, crawl: int, source: Source, feed: int) -> None:
    """Let the crawl meet pages that become no articles."""
    candidates = [Candidate(f"{source.home}{path}") for path in _OUTCOMES]
    frontier.add_candidates(feed, source.id, candidates, _FOUND)
    for page in frontier.due_pages(source.id, _FETCHED, 100):
        state, reason, status = _OUTCOMES[page.url.removeprefix(source.home)]
        fetch = Fetch(page.id, page.url, _FETCHED, status)
        writer.record(crawl, page, fetch, state=state, reason=reason, schedule=lambda _: None)


def _edit(article: Extraction) -> Extraction:
    """Let the publisher change the headline, add a paragraph, and say when."""
    update = "Update: the broadcast begins an hour later than announced."
    return replace(
        article,
        title=f"{article.title} (updated)",
        modified="2026-03-01T18:05:00+09:00",
        text=f"{article.text}\n\n{update}",
        html=f"{article.html}<p>{update}</p>",
    )
