"""The schema, step by step, one file a step. A step that has been released is never edited: add the next."""

from sqlite_utils.migrations import Migrations

from archive.migrations import (
    m001_archive,
    m002_site_rules,
    m003_revisits,
    m004_forgotten,
    m005_further_pages,
)

APPLICATION_ID = 0x53415243
"""``SARC`` in SQLite's header: how we recognise an archive (PRAGMA application_id)."""

_STEPS = (m001_archive, m002_site_rules, m003_revisits, m004_forgotten, m005_further_pages)

SCHEMA_VERSION = len(_STEPS)
"""Kept in PRAGMA user_version: how a program knows that an archive is newer."""

NAMES = tuple(step.__name__.rpartition(".")[2] for step in _STEPS)

migrations = Migrations("series-archive")
for _name, _step in zip(NAMES, _STEPS, strict=True):
    migrations(name=_name)(_step.apply)
