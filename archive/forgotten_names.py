"""Recognise what is to be forgotten by its addresses: in stored responses, and in the rows of other pages."""

import html
import io
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from warcio.bufferedreaders import BufferedReader

from archive.database import Archive
from archive.forgotten import site_of
from archive.urls import absolute_url
from archive.warc_records import Exchange, Record

_WORD = re.compile(r"""[^\s"'<>()\\]+""")
_MARKS = ".,;:!?)]}"


class Names:
    """Recognises addresses that are to be forgotten, however they are written in a document."""

    def __init__(self, urls: Iterable[str], sites: Iterable[str]) -> None:
        """Name the addresses, and the hosts of which all addresses are meant."""
        self._pages: dict[str, list[frozenset[tuple[str, str]]]] = {}
        self._sites = frozenset(sites)
        for url in urls:
            place, query = self._split(url)
            self._pages.setdefault(place, []).append(query)

    def has(self, url: str) -> bool:
        """Say if an address is one of them, or one of them with more parameters."""
        try:
            place, query = self._split(url)
            return any(known <= query for known in self._pages.get(place, ())) or site_of(url) in self._sites
        except ValueError:
            return False

    def are_in(self, text: str, base: str = "") -> bool:
        """Say if a text names one of them; what has no host is an address on that of ``base``."""
        return any(
            self.has(absolute_url(word.rstrip(_MARKS), base))
            for word in set(_WORD.findall(text))
            if "/" in word
        )

    def are_in_exchange(self, exchange: Exchange) -> bool:
        """Say if a response is one of them, leads to one, was asked for because of one, or names one."""
        http = exchange.response.http
        location = http["Location"] if http else None
        return (
            self.has(exchange.url)
            or bool(location and self.has(absolute_url(location, exchange.url)))
            or any(self.has(line.partition(": ")[2]) for line in exchange.notes)
            or self.are_in(html.unescape(_decoded(exchange.response)), exchange.url)
        )

    @staticmethod
    def _split(url: str) -> tuple[str, frozenset[tuple[str, str]]]:
        parts = urlsplit(url)
        return site_of(url) + parts.path.rstrip("/"), frozenset(
            parse_qsl(parts.query, keep_blank_values=True)
        )


def clear_rows(db: Archive, names: Names, sites: Iterable[str]) -> None:
    """Take addresses out of the rows of other pages, which led to them, failed there or list them.

    What a page that stays states itself, its canonical address and its links, is left as it is.

    Args:
        db: The archive; call it within the transaction that deletes what has these addresses.
        names: Of what is forgotten.
        sites: Hosts of it; their files of rules, which may name it, are asked for again.
    """
    hosts = frozenset(sites)
    for select, clear in _CLEARED:
        found = [(row,) for row, *texts in db.conn.execute(select) if any(map(names.are_in, texts))]
        db.conn.executemany(clear, found)
    files = [(url,) for (url,) in db.conn.execute("SELECT url FROM site_files") if site_of(url) in hosts]
    db.conn.executemany("DELETE FROM site_files WHERE url = ?", files)


_CLEARED = (
    (
        "SELECT id, reason FROM pages WHERE instr(reason, '://')",
        "UPDATE pages SET reason = NULL WHERE id = ?",
    ),
    (
        "SELECT id, 'http://' || leads_to FROM pages WHERE leads_to IS NOT NULL",
        "UPDATE pages SET leads_to = NULL WHERE id = ?",
    ),
    (
        "SELECT fetches.id, fetches.url, coalesce(error, '') FROM fetches JOIN pages ON pages.id = page_id"
        " WHERE fetches.url <> pages.url OR instr(error, '://')",
        "UPDATE fetches SET error = NULL, url = (SELECT url FROM pages WHERE pages.id = page_id)"
        " WHERE id = ?",
    ),
    ("SELECT id, url, explanation FROM held", "DELETE FROM held WHERE id = ?"),
    ("SELECT id, url FROM backfill_captures", "DELETE FROM backfill_captures WHERE id = ?"),
)
"""Where a row of another page may have an address, as id and texts; and how it is cleared by that id."""


def _decoded(record: Record) -> str:
    coding = record.http["Content-Encoding"] if record.http else None
    coding = "gzip" if record.body[:2] == b"\x1f\x8b" else coding
    data = record.body
    if coding in {"gzip", "deflate", "br"}:
        try:
            data = BufferedReader(io.BytesIO(record.body), decomp_type=coding).read()
        except Exception:  # not what its header says
            data = record.body
    return data.decode("utf-8", "replace")
