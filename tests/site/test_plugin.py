"""How the archive and Datasette share one web site."""

import shutil
import sqlite3
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from archive.database import open_archive
from archive.site.archives import find_archives
from archive.site.tables import load_tables
from tests.site.conftest import OpenSite, Site, text_of
from tests.site.seed import make_archive


@pytest.fixture
def other_database(tmp_path: Path) -> Path:
    """A database that is no archive."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE plants (id INTEGER PRIMARY KEY, name TEXT)")
        conn.execute("INSERT INTO plants (name) VALUES ('fern')")
        conn.execute("CREATE VIRTUAL TABLE plants_fts USING fts5(name, content='plants')")
        conn.execute("INSERT INTO plants_fts (plants_fts) VALUES ('rebuild')")
    conn.close()
    return path


def test_without_an_archive_datasette_is_as_it_was(open_site: OpenSite, other_database: Path) -> None:
    site = open_site(other_database)
    front = site.get("/")
    assert "other" in front.text
    assert "series-archive" not in front.text
    assert "content-security-policy" not in front.headers
    assert site.get("/article/1").status_code == 404
    assert len(site.json("/other/plants.json?_shape=array&_search=fern")) == 1


def test_the_first_archive_is_shown_and_the_rest_stays_reachable(
    open_site: OpenSite, other_database: Path, archive_path: Path, tmp_path: Path
) -> None:
    second = make_archive(tmp_path / "second" / "second.db", ())
    site = open_site(other_database, archive_path, second)
    assert "30 articles" in text_of(site.page("/").xpath("//main")[0])
    assert len(site.json("/other/plants.json?_shape=array&_search=fern")) == 1
    for database in ("other", "archive", "second"):
        assert f'href="/{database}"' in site.get("/-/").text


def test_datasettes_pages_are_one_click_away_and_lead_back(site: Site) -> None:
    links = site.page("/").xpath("//a/@href")
    assert "/archive" in links
    assert "/-/" in links
    assert site.json("/-/.json")
    tables = site.page("/archive").xpath("//a/@href")
    assert "/archive/articles" in tables
    assert "/" in tables
    titles = site.page("/archive/articles?_sort=id&_size=1").xpath(
        "//td[contains(@class, 'col-title')]//a/@href"
    )
    assert titles == ["/article/1"]


def test_search_of_the_table_page_finds_japanese_and_takes_any_text(site: Site) -> None:
    found = site.json(f"/archive/articles.json?_shape=array&_search={quote('声優')}")
    assert len(found) == 5
    for text in ('"a', "a OR", "NEAR(", "*", "'", "声優 -"):
        assert site.get(f"/archive/articles.json?_shape=array&_search={quote(text)}").status_code == 200


def test_every_table_and_column_is_described(archive_path: Path, site: Site) -> None:
    db = open_archive(archive_path, readonly=True)
    schema = {
        table.name: set(table.columns_dict)
        for table in [*db.tables, *(db[name] for name in db.view_names())]
        if table.name == "articles_fts_words" or not table.name.startswith(("articles_fts", "sqlite_"))
    }
    described = load_tables()
    assert {name: set(facts["columns"]) for name, facts in described.items()} == schema
    indexed = {name: {index.columns[0] for index in db.table(name).indexes} for name in db.table_names()}
    for name, facts in described.items():
        assert facts["description"]
        assert all(facts["columns"].values())
        assert set(facts.get("facets", ())) <= indexed.get(name, set()), "a facet without an index is slow"
        if "label_column" in facts:
            assert facts["label_column"] in schema[name]
    db.close()
    page = site.page("/archive/articles")
    assert "Why it is in the archive, in one sentence." in page.text_content() or page.xpath(
        "//@data-column-description[contains(., 'Why it is in the archive')]"
    )
    assert described["articles"]["description"] in page.text_content()


def test_labels_stand_for_numbers(site: Site) -> None:
    cells = site.page("/archive/articles?_size=1&_sort=id").xpath("//td[contains(@class, 'col-source_id')]")
    assert "Panel & Frame" in text_of(cells[0])


def test_the_users_own_words_on_a_table_win(open_site: OpenSite, archive_path: Path) -> None:
    metadata = {"databases": {"archive": {"tables": {"articles": {"description": "Mine."}}}}}
    page = open_site(archive_path, metadata=metadata).page("/archive/articles")
    assert "Mine." in page.text_content()
    assert load_tables()["articles"]["description"] not in page.text_content()
    assert "Mine." not in open_site(archive_path).page("/archive/articles").text_content()


@pytest.mark.parametrize(
    "path", ["/", "/articles.json", "/article/1", "/article/1.json", "/source/1", "/search?q=Mars"]
)
def test_who_may_not_see_the_tables_sees_no_page(open_site: OpenSite, archive_path: Path, path: str) -> None:
    for denied in ({"databases": {"archive": {"allow": {"id": "ada"}}}}, {"allow": {"id": "ada"}}):
        response = open_site(archive_path, metadata=denied).get(path)
        assert response.status_code == 403
        assert "Metallic" not in response.text


def test_a_missing_page_tells_nobody_what_the_archive_is(open_site: OpenSite, archive_path: Path) -> None:
    response = open_site(archive_path, metadata={"allow": {"id": "ada"}}).get("/nothing")
    assert response.status_code in {403, 404}
    assert "Metallic" not in response.text


def test_a_missing_page_prints_no_traceback(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.get("/nothing").status_code == 404
    assert site.get("/archive/nothing.json").json()["error"].startswith("Table not found")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_under_another_address_all_links_stay_below_it(open_site: OpenSite, archive_path: Path) -> None:
    site = open_site(archive_path, settings={"base_url": "/press/"})
    for path in ("/", "/article/1", "/articles", "/source/1", "/search?q=Mars", "/nothing"):
        page = site.page(path, status=404 if path == "/nothing" else 200)
        addresses = page.xpath("//a/@href | //link/@href | //form/@action")
        inner = [address for address in addresses if not address.startswith(("http", "#", "?"))]
        assert inner
        assert all(address.startswith("/press/") for address in inner)
        for address in page.xpath("//link[@rel='alternate']/@href"):
            assert site.get(address.removeprefix("/press")).status_code == 200


def test_a_file_that_is_no_database_is_no_archive(
    open_site: OpenSite, archive_path: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_text("not a database at all " * 100)
    site = open_site(broken, archive_path)
    assert find_archives(site.datasette) == [site.datasette.databases["archive"]]


def test_reads_while_a_crawl_writes(open_site: OpenSite, archive_path: Path) -> None:
    site = open_site(archive_path)
    writing, stop = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            db = open_archive(archive_path)
            while not stop.is_set():
                with db.transaction():
                    db.execute("UPDATE articles SET dated = '2023-05-05T00:00:00Z' WHERE id = 1")
                    writing.set()
                    db.execute("UPDATE articles SET dated = '2024-01-11T09:30:00Z' WHERE id = 1")
            db.close()
        except BaseException as error:
            failures.append(error)
            writing.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert writing.wait(30)
        for path in ("/", "/article/1", "/articles", "/source/1", "/search?q=Mars", "/archive/articles") * 3:
            assert site.get(path).status_code == 200
            assert site.json("/articles.json?dated=2023")["articles"] == []
    finally:
        stop.set()
        writer.join()
    assert failures == []


def test_a_page_that_takes_too_long_is_given_up(open_site: OpenSite, archive_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    with sqlite3.connect(archive_path) as conn:
        conn.execute("DROP TABLE coverage")
        conn.execute(
            f"CREATE VIEW coverage AS {endless} SELECT i AS month, 1 AS source_id, 1 AS articles FROM n"
        )
    conn.close()
    page = open_site(archive_path, settings={"sql_time_limit_ms": 300}).page("/", status=503)
    assert text_of(page.xpath("//h1")[0]) == "That took too long"


def test_the_archive_travels_as_one_file(open_site: OpenSite, archive_path: Path, tmp_path: Path) -> None:
    """A copy without its captures, under another name, is the same site."""
    copy = Path(shutil.copy(archive_path, tmp_path / "press copy.db"))
    site = open_site(copy)
    site.page("/article/1")
    assert site.page("/").xpath("//a[contains(@href, 'press~20copy') or contains(@href, 'press+copy')]")
