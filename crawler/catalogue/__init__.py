"""News sites that a user may begin with, as data: sources.toml in this folder."""

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Literal
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from crawler.config import Name, Table, Url

Kind = Literal["anime", "games", "shows"]


class Entry(Table):
    """A news site, and what is known of it."""

    name: Name
    home: Url
    languages: list[str]
    """ISO 639-1 codes."""
    kinds: list[Kind]
    """Of the series that it writes about."""
    feeds: list[Url]
    checked: str
    """The date on which somebody last saw it work with this program, or never."""


@cache
def catalogue() -> tuple[Entry, ...]:
    """Give all entries."""
    text = files(__name__).joinpath("sources.toml").read_text("utf-8")
    return tuple(TypeAdapter(list[Entry]).validate_python(tomllib.loads(text)["source"]))


def suited(languages: Collection[str] = (), kind: str | None = None) -> list[Entry]:
    """Give the entries for some languages and a kind of series; all where nothing is asked for."""
    return [
        entry
        for entry in catalogue()
        if (not languages or set(languages) & set(entry.languages)) and (kind is None or kind in entry.kinds)
    ]


def named(name: str) -> Entry | None:
    """Give the entry of this name, in upper or lower case; None when there is none."""
    return next((entry for entry in catalogue() if entry.name.casefold() == name.casefold()), None)


def entry_of(url: str) -> Entry | None:
    """Give the entry that an address belongs to: the one of its host whose home is nearest to it."""
    parts = urlsplit(url)
    own = [
        entry
        for entry in catalogue()
        if _host(entry.home) == _host(url) and parts.path.startswith(urlsplit(entry.home).path.rstrip("/"))
    ]
    return max(own, key=lambda entry: len(entry.home), default=None)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
