"""Errors that a user can meet: one line that says what happened, where, and what to do."""


class ArchiveError(Exception):
    """A failure that is told to the user in one line, without a traceback.

    ``exit_status`` is what the command ends with. README.md lists them all:
    0 fine, 1 something failed, 2 wrong usage or configuration, 3 some source failed,
    4 nothing could run, 5 another run holds the archive, 130 interrupted.
    """

    exit_status = 1


class ConfigurationError(ArchiveError):
    """``archive.toml`` is missing, unreadable or says something that is not allowed."""

    exit_status = 2


class NothingRanError(ArchiveError):
    """No source could be crawled."""

    exit_status = 4


class ArchiveBusyError(ArchiveError):
    """Another run holds the archive."""

    exit_status = 5
