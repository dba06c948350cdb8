"""The archive as a web site: a Datasette plugin.

Datasette loads this package by its entry point and finds ``templates/`` and ``static/`` in it. It shows
itself when one of the databases that Datasette opens is an archive, and is quiet otherwise.
"""

from archive.site.plugin import (
    canned_queries,
    extra_css_urls,
    get_metadata,
    handle_exception,
    menu_links,
    prepare_connection,
    register_routes,
    render_cell,
    startup,
)

__all__ = [
    "canned_queries",
    "extra_css_urls",
    "get_metadata",
    "handle_exception",
    "menu_links",
    "prepare_connection",
    "register_routes",
    "render_cell",
    "startup",
]
