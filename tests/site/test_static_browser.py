"""The search of a static site in a real browser: from a host, from a disk, and without JavaScript."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import takewhile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from archive.database import open_archive
from archive.facets import facets
from archive.publish import make_public
from archive.query import SearchSyntaxError
from archive.search import search
from archive.static_site import search_index, write_site, writing_site
from archive.text_index import register_functions
from tests.site.hostile import make_hostile_archive
from tests.site.static_files import configure, hosting, write_static
from tests.site.test_accessibility import faults_of
from tests.site.test_browser import Watch, assert_fits, unfold

pytestmark = pytest.mark.browser

PLACE = "pages/metallic-rouge"
"""The site lies in a folder of its host, as a project's does on GitHub Pages."""

QUERIES = (
    "火星", "メタリックルージュ", "メタリック・ルージュ", "ﾒﾀﾘｯｸ", "装甲", "装", "街 火星", '"火星の街"',
    "声優 OR Mars", "rouge", "ROUGE mars", '"metallic rouge"', '"rouge metallic"', "metal*", '"metallic ro"*',
    "rouge -mars", "NOT rouge", "(mars OR stage) AND NOT review", "title:rouge", "title:mars stage",
    "author:ma*", "tag:bones", "lang:ja", "lang:de rouge", "source:panel*", 'source:"Panel & Frame" rouge',
    "access:paywalled", "dated:2024-01", "dated:2024 rouge", "after:2024-03-07", "before:2024-02 lang:en",
    "after:2025 before:2026-02-03", "für", "fur", "schauspiel*", "nothingofthekind", "Re:Zero", "the",
    "source:nobody", "rouge rouge", "found:feed rouge", "-found:feed", 'found:"Common Crawl"',
    "lang：ja", "source：＂Panel & Frame＂ rouge", "Re：Zero",
    "source:", "rouge lang:", "-NOT", "NOT NOT mars", "rouge\0mars", "\u202emars\u200f", "（mars OR stage）",
    "ẞ", "STRAẞE", "STRASSE", "ISTANBUL", "ıstanbul", "ﬁnally", "source:*", "lang:e*", 'mars"rouge"stage',
    "after:0001", "title:", "'mars'", "rouge;DROP", "{title}:mars", "title^mars", "NEAR(mars rouge)", "装*",
    "ｶﾞ", "カ゛", "한*",
)  # fmt: skip
WRONG = (
    '"mars', "(mars", "mars)", "OR mars", "mars AND", "access:none", "found:luck", "dated:may", "a*", " ",
    "-", "((((((((((((a", '"the r"*', "é*",
    '"', "NOT", "\0", "\u200f", "()", "x" * 1001, "x " * 51, "*", "before:0000", "🎬", 'tag:""', "ก*", "ﾞ",
    "%",
)  # fmt: skip
WORDS = (
    "Ångström", "naïve Café", "İstanbul", "Łódź", "Straße", "ΟΔΟΣ", "Άλφα", "Йод", "ё", "а\u0301",
    "ＡＢＣ１２", "ｶﾞｯﾂ", "ガンダム", "한국어", "装甲娘", "Rouge装甲2", "مرحبا", "שלום", "हिन्दी", "ไทย",
    "don't", "Re:Zero", "２０２４年", "Việt",
)  # fmt: skip


@pytest.fixture(scope="module")
def written(made_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the invented articles, in a folder of a host."""
    host = tmp_path_factory.mktemp("host")
    write_static(configure(made_archive.parent), host / PLACE)
    return host


@pytest.fixture(scope="module")
def hosted(written: Path) -> Iterator[str]:
    """Its address."""
    with hosting(written) as address:
        yield f"{address}/{PLACE}"


@pytest.fixture(params=["a host", "a disk"])
def home(request: pytest.FixtureRequest, written: Path, hosted: str) -> str:
    """Where the site is."""
    return hosted if request.param == "a host" else written.joinpath(PLACE).as_uri()


@pytest.fixture(scope="module")
def cut_up(made_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with an index in as many files as one of many articles has."""
    host, copy = tmp_path_factory.mktemp("host"), tmp_path_factory.mktemp("copy") / "archive.db"
    with pytest.MonkeyPatch.context() as patch:
        for name, size in (("WINDOW", 4), ("_LOT", 20), ("_SHELF", 5), ("_NAMES", 2)):
            patch.setattr(search_index, name, size)
        with closing(open_archive(made_archive, readonly=True)) as db:
            policies = {name: "full" for (name,) in db.execute("SELECT name FROM sources")}
            make_public(db, copy, title="Metallic Rouge", policies=policies)
        with closing(open_archive(copy)) as db, writing_site(host / PLACE) as site:
            write_site(db, site)
    return host


@pytest.fixture(scope="module", params=["written", "cut_up"])
def searched(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A search page whose index is there."""
    with hosting(request.getfixturevalue(request.param)) as address:
        page = browser.new_page()
        page.goto(f"{address}/{PLACE}/search/index.html?q=rouge")
        page.locator("ol.cards > li").first.wait_for()
        yield page
        page.close()


def test_finds_what_the_archive_finds(searched: Page, made_archive: Path) -> None:
    find = """query => archiveSearch.find(query, false).then(
        found => Promise.all(found.articles.map(one => archiveSearch.numberOf(one.rank))))"""
    with closing(open_archive(made_archive, readonly=True)) as db:
        for query in QUERIES:
            expected = search(db.conn, query, limit=100)
            found = searched.evaluate(find, query)
            assert set(found) == {hit.article_id for hit in expected.hits}, query
            if expected.order == "relevance":
                assert found[:5] == [hit.article_id for hit in expected.hits][:5], query


def test_counts_what_the_archive_counts(searched: Page, made_archive: Path) -> None:
    count = "query => archiveSearch.find(query, false).then(found => archiveSearch.facets(found.articles))"
    with closing(open_archive(made_archive, readonly=True)) as db:
        for query in ("rouge", "after:2000", "火星", "lang:ja", "nothingofthekind"):
            expected = {
                facet.field: [[one.value, one.articles] for one in facet.values]
                for facet in facets(db.conn, query, search(db.conn, query))
            }
            assert ("author" in expected) == (query != "nothingofthekind")
            assert dict(searched.evaluate(count, query)) == expected, query


def test_of_more_than_are_counted_the_newest_are_found(searched: Page, made_archive: Path) -> None:
    found, capped = searched.evaluate(
        """async () => {
            const before = archiveSearch.index.cap;
            archiveSearch.index.cap = 7;
            const found = await archiveSearch.find("rouge", false);
            archiveSearch.index.cap = before;
            const numbers = found.articles.map(one => archiveSearch.numberOf(one.rank));
            return [await Promise.all(numbers), found.capped];
        }"""
    )
    with closing(open_archive(made_archive, readonly=True)) as db:
        newest = search(db.conn, "rouge", limit=7, order="newest").hits
    assert (set(found), capped) == ({hit.article_id for hit in newest}, True)


def test_says_what_is_wrong_as_the_archive_does(searched: Page, made_archive: Path) -> None:
    find = "query => archiveSearch.find(query, false).then(() => '', error => error.message)"
    with closing(open_archive(made_archive, readonly=True)) as db:
        for query in WRONG:
            with pytest.raises(SearchSyntaxError) as expected:
                search(db.conn, query)
            assert searched.evaluate(find, query) == str(expected.value), query


def test_reads_words_as_the_index_has_them(searched: Page) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        register_functions(db)
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
        db.execute("CREATE VIRTUAL TABLE words USING fts5vocab(texts, instance)")
        for number, text in enumerate(WORDS):
            db.execute("INSERT INTO texts (rowid, text) VALUES (?, search_text(?))", [number, f"x {text} x"])
            sql = "SELECT term FROM words WHERE doc = ? ORDER BY offset"
            terms = [term for (term,) in db.execute(sql, [number])]
            expected = list(takewhile(lambda term: term != "\ue006", terms))
            words = searched.evaluate("text => archiveSearch.phrase(text, false).words", f"x {text} x")
            assert words == expected


def test_shows_where_it_says_it(searched: Page) -> None:
    cut = "([text, words]) => archiveSearch.cutSnippet(text, words)"
    words = [{"text": "ガンダム", "prefix": False}, {"text": "cafe", "prefix": True}]
    text = f"Nothing.\n{'before ' * 30}機動戦士ｶﾞﾝﾀﾞﾑ in the Cafés of Mars {'after ' * 60}"
    snippet, marks = searched.evaluate(cut, [text, words])
    assert [snippet[start:end] for start, end in marks] == ["ｶﾞﾝﾀﾞﾑ", "Cafés"]
    assert (snippet[0], snippet[-1], len(snippet) < 250) == ("…", "…", True)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_reader_searches_and_reads(browser: Browser, home: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    watch = Watch(context, home)
    page = watch.page
    page.goto(f"{home}/index.html")
    page.get_by_role("searchbox").fill("火星")
    page.keyboard.press("Enter")
    page.locator("ol.cards > li").first.wait_for()
    assert page.get_by_role("status").inner_text() == "5 articles, best first."
    assert page.locator("ol.cards mark").first.inner_text() == "火星"
    assert_fits(page)
    page.locator("ol.cards .headline a").first.click()
    page.wait_for_url("**/article/*/index.html")
    assert "火星の街" in page.locator("h1").inner_text()
    assert_fits(page)
    page.get_by_role("searchbox").fill("rouge")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Japanese").click()
    page.get_by_role("link", name="Without Language: Japanese").wait_for()
    assert page.get_by_role("searchbox").input_value() == "rouge lang:ja"
    page.get_by_role("complementary", name="Narrow it down").get_by_role("link", name="高橋みどり").click()
    page.get_by_role("link", name="Without Author: 高橋みどり").wait_for()
    page.goto(f"{home}/index.html")
    page.locator("svg.bars a").first.click()
    page.wait_for_url("**/articles/index.html#*")
    page.locator("ol.cards .headline a").first.click()
    page.get_by_role("link", name="Sources").click()
    assert page.locator(".scroll").evaluate("one => one.scrollWidth - one.clientWidth") == 0
    page.locator("th a").first.click()
    assert page.locator(".kicker").inner_text() == "Source"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) < 3 * 128) == (scheme == "dark")
    assert watch.faults == []
    context.close()


def test_pages_of_results_and_orders(searched: Page) -> None:
    searched.goto(searched.url.partition("?")[0] + "?q=after:2000")
    searched.get_by_role("link", name="Page 2").click()
    searched.get_by_role("link", name="Page 1").wait_for()
    assert searched.locator("ol.cards > li").count() == 10
    searched.goto(searched.url.partition("?")[0] + "?q=rouge")
    searched.get_by_role("link", name="Newest first").click()
    searched.get_by_role("link", name="Best first").wait_for()
    days = [day.get_attribute("datetime") for day in searched.locator("ol.cards time").all()]
    assert days == sorted(days, key=lambda day: (day or "")[:10], reverse=True)
    searched.goto(searched.url.partition("?")[0] + "?q=(mars")
    assert "There is a ( without its )" in searched.get_by_role("alert").inner_text()
    searched.goto(searched.url.partition("?")[0] + "?q=rouge")
    searched.locator("ol.cards > li").first.wait_for()


def test_without_javascript_the_indexes_remain(browser: Browser, home: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{home}/search/index.html?q=rouge")
    page.get_by_role("link", name="the articles by month").click()
    page.get_by_role("link", name="Japanese").click()
    assert page.locator("ol.cards > li").count() > 3
    context.close()


def test_attacks_do_nothing(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    make_hostile_archive(folder / "archive.db")
    write_static(configure(folder), folder / "site")
    pages = [str(file.relative_to(folder / "site")) for file in folder.glob("site/**/*.html")]
    assert len(pages) > 10
    home = folder.joinpath("site").as_uri()
    watch = Watch(browser.new_context(viewport={"width": 390, "height": 900}), home)
    for path in [*pages, "search/index.html?q=script", "search/index.html?q=alert"]:
        watch.page.goto(f"{home}/{path}")
        if "?" in path:
            watch.page.locator("ol.cards > li").first.wait_for()
        unfold(watch.page)
        assert_fits(watch.page)
    assert watch.faults == []


@pytest.mark.parametrize(
    "path",
    [
        "index.html", "404.html", "articles/index.html", "article/1/index.html", "source/1/index.html",
        "sources/index.html", "authors/index.html", "author/1/index.html", "language/ja/index.html",
        "search/index.html", "search/index.html?q=rouge", "search/index.html?q=(mars",
    ],
)  # fmt: skip
def test_pages_have_no_fault(page: Page, hosted: str, path: str) -> None:
    assert faults_of(page, f"{hosted}/{path}") == set()


def test_a_part_of_the_index_that_is_gone_is_told(browser: Browser, written: Path, tmp_path: Path) -> None:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / PLACE / "search" / "words")
    page = browser.new_page()
    page.goto(f"{tmp_path.joinpath(PLACE).as_uri()}/search/index.html?q=rouge")
    assert "reload the page" in page.get_by_role("alert").inner_text()
    page.close()
