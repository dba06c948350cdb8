"""The site and the archive that the tests of crawling use."""

from tests.crawler.conftest import archive, site

__all__ = ["archive", "site"]
