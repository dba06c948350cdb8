"""The hooks by which Datasette asks us; what they answer is in the modules beside."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import NotFound, Request
from markupsafe import Markup
from pluggy import HookimplMarker

from archive.site.archives import find_archives, is_archive
from archive.site.cells import show_cell
from archive.site.pages import Pages
from archive.site.problems import NOT_FOUND, PageError
from archive.site.questions import as_canned_queries, ask_questions
from archive.site.tables import as_metadata, describe_tables
from archive.site.wording import shorten
from archive.text_index import register_functions

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

hookimpl = HookimplMarker("datasette")
"""What ``datasette.hookimpl`` is, but with types."""

_BUSY_MILLISECONDS = 10_000

_archives: WeakKeyDictionary[Datasette, list[Database]] = WeakKeyDictionary()
"""The archives among the databases of each Datasette, found when it started; the first is shown."""


def _find(datasette: Datasette) -> list[Database]:
    if datasette not in _archives:
        _archives[datasette] = find_archives(datasette)
    return _archives[datasette]


def _names(datasette: Datasette) -> list[str]:
    return [database.name for database in _find(datasette)]


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    """Put our pages at the root when an archive is open, and Datasette's own front page at ``/-/``.

    The latter is where Datasette 1.0 has it as well.
    """
    archives = _archives[datasette] = find_archives(datasette)
    if not archives:
        return []
    from datasette.views.index import IndexView  # plugins are imported while Datasette itself is

    return [*Pages(archives[0]).routes(), (r"/-/(\.(?P<format>json))?$", IndexView.as_view(datasette))]


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give connections to an archive the functions of its index, and patience with a crawl that writes."""
    if is_archive(conn):
        conn.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        register_functions(conn)


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Describe our tables to Datasette 0.65."""
    return as_metadata(_names(datasette))


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Describe our tables to Datasette 1.0, and tell it what can be asked of them."""

    async def describe() -> None:
        if hasattr(datasette, "set_resource_metadata"):
            await describe_tables(datasette, _names(datasette))
        if hasattr(datasette, "add_query"):
            await ask_questions(datasette, _names(datasette))

    return describe


@hookimpl
def extra_css_urls(datasette: Datasette, database: str | None) -> list[str]:
    """Make Datasette's own pages of an archive easier to read."""
    names = _names(datasette)
    if not names or (database and database not in names):
        return []
    return [datasette.urls.static_plugins("series-archive", "tables.css")]


@hookimpl
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """Lead from Datasette's own pages to ours."""
    return [{"href": datasette.urls.path("/"), "label": "Archive"}] if _names(datasette) else []


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    """Link titles and numbers of articles to their pages; say dates and access in words."""
    if _names(datasette)[:1] != [database]:
        return None
    path = datasette.urls.path("/article/")
    if table == "articles" and column == "title" and "id" in dict(row):
        return Markup('<a href="{}{}">{}</a>').format(path, row["id"], shorten(str(value or ""), 200))
    return show_cell(value, column, path)


@hookimpl
def canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, str]]:
    """Tell Datasette 0.65 what can be asked of an archive."""
    return as_canned_queries(datasette, database) if database in _names(datasette) else {}


@hookimpl(wrapper=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Any:
    """Say in our words that there is no such page.

    Datasette's own answer prints a traceback with all variables on the console when rich is installed, and
    rich is one of our dependencies.
    """
    answers = yield
    archives = _find(datasette)
    if not archives or not isinstance(exception, (NotFound, PageError)):
        return answers
    problem = exception if isinstance(exception, PageError) else NOT_FOUND
    return [Pages(archives[0]).explain(datasette, request, problem, error=str(exception))]
