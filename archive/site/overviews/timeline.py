"""The articles of each source over time: by year, or by month where the archive or one year allows it."""

import re
import sqlite3

from archive.site.charts import name_period
from archive.site.overviews.page import Arguments
from archive.site.problems import PageError
from archive.site.rows import NAME, Row, rows

_SOURCES = 15
"""On a page; with 12 months or years it stays under 100 KB."""
_COLUMNS = 12


def read(conn: sqlite3.Connection, asked: Arguments) -> Row:
    """Give how many articles each source has by month of a year (``year``), or by year.

    Raises:
        PageError: The year is none.
    """
    year = asked.get("year")
    if year and not re.fullmatch("[0-9]{4}", year):
        raise PageError(400, "No such year", "A year is written 2024.")
    totals = dict(
        conn.execute(
            "SELECT substr(month, 1, 4) AS year, sum(articles) FROM coverage GROUP BY year ORDER BY year"
        ).fetchall()
    )
    if not year and len(totals) == 1:
        (year,) = totals
    periods = [f"{year}-{month:02}" for month in range(1, 13)] if year else list(totals)[-_COLUMNS:]
    page = asked.page()
    sources = rows(
        conn,
        f"""SELECT id, {NAME} AS name, articles FROM sources WHERE articles > 0
            ORDER BY articles DESC, id LIMIT {_SOURCES + 1} OFFSET ?""",  # noqa: S608
        [(page - 1) * _SOURCES],
    )
    shown = sources[:_SOURCES]
    for source in shown:
        source["counts"] = _counts(conn, year, periods, source["id"])
    return {
        "unit": "month" if year else "year",
        "year": year,
        "years": totals,
        "periods": periods,
        "names": {period: name_period(period) for period in periods},
        "all": _counts(conn, year, periods, None) if year else {one: totals[one] for one in periods},
        "sources": shown,
        "page": page,
        "next": page + 1 if len(sources) > _SOURCES else None,
    }


def _counts(
    conn: sqlite3.Connection, year: str | None, periods: list[str], source: int | None
) -> dict[str, int]:
    """Give the articles by period, of a source or of all; only periods that have some."""
    if not periods:
        return {}
    of = "" if source is None else "AND source_id = :source"
    found = conn.execute(
        f"""SELECT substr(month, 1, :length) AS period, sum(articles) AS number FROM coverage
            WHERE month BETWEEN :first AND :last {of} GROUP BY period HAVING number > 0""",  # noqa: S608
        {"length": 7 if year else 4, "first": periods[0], "last": f"{periods[-1]}~", "source": source},
    )
    return dict(found.fetchall())
