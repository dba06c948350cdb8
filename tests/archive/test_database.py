import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from archive.captures import Captures
from archive.database import open_archive
from archive.errors import ArchiveBusyError, ArchiveError
from archive.holding import hold
from archive.migrations import APPLICATION_ID, SCHEMA_VERSION, migrations
from tests.archive.conftest import HOME, Desk, make_desk


def test_a_new_archive_is_recognised_and_keeps_its_rules(tmp_path: Path) -> None:
    path = tmp_path / "new" / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        pragmas = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {
        "application_id": APPLICATION_ID,
        "user_version": SCHEMA_VERSION,
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
    }
    assert [entry.name for entry in path.parent.iterdir()] == ["archive.db"]


def test_the_schema_version_is_the_number_of_migrations(tmp_path: Path) -> None:
    with closing(open_archive(tmp_path / "archive.db", create=True)) as db:
        assert len(migrations.applied(db)) == SCHEMA_VERSION
        assert not migrations.pending(db)


def test_plain_sqlite_reads_every_table_and_finds_it_sound(desk: Desk) -> None:
    desk.keep(f"{HOME}1")
    with closing(sqlite3.connect(desk.db.path)) as plain:
        tables = [row[0] for row in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table != "articles_fts":  # the search index reads its content through the view
                plain.execute(f"SELECT * FROM [{table}]").fetchall()
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_refers_to_a_row_is_found_by_an_index_when_that_goes(desk: Desk) -> None:
    desk.keep(f"{HOME}1")
    (columns,) = zip(*desk.db.execute(_REFERENCES), strict=True)
    for column in columns:
        table, _, name = column.partition(".")
        (plan,) = desk.db.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {name} = 1").fetchall()
        assert plan[3].startswith(f"SEARCH {table} "), column


_REFERENCES = """
    SELECT tables.name || '.' || "from" FROM pragma_table_list AS tables, pragma_foreign_key_list(tables.name)
    WHERE tables.type = 'table'
"""


def test_the_log_stays_short_though_somebody_always_reads(desk: Desk) -> None:
    done, longest = threading.Event(), 0

    def read() -> None:
        with closing(_reader(desk)) as one, closing(_reader(desk)) as two:
            _begin(one)
            while not done.wait(0.02):
                _begin(two)
                one.execute("COMMIT")
                one, two = two, one

    somebody = threading.Thread(target=read)
    somebody.start()
    try:
        for _ in range(70):
            longest = max(longest, _write_megabytes(desk, 4))
    finally:
        done.set()
        somebody.join()
    assert longest < 200_000_000


def test_the_log_is_cut_when_a_long_reader_has_ended(desk: Desk) -> None:
    with closing(_reader(desk)) as reader:
        _begin(reader)
        assert _write_megabytes(desk, 100) > 100_000_000
    _write_megabytes(desk, 1)
    assert _write_megabytes(desk, 1) < 70_000_000


def _reader(desk: Desk) -> sqlite3.Connection:
    return sqlite3.connect(desk.db.path, isolation_level=None)


def _begin(reader: sqlite3.Connection) -> None:
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM sources").fetchall()


def _write_megabytes(desk: Desk, number: int) -> int:
    """Write something large; gives the size of the log then."""
    with desk.db.transaction():
        desk.db.execute("CREATE TABLE IF NOT EXISTS large (data BLOB)")
        desk.db.execute("DELETE FROM large")
        desk.db.execute("INSERT INTO large VALUES (randomblob(?))", [number * 1_000_000])
    return desk.db.path.with_name("archive.db-wal").stat().st_size


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"There is no archive at .*: `series-archive crawl` makes it"):
        open_archive(tmp_path / "archive.db")
    assert not list(tmp_path.iterdir())


def test_an_sqlite_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(ArchiveError, match=r"an archive needs 3\.37 or newer"):
        open_archive(tmp_path / "archive.db", create=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("readonly", [False, True])
def test_not_a_database(tmp_path: Path, readonly: bool) -> None:
    path = tmp_path / "archive.db"
    path.write_text("Dear diary, " * 100)
    with pytest.raises(ArchiveError, match="not a SQLite database"):
        open_archive(path, create=not readonly, readonly=readonly)
    assert path.read_text().startswith("Dear diary")


def test_a_database_of_others(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name)")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="no archive of ours"):
        open_archive(path, create=True)
    assert path.read_bytes() == before


def test_an_archive_of_a_newer_program(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    open_archive(path, create=True).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(ArchiveError, match=r"newer series-archive .*install the newer one"):
        open_archive(path)


def test_a_folder_where_the_archive_should_be(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is not a file"):
        open_archive(tmp_path, create=True)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="its folder is a file"):
        open_archive(tmp_path / "file" / "archive.db", create=True)
    with pytest.raises(ArchiveError, match="its folder is a file"), hold(tmp_path / "file" / "archive.db"):
        pass


def test_a_creation_that_was_interrupted_is_begun_again(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as cut:
        cut.execute("PRAGMA journal_mode = WAL")
    with closing(open_archive(path, create=True)) as db:
        assert db.table("articles").exists()


UNWRITABLE = """
import os, sys
from pathlib import Path
from archive.captures import Captures
from archive.database import open_archive
from archive.errors import ArchiveError
from sqlite_utils import Database
Database(memory=True).close()  # loads its plugins
if os.getuid() == 0:
    os.setuid(65534)  # root may write everywhere
try:
    db = open_archive(Path(sys.argv[1]), create=sys.argv[2] == "create", readonly=sys.argv[2] == "readonly")
    with db.transaction() if sys.argv[2] != "readonly" else open(os.devnull):
        print(db.execute("SELECT count(*) FROM articles").fetchone()[0])
except ArchiveError as error:
    print(error)
"""


def as_nobody(path: Path, how: str) -> str:
    for folder in list(path.parents)[:-2]:
        folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", UNWRITABLE, str(path), how], capture_output=True, text=True, check=False
    )
    assert not done.stderr
    return done.stdout.strip()


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    folder.chmod(0o555)
    assert "permissions" in as_nobody(folder / "archive.db", "create")


def test_a_file_that_cannot_be_written_to(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    open_archive(path, create=True).close()
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    assert "change the permissions" in as_nobody(path, "write")
    assert as_nobody(path, "readonly") == "0"


def test_a_log_ahead_that_cannot_be_read_where_it_is_is_told(tmp_path: Path) -> None:
    """A crash left it, and then the folder was put where nobody writes."""
    path = tmp_path / "crashed" / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        db.insert("sources", {"name": "The Daily Cel", "home": HOME})
        db.conn.commit()
        copy = Path(shutil.copytree(path.parent, tmp_path / "copy")) / path.name
    copy.with_name("archive.db-shm").unlink()
    copy.parent.chmod(0o555)
    assert "archive.db-wal has still to be written into it" in as_nobody(copy, "readonly")


def test_a_reader_sees_a_sound_archive_while_it_is_written_to(desk: Desk) -> None:
    problems: list[object] = []
    done = threading.Event()

    def read() -> None:
        with closing(open_archive(desk.db.path, readonly=True)) as reader:
            while not done.is_set():
                orphans = reader.execute(
                    "SELECT count(*) FROM articles LEFT JOIN revisions ON revisions.id = revision_id"
                    " WHERE revisions.id IS NULL"
                ).fetchone()[0]
                if orphans:
                    problems.append(orphans)

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(50):
        desk.keep(f"{HOME}{number}", text=f"Text number {number} about Metallic Rouge.")
    done.set()
    thread.join()
    assert problems == []


def test_a_reader_cannot_write(desk: Desk) -> None:
    with (
        closing(open_archive(desk.db.path, readonly=True)) as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader.execute("DELETE FROM articles")


WRITE = """
import sys
from pathlib import Path
from archive.captures import Captures
from archive.database import open_archive
db = open_archive(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(500):
    with db.transaction():
        (number,) = db.execute("SELECT articles FROM sources").fetchone()  # a reader that turns into a writer
        db.execute("UPDATE sources SET articles = ?", [number + 1])
db.close()
"""


def test_two_writers_wait_for_each_other(desk: Desk) -> None:
    command = [sys.executable, "-c", WRITE, str(desk.db.path)]
    pipe = subprocess.PIPE
    writers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(2)]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    assert desk.row("sources")["articles"] == 1000


def test_a_transaction_is_all_or_nothing(desk: Desk) -> None:
    def fail_half_way() -> None:
        with desk.db.transaction():
            desk.db.execute("DELETE FROM sources")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert desk.rows("sources")


def test_a_mistake_of_ours_is_not_told_as_the_machine_s(desk: Desk) -> None:
    with pytest.raises(sqlite3.IntegrityError), desk.db.transaction():
        desk.db.execute("INSERT INTO sources (name, home) VALUES ('The Daily Cel', '')")


def test_a_full_disk_is_one_line_and_harms_nothing(desk: Desk) -> None:
    desk.keep(f"{HOME}1")
    pages = desk.db.execute("PRAGMA page_count").fetchone()[0]
    desk.db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(
        ArchiveError, match=r"archive\.db: the disk is full\. Nothing stored is harmed: make room"
    ):
        desk.keep(f"{HOME}2", text="A long text about Metallic Rouge. " * 5000)
    assert [row["url"] for row in desk.rows("articles")] == [f"{HOME}1"]
    desk.db.execute("PRAGMA max_page_count = 1000000")
    assert desk.keep(f"{HOME}2", text="A long text about Metallic Rouge. " * 5000).revision


def test_closing_empties_the_write_ahead_log(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    with closing(open_archive(desk.db.path, readonly=True)) as reader:
        desk.keep(f"{HOME}1")
        log = tmp_path / "archive.db-wal"
        assert log.stat().st_size
        desk.db.close()
        assert log.stat().st_size == 0
        assert reader.execute("SELECT count(*) FROM articles").fetchone()[0] == 1


def test_the_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with (
        hold(path),
        pytest.raises(
            ArchiveBusyError, match=rf"is held by process {os.getpid()} on .* since 2.*Z: wait"
        ) as told,
        hold(path),
    ):
        pass
    assert told.value.exit_status == 5
    with hold(path):
        pass


def test_an_archive_has_one_lock_by_whatever_name(tmp_path: Path) -> None:
    there, here = tmp_path / "disk" / "news.db", tmp_path / "archive.db"
    open_archive(there, create=True).close()
    here.symlink_to(there)
    with hold(there), pytest.raises(ArchiveBusyError), hold(here):
        pass
    with closing(open_archive(here)) as db:
        assert db.path == there


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    program = (
        "import sys, time; from pathlib import Path; from archive.holding import hold\n"
        "with hold(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ArchiveBusyError, match=f"process {holder.pid} "), hold(path):
            pass
        holder.send_signal(signal.SIGKILL)
    with hold(path):
        pass


def test_a_file_system_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(ArchiveError, match=r"archive\.db\.lock: its file system cannot lock files"):  # noqa: SIM117
        with hold(tmp_path / "archive.db"):
            pass
    captures = Captures(tmp_path / "captures")
    with pytest.raises(ArchiveError, match="its file system cannot lock files"):
        captures.write(
            url=HOME, status=200, reason="OK", headers=[], body=b"", captured_at="2024-01-01T00:00:00Z"
        )
