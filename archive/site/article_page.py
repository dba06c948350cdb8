"""What the page of an article reads, and that of the difference between two of its revisions."""

import json
import re
import sqlite3

from markupsafe import Markup

from archive import citation, clusters
from archive.history import COLUMNS, Difference, Revision, differences
from archive.models import Access
from archive.site.reading import read_article, web_address
from archive.site.rows import Row, load_json, row, rows
from archive.site.wording import cut_long, shorten
from archive.tokens import count_words

_CONTENT = ["title", "standfirst", "authors", "published", "modified", "language", "site_name"]
_CONTENT += ["canonical_url", "image", "tags", "access", "access_evidence", "reserved", "text", "html"]
_LISTS = ("authors", "tags", "access_evidence", "reserved", "changed", "witnesses")
_REVISION = ["number", "kind", "seen_at", "changed", "rules_version"]
_HISTORY = [*_REVISION, "words_added", "words_removed", "share_changed"]
_MOST_REVISIONS = 100


def article(conn: sqlite3.Connection, number: int, revision: int | None = None) -> Row | None:
    """Give an article with everything known about it, as its current revision or an older one has it.

    The names are those of an exported article (`archive.export.records`), and some more.
    """
    head = row(conn, _HEAD, [number])
    if head is None:
        return None
    wanted, values = "id = ?", [head["revision_id"]]
    if revision is not None:
        wanted, values = "article_id = ? AND number = ?", [number, revision]
    shown = row(conn, f"SELECT * FROM revisions WHERE {wanted}", values)  # noqa: S608
    if shown is None:
        return None
    load_json(shown, *_LISTS)
    current = shown["id"] == head["revision_id"]
    history = [load_json(one, "changed") for one in rows(conn, _REVISIONS, [number])]
    cluster = clusters.find(conn, number)
    return {
        "id": number,
        "path": f"/article/{number}" if current else f"/article/{number}/revision/{shown['number']}",
        "url": head["url"],
        "wayback": wayback_address(head["url"], shown["seen_at"]),
        "source": {
            "id": head["source_id"],
            "name": head["source"],
            "home": head["home"],
            "publish": head["publish"],
        },
        **{name: shown[name] for name in _CONTENT},
        "text_complete": bool(shown["text_complete"]),
        "shown": head["shown"],
        "words": count_words(shown["text"]) if head["shown"] == "full" else head["words"],
        "witnesses": shown["witnesses"],
        "removed": rows(conn, _REMOVED, [shown["id"]]),
        "relevance": {"reason": head["relevance"], "mentions": rows(conn, _MENTIONS, [number])},
        **{name: head[name] for name in ("dated", "first_seen", "last_seen", "gone_at")},
        "revision": {"current": current, **{name: shown[name] for name in _REVISION}},
        "revisions": history[0]["number"],
        "history": history,
        "held": rows(conn, _HELD, [number]),
        "copies": _copies(cluster, number),
        "cluster": clusters.as_row(cluster) if cluster else None,
        "found_by": rows(conn, _FOUND_BY, [number]),
        "capture": row(conn, "SELECT * FROM captures WHERE id = ?", [shown["capture_id"]]),
        "further_captures": rows(conn, _FURTHER, [shown["id"]]),
    }


def to_be_read(facts: Row) -> Row:
    """Give an article's HTML as its page may show it, in pieces and whole, and how it is cited."""
    pieces = read_article(facts["html"], facts["url"], cut_long(facts["removed"]))
    cited = cut_long(facts) | {"title": shorten(facts["title"], 500)}
    return {
        "html": Markup().join(piece.html for piece in pieces),
        "pieces": pieces,
        "bibtex": citation.bibtex(cited),
        "csl": csl(cited),
    }


def csl(facts: Row) -> str:
    """Give how an article is cited as a file of CSL-JSON."""
    return json.dumps([citation.csl(facts)], ensure_ascii=False, indent=2)


def difference(conn: sqlite3.Connection, number: int, before: int, after: int) -> Row | None:
    """Give what differs between two revisions of an article, as ``series-archive diff --json`` does."""
    head = row(conn, _HEAD, [number])
    sql = f"SELECT {COLUMNS} FROM revisions WHERE article_id = ? AND number IN (?, ?)"  # noqa: S608
    revisions = {one["number"]: _with_access(one) for one in rows(conn, sql, [number, before, after])}
    if head is None or not {before, after} <= revisions.keys():
        return None
    old, new = Revision.of_row(revisions[before]), Revision.of_row(revisions[after])
    found = Difference(head["url"], old, new, *differences(old.content, new.content))
    return {
        "id": number,
        "title": head["title"],
        "language": head["language"],
        "source": {"id": head["source_id"], "name": head["source"], "home": head["home"]},
        "revisions": head["revisions"],
        **found.to_dict(),
    }


def wayback_address(url: str, time: str) -> str | None:
    """Give where the Wayback Machine shows a page as it was about that time (ISO 8601)."""
    if not web_address(url):
        return None
    return f"https://web.archive.org/web/{re.sub('[^0-9]', '', time)[:14]}/{url}"


def _copies(cluster: clusters.Cluster | None, number: int) -> list[Row]:
    copies = sorted(cluster.copies, key=lambda copy: copy.article_id) if cluster else []
    return [
        {"id": copy.article_id, "url": copy.url, "source": copy.source, "similarity": copy.similarity}
        for copy in copies
        if copy.article_id != number
    ]


def _with_access(row: Row) -> Row:
    """Give a revision of an archive that somebody else may have written with an access that we know."""
    return row | {"access": row["access"] if row["access"] in set(Access) else Access.UNKNOWN}


_HEAD = """
    SELECT articles.id, articles.url, articles.title, articles.language, articles.source_id, revision_id,
        relevance, dated, shown, words, first_seen, last_seen, gone_at,
        sources.name AS source, sources.home, publish,
        (SELECT max(number) FROM revisions WHERE article_id = articles.id) AS revisions
    FROM articles JOIN sources ON sources.id = articles.source_id WHERE articles.id = ?
"""
_REVISIONS = f"""
    SELECT {", ".join(_HISTORY)} FROM revisions
    WHERE article_id = ? ORDER BY number DESC LIMIT {_MOST_REVISIONS}
"""  # noqa: S608
_FURTHER = """
    SELECT file, offset, length, digest, captured_at FROM revision_pages
    JOIN captures ON captures.id = capture_id WHERE revision_id = ? ORDER BY number
"""
_REMOVED = "SELECT rule, reason, text, position FROM removed_blocks WHERE revision_id = ? ORDER BY id"
_MENTIONS = """
    SELECT series.name AS series, mentions.name, kind, field, count, passage
    FROM mentions JOIN series ON series.id = series_id WHERE article_id = ? ORDER BY mentions.id
"""
_HELD = """
    SELECT id, reason, explanation, kind, held_at, seen_at, times FROM held
    WHERE article_id = ? AND decision = 'open' ORDER BY id DESC LIMIT 10
"""
_FURTHER = """
    SELECT file, offset, length, digest, captured_at
    FROM revision_pages JOIN captures ON captures.id = capture_id WHERE revision_id = ? ORDER BY number
"""
_FOUND_BY = """
    SELECT discoveries.kind, discoveries.url, found_at
    FROM pages JOIN provenance ON page_id = pages.id JOIN discoveries ON discoveries.id = discovery_id
    WHERE article_id = ? ORDER BY found_at, discoveries.id LIMIT 50
"""
