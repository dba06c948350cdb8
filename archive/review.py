"""What was held back from an article: kept with its reason until somebody decides, or the article is back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from archive.database import Archive
from archive.models import (
    Access,
    Decision,
    Extraction,
    Fetch,
    HeldReason,
    Judgement,
    Mention,
    RemovedBlock,
    RevisionKind,
    Witness,
)
from archive.revisions import Content
from archive.sources import source_id
from archive.tokens import count_words
from archive.worse import Worse


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came of an article: with a fetch, or by reading its capture again."""

    seen_at: str
    url: str
    """That answered."""
    capture_id: int | None
    digest: str | None
    """Of the body; None where nothing was fetched."""
    kind: RevisionKind
    """Who changed the article, if it is changed: the publisher or our rules."""
    extraction: Extraction | None
    """None: there is nothing to read."""
    judgement: Judgement | None

    @classmethod
    def of_fetch(
        cls,
        fetch: Fetch,
        capture_id: int | None,
        extraction: Extraction | None,
        judgement: Judgement | None,
    ) -> Self:
        """Give what came with a fetch: the publisher's doing."""
        return cls(
            fetch.fetched_at,
            fetch.url,
            capture_id,
            fetch.digest,
            RevisionKind.PUBLISHER,
            extraction,
            judgement,
        )

    @property
    def content(self) -> tuple[Extraction, Judgement]:
        """What was read, and what it was judged to be, where there was something to read."""
        if self.extraction is None or self.judgement is None:
            raise ValueError("nothing was read")
        return self.extraction, self.judgement


@dataclass(frozen=True, slots=True)
class Held:
    """Something that was held back."""

    id: int
    article_id: int
    article_url: str
    article_title: str
    source: str
    reason: HeldReason
    explanation: str
    kind: RevisionKind
    url: str
    held_at: str
    seen_at: str
    times: int
    decision: Decision
    title: str | None
    """The headline that it would bring."""
    words: int | None
    """Of the text that it would bring; None: it brings none."""

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return {name: str(value) if isinstance(value, str) else value for name, value in asdict(self).items()}


def hold(db: Archive, article_id: int, arrival: Arrival, worse: Worse) -> Decision:
    """Keep what is held back, or note that it came again.

    Returns:
        What was decided of it; `Decision.OPEN` as long as nothing is.
    """
    fingerprint = _fingerprint(arrival)
    known = db.conn.execute(_KNOWN, [article_id, fingerprint, arrival.digest]).fetchone()
    if known is None:
        db.insert(
            "held",
            {
                "article_id": article_id,
                "capture_id": arrival.capture_id,
                "reason": worse.reason,
                "explanation": worse.explanation,
                "kind": arrival.kind,
                "url": arrival.url,
                "held_at": arrival.seen_at,
                "seen_at": arrival.seen_at,
                "digest": arrival.digest,
                "fingerprint": fingerprint,
                "extraction": _to_json(arrival.extraction),
                "judgement": _to_json(arrival.judgement),
            },
        )
        return Decision.OPEN
    held_id, decision = known
    if decision == Decision.PASSED:
        decision = Decision.OPEN
    db.update("held", held_id, {"decision": decision, "seen_at": arrival.seen_at})
    db.conn.execute("UPDATE held SET times = times + 1 WHERE id = ?", [held_id])
    return Decision(decision)


def was_accepted(db: Archive, article_id: int, arrival: Arrival) -> bool:
    """Tell whether this very content was let in by somebody before."""
    row = db.conn.execute(
        "SELECT 1 FROM held WHERE article_id = ? AND fingerprint = ? AND decision = 'accepted'",
        [article_id, _fingerprint(arrival)],
    ).fetchone()
    return row is not None


def pass_over(db: Archive, article_id: int, kind: RevisionKind, at: str) -> None:
    """Note that an article reads well again: what was held back of it needs no decision.

    Args:
        db: The archive.
        article_id: Which one.
        kind: Who is well again: the publisher's page, or our rules.
        at: When, UTC.
    """
    db.conn.execute(
        "UPDATE held SET decision = 'passed', decided_at = ?"
        " WHERE article_id = ? AND decision = 'open' AND kind = ?",
        [at, article_id, kind],
    )


def decide(db: Archive, held_id: int, decision: Decision, at: str, revision_id: int | None = None) -> None:
    """Keep what somebody decided."""
    db.update("held", held_id, {"decision": decision, "decided_at": at, "revision_id": revision_id})


def list_held(
    db: Archive,
    *,
    ids: tuple[int, ...] = (),
    reason: HeldReason | None = None,
    source: str | None = None,
    decision: Decision = Decision.OPEN,
) -> list[Held]:
    """Give what is held back, the newest first.

    Args:
        db: The archive.
        ids: Only these.
        reason: Only for this reason.
        source: Only of this source, by its name.
        decision: Only what this was decided of.

    Raises:
        WrongUsageError: No source has this name.
    """
    if source is not None:
        source_id(db, source)
    rows = db.rows(
        _LIST,
        {"ids": json.dumps(ids) if ids else None, "reason": reason, "source": source, "decision": decision},
    )
    return [_held(row) for row in rows]


def content_of(db: Archive, held_id: int) -> Arrival:
    """Give what would come to the article if this were accepted."""
    (row,) = db.rows("SELECT * FROM held WHERE id = ?", [held_id])
    return Arrival(
        row["held_at"],
        row["url"],
        row["capture_id"],
        row["digest"],
        RevisionKind(row["kind"]),
        _extraction(row["extraction"]),
        _judgement(row["judgement"]),
    )


def _held(row: Mapping[str, Any]) -> Held:
    values = dict(row)
    text = values.pop("text")
    return Held(
        **{
            **values,
            "reason": HeldReason(row["reason"]),
            "kind": RevisionKind(row["kind"]),
            "decision": Decision(row["decision"]),
            "words": None if text is None else count_words(text),
        }
    )


def _fingerprint(arrival: Arrival) -> str:
    """Give what two contents that say the same have in common; a body may differ in what nobody reads."""
    if arrival.extraction is None:
        said = [arrival.digest, arrival.url]
    else:
        content = Content.of(arrival.extraction)
        said = [" ".join(content.title.split()), " ".join(content.text.split()), content.access]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode(errors="replace")).hexdigest()


def _to_json(value: Extraction | Judgement | None) -> str | None:
    """Give it without what only counts when a page is fetched."""
    if value is None:
        return None
    kept = {name: one for name, one in asdict(value).items() if name not in _PASSING}
    return json.dumps(kept, ensure_ascii=False)


def _extraction(stored: str | None) -> Extraction | None:
    if stored is None:
        return None
    values = json.loads(stored)
    known = {field.name for field in fields(Extraction)}
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name in known
    }
    values["access"] = Access(values["access"])
    values["removed"] = tuple(RemovedBlock(**block) for block in values["removed"])
    values["witnesses"] = tuple(Witness(**witness) for witness in values["witnesses"])
    return Extraction(**values)


def _judgement(stored: str | None) -> Judgement | None:
    if stored is None:
        return None
    values = json.loads(stored)
    return Judgement(**{**values, "mentions": tuple(Mention(**mention) for mention in values["mentions"])})


_PASSING = {"rule_checks", "blocks"}

_KNOWN = """
    SELECT id, decision FROM held
    WHERE article_id = ? AND (fingerprint = ? OR (digest = ? AND decision = 'rejected'))
    ORDER BY decision <> 'rejected' LIMIT 1
"""

_LIST = """
    SELECT held.id, held.article_id, articles.url AS article_url, articles.title AS article_title,
        sources.name AS source, reason, explanation, kind, held.url, held_at, held.seen_at, times, decision,
        json_extract(extraction, '$.title') AS title, json_extract(extraction, '$.text') AS text
    FROM held JOIN articles ON articles.id = held.article_id JOIN sources ON sources.id = source_id
    WHERE decision = :decision AND (:ids IS NULL OR held.id IN (SELECT value FROM json_each(:ids)))
        AND (:reason IS NULL OR reason = :reason) AND (:source IS NULL OR sources.name = :source)
    ORDER BY held.seen_at DESC, held.id DESC
"""
