"""What an article said earlier, brought in afterwards: a revision in its place among the others.

The past touches neither what the article shows now nor the state of its page.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from archive import articles
from archive.arrivals import note_reading, revise
from archive.capture_index import add_capture
from archive.captures import Captures
from archive.database import Archive
from archive.further import add_further
from archive.identity import page_at
from archive.models import Capture, Extraction, Fetch, FetchOutcome, Judgement, Page, RevisionKind
from archive.page_states import add_fetch
from archive.readings import Reading, reading_of_revision
from archive.review import Arrival
from archive.revisions import Content, changed_fields
from archive.visits import Recorded
from archive.worse import why_no_part

Today = Mapping[int, Content]
"""What today's rules make of revisions that other rules read, by their ids."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A revision beside the place of another one."""

    id: int
    number: int
    kind: RevisionKind
    content: Content


class Past:
    """Writes what is older than what is known. One at a time: `archive.holding.hold` sees to that."""

    def __init__(self, db: Archive, captures: Captures) -> None:
        self._db = db
        self._captures = captures

    def readings_around(self, article_id: int, moment: str) -> dict[int, Reading]:
        """Give how the revisions before and after a time, UTC, were read, by their ids."""
        around = _around(self._db, article_id, moment)
        return {one.id: reading_of_revision(self._db, one.id) for one in around if one}

    def record(
        self,
        crawl_id: int | None,
        page: Page,
        fetch: Fetch,
        extraction: Extraction,
        judgement: Judgement,
        *,
        today: Today,
        further: Sequence[Fetch] = (),
    ) -> Recorded:
        """Bring in an earlier answer of a page that holds an article, or leads to one.

        Args:
            crawl_id: In which run.
            page: The page.
            fetch: What came back, earlier than its last fetch.
            extraction: What the rules made of it.
            judgement: Is it about the series; what is no more, or was not yet, is history all the same.
            today: What the same rules make of the revisions around it.
            further: The fetches of the article's further pages, in order.

        Raises:
            ArchiveError: It cannot be written; nothing of it is stored.
        """
        with self._db.transaction():
            row = page_at(self._db, page.url)
            capture_id = add_capture(self._db, fetch.capture) if fetch.capture else None
            arrival = Arrival.of_fetch(fetch, capture_id, extraction, judgement)
            recorded = _insert(self._db, row["article_id"], arrival, today)
            add_fetch(self._db, crawl_id, page.id, fetch, recorded.outcome, capture_id)
            self._db.execute(_PAGE_SEEN, {"id": page.id, "at": fetch.fetched_at})
            self._captures.sync(fetch.capture)
            for number, one in enumerate(further, 2):
                add_further(self._db, self._captures, crawl_id, row, number, one, recorded)
        return recorded

    def keep_capture(self, capture: Capture | None) -> None:
        """Keep an earlier answer that cannot be read: better rules may."""
        if capture:
            with self._db.transaction():
                add_capture(self._db, capture)
                self._captures.sync(capture)


def _insert(db: Archive, article_id: int, arrival: Arrival, today: Today) -> Recorded:
    """Find the place of what was read among the revisions, and put it there unless it is known."""
    extraction, judgement = arrival.content
    before, after = _around(db, article_id, arrival.seen_at)
    new = Content.of(extraction)
    reasons = [why_no_part(one.content, new) for one in (before, after) if one]
    if reasons and all(reasons):
        return Recorded(
            FetchOutcome.SKIPPED, article_id, reason=reasons[-1].explanation if reasons[-1] else None
        )
    is_last = after is None and not _was_seen_after(db, article_id, arrival.seen_at)
    _note_seen(db, article_id, arrival.seen_at)
    same = Recorded(FetchOutcome.UNCHANGED, article_id, reason=judgement.reason)
    if before and not changed_fields(today.get(before.id, before.content), new):
        return same
    if after and not changed_fields(today.get(after.id, after.content), new):
        _begin_earlier(db, after, arrival)
        return same
    if is_last:
        recorded = revise(db, article_id, arrival)
        if recorded.outcome is FetchOutcome.KEPT:
            note_reading(db, article_id, arrival)
        return recorded
    if after is None:
        return replace(same, reason="The article says again what it said before.")
    return _put_between(db, article_id, arrival, before, after)


def _put_between(
    db: Archive, article_id: int, arrival: Arrival, before: Neighbour | None, after: Neighbour
) -> Recorded:
    """Add a revision before another one, which then says what it changed of this one."""
    extraction, judgement = arrival.content
    kind = arrival.kind if before else RevisionKind.FIRST
    db.execute(
        "UPDATE revisions SET number = -number - 1 WHERE article_id = ? AND number >= ?",
        [article_id, after.number],
    )  # out of the way first: numbers are unique
    revision_id = articles.insert_revision(
        db,
        article_id,
        after.number,
        kind,
        arrival.seen_at,
        arrival.capture_id,
        extraction,
        before.content if before else None,
    )
    db.execute("UPDATE revisions SET number = -number WHERE article_id = ? AND number < 0", [article_id])
    new = Content.of(extraction)
    later = RevisionKind.PUBLISHER if after.kind is RevisionKind.FIRST else after.kind
    db.update("revisions", after.id, {"kind": later, **articles.changes(new, after.content)})
    changed = changed_fields(before.content, new) if before else ()
    return Recorded(FetchOutcome.KEPT, article_id, kind, changed, judgement.reason, revision_id)


def _begin_earlier(db: Archive, revision: Neighbour, arrival: Arrival) -> None:
    """Let a revision begin when it was seen first; its response is that of then, where it is a single one."""
    db.execute(_BEGIN_EARLIER, {"id": revision.id, "at": arrival.seen_at, "capture": arrival.capture_id})


def _note_seen(db: Archive, article_id: int, moment: str) -> None:
    """Note that an article was there at a time: since then at least, and until then."""
    db.execute(_NOTE_SEEN, {"id": article_id, "at": moment})


def _was_seen_after(db: Archive, article_id: int, moment: str) -> bool:
    (last_seen,) = db.conn.execute("SELECT last_seen FROM articles WHERE id = ?", [article_id]).fetchone()
    return bool(last_seen > moment)


def _around(db: Archive, article_id: int, moment: str) -> tuple[Neighbour | None, Neighbour | None]:
    """Give the last revision that is of a time or earlier, and the first that is later.

    A revision is of the time when what it was read from was captured: our rules may have read it long after.
    """
    found: list[Neighbour | None] = []
    for query in (_BEFORE, _AFTER):
        rows = db.rows(query, {"article": article_id, "moment": moment})
        found.append(
            next(
                (
                    Neighbour(
                        row["id"],
                        row["number"],
                        RevisionKind(row["kind"]),
                        Content.of_row({**row, "authors": json.loads(row["authors"])}),
                    )
                    for row in rows
                ),
                None,
            )
        )
    before, after = found
    return before, after


_DATED = """
    SELECT revisions.*, coalesce(captured_at, seen_at) AS moment
    FROM revisions LEFT JOIN captures ON captures.id = capture_id WHERE article_id = :article
"""
_BEFORE = f"SELECT * FROM ({_DATED}) WHERE moment <= :moment ORDER BY number DESC LIMIT 1"  # noqa: S608
_AFTER = f"SELECT * FROM ({_DATED}) WHERE moment > :moment ORDER BY number LIMIT 1"  # noqa: S608

_BEGIN_EARLIER = """
    UPDATE revisions SET seen_at = :at,
        capture_id = iif(EXISTS (SELECT 1 FROM revision_pages WHERE revision_id = :id),
            capture_id, coalesce(:capture, capture_id))
    WHERE id = :id
"""

_PAGE_SEEN = "UPDATE pages SET first_seen = min(first_seen, :at) WHERE id = :id"

_NOTE_SEEN = """
    UPDATE articles SET first_seen = min(first_seen, :at), last_seen = max(last_seen, :at),
        dated = coalesce(published_utc, min(first_seen, :at))
    WHERE id = :id
"""
