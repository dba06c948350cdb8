"""An archive of every released version opens and keeps everything; ``released/`` has one of each."""

import asyncio
import logging
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from archive.captures import Captures
from archive.copying import clone_database
from archive.database import open_archive
from archive.errors import ArchiveBusyError, ArchiveError
from archive.holding import hold
from archive.migrations import APPLICATION_ID, NAMES, SCHEMA_VERSION, m003_revisits, migrations
from archive.models import Capture
from archive.search import search
from archive.text_index import register_functions, verify
from tests.archive.conftest import Desk

RELEASED = sorted((Path(__file__).parent / "released").glob("*.tar.gz"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.removesuffix(".tar.gz"))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An archive as that version left it."""
    with tarfile.open(request.param) as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path / "archive.db"


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give what tables and columns of the first schema hold."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return {
            "articles": db.execute("SELECT id, url, title, text, authors, dated FROM articles").fetchall(),
            "revisions": db.execute("SELECT article_id, number, title, text FROM revisions").fetchall(),
            "removed": db.execute("SELECT revision_id, rule, text FROM removed_blocks").fetchall(),
            "pages": db.execute("SELECT url, state, etag, digest, next_due FROM pages").fetchall(),
            "captures": db.execute("SELECT url, file, offset, length, digest FROM captures").fetchall(),
            "fetches": db.execute("SELECT page_id, status, outcome FROM fetches").fetchall(),
            "authors": db.execute("SELECT name FROM authors").fetchall(),
            "sources": db.execute("SELECT name, articles FROM sources").fetchall(),
        }


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("readonly", [False, True])
def test_an_archive_of_a_released_version_opens_and_keeps_everything(old: Path, readonly: bool) -> None:
    before = content(old)
    made = version(old)
    assert made < SCHEMA_VERSION
    with closing(open_archive(old, readonly=readonly)) as db:
        assert content(old) == before
        assert [hit.title for hit in search(db.conn, "声優").hits] == ["星空キッチン（Starlit Kitchen）開店"]
        assert search(db.conn, "星空キッ*").total == search(db.conn, "声優 found:sitemap").total == 1
        if not readonly:
            assert list(verify(db.conn)) == []
        captures = Captures(old.parent / "captures")
        rows = list(
            db.rows(
                "SELECT url, captured_at, status, content_type, file, offset, length, digest FROM captures"
            )
        )
        assert {captures.read(Capture(**row)).status for row in rows} == {200, 301, 404}
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        counts = db.execute("SELECT kept, added, edited FROM crawl_sources ORDER BY crawl_id").fetchall()
        assert counts == [(3, 3, 0), (1, 0, 1)]
    assert version(old) == SCHEMA_VERSION
    copy = old.with_name(f"archive.db.before-{made + 1}")
    assert content(copy) == before
    assert version(copy) == made


def test_the_copy_is_told_and_only_the_newest_are_kept(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number, day in ((7, 3), (8, 1), (9, 2)):
        earlier = old.with_name(f"archive.db.before-{number}")
        earlier.write_text("an earlier copy")
        os.utime(earlier, (day, day))
    old.with_name("archive.db.before-restore-20240101000000").write_text("not ours to delete")
    with caplog.at_level(logging.WARNING):
        open_archive(old).close()
    assert "as it was, it is kept in archive.db.before-2" in caplog.text
    kept = {path.name.rpartition("-")[2] for path in old.parent.glob("archive.db.before-*")}
    assert kept == {"2", "7", "20240101000000"}
    caplog.clear()
    open_archive(old).close()
    assert not caplog.text


def test_a_step_that_fails_leaves_the_archive_as_the_step_before(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(old)

    def fail(db: Database) -> None:
        m003_revisits.apply(db)
        raise sqlite3.OperationalError("invented")

    step = next(one for one in migrations._migrations if one.name == "m003_revisits")
    monkeypatch.setattr(step, "fn", fail)
    with pytest.raises(ArchiveError, match="invented"):
        open_archive(old)
    assert (version(old), content(old)) == (NAMES.index("m003_revisits"), before)
    monkeypatch.setattr(step, "fn", m003_revisits.apply)
    open_archive(old).close()
    assert (version(old), content(old)) == (SCHEMA_VERSION, before)


def test_a_copy_that_the_disk_has_no_room_for_is_told_and_nothing_is_changed(
    old: Path, tmp_path: Path
) -> None:
    size = old.stat().st_size
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", f"size={size * 3 // 2}", "tmpfs") as disk:
        path = Path(shutil.copy(old, disk))
        with pytest.raises(ArchiveError, match=r"takes 0\.3 MB, and its disk has 0\.1 MB left: make room"):
            open_archive(path)
        assert [file.name for file in disk.iterdir() if file.stat().st_size] == ["archive.db"]
        assert version(path) == version(old)


@contextmanager
def mounted(folder: Path, *how: str) -> Iterator[Path]:
    """Mount a file system in a folder, for a while."""
    folder.mkdir()
    subprocess.run(["mount", *how, str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_an_archive_that_a_crawl_holds_is_not_changed_under_it(old: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(old, ready, done))
    holder.start()
    try:
        assert ready.wait(30)
        with pytest.raises(ArchiveBusyError, match=f"process {holder.pid}"):
            open_archive(old)
        with pytest.raises(ArchiveBusyError):
            open_archive(old, readonly=True)
        assert version(old) == 1
    finally:
        done.set()
        holder.join()
    with hold(old):
        open_archive(old).close()
    assert version(old) == SCHEMA_VERSION


def _hold(path: Path, ready: object, done: object) -> None:
    with hold(path):
        ready.set()  # type: ignore[attr-defined]
        done.wait(30)  # type: ignore[attr-defined]


def test_several_that_open_it_at_once_migrate_it_once(old: Path) -> None:
    before = content(old)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        said = pool.map(_open, [old] * 6)
    assert {one for one in said if "is held by" not in one} == {"fine"}
    assert (version(old), content(old)) == (SCHEMA_VERSION, before)


def test_the_log_ahead_stays_when_another_process_closes_an_archive_that_is_migrated(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever closes a database that nobody locks removes its log, and what we write then goes nowhere."""
    log, stays = old.with_name("archive.db-wal"), []
    read_and_close = f"import sqlite3; sqlite3.connect({str(old)!r}).execute('SELECT count(*) FROM articles')"

    def clone(*whole: Any) -> bool:
        done = clone_database(*whole)
        subprocess.run([sys.executable, "-c", read_and_close], check=True)
        stays.append(log.exists())
        return done

    monkeypatch.setattr("archive.upgrade.clone_database", clone)
    open_archive(old).close()
    assert stays == [True]


def _open(path: Path) -> str:
    try:
        open_archive(path).close()
    except ArchiveError as error:
        return str(error)
    return "fine"


def test_a_reader_of_an_old_archive_that_cannot_be_written_to_is_told(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(old))

    monkeypatch.setattr("archive.copying.make_durable", refuse)
    with pytest.raises(ArchiveError, match=r"older series-archive.*run `series-archive check` once") as told:
        open_archive(old, readonly=True)
    assert "\n" not in str(told.value)
    assert version(old) == 1


async def front_page(datasette: Datasette) -> str:
    await datasette.invoke_startup()
    return str((await datasette.client.get("/")).text)


@pytest.mark.parametrize("frozen", [False, True])
def test_datasette_alone_shows_no_more_than_the_tables_of_a_newer_archive(
    desk: Desk, caplog: pytest.LogCaptureFixture, *, frozen: bool
) -> None:
    desk.frontier.register_title("Starlit Kitchen in the press")
    desk.db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    desk.db.close()
    paths = [str(desk.db.path)]
    shown = asyncio.run(front_page(Datasette([] if frozen else paths, immutables=paths if frozen else [])))
    assert "Starlit Kitchen in the press" not in shown
    assert "was written by a newer series-archive" in caplog.text


def test_datasette_alone_brings_it_up_to_date_and_shows_it(old: Path) -> None:
    frozen = Datasette([], immutables=[str(old)])
    assert "Starlit Kitchen in the press" not in asyncio.run(front_page(frozen))
    assert version(old) == 1
    assert "Starlit Kitchen in the press" in asyncio.run(front_page(Datasette([str(old)])))
    assert version(old) == SCHEMA_VERSION


def test_pages_that_are_spellings_of_one_are_merged(tmp_path: Path) -> None:
    """Feed and sitemap spelled addresses differently, so that pages and articles were there twice."""
    path = tmp_path / "archive.db"
    other = "Quite another text that happens to be at an address that looks the same but for its scheme."
    text = "The android walks into the theatre while the rain keeps falling on Mars."
    rows = [
        ("http://example.org/a", "2024-01-01", text, "kept"),
        ("https://www.example.org/a/", "2024-01-02", f"{text} And more.", "kept"),
        ("https://example.org/a?utm_source=x", "2024-01-03", None, "skipped"),
        ("http://example.org/b", "2024-01-01", text.upper(), "kept"),
        ("https://example.org/b", "2024-01-02", other, "kept"),
    ]
    with closing(Database(path)) as db:
        register_functions(db.conn)
        db.execute("PRAGMA foreign_keys = ON")
        migrations.apply(db, stop_before="m011_revisions")
        db.execute("INSERT INTO sources (name, home) VALUES ('Site', 'http://example.org/')")
        db.execute(
            "INSERT INTO discoveries (source_id, kind, url) VALUES (1, 'feed', 'http://example.org/f')"
        )
        for number, (url, day, said, state) in enumerate(rows, 1):
            if said:
                db.execute(
                    "INSERT INTO articles (id, source_id, url, title, words, relevance, first_seen,"
                    " last_seen, dated, text) VALUES (:id, 1, :url, 'T', 9, 'r', :day, :day, :day, :said)",
                    {"id": number, "url": url, "day": day, "said": said},
                )
                db.execute(
                    "INSERT INTO revisions (id, article_id, number, kind, seen_at, rules_version, title,"
                    " authors, tags, access, text_complete, text, html)"
                    " VALUES (:id, :id, 1, 'first', :day, '1', 'T', '[]', '[]', 'free', 1, :said, '')",
                    {"id": number, "day": day, "said": said},
                )
                db.execute("UPDATE articles SET revision_id = id WHERE id = ?", [number])
            db.execute(
                "INSERT INTO pages (id, source_id, url, state, article_id, first_seen)"
                " VALUES (?, 1, ?, ?, ?, ?)",
                [number, url, state, number if said else None, day],
            )
            db.execute(
                "INSERT INTO provenance (page_id, discovery_id, found_at) VALUES (?, 1, ?)", [number, day]
            )
            db.execute(
                "INSERT INTO fetches (page_id, url, fetched_at, outcome) VALUES (?, ?, ?, 'kept')",
                [number, url, day],
            )
        db.conn.commit()
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {NAMES.index('m011_revisions')}")
    with closing(open_archive(path)) as db:
        assert db.execute("SELECT url, key FROM pages ORDER BY id").fetchall() == [
            ("http://example.org/a", "example.org/a"),
            ("http://example.org/b", "example.org/b"),
            ("https://example.org/b", "https://example.org/b"),
        ]
        assert [row[0] for row in db.execute("SELECT url FROM spellings ORDER BY url").fetchall()] == [
            "https://example.org/a?utm_source=x",
            "https://www.example.org/a/",
        ]
        assert db.execute("SELECT count(*) FROM fetches WHERE page_id = 1").fetchone() == (3,)
        assert db.execute("SELECT id, first_seen, last_seen FROM articles ORDER BY id").fetchall() == [
            (2, "2024-01-01", "2024-01-02"),
            (4, "2024-01-01", "2024-01-01"),
            (5, "2024-01-02", "2024-01-02"),
        ]
        assert db.execute(
            "SELECT number, kind, words_added, words_removed FROM revisions WHERE article_id = 2"
            " ORDER BY number"
        ).fetchall() == [(1, "first", None, None), (2, "publisher", 2, 0)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT article_id, rules_version FROM readings").fetchall() == [
            (2, "1"),
            (4, "1"),
            (5, "1"),
        ]
