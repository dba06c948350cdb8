"""What a source would bring: a crawl of a few of its pages, into an archive that is thrown away."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.database import open_archive
from crawler.config import Config, SourceConfig


@dataclass(frozen=True, slots=True)
class Sample:
    """What a few pages of a source came to."""

    found: int
    """Pages that it names."""
    documents: tuple[dict[str, Any], ...]
    """The feeds, sitemaps and sections that were read: kind, url, pages (how many it named), error."""
    pages: tuple[dict[str, Any], ...]
    """Those that were fetched: url, state, reason, title, authors, published, words, access."""
    error: str | None
    """Why it cannot be crawled."""
    note: str | None
    """What else there is to say."""

    @property
    def works(self) -> bool:
        """Whether it can be crawled: it names pages, and those that were asked for answer."""
        return self.error is None and any(page["state"] in {"kept", "skipped"} for page in self.pages)


def sample(config: Config, source: SourceConfig, pages: int) -> Sample:
    """Crawl a few pages of a source as it would be crawled, with robots.txt, delay and all.

    Args:
        config: Whose series the pages are judged by, and whose contact they are fetched with.
        source: The source; it need not be in the configuration.
        pages: That are fetched, at most.

    Raises:
        ArchiveError: The folder for temporary files cannot be written to.
    """
    from crawler.job import crawl  # Scrapy takes a second to import; who lists sources needs none of it

    with TemporaryDirectory(prefix="series-archive-") as name:
        folder = Path(name)
        trial = config.model_copy(
            update={
                "archive": config.archive.model_copy(
                    update={"database": folder / "archive.db", "captures": folder / "captures"}
                ),
                "sources": [source],
                "notify": type(config.notify)(),
            }
        )
        (report,) = crawl(trial, limit=pages).sources
        db = open_archive(folder / "archive.db", readonly=True)
        try:
            return Sample(
                report.counts.found,
                tuple(db.rows(_DOCUMENTS)),
                tuple(db.rows(_PAGES)),
                report.error,
                report.note,
            )
        finally:
            db.close()


_DOCUMENTS = """
    SELECT kind, url, error, (SELECT count(*) FROM provenance WHERE discovery_id = discoveries.id) AS pages
    FROM discoveries WHERE checked_at IS NOT NULL ORDER BY id
"""
_PAGES = """
    SELECT pages.url, state, reason, title, authors, published, words, access, text_complete
    FROM pages LEFT JOIN articles ON articles.id = article_id
    WHERE attempts > 0 AND state <> 'alias' ORDER BY state = 'kept' DESC, pages.id
"""
