"""One page at a time, without an archive: from a file or from its address."""

import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from protego import Protego

from archive.errors import ArchiveError
from archive.models import Extraction
from crawler.extraction.extract import extract
from crawler.extraction.page import MAX_BYTES

USER_AGENT = "series-archive (one page, asked for by a person)"
_TIMEOUT = 20.0


def is_address(name: str) -> bool:
    """Tell an address from the name of a file."""
    return name.startswith(("http://", "https://"))


def read_single(path: str, url: str | None) -> Extraction:
    """Extract a page from a file or from its address.

    Args:
        path: of a file, or an http(s) address.
        url: where the page in the file is from; relative links and the canonical address rest on it.

    Raises:
        ArchiveError: It cannot be read or fetched, or it is no page.
    """
    if is_address(path):
        body, content_type, final = fetch(path)
        return extract(body, url or final, content_type=content_type)
    try:
        body = Path(path).read_bytes()
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}.") from None
    return extract(body, url or Path(path).absolute().as_uri())


def fetch(url: str) -> tuple[bytes, str | None, str]:
    """Fetch one page as robots.txt allows; give its body, its Content-Type and the address that answered."""
    robots = urljoin(url, "/robots.txt")
    try:
        rules = Protego.parse(_get(robots)[0].decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        if error.code >= 500:  # RFC 9309 2.3.1.4
            raise ArchiveError(f"{robots}: status {error.code}, so the site may not be read now.") from None
        rules = Protego.parse("")
    except OSError as error:
        raise ArchiveError(f"{url}: {urlsplit(url).netloc} does not answer ({_reason(error)}).") from None
    if not rules.can_fetch(url, "series-archive"):
        raise ArchiveError(f"{url}: robots.txt does not allow it to be read.")
    try:
        return _get(url)
    except urllib.error.HTTPError as error:
        raise ArchiveError(f"{url}: status {error.code} {error.reason}.") from None
    except OSError as error:
        raise ArchiveError(f"{url}: {_reason(error)}.") from None


def _get(url: str) -> tuple[bytes, str | None, str]:
    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT, "Accept": "text/html,*/*;q=0.5"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310 - is_address allows http(s) only
        return response.read(MAX_BYTES + 1), response.headers.get("Content-Type"), response.url


def _reason(error: OSError) -> str:
    return str(getattr(error, "reason", None) or error)


def row_of(extraction: Extraction, page_id: str) -> dict[str, Any]:
    """Give an extraction as the row that ``series-archive extract`` prints."""
    names = (
        "url", "title", "standfirst", "authors", "published", "modified", "language", "site_name",
        "canonical_url", "image", "tags", "access", "access_evidence", "text_complete", "text", "html",
    )  # fmt: skip
    row: dict[str, Any] = {"id": page_id}
    for name in names:
        value = getattr(extraction, name)
        row[name] = list(value) if isinstance(value, tuple) else value
    row["access"] = str(extraction.access)
    row["removed"] = [
        {"rule": block.rule, "reason": block.reason, "text": block.text} for block in extraction.removed
    ]
    row["rules_version"] = extraction.rules_version
    return row


def read_row(page_id: str, path: str, url: str | None) -> dict[str, Any]:
    """Extract a page into a row; runs in a worker process."""
    return row_of(read_single(path, url), page_id)
