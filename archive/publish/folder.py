"""The folder of a copy for the public: the database, and what puts it online."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template

from archive.copying import make_durable
from archive.database import Archive
from archive.errors import ArchiveBusyError, ArchiveError, explain
from archive.export.files import writing
from archive.publish.database import PublicCopy, is_public_copy, make_public

DATABASE = "archive.db"
METADATA = "metadata.json"
_TEXTS = ("Dockerfile", "README.md")
_PART = ".archive.db.part"


def publish(
    archive: Archive,
    folder: Path,
    *,
    title: str,
    policies: Mapping[str, str],
    watch: Callable[[int], object] = lambda _: None,
) -> PublicCopy:
    """Make or renew a folder with a copy for the public, see `make_public`.

    The database of an earlier copy is replaced in one step, when the new one is whole; whoever reads it goes
    on reading the old one. What is not ours in the folder is left alone.

    Raises:
        ArchiveError: The folder has files that are not ours by the names of ours, or cannot be written.
        ArchiveBusyError: Another run is publishing there.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _hold(folder):
            _ensure_ours(folder)
            part = folder / _PART
            _remove(part)
            try:
                made = make_public(archive, part, title=title, policies=policies, watch=watch)
                part.replace(folder / DATABASE)
            finally:
                _remove(part)
            make_durable(folder)
            _describe(folder, title, made)
    except OSError as error:
        raise explain(error, folder) from error
    return made


def _ensure_ours(folder: Path) -> None:
    database = folder / DATABASE
    if is_public_copy(database):
        return
    if database.exists():
        raise ArchiveError(
            f"{database} is no copy for the public, so it is not replaced: name another folder."
        )
    for name in (METADATA, *_TEXTS):
        if folder.joinpath(name).exists():
            raise ArchiveError(
                f"{folder / name} is there already, and not ours to replace: name another folder."
            )


def _describe(folder: Path, title: str, made: PublicCopy) -> None:
    """Write what Datasette says of the copy, and the texts that tell how to put it online."""
    metadata = {"title": title, "description": " ".join(_sentences(made))}
    _write(folder / METADATA, json.dumps(metadata, ensure_ascii=False, indent=2) + "\n")
    known = {"title": title, "sentences": " ".join(_sentences(made)), "version": version("series-archive")}
    for name in _TEXTS:
        text = files("archive.publish").joinpath("files", name).read_text("utf-8")
        _write(folder / name, Template(text).substitute(known))


def _sentences(made: PublicCopy) -> Iterator[str]:
    yield f"{made.articles:,} articles: {made.full:,} in full, {made.excerpt:,} as an excerpt,"
    yield f"{made.metadata:,} without text."
    yield "The articles belong to their publishers; each links to where it was published."


def _write(path: Path, text: str) -> None:
    with writing(path) as file:
        file.write(text.encode())


def _remove(part: Path) -> None:
    for end in ("", "-journal", "-wal", "-shm"):
        part.with_name(part.name + end).unlink(missing_ok=True)


@contextmanager
def _hold(folder: Path) -> Iterator[None]:
    """Hold the folder itself, so that no file of a lock is left in what goes online."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveBusyError(
                f"{folder}: another run is publishing there: wait for it to end."
            ) from None
        yield
    finally:
        os.close(descriptor)
