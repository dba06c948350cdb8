"""Dates as they are written, and which of them to believe."""

from datetime import date
from typing import Any

import pytest

from crawler.extraction.dates import read_date
from tests.crawler.extraction.pages import metadata

LATEST = date(2024, 12, 31)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-01-05", "2024-01-05"),
        ("2024-01-05T10:15:00Z", "2024-01-05T10:15:00Z"),
        ("2024-01-05T10:15:00.123+0900", "2024-01-05T10:15:00+09:00"),
        ("2024-01-05 10:15:00 +01:00", "2024-01-05T10:15:00+01:00"),
        ("20240105T101500Z", "2024-01-05T10:15:00Z"),
        ("2024/1/5", "2024-01-05"),
        ("Fri, 05 Jan 2024 10:15:00 GMT", "2024-01-05T10:15:00Z"),
        ("Fri Jan 5 10:15:00 EST 2024", "2024-01-05T10:15:00-05:00"),
        ("1704449700", "2024-01-05T10:15:00Z"),
        ("January 5, 2024 at 10:15 pm ET", "2024-01-05T22:15:00"),
        ("Jan. 5th, 2024", "2024-01-05"),
        ("5 January 2024", "2024-01-05"),
        ("5. Januar 2024, 10:15 Uhr", "2024-01-05T10:15:00"),
        ("05.01.2024 - 10:15", "2024-01-05T10:15:00"),
        ("le 5 janvier 2024 à 10h15", "2024-01-05T10:15:00"),
        ("5 de enero de 2024", "2024-01-05"),
        ("5 gennaio 2024", "2024-01-05"),
        ("5 de janeiro de 2024 às 10h15", "2024-01-05T10:15:00"),
        ("5 januari 2024", "2024-01-05"),
        ("5 stycznia 2024", "2024-01-05"),
        ("5. ledna 2024", "2024-01-05"),
        ("5 января 2024, 10:15", "2024-01-05T10:15:00"),
        ("5. jan. 2024 kl. 10.15", "2024-01-05T10:15:00"),
        ("5 Ocak 2024", "2024-01-05"),
        ("2024年1月5日 10時15分", "2024-01-05T10:15:00"),
        ("2024年1月5日 午後3:05", "2024-01-05T15:05:00"),
        ("令和6年1月5日", "2024-01-05"),
        ("2024년 1월 5일 오후 3:05", "2024-01-05T15:05:00"),
        ("2024. 1. 5.", "2024-01-05"),
        ("13/01/2024", "2024-01-13"),
        ("01/13/2024", "2024-01-13"),
    ],
)
def test_a_date_is_read_as_stated(text: str, iso: str) -> None:
    assert read_date(text, latest=LATEST) == (iso,)


@pytest.mark.parametrize(
    "text",
    ["", "3 hours ago", "yesterday", "vor 2 Stunden", "2031-01-01", "0001-01-01T00:00:00", "1970-01-01"],
)
def test_relative_future_and_absurd_dates_are_none(text: str) -> None:
    assert read_date(text, latest=LATEST) == ()


def test_day_and_month_that_cannot_be_told_apart_give_two_readings() -> None:
    assert read_date("05/01/2024", latest=LATEST) == ("2024-01-05", "2024-05-01")


@pytest.mark.parametrize(
    ("lang", "iso"), [("en-US", "2024-05-01"), ("en-GB", "2024-01-05"), ("fr", "2024-01-05")]
)
def test_the_language_decides_between_two_readings(lang: str, iso: str) -> None:
    assert metadata('<meta name="date" content="05/01/2024">', lang=lang).published == iso


def test_another_date_of_the_page_decides_between_two_readings() -> None:
    url = "https://www.herald.example/2024/01/05/rouge"
    assert (
        metadata('<meta name="date" content="05/01/2024">', lang="en-US", url=url).published == "2024-01-05"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://www.herald.example/2024/01/05/rouge",
        "https://www.herald.example/2024/jan/05/rouge",
        "https://www.herald.example/news/20240105-rouge",
    ],
)
def test_a_date_in_the_address_is_read(url: str) -> None:
    assert metadata(url=url).published == "2024-01-05"


def test_publication_and_change_are_told_apart_in_one_line() -> None:
    body = (
        "<h1>Rouge ends</h1><p class='date'>Published 3 April 2024, 09:30 | Updated 4 April 2024, 08:00</p>"
    )
    found = metadata(body=body)
    assert (found.published, found.modified) == ("2024-04-03T09:30:00", "2024-04-04T08:00:00")


def test_a_time_element_is_read_and_those_of_teasers_are_not() -> None:
    body = """<aside><time datetime="2024-05-01">1 May</time></aside><h1>Rouge ends</h1>
        <time datetime="2024-04-03T09:30:00+02:00">three days ago</time><p>Text</p>
        <div class="related"><time datetime="2024-04-20">20 April</time></div>"""
    assert metadata(body=body).published == "2024-04-03T09:30:00+02:00"


def test_a_copyright_line_is_no_date() -> None:
    assert metadata(body="<h1>Rouge ends</h1><p class='info'>© 3 April 2024 The Herald</p>").published is None


def test_a_page_that_only_says_when_it_was_changed_has_that_date() -> None:
    found = metadata('<meta property="article:modified_time" content="2024-04-04">')
    assert (found.published, found.modified) == ("2024-04-04", "2024-04-04")


def notes(field: str, **page: Any) -> list[tuple[str, str]]:
    return [(w.value, w.note) for w in metadata(**page).witnesses if w.field == field]


@pytest.mark.parametrize(
    ("stated", "note"),
    [
        ("2024-04-03T09:30:00+02:00", "time zone +02:00, as stated"),
        ("2024-04-03T07:30:00Z", "time zone UTC, as stated"),
        ("April 3, 2024 9:30 AM EDT", "time zone -04:00, by the name EDT"),
        ("April 3, 2024 9:30 AM IST", "no time zone: IST means several"),
        ("2024-04-03 09:30", "no time zone stated"),
        ("1712129400", "Unix time, which is UTC"),
        ("2024-04-03", "a day without a time"),
        ("03/04/2024", "a day without a time; day first, as usual in en-GB"),
    ],
)
def test_the_time_zone_and_how_it_is_known_is_told(stated: str, note: str) -> None:
    head = f'<meta property="article:published_time" content="{stated}">'
    assert notes("published", head=head, lang="en-GB") == [(stated, note)]


def test_dates_that_contradict_each_other_are_listed() -> None:
    found = notes(
        "published",
        head='<meta property="article:published_time" content="2024-04-01T23:30:00Z">',
        json_ld={"@type": "NewsArticle", "headline": "A", "datePublished": "2024-04-03T01:30:00+02:00"},
    )
    assert found[0][0] == "2024-04-03T01:30:00+02:00"
    assert found[1] == ("2024-04-01T23:30:00Z", "time zone UTC, as stated; another day, 2 days apart")


def test_a_change_that_stands_in_for_the_publication_is_told() -> None:
    ((value, note),) = notes("published", body="<h1>Rouge</h1><p class=date>Updated 3 April 2024</p>")
    assert value == "Updated 3 April 2024"
    assert note.endswith("no date of publication is stated; this is the last change")


def test_a_change_is_not_taken_for_the_publication() -> None:
    body = '<h1>Rouge</h1><p class="date">Updated: 5 April 2024 - Published: 3 April 2024</p>'
    found = metadata(body=body)
    assert (found.published, found.modified) == ("2024-04-03", "2024-04-05")


def test_a_short_day_that_the_months_of_the_url_confirm_is_read() -> None:
    assert metadata(url="https://www.herald.example/mars/2024/04/240403-rouge/").published == "2024-04-03"
