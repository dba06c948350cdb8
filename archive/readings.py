"""Which rules, and which names of the series, have read and judged each article last; and from what."""

from collections.abc import Iterator
from dataclasses import dataclass

from archive.capture_index import COLUMNS
from archive.database import Archive, Parameters
from archive.models import Capture, Extraction, Judgement


@dataclass(frozen=True, slots=True)
class Reading:
    """How an article was read last."""

    article_id: int
    source: str
    url: str
    """That answered with what was read."""
    rules_version: str
    names_version: str
    capture_id: int | None
    capture: Capture | None
    """None: the response is no longer known."""
    further: tuple[Capture, ...] = ()
    """The further pages of an article on several, in order."""
    text_complete: bool = True
    """As it was read then."""
    page_id: int | None = None
    """The page that holds it."""


def set_reading(
    db: Archive,
    article_id: int,
    url: str,
    read_at: str,
    capture_id: int | None,
    extraction: Extraction,
    judgement: Judgement,
) -> None:
    """Note that an article was read and judged."""
    db.conn.execute(
        _SET,
        {
            "article": article_id,
            "capture": capture_id,
            "url": url,
            "read_at": read_at,
            "rules": extraction.rules_version,
            "names": judgement.names_version,
            "relevant": judgement.relevant,
            "reason": judgement.reason,
        },
    )


def reading_of_page(db: Archive, page_id: int) -> Reading | None:
    """Give how the article that a page holds was read last; None when it holds none."""
    found = _readings(
        db,
        "pages.id = ? AND pages.state <> 'alias'",
        [page_id],
        "JOIN pages ON pages.article_id = articles.id",
    )
    return next(found, None)


def find_readings(
    db: Archive,
    *,
    source: str | None = None,
    since: str | None = None,
    rule: str | None = None,
    article_id: int | None = None,
) -> Iterator[Reading]:
    """Give how articles were read last, by their ids.

    Args:
        db: The archive.
        source: Only those of this source, by its name.
        since: Only those that count as published on or after this day.
        rule: Only those from which this rule removed something.
        article_id: Only this one.
    """
    conditions = {
        "sources.name = :source": source,
        "dated >= :since": since,
        "EXISTS (SELECT 1 FROM removed_blocks"
        " WHERE rule = :rule AND removed_blocks.revision_id = articles.revision_id)": rule,
        "articles.id = :article": article_id,
    }
    wanted = [condition for condition, value in conditions.items() if value is not None] or ["true"]
    values = {"source": source, "since": since, "rule": rule, "article": article_id}
    return _readings(db, f"{' AND '.join(wanted)} ORDER BY articles.id", values)


def reading_of(db: Archive, article_id: int) -> Reading | None:
    """Give how an article was read last; None when it is not known."""
    return next(find_readings(db, article_id=article_id), None)


def reading_of_revision(db: Archive, revision_id: int) -> Reading:
    """Give how a revision was read; by which names it was judged is not known."""
    (row,) = db.rows(_REVISION, [revision_id])
    capture = _capture(db, row["capture_id"])
    further = (_capture(db, number) for (number,) in db.conn.execute(_FURTHER, [revision_id]).fetchall())
    return Reading(
        row["article_id"],
        row["source"],
        capture.url if capture else row["url"],
        row["rules_version"],
        "",
        row["capture_id"],
        capture,
        tuple(filter(None, further)),
        bool(row["text_complete"]),
    )


def _readings(db: Archive, condition: str, values: Parameters, join: str = "") -> Iterator[Reading]:
    sql = f"""
        SELECT articles.id, sources.name AS source, readings.url, rules_version, names_version,
            readings.capture_id, revision_id, text_complete,
            EXISTS (SELECT 1 FROM revision_pages WHERE revision_pages.revision_id = articles.revision_id)
                AS on_several,
            (SELECT id FROM pages AS holder WHERE holder.article_id = articles.id AND state <> 'alias')
                AS page_id
        FROM articles JOIN readings ON readings.article_id = articles.id
        JOIN sources ON sources.id = articles.source_id {join}
        WHERE {condition}"""  # noqa: S608
    for row in db.rows(sql, values):
        first, further = row["capture_id"], []
        if row["on_several"]:  # they belong together as they were stored
            revision = [row["revision_id"]]
            (first,) = db.conn.execute("SELECT capture_id FROM revisions WHERE id = ?", revision).fetchone()
            further = [number for (number,) in db.conn.execute(_FURTHER, revision).fetchall()]
        yield Reading(
            row["id"],
            row["source"],
            row["url"],
            row["rules_version"],
            row["names_version"],
            first,
            _capture(db, first),
            tuple(filter(None, (_capture(db, number) for number in further))),
            bool(row["text_complete"]),
            row["page_id"],
        )


def _capture(db: Archive, capture_id: int | None) -> Capture | None:
    for row in db.rows(f"SELECT {COLUMNS} FROM captures WHERE id = ?", [capture_id]):  # noqa: S608
        return Capture(**row)
    return None


_REVISION = """
    SELECT article_id, sources.name AS source, articles.url, rules_version, revisions.capture_id,
        revisions.text_complete
    FROM revisions JOIN articles ON articles.id = article_id JOIN sources ON sources.id = source_id
    WHERE revisions.id = ?
"""

_FURTHER = "SELECT capture_id FROM revision_pages WHERE revision_id = ? ORDER BY number"

_SET = """
    INSERT INTO readings
        (article_id, capture_id, url, read_at, rules_version, names_version, relevant, reason)
    VALUES (:article, :capture, :url, :read_at, :rules, :names, :relevant, :reason)
    ON CONFLICT DO UPDATE SET capture_id = excluded.capture_id, url = excluded.url,
        read_at = excluded.read_at, rules_version = excluded.rules_version,
        names_version = excluded.names_version, relevant = excluded.relevant, reason = excluded.reason
"""
