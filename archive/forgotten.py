"""What must not come back: addresses and sources that were forgotten, known by their hashes alone."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

from archive.database import Archive, connect_to_read
from archive.times import utc_now
from archive.urls import ascii_host, page_key

REFUSAL = "it was forgotten on request"

_PORTS = {"http": 80, "https": 443}

_ADDRESSES = "SELECT source_id, url FROM pages UNION SELECT source_id, url FROM articles"

_ROWS = "SELECT hash, kind, forgotten_at, state FROM forgotten"

Row = tuple[str, str, str, str]
"""Of the table: hash, kind, when, state."""


def site_of(url: str) -> str:
    """Give the host of an address, without ``www.``, with its port where that is not the usual one."""
    parts = urlsplit(url)
    host = ascii_host(parts.hostname or "").removeprefix("www.")
    return host if parts.port in (None, _PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def is_forgotten(db: Archive, *urls: str | None) -> bool:
    """Say if one of some addresses, or the site that it is on, was forgotten."""
    if not db.conn.execute("SELECT EXISTS (SELECT 1 FROM forgotten)").fetchone()[0]:
        return False  # as in nearly every archive
    return _any(db, [one for url in urls if url for one in _hashes_of(url)])


def is_forgotten_source(db: Archive, name: str, home: str) -> bool:
    """Say if a source was forgotten, under this name or at this address."""
    return _any(db, [_hash("source", name), _hash("site", site_of(home))])


def remember(db: Archive, kind: str, values: Iterable[str]) -> list[str]:
    """Have something refused from now on.

    Args:
        db: The archive.
        kind: url, source or site.
        values: Addresses, names, or hosts as `site_of` gives them.

    Returns:
        Their hashes.
    """
    plain = page_key if kind == "url" else str
    hashes = [_hash(kind, plain(value)) for value in values]
    db.conn.executemany(
        "INSERT INTO forgotten (hash, kind, forgotten_at) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET state = 'begun'",
        ((one, kind, utc_now()) for one in hashes),
    )
    return hashes


def forgotten_in(path: Path) -> list[Row] | None:
    """Give what the database at a place knows to be forgotten; None where it cannot be read."""
    try:
        with closing(connect_to_read(path)) as db:
            return db.execute(_ROWS).fetchall()
    except sqlite3.Error:
        return None


def forgotten_beside(path: Path) -> list[Row]:
    """Give what the states of a database know to be forgotten that were moved aside.

    A restoration that was interrupted may have left the last one there.
    """
    rows: list[Row] = []
    for aside in path.parent.glob(f"{path.name}.before-*"):
        uri = f"{aside.absolute().as_uri()}?immutable=1"  # else SQLite leaves a log beside it
        with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as db:
            rows += db.execute(_ROWS)
    return rows


def add_forgotten(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Have an archive refuse what another database knows to be forgotten."""
    with db:
        db.executemany(
            "INSERT OR IGNORE INTO forgotten (hash, kind, forgotten_at, state) VALUES (?, ?, ?, ?)", rows
        )


def returned(db: Archive) -> Iterator[str]:
    """Give the names of sources and the addresses that were forgotten and are there again.

    A backup from before that brings them, or captures of another archive.
    """
    hashes = {one for (one,) in db.conn.execute("SELECT hash FROM forgotten")}
    if not hashes:
        return
    sources = set()
    for source_id, name, home in db.conn.execute("SELECT id, name, home FROM sources ORDER BY name"):
        if not hashes.isdisjoint((_hash("source", name), _hash("site", site_of(home)))):
            sources.add(source_id)
            yield name
    for source_id, url in db.conn.execute(_ADDRESSES):
        if source_id not in sources and not hashes.isdisjoint(_hashes_of(url)):
            yield url


def note_deleted(db: Archive, hashes: Iterable[str]) -> None:
    """Note that the rows and the captures of what has these hashes are deleted."""
    db.conn.executemany("UPDATE forgotten SET state = 'deleted' WHERE hash = ?", ([one] for one in hashes))


def progress(db: Archive) -> dict[str, bool]:
    """Give the hashes of what is forgotten, and whether its rows and captures are deleted."""
    return dict(db.conn.execute("SELECT hash, state <> 'begun' FROM forgotten").fetchall())


def note_wiped(db: Archive) -> None:
    """Note that the database was rewritten, so that nothing is left of what was deleted."""
    db.conn.execute("UPDATE forgotten SET state = 'finished' WHERE state = 'deleted'")


def _any(db: Archive, hashes: list[str]) -> bool:
    marks = ", ".join("?" * len(hashes))
    found = db.conn.execute(f"SELECT 1 FROM forgotten WHERE hash IN ({marks}) LIMIT 1", hashes)  # noqa: S608
    return found.fetchone() is not None


def _hashes_of(url: str) -> tuple[str, str]:
    return _hash("url", page_key(url)), _hash("site", site_of(url))


def _hash(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind} {value}".encode()).hexdigest()
