"""How the pages read rows: as plain data, which is their JSON as well."""

import json
import sqlite3
from typing import Any

from archive.site.wording import shorten

Row = dict[str, Any]

PAGE_SIZE = 20
SHORT = 300
"""Characters of a title or an excerpt in a list; nobody reads more, and a hostile page may have megabytes."""
_PLACE = 200
"""Characters of a value that says where the next page begins."""
NAME = "substr(sources.name, 1, 100)"

CARD = f"""
    articles.id, articles.url, substr(articles.title, 1, {SHORT}) AS title,
    substr(coalesce(articles.standfirst, articles.text), 1, {SHORT}) AS excerpt,
    articles.authors, articles.published, articles.dated, substr(articles.language, 1, 20) AS language,
    articles.access, articles.text_complete, articles.words, articles.source_id, {NAME} AS source
"""
"""The columns of `card`, of articles joined with sources."""


def rows(conn: sqlite3.Connection, sql: str, values: Any = ()) -> list[Row]:
    """Give the rows of a query by column name."""
    return [dict(row) for row in conn.execute(sql, values)]


def row(conn: sqlite3.Connection, sql: str, values: Any = ()) -> Row | None:
    """Give the first row of a query; None where there is none."""
    found = conn.execute(sql, values).fetchone()
    return dict(found) if found else None


def load_json(stored: Row, *columns: str) -> Row:
    """Read columns that hold JSON, in place."""
    for column in columns:
        stored[column] = json.loads(stored[column])
    return stored


def card(stored: Row) -> Row:
    """Give a row of `CARD` as an article in a list."""
    load_json(stored, "authors")
    stored["source"] = {"id": stored.pop("source_id"), "name": stored["source"]}
    stored["text_complete"] = bool(stored["text_complete"])
    stored["path"] = f"/article/{stored['id']}"
    stored["excerpt"] = shorten(stored["excerpt"], SHORT - 10)
    return stored


def place(after: str | None) -> tuple[str, int] | None:
    """Read where the last page ended, a value and a number, as ``next`` names it; None for what is none."""
    value, _, number = (after or "").rpartition(",")
    return (value, int(number)) if number.isdecimal() and len(number) < 19 else None


def page_of(found: list[Row], size: int, *ends: str) -> tuple[list[Row], str | None]:
    """Give a page of rows, and where it ends if more follow: the values of these columns.

    Args:
        found: One row more than the page holds, if there are so many.
        size: Of a page.
        ends: The columns that say where it ends.
    """
    shown = found[:size]
    return shown, ",".join(str(shown[-1][end])[:_PLACE] for end in ends) if len(found) > size else None
