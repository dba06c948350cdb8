"""Errors that a user can meet: one line that says what happened, where, and what to do."""

import difflib
from collections.abc import Sequence
from typing import Self


class ArchiveError(Exception):
    """A failure that is told to the user in one line, without a traceback.

    ``exit_status`` is what the command ends with. README.md lists them all:
    0 fine, 1 something failed, 2 wrong usage or configuration, 3 some source failed,
    4 nothing could run, 5 another run holds the archive, 130 interrupted.
    """

    exit_status = 1


class WrongUsageError(ArchiveError):
    """A command was asked for something that cannot be."""

    exit_status = 2

    @classmethod
    def unknown(cls, what: str, name: str, known: Sequence[str]) -> Self:
        """Give the error for a name that nothing has: the nearest that something has, and all of them.

        Args:
            what: Is named, like "source".
            name: That was asked for.
            known: The names that there are.
        """
        nearest = difflib.get_close_matches(name, known, n=1)
        hint = f' Did you mean "{nearest[0]}"?' if nearest else ""
        there = ", ".join(f'"{one}"' for one in known) or "none"
        return cls(f'There is no {what} "{name}".{hint} There are: {there}.')


class ConfigurationError(ArchiveError):
    """``archive.toml`` is missing, unreadable or says something that is not allowed."""

    exit_status = 2


class NothingRanError(ArchiveError):
    """No source could be crawled."""

    exit_status = 4


class ArchiveBusyError(ArchiveError):
    """Another run holds the archive."""

    exit_status = 5
