"""When the power goes: what a row names was on the disk before the row was.

The worst disk keeps every row that was committed at once, and of the captures only what it was made to keep
(fsync). At every commit, an archive as that disk has it is put together and looked at.
"""

import os
import shutil
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from archive import captures as room
from archive.captures import Captures
from archive.check import check
from archive.copying import make_durable
from archive.database import open_archive
from archive.errors import ArchiveError
from archive.models import Capture
from tests.archive.conftest import HOME, LATER, Desk, make_desk


class Disk:
    """Knows how much of each file of captures is on the disk for sure."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self._desk = desk
        self._folder = desk.db.path.with_name("captures")
        self._durable: dict[int, int] = {}
        self._named: set[str] = set()
        self.at_commit: dict[str, int] = {}
        real_file, real_folder = room._make_durable, make_durable

        def sync_file(descriptor: int) -> None:
            real_file(descriptor)
            state = os.fstat(descriptor)
            self._durable[state.st_ino] = state.st_size

        def sync_folder(path: Path) -> None:
            real_folder(path)
            self.note_names(path)

        monkeypatch.setattr(room, "_make_durable", sync_file)
        monkeypatch.setattr(room, "make_durable", sync_folder)
        desk.db.conn.set_trace_callback(self._watch)

    def note_names(self, folder: Path) -> None:
        """Note that the names in a folder are on the disk."""
        self._named |= {entry.name for entry in folder.iterdir()}

    def _watch(self, statement: str) -> None:
        if statement == "COMMIT":
            self.at_commit = {
                path.name: self._durable.get(path.stat().st_ino, 0)
                for path in self._folder.glob("*.gz")
                if path.name in self._named
            }

    def cut_power(self, target: Path) -> None:
        """Give the archive as the disk has it after the power went at the last commit."""
        shutil.rmtree(target, ignore_errors=True)
        (target / "captures").mkdir(parents=True)
        for path in self._desk.db.path.parent.glob("archive.db*"):
            shutil.copy(path, target)
        for name, size in self.at_commit.items():
            (target / "captures" / name).write_bytes((self._folder / name).read_bytes()[:size])


def lost(folder: Path) -> list[str]:
    """Give the URLs of captures that a row names and that cannot be read."""
    captures = Captures(folder / "captures")
    with closing(open_archive(folder / "archive.db")) as db:
        found = []
        for row in db.rows("SELECT * FROM captures"):
            row.pop("id")
            try:
                captures.read(Capture(**row))
            except ArchiveError:
                found.append(row["url"])
        return found


def crawl_and_cut(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, target: Path, *, together: int = 1
) -> list[str]:
    disk = Disk(desk, monkeypatch)
    desk.captures._limit = 4000  # so that new files begin in between
    found = []
    for first in range(0, 12, together):
        with desk.db.transaction() if together > 1 else nullcontext():
            for number in range(first, first + together):
                desk.keep(f"{HOME}{number}", text=f"Text number {number} about Metallic Rouge.")
        disk.cut_power(target)
        found += lost(target)
    assert len(list(desk.db.path.with_name("captures").iterdir())) > 2
    return found


@pytest.mark.parametrize("together", [1, 3])
def test_every_capture_that_a_row_names_survives(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, together: int
) -> None:
    assert crawl_and_cut(desk, monkeypatch, tmp_path / "after", together=together) == []


@pytest.mark.parametrize("forgotten", ["files", "folder"])
def test_the_test_would_see_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, forgotten: str
) -> None:
    """Without the one or the other fsync captures are lost, and this test tells."""
    if forgotten == "files":
        monkeypatch.setattr(Captures, "sync", lambda *_: None)
    else:
        monkeypatch.setattr(Disk, "note_names", lambda *_: None)
    assert crawl_and_cut(desk, monkeypatch, tmp_path / "after")


def test_what_was_captured_and_has_no_row_is_fetched_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class PowerLossError(BaseException):
        pass

    def cut(*_: object) -> None:
        raise PowerLossError

    desk.keep(f"{HOME}1")
    with monkeypatch.context() as patched:
        patched.setattr("archive.writer.add_fetch", cut)
        with pytest.raises(PowerLossError):
            desk.keep(f"{HOME}2", text="Another text about Metallic Rouge, one that was cut.")
    folder = desk.db.path.parent
    desk.db.conn.close()
    desk.captures.close()

    again = make_desk(folder)
    assert [row["url"] for row in again.rows("articles")] == [f"{HOME}1"]
    assert again.frontier.due_pages(again.source.id, LATER, 9)[0].url == f"{HOME}2"
    again.keep(f"{HOME}2", text="Another text about Metallic Rouge, one that was cut.")
    again.captures.close()
    assert list(check(again.db, folder / "captures")) == []
    again.db.close()
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        assert db.execute("SELECT count(*) FROM captures").fetchone() == (2,)
