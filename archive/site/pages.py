"""The pages of the archive: every one as HTML, and as JSON at the same address with ``.json``."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from archive import citation
from archive.query import SearchSyntaxError
from archive.search import Order
from archive.site import article_page, front_page, queries, searching, wording
from archive.site.archives import ensure_allowed, read
from archive.site.charts import draw_bars, draw_rows, name_period
from archive.site.difference import fold_unchanged
from archive.site.overviews import OVERVIEWS, Overview, arguments_of
from archive.site.problems import PageError
from archive.site.reading import web_address
from archive.site.rows import Row

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Of every page: no script runs, nothing is loaded from elsewhere, no site learns who reads."""

_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")
_NUMBER = r"(?P<number>[0-9]{1,18})"
_REVISIONS = r"(?P<before>[0-9]{1,9})/(?P<after>[0-9]{1,9})"
_FORMAT = r"(?P<format>\.json)?$"


View = Callable[..., Awaitable[Response]]


class Pages:
    """The pages of one archive among the databases that Datasette has open."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def routes(self) -> list[tuple[str, View]]:
        """Give what Datasette calls by address."""
        return [
            (rf"/{_FORMAT}", _view(self.front)),
            (rf"/articles{_FORMAT}", _view(self.articles)),
            (rf"/article/{_NUMBER}{_FORMAT}", _view(self.article)),
            (rf"/article/{_NUMBER}/revision/(?P<revision>[0-9]{{1,9}}){_FORMAT}", _view(self.article)),
            (rf"/article/{_NUMBER}\.bib$", _view(self.bibtex)),
            (rf"/article/{_NUMBER}\.csl\.json$", _view(self.csl)),
            (rf"/article/{_NUMBER}/diff$", _view(self.choose_difference)),
            (rf"/article/{_NUMBER}/diff/{_REVISIONS}{_FORMAT}", _view(self.difference)),
            (rf"/sources{_FORMAT}", _view(self.sources)),
            (rf"/source/{_NUMBER}{_FORMAT}", _view(self.source)),
            (rf"/search{_FORMAT}", _view(self.search)),
            (r"/search\.(?P<kind>atom|feed\.json|jsonl)$", _view(self.feed)),
            *((rf"/{page.path}{_FORMAT}", _view(partial(self.overview, page))) for page in OVERVIEWS),
        ]

    async def front(self, request: Request, datasette: Datasette) -> Response:
        """Show what is new, how much there is by month, and where it comes from."""
        about, facts = await self._ask(datasette, request, front_page.front)
        facts = {"archive": about, **facts}
        bars = draw_bars(facts["months"])
        rows = draw_rows([source["months"] for source in facts["charted"]], bars)
        return await self._answer(datasette, request, "front", about, facts, bars=bars, rows=rows)

    async def articles(self, request: Request, datasette: Datasette) -> Response:
        """Show articles, newest first: all of them, or a month's, a year's, a source's."""
        dated, after, source = (request.args.get(name) or None for name in ("dated", "after", "source"))
        if dated and not _PERIOD.fullmatch(dated):
            raise PageError(400, "No such month", "A month is written 2024-01, a year 2024.")
        if source and not re.fullmatch("[0-9]{1,18}", source):
            raise PageError(400, "No such source", "A source is given by its number.")
        about, facts = await self._ask(
            datasette,
            request,
            queries.listing,
            source=int(source) if source else None,
            dated=dated,
            after=after,
        )
        period = name_period(dated) if dated else None
        return await self._answer(
            datasette, request, "articles", about, facts, period=period, first=not after
        )

    async def article(self, request: Request, datasette: Datasette) -> Response:
        """Show an article, with what is known about it; an older revision where one is asked for."""
        about, facts = await self._article(request, datasette)
        more = article_page.to_be_read(facts)
        facts["html"] = more.pop("html")
        return await self._answer(datasette, request, "article", about, facts, **more)

    async def bibtex(self, request: Request, datasette: Datasette) -> Response:
        """Give how an article is cited, as BibTeX."""
        _, facts = await self._article(request, datasette)
        return _file(citation.bibtex(facts), "application/x-bibtex; charset=utf-8")

    async def csl(self, request: Request, datasette: Datasette) -> Response:
        """Give how an article is cited, as CSL-JSON."""
        _, facts = await self._article(request, datasette)
        return _file(article_page.csl(facts), "application/vnd.citationstyles.csl+json")

    async def difference(self, request: Request, datasette: Datasette) -> Response:
        """Show what differs between two revisions of an article."""
        number, before, after = (int(request.url_vars[name]) for name in ("number", "before", "after"))
        about, facts = await self._ask(datasette, request, article_page.difference, number, before, after)
        return await self._answer(
            datasette, request, "difference", about, facts, fold=fold_unchanged, newest=facts["revisions"]
        )

    async def choose_difference(self, request: Request, datasette: Datasette) -> Response:
        """Lead from the form that asks for two revisions to what differs between them."""
        before, after = (request.args.get(name) or "" for name in ("from", "to"))
        if not all(re.fullmatch("[0-9]{1,9}", number) for number in (before, after)):
            raise PageError(400, "Which revisions?", "Two are compared, each given by its number.")
        path = datasette.urls.path(f"/article/{request.url_vars['number']}/diff/{before}/{after}")
        return Response.redirect(path, headers=dict(HEADERS))

    async def _article(self, request: Request, datasette: Datasette) -> tuple[Row, Any]:
        number, revision = int(request.url_vars["number"]), request.url_vars.get("revision")
        return await self._ask(
            datasette, request, article_page.article, number, int(revision) if revision else None
        )

    async def sources(self, request: Request, datasette: Datasette) -> Response:
        """Show all sources."""
        about, facts = await self._ask(datasette, request, queries.all_sources)
        return await self._answer(datasette, request, "sources", about, facts)

    async def source(self, request: Request, datasette: Datasette) -> Response:
        """Show a source: its articles, and what became of its pages."""
        number, after = int(request.url_vars["number"]), request.args.get("after")
        about, facts = await self._ask(datasette, request, queries.source, number, after)
        return await self._answer(
            datasette, request, "source", about, facts, bars=draw_bars(facts["months"]), first=not after
        )

    async def search(self, request: Request, datasette: Datasette) -> Response:
        """Show what a query finds, or what can be asked."""
        query = (request.args.get("q") or "").strip()
        order: Order = "newest" if request.args.get("sort") == "newest" else "relevance"
        page = request.args.get("page") or "1"
        if not re.fullmatch("[1-9][0-9]{0,3}", page):
            raise PageError(400, "No such page", "Pages are numbered from 1.")
        try:
            search = (
                partial(searching.search, query=query, order=order, page=int(page))
                if query
                else searching.nothing
            )
            about, facts = await self._ask(datasette, request, search)
        except SearchSyntaxError as error:
            about, facts = await self._ask(datasette, request, searching.nothing)
            facts |= {"ok": False, "error": str(error), "query": query}
        response = await self._answer(datasette, request, "search", about, facts, sort=order)
        response.status = 400 if "error" in facts else 200
        return response

    async def feed(self, request: Request, datasette: Datasette) -> Response:
        """Give the newest of all articles, or of what a query finds: a feed for a feed reader, or lines."""
        query, kind = (request.args.get("q") or "").strip(), request.url_vars["kind"]
        try:
            about, lines = await self._ask(datasette, request, searching.newest, query, kind)
        except SearchSyntaxError as error:
            raise PageError(400, "This cannot be searched for", str(error)) from error
        asked = f"?{urlencode({'q': query})}" if query else ""
        address, page = (
            datasette.absolute_url(request, datasette.urls.path(path))
            for path in (f"/search.{kind}{asked}", f"/search{asked}" if query else "/")
        )
        title = f"{about['title']}: {query}" if query else about["title"]
        body = searching.write_feed(kind, title, lines, address, page)
        return Response(body, headers=dict(HEADERS), content_type=searching.FILES[kind][1])

    async def overview(self, page: Overview, request: Request, datasette: Datasette) -> Response:
        """Show one of `archive.site.overviews`."""
        about, facts = await self._ask(datasette, request, page.read, arguments_of(request))
        return await self._answer(datasette, request, page.template, about, facts)

    async def explain(
        self, datasette: Datasette, request: Request, problem: PageError, error: str
    ) -> Response:
        """Show why there is no page; as JSON in the words and the form of Datasette."""
        facts = {"ok": False, "error": error, "status": problem.status, "title": None}
        try:
            await ensure_allowed(datasette, request, self.database)
            about = await read(datasette, self.database, queries.about)
        except (Forbidden, sqlite3.Error):
            about = {"title": "Archive"}
        response = await self._answer(datasette, request, "problem", about, facts, problem=problem)
        response.status = problem.status
        return response

    async def _ask(
        self, datasette: Datasette, request: Request, query: Callable[..., Any], *args: Any, **options: Any
    ) -> tuple[Row, Any]:
        """Read what the archive is, and what a page shows, of the same moment."""
        await ensure_allowed(datasette, request, self.database)

        def both(conn: sqlite3.Connection) -> tuple[Row, Any]:
            return queries.about(conn), query(conn, *args, **options)

        try:
            about, facts = await read(datasette, self.database, both)
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            raise PageError(
                503, "That took too long", "Ask for less, or try again when the machine is less busy."
            ) from error
        if facts is None:
            raise NotFound("Not in the archive")
        return about, facts

    async def _answer(
        self,
        datasette: Datasette,
        request: Request,
        name: str,
        about: Row,
        facts: Row,
        **more: Any,
    ) -> Response:
        if request.path.endswith(".json"):
            return Response.json(facts, headers=dict(HEADERS))
        context = {
            **wording.cut_long(facts),
            **more,
            "about": about,
            "database": self.database.name,
            "json_url": None if name == "problem" else _json_address(datasette, request),
            "w": wording,
            "web_address": web_address,
        }
        page = await datasette.render_template(f"series_archive/{name}.html", context, request=request)
        return Response.html(page, headers=dict(HEADERS))


def _view(page: View) -> View:
    """Give a page as a function: Datasette 1.0 takes no bound methods."""

    async def view(request: Request, datasette: Datasette) -> Response:
        return await page(request, datasette)

    return view


def _file(body: str, content_type: str) -> Response:
    return Response(body, headers=dict(HEADERS), content_type=content_type)


def _json_address(datasette: Datasette, request: Request) -> str:
    path = datasette.urls.path(request.scope.get("route_path", request.path) + ".json")
    return f"{path}?{request.query_string}" if request.query_string else path
