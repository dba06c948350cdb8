"""The schema, step by step, one file a step. A step that has been released is never edited: add the next."""

from importlib import import_module
from pkgutil import iter_modules

from sqlite_utils.migrations import Migrations

APPLICATION_ID = 0x53415243
"""``SARC`` in SQLite's header: how we recognise an archive (PRAGMA application_id)."""

NAMES = tuple(sorted(module.name for module in iter_modules(__path__)))
"""The steps in their order."""

SCHEMA_VERSION = len(NAMES)
"""The number of steps, kept in PRAGMA user_version: how a program knows that an archive is newer."""

migrations = Migrations("series-archive")
for _name in NAMES:
    migrations(name=_name)(import_module(f"{__name__}.{_name}").apply)
