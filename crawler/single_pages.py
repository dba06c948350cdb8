"""One page at a time, for ``extract`` and ``inspect``: from a file or from its address.

What takes long to import is imported where it is needed: not in a process that leaves the reading to workers,
and no configuration where there is none.
"""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.errors import ArchiveError
from crawler.addresses import is_address

if TYPE_CHECKING:
    from archive.models import Extraction
    from crawler.surroundings import Surroundings
    from crawler.visit import Visit

CONFIG = Path("archive.toml")
"""Used when it is there: its site rules, its contact, and what its archive knows of the page's site."""


def is_configured(config: Path | None) -> bool:
    """Tell whether there is a configuration: one that was named, or that of this folder."""
    return config is not None or CONFIG.is_file()


@cache
def surroundings(config: Path | None) -> "Surroundings":
    """Give the surroundings that a configuration makes; without one, those that the folder has.

    Raises:
        ConfigurationError: It has a mistake, or is missing although it was named.
    """
    from crawler.config import load_config
    from crawler.surroundings import Surroundings

    return Surroundings(load_config(config or CONFIG) if is_configured(config) else None)


def read_source(path: str, url: str | None, config: Path | None = None) -> "Visit":
    """Give a page as it was served, from a file or from its address.

    Args:
        path: Of a file, or an http(s) address.
        url: Where the page in the file is from; relative links and the canonical address rest on it.
        config: The archive.toml to use.

    Raises:
        ArchiveError: It cannot be read or fetched.
    """
    from crawler.visit import Visit

    if is_address(path):
        served = surroundings(config).visit(path)
        return Visit(url or served.url, served.body, served.headers)
    try:
        return Visit(url or Path(path).absolute().as_uri(), Path(path).read_bytes(), {})
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}.") from None


def read_single(path: str, url: str | None, config: Path | None = None) -> "Extraction":
    """Extract a page from a file or from its address; see `read_source`.

    Raises:
        ArchiveError: It cannot be read or fetched, or it is no page.
    """
    from crawler.extraction.extract import extract
    from crawler.extraction.site import UNKNOWN_SITE

    page = read_source(path, url, config)
    site = surroundings(config).site(page.url) if is_configured(config) else UNKNOWN_SITE
    return extract(
        page.body,
        page.url,
        content_type=page.headers.get("content-type"),
        headers=page.headers,
        site=site,
    )


def row_of(extraction: "Extraction", page_id: str) -> dict[str, Any]:
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
    row["next_page"] = extraction.next_page
    row["rules_version"] = extraction.rules_version
    return row


def read_line(page_id: str, path: str, url: str | None, config: Path | None) -> str:
    """Extract a page into a line of JSON; runs in a worker process, and a line is quickly handed over."""
    return line_of(row_of(read_single(path, url, config), page_id))


def line_of(row: dict[str, Any]) -> str:
    """Write a row as a line of JSON."""
    return json.dumps(row, ensure_ascii=False) + "\n"
