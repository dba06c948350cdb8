"""Searching on the site: what narrows it down, what it is told in words, and feeds of the same search."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import feedparser
import jsonschema
import pytest

from archive.database import open_archive
from archive.export import SCHEMA
from archive.facets import facets
from archive.frontier import Frontier
from archive.models import Candidate, DiscoveryKind
from archive.query import narrow, narrowings
from archive.search import search
from archive.text_index import register_functions
from tests.site.conftest import OpenSite, Site, text_of
from tests.site.seed import make_archive


def facet(site: Site, query: str, field: str) -> dict[str, int]:
    found = site.json(f"/search.json?{urlencode({'q': query})}")["facets"]
    return {
        value["value"]: value["articles"] for one in found if one["field"] == field for value in one["values"]
    }


def test_facets_count_what_is_found(site: Site) -> None:
    assert facet(site, "Metallic OR メタリックルージュ", "lang") == {"en": 17, "ja": 7, "de": 6}
    assert sum(facet(site, "Metallic OR メタリックルージュ", "source").values()) == 30
    assert facet(site, "Mars", "access")["free"] > 0
    assert list(facet(site, "Metallic", "dated")) == sorted(facet(site, "Metallic", "dated"), reverse=True)
    assert "Ada Quill" in facet(site, "Metallic", "author")


@pytest.mark.parametrize("query", ["Metallic OR メタリックルージュ", "Metallic", 'Mars -"box of chocolate"'])
def test_each_facet_leads_to_as_many_articles_as_it_says_and_back(site: Site, query: str) -> None:
    page = site.page(f"/search?{urlencode({'q': query})}")
    links = page.xpath("//aside[@class='facets']//li")
    assert len(links) > 6
    for one in links:
        narrowed = site.page(one.xpath("string(a/@href)"))
        number = int(text_of(one.xpath("span[@class='figure']")[0]))
        assert text_of(narrowed.xpath("//p[@role='status']")[0]).startswith(
            f"{number} article{'s' if number > 1 else ''}"
        ), text_of(one)
        back = narrowed.xpath("//ul[@class='narrowed']//a/@href")
        assert len(back) == 1
        whole = site.page(back[0])
        assert text_of(whole.xpath("//p[@role='status']")[0]) == text_of(page.xpath("//p[@role='status']")[0])


@pytest.mark.parametrize("query", ["Metallic", "me*"])
def test_of_more_hits_than_are_counted_the_newest_are(
    made_archive: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    def of(query: str) -> dict[str, dict[str, int]]:
        return {
            one.field: {value.value: value.articles for value in one.values}
            for one in facets(db, query, search(db, query))
        }

    db = sqlite3.connect(made_archive)
    register_functions(db)
    monkeypatch.setattr("archive.facets.OF_A_YEAR", 5)
    whole = of(query)
    assert len(whole["dated"]) > 1
    assert sum(whole["source"].values()) == search(db, query).total
    monkeypatch.setattr("archive.facets.COUNTED", 6)
    newest = {one.field: one for one in facets(db, query, search(db, query))}
    years = newest.pop("dated")
    assert years.newest is None
    for value in years.values:
        number = search(db, value.query).total
        assert (value.articles, value.capped) == (min(number, 5), number > 5)
    assert {field: facet.newest for field, facet in newest.items()} == dict.fromkeys(newest, 6)
    assert sum(value.articles for value in newest["source"].values) == 6
    assert all(value.capped for facet in newest.values() for value in facet.values)
    assert facets(db, "Metallic " * 50, search(db, "Metallic " * 50)) == []
    db.close()


@pytest.mark.parametrize("query", ["Metallic", "me*"])
def test_years_are_counted_to_the_last_one(
    made_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    shutil.copy(made_archive, tmp_path / "archive.db")
    monkeypatch.setattr("archive.facets.COUNTED", 1)
    with closing(open_archive(tmp_path / "archive.db")) as db:
        for number, day in enumerate(
            ("9999-12-31T23:59:59Z", "2010-01-01T00:00:00Z", "2009-12-31T23:59:59Z"), 1
        ):
            db.execute("UPDATE articles SET dated = ?, title = 'Metallic' WHERE id = ?", [day, number])
        (years,) = (one for one in facets(db.conn, query, search(db.conn, query)) if one.field == "dated")
    counted = {one.value: one.articles for one in years.values}
    assert (counted["9999"], counted["2010"], counted["2009"]) == (1, 1, 1)


def test_the_page_says_what_its_facets_are_counted_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Of the newest" not in text_of(site.page("/search?q=Metallic"))
    monkeypatch.setattr("archive.facets.COUNTED", 6)
    assert "Of the newest 6 articles; years of all." in text_of(site.page("/search?q=Metallic"))


def test_where_nothing_is_found_a_name_that_nothing_has_is_told(site: Site) -> None:
    told = text_of(site.page("/search?q=Mars+lang:english").xpath("//p[@role='status']")[0])
    assert told == 'No article has this. There is no language "english". There are: "de", "en", "ja".'
    assert text_of(site.page("/search?q=Nowhere+lang:en").xpath("//p[@role='status']")[0]) == (
        "No article has this."
    )
    assert site.json("/search.json?q=Mars+lang:en")["unknown"] == []


def test_what_found_the_articles_is_a_facet(tmp_path: Path, open_site: OpenSite) -> None:
    path = make_archive(tmp_path / "archive.db")
    with closing(open_archive(path)) as db:
        frontier = Frontier(db)
        url, source = db.execute("SELECT url, source_id FROM articles WHERE id = 3").fetchone()
        crawl = frontier.discovery(source, DiscoveryKind.COMMON_CRAWL, "https://index.example/")
        frontier.add_candidates(crawl.id, source, [Candidate(url)], "2026-03-04T00:00:00Z")
    site = open_site(path)
    page = site.page("/search?q=lang:ja+OR+lang:en+OR+lang:de")
    (section,) = page.xpath("//section[@aria-labelledby='facet-found']")
    assert text_of(section).split() == ["Found", "by", "Feed", "30", "Common", "Crawl", "1"]
    narrowed = site.page(section.xpath("string(.//li[2]/a/@href)"))
    assert text_of(narrowed.xpath("//p[@role='status']")[0]) == "1 article, newest first."
    assert "Found by: Common Crawl" in text_of(narrowed.xpath("//ul[@class='narrowed']")[0])


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        ("Mars lang:ja", "Mars"),
        ('lang:ja "two words"', '"two words"'),
        ("(a OR b) lang:ja", "(a OR b)"),
        ("lang:ja", ""),
    ],
)
def test_what_narrows_a_query_can_be_taken_out(query: str, rest: str) -> None:
    (one,) = narrowings(query)
    assert (one.field, one.value, one.rest) == ("lang", "ja", rest)


@pytest.mark.parametrize("query", ["a OR lang:ja", "-lang:ja a", "(lang:ja)", "NOT lang:ja", "title:a"])
def test_what_does_not_narrow_is_left_in(query: str) -> None:
    assert narrowings(query) == []


def test_a_narrowed_query_keeps_its_meaning() -> None:
    assert narrow("a OR b", "source", 'The "Times"') == '(a OR b) source:"The  Times"'
    assert narrow("(a OR b) c", "lang", "ja") == "(a OR b) c lang:ja"
    assert narrow("", "dated", "2024") == "dated:2024"


def test_a_day_a_month_or_a_year_is_found_by_its_date(site: Site) -> None:
    numbers = [
        site.json(f"/search.json?q=dated:{date}")["total"] for date in ("2024", "2024-01", "2024-01-11")
    ]
    assert numbers == [site.json(f"/search.json?q={query}")["total"] for query in (
        "after:2024 before:2025", "after:2024-01 before:2024-02", "after:2024-01-11 before:2024-01-12"
    )]  # fmt: skip
    assert numbers[0] > numbers[1] > numbers[2] > 0
    assert "dated: is a date" in text_of(site.page("/search?q=dated:soon", status=400).xpath("//main")[0])


def edited_first(site: Site, query: str) -> list[dict[str, Any]]:
    """Give the newest articles that a query finds, those before them that the invented publisher edited."""
    found = site.json(f"/search.json?{urlencode({'q': query, 'sort': 'newest'})}")["articles"]
    assert any(article["title"].endswith("(updated)") for article in found)
    return sorted(found, key=lambda article: not article["title"].endswith("(updated)"))


def test_atom_feed_of_a_search_has_its_newest_articles(site: Site) -> None:
    page = site.page("/search?q=Mars")
    address = page.xpath("string(//link[@type='application/atom+xml']/@href)")
    response = site.get(address)
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert feed.feed.title == "Archive of Metallic Rouge: Mars"
    assert [entry.link for entry in feed.entries] == [
        article["url"] for article in edited_first(site, "Mars")
    ]
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["self"].endswith("/search.atom?q=Mars")
    assert links["alternate"].endswith("/search?q=Mars")


def test_json_feed_of_a_search_has_its_newest_articles(site: Site) -> None:
    query = urlencode({"q": "声優 OR Mars"})
    response = site.get(f"/search.feed.json?{query}")
    assert response.headers["content-type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith(f"/search.feed.json?{query}")
    dates = [item.get("date_modified", item["date_published"]) for item in feed["items"]]
    assert dates == sorted(dates, reverse=True)
    found = site.json(f"/search.json?{query}&sort=newest")["articles"]
    assert {article["url"] for article in found} <= {item["url"] for item in feed["items"]}


def test_without_a_query_the_feed_has_the_newest_of_all_articles(site: Site) -> None:
    address = site.page("/").xpath("string(//link[@type='application/atom+xml']/@href)")
    feed = feedparser.parse(site.get(address).content)
    assert (feed.bozo, feed.feed.title) == (False, "Archive of Metallic Rouge")
    found = {article["url"] for article in site.json("/articles.json")["articles"]}
    assert len(feed.entries) == 30
    assert found <= {entry.link for entry in feed.entries}
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["self"].endswith("/search.atom")
    assert links["alternate"].endswith("/")
    times = [entry.updated for entry in feed.entries]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("query", ['"open', "a OR"])
def test_a_feed_of_a_mistake_says_what_is_wrong(site: Site, query: str) -> None:
    page = site.page(f"/search.atom?q={quote(query)}", status=400)
    assert page.xpath("//h1")


def test_what_cannot_be_searched_for_is_said_with_its_place(site: Site) -> None:
    page = site.page(f"/search?q={quote('Mars (rain')}", status=400)
    assert text_of(page.xpath("//p[@role='alert']")[0]) == "There is a ( without its ), at character 6: (rain"


def test_who_may_not_see_the_archive_gets_no_feed(open_site: OpenSite, archive_path: Path) -> None:
    site = open_site(archive_path, metadata={"allow": {"id": "ada"}})
    response = site.get("/search.atom?q=Mars")
    assert response.status_code == 403
    assert "Metallic" not in response.text


def test_what_is_found_as_records_of_the_export(site: Site) -> None:
    response = site.get("/search.jsonl?q=Mars")
    assert response.headers["content-type"] == "application/jsonl; charset=utf-8"
    records = [json.loads(line) for line in response.content.decode().split("\n") if line]
    assert [record["id"] for record in records] == [article["id"] for article in edited_first(site, "Mars")]
    for record in records:
        jsonschema.Draft202012Validator(SCHEMA).validate(record)
