"""The further pages of an article on several: aliases of it, whose responses belong to its revision."""

from archive.capture_index import add_capture
from archive.captures import Captures
from archive.database import Archive
from archive.identity import PageRow, known_page
from archive.models import Fetch, FetchOutcome, PageState
from archive.page_states import add_fetch, update_page
from archive.visits import Recorded


def add_further(
    db: Archive,
    captures: Captures,
    crawl_id: int | None,
    first: PageRow,
    number: int,
    fetch: Fetch,
    recorded: Recorded,
) -> None:
    """Record a further page of an article; one that is an article of its own, or was seen later, stays that.

    Args:
        db: The archive.
        captures: Hold its response.
        crawl_id: In which run.
        first: The article's first page.
        number: From 2 on.
        fetch: What came back.
        recorded: What came of the article.
    """
    page = known_page(db, first["source_id"], fetch.url, fetch.fetched_at)
    capture_id = add_capture(db, fetch.capture) if fetch.capture else None
    state = PageState.ALIAS if recorded.article_id else PageState.SKIPPED
    if page["state"] != PageState.KEPT and (page["last_fetched"] or "") <= fetch.fetched_at:
        update_page(
            db,
            page["id"],
            fetch,
            state,
            f"page {number} of {first['url']}",
            next_due=None,
            article_id=recorded.article_id,
            news=True,
        )
    add_fetch(db, crawl_id, page["id"], fetch, FetchOutcome(state), capture_id)
    captures.sync(fetch.capture)
    if recorded.revision_id:
        db.execute(
            "INSERT INTO revision_pages (revision_id, number, capture_id) VALUES (?, ?, ?)",
            [recorded.revision_id, number, capture_id],
        )
