import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import beginnings
from archive import search as search_module
from archive.beginnings import spell_out
from archive.models import Access, Candidate, DiscoveryKind
from archive.query import SearchSyntaxError, parse
from archive.search import Hit, SearchPage, newest, search
from archive.text_index import verify
from archive.tokens import facts, since, until
from tests.archive.conftest import HOME, LATER, TEXT, Desk, make_desk

ARTICLES: dict[str, dict[str, Any]] = {
    "rain": {
        "title": "Rain on Mars",
        "text": "The android walks through the rain. A theatre waits.",
        "published": "2024-01-10",
    },
    "theatre": {
        "title": "A theatre of androids",
        "text": "Rain is mentioned once, the theatre is what this is about: a theatre on Mars.",
        "published": "2024-02-20",
        "authors": ("Zoë Stone",),
        "access": Access.PAYWALLED,
    },
    "ja": {
        "title": "声優が語る『メタリックルージュ』",
        "text": "監督は「装甲は重く見えなければならない」と語る。BONES制作の新作アニメ。",
        "published": "2024-03-01T00:30:00+09:00",
        "language": "ja",
        "authors": ("山田 花子",),
    },
    "de": {
        "title": "Ein Gespräch über Züge",
        "text": "Züge, Diebe und eine Schachtel Schokolade. Re:Zero ist etwas anderes.",
        "published": "2023-11-05",
        "language": "de",
    },
}


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Articles in three languages, the last of them of another source."""
    desk = make_desk(tmp_path_factory.mktemp("press"))
    sources = desk.frontier.register_sources(
        [("The Daily Cel", HOME), ("Bild & Schnitt", "http://127.0.0.2/")]
    )
    for name, article in ARTICLES.items():
        if name == "de":
            desk.source = sources["Bild & Schnitt"]
        desk.keep(f"{HOME}{name}", standfirst=None, **article)
    also_found(desk, DiscoveryKind.SITEMAP, f"{HOME}rain")
    also_found(desk, DiscoveryKind.COMMON_CRAWL, f"{HOME}theatre")
    with closing(desk.db), closing(desk.captures):
        yield desk


def also_found(desk: Desk, kind: DiscoveryKind, *urls: str) -> None:
    """Have something else than the feed name pages."""
    discovery = desk.frontier.discovery(desk.source.id, kind, f"{HOME}{kind}")
    desk.frontier.add_candidates(discovery.id, desk.source.id, [Candidate(url) for url in urls], LATER)


def names(desk: Desk, query: str, **options: object) -> list[str]:
    page = search(desk.db.conn, query, **options)  # type: ignore[arg-type]
    urls = [desk.row("articles", id=hit.article_id)["url"] for hit in page.hits]
    return [url.removeprefix(HOME) for url in urls]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("theatre", {"rain", "theatre"}),
        ("theatre android", {"rain"}),
        ("theatre AND androids", {"theatre"}),
        ("android*", {"rain", "theatre"}),
        ('"theatre waits"', {"rain"}),
        ('"waits theatre"', set()),
        ('"theatre wai"*', {"rain"}),
        ("“theatre waits”", {"rain"}),
        ("waits OR schokolade", {"rain", "de"}),
        ("theatre waits OR schokolade", {"rain", "de"}),
        ("theatre (waits OR androids)", {"rain", "theatre"}),
        ("theatre -androids", {"rain"}),
        ("theatre NOT androids", {"rain"}),
        ("NOT androids theatre", {"rain"}),
        ("theatre NOT NOT androids", {"theatre"}),
        ("theatre -(androids OR waits)", set()),
        ("-androids theatre OR 声優", {"rain", "ja"}),
        ("声優", {"ja"}),
        ("ルージュ 装甲", {"ja"}),
        ("ﾒﾀﾘｯｸ", {"ja"}),
        ("bones制作", {"ja"}),
        ("-声優 メタリック", set()),
        ("zuge", {"de"}),
        ("GESPRÄCH", {"de"}),
        ("Re:Zero", {"de"}),
        ("re:", {"de"}),
        ("author:stone", {"theatre"}),
        ("author:Zoe", {"theatre"}),
        ('author:"Zoë Stone" rain', {"theatre"}),
        ("author:花子 OR author:stone", {"ja", "theatre"}),
        ("rain -author:stone", {"rain"}),
        ("author:rain", set()),
        ('source:"bild & schnitt"', {"de"}),
        ("source:Bild züge", set()),
        ("lang:ja", {"ja"}),
        ("LANG:JA", {"ja"}),
        ("access:paywalled theatre", {"theatre"}),
        ("before:2024-01-10 mars OR züge", {"de"}),
        ("after:2024-01-10 rain", {"rain", "theatre"}),
        ("after:2024-01-11 rain", {"theatre"}),
        ("after:2024-02", {"theatre", "ja"}),
        ("before:2024", {"de"}),
        ("after:2024 before:2024-02", {"rain"}),
        ("before:2024-03-01 lang:ja", {"ja"}),  # half past midnight in Japan is the day before in UTC
        ("mars & venus", set()),
        ("mars &", {"rain", "theatre"}),
        ("or", set()),
        ('"OR"', set()),
        ("AND*", {"rain", "theatre", "de"}),
        ("mars\0rain", {"rain", "theatre"}),
        ("-theatre", {"ja", "de"}),
        ("-theatre -züge", {"ja"}),
        ("NOT (theatre OR lang:de)", {"ja"}),
        ("lang:ja OR züge", {"ja", "de"}),
        ("(rain access:paywalled) OR (lang:ja after:2024-03)", {"theatre"}),
        ("-lang:en after:2024", {"ja"}),
        ('-source:"bild & schnitt" -rain', {"ja"}),
        ("source:bild*", {"de"}),
        ("source：＂bild & schnitt＂", {"de"}),  # as an input method puts it
        ("Re：Zero", {"de"}),
        ("source:the-daily-CEL ジュ", {"ja"}),
        ("lang:ja -access:free", set()),
        ("found:feed -rain", {"ja", "de"}),
        ("Found:sitemap", {"rain"}),
        ('theatre found:"common crawl"', {"theatre"}),
        ("found:Common-Crawl OR lang:de", {"theatre", "de"}),
        ("found:search", set()),
        ("-found:feed", set()),
        ("\ue005sitemap", set()),
        ("before:2024-02-20 -before:2024", {"rain"}),
        ("after:1800 before:3000 rain", {"rain", "theatre"}),
        ("before:1800", set()),
        ("after:9999", set()),
        ("title:rain", {"rain"}),
        ("title:語る -title:mars", {"ja"}),
        ('title:"gespräch über"', {"de"}),
        ("tag:anime rain", {"rain", "theatre"}),
        ("tag:rain", set()),
        ("メタリック・ルージュ", {"ja"}),
        ("監督は装甲は重く", {"ja"}),  # in the text a quotation mark stands between them
        ("語", {"ja"}),
        ("title:優 装", {"ja"}),
        ("title:装", set()),
        ("tag:装", set()),
        ("bones制", {"ja"}),
        ("ja", set()),
        ("\ue001ja", set()),
    ],
)
def test_a_query_finds_what_it_says(press: Desk, query: str, expected: set[str]) -> None:
    assert set(names(press, query)) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "nothing to search for"),
        ("  ... ", "nothing to search for"),
        ("()", "nothing to search for"),
        ('rain "on', "quotation mark without its pair"),
        ("rain )", r"\) without its \("),
        ("(rain", r"\( without its \)"),
        ("rain OR", "OR stands between"),
        ("OR rain", "OR stands between"),
        ("rain AND", "AND and NOT need something"),
        ("rain AND OR mars", "AND and NOT need something"),
        ("NOT", "AND and NOT need something"),
        ("rain (mars", r"\( without its \), at character 6: \(mars"),
        ('rain "mars', 'without its pair, at character 6: "mars'),
        ("rain a*", r"At least 2 letters stand before \*, at character 6: a\*"),
        ("я*", r"At least 2 letters stand before \*, at character 1: я\*"),
        ('"the rain w"*', r"At least 2 letters stand before \*, at character 1: \"the rain w\"\*"),
        ("after:2024-13", "not 2024-13, at character 1"),
        ("rain before:2024-02-30", "not 2024-02-30, at character 6"),
        ("access:open", "access: is one of free, registration, metered, paywalled, unknown, not open"),
        ("found:luck", "found: is one of feed, sitemap, section, search, "),
        ("after:yesterday", "after: is a date like 2024, 2024-05 or 2024-05-31, not yesterday"),
        ("rain " * 500, "longer than 1000 characters"),
        ("(" * 30, "more than 10 parentheses"),
        ("rain " * 51, "more than 50 parts"),
    ],
)
def test_a_query_that_cannot_be_understood_is_told(press: Desk, query: str, message: str) -> None:
    with pytest.raises(SearchSyntaxError, match=message) as told:
        search(press.db.conn, query)
    assert "\n" not in str(told.value)
    assert told.value.exit_status == 2


@given(st.text(alphabet='ab声"():*-& \0\\^+{}OR\n', max_size=40) | st.text(max_size=40))
def test_no_query_is_an_sql_error(query: str) -> None:
    with suppress(SearchSyntaxError):
        parse(query)


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "声優",
                '"x y"',
                "OR",
                "AND",
                "NOT",
                "(",
                ")",
                "-b",
                "c*",
                "author:d",
                "lang:ja",
                "^",
                "{",
                "+",
                "'",
                "é:",
            ]
        ),
        max_size=12,
    )
)
def test_no_mixture_of_operators_is_an_sql_error(press: Desk, tokens: list[str]) -> None:
    with suppress(SearchSyntaxError):
        search(press.db.conn, " ".join(tokens))


@pytest.mark.parametrize(
    "query",
    [
        " ".join(["a"] * 50),
        " OR ".join(["a"] * 25),
        "a " + "-b " * 49,
        "-b a (" * 10 + "c" + ")" * 10,
        "(a OR (b c -d)) " * 5,
        "ab* " * 50,
    ],
)
def test_a_long_query_is_no_error(press: Desk, query: str) -> None:
    search(press.db.conn, query)


def test_the_best_hit_comes_first_or_the_newest(press: Desk) -> None:
    assert names(press, "rain") == ["rain", "theatre"]
    assert names(press, "rain", order="newest") == ["theatre", "rain"]
    assert names(press, "lang:en") == ["theatre", "rain"]


def test_pages_follow_each_other(press: Desk) -> None:
    every = names(press, "after:2000", limit=100)
    assert len(every) == 4
    assert names(press, "after:2000", limit=2) + names(press, "after:2000", limit=2, offset=2) == every
    page = search(press.db.conn, "after:2000", limit=2, offset=2)
    assert (page.total, page.capped, len(page.hits)) == (4, False, 2)


def test_of_very_many_hits_those_come_first_that_say_it_in_the_title(
    press: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "CAP", 1)
    page = search(press.db.conn, "rain")
    assert (page.total, page.capped, page.order) == (1, True, "relevance")
    assert names(press, "rain") == ["rain", "theatre"]
    assert names(press, "rain", order="newest") == ["theatre", "rain"]
    assert names(press, "rain lang:en -author:nobody") == ["rain", "theatre"]
    assert names(press, "rain", limit=1, offset=1) == ["theatre"]
    assert names(press, "rain", limit=1, offset=2) == []
    assert names(press, "mars rain source:nobody") == []
    assert search(press.db.conn, "waits").capped is False


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ra*", {"rain", "theatre"}),
        ("on*", {"rain", "theatre"}),  # a whole word of two letters
        ("GE*", {"de"}),
        ("zü*", {"de"}),
        ("title:an*", {"theatre"}),
        ('"theatre wa"*', {"rain"}),
        ("theatre -wa*", {"theatre"}),
        ("wa* OR zu*", {"rain", "de"}),
        ("xx*", set()),
        ("source:bi*", {"de"}),
        ("source:b*", {"de"}),
    ],
)
def test_two_letters_find_what_begins_with_them(press: Desk, query: str, expected: set[str]) -> None:
    assert set(names(press, query)) == expected
    assert not re.search(r'[ "][^\W_]{2}" \*', search(press.db.conn, query).query.match)


def test_two_letters_that_very_many_words_begin_with_are_left_to_sqlite(
    press: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginnings, "_MOST", 1)
    for query in ("wa* OR wa*", "wa* OR zu*"):
        assert search(press.db.conn, query).query.match == parse(query).match
    assert set(names(press, "wa* OR zu*")) == {"rain", "de"}


@given(st.lists(st.text(alphabet="aéÅßøŁżОйάΣ3", min_size=1, max_size=4), max_size=9), st.data())
def test_two_letters_of_any_script_are_spelled_out(words: list[str], data: st.DataObject) -> None:
    letters = data.draw(st.text(alphabet="aAÉåßØłŻойΆσ3", min_size=2, max_size=2))
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(
            "CREATE VIRTUAL TABLE articles_fts USING"
            " fts5(text, tokenize='unicode61 remove_diacritics 2', prefix='3')"
        )
        db.execute("CREATE VIRTUAL TABLE articles_fts_words USING fts5vocab('articles_fts', 'instance')")
        db.executemany("INSERT INTO articles_fts VALUES (?)", [(word,) for word in words])
        query = parse(f"{letters}*")
        assert newest(db, spell_out(db, query).match, 99) == newest(db, query.match, 99)


def test_words_that_are_everywhere_do_not_decide_what_is_best(
    press: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "_COMMON", 1)
    assert names(press, "theatre OR waits") == ["rain", "theatre"]
    assert names(press, "theatre") == ["theatre", "rain"]


def test_of_a_phrase_of_words_that_are_everywhere_the_title_decides(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.keep(f"{HOME}titled", published="2024-01-01", title="This Is Us", text="A review. This is us.")
    desk.keep(f"{HOME}often", published="2024-01-02", title="Often", text="This is us, and this is us.")
    desk.keep(f"{HOME}once", published="2024-01-03", title="Once", text="This is us, says Ada of Mars.")
    desk.keep(f"{HOME}apart", published="2024-01-04", title="Apart", text="Us, is this about Ada of Mars?")
    assert names(desk, '"this is us"') == ["titled", "often", "once"]
    monkeypatch.setattr(search_module, "_COMMON", 3)
    assert names(desk, '"this is us"') == ["titled", "once", "often"]


def test_what_found_an_article_follows_its_pages(desk: Desk) -> None:
    def found_by(name: str) -> tuple[object, set[str]]:
        kinds = {str(kind) for kind in DiscoveryKind if name in names(desk, f'found:"{kind}"')}
        return desk.row("articles", url=f"{HOME}{name}")["found_by"], kinds

    also_found(desk, DiscoveryKind.SEARCH, f"{HOME}old")
    desk.keep(f"{HOME}one", text="One text, of an android that walks through the rain.")
    assert found_by("one") == ('["feed"]', {"feed"})
    also_found(desk, DiscoveryKind.SITEMAP, f"{HOME}one")
    also_found(desk, DiscoveryKind.SITEMAP, f"{HOME}one")
    assert found_by("one") == ('["feed","sitemap"]', {"feed", "sitemap"})
    # What redirects to it brings what found it as well, before and after it is an article.
    desk.keep(f"{HOME}old", final=f"{HOME}new", text="Another text: the theatre waits for nobody at all.")
    assert found_by("new") == ('["search"]', {"search"})
    desk.db.execute("DELETE FROM pages WHERE url = ?", [f"{HOME}old"])
    assert found_by("new") == ("[]", set())
    desk.db.execute("DELETE FROM discoveries WHERE kind = 'sitemap'")
    assert found_by("one") == ('["feed"]', {"feed"})
    assert list(verify(desk.db.conn)) == []


def test_the_order_follows_the_date_of_an_article(desk: Desk) -> None:
    desk.keep(f"{HOME}1", published="2024-01-02")
    desk.keep(f"{HOME}2", published="1969-03-01")
    desk.keep(f"{HOME}3", published="2024-01-03")
    assert names(desk, "mars", order="newest") == ["3", "1", "2"]
    desk.keep(f"{HOME}2", at=LATER, published="2024-01-02", text=f"{TEXT} Rain again.")
    assert names(desk, "mars", order="newest") == ["3", "2", "1"]  # within a day, the last comes first
    assert names(desk, "mars before:2024-01-03 after:2024", order="newest") == ["2", "1"]
    assert list(verify(desk.db.conn)) == []


@given(st.dates(), st.dates(), st.sampled_from([4, 7, 10]))
def test_a_date_is_before_another_one_or_not(published: date, asked: date, length: int) -> None:
    stated = asked.isoformat()[:length]
    words = set(facts("", None, "free", f"{published.isoformat()}T12:00:00Z", "[]").split())
    if 1900 <= published.year < 2100 and 1900 <= asked.year < 2100:
        assert bool(words & set(until(stated))) is (published.isoformat() < stated)
        assert bool(words & set(since(stated))) is (published.isoformat() >= stated)


def shown(hit: Hit) -> tuple[list[str], list[str]]:
    return (
        [hit.title[start:end] for start, end in hit.title_marks],
        [hit.snippet[start:end] for start, end in hit.snippet_marks],
    )


def only(page: SearchPage) -> Hit:
    (hit,) = page.hits
    return hit


def test_a_hit_says_where_it_is(press: Desk) -> None:
    assert shown(only(search(press.db.conn, "ﾒﾀﾘｯｸ 語る"))) == (["語る", "メタリック"], ["語る"])
    assert shown(only(search(press.db.conn, "zuge -rain"))) == (["Züge"], ["Züge"])
    hit = only(search(press.db.conn, "author:stone"))
    assert (shown(hit), hit.snippet[:4]) == (([], []), "Rain")
