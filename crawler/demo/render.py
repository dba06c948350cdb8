"""What a demo site serves: its articles as HTML, with a front page, feeds, sitemaps and robots.txt."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from itertools import groupby

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crawler.demo.pages import SITES, Article, Feed, Site, Sitemap


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path of a site answers with."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    modified: datetime | None = None
    status: int = 200
    location: str = ""
    """Where a redirect leads."""


def render_site(site: Site, home: str, articles: list[Article]) -> dict[str, Resource]:
    """Make everything that a site serves, by path.

    Args:
        site: the site.
        home: its address without a trailing slash, such as ``http://127.0.0.1:4000``.
        articles: newest first.
    """
    return dict(_Renderer(site, home, articles).resources())


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(SITES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rfc822"] = format_datetime
    return environment


class _Renderer:
    """Makes the resources of one site."""

    _environment = _environment()

    def __init__(self, site: Site, home: str, articles: list[Article]) -> None:
        self.site, self.home, self.articles = site, home, articles
        self.live = [article for article in articles if not article.gone]
        self.changed = max(article.changed for article in articles)

    def resources(self) -> Iterator[tuple[str, Resource]]:
        """Give every path of the site with what it answers."""
        yield "/robots.txt", self._document("robots.txt", "text/plain")
        yield "/", self._document("front.html", "text/html; charset=utf-8")
        yield "/images/picture.svg", self._document("picture.svg", "image/svg+xml")
        for article in self.articles:
            yield from self._article(article)
        for feed in self.site.feeds:
            yield feed.path, self._feed(feed)
        for sitemap in self.site.sitemaps:
            yield from self._sitemap(sitemap)

    def _article(self, article: Article) -> Iterator[tuple[str, Resource]]:
        if article.moved_from:
            yield article.moved_from, Resource(status=301, location=self.home + article.path)
        if article.gone:
            yield article.path, self._document("gone.html", "text/html; charset=utf-8", status=410)
            return
        # A page in an older encoding says so in its own markup only, as such pages do.
        content_type = "text/html; charset=utf-8" if article.charset == "utf-8" else "text/html"
        html = self._text(f"{self.site.folder}/article.html", article=article)
        yield article.path, Resource(html.encode(article.charset), content_type, article.changed)

    def _feed(self, feed: Feed) -> Resource:
        types = {"rss": "application/rss+xml", "rdf": "application/rdf+xml", "atom": "application/atom+xml"}
        links = {
            article.path: self.home
            + (article.moved_from or article.path)
            + (f"?{feed.link_query}" if feed.link_query else "")
            for article in self.live
        }
        return self._document(f"feeds/{feed.kind}.xml", types[feed.kind], feed=feed, links=links)

    def _sitemap(self, sitemap: Sitemap) -> Iterator[tuple[str, Resource]]:
        if sitemap.kind != "index":
            yield (
                sitemap.path,
                self._document(f"sitemaps/{sitemap.kind}.xml", "application/xml", entries=self.articles),
            )
            return
        parts = {}
        for year, group in groupby(self.articles, key=lambda article: article.published.year):
            entries = list(group)
            parts[f"/sitemap-{year}.xml.gz"] = max(article.changed for article in entries)
            xml = self._text("sitemaps/plain.xml", entries=entries)
            path = f"/sitemap-{year}.xml.gz"
            yield path, Resource(gzip.compress(xml.encode(), mtime=0), "application/gzip", parts[path])
        yield sitemap.path, self._document("sitemaps/index.xml", "application/xml", parts=parts)

    def _document(self, template: str, content_type: str, status: int = 200, **values: object) -> Resource:
        return Resource(self._text(template, **values).encode(), content_type, self.changed, status)

    def _text(self, template: str, **values: object) -> str:
        article = values.get("article")
        context: dict[str, object] = {
            "site": self.site,
            "home": self.home,
            "articles": self.live,
            "others": [other for other in self.live if other != article][:4],
            "changed": self.changed,
            "article": None,
        }
        return self._environment.get_template(template).render(context | values)
