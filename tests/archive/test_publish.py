"""A copy for the public: what is in it, what is not, and how it is put in its place."""

import fcntl
import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.database import open_archive
from archive.errors import ArchiveBusyError, ArchiveError
from archive.export import read_records
from archive.forget import forget, plan_to_forget
from archive.models import Candidate, PageState, RemovedBlock, Witness
from archive.publish import database, folder, make_public
from archive.publish.excerpts import WORDS, excerpt, shorten
from archive.search import search
from archive.text_index import verify
from archive.tokens import count_words
from tests.archive.conftest import HOME, LATER, Desk

PUBLIC = {
    "about", "series", "series_names", "sources", "articles", "revisions", "removed_blocks", "mentions",
    "authors", "article_authors", "clusters", "cluster_articles",
}  # fmt: skip
"""Tables of which something is published; of every other one nothing is."""
PRIVATE_COLUMNS = {"sources": ["rest_until", "looked_at"], "revisions": ["witnesses"]}
COUNTED = {"coverage", "people", "search_entries"}
"""What the copy counts and indexes for itself."""
SITES = {"full": "http://127.0.0.2/", "excerpt": HOME, "metadata": "http://127.0.0.3/"}


def word(place: str) -> str:
    """Give a word that stands nowhere else, and shares no beginning with another one.

    A full-text index stores of a word only what differs from the one before.
    """
    return "".join(chr(ord("a") + byte % 26) for byte in hashlib.sha256(place.encode()).digest()[:16])


def leaks(path: Path, words: dict[str, str]) -> list[str]:
    """Give the places whose word, but for its first letters, stands somewhere in a file."""
    content = path.read_bytes().lower()
    return [place for place, one in words.items() if one[4:].encode() in content]


def long(place: str) -> str:
    """Give a text whose beginning is public in an excerpt, and whose end has the word of a place."""
    return f"The rain keeps falling on Mars. {'Nobody in the audience knows it yet. ' * 60}\n\n{word(place)}"


@pytest.fixture
def press(desk: Desk) -> Desk:
    """One article of each kind of source, with words that tell where they come from."""
    sources = desk.frontier.register_sources(list(SITES.items()))
    for name, home in SITES.items():
        desk.source = sources[name]
        url = f"{home}{name}"
        desk.keep(url, text=long(f"{name} old"), html=f"<p>{word(f'{name} old html')}</p>", title="Old")
        desk.find(Candidate(url, title=word(f"{name} hint"), excerpt=word(f"{name} hint excerpt")))
        desk.keep(
            url,
            at=LATER,
            title=f"Title {word(f'{name} title')}",
            standfirst=f"{'A theatre ' * 40}{word(f'{name} standfirst')}",
            text=long(f"{name} text"),
            html=f"<p>{word(f'{name} html')}</p>",
            access_evidence=(word(f"{name} evidence"),),
            removed=(RemovedBlock("ad", "asks to buy", word(f"{name} removed"), 1),),
            witnesses=(Witness("title", "meta", word(f"{name} witness")),),
        )
    for table, kind in (("mentions", "passage"), ("cluster_articles", "shared")):
        for name, home in SITES.items():
            desk.db.execute(
                f"UPDATE {table} SET passage = ? WHERE article_id = (SELECT id FROM articles WHERE url = ?)",
                [word(f"{name} {kind}"), f"{home}{name}"],
            )
    return desk


def published(desk: Desk, path: Path) -> Path:
    target = path / "copy.db"
    make_public(desk.db, target, title="The press", policies={name: name for name in SITES})
    return target


def plant(path: Path) -> dict[str, str]:
    """Put a word into every text of every private table and column; give them by their place."""
    planted: dict[str, str] = {}
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        tables = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "_sqlite", "articles_fts"))
        ]
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        for table in tables:
            columns = db.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
            texts = [name for name, kind in columns if kind == "TEXT"]
            if table in PUBLIC:
                private = PRIVATE_COLUMNS.get(table, [])
                for name in private:
                    planted[f"{table}.{name}"] = word(f"{table}.{name}")
                    db.execute(f"UPDATE {table} SET {name} = ?", [planted[f"{table}.{name}"]])
            elif table not in COUNTED:
                row = [word(f"{table}.{name}") if name in texts else 987654 for name, _ in columns]
                planted |= {f"{table}.{name}": word(f"{table}.{name}") for name in texts}
                db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        db.commit()
    return planted


def test_nothing_private_is_in_the_bytes_of_the_copy(press: Desk, tmp_path: Path) -> None:
    planted = plant(press.db.path)
    assert len(planted) > 60
    assert leaks(press.db.path.with_name("archive.db-wal"), planted) == list(planted)
    copy = published(press, tmp_path)
    assert leaks(copy, planted) == []
    assert not list(copy.parent.glob("copy.db-*"))


def test_of_an_article_there_is_what_its_source_allows(press: Desk, tmp_path: Path) -> None:
    copy = published(press, tmp_path)
    kinds: tuple[str, ...] = (
        "title",
        "text",
        "html",
        "standfirst",
        "evidence",
        "removed",
        "passage",
        "shared",
        "witness",
        "hint",
    )
    kinds += ("hint excerpt", "old", "old html")
    places = {f"{name} {kind}": word(f"{name} {kind}") for name in SITES for kind in kinds}
    shown = ("title", "text", "html", "standfirst", "evidence", "removed", "passage", "shared")
    assert leaks(copy, places) == [
        *(f"full {kind}" for kind in shown),
        "excerpt title",
        "metadata title",
    ]


def test_an_excerpt_is_the_beginning(press: Desk, tmp_path: Path) -> None:
    with closing(open_archive(published(press, tmp_path), readonly=True)) as db:
        by_name = {record["source"]["name"]: record for record in read_records(db)}
    whole, part, none = (by_name[name] for name in ("full", "excerpt", "metadata"))
    assert [one["shown"] for one in (whole, part, none)] == ["full", "excerpt", "metadata"]
    assert part["text"].startswith("The rain keeps falling on Mars. Nobody")
    assert part["text"].endswith(" …")
    assert part["html"] == f"<p>{part['text']}</p>"
    assert count_words(part["text"]) == WORDS + 1
    assert part["words"] == whole["words"] > 400
    assert (none["text"], none["html"], none["standfirst"]) == ("", "", None)
    assert none["authors"] == ["Ada Quill", "Ben Marrow"]
    assert none["relevance"]["mentions"][0]["name"] == "Metallic Rouge"


def test_the_search_finds_what_is_shown_and_no_more(press: Desk, tmp_path: Path) -> None:
    with closing(open_archive(published(press, tmp_path))) as db:
        assert not list(verify(db.conn))
        assert len(search(db.conn, "falling").hits) == 2
        assert len(search(db.conn, word("full text")).hits) == 1
        assert not search(db.conn, word("excerpt text")).hits
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA freelist_count").fetchone()[0] == 0
        assert db.execute("SELECT sum(articles) FROM coverage").fetchone()[0] == 3


def test_what_was_taken_down_or_is_reserved_is_metadata(press: Desk, tmp_path: Path) -> None:
    press.source = press.frontier.register_sources(list(SITES.items()))["full"]
    press.note(f"{SITES['full']}full", PageState.GONE, status=410, at=LATER)
    press.keep(f"{SITES['full']}other", text=long("reserved"), reserved=("noarchive (meta robots)",))
    copy = published(press, tmp_path)
    places = {name: word(name) for name in ("full text", "full html", "full removed", "reserved")}
    assert leaks(copy, places) == []
    with closing(open_archive(copy, readonly=True)) as db:
        gone = next(one for one in read_records(db) if one["gone_at"])
    assert (gone["shown"], gone["source"]["publish"]) == ("metadata", "full")


def test_what_was_forgotten_is_in_no_later_copy(press: Desk, tmp_path: Path) -> None:
    target = tmp_path / "public"
    allow = dict.fromkeys(SITES, "full")
    folder.publish(press.db, target, title="The press", policies=allow)
    places = {"title": word("full title"), "text": word("full text")}
    assert leaks(target / "archive.db", places) == ["title", "text"]
    captures = press.db.path.parent / "captures"
    forget(press.db, captures, plan_to_forget(press.db, captures, f"{SITES['full']}full"))
    assert folder.publish(press.db, target, title="The press", policies=allow).articles == 2
    assert leaks(target / "archive.db", places) == []


def test_a_source_that_is_configured_no_more_keeps_what_was_allowed(press: Desk, tmp_path: Path) -> None:
    press.frontier.register_publish({"full": "full"})
    made = make_public(press.db, tmp_path / "copy.db", title="", policies={"metadata": "metadata"})
    assert (made.full, made.excerpt, made.metadata) == (1, 1, 1)


def test_the_folder_has_what_puts_it_online(press: Desk, tmp_path: Path) -> None:
    target = tmp_path / "new" / "public"
    folder.publish(press.db, target, title="Cels & <Robots> $5", policies={})
    assert {path.name for path in target.iterdir()} == {
        "archive.db",
        "metadata.json",
        "Dockerfile",
        "README.md",
    }
    assert "Cels & <Robots> $5" in (target / "README.md").read_text()
    assert "$" not in (target / "Dockerfile").read_text().replace("${PORT:-8001}", "")


def test_a_failure_leaves_the_copy_that_was_there(
    press: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "public"
    folder.publish(press.db, target, title="The press", policies={})
    (target / "CNAME").write_text("press.example.org")
    (target / folder._PART).write_text("left by a run that was killed")
    before = {path.name: path.read_bytes() for path in target.iterdir() if path.name != folder._PART}

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(database, "_fill", fail)
    with pytest.raises(KeyboardInterrupt):
        folder.publish(press.db, target, title="Another", policies={})
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    monkeypatch.undo()
    folder.publish(press.db, target, title="Another", policies={})
    assert "Another" in (target / "metadata.json").read_text()
    assert (target / "CNAME").exists()


def test_a_reader_of_the_old_copy_goes_on(press: Desk, tmp_path: Path) -> None:
    target = tmp_path / "public"
    folder.publish(press.db, target, title="The press", policies={})
    with closing(sqlite3.connect(target / "archive.db")) as reader:
        assert reader.execute("SELECT title FROM about").fetchone() == ("The press",)
        folder.publish(press.db, target, title="Another", policies={})
        assert reader.execute("SELECT title FROM about").fetchone() == ("The press",)


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ("archive.db", "no copy for the public"),
        ("Dockerfile", "not ours to replace"),
        ("metadata.json", "not ours"),
    ],
)
def test_what_is_not_ours_is_not_replaced(press: Desk, tmp_path: Path, there: str, told: str) -> None:
    target = tmp_path / "site"
    target.mkdir()
    (target / there).write_text("somebody else's")
    with pytest.raises(ArchiveError, match=told):
        folder.publish(press.db, target, title="", policies={})
    assert (target / there).read_text() == "somebody else's"
    with pytest.raises(ArchiveError, match="no copy for the public"):
        folder.publish(press.db, press.db.path.parent, title="", policies={})
    assert press.db.execute("SELECT count(*) FROM articles").fetchone()[0] == 3


def test_two_runs_do_not_publish_at_once(press: Desk, tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(ArchiveBusyError, match="another run"):
        folder.publish(press.db, tmp_path, title="", policies={})
    os.close(descriptor)


def test_a_copy_that_could_not_see_what_the_owner_wrote_meanwhile_is_none(
    press: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.db.close()
    monkeypatch.setattr("archive.database.is_writable", lambda path: path != press.db.path)

    def write_as_owner(_: int) -> None:
        with closing(open_archive(press.db.path)) as owner, owner.transaction():
            owner.execute("UPDATE articles SET title = 'Written meanwhile'")

    with (
        pytest.raises(ArchiveError, match="was written to by its owner while it was read"),
        closing(open_archive(press.db.path, readonly=True)) as reader,
    ):
        folder.publish(reader, tmp_path / "public", title="Press", policies={}, watch=write_as_owner)
    assert list((tmp_path / "public").iterdir()) == []


def test_a_crawl_may_write_meanwhile(press: Desk, tmp_path: Path) -> None:
    with closing(open_archive(press.db.path, readonly=True)) as reader:
        seen: list[int] = []

        def watch(done: int) -> None:
            press.source = press.frontier.register_sources(list(SITES.items()))["full"]
            press.keep(f"{SITES['full']}late{done}")
            seen.append(done)

        made = make_public(reader, tmp_path / "copy.db", title="", policies={}, watch=watch)
    assert (seen, made.articles) == ([3], 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("One two three.", ""),
        ("a b c d e f g h", "a b …"),
        ("星空の下で歌う", "星 …"),
        ("x" * 10_000, ""),
        ("one two three four five six seven eight " + "x" * 10_000, "one two …"),
    ],
)
def test_excerpts(text: str, expected: str) -> None:
    assert excerpt(text, count_words(text)) == expected


def test_a_short_standfirst_stays_whole() -> None:
    assert shorten("A theatre on Mars.") == "A theatre on Mars."
    assert shorten(f"word {'x' * 900}") == "word …"
