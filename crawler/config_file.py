"""Writes ``archive.toml``: a new one, or one more source into one that a person keeps."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from archive.errors import ConfigurationError
from crawler.config import load_config

Values = Mapping[str, Any]
"""Keys and values of a table, in their order; those that are empty are left out."""


def write_new(path: Path, archive: Values, series: Sequence[Values], sources: Sequence[Values]) -> None:
    """Write an ``archive.toml``, checked.

    Raises:
        ConfigurationError: There is one already, or what would be written is not allowed.
        OSError: It cannot be written.
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("What is archived, and from where. Every key is explained in"))
    document.add(tomlkit.comment("docs/configuration.md; `series-archive add URL` adds a source."))
    document.add(tomlkit.nl())
    table = _table(archive)
    if not archive.get("contact"):
        table.add(tomlkit.comment('contact = "mailto:you@example.org"  # so that the sites can reach you'))
    document["archive"] = table
    for name, tables in (("series", series), ("source", sources)):
        document[name] = _tables(tables)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
    except FileExistsError:
        raise ConfigurationError(f"{path}: there is one already; delete it, or name another file") from None
    try:
        load_config(path)
    except ConfigurationError:
        path.unlink()
        raise


def add_source(path: Path, source: Values) -> None:
    """Add a source at the end of the sources; everything else stays as it is, comments included.

    Raises:
        ConfigurationError: The file is not there or not valid, or would not be with the new source; it is
            left as it was.
        OSError: It cannot be written.
    """
    load_config(path)
    before = path.read_text("utf-8-sig")
    document = _parse(path, before)
    sources = document["source"]
    if not isinstance(sources, AoT):
        raise ConfigurationError(f"{path}: its sources are not [[source]] tables; add this one by hand")
    added = _table(source)
    added.trivia.indent = "\n"  # an empty line before it
    sources.append(added)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(tomlkit.dumps(document), "utf-8")
    try:
        load_config(draft)
    except ConfigurationError as error:
        draft.unlink()
        raise ConfigurationError(str(error).replace(str(draft), str(path))) from None
    draft.replace(path)


def _parse(path: Path, text: str) -> TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None


def _table(values: Values) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        if value not in (None, "", [], ()):
            table.add(key, list(value) if isinstance(value, tuple) else value)
    return table


def _tables(tables: Sequence[Values]) -> AoT:
    array = tomlkit.aot()
    for values in tables:
        array.append(_table(values))
    return array
