"""What waits together to be written is one transaction, and one piece of the search index."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from archive.group_commit import GroupCommit
from archive.text_index import verify
from archive.visits import Recorded
from tests.archive.conftest import HOME, LATER, Desk

FILES = Path("/proc/self/fd")


def text(number: int) -> str:
    return f"Text number {number} about Metallic Rouge."


@contextmanager
def together(desk: Desk) -> Iterator[GroupCommit]:
    """What is submitted within the block waits until its end."""
    with closing(GroupCommit(desk.db)) as group:
        begun, go_on = Event(), Event()

        def hold() -> None:
            begun.set()
            go_on.wait()

        group.submit(hold)
        begun.wait()
        try:
            yield group
        finally:
            go_on.set()


def keep(group: GroupCommit, desk: Desk, number: int) -> Future[Recorded]:
    return group.submit(partial(desk.keep, f"{HOME}{number}", text=text(number)))


def pieces(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(DISTINCT segid) FROM articles_fts_idx").fetchone()[0])


def statements(desk: Desk) -> list[str]:
    found: list[str] = []
    desk.db.conn.set_trace_callback(found.append)
    return found


def test_what_waits_together_is_one_transaction(desk: Desk) -> None:
    said = statements(desk)
    with together(desk) as group:
        futures = [keep(group, desk, number) for number in range(5)]
    assert [future.result().article_id for future in futures] == [1, 2, 3, 4, 5]
    assert said.count("COMMIT") == 1
    assert pieces(desk.db.path) == 1
    assert list(verify(desk.db.conn)) == []


def test_many_words_are_one_piece_of_the_index_as_well(desk: Desk) -> None:
    with together(desk) as group:
        for number in range(5):
            words = " ".join(f"{number}word{word}" for word in range(8_000))
            group.submit(partial(desk.keep, f"{HOME}{number}", text=f"{text(number)} {words}"))
    assert pieces(desk.db.path) == 1


@pytest.mark.skipif(not FILES.exists(), reason="needs a list of the files that a process has open")
def test_no_file_is_written_but_those_of_the_archive(desk: Desk) -> None:
    with together(desk) as group:
        for edit in ("First.", "Second."):
            long = f"{text(1)} {'Rouge ' * 20_000} {edit}"
            group.submit(partial(desk.keep, f"{HOME}1", at=LATER, text=long))
        opened = group.submit(lambda: {file.readlink().name for file in FILES.iterdir() if file.is_symlink()})
    assert not [name for name in opened.result() if name.startswith("etilqs")]


def test_nobody_is_told_before_it_is_committed(desk: Desk) -> None:
    seen = []

    def look(_: Future[Recorded]) -> None:
        with closing(sqlite3.connect(desk.db.path)) as db:
            seen.extend(db.execute("SELECT count(*) FROM articles").fetchone())

    with together(desk) as group:
        for number in range(3):
            keep(group, desk, number).add_done_callback(look)
    assert seen == [3, 3, 3]


def test_what_cannot_be_written_fails_alone(desk: Desk) -> None:
    def fail() -> None:
        with desk.db.transaction():
            desk.db.execute("DELETE FROM articles")
            raise ZeroDivisionError

    with together(desk) as group:
        first, bad, last = keep(group, desk, 1), group.submit(fail), keep(group, desk, 2)
    assert {first.result().outcome, last.result().outcome} == {"kept"}
    with pytest.raises(ZeroDivisionError):
        bad.result()
    assert [row["url"] for row in desk.rows("articles")] == [f"{HOME}1", f"{HOME}2"]
    assert list(verify(desk.db.conn)) == []


def test_what_is_given_up_before_its_turn_is_not_written(desk: Desk) -> None:
    with together(desk) as group:
        assert keep(group, desk, 1).cancel()
        keep(group, desk, 2)
    assert [row["url"] for row in desk.rows("articles")] == [f"{HOME}2"]


def test_an_article_that_is_edited_or_deleted_with_its_first_version_is_indexed_as_it_is(desk: Desk) -> None:
    with desk.db.transaction():
        for number in range(3):
            desk.keep(f"{HOME}{number}", text=text(number))
        desk.keep(f"{HOME}1", at=LATER, text=f"{text(1)} An android was added.", published="2020-01-01")
        desk.db.execute("DELETE FROM articles WHERE id = 3")
    assert list(verify(desk.db.conn)) == []
    found = desk.db.execute("SELECT rowid FROM articles_search WHERE articles_search MATCH 'android'")
    assert found.fetchall() == [(2,)]


def test_what_is_rolled_back_is_not_indexed_by_the_next_transaction(desk: Desk) -> None:
    def add_and_fail() -> None:
        with desk.db.transaction():
            desk.keep(f"{HOME}1", text=text(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    desk.db.execute("PRAGMA wal_checkpoint")
    desk.keep(f"{HOME}2", text=text(2))
    assert len(desk.rows("articles")) == 1
    assert list(verify(desk.db.conn)) == []
