"""The schema, step by step, one file a step. A step that has been released is never edited: add the next."""

from sqlite_utils.migrations import Migrations

from archive.migrations import m001_archive, m002_site_rules

APPLICATION_ID = 0x53415243
"""``SARC`` in SQLite's header: how we recognise an archive (PRAGMA application_id)."""

_STEPS = (m001_archive, m002_site_rules)

SCHEMA_VERSION = len(_STEPS)
"""Kept in PRAGMA user_version: how a program knows that an archive is newer."""

migrations = Migrations("series-archive")
for _step in _STEPS:
    migrations(name=_step.__name__.rpartition(".")[2])(_step.apply)
