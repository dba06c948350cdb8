"""What a static site consists of, and in which order it is written."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import blake2b
from importlib.resources import files
from io import BytesIO

from archive.database import Archive
from archive.export import FORMATS, Selection, read_lines
from archive.export.files import gzipped
from archive.export.records import last_updated, lines_of
from archive.site import article_page, front_page
from archive.site.charts import draw_bars, draw_rows
from archive.site.overviews import Arguments, authors, clusters
from archive.site.problems import NOT_FOUND
from archive.site.rows import CARD, NAME, Row, card, rows
from archive.site.searching import FED, FEEDS, write_feed
from archive.site.wording import say_language
from archive.static_site.crawlers import robots, sitemaps
from archive.static_site.folder import Folder
from archive.static_site.listings import Link, Listing
from archive.static_site.pages import Pages
from archive.static_site.search_index import INDEX, SCRIPTS, write_found_article, write_search_index

_ROWS = 200
"""Of an overview's page."""
_NAME = 200
"""Characters of a name that is a heading."""
_LANGUAGE = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def write_site(
    db: Archive, folder: Folder, *, url: str | None = None, watch: Callable[[int], object] = lambda _: None
) -> int:
    """Write the whole site.

    The articles come first and what leads to them last, so that a site whose writing was interrupted has no
    link to nothing.

    Args:
        db: The database of a copy for the public (`archive.publish`), open for writing.
        folder: Where to.
        url: Where the site will be, with a ``/`` at its end; feeds and the sitemap need it.
        watch: Is told how many articles are written, now and then.

    Returns:
        The number of articles.
    """
    db.conn.row_factory = sqlite3.Row
    return _Site(db, folder, url).write(watch)


class _Site:
    def __init__(self, db: Archive, folder: Folder, url: str | None) -> None:
        self.db, self.conn, self.folder, self.url = db, db.conn, folder, url
        sql = f"""SELECT {CARD} FROM articles JOIN sources ON sources.id = articles.source_id
            ORDER BY articles.dated DESC, articles.id"""  # noqa: S608
        self.cards = {row["id"]: card(row) for row in rows(self.conn, sql)}
        self.listings = {listing.place: listing for listing in self._list_articles()}
        self.pages = Pages(self.conn, folder, self.listings, url)
        self.whole = ""
        """Of all articles: is another one where something about one of them is."""

    def write(self, watch: Callable[[int], object]) -> int:
        for name in ("archive.css", "icon.svg"):
            self.folder.write(name, files("archive.site").joinpath("static", name).read_bytes())
        self._write_articles(watch)
        self._write_search()
        self._write_lists()
        self._write_overviews()
        self._write_front()
        self._write_for_crawlers()
        return len(self.cards)

    def _list_articles(self) -> Iterator[Listing]:
        yield Listing("articles", list(self.cards.values()))
        of_source: dict[int, list[Row]] = {
            row["id"]: [] for row in rows(self.conn, "SELECT id FROM sources ORDER BY id")
        }
        for one in self.cards.values():
            of_source[one["source"]["id"]].append(one)
        for number, articles in of_source.items():
            yield Listing(f"source/{number}", articles)
        languages: dict[str, list[Row]] = {}
        for one in self.cards.values():
            if _LANGUAGE.fullmatch(one["language"] or ""):
                languages.setdefault(one["language"].lower(), []).append(one)
        for code in sorted(languages, key=lambda code: -len(languages[code])):
            yield Listing(f"language/{code}", languages[code])
        of_author: dict[int, list[Row]] = {}
        sql = "SELECT author_id, article_id FROM article_authors ORDER BY dated DESC, article_id"
        for author, article in self.conn.execute(sql):
            of_author.setdefault(author, []).append(self.cards[article])
        for number, articles in of_author.items():
            yield Listing(f"author/{number}", articles)

    def _write_articles(self, watch: Callable[[int], object]) -> None:
        """Write the page of each article, its JSON, and what the search shows of it; then all of the JSON."""
        whole = blake2b()
        with closing(read_lines(self.db, Selection())) as lines:
            for number, line in enumerate(lines, start=1):
                whole.update(line)
                self._write_article(line)
                watch(number)
        self.whole = whole.hexdigest()
        file = "articles.jsonl.gz"
        if not self.folder.keep(key := self.pages.key(file, self.whole), file):
            self.folder.write(file, self._pack_lines(), key)

    def _write_article(self, line: bytes) -> None:
        number = json.loads(line)["id"]
        facts = article_page.article(self.conn, number)
        assert facts is not None  # noqa: S101 - it is in the snapshot that is read
        page, json_file = f"article/{number}/index.html", f"article/{number}.json"
        key = self.pages.key(line, facts)
        if self.folder.keep(key, page):
            self.pages.written.append(page)
            return
        self.folder.write(json_file, line + b"\n", key)
        write_found_article(self.folder, facts, key)
        self.pages.write(
            page, "series_archive/article.html", key=key, json_file=json_file,
            **facts | article_page.to_be_read(facts),
        )  # fmt: skip

    def _pack_lines(self) -> bytes:
        packed = BytesIO()
        with closing(read_lines(self.db, Selection())) as lines, gzipped(packed) as file:
            file.writelines(line + b"\n" for line in lines)
        return packed.getvalue()

    def _write_search(self) -> None:
        for name in SCRIPTS:
            self.folder.write(
                f"search/{name}", files("archive.static_site").joinpath("search", name).read_bytes()
            )
        found_by = rows(self.conn, "SELECT id, found_by FROM articles ORDER BY id")  # is in no record
        if not self.folder.keep(key := self.pages.key("search", self.whole, found_by), INDEX):
            write_search_index(self.conn, self.folder, key)
        self.pages.write("search/index.html", "static/search.html", scripts=SCRIPTS)

    def _write_lists(self) -> None:
        languages = {
            place.partition("/")[2]: len(listing.articles)
            for place, listing in self.listings.items()
            if place.startswith("language/")
        }
        for place, listing in self.listings.items():
            kind, _, key = place.partition("/")
            facts = self._facts_of_list(kind, key, languages)
            for page in listing.pages():
                months = {} if page.period else listing.months
                self.pages.write(
                    page.file, "static/listing.html", listing=page, place=place,
                    total=len(listing.articles), months=months, bars=draw_bars(months), **facts,
                )  # fmt: skip

    def _facts_of_list(self, kind: str, key: str, languages: Row) -> Row:
        """Give what the pages of a list say of it."""
        if kind == "articles":
            return {"languages": languages if len(languages) > 1 else {}}
        if kind == "language":
            return {"kicker": "Language", "heading": say_language(key)}
        (found,) = rows(self.conn, f"SELECT * FROM {kind}s WHERE id = ?", [int(key)])  # noqa: S608
        facts = {"kicker": kind.capitalize(), "heading": found["name"][:_NAME]}
        if kind == "source":
            title = f"{self.pages.about['title']}: {found['name']}"
            self._write_feeds(f"source/{key}/", title, self.listings[f"source/{key}"])
            facts |= {"home": found["home"], "source_id": found["id"], "feeds": f"source/{key}"}
        return facts

    def _write_overviews(self) -> None:
        self.pages.write("sources/index.html", "static/sources.html", sources=rows(self.conn, _SOURCES))
        self._write_parts(
            "authors", "series_archive/authors.html", _all(self.conn, authors.read_all, "authors")
        )
        found = _all(self.conn, clusters.read_all, "clusters")
        if found:
            self._write_parts("clusters", "series_archive/clusters.html", found)
        for cluster in found:
            number = cluster["id"]
            facts = clusters.read_one(self.conn, Arguments(number, {})) or {}
            facts["articles"] = _all(self.conn, clusters.read_one, "articles", number)
            self.pages.write(
                f"cluster/{number}/index.html", "static/overview.html",
                overview="series_archive/cluster.html", parts=[], **facts,
            )  # fmt: skip

    def _write_parts(self, name: str, template: str, found: list[Row]) -> None:
        """Write an overview on as many pages as its rows need."""
        starts = range(0, max(len(found), 1), _ROWS)
        links = [
            Link(f"Page {number}", f"{name}/{number}/index.html" if number > 1 else f"{name}/index.html")
            for number in range(1, len(starts) + 1)
        ]
        for place, start in enumerate(starts):
            parts = [Link(one.name, one.file, chosen=one == links[place]) for one in links]
            facts: Row = {name: found[start : start + _ROWS], "parts": parts, "overview": template}
            self.pages.write(links[place].file, "static/overview.html", **facts)

    def _write_front(self) -> None:
        self._write_feeds("", self.pages.about["title"], self.listings["articles"])
        facts = front_page.front(self.conn)
        bars = draw_bars(facts["months"])
        charted = draw_rows([source["months"] for source in facts["charted"]], bars)
        about = self.pages.about | {"published_at": None}
        key = self.pages.key("index.html", self.whole, about, facts)
        self.pages.write("index.html", "static/front.html", key=key, bars=bars, rows=charted, **facts)
        self.pages.write("404.html", "series_archive/problem.html", anywhere=True, problem=NOT_FOUND)

    def _write_feeds(self, place: str, title: str, listing: Listing) -> None:
        fed = last_updated(self.conn, (one["id"] for one in listing.articles), FED)
        lines = lines_of(self.conn, fed, FORMATS["atom"].fields)
        for name in FEEDS:
            file = f"{place}feed.{name.removeprefix('feed.')}"
            address, page = (f"{self.url}{file}", f"{self.url}{place}") if self.url else ("", "")
            self.folder.write(file, write_feed(name, title, lines, address, page))

    def _write_for_crawlers(self) -> None:
        self.folder.write(".nojekyll", "")
        self.folder.write("robots.txt", robots(self.url))
        for name, content in sitemaps(self.pages.written, self.url):
            self.folder.write(name, content)


def _all(
    conn: sqlite3.Connection,
    read: Callable[[sqlite3.Connection, Arguments], Row | None],
    name: str,
    number: int = 0,
) -> list[Row]:
    """Give the rows of all pages of an overview."""
    found: list[Row] = []
    after: str | None = ""
    while after is not None:
        page = read(conn, Arguments(number, {"after": after} if after else {})) or {name: [], "next": None}
        found += page[name]
        after = page["next"]
    return found


_SOURCES = f"""
    SELECT sources.id, {NAME} AS name, home, articles,
        (SELECT min(dated) FROM articles WHERE source_id = sources.id) AS first,
        (SELECT max(dated) FROM articles WHERE source_id = sources.id) AS last
    FROM sources ORDER BY articles DESC, sources.name
"""  # noqa: S608
