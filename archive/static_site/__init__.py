"""The archive as plain files, for a host that only hands out files: pages, lists, feeds, and a search.

It shows what `archive.site` shows, by the same queries and templates; it is made of a copy for the public
(`archive.publish`), and has no more than that.
"""

from archive.static_site.folder import writing_site
from archive.static_site.site import write_site

__all__ = ["write_site", "writing_site"]
