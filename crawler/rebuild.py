"""A new database from the captures and archive.toml alone."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from archive.backup import move_aside
from archive.clock import correct_times
from archive.copying import keep_access, make_durable
from archive.database import connect_to_read, open_archive
from archive.errors import ArchiveError
from archive.forgotten import add_forgotten, forgotten_beside, forgotten_in
from archive.holding import hold
from archive.identity import find_article
from archive.times import utc_now
from crawler.config import Config
from crawler.replay import Replayed, Watch, replay


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was made."""

    replayed: Replayed
    articles: int
    revisions: int
    before: int | None
    """Articles of the database that was there; None when there was none, or it cannot be read."""
    lacking: tuple[str, ...]
    """Addresses of those of them that the new one has not."""
    aside: Path | None
    """Where that one is kept."""
    remembered: bool
    """What was forgotten is still known: the old database could be read, or there was none."""


def rebuild(config: Config, watch: Watch = lambda _, __: None) -> Rebuilt:
    """Make the database anew beside the old one, then put it in its place; the old one is kept.

    Args:
        config: What is archived, and from where.
        watch: Is told how it goes.

    Raises:
        ArchiveError: It cannot be written, another run holds the archive, captures are missing that the
            old database knows, or the clock of this machine is behind.
    """
    path = config.archive.database
    new = path.with_name(f"{path.name}.rebuilt.part")
    elsewhere = config.model_copy(update={"archive": config.archive.model_copy(update={"database": new})})
    if not config.archive.captures.is_dir():
        raise ArchiveError(f"{config.archive.captures}: there are no captures to make an archive of.")
    with hold(path):
        _clear(new)
        try:
            before, forgotten = _articles(path), forgotten_in(path)
            _refuse_if_missing(path, config.archive.captures)
            with closing(open_archive(new, create=True)) as db:
                add_forgotten(db.conn, [*(forgotten or ()), *forgotten_beside(path)])
            replayed = replay(elsewhere, articles_before=before or (), watch=watch)
            with closing(open_archive(new)) as db:
                correct_times(db, config.archive.captures, utc_now())
                articles, revisions = db.conn.execute(_COUNTS).fetchone()
                lacking = tuple(url for url in before or () if find_article(db, url) is None)
            if path.exists():
                keep_access(path, new)
            make_durable(new)
            aside = move_aside(path, "rebuild")
            new.rename(path)
            make_durable(path.parent)
        finally:
            _clear(new)
    return Rebuilt(
        replayed,
        articles,
        revisions,
        None if before is None else len(before),
        lacking,
        aside[0] if aside else None,
        not aside or forgotten is not None,
    )


def _articles(path: Path) -> list[str] | None:
    """Give the addresses of those that the old database has."""
    with suppress(sqlite3.Error), closing(connect_to_read(path)) as db:
        return [url for (url,) in db.execute("SELECT url FROM articles ORDER BY id")]
    return None


def _refuse_if_missing(path: Path, captures: Path) -> None:
    """A database without its captures has more than a new one without them."""
    files: list[tuple[str, int]] = []
    if path.is_file():
        with suppress(sqlite3.Error), closing(connect_to_read(path)) as db:
            files = db.execute("SELECT file, count(*) FROM captures GROUP BY file ORDER BY file").fetchall()
    for file, count in files:
        if not (captures / file).is_file():
            raise ArchiveError(
                f"{captures / file} is missing, and a new database would lack its {count:,} captures: "
                f"restore it from a backup, or move {path.name} away to do without."
            )


def _clear(new: Path) -> None:
    for ending in ("", "-wal", "-shm", ".lock"):
        new.with_name(new.name + ending).unlink(missing_ok=True)


_COUNTS = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM revisions)"
