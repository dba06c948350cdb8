"""Is each source well? Judged against its own past, so that a small site need not be like a big one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

from archive.database import Archive
from archive.rule_health import stopped_rules


class Verdict(StrEnum):
    """How a source is."""

    OK = "ok"
    DEGRADED = "degraded"
    """It is read, and less comes of it than before."""
    BROKEN = "broken"
    """Nothing comes of it any more."""
    SILENT = "silent"
    """It is read, and names nothing new for longer than it used to."""


_BROKEN_DAYS = 1.0
"""A source that no run could read for so long is broken; before, it is degraded."""
_DISCOVERY_FAILURES = 3
"""Failures in a row of one feed or sitemap, the others being well."""
_RECENT, _PAST = timedelta(days=2), timedelta(days=60)
_FEWEST_PAGES = 5
"""Below so many pages a share says nothing."""
_FAILED_SHARE = 0.3
"""Of the pages that were asked for in the last two days; and clearly more than before."""
_RECENT_ARTICLES, _PAST_ARTICLES = 10, 200
_USUAL, _DROP = 0.8, 0.5
"""A field that most articles had, and that now half as many have, is not read any more."""
_SHORTER = 0.5
"""Of the words that an article used to have."""
_QUIET_DAYS, _QUIET_FACTOR, _FEWEST_GAPS = 2.0, 3.0, 3
"""Silent: after three times the usual gap between two finds and two days more."""
_NEVER_DAYS = 30.0
"""The same, where there were too few finds for a usual gap."""


@dataclass(frozen=True, slots=True)
class Health:
    """How one source is, and what that rests on."""

    source_id: int
    source: str
    verdict: Verdict
    reason: str
    """One sentence for people."""
    last_success: str | None
    """When a run last read it without an error, UTC."""
    last_found: str | None
    """When a run last found a page that was not known, UTC."""
    failed_share: float | None
    """Of the pages that were asked for in the last two days; None when they were too few."""
    authors_share: float | None
    """Of its newest articles, those with an author; None when they are too few."""
    dates_share: float | None
    complete_share: float | None
    words: int | None
    """Median of its newest articles."""


def assess(db: Archive, now: str) -> list[Health]:
    """Judge every source that is configured, by what its crawls left in the archive.

    Args:
        db: The archive.
        now: UTC.

    Returns:
        In the order of their names.
    """
    sources = db.rows("SELECT id, name FROM sources WHERE active = 1 ORDER BY name")
    return [_assess(db, source["id"], source["name"], now) for source in list(sources)]


def keep(db: Archive, now: str) -> None:
    """Assess every source and write it to the table ``health``; ``since`` tells from when a verdict holds."""
    with db.transaction():
        for one in assess(db, now):
            db.conn.execute(
                _KEEP,
                {
                    "source": one.source_id,
                    "verdict": one.verdict,
                    "reason": one.reason,
                    "now": now,
                    "last_success": one.last_success,
                    "last_found": one.last_found,
                    "failed": one.failed_share,
                    "authors": one.authors_share,
                    "dates": one.dates_share,
                    "complete": one.complete_share,
                    "words": one.words,
                },
            )
        db.execute("DELETE FROM health WHERE source_id IN (SELECT id FROM sources WHERE active = 0)")


@dataclass(frozen=True, slots=True)
class News:
    """What the user has not been told yet."""

    sources: tuple[dict[str, Any], ...]
    """Those that broke, fell silent, or are well again: source, verdict, reason, since, before."""
    articles: tuple[dict[str, Any], ...]
    """New ones, oldest first: id, title, url, source, published."""

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.sources or self.articles)


def untold(db: Archive) -> News:
    """Give what has changed since `mark_told`. A source that is degraded for a while is no news."""
    return News(tuple(db.rows(_UNTOLD_SOURCES)), tuple(db.rows(_UNTOLD_ARTICLES)))


def mark_told(db: Archive, news: News) -> None:
    """Note that the user knows."""
    with db.transaction():
        for source in news.sources:
            db.conn.execute(_TELL, source)
        if news.articles:
            db.execute("UPDATE about SET told_article = ?", [max(one["id"] for one in news.articles)])


def last_run(db: Archive) -> str | None:
    """Give when the last crawl started, UTC; None when there was none."""
    time: str | None = next(db.rows("SELECT max(started_at) AS time FROM crawls"))["time"]
    return time


def overdue_since(db: Archive, now: str) -> str | None:
    """Give when the last crawl started, where it should have been followed by another one long ago.

    That is after a day, and three times the usual time between two runs. None where all is well, or where
    too few runs were made to know.
    """
    starts = [_moment(row["started_at"]) for row in db.rows(_LAST_STARTS)]
    gaps = [(later - earlier) / timedelta(days=1) for later, earlier in pairwise(starts)]
    if len(gaps) < _FEWEST_GAPS:
        return None
    idle = (_moment(now) - starts[0]) / timedelta(days=1)
    return last_run(db) if idle > max(3 * median(gaps), 1.0) else None


def _assess(db: Archive, source_id: int, name: str, now: str) -> Health:
    runs = _Runs.of(db, source_id, now)
    articles = list(db.rows(_ARTICLES, [source_id, _RECENT_ARTICLES + _PAST_ARTICLES]))
    newest = _Completeness.of(articles[:_RECENT_ARTICLES])
    before = _Completeness.of(articles[_RECENT_ARTICLES:])
    problems = [
        *_failing_runs(runs, now),
        *_failing_pages(db, source_id, runs),
        *_failing_discoveries(db, source_id),
        *_failing_rules(db, source_id),
        *_poorer(newest, before),
        *_silence(runs, now),
    ]
    verdict, reason = min(problems, key=_severity, default=(Verdict.OK, "All is well."))
    return Health(
        source_id,
        name,
        verdict,
        reason,
        last_success=runs.last_success,
        last_found=runs.finds[0] if runs.finds else None,
        failed_share=runs.failed,
        authors_share=newest.authors if newest else None,
        dates_share=newest.dates if newest else None,
        complete_share=newest.complete if newest else None,
        words=round(newest.words) if newest else None,
    )


@dataclass(frozen=True, slots=True)
class _Runs:
    """What the runs of one source came to; times are those at which a run started."""

    first: str | None
    last_success: str | None
    error: str | None
    """Of the last run."""
    failing_since: str | None
    """The first of the runs that failed since the last success."""
    failed: float | None
    """Share of the pages that were asked for lately."""
    failed_before: float | None
    finds: tuple[str, ...]
    """The last runs that found new pages, newest first."""

    @classmethod
    def of(cls, db: Archive, source_id: int, now: str) -> "_Runs":
        recent = (_moment(now) - _RECENT).isoformat()
        past = (_moment(now) - _PAST).isoformat()
        (row,) = db.rows(_RUNS, {"source": source_id, "recent": recent, "past": past})
        last = next(db.rows(_LAST_RUN, [source_id]), {"error": None})
        finds = tuple(find["started_at"] for find in db.rows(_FINDS, [source_id]))
        return cls(
            row["first"],
            row["last_success"],
            last["error"],
            next(db.rows(_FAILING_SINCE, [source_id, row["last_success"] or ""]))["since"],
            _share(row["failed"], row["asked"]),
            _share(row["failed_before"], row["asked_before"]),
            finds,
        )


def _share(part: int | None, whole: int | None) -> float | None:
    return (part or 0) / whole if whole and whole >= _FEWEST_PAGES else None


_Problem = tuple[Verdict, str]
_SEVERITY = (Verdict.BROKEN, Verdict.DEGRADED, Verdict.SILENT, Verdict.OK)


def _severity(problem: _Problem) -> int:
    return _SEVERITY.index(problem[0])


def _failing_runs(runs: _Runs, now: str) -> Iterator[_Problem]:
    if runs.first is None:
        yield Verdict.SILENT, "It was not crawled yet."
    elif runs.error and runs.failing_since:
        days = (_moment(now) - _moment(runs.failing_since)) / timedelta(days=1)
        if days >= _BROKEN_DAYS:
            since = runs.failing_since.replace("T", " ").removesuffix("Z")
            yield Verdict.BROKEN, f"Every run failed since {since} UTC: {runs.error}."
        else:
            yield Verdict.DEGRADED, f"The last run failed: {runs.error}."


def _failing_pages(db: Archive, source_id: int, runs: _Runs) -> Iterator[_Problem]:
    before = runs.failed_before or 0.0
    limit = max(_FAILED_SHARE, min(3 * before, (1 + before) / 2))
    if runs.failed is not None and runs.failed >= limit:
        verdict = Verdict.BROKEN if runs.failed == 1 else Verdict.DEGRADED
        told = f"{runs.failed:.0%} of the pages of the last two days failed, {before:.0%} before"
        reasons = db.conn.execute(_FAILURES, [source_id]).fetchone()
        yield verdict, f"{told}; most often: {reasons[0]}." if reasons else f"{told}."


def _failing_discoveries(db: Archive, source_id: int) -> Iterator[_Problem]:
    rows = db.rows(
        "SELECT kind, url, error, failures FROM discoveries WHERE source_id = ? AND failures >= ? "
        "ORDER BY failures DESC LIMIT 1",
        [source_id, _DISCOVERY_FAILURES],
    )
    for row in rows:
        yield (
            Verdict.DEGRADED,
            f"The {row['kind']} {row['url']} failed {row['failures']} times in a row: {row['error']}.",
        )


def _failing_rules(db: Archive, source_id: int) -> Iterator[_Problem]:
    for stopped in stopped_rules(db, source_id)[:1]:
        yield (
            Verdict.DEGRADED,
            f"The site rule {stopped.rule} found nothing on the last {stopped.misses} articles: "
            "the site has changed.",
        )


@dataclass(frozen=True, slots=True)
class _Completeness:
    authors: float
    dates: float
    complete: float
    words: float

    @classmethod
    def of(cls, articles: Sequence[dict[str, Any]]) -> "_Completeness | None":
        """Measure some articles; None when they are too few."""
        number = len(articles)
        if number < _FEWEST_PAGES:
            return None
        return cls(
            sum(article["authored"] for article in articles) / number,
            sum(article["stated"] for article in articles) / number,
            sum(article["text_complete"] for article in articles) / number,
            median(article["words"] for article in articles),
        )


def _poorer(newest: _Completeness | None, before: _Completeness | None) -> Iterator[_Problem]:
    if newest is None or before is None:
        return
    for now, past, what in (
        (newest.authors, before.authors, "have an author"),
        (newest.dates, before.dates, "have a date"),
        (newest.complete, before.complete, "are whole"),
    ):
        if past >= _USUAL and now < past * _DROP:
            yield Verdict.DEGRADED, f"Only {now:.0%} of its newest articles {what}, {past:.0%} before."
    if newest.words < before.words * _SHORTER:
        yield (
            Verdict.DEGRADED,
            f"Its newest articles have {newest.words:.0f} words in the middle, {before.words:.0f} before.",
        )


def _silence(runs: _Runs, now: str) -> Iterator[_Problem]:
    if runs.first is None:
        return
    finds = [_moment(find) for find in runs.finds]
    gaps = [(later - earlier) / timedelta(days=1) for later, earlier in pairwise(finds)]
    quiet = (_moment(now) - (finds[0] if finds else _moment(runs.first))) / timedelta(days=1)
    limit = _NEVER_DAYS
    if len(gaps) >= _FEWEST_GAPS:
        usual = max(quantiles(gaps, n=10, method="inclusive")[-1], 1.0)
        limit = usual * _QUIET_FACTOR + _QUIET_DAYS
    if quiet > limit:
        yield Verdict.SILENT, f"It has named no new page for {quiet:.0f} days."


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time)


_RUNS = """
    SELECT min(started_at) AS first, max(started_at) FILTER (WHERE error IS NULL) AS last_success,
        sum(failed) FILTER (WHERE started_at >= :recent) AS failed,
        sum(failed + fetched + unchanged) FILTER (WHERE started_at >= :recent) AS asked,
        sum(failed) FILTER (WHERE started_at >= :past AND started_at < :recent) AS failed_before,
        sum(failed + fetched + unchanged) FILTER (WHERE started_at >= :past AND started_at < :recent)
            AS asked_before
    FROM crawl_sources JOIN crawls ON crawls.id = crawl_id WHERE source_id = :source
"""
_FAILURES = """
    SELECT reason FROM pages WHERE source_id = ? AND state = 'failed' AND reason IS NOT NULL
    GROUP BY reason ORDER BY count(*) DESC LIMIT 1
"""
_LAST_RUN = "SELECT error FROM crawl_sources WHERE source_id = ? ORDER BY crawl_id DESC LIMIT 1"
_FAILING_SINCE = """
    SELECT min(started_at) AS since FROM crawl_sources JOIN crawls ON crawls.id = crawl_id
    WHERE source_id = ? AND error IS NOT NULL AND started_at > ?
"""
_FINDS = """
    SELECT started_at FROM crawl_sources JOIN crawls ON crawls.id = crawl_id
    WHERE source_id = ? AND found > 0 ORDER BY crawl_id DESC LIMIT 30
"""
_ARTICLES = """
    SELECT authors <> '[]' AS authored, published IS NOT NULL AS stated, text_complete, words
    FROM articles WHERE source_id = ? ORDER BY dated DESC LIMIT ?
"""
_KEEP = """
    INSERT INTO health (source_id, verdict, reason, since, checked_at, last_success, last_found,
        failed_share, authors_share, dates_share, complete_share, words)
    VALUES (:source, :verdict, :reason, :now, :now, :last_success, :last_found,
        :failed, :authors, :dates, :complete, :words)
    ON CONFLICT DO UPDATE SET
        since = iif(verdict = excluded.verdict, since, excluded.since),
        verdict = excluded.verdict, reason = excluded.reason, checked_at = excluded.checked_at,
        last_success = coalesce(excluded.last_success, last_success),
        last_found = coalesce(excluded.last_found, last_found),
        failed_share = excluded.failed_share, authors_share = excluded.authors_share,
        dates_share = excluded.dates_share, complete_share = excluded.complete_share, words = excluded.words
"""
_UNTOLD_SOURCES = """
    SELECT name AS source, source_id, verdict, reason, since, told AS before
    FROM health JOIN sources ON sources.id = source_id
    WHERE (verdict IN ('broken', 'silent') AND told IS NOT verdict)
        OR (verdict = 'ok' AND told IN ('broken', 'silent'))
    ORDER BY name
"""
_UNTOLD_ARTICLES = """
    SELECT articles.id, title, articles.url, name AS source, published
    FROM articles JOIN sources ON sources.id = source_id
    WHERE articles.id > (SELECT coalesce(told_article, 0) FROM about) ORDER BY articles.id
"""
_TELL = "UPDATE health SET told = :verdict WHERE source_id = :source_id"
_LAST_STARTS = "SELECT started_at FROM crawls ORDER BY id DESC LIMIT 21"
