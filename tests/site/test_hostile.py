"""Nothing that a page of the web says acts on our pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.database import open_archive
from tests.site.conftest import Site
from tests.site.hostile import PAGES, make_hostile_archive, tables, tables_of, text_columns
from tests.site.seed import extraction_of, make_archive

WORDS = """
    articles.access articles.shown backfill_captures.state crawls.outcome fetches.outcome forgotten.kind
    forgotten.state health.verdict held.decision held.judgement held.kind near_misses.decision pages.state
    revisions.kind series_names.kind sketches.hashes sources.publish
"""
"""Columns that take some words alone, or numbers, or JSON that no page shows."""


@pytest.fixture(scope="module")
def hostile_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hostile_archive(tmp_path_factory.mktemp("hostile") / "archive.db")


@pytest.fixture(scope="module")
def hostile_site(hostile_path: Path) -> Iterator[Site]:
    site = Site(hostile_path)
    yield site
    site.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_field_is_text(hostile_site: Site, path: str) -> None:
    response = hostile_site.get(path)
    page = hostile_site.page(path, status=response.status_code)
    assert response.status_code in {200, 400, 404}
    assert not page.xpath("//script | //b[@*] | //img | //style | //@style | //@*[starts-with(name(), 'on')]")
    assert not page.xpath(
        "//@*[starts-with(., 'javascript')][name() != 'value' and name() != 'datetime' and name() != 'lang']"
    )
    for address in page.xpath("//@href | //@action | //@src"):
        assert address.startswith(("/", "#", "?", "https://", "http://"))
    assert "49" not in page.xpath("string(//h1)")
    assert "content-security-policy" in response.headers


def test_a_title_of_megabytes_makes_no_large_page(tmp_path: Path) -> None:
    home = "https://panel-and-frame.example/"
    title = "Rouge " * 500_000
    make_archive(tmp_path / "archive.db", [extraction_of(f"{home}1.html", title, ["Rouge, in short."])])
    site = Site(tmp_path / "archive.db")
    paths = ["/", "/articles", "/article/1", "/source/1", "/search?q=short"]
    if not hasattr(
        site.datasette, "set_resource_metadata"
    ):  # Datasette 1.0 has the label of a row in its HTML
        paths.append("/archive/articles")
    for path in paths:
        assert len(site.get(path).text) < 100_000, path
    assert len(site.json("/article/1.json")["title"]) > 2_900_000
    site.close()


def test_pages_stay_small(hostile_site: Site) -> None:
    """All of them, but those of a long text."""
    for path in PAGES:
        if "/article/" not in path:
            assert len(hostile_site.get(path).text) < 60_000, path


@pytest.mark.parametrize(
    "path", ["/article/1.json", "/article/2.json", "/article/3.json", "/articles.json", "/source/1.json"]
)
def test_data_is_data(hostile_site: Site, path: str) -> None:
    response = hostile_site.get(path)
    assert response.json()
    assert response.headers["content-type"].startswith("application/json")
    assert response.headers["x-content-type-options"] == "nosniff"


def test_datasettes_tables_are_text(hostile_site: Site, hostile_path: Path) -> None:
    db = open_archive(hostile_path, readonly=True)
    for path in tables(tables_of(db)):
        page = hostile_site.page(path)
        cells = page.xpath("//td | //*[@class='facet-results'] | //*[@class='page-header']")
        attacks = ".//script | .//img | .//b | .//iframe | .//svg | .//base | .//meta | .//style"
        assert not [cell for cell in cells if cell.xpath(attacks)], path
        assert not page.xpath("//a[starts-with(@href, 'javascript')]"), path
    db.close()


def test_no_column_is_forgotten(hostile_path: Path) -> None:
    """Every text that a table takes is an attack, but where the schema says which words it takes."""
    db = open_archive(hostile_path, readonly=True)
    kept = set()
    for table in tables_of(db):
        for column in text_columns(db, table):
            attack = f"SELECT 1 FROM {table} WHERE {column} LIKE '%<script>%' OR {column} LIKE '%gnol%'"
            if next(db.rows(attack), None) is None:
                kept.add(f"{table}.{column}")
    db.close()
    assert kept == set(WORDS.split())


def test_datasettes_pages_link_titles_safely(hostile_site: Site) -> None:
    page = hostile_site.page("/archive/articles?_col=title")
    assert not page.xpath("//td//script | //td//img | //td//b")
    assert len(page.xpath("//td[contains(@class, 'col-title')]/a[starts-with(@href, '/article/')]")) == 3


def test_the_attacks_are_in_the_archive(hostile_site: Site) -> None:
    """Else the tests above would pass on an empty archive."""
    assert "<script>" in hostile_site.json("/article/1.json")["title"]
    assert hostile_site.page("/article/1").xpath("//h1[contains(., '<script>')]")
