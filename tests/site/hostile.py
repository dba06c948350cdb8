"""An archive in which every text is an attack; made by SQL, past all that the program would not let in."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from archive.database import Archive, open_archive
from tests.site.seed import extraction_of, make_archive

MARKUP = (
    "\"'><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)><b onmouseover=alert(1)>"
    "<svg/onload=alert(1)><iframe src=javascript:alert(1)></iframe><style>@import'https://evil.example'</style>"
    "</title></textarea><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>"
    "<base href=https://evil.example/><meta http-equiv=refresh content='0;url=https://evil.example/'>"
    "<a href='java\tscript:alert(1)'>x</a><details open ontoggle=alert(1)>"
    "<p style=background:url(//evil.example)>"
)
"""What OWASP's and html5sec's lists come down to where text is put into HTML: out of attributes, out of
elements whose content is no HTML, through namespaces, events that need nobody, addresses that are scripts,
requests without a script, other meanings of the page's own links."""
ADDRESS = 'javascript:alert(1)//https://evil.example/"><script>alert(1)</script>'
OVERRIDE = "\u202egnol\u2066 \x00\x1b[31m {{ 7 * 7 }} {% raw %} " + "x" * 100_000
TEXTS = (MARKUP, ADDRESS, OVERRIDE)

_KEPT = {
    ("articles", "shown"),
    ("held", "decision"),
    ("near_misses", "decision"),
    ("pages", "state"),
    ("revisions", "witnesses"),
    ("sketches", "hashes"),
}
"""What decides if a row is shown at all, is planted by hand, or is taken apart as numbers."""


def make_hostile_archive(path: Path, texts: Sequence[str] = TEXTS) -> Path:
    """Make an archive of three articles; the texts of each, and of all around it, are one of the attacks."""
    home = "https://panel-and-frame.example/"
    make_archive(
        path, tuple(extraction_of(f"{home}{number}.html", "Rouge", ["Rouge"] * 3) for number in range(3))
    )
    db = open_archive(path)
    db.execute("PRAGMA foreign_keys = OFF")
    with db.transaction():
        for state in ("failed", "skipped", "refused"):
            db.execute(
                "INSERT INTO pages (source_id, url, first_seen, state) VALUES (1, ?, '', ?)", [state, state]
            )
        for article in (1, 2, 3):
            _add_revision(db, article)
            _hold(db, article)
        db.execute("INSERT INTO clusters (id, earliest_id) VALUES (1, 1)")
        db.execute("INSERT INTO cluster_articles SELECT id, 1, NULL, 1, 1, 'x' FROM articles")
        for table in tables_of(db):
            _fill(db, table)
            _plant(db, table, texts)
        for number, text in enumerate(texts):
            db.execute(_WITNESSES, {"text": text, "number": number})
    db.close()
    return path


def tables_of(db: Archive) -> list[str]:
    """Give the tables that the archive's schema names, without those of the index."""
    found = db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    names = [str(row["name"]) for row in found]
    return [name for name in names if not name.startswith(("sqlite_", "_sqlite", "articles_fts", "search_"))]


def text_columns(db: Archive, table: str) -> list[str]:
    """Give the columns of a table that hold text."""
    return [row["name"] for row in db.rows(f"PRAGMA table_info({table})") if row["type"] == "TEXT"]


def _fill(db: Archive, table: str) -> None:
    """See that a table has a row for each attack."""
    columns = list(db.rows(f"PRAGMA table_info({table})"))
    if next(db.rows(f"SELECT 1 FROM {table}"), None):
        return
    for number in (1, 2, 3):
        row = {one["name"]: f"{number}" if one["type"] == "TEXT" else number for one in columns}
        row |= {"decision": "open", "verdict": "broken", "kind": "url"}
        row |= {"state": "begun" if table == "forgotten" else "failed"}
        row |= {"mentions": '[{"name": "x", "passage": "x", "field": "x", "count": 1}]'}
        names = [one["name"] for one in columns]
        db.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [row[name] for name in names],
        )


def _plant(db: Archive, table: str, texts: Sequence[str]) -> None:
    """Put an attack in each text of a table; the rows take turns. What is JSON stays JSON."""
    keys = [row["name"] for row in db.rows(f"PRAGMA table_info({table})") if row["pk"]]
    columns = [name for name in text_columns(db, table) if (table, name) not in _KEPT]
    rows = list(db.rows(f"SELECT * FROM {table}"))
    for number, row in enumerate(rows):
        attack = texts[number % len(texts)]
        where = " AND ".join(f"{key} = ?" for key in keys) or "rowid = 1"
        for column in sorted(columns, key=lambda name: name in keys):
            value = _attacked(row[column], attack, number)
            # What the schema takes only some words for is no attack's place.
            with suppress(sqlite3.IntegrityError):
                db.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {where}", [value, *(row[key] for key in keys)]
                )
                row = {**row, column: value}


def _attacked(value: Any, attack: str, number: int) -> str:
    """Give an attack in the place of a text, or of every text of stored JSON; all are different."""
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        return json.dumps(_within(json.loads(value), attack))
    return f"{attack}{number}"


def _within(value: Any, attack: str) -> Any:
    if isinstance(value, dict):
        return {key: _within(one, attack) for key, one in value.items()}
    if isinstance(value, list):
        return [_within(one, attack) for one in value] or [attack]
    return attack if isinstance(value, str) else value


def _add_revision(db: Archive, article: int) -> None:
    row = next(db.rows("SELECT * FROM revisions WHERE article_id = ?", [article]))
    more = {
        "number": 2,
        "kind": "publisher",
        "changed": '["title", "text"]',
        "words_added": 3,
        "words_removed": 1,
        "share_changed": 0.5,
        "text": "Rouge, later",
    }
    db.insert("revisions", {**row, "id": 3 + article, **more})


def _hold(db: Archive, article: int) -> None:
    extraction = json.dumps({"title": "Rouge", "text": "Rouge"})
    held = {
        "reason": "shrunk",
        "explanation": "",
        "kind": "publisher",
        "url": "",
        "held_at": "",
        "seen_at": "",
    }
    db.insert("held", {"article_id": article, "fingerprint": "1", "extraction": extraction, **held})


_WITNESSES = """
    UPDATE revisions SET witnesses = (SELECT json_group_array(json_object('field', column1, 'source', :text,
        'value', :text, 'note', :text, 'chosen', 1)) FROM (VALUES ('authors'), ('published'), ('language')))
    WHERE id % 3 = :number
"""

PAGES = (
    *("/", "/articles", "/articles?source=1", "/sources", "/source/1", "/source/2", "/source/3"),
    *("/article/1", "/article/2", "/article/3", "/article/1/revision/1", "/article/1/diff/1/1"),
    *("/article/1/diff/1/2", "/article/2/diff/1/2", "/article/3/diff/2/1"),
    *("/search?q=script", "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
    *("/timeline", "/authors", "/author/1", "/author/2", "/author/3", "/clusters", "/cluster/1"),
    *("/changes", "/changes?show=headlines", "/changes?show=vanished", "/changes?show=rules"),
    *("/review", "/review?show=near-misses"),
)


def tables(names: Iterable[str], database: str = "archive") -> list[str]:
    """Give the addresses of Datasette's own pages of tables."""
    return [f"/{database}", *(f"/{database}/{name}?_size=10" for name in names)]
