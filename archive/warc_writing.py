"""The records that we write, as WARC 1.1 wants them: one gzip member each."""

import io
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.models import Capture

Headers = Iterable[tuple[str, str]]

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_NOT_STORED_AS_SENT = frozenset({"transfer-encoding"})
"""The chunks were joined on arrival; a reader that believes this header would look for them."""


class HttpHeaders(StatusAndHeaders):  # type: ignore[misc]
    """Headers byte for byte; warcio would percent-encode what is not ASCII."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        """Give them as they are sent: text stands for bytes by Latin-1."""
        text: str = self.to_str(filter_func)
        try:
            return text.encode("latin-1") + b"\r\n"
        except UnicodeEncodeError:
            return text.encode() + b"\r\n"


def response_head(status: int, reason: str, headers: Headers) -> HttpHeaders:
    """Give status and headers of a response as they are stored."""
    stored = [
        (f"X-Archive-Orig-{name}" if name.lower() in _NOT_STORED_AS_SENT else name, value)
        for name, value in headers
    ]
    return HttpHeaders(f"{status} {reason}".strip(), stored, "HTTP/1.1")


def request_head(url: str, headers: Headers) -> HttpHeaders:
    """Give request line and headers of a request for an address."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = list(headers)
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
    return HttpHeaders(f"GET {target} HTTP/1.1", headers, is_http_request=True)


def metadata_record(
    url: str,
    told: dict[str, str],
    seconds: float | None,
    purpose: tuple[str, str] | None,
    origin: str | None = None,
) -> bytes:
    """Give the record that says how long an exchange took, what for, where from; nothing without any."""
    notes = [f"fetchTimeMs: {seconds * 1000:.0f}"] if seconds is not None else []
    notes += [f"{purpose[0]}: {purpose[1]}"] if purpose else []
    notes += [f"origin: {origin}"] if origin else []
    body = "\r\n".join([*notes, ""]).encode()
    return new_record(url, "metadata", told, None, body)[0] if notes else b""


def revisit_facts(status: int, original: Capture | None) -> dict[str, str]:
    """Say what a revisit record is, and which capture has its body (WARC 1.1, 6.7).

    File and offset are what OpenWayback's recommendation for deduplication calls them: they give the body
    without an index.
    """
    facts = {"WARC-Profile": _NOT_MODIFIED if status == HTTPStatus.NOT_MODIFIED else IDENTICAL}
    if original:
        facts["WARC-Refers-To-Target-URI"] = original.url
        facts["WARC-Refers-To-Date"] = original.captured_at
        facts["WARC-Refers-To-Filename"] = original.file
        facts["WARC-Refers-To-File-Offset"] = str(original.offset)
    return facts


def new_record(
    url: str,
    kind: str,
    facts: dict[str, str],
    headers: HttpHeaders | None,
    body: bytes,
    *,
    kind_of_body: str = "",
) -> tuple[bytes, str]:
    """Give a record as a gzip member, and its id."""
    member = io.BytesIO()
    writer = WARCWriter(member, gzip=True, warc_version="1.1")
    payload = io.BytesIO(body)
    record = writer.create_warc_record(
        url,
        kind,
        payload=payload,
        length=len(body),
        warc_content_type=kind_of_body,
        http_headers=headers,
        warc_headers_dict=facts,
    )
    writer.write_record(record)
    return member.getvalue(), record.rec_headers["WARC-Record-ID"]


def warcinfo(name: str) -> bytes:
    """Give the record that a file begins with: what wrote it, and by which standard."""
    member = io.BytesIO()
    writer = WARCWriter(member, gzip=True, warc_version="1.1")
    facts = {"software": "series-archive", "format": "WARC File Format 1.1", "conformsTo": _CONFORMS_TO}
    writer.write_record(writer.create_warcinfo_record(name, facts))
    return member.getvalue()
