"""What becomes of a page after a visit, and of the article that it holds."""

from dataclasses import replace
from http import HTTPStatus

from archive import articles, near_misses, review
from archive.arrivals import hold, write_article
from archive.database import Archive
from archive.identity import (
    PageRow,
    has_text,
    identify,
    landing_page,
    respell,
    take_over,
    unasked_spelling,
)
from archive.models import FetchOutcome, HeldReason, PageState, RevisionKind
from archive.page_states import hold_page, settled, settled_reason, skip_landing, update_page
from archive.revisions import Content
from archive.urls import page_key
from archive.visits import Recorded, Visit
from archive.worse import Worse, leads_up, why_worse


def pass_by(db: Archive, page: PageRow, visit: Visit) -> Recorded:
    """Record a fetch that brings no article."""
    fetch, state, reason = visit.fetch, visit.state, visit.reason
    alias = page["state"] == PageState.ALIAS
    article_id = None if alias else page["article_id"]
    if article_id and state is PageState.SKIPPED:
        return _hold(db, page, article_id, visit, _why_skipped(db, article_id, page, visit))
    never_read = page["state"] == PageState.NEW and state is PageState.FAILED
    same = (fetch.status == HTTPStatus.NOT_MODIFIED and not never_read) or (
        fetch.digest and fetch.digest == page["digest"]
    )
    if same:
        outcome, state, reason = FetchOutcome.UNCHANGED, settled(page), reason or settled_reason(page)
        if article_id:
            articles.see_article(db, article_id, fetch.fetched_at)
            review.pass_over(db, article_id, RevisionKind.PUBLISHER, fetch.fetched_at)
    else:
        outcome = FetchOutcome(state)
    if article_id and state is PageState.GONE:
        articles.lose_article(db, article_id, fetch.fetched_at)
    if state is PageState.SKIPPED and visit.arrival.judgement:
        title = visit.arrival.extraction.title if visit.arrival.extraction else None
        near_misses.note(db, page["id"], fetch.fetched_at, title, visit.arrival.judgement)
    if fetch.leads_to:
        db.update("pages", page["id"], {"leads_to": page_key(fetch.leads_to)})
    recorded = Recorded(outcome, article_id, reason=reason)
    next_due = visit.schedule(recorded)
    if state is PageState.GONE and not article_id and (other := unasked_spelling(db, page)):
        respell(db, page, other, fetch.fetched_at)
        state, reason = PageState.NEW, f"not at {page['url']}"
        next_due = page["next_due"] or fetch.fetched_at  # it still is due in this run
        recorded = replace(recorded, respelled=True)
    update_page(
        db,
        page["id"],
        fetch,
        state,
        reason,
        next_due=next_due,
        article_id=page["article_id"] if state is PageState.ALIAS else article_id,
        news=outcome is not FetchOutcome.UNCHANGED and not (state == page["state"] == PageState.GONE),
    )
    if state is PageState.SKIPPED and page_key(fetch.url) != page["key"]:
        skip_landing(db, page["id"], fetch.url)
    return recorded


def keep(db: Archive, asked: PageRow, visit: Visit) -> Recorded:
    """Record a fetch that brings an article, on the page that the document belongs to."""
    fetch = visit.fetch
    extraction, _ = visit.arrival.content
    own = asked["article_id"] if asked["state"] != PageState.ALIAS else None
    if own and leads_up(asked["url"], fetch.url) and not has_text(db, own, extraction.text):
        return _hold(db, asked, own, visit, _leads_up(fetch.url))
    page = landing_page(db, asked, fetch.url, extraction, fetch.fetched_at)
    held = page["article_id"] and page["state"] != PageState.ALIAS
    if not held and not extraction.text.strip() and not extraction.reserved:
        empty = replace(visit, state=PageState.SKIPPED, reason="The page has no text.")
        return pass_by(db, asked, empty)
    identity = identify(db, page, asked, extraction)
    recorded, state = Recorded(FetchOutcome.ALIAS, identity.article_id), PageState.ALIAS
    if identity.holds:
        recorded = write_article(db, page["source_id"], identity, fetch, visit.arrival)
        state = PageState.KEPT
    if recorded.outcome is FetchOutcome.HELD_BACK and recorded.article_id:
        hold_page(db, page["id"], visit, recorded)
    else:
        update_page(
            db,
            page["id"],
            fetch,
            state,
            visit.reason if identity.holds else None,
            next_due=visit.schedule(recorded) if identity.holds else None,
            article_id=recorded.article_id,
            news=recorded.is_news,
        )
    if identity.holds and identity.article_id:
        take_over(db, identity.article_id, page["id"], identity.url)
    if asked["id"] != page["id"]:
        _leave(db, asked, visit, recorded)
    return recorded


def _leave(db: Archive, asked: PageRow, visit: Visit, landed: Recorded) -> None:
    """Record a page that redirects to another one; an article of its own stays with it."""
    own, url = asked["article_id"], visit.fetch.url
    if own and own != landed.article_id and asked["state"] != PageState.ALIAS:
        nothing = replace(visit.arrival, extraction=None, judgement=None)
        elsewhere = Worse(HeldReason.LEADS_ELSEWHERE, f"it leads to another article now, {url}")
        _hold(db, asked, own, replace(visit, arrival=nothing), elsewhere)
        return
    update_page(
        db,
        asked["id"],
        visit.fetch,
        PageState.ALIAS,
        f"leads to {url}",
        next_due=None,
        article_id=landed.article_id,
        news=False,
    )


def _hold(db: Archive, page: PageRow, article_id: int, visit: Visit, worse: Worse) -> Recorded:
    """Record a fetch whose page has an article that it must not touch."""
    recorded = hold(db, article_id, visit.arrival, worse)
    hold_page(db, page["id"], visit, recorded)
    return recorded


def _why_skipped(db: Archive, article_id: int, page: PageRow, visit: Visit) -> Worse:
    """Say what is wrong with a page that was an article and is none now."""
    extraction, url = visit.arrival.extraction, visit.fetch.url
    reason = visit.reason or "it is no article"
    if leads_up(page["url"], url):
        return _leads_up(url)
    if extraction:
        current = Content.of_row(articles.current_revision(db, article_id))
        if worse := why_worse(current, Content.of(extraction)):
            return worse
    if page_key(url) != page["key"]:
        return Worse(HeldReason.LEADS_ELSEWHERE, reason)
    return Worse(HeldReason.NOT_RELEVANT if extraction else HeldReason.UNREADABLE, reason)


def _leads_up(url: str) -> Worse:
    return Worse(HeldReason.NOT_FOUND, f"it leads to {url} now")
