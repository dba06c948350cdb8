"""Bring what was read into its article: a new one, a revision, or something that is held back."""

from dataclasses import replace

from archive import articles, review
from archive.database import Archive
from archive.identity import Identity
from archive.models import Extraction, Fetch, FetchOutcome, RevisionKind
from archive.readings import reading_of, set_reading
from archive.review import Arrival
from archive.revisions import Content, changed_fields, revision_kind
from archive.site_profile import learn
from archive.visits import HELD_BACK, Recorded
from archive.worse import Worse, why_worse


def write_article(
    db: Archive, source_id: int, identity: Identity, fetch: Fetch, arrival: Arrival
) -> Recorded:
    """Add an article, or a revision to it, unless that would make it worse."""
    extraction, judgement = arrival.content
    if identity.article_id is not None:
        arrival = replace(arrival, kind=_who(db, identity.article_id, fetch, extraction))
        recorded = revise(db, identity.article_id, arrival)
        if recorded.outcome is not FetchOutcome.HELD_BACK:
            articles.see_article(db, identity.article_id, arrival.seen_at)
            note_reading(db, identity.article_id, arrival)
        return recorded
    article_id = articles.add_article(
        db, source_id, fetch.page_id, identity.url, arrival.seen_at, extraction, judgement
    )
    learn(db, source_id, article_id, extraction)
    revision_id = articles.add_revision(
        db, article_id, RevisionKind.FIRST, arrival.seen_at, arrival.capture_id, extraction
    )
    note_reading(db, article_id, arrival)
    return Recorded(
        FetchOutcome.KEPT,
        article_id,
        RevisionKind.FIRST,
        reason=judgement.reason,
        revision_id=revision_id,
    )


def revise(db: Archive, article_id: int, arrival: Arrival, *, guarded: bool = True) -> Recorded:
    """Bring an article to a new content, unless that would make it worse."""
    extraction, judgement = arrival.content
    current = articles.current_revision(db, article_id)
    old, new = Content.of_row(current), Content.of(extraction)
    worse = why_worse(old, new) if guarded else None
    if worse and not review.was_accepted(db, article_id, arrival):
        return hold(db, article_id, arrival, worse)
    changed = changed_fields(old, new)
    articles.update_article(db, article_id, extraction, judgement, content=bool(changed))
    review.pass_over(db, article_id, arrival.kind, arrival.seen_at)
    if not changed:
        return Recorded(FetchOutcome.KEPT, article_id, reason=judgement.reason)
    revision_id = articles.add_revision(
        db, article_id, arrival.kind, arrival.seen_at, arrival.capture_id, extraction, old
    )
    return Recorded(FetchOutcome.KEPT, article_id, arrival.kind, changed, judgement.reason, revision_id)


def hold(db: Archive, article_id: int, arrival: Arrival, worse: Worse) -> Recorded:
    """Keep what must not be let into an article, with the reason."""
    review.hold(db, article_id, arrival, worse)
    return Recorded(FetchOutcome.HELD_BACK, article_id, reason=f"{HELD_BACK}{worse.explanation}")


def note_reading(db: Archive, article_id: int, arrival: Arrival) -> None:
    """Note how an article was read last."""
    set_reading(db, article_id, arrival.url, arrival.seen_at, arrival.capture_id, *arrival.content)


def _who(db: Archive, article_id: int, fetch: Fetch, extraction: Extraction) -> RevisionKind:
    """Say who changed an article, if it is changed."""
    before = reading_of(db, article_id)
    captures = fetch.capture, before.capture if before else None
    return revision_kind(
        same_rules=before is None or before.rules_version == extraction.rules_version,
        same_capture=all(captures) and len({capture.digest for capture in captures if capture}) == 1,
    )
