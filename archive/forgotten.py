"""What must not come back: addresses and sources that were forgotten, known by their hashes alone."""

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from archive.database import Archive
from archive.times import utc_now
from archive.urls import ascii_host, page_key

REFUSAL = "it was forgotten on request"

_PORTS = {"http": 80, "https": 443}


def site_of(url: str) -> str:
    """Give the host of an address, without ``www.``, with its port where that is not the usual one."""
    parts = urlsplit(url)
    host = ascii_host(parts.hostname or "").removeprefix("www.")
    return host if parts.port in (None, _PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def is_forgotten(db: Archive, *urls: str | None) -> bool:
    """Say if one of some addresses, or the site that it is on, was forgotten."""
    if not db.conn.execute("SELECT EXISTS (SELECT 1 FROM forgotten)").fetchone()[0]:
        return False  # as in nearly every archive
    there = [url for url in urls if url]
    return _any(
        db, [_hash("url", page_key(url)) for url in there] + [_hash("site", site_of(url)) for url in there]
    )


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


def note_deleted(db: Archive, hashes: Iterable[str]) -> None:
    """Note that the rows and the captures of what has these hashes are deleted."""
    db.conn.executemany("UPDATE forgotten SET state = 'deleted' WHERE hash = ?", ([one] for one in hashes))


def note_wiped(db: Archive) -> None:
    """Note that the database was rewritten, so that nothing is left of what was deleted."""
    db.conn.execute("UPDATE forgotten SET state = 'finished' WHERE state = 'deleted'")


def _any(db: Archive, hashes: list[str]) -> bool:
    marks = ", ".join("?" * len(hashes))
    found = db.conn.execute(f"SELECT 1 FROM forgotten WHERE hash IN ({marks}) LIMIT 1", hashes)  # noqa: S608
    return found.fetchone() is not None


def _hash(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind} {value}".encode()).hexdigest()
