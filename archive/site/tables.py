"""What Datasette's own pages say of our tables: ``tables.toml`` in the words of both lines of Datasette."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasette.app import Datasette


_CONFIGURATION = ("label_column", "sort_desc", "facets", "fts_table", "fts_pk", "hidden")
"""Keys that Datasette 1.0 takes from its configuration, and 0.65 from its metadata."""

_SHOW_ALL = find_spec("datasette_graphql") is not None
"""datasette-graphql 2.2 fails on a hidden table that refers to another one."""


@cache
def load_tables() -> dict[str, dict[str, Any]]:
    """Give every table's description, columns and settings, by table."""
    tables = tomllib.loads(files("archive.site").joinpath("tables.toml").read_text(encoding="utf-8"))
    for table in tables.values():
        if label := table.pop("label", None):
            table["label_column"] = label
        if _SHOW_ALL:
            table.pop("hidden", None)
    return tables


def as_metadata(databases: list[str]) -> dict[str, Any]:
    """Give the metadata of Datasette 0.65 for databases that are archives.

    It asks thirty times a page, and writes what its user says into the dictionaries: only these are copied.
    """
    return {"databases": {name: {"tables": _copy(load_tables())} for name in databases}}


def _copy(tables: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {**facts, "columns": facts["columns"].copy()} for name, facts in tables.items()}


async def describe_tables(datasette: Datasette, databases: list[str]) -> None:
    """Tell Datasette 1.0 the same, where its user has not said something else."""
    for name in databases:
        tables = datasette.config.setdefault("databases", {}).setdefault(name, {}).setdefault("tables", {})
        for table, facts in load_tables().items():
            settings = {key: facts[key] for key in _CONFIGURATION if key in facts}
            tables[table] = settings | tables.get(table, {})
            if "description" not in await datasette.get_resource_metadata(name, table):
                await datasette.set_resource_metadata(name, table, "description", facts["description"])
            for column, description in facts["columns"].items():
                if "description" not in await datasette.get_column_metadata(name, table, column):
                    await datasette.set_column_metadata(name, table, column, "description", description)
