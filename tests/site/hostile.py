"""An archive in which every text is an attack; made by SQL, past all that the program would not let in."""

from pathlib import Path

from archive.database import Archive, open_archive
from tests.site.seed import extraction_of, make_archive

MARKUP = (
    "\"'><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)><b onmouseover=alert(1)>"
)
ADDRESS = 'javascript:alert(1)//https://evil.example/"><script>alert(1)</script>'
OVERRIDE = "\u202egnol\u2066 \x00\x1b[31m {{ 7 * 7 }} {% raw %} " + "x" * 100_000
TEXTS = (MARKUP, ADDRESS, OVERRIDE)

_TEXTS = {
    "about": "title",
    "articles": "url title standfirst published modified language site_name image text relevance "
    "first_seen last_seen gone_at dated",
    "revisions": "seen_at rules_version title standfirst published modified language site_name "
    "canonical_url image access text html",
    "removed_blocks": "rule reason text",
    "mentions": "name kind field passage",
    "sources": "name home",
    "series": "name",
    "authors": "name",
    "pages": "url reason last_fetched",
    "discoveries": "kind url error checked_at changed_at",
    "captures": "url captured_at content_type file digest",
    "crawls": "started_at ended_at version",
    "provenance": "found_at title author published",
    "crawl_sources": "error",
    "held": "explanation url held_at seen_at",
}
_LISTS = {"articles": "authors tags", "revisions": "authors tags access_evidence reserved changed"}
_KEYS = {"provenance": "page_id", "crawl_sources": "source_id"}


def make_hostile_archive(path: Path) -> Path:
    """Make an archive of three articles; the texts of each, and of all around it, are one of the attacks."""
    home = "https://panel-and-frame.example/"
    make_archive(
        path, tuple(extraction_of(f"{home}{number}.html", "Rouge", ["Rouge"] * 3) for number in range(3))
    )
    db = open_archive(path)
    with db.transaction():
        for state in ("failed", "skipped", "refused"):
            db.execute(
                "INSERT INTO pages (source_id, url, first_seen, state) VALUES (1, ?, '', ?)", [state, state]
            )
        for article in (1, 2, 3):
            _add_revision(db, article)
            _hold(db, article)
        for table, columns in _TEXTS.items():
            key = _KEYS.get(table, "id")
            for column in columns.split():
                for number, text in enumerate(TEXTS):
                    if db[table].exists():
                        db.execute(
                            f"UPDATE {table} SET {column} = ? || {key} WHERE {key} % 3 = ?", [text, number]
                        )
        for table, columns in _LISTS.items():
            for column in columns.split():
                for number, text in enumerate(TEXTS):
                    db.execute(
                        f"UPDATE {table} SET {column} = json_array(?) WHERE id % 3 = ?", [text, number]
                    )
        for number, text in enumerate(TEXTS):
            db.execute(_WITNESSES, [text, number])
            db.execute("INSERT INTO people VALUES (1, ?, 1)", [text])
            db.execute("INSERT INTO series_names VALUES (1, ?, 'alias')", [text])
            db.execute(_HEALTH, [number + 1, text])
        db.execute("INSERT INTO clusters (id) VALUES (1)")
        db.execute("INSERT INTO cluster_articles SELECT id, 1, NULL, 1, 1, 'x' FROM articles")
    db.close()
    return path


def _add_revision(db: Archive, article: int) -> None:
    row = next(db.rows("SELECT * FROM revisions WHERE article_id = ?", [article]))
    more = {
        "number": 2,
        "kind": "publisher",
        "words_added": 3,
        "words_removed": 1,
        "share_changed": 0.5,
        "text": "Rouge, later",
    }
    db.insert("revisions", {**row, "id": 3 + article, **more})


def _hold(db: Archive, article: int) -> None:
    held = {
        "reason": "shrunk",
        "explanation": "",
        "kind": "publisher",
        "url": "",
        "held_at": "",
        "seen_at": "",
    }
    db.insert("held", {"article_id": article, "fingerprint": "1", **held})


_HEALTH = """
    INSERT OR REPLACE INTO health (source_id, verdict, reason, since, checked_at)
    VALUES (?1, 'broken', ?2, ?2, ?2)
"""
_WITNESSES = """
    UPDATE revisions SET witnesses = (SELECT json_group_array(json_object('field', column1, 'source', ?1,
        'value', ?1, 'note', ?1, 'chosen', 1)) FROM (VALUES ('authors'), ('published'), ('language')))
    WHERE id % 3 = ?2
"""


PAGES = (
    "/",
    "/articles",
    "/article/1",
    "/article/2",
    "/article/3",
    "/article/1/revision/1",
    "/article/1/diff/1/1",
    "/article/1/diff/1/2",
    "/article/2/diff/1/2",
    "/article/3/diff/2/1",
    "/sources",
    "/source/1",
    "/source/2",
    "/source/3",
    "/articles?source=1",
    "/search?q=script",
    "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
)
