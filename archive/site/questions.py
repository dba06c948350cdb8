"""Questions that the archive answers by SQL: ``questions.toml`` for both lines of Datasette."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasette.app import Datasette


@cache
def load_questions() -> dict[str, dict[str, str]]:
    """Give every question's title, description and SQL, by the name in its address."""
    text = files("archive.site").joinpath("questions.toml").read_text(encoding="utf-8")
    return {
        name: {key: value.strip() for key, value in question.items()}
        for name, question in tomllib.loads(text).items()
    }


def as_canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, str]]:
    """Give the questions for Datasette 0.65, which writes to them; not those that its user has replaced."""
    replaced = datasette.metadata("queries", database=database, fallback=False) or {}
    return {name: dict(question) for name, question in load_questions().items() if name not in replaced}


async def ask_questions(datasette: Datasette, databases: list[str]) -> None:
    """Tell Datasette 1.0 the questions, but for those that its user has replaced by others of the same name.

    They are trusted: who may see the archive may ask them, also where other SQL is not allowed.
    """
    for database in databases:
        for name, question in load_questions().items():
            known = await datasette.get_query(database, name)
            if known is None or known.source == "plugin":
                await datasette.add_query(
                    database,
                    name,
                    question["sql"],
                    title=question["title"],
                    description=question["description"],
                    is_trusted=True,
                )
