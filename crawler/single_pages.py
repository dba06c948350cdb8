"""One page at a time, for ``extract`` and ``inspect``: from a file or from its address."""

from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.models import Extraction
from archive.site_profile import common_blocks
from crawler.agent import user_agent
from crawler.config import Config, SourceConfig, load_config
from crawler.extraction.extract import extract
from crawler.extraction.site import UNKNOWN_SITE, Site
from crawler.extraction.urls import same_site
from crawler.sites import SiteFolders
from crawler.visit import Visit, is_address, visit

CONFIG = Path("archive.toml")
"""Used when it is there: its site rules, its contact, and what its archive knows of the page's site."""


class Surroundings:
    """What a configuration, if there is one, says of the sites of single pages."""

    def __init__(self, config: Config | None) -> None:
        self._config = config
        self._folders = SiteFolders(config) if config else None
        self._profiles: dict[str, dict[int, int]] = {}

    def site(self, url: str) -> Site:
        """Give what is known of the site of a page."""
        if self._folders is None:
            return UNKNOWN_SITE
        source = self._source(url)
        return Site(self._folders.rules(url, source), self._profile(source) if source else {})

    def visit(self, url: str) -> Visit:
        """Fetch a page as a crawl would.

        Raises:
            ArchiveError: It may not be fetched, or does not answer.
        """
        sources = self._config.sources if self._config else ()
        contact = self._config.archive.contact if self._config else None
        return visit(url, user_agent(contact), {host for one in sources for host in one.private_hosts})

    def _source(self, url: str) -> SourceConfig | None:
        sources = self._config.sources if self._config else ()
        return next((one for one in sources if same_site(one.home, url)), None)

    def _profile(self, source: SourceConfig) -> dict[int, int]:
        """Give the profile of a source as if the page were in the archive, which it may well be."""
        if source.name not in self._profiles:
            self._profiles[source.name] = {}
            database = self._config.archive.database if self._config else CONFIG
            if database.is_file():
                with closing(open_archive(database, readonly=True)) as db:
                    found = db.conn.execute("SELECT id FROM sources WHERE name = ?", [source.name]).fetchone()
                    if found:
                        self._profiles[source.name] = dict(common_blocks(db, found[0], known=True))
        return self._profiles[source.name]


@cache
def surroundings(config: Path | None) -> Surroundings:
    """Give the surroundings that a configuration makes; without one, those that the folder has.

    Raises:
        ConfigurationError: It has a mistake, or is missing although it was named.
    """
    if config is None and not CONFIG.is_file():
        return Surroundings(None)
    return Surroundings(load_config(config or CONFIG))


def read_source(path: str, url: str | None, config: Path | None = None) -> Visit:
    """Give a page as it was served, from a file or from its address.

    Args:
        path: Of a file, or an http(s) address.
        url: Where the page in the file is from; relative links and the canonical address rest on it.
        config: The archive.toml to use.

    Raises:
        ArchiveError: It cannot be read or fetched.
    """
    if is_address(path):
        served = surroundings(config).visit(path)
        return Visit(url or served.url, served.body, served.headers)
    try:
        return Visit(url or Path(path).absolute().as_uri(), Path(path).read_bytes(), {})
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}.") from None


def read_single(path: str, url: str | None, config: Path | None = None) -> Extraction:
    """Extract a page from a file or from its address; see `read_source`.

    Raises:
        ArchiveError: It cannot be read or fetched, or it is no page.
    """
    page = read_source(path, url, config)
    return extract(
        page.body,
        page.url,
        content_type=page.headers.get("content-type"),
        headers=page.headers,
        site=surroundings(config).site(page.url),
    )


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
    row["next_page"] = extraction.next_page
    row["rules_version"] = extraction.rules_version
    return row


def read_row(page_id: str, path: str, url: str | None, config: Path | None) -> dict[str, Any]:
    """Extract a page into a row; runs in a worker process."""
    return row_of(read_single(path, url, config), page_id)
