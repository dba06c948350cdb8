"""A backup is whole whatever happens meanwhile, takes little room, and comes back as it was."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive import forget as forgetting
from archive.backup import Backup, back_up, find_backup, list_backups, move_aside, restore
from archive.captures import Captures, capture_files
from archive.database import open_archive
from archive.errors import ArchiveBusyError, ArchiveError
from archive.forget import forget, plan_to_forget
from archive.forgotten import is_forgotten, returned
from archive.holding import hold
from archive.models import Capture
from tests.archive.conftest import HOME, Desk, make_desk


@pytest.fixture
def config(desk: Desk) -> Path:
    path = desk.db.path.with_name("archive.toml")
    path.write_text("# what to archive")
    return path


@pytest.fixture
def folder(desk: Desk) -> Path:
    return desk.db.path.with_name("captures")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every backup is made in a second of its own."""
    from datetime import UTC, datetime, timedelta

    import archive.backup

    moments = iter(datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=n) for n in range(100))

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return next(moments)

    monkeypatch.setattr(archive.backup, "datetime", Clock)


def fill(desk: Desk, *numbers: int) -> None:
    for number in numbers:
        desk.keep(f"{HOME}{number}", text=f"Text number {number} about Metallic Rouge. " * 5)


def assert_whole(database: Path, captures: Path) -> int:
    """Check that every row's capture is there; give the number of articles."""
    with closing(sqlite3.connect(database)) as db:
        db.row_factory = sqlite3.Row
        for row in db.execute("SELECT * FROM captures"):
            Captures(captures).read(Capture(**{name: row[name] for name in row.keys() if name != "id"}))  # noqa: SIM118
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_a_backup_is_restored_as_it_was(desk: Desk, config: Path, folder: Path, tmp_path: Path) -> None:
    fill(desk, 1, 2, 3)
    backup = back_up(desk.db, folder, config, tmp_path / "backups")
    assert backup.problems == ()
    sums = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=backup.folder, check=False)
    assert sums.returncode == 0
    assert (backup.folder / "archive.toml").read_text() == "# what to archive"
    assert assert_whole(backup.folder / "archive.db", backup.folder / "captures") == 3

    new = tmp_path / "new" / "press.db"
    assert restore(find_backup(tmp_path / "backups"), new, tmp_path / "new" / "warcs") == []
    assert assert_whole(new, tmp_path / "new" / "warcs") == 3
    with closing(open_archive(new)) as db:
        assert db.execute("SELECT count(*) FROM pages").fetchone()[0] == 3


def test_backups_while_a_crawl_writes_lack_nothing(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, clock: None
) -> None:
    desk.captures._limit = 20_000
    stop = threading.Event()

    def crawl() -> None:
        number = 0
        while not stop.is_set():
            fill(desk, number)
            number += 1

    writer = threading.Thread(target=crawl)
    writer.start()
    try:
        made = []
        for _ in range(6):
            with closing(open_archive(desk.db.path, readonly=True)) as reader:
                made.append(back_up(reader, folder, config, tmp_path / "backups"))
    finally:
        stop.set()
        writer.join()
    assert [one.problems for one in made] == [()] * 6
    counts = [assert_whole(one.folder / "archive.db", one.folder / "captures") for one in made]
    assert counts == sorted(counts)


def test_a_file_that_begins_meanwhile_is_not_linked_as_if_it_were_full(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk, 1)

    def list_and_begin_another(where: Path) -> list[Path]:
        found = capture_files(where)
        desk.captures._limit = 1
        fill(desk, 2)
        return found

    monkeypatch.setattr("archive.backup.capture_files", list_and_begin_another)
    backup = back_up(desk.db, folder, config, tmp_path / "backups").folder
    desk.captures._limit = 1_000_000
    fill(desk, 3)
    check = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=backup, check=False)
    assert check.returncode == 0


def test_what_is_forgotten_meanwhile_is_not_in_it(
    desk: Desk, config: Path, folder: Path, tmp_path: Path
) -> None:
    fill(desk, 1, 2)
    desk.captures.close()
    told: list[str] = []

    def forget_once(what: str) -> None:
        if what.startswith("Copying series-archive") and not told.count(what):
            told.append(what)
            forget(desk.db, folder, plan_to_forget(desk.db, folder, f"{HOME}1"))

    with closing(open_archive(desk.db.path, readonly=True)) as reader:
        backup = back_up(reader, folder, config, tmp_path / "backups", forget_once)
    assert told
    assert backup.problems == ()
    assert assert_whole(backup.folder / "archive.db", backup.folder / "captures") == 1
    sums = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=backup.folder, check=False)
    assert sums.returncode == 0


@pytest.mark.parametrize("step", ["_save", "wipe"])
def test_a_backup_of_an_archive_that_is_forgetting_something_says_so(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    fill(desk, 1, 2)
    desk.captures.close()
    made: list[Backup] = []
    real = getattr(forgetting, step)

    def back_up_first(*arguments: object) -> None:
        with closing(open_archive(desk.db.path, readonly=True)) as reader:
            made.append(back_up(reader, folder, config, tmp_path / "backups"))
        real(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, step, back_up_first)
        forget(desk.db, folder, plan_to_forget(desk.db, folder, f"{HOME}1"))
    (problem,) = made[0].problems
    assert problem.startswith("the backup has what is just being forgotten")
    assert back_up(desk.db, folder, config, tmp_path / "backups").problems == ()


def test_a_backup_that_could_not_see_what_the_owner_wrote_meanwhile_is_none(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk, 1)
    desk.captures.close()
    desk.db.close()
    monkeypatch.setattr("archive.database.is_writable", lambda _: False)

    def forget_as_owner(told: str) -> None:
        if told.startswith("Copying series-archive-"):
            with closing(open_archive(desk.db.path)) as owner:
                forget(owner, folder, plan_to_forget(owner, folder, f"{HOME}1"))

    with (
        pytest.raises(ArchiveError, match="was written to by its owner while it was read"),
        closing(open_archive(desk.db.path, readonly=True)) as reader,
    ):
        back_up(reader, folder, config, tmp_path / "backups", forget_as_owner)
    assert list((tmp_path / "backups").iterdir()) == []


def test_what_an_earlier_backup_has_takes_no_more_room(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, clock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.captures._limit = 1
    fill(desk, 1, 2, 3)
    first = back_up(desk.db, folder, config, tmp_path / "backups")
    fill(desk, 4)
    second = back_up(desk.db, folder, config, tmp_path / "backups")
    assert (first.linked, second.linked) == (2, 3)

    elsewhere = tmp_path / "another disk"
    with monkeypatch.context() as patched:
        patched.setattr(os, "link", _refuse)
        third = back_up(desk.db, folder, config, elsewhere)
    assert third.linked == 0
    real = os.link
    monkeypatch.setattr(
        os,
        "link",
        lambda source, new: (
            _refuse() if "captures/" in str(source) and "disk" not in str(source) else real(source, new)
        ),
    )
    fourth = back_up(desk.db, folder, config, elsewhere)
    assert fourth.linked == 3
    assert fourth.bytes < third.bytes
    shutil.rmtree(third.folder)
    assert assert_whole(fourth.folder / "archive.db", fourth.folder / "captures") == 4


def _refuse(*_: object) -> None:
    raise OSError(18, "Invalid cross-device link")


def test_a_backup_does_not_change_any_more(desk: Desk, config: Path, folder: Path, tmp_path: Path) -> None:
    desk.captures._limit = 2000
    fill(desk, 1, 2, 3)
    backup = back_up(desk.db, folder, config, tmp_path / "backups")
    fill(desk, 4, 5)
    desk.captures.close()
    forget(desk.db, folder, plan_to_forget(desk.db, folder, f"{HOME}1"))
    check = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=backup.folder, check=False)
    assert check.returncode == 0


def test_nothing_is_overwritten_unless_told(desk: Desk, config: Path, folder: Path, tmp_path: Path) -> None:
    fill(desk, 1)
    backup = back_up(desk.db, folder, config, tmp_path / "backups")
    fill(desk, 2)
    desk.captures.close()
    desk.db.close()
    with pytest.raises(ArchiveError, match=r"archive\.db is there already: --replace moves it aside"):
        restore(backup.folder, desk.db.path, folder)
    with pytest.raises(ArchiveBusyError), hold(desk.db.path):
        restore(backup.folder, desk.db.path, folder, replace=True)
    assert assert_whole(desk.db.path, folder) == 2
    desk.db.path.chmod(0o660)
    aside = restore(backup.folder, desk.db.path, folder, replace=True)
    assert assert_whole(desk.db.path, folder) == 1
    assert [path.name.rpartition("-")[0] for path in aside] == [
        "archive.db.before-restore",
        "captures.before-restore",
    ]
    assert assert_whole(*aside) == 2
    assert {path.stat().st_mode & 0o777 for path in (desk.db.path, *folder.iterdir())} == {0o660}
    again = make_desk(desk.db.path.parent)
    fill(again, 3)
    again.db.close()
    again.captures.close()


def test_what_was_forgotten_stays_so_when_a_restoration_is_killed_and_begun_again(
    desk: Desk, config: Path, folder: Path, tmp_path: Path
) -> None:
    fill(desk, 1, 2)
    desk.captures.close()
    backup = back_up(desk.db, folder, config, tmp_path / "backups").folder
    forget(desk.db, folder, plan_to_forget(desk.db, folder, f"{HOME}1"))
    desk.db.close()
    move_aside(desk.db.path, "restore")  # and then it is killed
    restore(backup, desk.db.path, folder, replace=True)
    with closing(open_archive(desk.db.path)) as db:
        assert is_forgotten(db, f"{HOME}1")
        assert list(returned(db)) == [f"{HOME}1"]
    assert not list(desk.db.path.parent.glob("archive.db.before-*-*-*"))


def test_what_was_forgotten_stays_so_when_a_restoration_is_killed_as_soon_as_the_backup_is_in_its_place(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk, 1, 2)
    desk.captures.close()
    backup = back_up(desk.db, folder, config, tmp_path / "backups").folder
    forget(desk.db, folder, plan_to_forget(desk.db, folder, f"{HOME}1"))
    database = desk.db.path
    desk.db.close()

    class KilledError(Exception):
        pass

    def rename(path: Path, new: Path, rename: Callable[[Path, Path], Path] = Path.rename) -> Path:
        rename(path, new)
        if new == database:
            raise KilledError
        return new

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KilledError):
        restore(backup, database, folder, replace=True)
    with closing(open_archive(database)) as db:
        assert is_forgotten(db, f"{HOME}1")
    assert assert_whole(database, folder) == 2


def test_what_a_killed_crawl_left_in_the_log_is_in_the_file_that_is_moved_aside(
    desk: Desk, tmp_path: Path
) -> None:
    fill(desk, 1)
    killed = tmp_path / "killed" / "archive.db"
    killed.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(f"{desk.db.path}{ending}", f"{killed}{ending}")
    assert killed.with_name("archive.db-wal").stat().st_size
    (aside,) = move_aside(killed, "restore")
    assert list(killed.parent.iterdir()) == [aside]
    with closing(sqlite3.connect(aside)) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_damaged_backup_is_not_restored(desk: Desk, config: Path, folder: Path, tmp_path: Path) -> None:
    fill(desk, 1)
    backup = back_up(desk.db, folder, config, tmp_path / "backups")
    path = next((backup.folder / "captures").iterdir())
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ArchiveError, match=r"is not as it was written: take another backup"):
        restore(backup.folder, tmp_path / "new.db", tmp_path / "warcs")
    assert not (tmp_path / "new.db").exists()
    with pytest.raises(ArchiveError, match="no backup is there"):
        find_backup(tmp_path / "nowhere")


def test_the_newest_backup_is_the_one_of_the_latest_time(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, clock: None
) -> None:
    fill(desk, 1)
    target = tmp_path / "backups"
    renamed = back_up(desk.db, folder, config, target).folder.rename(target / "before the move")
    unfinished = target / "2025-01-01T000000Z.part"
    shutil.copytree(renamed, unfinished)
    image = target / "image"
    image.mkdir()
    (image / "SHA256SUMS").write_text("")
    newest = back_up(desk.db, folder, config, target).folder
    assert find_backup(target) == newest
    assert find_backup(renamed) == renamed
    with pytest.raises(ArchiveError, match="no backup is there"):
        find_backup(image)
    ahead = newest.rename(target / "2031-01-01T000000Z")
    problem = f"{ahead} is named by a time to come, so it would be restored as the newest: rename it"
    assert back_up(desk.db, folder, config, target).problems == (problem,)


def test_a_backup_of_a_newer_program_is_not_restored(
    desk: Desk, config: Path, folder: Path, tmp_path: Path
) -> None:
    fill(desk, 1)
    desk.captures.close()
    backup = back_up(desk.db, folder, config, tmp_path / "backups").folder
    desk.db.close()
    with closing(sqlite3.connect(backup / "archive.db")) as db:
        db.execute("PRAGMA user_version = 999")
    with (backup / "SHA256SUMS").open("w") as sums:
        subprocess.run(
            [
                "sha256sum",
                "archive.db",
                "archive.toml",
                *(f"captures/{one.name}" for one in folder.iterdir()),
            ],
            cwd=backup,
            stdout=sums,
            check=True,
        )
    before = {path: path.stat().st_mtime_ns for path in desk.db.path.parent.rglob("*")}
    with pytest.raises(ArchiveError, match=r"written by a newer series-archive .*: install the newer one"):
        restore(backup, desk.db.path, folder, replace=True)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert assert_whole(desk.db.path, folder) == 1


def test_what_is_wrong_with_the_archive_is_told(
    desk: Desk, config: Path, folder: Path, tmp_path: Path
) -> None:
    fill(desk, 1, 2)
    desk.captures.close()
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    data[700:720] = bytes(20)
    path.write_bytes(data)
    backup = back_up(desk.db, folder, config, tmp_path / "backups")
    assert any("damaged" in problem for problem in backup.problems)
    path.unlink()
    backup = back_up(desk.db, folder, config, tmp_path / "more")
    assert any(f"{path.name} is missing" in problem for problem in backup.problems)


def test_a_backup_that_is_interrupted_is_none(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk, 1)
    monkeypatch.setattr(shutil, "copy2", _full)
    with pytest.raises(ArchiveError, match="the disk is full"):
        back_up(desk.db, folder, config, tmp_path / "backups")
    assert list_backups(tmp_path / "backups") == []
    assert list((tmp_path / "backups").iterdir()) == []


def test_two_backups_of_one_second_are_two(
    desk: Desk, config: Path, folder: Path, tmp_path: Path, clock: None
) -> None:
    fill(desk, 1)
    target = tmp_path / "backups"
    others = (target / "2024-01-01T000000Z.part", target / "2024-01-01T000001Z")
    for other in others:
        other.mkdir(parents=True)
    backup = back_up(desk.db, folder, config, target)
    assert backup.folder.name == "2024-01-01T000002Z"
    assert all(other.exists() for other in others)


def test_what_a_killed_backup_left_is_removed_by_the_next_one_but_not_one_at_work(
    desk: Desk, config: Path, folder: Path, tmp_path: Path
) -> None:
    fill(desk, 1)
    killed, working = (tmp_path / "backups" / f"2024-01-0{day}T000000Z.part" for day in (1, 2))
    for part in (killed, working):
        (part / "captures").mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(working)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        made = back_up(desk.db, folder, config, tmp_path / "backups")
        assert {path.name for path in made.folder.parent.iterdir()} == {made.folder.name, working.name}
        holder.communicate()


_HOLD = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")
