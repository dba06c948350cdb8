"""Bytes in, an extraction out: knows no network, no database and no Scrapy."""

from archive.errors import ArchiveError


class UnreadablePageError(ArchiveError):
    """What was served cannot be read as a page; the message says why."""
