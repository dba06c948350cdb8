"""Where the pages of a static site lie, and how they link to each other.

A page has the address that it has on the Datasette site: ``/article/12`` is ``article/12/index.html``. Links
are relative and name the file, so that they work in any folder of a host, and on a disk without a host.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.static_site.listings import Listing

_DATED = re.compile(r"dated=(?P<period>[0-9-]+)(&source=(?P<source>[0-9]+))?")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses that one page links to; for our templates, what Datasette's ``urls`` is."""

    page: str
    """The file of the page."""
    listings: Mapping[str, Listing]
    root: str | None = None
    """The path of the site on its host, for a page that is shown at other addresses than its own (404)."""

    def path(self, address: str) -> str:
        """Give the link to a page by its address on the Datasette site, or to a file."""
        parts = urlsplit(address)
        if parts.path == "/articles" and (dated := _DATED.fullmatch(parts.query)):
            place = f"source/{dated['source']}" if dated["source"] else "articles"
            return self.file(self.listings[place].file_of(dated["period"]))
        name = parts.path.strip("/")
        if "." not in name.rpartition("/")[2]:
            name = posixpath.join(name, "index.html")
        return self.file(name) + (f"?{parts.query}" if parts.query else "")

    def static_plugins(self, _plugin: str, name: str) -> str:
        """Give the link to a style sheet or an icon."""
        return self.file(name)

    def file(self, name: str) -> str:
        """Give the link to a file of the site, perhaps with a fragment."""
        return f"{self.root or '../' * self.page.count('/')}{name}"
