"""Do the rules of a site still find something on its pages? A redesign makes them stop."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.database import Archive
from archive.models import SiteRuleCheck

STOPPED = 5
"""Articles in a row on which a rule found nothing, after which it counts as stopped."""


@dataclass(frozen=True, slots=True)
class StoppedRule:
    """A rule that used to find something."""

    rule: str
    matched_at: str
    """When it last found something, UTC."""
    misses: int
    """Articles in a row on which it found nothing."""


def note_checks(db: Archive, source_id: int, checks: Iterable[SiteRuleCheck], at: str) -> None:
    """Note which rules found something on an article; within the transaction that stores it."""
    db.conn.executemany(
        _NOTE, [{"source": source_id, "rule": one.rule, "matched": one.matched, "at": at} for one in checks]
    )


def stopped_rules(db: Archive, source_id: int) -> list[StoppedRule]:
    """Give the rules of a source that find nothing any more, those that missed most first.

    What is to be stripped is not on every page: such a rule counts after ten times as many articles. A rule
    that is no longer tried (it was changed) does not count.
    """
    rows = db.rows(_STOPPED, {"source": source_id, "stopped": STOPPED})
    return [StoppedRule(**row) for row in rows]


_NOTE = """
    INSERT INTO site_rules (source_id, rule, tried_at, matched_at, matches, misses)
    VALUES (:source, :rule, :at, iif(:matched, :at, NULL), :matched, NOT :matched)
    ON CONFLICT DO UPDATE SET
        tried_at = :at,
        matched_at = iif(:matched, :at, matched_at),
        matches = matches + :matched,
        misses = iif(:matched, 0, misses + 1)
"""

_STOPPED = """
    SELECT rule, matched_at, misses FROM site_rules
    WHERE source_id = :source AND matches > 0
        AND misses >= iif(rule LIKE 'strip: %', 10 * :stopped, :stopped)
        AND tried_at = (SELECT max(tried_at) FROM site_rules WHERE source_id = :source)
    ORDER BY misses DESC, rule
"""
