"""Writes the part of docs/archive.md that describes the tables, from the words that Datasette shows.

Run ``python docs/schema.py`` after a change of the schema; a test tells when it was forgotten.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from archive.database import open_archive
from archive.site.tables import load_tables

PAGE = Path(__file__).with_name("archive.md")
BEGIN, END = "<!-- tables: written by docs/schema.py -->\n", "<!-- end of tables -->\n"


def describe() -> str:
    """Give every table with its columns as Markdown, in the order of ``tables.toml``."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_archive(Path(folder) / "archive.db", create=True)) as db,
    ):
        return "\n".join(_table(db.conn, name, facts) for name, facts in load_tables().items())


def written() -> str:
    """Give what the page says now."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


def _table(db: sqlite3.Connection, name: str, facts: dict[str, Any]) -> str:
    rows = db.execute("SELECT name, type, pk FROM pragma_table_info(?)", [name]).fetchall()
    key = {column: bool(pk) for column, _, pk in rows}
    lead = {row[3]: f"{row[2]}({row[4] or 'id'})" for row in db.execute(f"PRAGMA foreign_key_list([{name}])")}
    lines = [f"### `{name}`", "", facts["description"], "", "| column | type | is |", "|---|---|---|"]
    types = {column: kind.lower() for column, kind, _ in rows}
    for column, words in facts["columns"].items():
        kind = types.get(column) or "text"
        kind += ", key" if key.get(column) else ""
        kind += f", leads to `{lead[column]}`" if column in lead else ""
        lines.append(f"| `{column}` | {kind} | {words.replace('|', chr(92) + '|')} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the page anew."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{describe()}{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
