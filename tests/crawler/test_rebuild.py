"""A database that is lost is made anew from the captures: the same articles, with their revisions."""

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveError
from crawler.config import load_config
from crawler.rebuild import rebuild
from tests.crawler.conftest import Archive
from tests.web import SERIES, Answer, Web, article, source, write_config

ROOT = Path(__file__).parents[2]


def content(archive: Archive) -> dict[str, list[tuple[Any, ...]]]:
    """Give what a rebuilt archive has in common with the first one."""
    return {
        "articles": archive.rows(
            "SELECT url, title, text, authors, published, access, words, relevance FROM articles ORDER BY url"
        ),
        "revisions": archive.rows(
            "SELECT url, number, kind, revisions.title, revisions.text, seen_at, changed FROM revisions"
            " JOIN articles ON articles.id = article_id ORDER BY url, number"
        ),
        "pages": archive.rows("SELECT url, state, status, etag, digest FROM pages ORDER BY url"),
        "removed": archive.rows("SELECT rule, text FROM removed_blocks ORDER BY rule, text"),
        "mentions": archive.rows("SELECT name, field, count FROM mentions ORDER BY 1, 2, 3"),
        "captures": archive.rows(
            "SELECT captures.url, file, offset, length, digest, original_id IS NULL FROM captures"
            " ORDER BY file, offset"
        ),
        "fetches": archive.rows("SELECT url, fetched_at, status, outcome FROM fetches ORDER BY 1, 2, 3, 4"),
    }


@pytest.fixture
def lived(site: Web, archive: Archive) -> Archive:
    """An archive that has seen edits, redirects, errors, the same bodies again, and an end."""
    site.publish("one", "two", "bridge", "short", "gone", "broken", "twin")
    site["/bridge"] = article("The bridge", about=False)
    site["/short"] = Answer("", 302, headers={"Location": "/landing"})
    site["/landing"] = Answer(article("landing", "It lies elsewhere."))
    site["/broken"] = Answer("broken", 500)
    archive.crawl()
    archive.make_due()
    site["/one"] = Answer(article("one, edited", "There is more to say now."), etag='"new"')
    site["/gone"] = Answer("gone", 410)
    site["/broken"] = Answer(article("broken", "It works again."))
    archive.crawl()
    archive.make_due()
    site["/one"] = Answer(article("one, edited again", "There is even more to say now."), etag='"newer"')
    archive.crawl()
    return archive


def test_a_lost_database_is_made_anew(lived: Archive) -> None:
    before = content(lived)
    assert len(before["articles"]) >= 5
    assert len(before["revisions"]) > len(before["articles"])
    path = lived.config.parent / "archive.db"
    path.unlink()
    made = rebuild(load_config(lived.config))
    assert (made.before, made.aside, made.remembered) == (None, None, True)
    assert made.articles == len(before["articles"])
    after = content(lived)
    for name in before:
        assert after[name] == before[name], name
    assert lived.rows("PRAGMA integrity_check") == [("ok",)]
    assert not list(lived.config.parent.glob("*.part*"))


def test_the_old_database_is_kept_and_what_was_forgotten_stays_so(lived: Archive, site: Web) -> None:
    assert lived.command("forget", f"{site.home}/two", "--yes").returncode == 0
    before = content(lived)
    database = lived.config.parent / "archive.db"
    database.chmod(0o660)
    done = lived.command("rebuild", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["articles"] == told["articles_before"] == len(before["articles"])
    assert Path(told["kept_aside"]).is_file()
    assert database.stat().st_mode & 0o777 == 0o660
    assert content(lived)["articles"] == before["articles"]
    assert lived.rows("SELECT count(*) > 0 FROM forgotten") == [(1,)]
    site.asked.clear()
    lived.crawl()
    assert "/two" not in site.paths()


def test_an_article_comes_back_though_it_declares_the_address_of_what_was_forgotten(
    site: Web, archive: Archive
) -> None:
    prose = "".join(
        f"<p>In chapter {number} the cooks of {SERIES} open another tavern, with lanterns, with noodles, and"
        f" with a cat that nobody had asked to dinner, which stays for {number} days.</p>"
        for number in range(5)
    )
    declaring = (
        f"<html lang='en'><head><title>Two</title><link rel='canonical' href='{site.home}/one'></head>"
        f"<body><main><article><h1>Two</h1>{prose}</article></main></body></html>"
    )
    site.publish("one", "two", "three")
    site["/two"] = declaring
    archive.crawl()
    archive.command("forget", f"{site.home}/one", "--yes")
    site.publish("two", "three", "four")
    site["/two"] = site["/four"] = declaring
    archive.crawl()
    two = [(f"{site.home}/{name}",) for name in ("three", "two")]
    assert archive.rows("SELECT url FROM articles ORDER BY url") == two
    done = archive.command("rebuild")
    assert (done.returncode, done.stderr) == (0, "")
    assert archive.rows("SELECT url FROM articles ORDER BY url") == two


def test_an_article_that_is_not_in_the_new_database_is_named(site: Web, archive: Archive) -> None:
    site.publish("one", "two")
    site["/two"] = article("two", about=False).replace("the harbour bridge", "Harbour Bridge")
    archive.crawl()
    archive.config.write_text(archive.config.read_text().replace(SERIES, "Harbour Bridge"))
    done = archive.command("rebuild")
    assert done.returncode == 0
    assert "1 articles (before: 1)" in done.stdout
    assert done.stderr == f"series-archive: {site.home}/one was an article and is none now\n"


def test_a_database_that_cannot_be_read_is_no_obstacle(lived: Archive) -> None:
    before = content(lived)
    path = lived.config.parent / "archive.db"
    path.write_bytes(b"not a database any more" * 500)
    made = rebuild(load_config(lived.config))
    assert not made.remembered
    assert made.aside
    assert content(lived)["articles"] == before["articles"]


def test_a_damaged_file_costs_only_what_is_in_it(lived: Archive, site: Web) -> None:
    (path,) = (lived.config.parent / "captures").iterdir()
    before = len(lived.rows("SELECT 1 FROM captures"))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(data)
    made = rebuild(load_config(lived.config))
    assert len(made.replayed.damaged) == 1
    assert "is damaged after byte" in made.replayed.damaged[0]
    assert made.replayed.pages + made.replayed.others >= before - 2


def test_captures_that_are_missing_are_not_lost_to_the_database_too(lived: Archive) -> None:
    before = content(lived)
    captures = lived.config.parent / "captures"
    (path,) = captures.iterdir()
    path.rename(captures.with_name("away"))
    with pytest.raises(ArchiveError, match=rf"{path.name} is missing, and a new database would lack its \d+"):
        rebuild(load_config(lived.config))
    assert content(lived) == before
    lived.config.with_name("archive.db").rename(captures.with_name("old.db"))
    assert rebuild(load_config(lived.config)).articles == 0


def test_captures_of_the_first_release_are_read_as_well(tmp_path: Path) -> None:
    with tarfile.open(ROOT / "tests/archive/released/0.1.0.tar.gz") as packed:
        packed.extractall(tmp_path, filter="data")
    archive = Archive(tmp_path / "archive.toml")
    query = "SELECT title, text FROM articles ORDER BY title"
    before = archive.rows(query)
    states = archive.rows("SELECT url, state FROM pages ORDER BY url")
    made = rebuild(load_config(archive.config))
    assert archive.rows(query) == before
    assert made.revisions == 4
    assert dict(archive.rows("SELECT url, state FROM pages")) == dict(states)


def test_an_article_on_several_pages(site: Web, archive: Archive) -> None:
    site.publish("long")
    first = article("A long one", f"The first page of {SERIES}.").replace(
        "</article>",
        '</article><nav class="pagination"><a rel="next" href="/long?page=2">Next page</a></nav>',
    )
    site["/long"] = first
    site["/long?page=2"] = article("A long one", "The second page goes on.")
    archive.crawl()
    before = content(archive)
    assert "/long?page=2" in site.paths()
    shutil.move(archive.config.parent / "archive.db", archive.config.parent / "old.db")
    rebuild(load_config(archive.config))
    assert content(archive)["articles"] == before["articles"]
    assert content(archive)["pages"] == before["pages"]


def test_two_archives_become_one(tmp_path: Path) -> None:
    both = Archive(write_config(tmp_path))
    queries = {name: f"SELECT {name} FROM articles ORDER BY 1" for name in ("url", "text")}
    parts: dict[str, list[tuple[Any, ...]]] = {"url": [], "text": []}
    sources = []
    (tmp_path / "captures").mkdir()
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Web() as web:
            web.publish(f"only-{number}", "shared")
            sources.append(source(f"Site {number}", web.home))
            one = Archive(write_config(folder, sources[-1]))
            one.crawl()
        for name, query in queries.items():
            parts[name] += one.rows(query)
        (path,) = (folder / "captures").iterdir()  # made in the same second, so their names may be the same
        shutil.copy(path, tmp_path / "captures" / path.name.replace("00001", f"0000{number + 1}"))
    write_config(tmp_path, *sources)
    made = rebuild(load_config(both.config))
    assert made.articles == 4
    for name, query in queries.items():
        assert sorted(both.rows(query)) == sorted(parts[name])


def test_what_the_other_archive_has_forgotten_stays_so_in_both(
    site: Web, archive: Archive, tmp_path: Path
) -> None:
    site.publish("one", "two")
    archive.crawl()
    (tmp_path / "other").mkdir()
    other = Archive(Path(shutil.copy(archive.config, tmp_path / "other")))
    other.crawl()
    other.command("forget", f"{site.home}/one", "--yes")
    shutil.copy(tmp_path / "other/archive.db", tmp_path / "archive.db.before-merge")
    assert rebuild(load_config(archive.config)).lacking == (f"{site.home}/one",)
    assert archive.rows("SELECT url FROM articles") == [(f"{site.home}/two",)]


def test_a_crawl_does_not_begin_anew_beside_the_captures_of_a_lost_database(lived: Archive) -> None:
    database = lived.config.with_name("archive.db")
    database.unlink()
    with pytest.raises(
        ArchiveError, match=r"archive\.db is missing, and .*captures has captures: make it of them"
    ):
        lived.crawl()
    assert not database.exists()
    assert rebuild(load_config(lived.config)).articles
    assert lived.crawl().outcome == "finished"
