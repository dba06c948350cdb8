"""Pages of a static site: the templates of the Datasette site, laid out as files."""

import sqlite3
import sys
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, PrefixLoader

from archive.site import queries, wording
from archive.site.reading import web_address
from archive.static_site.addresses import Addresses
from archive.static_site.folder import Folder
from archive.static_site.listings import Listing, name_month

_PLACES = (
    ("/articles", "Articles"),
    ("/sources", "Sources"),
    ("/authors", "Authors"),
    ("/clusters", "Copies"),
    ("/search", "Search"),
)


class Pages:
    """Writes pages.

    Args:
        conn: The archive.
        folder: Where to.
        listings: The lists of articles, by their place.
        url: Where the site will be.
    """

    def __init__(
        self, conn: sqlite3.Connection, folder: Folder, listings: Mapping[str, Listing], url: str | None
    ) -> None:
        self.about = queries.about(conn)
        self.written: list[str] = []
        """The files of the pages that search engines may list."""
        self._folder, self._listings = folder, listings
        self._root = urlsplit(url).path if url else None
        self._environment = Environment(
            loader=PrefixLoader(
                {
                    "series_archive": PackageLoader("archive.site", "templates/series_archive"),
                    "static": PackageLoader("archive.static_site", "templates/static"),
                }
            ),
            autoescape=True,
            auto_reload=False,
        )
        (copies,) = conn.execute("SELECT count(*) FROM clusters").fetchone()
        places = [place for place in _PLACES if copies or place[0] != "/clusters"]
        self._made_by = repr((_program(), self.about["title"], places, url))
        self._environment.globals |= {
            "about": self.about,
            "files": True,
            "layout": "static/base.html",
            "name_month": name_month,
            "places": places,
            "w": wording,
            "web_address": web_address,
        }

    def key(self, *inputs: object) -> str:
        """Give what the files are known by that this program makes of these inputs, for this site."""
        return blake2b(repr((self._made_by, inputs)).encode("utf-8", "replace"), digest_size=8).hexdigest()

    def write(
        self,
        file: str,
        template: str,
        *,
        key: str = "",
        json_file: str | None = None,
        anywhere: bool = False,
        **facts: Any,
    ) -> None:
        """Write a page, unless it was made of the same before.

        Args:
            file: Its path in the folder.
            template: By which.
            key: Of what it is made from; by default, of the facts.
            json_file: The file with the same as JSON.
            anywhere: The host shows it at addresses that are not its own.
            facts: What the template shows; where it links to months of a list, which ones there are too.
        """
        if not anywhere:
            self.written.append(file)
        key = key or self.key(file, template, facts)
        if self._folder.keep(key, file):
            return
        urls = Addresses(file, self._listings, self._root if anywhere else None)
        page = self._environment.get_template(template).render(
            urls=urls,
            here="/" + file.removesuffix("index.html").strip("/"),
            json_url=urls.file(json_file) if json_file else None,
            **facts,
        )
        self._folder.write(file, page, key)


@cache
def _program() -> str:
    """Give what changes when the program does, or a library that pages are made with."""
    digest = blake2b(repr((sys.version_info, *map(version, ("jinja2", "markupsafe", "nh3")))).encode())
    for file in _files(resources.files("archive")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.is_dir():
            found += _files(one)
        elif not one.name.endswith(".pyc"):
            found.append(one)
    return found
