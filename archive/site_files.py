"""The files in which a site states its rules (robots.txt, tdmrep.json), kept between runs."""

from dataclasses import dataclass

from archive.database import Archive


@dataclass(frozen=True, slots=True)
class SiteFile:
    """Such a file as it was last read."""

    url: str
    status: int
    body: str
    """Empty where the site has no such file."""
    checked_at: str


def site_file(db: Archive, url: str, since: str) -> SiteFile | None:
    """Give a file as it was last read; None when that was before ``since``, UTC, or never."""
    rows = db.rows(
        "SELECT url, status, body, checked_at FROM site_files WHERE url = ? AND checked_at > ?", [url, since]
    )
    return next((SiteFile(**row) for row in rows), None)


def keep_site_file(db: Archive, file: SiteFile) -> bool:
    """Keep a file as it was read now, and say whether it says something else than before."""
    with db.transaction():
        before = db.conn.execute("SELECT body FROM site_files WHERE url = ?", [file.url]).fetchone()
        db.conn.execute(_KEEP, [file.url, file.status, file.body, file.checked_at, file.checked_at])
    return before is not None and before[0] != file.body


_KEEP = """
    INSERT INTO site_files (url, status, body, checked_at, changed_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
        changed_at = iif(body = excluded.body, changed_at, excluded.changed_at),
        status = excluded.status, body = excluded.body, checked_at = excluded.checked_at
"""
