"""The rows of an article: itself, its revisions with what was removed, its authors and mentions."""

import json
from collections.abc import Sequence
from typing import Any

from archive import clusters
from archive.database import Archive
from archive.models import Extraction, Judgement, RevisionKind, to_row
from archive.revisions import Content, changed_fields, measure
from archive.text_index import KINDS
from archive.times import to_utc
from archive.tokens import count_words
from archive.urls import plain_key

_CONTENT = frozenset(
    {"title", "standfirst", "authors", "published", "published_utc", "access", "text_complete", "text"}
)
_CONTENT |= {"words", "dated"}


def add_article(
    db: Archive,
    source_id: int,
    page_id: int,
    url: str,
    seen_at: str,
    extraction: Extraction,
    judgement: Judgement,
) -> int:
    """Add an article that was seen for the first time, with its mentions; give its number.

    Its first revision is still to be added.

    What found it is that of the page that was asked for: triggers mend it when the page is another one.
    """
    number, found_by = db.conn.execute(_NUMBER_AND_KINDS, [page_id]).fetchone()
    row = {**_row(extraction, seen_at), "relevance": judgement.reason, "last_seen": seen_at}
    db.index_later(number)
    about = {"id": number, "source_id": source_id, "url": url, "key": plain_key(url), "first_seen": seen_at}
    db.insert("articles", {**about, **row, "found_by": found_by})
    _add_mentions(db, number, judgement)
    return int(number)


_NUMBER_AND_KINDS = f"""
    SELECT 1 + max((SELECT coalesce(max(id), 0) FROM articles),
        coalesce((SELECT highest FROM article_numbers), 0)), {KINDS.format(pages="id = ?")}
"""  # noqa: S608
"""Others know an article by its number: that of a deleted one is never given again."""


def update_article(
    db: Archive, article_id: int, extraction: Extraction, judgement: Judgement, *, content: bool
) -> None:
    """Bring an article to what was read of it.

    Args:
        db: The archive.
        article_id: Which one.
        extraction: What was read.
        judgement: Why it is about the series; what is not about it any more keeps the reason why it was.
        content: Its content as well; else only what surrounds it.
    """
    (first_seen,) = db.conn.execute("SELECT first_seen FROM articles WHERE id = ?", [article_id]).fetchone()
    row = _row(extraction, first_seen)
    row = {name: value for name, value in row.items() if content or name not in _CONTENT}
    if judgement.relevant:
        row["relevance"] = judgement.reason
        db.conn.execute("DELETE FROM mentions WHERE article_id = ?", [article_id])
        _add_mentions(db, article_id, judgement)
    db.update("articles", article_id, row)


def see_article(db: Archive, article_id: int, seen_at: str) -> None:
    """Note that the publisher showed an article: it is there, or there again."""
    db.update("articles", article_id, {"last_seen": seen_at, "gone_at": None})


def lose_article(db: Archive, article_id: int, gone_at: str) -> None:
    """Note that the publisher says that an article is no more; the first time counts."""
    db.execute("UPDATE articles SET gone_at = coalesce(gone_at, ?) WHERE id = ?", [gone_at, article_id])


def current_revision(db: Archive, article_id: int) -> dict[str, Any]:
    """Give the revision that an article shows, with the digest of its capture."""
    (row,) = db.rows(
        "SELECT revisions.*, captures.digest FROM articles JOIN revisions ON revisions.id = revision_id"
        " LEFT JOIN captures ON captures.id = capture_id WHERE articles.id = ?",
        [article_id],
    )
    return {**row, "authors": json.loads(row["authors"])}


def add_revision(
    db: Archive,
    article_id: int,
    kind: RevisionKind,
    seen_at: str,
    capture_id: int | None,
    extraction: Extraction,
    before: Content | None = None,
) -> int:
    """Add a revision with its removed blocks, and make it the one that the article shows.

    Args:
        db: The archive.
        article_id: Whose.
        kind: Who made it.
        seen_at: When, UTC.
        capture_id: What it was read from.
        extraction: What was read.
        before: The content that it replaces; None for the first one.

    Returns:
        Its id.
    """
    (number,) = db.conn.execute(
        "SELECT 1 + count(*) FROM revisions WHERE article_id = ?", [article_id]
    ).fetchone()
    revision_id = insert_revision(db, article_id, number, kind, seen_at, capture_id, extraction, before)
    db.update("articles", article_id, {"revision_id": revision_id})
    if before:
        clusters.assign(db.conn, article_id)
        db.conn.execute("DELETE FROM article_authors WHERE article_id = ?", [article_id])
    else:
        clusters.add(db.conn, article_id, extraction.text)
    _add_authors(db, article_id, extraction.authors)
    return revision_id


def insert_revision(
    db: Archive,
    article_id: int,
    number: int,
    kind: RevisionKind,
    seen_at: str,
    capture_id: int | None,
    extraction: Extraction,
    before: Content | None,
) -> int:
    """Add the rows of a revision, at a number that is free; the article still shows another one."""
    revision_id = db.insert(
        "revisions",
        {
            "article_id": article_id,
            "number": number,
            "kind": kind,
            **(changes(before, Content.of(extraction)) if before else _FIRST),
            "seen_at": seen_at,
            "capture_id": capture_id,
            "rules_version": extraction.rules_version,
            "title": extraction.title or extraction.url,
            "standfirst": extraction.standfirst,
            "authors": to_json(extraction.authors),
            "published": extraction.published,
            "modified": extraction.modified,
            "language": extraction.language,
            "site_name": extraction.site_name,
            "canonical_url": extraction.canonical_url,
            "image": extraction.image,
            "tags": to_json(extraction.tags),
            "access": extraction.access,
            "access_evidence": to_json(extraction.access_evidence),
            "text_complete": extraction.text_complete,
            "reserved": to_json(extraction.reserved),
            "text": extraction.text,
            "html": extraction.html,
            "witnesses": to_json([to_row(witness) for witness in extraction.witnesses]),
        },
    )
    db.conn.executemany(
        "INSERT INTO removed_blocks (revision_id, position, rule, reason, text) VALUES (?, ?, ?, ?, ?)",
        ((revision_id, block.position, block.rule, block.reason, block.text) for block in extraction.removed),
    )
    return revision_id


_FIRST = {"changed": "[]", "words_added": None, "words_removed": None, "share_changed": None}


def changes(before: Content, after: Content) -> dict[str, Any]:
    """Say what a revision changed, and how much, as the columns of its row do."""
    diff = measure(before, after)
    return {
        "changed": to_json(changed_fields(before, after)),
        "words_added": diff.words_added,
        "words_removed": diff.words_removed,
        "share_changed": round(diff.share, 4),
    }


def _add_authors(db: Archive, article_id: int, names: tuple[str, ...]) -> None:
    """Link an article to its authors, in their order."""
    for position, name in enumerate(dict.fromkeys(names)):
        row = {"article": article_id, "position": position, "name": name}
        if not db.conn.execute(_ADD_AUTHOR, row).rowcount:
            db.conn.execute("INSERT INTO authors (name) VALUES (:name)", row)
            db.conn.execute(_ADD_AUTHOR, row)


_ADD_AUTHOR = """
    INSERT INTO article_authors (article_id, author_id, position, dated)
    SELECT articles.id, authors.id, :position, articles.dated FROM articles, authors
    WHERE articles.id = :article AND name = :name
"""


def _add_mentions(db: Archive, article_id: int, judgement: Judgement) -> None:
    """Keep where an article names the series."""
    for mention in judgement.mentions:
        row = {**to_row(mention), "article": article_id}
        if not db.conn.execute(_ADD_MENTION, row).rowcount:
            db.conn.execute("INSERT INTO series (name) VALUES (:series)", row)
            db.conn.execute(_ADD_MENTION, row)


_ADD_MENTION = """
    INSERT INTO mentions (article_id, series_id, name, kind, field, count, passage)
    SELECT :article, id, :name, :kind, :field, :count, :passage FROM series WHERE name = :series
"""


def to_json(values: Sequence[object]) -> str:
    """Give a list as JSON that people can read, and that the search index sees as words."""
    return _JSON.encode(values) if values else "[]"


_JSON = json.JSONEncoder(ensure_ascii=False)


def _row(extraction: Extraction, first_seen: str) -> dict[str, Any]:
    published = to_utc(extraction.published)
    return {
        "title": extraction.title or extraction.url,
        "standfirst": extraction.standfirst,
        "authors": to_json(extraction.authors),
        "published": extraction.published,
        "published_utc": published,
        "modified": extraction.modified,
        "language": extraction.language,
        "site_name": extraction.site_name,
        "image": extraction.image,
        "tags": to_json(extraction.tags),
        "access": extraction.access,
        "text_complete": extraction.text_complete,
        "reserved": to_json(extraction.reserved),
        "text": extraction.text,
        "words": count_words(extraction.text),
        "dated": published or first_seen,
    }
