import json
import re
import sqlite3
import subprocess
import sys
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.text_index import rebuild, register_functions, verify
from archive.tokens import index_text, phrase
from tests.archive.conftest import HOME, LATER, Desk

JAPANESE = "『メタリックルージュ』の声優が語る。BONES制作の新作アニメ。"


def found(desk: Desk, query: str) -> int:
    """Search as the search field of Datasette's table page does."""
    sql = (
        "SELECT count(*) FROM articles WHERE id IN"
        " (SELECT rowid FROM articles_search WHERE articles_search MATCH escape_fts(?))"
    )
    return int(desk.db.execute(sql, [query]).fetchone()[0])


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("メタリックルージュ", 1),
        ("ルージュ", 1),
        ("ﾒﾀﾘｯｸﾙｰｼﾞｭ", 1),  # half width
        ("声優", 1),
        ("声", 1),
        ("優声", 0),
        ("BONES", 1),
        ("ＢＯＮＥＳ", 1),  # full width
        ("bones制作", 1),
        ('"声優が語る"', 1),
        ("声優 アニメ", 1),
        ("声優 映画", 0),
        ("zurich", 1),
        ("ZÜRICH", 1),
        ("애니", 1),
        ("메이션", 1),
        ('" unbalanced', 0),
        ('anime" OR (', 0),
        ("", 0),
        ('"', 0),
        ("...", 0),
        ("... 声優 ・", 1),
        ("声優 lang:en access:free before:2025", 1),
        ("声優 lang:ja", 0),
        ("声優 OR NOT", 0),
        ("(声優 映画) OR title:gesprach", 1),
    ],
)
def test_a_table_search_finds_what_people_type(desk: Desk, query: str, hits: int) -> None:
    desk.keep(f"{HOME}1", text=JAPANESE, title="Ein Gespräch in Zürich", tags=("애니메이션",))
    assert found(desk, query) == hits


def test_the_index_follows_the_article(desk: Desk) -> None:
    text = "Ada asks what the android of Metallic Rouge dreams of when she sleeps."
    desk.keep(f"{HOME}1", text=text)
    assert (found(desk, "dreams"), found(desk, "夢")) == (1, 0)
    desk.keep(f"{HOME}1", at=LATER, text=text.replace("dreams", "夢"), authors=("Ünal",))
    assert (found(desk, "dreams"), found(desk, "夢"), found(desk, "unal")) == (0, 1, 1)
    desk.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    desk.db.execute("DELETE FROM articles")
    assert found(desk, "夢") == 0
    desk.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")


def test_an_index_that_is_wrong_is_told_and_can_be_built_anew(desk: Desk) -> None:
    desk.keep(f"{HOME}1", text=JAPANESE)
    desk.keep(f"{HOME}2", published="2020-01-01", text="Ada dreams of Mars.")
    assert list(verify(desk.db.conn)) == []
    desk.db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    desk.db.execute("DELETE FROM search_entries WHERE article_id = 1")
    assert list(verify(desk.db.conn)) == [
        "Articles that the search index lacks: 1.",
        "The search index does not have the words of the articles.",
    ]
    desk.db.conn.commit()
    with desk.db.transaction():
        rebuild(desk.db.conn)
    assert list(verify(desk.db.conn)) == []
    assert (found(desk, "声優 lang:en"), found(desk, "dreams before:2021")) == (1, 1)


def test_a_sqlite_that_does_not_trust_schemas_can_search(desk: Desk) -> None:
    desk.keep(f"{HOME}1", text=JAPANESE)
    with closing(sqlite3.connect(desk.db.path)) as strict:
        strict.execute("PRAGMA trusted_schema = OFF")
        register_functions(strict)
        assert strict.execute("SELECT count(*) FROM articles_text WHERE text LIKE '% 声優 %'").fetchone()[0]


@given(st.text())
def test_the_index_has_the_text_and_only_spaces_more(text: str) -> None:
    indexed = index_text(text)
    assert indexed is not None
    assert indexed.replace(" ", "") == unicodedata.normalize("NFKC", text).replace(" ", "")


def test_nothing_stays_nothing() -> None:
    assert index_text(None) is None


@given(st.text())
def test_no_text_is_a_syntax_error(query: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        register_functions(db)
        db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 2')")
        db.execute("SELECT * FROM t WHERE t MATCH escape_fts(?)", [query]).fetchall()


@example("3話で", "3話")
@example("声3", "3声")  # what stands behind a text is not a part of it
@given(st.text(alphabet="ab3声優話ー・。 '", max_size=12), st.text(alphabet="ab3声優話・“-", max_size=4))
def test_what_stands_in_a_text_is_found_in_it_and_nothing_else(text: str, typed: str) -> None:
    query = phrase(typed)
    if not query:
        return
    with closing(sqlite3.connect(":memory:")) as db:
        register_functions(db)
        db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 2')")
        db.execute("INSERT INTO t VALUES (search_text(?))", [text])
        (hits,) = db.execute("SELECT count(*) FROM t WHERE t MATCH ?", [query]).fetchone()
    assert bool(hits) is (spelled(typed) in spelled(text)), query


def spelled(text: str) -> str:
    """Give words and CJK characters, with a space around each."""
    return f" {' '.join(re.findall('[ab3]+|[声優話ー]', text))} "


def test_sqlite_utils_knows_our_functions(desk: Desk) -> None:
    desk.keep(f"{HOME}1", text=JAPANESE)
    done = subprocess.run(
        [
            Path(sys.executable).with_name("sqlite-utils"),
            "query",
            desk.db.path,
            "SELECT text FROM articles WHERE id IN"
            " (SELECT rowid FROM articles_search WHERE articles_search MATCH escape_fts('声優 lang:en'))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)[0]["text"] == JAPANESE
