"""What a configuration, if there is one, says of the sites of single pages."""

from contextlib import closing
from pathlib import Path

from archive.database import open_archive
from archive.site_profile import common_blocks
from crawler.agent import user_agent
from crawler.config import Config, SourceConfig
from crawler.extraction.site import UNKNOWN_SITE, Site
from crawler.extraction.urls import same_site
from crawler.sites import SiteFolders
from crawler.visit import Visit, visit


class Surroundings:
    """What a configuration, if there is one, says of the sites of single pages."""

    def __init__(self, config: Config | None) -> None:
        self._config = config
        self._folders = SiteFolders(config) if config else None
        self._profiles: dict[str, dict[int, int]] = {}

    @property
    def private(self) -> tuple[Path, ...]:
        """What nothing may be written over: the archive, its captures, its configuration."""
        return self._config.private if self._config else ()

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
            database = self._config.archive.database if self._config else None
            if database and database.is_file():
                with closing(open_archive(database, readonly=True)) as db:
                    found = db.conn.execute("SELECT id FROM sources WHERE name = ?", [source.name]).fetchone()
                    if found:
                        self._profiles[source.name] = dict(common_blocks(db, found[0], known=True))
        return self._profiles[source.name]
