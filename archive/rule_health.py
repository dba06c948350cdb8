"""Do the rules of a site still find something on its pages? A redesign makes them stop."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.database import Archive
from archive.models import SiteRuleCheck

STOPPED = 3
"""Articles in a row on which a rule found nothing, after which it counts as stopped."""


@dataclass(frozen=True, slots=True)
class StoppedRule:
    """A rule that used to find something, or never did."""

    source: str
    rule: str
    matched_at: str | None
    """When it last found something, UTC."""
    misses: int
    """Articles in a row on which it found nothing."""


def note_checks(db: Archive, source_id: int, checks: Iterable[SiteRuleCheck], at: str) -> None:
    """Note which rules found something on an article; within the transaction that stores it."""
    db.conn.executemany(
        _NOTE, [{"source": source_id, "rule": one.rule, "matched": one.matched, "at": at} for one in checks]
    )


def stopped_rules(db: Archive) -> list[StoppedRule]:
    """Give the rules that find nothing any more, by source.

    What is to be stripped is not on every page: such a rule counts only when it did find something once, and
    then missed ten times as many articles. A rule that is no longer tried (it was changed) does not count.
    """
    rows = db.rows(_STOPPED, {"stopped": STOPPED})
    return [StoppedRule(row["name"], row["rule"], row["matched_at"], row["misses"]) for row in rows]


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
    SELECT sources.name, rule, matched_at, misses
    FROM site_rules JOIN sources ON sources.id = source_id
    WHERE active AND misses >= iif(rule LIKE 'strip: %', 10 * :stopped, :stopped)
        AND (matches OR rule NOT LIKE 'strip: %')
        AND tried_at = (SELECT max(tried_at) FROM site_rules AS latest WHERE latest.source_id = sources.id)
    ORDER BY sources.name, rule
"""
