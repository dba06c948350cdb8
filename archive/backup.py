"""Back up an archive while it is written to, and restore it.

A backup is a folder named by its time: the database, the captures, archive.toml, and ``SHA256SUMS`` as
``sha256sum --check`` reads it. The database is copied first: a capture is durable before its row is
written, so whatever a row of the copy names is there when the captures are copied after it.
"""

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.capture_check import wrong_captures
from archive.captures import capture_files
from archive.copying import copy_database, keep_access, make_durable
from archive.database import Archive, connect_to_read, recognise
from archive.errors import ArchiveError, explain
from archive.forgotten import Row, add_forgotten, forgotten_beside, forgotten_in, progress
from archive.holding import hold, try_lock
from archive.warc_tail import repair_tail

DATABASE = "archive.db"
CAPTURES = "captures"
CONFIG = "archive.toml"
SUMS = "SHA256SUMS"
_MOMENT = 0.1
"""Seconds to wait for the next second."""

Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What was backed up."""

    folder: Path
    files: int
    """Of captures."""
    linked: int
    """Those of them that take no more room: hard links to the archive's file, or an earlier backup's."""
    bytes: int
    """What the new files take, with the database."""
    problems: tuple[str, ...]
    """What is wrong with the archive itself, so with its backup, or with an earlier one; one line each."""


def back_up(db: Archive, captures: Path, config: Path, target: Path, watch: Watch = lambda _: None) -> Backup:
    """Write a backup into a new folder, and verify it; it has its name only when it is whole.

    What an earlier backup beside it has already is linked, not copied.

    Args:
        db: The archive; a crawl may write to it.
        captures: Its folder of WARC files.
        config: archive.toml.
        target: Where backups are.
        watch: Is told what is being done.

    Raises:
        ArchiveError: It cannot be written, or what was written is not what was read.
    """
    if target.resolve().is_relative_to(captures.resolve()):
        raise ArchiveError(
            f"{target} is no place for that: {captures} is the archive's own. Name another one."
        )
    part: Path | None = None
    try:
        earlier = list_backups(target)[-1:]
        _remove_unfinished(target)
        part = _begin(target)
        folder = part.with_suffix("")
        with _locked(part):
            work, problems = _copy_all(part, db, captures, config, earlier[0] if earlier else None, watch)
            part.rename(folder)
        make_durable(target)
    except OSError as error:
        raise explain(error, _place(error, target)) from error
    finally:
        if part:
            shutil.rmtree(part, ignore_errors=True)
    size = work.bytes + (folder / DATABASE).stat().st_size
    ahead = tuple(
        f"{one} is named by a time to come, so it would be restored as the newest: rename it"
        for one in earlier
        if one.name > folder.name
    )
    return Backup(folder, len(work.sums) - 2, work.linked, size, problems + ahead)


def _begin(target: Path) -> Path:
    """Make the folder of a new backup, named by a second that no other one has."""
    while True:
        part = target / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.part"
        if not part.with_suffix("").exists():
            with suppress(FileExistsError):
                part.mkdir(parents=True)
                return part
        time.sleep(_MOMENT)


def _copy_all(
    part: Path, db: Archive, captures: Path, config: Path, earlier: Path | None, watch: Watch
) -> "tuple[_Files, tuple[str, ...]]":
    """Write a backup; again, where something was forgotten meanwhile: it may have that, or half of it."""
    while True:
        before = progress(db)
        (part / CAPTURES).mkdir()
        work = _Files(captures, part / CAPTURES, earlier)
        problems = _fill(part, db, config, work, watch)
        db.ensure_unwritten()
        if progress(db) == before:
            return work, problems
        watch("Something was forgotten meanwhile: beginning again")
        shutil.rmtree(part / CAPTURES)


def _fill(part: Path, db: Archive, config: Path, work: "_Files", watch: Watch) -> tuple[str, ...]:
    """Write a backup and verify it; says what is wrong with the archive."""
    watch("Copying the database")
    copy_database(db.conn, part / DATABASE)
    shutil.copy2(config, part / CONFIG)
    work.take_all(watch)
    watch("Checking the database")
    problems = tuple(f"{one}; see series-archive check" for one in _verify(part, work.fresh, watch))
    for file in (DATABASE, CONFIG):
        work.sums[file] = _sum(part / file)
    (part / SUMS).write_text("".join(f"{one}  {file}\n" for file, one in sorted(work.sums.items())))
    for path in (part / CONFIG, part / SUMS, part / CAPTURES, part):
        make_durable(path)
    return problems


def _remove_unfinished(target: Path) -> None:
    """Remove what backups left that were killed; one at work holds its folder, or has just made it."""
    for part in target.glob("*T*Z.part"):
        with _locked(part) as alone:
            if alone and any(part.iterdir()):
                shutil.rmtree(part)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold a folder; gives whether nobody else does, as far as its file system can tell."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            alone = try_lock(descriptor)
        except OSError:  # a disk in the network
            alone = False
        yield alone
    finally:
        os.close(descriptor)


def list_backups(target: Path) -> list[Path]:
    """Give the whole backups in a folder that are named by their time, the oldest first."""
    return sorted(path for path in target.glob("*T*Z") if _is_backup(path))


def find_backup(folder: Path) -> Path:
    """Give a backup by its own folder, or the newest one in a folder of backups.

    Raises:
        ArchiveError: There is none.
    """
    if _is_backup(folder):
        return folder
    if backups := list_backups(folder):
        return backups[-1]
    raise ArchiveError(
        f"{folder}: no backup is there: name the folder that `series-archive backup` wrote to."
    )


def restore(
    backup: Path, database: Path, captures: Path, *, replace: bool = False, watch: Watch = lambda _: None
) -> list[Path]:
    """Bring an archive back as it was when it was backed up; what was forgotten since is still refused.

    Args:
        backup: Its folder.
        database: Where the database belongs.
        captures: Where the captures belong.
        replace: What is there is moved aside; else nothing may be there.
        watch: Is told what is being done.

    Returns:
        What was moved aside.

    Raises:
        ArchiveError: The backup is damaged or of a newer program, something is in its place, or it cannot be
            written.
        ArchiveBusyError: Another run holds the archive.
    """
    _see_that_it_can_be_restored(backup, watch)
    there = [path for path in (database, captures) if path.exists() and not _is_empty(path)]
    if there and not replace:
        raise ArchiveError(f"{there[0]} is there already: --replace moves it aside and restores the backup.")
    try:
        with hold(database):
            return _replace(backup, database, captures, watch)
    except OSError as error:
        raise explain(error, _place(error, database)) from error
    except sqlite3.Error as error:
        raise explain(error, database) from error


def _replace(backup: Path, database: Path, captures: Path, watch: Watch) -> list[Path]:
    """Copy a backup, then give the copy the place of what is there; give what was moved aside."""
    new_database = database.with_name(f"{database.name}.part")
    new_captures = captures.with_name(f"{captures.name}.part")
    watch("Copying")
    shutil.rmtree(new_captures, ignore_errors=True)
    captures.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(backup / DATABASE, new_database)
        _have_it_refuse(new_database, [*(forgotten_in(database) or ()), *forgotten_beside(database)])
        shutil.copytree(backup / CAPTURES, new_captures)
        if database.exists():
            for path in (*new_captures.iterdir(), new_database):
                keep_access(database, path)
        for path in (*new_captures.iterdir(), new_captures, new_database):
            make_durable(path)
        aside = [*move_aside(database, "restore"), *move_aside(captures, "restore")]
        new_captures.rename(captures)
        new_database.rename(database)
        make_durable(database.parent)
    finally:
        new_database.unlink(missing_ok=True)
        shutil.rmtree(new_captures, ignore_errors=True)
    return aside


def _have_it_refuse(database: Path, forgotten: Iterable[Row]) -> None:
    """Note in a copy what was forgotten; if that is killed, no journal is left for the next copy there."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA journal_mode = MEMORY")
        add_forgotten(db, forgotten)


def _see_that_it_can_be_restored(backup: Path, watch: Watch) -> None:
    for file, expected in _read_sums(backup).items():
        watch(f"Checking {file}")
        if not (backup / file).is_file() or _sum(backup / file) != expected:
            raise ArchiveError(f"{backup / file} is not as it was written: take another backup.")
    with closing(connect_to_read(backup / DATABASE)) as db:
        recognise(db, backup / DATABASE)


def move_aside(path: Path, why: str) -> list[Path]:
    """Give a database (with what belongs to it) or a folder another name beside the old one.

    Args:
        path: What is moved; nothing happens when it is not there.
        why: Becomes part of the name: ``archive.db.before-restore-20240201000000``.

    Returns:
        The new names.
    """
    if path.is_dir() and _is_empty(path):
        path.rmdir()
    if not path.exists():
        return []
    aside = path.with_name(f"{path.name}.before-{why}-{datetime.now(UTC):%Y%m%d%H%M%S}")
    if path.is_file():
        _bring_in_log(path)
    for ending in ("-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.is_file():
            beside.rename(aside.with_name(aside.name + ending))
    path.rename(aside)
    return [aside]


def _bring_in_log(database: Path) -> None:
    """Leave nothing in the log ahead of a database, where it can be read: the two cannot move as one."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Files:
    """Takes the captures into a backup."""

    def __init__(self, source: Path, target: Path, earlier: Path | None) -> None:
        self._source = source
        self._target = target
        self._earlier = earlier
        self._known = _read_sums(earlier) if earlier else {}
        self.sums: dict[str, str] = {}
        self.fresh: list[str] = []
        """Names of those that no earlier backup has."""
        self.linked = 0
        self.bytes = 0

    def take_all(self, watch: Watch) -> None:
        paths = sorted(self._source.glob("*.warc.gz"))
        still_open = capture_files(self._source)[-1:]  # a file that begins meanwhile is not among the others
        for path in paths:
            watch(f"Copying {path.name}")
            self._take(path, is_open=path in still_open)

    def _take(self, path: Path, *, is_open: bool) -> None:
        """Take a file: one that may still grow as far as it is whole, any other one for good."""
        new, name = self._target / path.name, f"{CAPTURES}/{path.name}"
        if is_open:
            _copy(path, new)
            with new.open("r+b", buffering=0) as file:
                repair_tail(file, new)
        elif self._earlier and _is_same(self._earlier / name, path) and _link(self._earlier / name, new):
            self.linked += 1
            if name in self._known:
                self.sums[name] = self._known[name]
                return
        elif _link(path, new):
            self.linked += 1
        else:
            _copy(path, new)
        if new.stat().st_nlink == 1:
            self.bytes += new.stat().st_size
        self.sums[name] = _sum(new)
        self.fresh.append(path.name)


def _verify(folder: Path, fresh: list[str], watch: Watch) -> Iterator[str]:
    """Say what is wrong with a backup; captures that an earlier one has were verified then."""
    with closing(connect_to_read(folder / DATABASE)) as db:
        said = [row[0] for row in db.execute("PRAGMA integrity_check")]
        if said != ["ok"]:
            yield f"the database is damaged: {said[0]}"
        if db.execute("SELECT 1 FROM forgotten WHERE state <> 'finished'").fetchone():
            yield "the backup has what is just being forgotten, or half: delete it when another one is made"
        for file, end in db.execute(
            "SELECT file, max(offset + length) FROM captures GROUP BY file"
        ).fetchall():
            path = folder / CAPTURES / file
            if not path.is_file():
                yield f"{file} is missing: captures that the database names are lost"
            elif path.stat().st_size < end:
                yield f"{file} is cut short: captures that the database names are lost"
            elif file in fresh:
                watch(f"Checking {file}")
                yield from wrong_captures(db, path)


def _copy(source: Path, target: Path) -> None:
    shutil.copy2(source, target)
    make_durable(target)


def _link(source: Path, target: Path) -> bool:
    """Make a hard link; False where there can be none."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def _place(error: OSError, otherwise: Path) -> Path:
    """Give the file that an error is about: of a copy, the one that is written."""
    return Path(error.filename2 or error.filename or otherwise)


def _is_same(one: Path, other: Path) -> bool:
    """Say if two files are the same, by what they cannot have in common otherwise."""
    if not one.is_file():
        return False
    first, second = one.stat(), other.stat()
    return (first.st_size, first.st_mtime_ns) == (second.st_size, second.st_mtime_ns)


def _is_backup(folder: Path) -> bool:
    return (folder / SUMS).is_file() and (folder / DATABASE).is_file()


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _read_sums(backup: Path) -> dict[str, str]:
    lines = (line.partition("  ") for line in (backup / SUMS).read_text().splitlines())
    return {file: one for one, _, file in lines}


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
