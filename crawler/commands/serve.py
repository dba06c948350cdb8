"""``series-archive serve``: the archive as a web site on this machine."""

import asyncio
import gc
import re
import socket
import webbrowser
from pathlib import Path

import click
import uvicorn
from datasette.app import Datasette

from archive.database import is_at_rest, open_archive
from archive.errors import ArchiveError, WrongUsageError
from archive.site import public as open_net
from crawler.commands.options import config_option
from crawler.config import load_config

SETTINGS = {
    "num_sql_threads": 8,  # a slow question of one reader holds up nobody else
    "suggest_facets": False,  # what takes longest on a table page of a big archive
    "sql_time_limit_ms": 5000,  # a query of one's own may take a moment, but not the machine
    "facet_time_limit_ms": 1000,
    "truncate_cells_html": 100,  # an article's text does not fill the table of articles
    "default_page_size": 50,
}
"""Of Datasette, where its own defaults do not suit an archive; it opens the database read-only by itself."""


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@config_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for every network."
)
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port."
)
@click.option(
    "--public",
    is_flag=True,
    help="For a server on the open net: no SQL, no downloads, nothing of Datasette's insides, narrow limits, "
    "a Content-Security-Policy on every page, and a robots.txt that keeps crawlers from tables.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the archive in the web browser.")
def command(
    file: Path | None, config_path: Path, host: str, port: int, public: bool, open_browser: bool
) -> None:
    """Show the archive as a web site, until Ctrl-C: that of archive.toml, or the one in FILE.

    Datasette serves it, with all tables and SQL one click away from our own pages. The database is opened
    read-only, and a crawl may write at the same time. `datasette archive.db` shows the same.

    Where strangers can reach it, add --public: they read pages and tables, and do nothing else. Texts that
    may not be published stay in what is served; `series-archive publish` makes a copy without them.

    \b
    Example:
        series-archive serve --open
        series-archive serve --public --host 0.0.0.0 --port 80
    """
    database = file or load_config(config_path).archive.database
    serve(database, host=host, port=port, public=public, open_browser=open_browser)


def serve(
    database: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    public: bool = False,
    open_browser: bool = False,
) -> None:
    """Serve an archive until Ctrl-C.

    Args:
        database: The archive.
        host: Address to listen on.
        port: 0 takes any free port.
        public: For strangers (`archive.site.public`).
        open_browser: Open it in the web browser as well.

    Raises:
        ArchiveError: There is no archive, it cannot be read, or the address cannot be had.
    """
    app = _App(database, public=public)
    leave_garbage()
    with _listen(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{listener.getsockname()[1]}/"
        click.echo(f"The archive is at {url} (Ctrl-C ends it).")
        if open_browser:
            webbrowser.open(url)
        # Datasette has started already; with uvicorn's own start-up a Ctrl-C during it ends in a traceback.
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level="warning",
                lifespan="off",
                server_header=False,
                limit_concurrency=open_net.CONCURRENT if public else None,
            )
        )
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            click.echo()


def make_datasette(database: Path, *, public: bool = False) -> Datasette:
    """Give Datasette with the archive open and our settings; for strangers, with those of the open net.

    Raises:
        ArchiveError: There is no archive, or it cannot be read.
    """
    datasette = _open(database, public=public)
    asyncio.run(datasette.invoke_startup())
    return datasette


def _open(database: Path, *, public: bool) -> Datasette:
    open_archive(database, readonly=True).close()
    path = database.absolute()
    if re.search("[?#%]", str(path)):
        raise ArchiveError(
            f"{path}: Datasette cannot open a path with ?, # or % in it; move the archive elsewhere."
        )
    mutable, immutable = ([], [str(path)]) if is_at_rest(path) else ([str(path)], [])
    return Datasette(mutable, immutables=immutable, settings=open_net.SETTINGS if public else SETTINGS)


class _App:
    """Datasette with an archive, which is opened anew when somebody writes to it who alone may do so."""

    def __init__(self, database: Path, *, public: bool) -> None:
        self._database = database
        self._public = public
        self._at_rest = is_at_rest(database)
        self._app = self._guarded(make_datasette(database, public=public))

    async def __call__(self, scope: open_net.Scope, receive: open_net.Receive, send: open_net.Send) -> None:
        if self._at_rest and not is_at_rest(self._database):
            self._at_rest = False
            datasette = _open(self._database, public=self._public)
            await datasette.invoke_startup()
            self._app = self._guarded(datasette)
        await self._app(scope, receive, send)

    def _guarded(self, datasette: Datasette) -> open_net.App:
        app: open_net.App = datasette.app()
        return open_net.Guard(app, datasette.databases) if self._public else app


def leave_garbage() -> None:
    """Have the garbage collector pass over what is there and stays: else it holds up one page in twelve."""
    gc.collect()
    gc.freeze()


def _listen(host: str, port: int) -> socket.socket:
    """Take the address before the server starts, so that a failure is ours to explain."""
    if not host:
        raise WrongUsageError("--host is empty, which would be every address: name one, or 0.0.0.0 for all.")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        why = (getattr(error, "strerror", None) or str(error)).partition(" (")[0]
        raise ArchiveError(
            f"Cannot listen on {host}, port {port}: {why}. Choose others with --host and --port."
        ) from None
