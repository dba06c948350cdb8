"""``check`` finds what was broken, says what to do, and mends what can be mended without the publishers."""

from contextlib import closing
from pathlib import Path

import pytest

from archive.check import Finding, check, mend
from archive.database import open_archive
from archive.forgotten import remember
from tests.archive.conftest import HOME, LATER, Desk


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """An archive with three articles, one of which has two revisions."""
    for name in ("one", "two", "three"):
        desk.keep(f"{HOME}{name}", text=f"The text of {name} about Metallic Rouge, which is long enough.")
    desk.keep(
        f"{HOME}one", text="The text of one, edited, about Metallic Rouge, which is long enough.", at=LATER
    )
    desk.captures.close()
    return desk


def look(desk: Desk) -> list[Finding]:
    return list(check(desk.db, folder(desk)))


def said(desk: Desk) -> str:
    return "\n".join(f"{one.area}: {one.problem}" for one in look(desk))


def folder(desk: Desk) -> Path:
    return desk.db.path.with_name("captures")


def spoil(desk: Desk, *statements: str) -> None:
    """Change the database as nobody should: foreign keys do not see it."""
    with closing(open_archive(desk.db.path)) as db:
        db.conn.execute("PRAGMA foreign_keys = OFF")
        with db.transaction():
            for statement in statements:
                db.conn.execute(statement)


def test_nothing_is_wrong(filled: Desk) -> None:
    assert look(filled) == []


SPOILT = {
    "a count": (
        ["UPDATE sources SET articles = 7"],
        'counts: the source "The Daily Cel" counts 7 articles and has 3',
    ),
    "a month": (
        ["UPDATE coverage SET articles = 9"],
        "counts: the numbers of articles are wrong for 1 months",
    ),
    "what found an article": (
        ["UPDATE articles SET found_by = '[\"file\"]' WHERE id = 1"],
        "counts: 1 articles do not say what found them",
    ),
    "the search index": (
        ["DELETE FROM search_entries WHERE article_id = 1"],
        "search: Articles that the search",
    ),
    "words of the index": (
        ["INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')"],
        "search: The search index does not have the words of the articles",
    ),
    "the current revision": (["DELETE FROM revisions WHERE number = 2"], "has lost its current revision"),
    "text": (["UPDATE articles SET text = 'else' WHERE url LIKE '%one'"], "is not what its current revision"),
    "rows that belong to nothing": (["DELETE FROM crawls"], "rows of fetches belong to rows of crawls"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_is_broken_is_found_and_mended(filled: Desk, what: str) -> None:
    statements, expected = SPOILT[what]
    before = [(row["url"], row["text"]) for row in filled.rows("articles")]
    spoil(filled, *statements)
    found = look(filled)
    assert expected in said(filled)
    assert {one.can_be_mended for one in found} == {True}
    assert {one.remedy for one in found} == {"series-archive check --repair"}
    mend(filled.db, found)
    assert look(filled) == []
    if what != "the current revision":
        assert [(row["url"], row["text"]) for row in filled.rows("articles")] == before


def test_a_response_that_is_not_stored_cannot_be_mended(filled: Desk) -> None:
    spoil(filled, "UPDATE revisions SET capture_id = NULL WHERE article_id = 2")
    (found,) = look(filled)
    assert "is not stored" in found.problem
    assert not found.can_be_mended


def test_a_torn_file_is_cut_and_what_was_left_is_removed(filled: Desk) -> None:
    (path,) = folder(filled).iterdir()
    data = path.read_bytes()
    path.write_bytes(data + b"\x1f\x8b\x08 half a record")
    (folder(filled) / "left.warc.gz.part").write_text("half")
    (folder(filled).with_name("captures.part") / "half").mkdir(parents=True)
    rebuilt = filled.db.path.with_name("archive.db.rebuilt.part")
    for ending in ("", "-wal", ".lock"):
        rebuilt.with_name(rebuilt.name + ending).write_text("half")
    found = look(filled)
    assert [one.problem.rpartition("/")[2].partition(" ")[2] for one in found] == [
        *["was left by something that was interrupted"] * 3,
        "ends with an unfinished record",
    ]
    mend(filled.db, found)
    assert look(filled) == []
    assert not list(filled.db.path.parent.glob("*.part*"))
    assert path.read_bytes() == data


def test_captures_that_are_damaged_missing_or_unknown(filled: Desk) -> None:
    (path,) = folder(filled).iterdir()
    data = path.read_bytes()
    (folder(filled) / "strange.warc.gz").write_bytes(data[:400])
    assert "strange.warc.gz: no capture in it is known to the database" in said(filled)
    (folder(filled) / "strange.warc.gz").unlink()

    offset = max(row["offset"] for row in filled.rows("captures"))
    broken = bytearray(data)
    broken[offset + 60 : offset + 90] = bytes(30)
    path.write_bytes(broken)
    assert f"captures: {path}: it is damaged after byte" in said(filled)
    assert look(filled)[0].remedy.startswith("restore it from a backup")
    path.unlink()
    assert said(filled) == f"captures: {path} is missing, with 4 captures"


@pytest.mark.parametrize("place", [0, 3, 60])
def test_a_damaged_place_costs_no_capture_but_its_own(filled: Desk, place: int) -> None:
    """Be it in the record, or in its first bytes, by which a reader knows that another one begins."""
    (path,) = folder(filled).iterdir()
    hit = filled.rows("captures")[1]
    broken = bytearray(path.read_bytes())
    broken[hit["offset"] + place] ^= 0xFF
    path.write_bytes(broken)
    assert said(filled).splitlines() == [
        f"captures: {path}: it is damaged after byte {hit['offset']}",
        f"captures: {path}: the capture of {hit['url']} at byte {hit['offset']} is not there",
    ]


def test_a_row_that_names_the_wrong_place(filled: Desk) -> None:
    spoil(
        filled,
        "UPDATE captures SET digest = 'sha256:0' WHERE id = 2",
        "UPDATE captures SET offset = 5 WHERE id = 3",
    )
    found = look(filled)
    assert [one.area for one in found] == ["captures", "captures"]
    assert "has another digest than its row" in found[0].problem
    assert "at byte 5 is not there" in found[1].problem


def test_what_was_to_be_forgotten_and_is_there_is_named(filled: Desk) -> None:
    (url, *_) = [row["url"] for row in filled.rows("articles")]
    with filled.db.transaction():
        remember(filled.db, "url", [url])
    (found,) = look(filled)
    assert found.problem == f"{url} was forgotten and is there: that was interrupted"
    assert found.remedy == f'series-archive forget "{url}"'


def test_a_forgetting_that_was_interrupted(filled: Desk) -> None:
    spoil(
        filled,
        "INSERT INTO forgotten (hash, kind, forgotten_at, state)"
        " VALUES ('1', 'url', '', 'begun'), ('2', 'url', '', 'deleted')",
    )
    found = look(filled)
    assert [one.remedy for one in found] == ["forget it again", "series-archive check --repair"]
    mend(filled.db, found)
    assert [row["state"] for row in filled.rows("forgotten")] == ["begun", "finished"]
