"""The state of a page after a visit, and the row of the fetch."""

from archive.database import Archive
from archive.identity import PageRow
from archive.models import Fetch, FetchOutcome, PageState
from archive.urls import page_key
from archive.visits import HELD_BACK, Recorded, Visit


def add_fetch(
    db: Archive,
    crawl_id: int | None,
    page_id: int,
    fetch: Fetch,
    outcome: FetchOutcome,
    capture_id: int | None,
) -> None:
    """Add the row of a fetch."""
    db.insert(
        "fetches",
        {
            "page_id": page_id,
            "crawl_id": crawl_id,
            "url": fetch.url,
            "fetched_at": fetch.fetched_at,
            "status": fetch.status,
            "error": fetch.error,
            "outcome": outcome,
            "seconds": fetch.seconds,
            "bytes": fetch.bytes,
            "capture_id": capture_id,
        },
    )


def update_page(
    db: Archive,
    page_id: int,
    fetch: Fetch,
    state: PageState,
    reason: str | None,
    *,
    next_due: str | None,
    article_id: int | None,
    news: bool,
) -> None:
    """Note what came of a fetch of a page.

    Args:
        db: The archive.
        page_id: Which page.
        fetch: What came back.
        state: What became of the page.
        reason: Why, one line for people.
        next_due: When it is fetched again, UTC; None for never.
        article_id: The article that it holds or leads to.
        news: It was other than the last time.
    """
    db.conn.execute(
        _UPDATE_PAGE,
        {
            "id": page_id,
            "state": state,
            "reason": reason,
            "article": article_id,
            "status": fetch.status,
            "received": fetch.status is not None and 200 <= fetch.status < 300,
            "answered": fetch.status is not None and state is not PageState.FAILED,
            "failed": state is PageState.FAILED,
            "news": news,
            "etag": fetch.etag,
            "last_modified": fetch.last_modified,
            "digest": fetch.digest,
            "fetched_at": fetch.fetched_at,
            "next_due": next_due,
        },
    )


def hold_page(db: Archive, page_id: int, visit: Visit, recorded: Recorded) -> None:
    """Keep what we know of the page as it was: it tells when what was there before is back."""
    db.conn.execute(
        _HOLD_PAGE,
        {
            "id": page_id,
            "article": recorded.article_id,
            "reason": recorded.reason,
            "status": visit.fetch.status,
            "fetched_at": visit.fetch.fetched_at,
            "next_due": visit.schedule(recorded),
        },
    )


def skip_landing(db: Archive, page_id: int, url: str) -> None:
    """Note of the page at the end of a redirect what is known of the one that was asked for.

    It has been seen as well: it is not fetched again at once.
    """
    db.execute(_SKIP_LANDING, {"id": page_id, "key": page_key(url)})


def settled(page: PageRow) -> PageState:
    """Give the state of a page that answers as before; what it was in between (failed, gone) is over."""
    if page["state"] == PageState.ALIAS:
        return PageState.ALIAS
    return PageState.KEPT if page["article_id"] else PageState.SKIPPED


def settled_reason(page: PageRow) -> str | None:
    """Give the reason of such a page; what was held back is over as well."""
    if page["state"] in {PageState.FAILED, PageState.GONE, PageState.REFUSED}:
        return None if page["article_id"] else "It answers as when it was skipped."
    reason: str | None = page["reason"]
    return None if reason and reason.startswith(HELD_BACK) else reason


_UPDATE_PAGE = """
    UPDATE pages SET
        state = :state, reason = :reason, status = :status, article_id = :article, next_due = :next_due,
        etag = iif(:received, :etag, coalesce(:etag, etag)),
        last_modified = iif(:received, :last_modified, coalesce(:last_modified, last_modified)),
        digest = iif(:received, coalesce(:digest, digest), digest),
        last_fetched = iif(:answered, :fetched_at, last_fetched),
        attempts = attempts + 1,
        failures = iif(:failed, failures + 1, 0),
        unchanged = iif(:news, 0, unchanged + 1)
    WHERE id = :id
"""

_HOLD_PAGE = """
    UPDATE pages SET
        state = iif(state = 'gone', 'gone', 'kept'), reason = :reason, status = :status,
        article_id = :article, next_due = :next_due, last_fetched = :fetched_at,
        attempts = attempts + 1, failures = failures + 1
    WHERE id = :id
"""

_SKIP_LANDING = """
    UPDATE pages SET (state, reason, status, etag, last_modified, digest, last_fetched, next_due) = (
        SELECT state, reason, status, etag, last_modified, digest, last_fetched, next_due
        FROM pages WHERE id = :id)
    WHERE key = :key AND state = 'new'
"""
