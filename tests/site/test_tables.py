"""What Datasette's own pages make of our tables: cells in words, and questions that are answered by SQL."""

from pathlib import Path

import pytest
from lxml import html

from archive.database import open_archive
from archive.site.cells import show_cell
from archive.site.questions import load_questions
from tests.site.conftest import OpenSite, Site, text_of


def cells(site: Site, path: str, column: str) -> list[html.HtmlElement]:
    return list(site.page(path).xpath(f"//td[contains(concat(' ', @class, ' '), ' col-{column} ')]"))


def test_cells_of_the_tables_are_for_people(site: Site) -> None:
    path = "/archive/articles?_sort=id&_size=1"
    (address,) = cells(site, path, "url")
    assert address.xpath("a/@rel") == ["noopener noreferrer nofollow"]
    (published,) = cells(site, path, "published")
    assert text_of(published) == "11 January 2024, 09:30 UTC"
    assert published.xpath("time/@title") == ["2024-01-11T09:30:00+00:00"]
    assert text_of(cells(site, path, "access")[0]) == "Metered"
    (article,) = cells(site, "/archive/revisions?_sort=id&_size=1", "article_id")
    assert article.xpath("a/@href") == ["/article/1"]
    assert text_of(article).startswith("Metallic Rouge begins with rain")


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ("javascript:alert(1)", "url"),
        ("soon", "published"),
        ("2024-01-11<script>", "published"),
        ("nowhere", "access"),
        ("x", "article_id"),
        (None, "url"),
        (b"\x00", "url"),
        ("https://a.example/", "reason"),
    ],
)
def test_what_is_not_what_a_column_holds_is_left_to_datasette(value: object, column: str) -> None:
    assert show_cell(value, column, "/article/") is None


def test_a_cell_escapes_what_it_shows() -> None:
    shown = show_cell('https://a.example/"><script>', "url", "/article/")
    assert shown is not None
    assert "<script>" not in shown
    label = show_cell({"value": 3, "label": "<b>x</b>"}, "article_id", "/article/")
    assert label == '<a href="/article/3">&lt;b&gt;x&lt;/b&gt;</a>'


@pytest.mark.parametrize("name", load_questions())
def test_every_question_is_answered(site: Site, name: str) -> None:
    answer = site.json(f"/archive/{name}.json?_shape=objects")
    assert answer["ok"]
    page = site.page(f"/archive/{name}")
    assert load_questions()[name]["title"] in page.text_content()


def test_questions_have_the_right_answers(site: Site) -> None:
    def rows(name: str) -> list[dict[str, object]]:
        return list(site.json(f"/archive/{name}.json?_shape=array"))

    covering = rows("who_covers_the_series")
    assert sum(row["articles"] for row in covering) == 30  # type: ignore[misc]
    (changed,) = rows("headlines_that_changed")
    assert changed["headline"] == f"{changed['headline_before']} (updated)"
    (edited,) = rows("what_was_edited_most")
    assert (edited["article_id"], edited["edits"]) == (1, 1)
    removed = rows("what_is_removed_most")
    assert {row["rule"] for row in removed} == {"affiliate-note", "newsletter", "related"}
    assert {row["blocks"] for row in removed} == {31}
    writers = rows("who_writes_about_it")
    assert writers[0]["articles"] == 9
    walls = {row["source"]: row for row in rows("what_is_behind_a_wall")}
    assert walls["Panel & Frame"]["paywalled"] == walls["Panel & Frame"]["cut_off"] == 3


def test_questions_stand_on_the_page_of_the_data(site: Site) -> None:
    links = {str(link).partition("?")[0] for link in site.page("/archive").xpath("//a/@href")}
    of_the_data = [name for name in load_questions() if f"/archive/{name}" in links]
    assert len(of_the_data) == len(load_questions()) or len(of_the_data) >= 5  # Datasette 1.0 shows a few
    assert all(site.get(f"/archive/{name}").status_code == 200 for name in load_questions())


def test_what_vanished_and_the_longest_interview_are_found(open_site: OpenSite, archive_path: Path) -> None:
    db = open_archive(archive_path)
    with db.transaction():
        db.execute("UPDATE articles SET gone_at = '2026-03-05T00:00:00Z' WHERE id = 4")
        db.execute("UPDATE articles SET title = 'An interview' WHERE id IN (5, 6)")
        db.execute("UPDATE articles SET words = 9000 WHERE id = 6")
    db.close()
    site = open_site(archive_path)
    gone = site.json("/archive/what_vanished.json?_shape=array")
    assert [row["article_id"] for row in gone] == [4]
    longest = site.json("/archive/longest_interviews.json?_shape=array")
    assert longest[0]["article_id"] == 6
    assert 5 in [row["article_id"] for row in longest]
    (link,) = site.page("/archive/what_vanished").xpath("//td[contains(@class, 'col-article_id')]/a/@href")
    assert link == "/article/4"
