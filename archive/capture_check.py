"""Are the records of a WARC file what the rows say."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from archive.errors import ArchiveError
from archive.warc_records import Record, read_records


def wrong_captures(db: sqlite3.Connection, path: Path) -> Iterator[str]:
    """Go through a file once, and say of each capture that is not what its row says what is wrong.

    Args:
        db: The archive.
        path: The file.
    """
    rows = {
        offset: (url, digest, original_id)
        for offset, url, digest, original_id in db.execute(
            "SELECT offset, url, digest, original_id FROM captures WHERE file = ?", [path.name]
        )
    }
    try:
        for record in read_records(path):
            if row := rows.pop(record.offset, None):
                yield from _compare(path, record, *row)
    except ArchiveError as error:
        yield str(error)
    for offset, (url, _, _) in sorted(rows.items()):
        yield f"{path}: the capture of {url} at byte {offset} is not there"


def _compare(path: Path, record: Record, url: str, digest: str, original_id: int | None) -> Iterator[str]:
    where = f"{path}: the capture of {url} at byte {record.offset}"
    stated = record.facts["WARC-Payload-Digest"]
    if record.kind not in {"response", "revisit", "conversion"} or record.facts["WARC-Target-URI"] != url:
        yield f"{where} is another record"
    elif stated != digest:
        yield f"{where} has another digest than its row"
    elif record.kind == "revisit":
        if (original_id is None) == record.facts["WARC-Profile"].endswith("/identical-payload-digest"):
            yield f"{where} does not say which capture has its body"
    elif f"sha256:{hashlib.sha256(record.body).hexdigest()}" != digest:
        yield f"{where} has another body than was stored"
