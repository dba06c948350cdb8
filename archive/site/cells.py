"""How a cell of Datasette's own tables is shown, where we know better than Datasette what it holds."""

import re
from typing import Any

from markupsafe import Markup

from archive.site.reading import web_address
from archive.site.wording import ACCESS, say_time, shorten

_ADDRESSES = {"url", "home", "image", "canonical_url"}
_ARTICLES = {"article_id", "earliest_id", "like_id", "told_article"}
_TIMES = {"published", "modified", "dated", "lastmod", "since", "first_seen", "last_seen", "next_due"}
_TIMES |= {"last_fetched", "last_success", "last_found", "rest_until"}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{5,15}(Z|[+-][0-9:]{2,6})?)?")
_LABEL = 200
"""Characters of what the row of another table is called."""
_LINK = Markup('<a href="{}">{}</a>')


def show_cell(value: Any, column: str, article_path: str) -> Markup | None:
    """Give a cell as HTML, or None where Datasette's own way does as well.

    Args:
        value: As stored; where Datasette knows what the row of another table is called, a dictionary of
            ``value`` and ``label``.
        column: Its name.
        article_path: Where the pages of articles are: ``/article/``.
    """
    if column in _ARTICLES:
        return _article(value, article_path)
    if isinstance(value, dict) and len(str(value.get("label"))) > _LABEL:  # Datasette cuts no labels
        return Markup("{} <em>{}</em>").format(shorten(str(value["label"]), _LABEL), value["value"])
    if not isinstance(value, str):
        return None
    if column in _ADDRESSES and web_address(value):
        link = Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>')
        return link.format(value, shorten(value, 100))
    if column == "access" and value in ACCESS:
        return Markup('<span title="{}">{}</span>').format(value, ACCESS[value])
    if (column in _TIMES or column.endswith(("_at", "_utc"))) and _TIME.fullmatch(value):
        return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(value, say_time(value))
    return None


def _article(value: Any, article_path: str) -> Markup | None:
    number, label = (value["value"], value["label"]) if isinstance(value, dict) else (value, value)
    if not isinstance(number, int):
        return None
    return _LINK.format(f"{article_path}{number}", shorten(str(label), 120) or number)
