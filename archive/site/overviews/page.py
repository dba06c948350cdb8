"""What every such page is, and what it is asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.site.problems import PageError
from archive.site.rows import Row

if TYPE_CHECKING:
    from datasette.utils.asgi import Request


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a page is asked for."""

    number: int
    """In its address; 0 where there is none."""
    query: dict[str, str]
    """Of its query string; nothing empty."""

    def get(self, name: str) -> str | None:
        """Give an argument of the query string."""
        return self.query.get(name)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Give an argument that is one of these; the first where there is none.

        Raises:
            PageError: It is something else.
        """
        chosen = self.query.get(name, choices[0])
        if chosen not in choices:
            raise PageError(400, "No such choice", f"{name} is one of: {', '.join(choices)}.")
        return chosen

    def page(self) -> int:
        """Give the number of the page, from 1.

        Raises:
            PageError: It is none.
        """
        stated = self.query.get("page", "1")
        if not stated.isdecimal() or not 1 <= len(stated) <= 4 or not int(stated):
            raise PageError(400, "No such page", "Pages are numbered from 1.")
        return int(stated)


@dataclass(frozen=True, slots=True)
class Overview:
    """A page of its own address."""

    path: str
    """Below the front page; a regular expression."""
    template: str
    read: Callable[[sqlite3.Connection, Arguments], Row | None]
    """Gives its facts; None where there is no such thing."""


def arguments_of(request: Request) -> Arguments:
    """Give what a request asks for."""
    return Arguments(
        int(request.url_vars.get("number") or 0),
        {key: request.args[key] for key in request.args if request.args[key]},
    )
