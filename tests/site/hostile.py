"""An archive in which every text is an attack; made by SQL, past all that the program would not let in."""

from pathlib import Path

from archive.database import open_archive
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
}
_LISTS = {"articles": "authors tags", "revisions": "authors tags access_evidence changed"}
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
    db.close()
    return path


PAGES = (
    "/",
    "/articles",
    "/article/1",
    "/article/2",
    "/article/3",
    "/article/1/revision/1",
    "/sources",
    "/source/1",
    "/source/2",
    "/source/3",
    "/articles?source=1",
    "/search?q=script",
    "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
)
