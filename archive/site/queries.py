"""What the pages read: each function gives one page's facts as plain data, which is the page's JSON as well.

No figure is counted over the articles: totals come from the summary tables that the archive keeps.
"""

import sqlite3

from archive.site.rows import CARD as _CARD
from archive.site.rows import NAME as _NAME
from archive.site.rows import PAGE_SIZE, Row
from archive.site.rows import SHORT as _SHORT
from archive.site.rows import card as _card
from archive.site.rows import place as _place
from archive.site.rows import row as _row
from archive.site.rows import rows as _rows

_ATTEMPTS_SHOWN = 30


def about(conn: sqlite3.Connection) -> Row:
    """Give what the archive is: its title, its series, how much it holds and from when."""
    series = [
        row["name"]
        for row in _rows(conn, "SELECT substr(name, 1, 100) AS name FROM series ORDER BY id LIMIT 10")
    ]
    articles, sources = conn.execute(
        "SELECT coalesce(sum(articles), 0), count(*) FROM sources WHERE articles > 0"
    ).fetchone()
    first, last = conn.execute(
        "SELECT (SELECT min(month) FROM coverage), (SELECT max(month) FROM coverage)"
    ).fetchone()
    title = _title(conn) or f"Archive of {' and '.join(series)}" if series else "Archive"
    return {
        "title": title,
        "series": series,
        "articles": articles,
        "sources": sources,
        "first": first,
        "last": last,
        "published_at": conn.execute("SELECT max(published_at) FROM about").fetchone()[0],
    }


def articles(
    conn: sqlite3.Connection, *, source: int | None = None, dated: str | None = None, after: str | None = None
) -> Row:
    """Give a page of articles, newest first.

    Args:
        conn: The archive.
        source: Only of this source.
        dated: Only of this month (``YYYY-MM``) or year.
        after: Those that follow this place, as the last page named it (``next``).
    """
    where: list[str] = ["1"]
    values: list[str | int] = []
    if source is not None:
        where.append("articles.source_id = ?")
        values.append(source)
    if dated:
        where.append("articles.dated >= ? AND articles.dated < ?")
        values += [dated, f"{dated}~"]
    if after and (place := _place(after)):
        where.append("articles.dated <= ? AND (articles.dated < ? OR articles.id > ?)")
        values += [place[0], *place]
    found = _rows(
        conn,
        f"""SELECT {_CARD} FROM articles JOIN sources ON sources.id = articles.source_id
            WHERE {" AND ".join(where)} ORDER BY articles.dated DESC, articles.id LIMIT {PAGE_SIZE + 1}""",  # noqa: S608
        values,
    )
    more = len(found) > PAGE_SIZE
    found = [_card(row) for row in found[:PAGE_SIZE]]
    return {"articles": found, "next": f"{found[-1]['dated'][:200]},{found[-1]['id']}" if more else None}


def listing(
    conn: sqlite3.Connection, *, source: int | None = None, dated: str | None, after: str | None
) -> Row | None:
    """Give a page of articles, and the source that they are of; None where there is no such source."""
    of = _row(conn, "SELECT id, name FROM sources WHERE id = ?", [source]) if source is not None else None
    if source is not None and of is None:
        return None
    return {
        "dated": dated,
        "source": of,
        "years": _years(months(conn, source), dated),
        **articles(conn, source=source, dated=dated, after=after),
    }


def _years(counted: dict[str, int], dated: str | None) -> list[Row]:
    """Give the years that have articles, the last first, with the months of the one that is asked for."""
    years: dict[str, Row] = {}
    for month, number in reversed(counted.items()):
        if number and month[:4].isdecimal():
            year = years.setdefault(month[:4], {"period": month[:4], "articles": 0, "months": []})
            year["articles"] += number
            if dated and dated[:4] == month[:4]:
                year["months"].append({"period": month, "articles": number})
    return list(years.values())


def months(conn: sqlite3.Connection, source: int | None = None) -> dict[str, int]:
    """Give the number of articles by month (``YYYY-MM``), of one source or of all."""
    where = "" if source is None else "WHERE source_id = :source"
    sql = f"SELECT month, sum(articles) FROM coverage {where} GROUP BY month ORDER BY month"  # noqa: S608
    return dict(conn.execute(sql, {"source": source}).fetchall())


def sources(conn: sqlite3.Connection, limit: int = -1) -> list[Row]:
    """Give the sources with their number of articles and their last crawl, the largest first."""
    return _rows(
        conn,
        f"""SELECT sources.id, {_NAME} AS name, substr(sources.home, 1, {_SHORT}) AS home, sources.active,
                sources.articles, crawls.started_at AS crawled_at,
                substr(crawl_sources.error, 1, {_SHORT}) AS error,
                health.verdict, substr(health.reason, 1, {_SHORT}) AS reason, health.since
            FROM sources
            LEFT JOIN health ON health.source_id = sources.id
            LEFT JOIN crawl_sources ON crawl_sources.source_id = sources.id AND crawl_sources.crawl_id =
                (SELECT max(crawl_id) FROM crawl_sources AS last WHERE last.source_id = sources.id)
            LEFT JOIN crawls ON crawls.id = crawl_sources.crawl_id
            ORDER BY sources.articles DESC, sources.name LIMIT ?""",  # noqa: S608
        [limit],
    )


def all_sources(conn: sqlite3.Connection) -> Row:
    """Give every source."""
    return {"sources": sources(conn)}


def source(conn: sqlite3.Connection, number: int, after: str | None = None) -> Row | None:
    """Give a source: its articles, and what became of every page that it has."""
    facts = _row(conn, "SELECT id, name, home, active, articles FROM sources WHERE id = ?", [number])
    if facts is None:
        return None
    return {
        "source": facts,
        "health": _row(conn, "SELECT * FROM health WHERE source_id = ?", [number]),
        **articles(conn, source=number, after=after),
        "months": months(conn, number),
        "crawls": _rows(
            conn,
            """SELECT crawls.id, started_at, ended_at, outcome,
                    found, fetched, unchanged, kept, added, edited, held, skipped, failed, refused, gone,
                    error
                FROM crawl_sources JOIN crawls ON crawls.id = crawl_id
                WHERE source_id = ? ORDER BY crawl_id DESC LIMIT 5""",
            [number],
        ),
        "discoveries": _rows(
            conn,
            """SELECT kind, url, status, error, checked_at, changed_at, next_due, failures
                FROM discoveries WHERE source_id = ? ORDER BY id LIMIT 100""",
            [number],
        ),
        "pages": _pages(conn, number),
    }


def _pages(conn: sqlite3.Connection, source: int) -> list[Row]:
    """Give the number of pages by state; where a state needs a reason, the last pages with it."""
    states = _rows(
        conn,
        "SELECT state, count(*) AS pages FROM pages WHERE source_id = ? GROUP BY state ORDER BY pages DESC",
        [source],
    )
    for row in states:
        row["attempts"] = []
        if row["state"] not in {"new", "kept", "alias"}:
            row["attempts"] = _rows(
                conn,
                f"""SELECT url, reason, status, last_fetched FROM pages WHERE source_id = ? AND state = ?
                    ORDER BY last_fetched DESC LIMIT {_ATTEMPTS_SHOWN}""",  # noqa: S608
                [source, row["state"]],
            )
    return states


def _title(conn: sqlite3.Connection) -> str | None:
    """Give the configured title; an archive that was not crawled yet has none."""
    row = conn.execute("SELECT substr(title, 1, 200) FROM about").fetchone()
    return row[0] if row else None
