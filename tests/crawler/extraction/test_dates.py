"""Dates as they are written, and which of them to believe."""

from datetime import date
from typing import Any

import pytest

from crawler.extraction.dates import read_date
from tests.crawler.extraction.pages import metadata

LATEST = date(2024, 12, 31)
SENTENCE = "Rouge walks over the red sand, and nobody asks her why she came."


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
        ("January 5, 2024 at 10:15 pm ET", "2024-01-05T22:15:00-05:00"),
        ("Published 10:15 a.m. PT Aug 5, 2024", "2024-08-05T10:15:00-07:00"),
        ("March 10, 2024 at 10:15 am CT", "2024-03-10T10:15:00-05:00"),
        ("November 3, 2024 at 10:15 am ET", "2024-11-03T10:15:00-05:00"),
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
        ("令和 六年一月五日", "2024-01-05"),
        ("令和元年十二月三十一日", "2019-12-31"),
        ("二〇二四年一月五日（金）", "2024-01-05"),
        ("二零二四年十月二十五日", "2024-10-25"),
        ("2024年十一月五日", "2024-11-05"),
        ("民國一百一十三年一月五日", "2024-01-05"),
        ("2024년 1월 5일 오후 3:05", "2024-01-05T15:05:00"),
        ("2024年1月5日晚上8点30分", "2024-01-05T20:30:00"),
        ("2024年1月5日 凌晨12:30", "2024-01-05T00:30:00"),
        ("2024年1月5日中午11點45分", "2024-01-05T11:45:00"),
        ("2024年1月5日中午1:15", "2024-01-05T13:15:00"),
        ("الجمعة 5 يناير 2024 08:30 م", "2024-01-05T20:30:00"),
        ("5 يناير 2024 م - 08:30 صباحًا", "2024-01-05T08:30:00"),
        ("5 Ιανουαρίου 2024, 8:30 μ.μ.", "2024-01-05T20:30:00"),
        ("05/13/2024 8:30 CH", "2024-05-13T20:30:00"),
        ("5 जनवरी 2024 8:30 अपराह्न", "2024-01-05T20:30:00"),
        ("2024. 1. 5.", "2024-01-05"),
        ("２０２４年１月５日", "2024-01-05"),
        ("2024年01月05日 10:15 星期五", "2024-01-05T10:15:00"),
        ("2024. január 5., 10:15", "2024-01-05T10:15:00"),
        ("5 januari 2024 kl. 10.15", "2024-01-05T10:15:00"),
        ("vr 5 jan. 2024 om 10:15", "2024-01-05T10:15:00"),
        ("Ngày 5 tháng 1 năm 2024", "2024-01-05"),
        ("٥ يناير ٢٠٢٤", "2024-01-05"),
        ("5 בינואר 2024", "2024-01-05"),
        ("५ जनवरी २०२४", "2024-01-05"),
        ("5 มกราคม 2567", "2024-01-05"),
        ("5 ม.ค. 2567", "2024-01-05"),
        ("15/01/2567", "2024-01-15"),
        ("الجمعة 5 شباط 2024", "2024-02-05"),
        ("05 ม.ค. 67 | 10:15", "2024-01-05T10:15:00"),
        ("民國113年1月5日", "2024-01-05"),
        ("۱۵ دی ۱۴۰۲ - ۱۰:۱۵", "2024-01-05T10:15:00"),
        ("1402/10/15", "2024-01-05"),
        ("30 اسفند 1399", "2021-03-20"),
        ("22 بهمن 1357", "1979-02-11"),
        ("5 януари 2024", "2024-01-05"),
        ("5. jaanuar 2024", "2024-01-05"),
        ("2024 m. sausio 5 d.", "2024-01-05"),
        ("5. januarja 2024", "2024-01-05"),
        ("৫ জানুয়ারি ২০২৪", "2024-01-05"),
        ("Jumat, 5 Jan 2024 10:15 WIB", "2024-01-05T10:15:00+07:00"),
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


@pytest.mark.parametrize("text", ["24.01.05", "24/1/5(金)", "'24.01.05 10:15", "24년 1월 5일"])
@pytest.mark.parametrize("language", ["ko", "ja-JP", "zh_TW"])
def test_the_year_of_two_digits_stands_first_in_the_far_east(text: str, language: str) -> None:
    assert [day[:10] for day in read_date(text, language, latest=LATEST)] == ["2024-01-05"]


def test_the_year_of_two_digits_stands_last_elsewhere() -> None:
    assert read_date("24.01.05", "de", latest=LATEST) == ("2005-01-24",)
    body = "<h1>루즈의 끝</h1><p class=date>24.01.05</p>"
    assert metadata(body=body, lang="ko").published == "2024-01-05"
    assert metadata(body=body, lang="de").published == "2005-01-24"


def test_day_and_month_that_cannot_be_told_apart_give_two_readings() -> None:
    assert read_date("05/01/2024", latest=LATEST) == ("2024-01-05", "2024-05-01")


@pytest.mark.parametrize(
    ("lang", "iso"), [("en-US", "2024-05-01"), ("en-GB", "2024-01-05"), ("fr", "2024-01-05")]
)
def test_the_language_decides_between_two_readings(lang: str, iso: str) -> None:
    assert metadata('<meta name="date" content="05/01/2024">', lang=lang).published == iso


def test_the_country_of_the_host_decides_where_the_language_does_not() -> None:
    url = "https://www.herald.example.co.uk/culture/rouge"
    assert metadata('<meta name="date" content="05/01/2024">', lang="en", url=url).published == "2024-01-05"


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
        ("April 3, 2024 9:30 AM ET", "time zone -04:00, by the name ET"),
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


CHANGED_AND_FIRST = [
    ("en", "Published: May 3, 2024", "Updated: June 1, 2024"),
    ("de", "Veröffentlicht: 3. Mai 2024", "Aktualisiert: 1. Juni 2024"),
    ("fr", "Publié le 3 mai 2024", "Mis à jour le 1er juin 2024"),
    ("es", "Publicado: 3 de mayo de 2024", "Actualizado: 1 de junio de 2024"),
    ("it", "Pubblicato il 3 maggio 2024", "Aggiornato il 1 giugno 2024"),
    ("pt", "Publicado em 3 de maio de 2024", "Atualizado em 1 de junho de 2024"),
    ("nl", "Gepubliceerd op 3 mei 2024", "Bijgewerkt op 1 juni 2024"),
    ("pl", "Opublikowano 3 maja 2024", "Aktualizacja: 1 czerwca 2024"),
    ("sv", "Publicerad 3 maj 2024", "Uppdaterad 1 juni 2024"),
    ("ru", "Опубликовано 3 мая 2024", "Обновлено 1 июня 2024"),
    ("ja", "公開日 2024年5月3日", "更新日 2024年6月1日"),
    ("zh", "发布于 2024年5月3日", "更新于 2024年6月1日"),
    ("ko", "입력 2024.05.03.", "수정 2024.06.01."),
]


@pytest.mark.parametrize(("lang", "first", "changed"), CHANGED_AND_FIRST)
def test_the_label_of_a_date_says_what_it_is_in_every_language(lang: str, first: str, changed: str) -> None:
    body = f"<h1>Rouge</h1><div><span>{changed}</span> <span>{first}</span></div><p>Text.</p>"
    found = metadata(body=body, lang=lang)
    assert (found.published, found.modified) == ("2024-05-03", "2024-06-01")


def test_a_label_beside_the_element_of_a_date_counts() -> None:
    body = """<h1>Rouge</h1><p>Updated on <span class="date">June 1, 2024</span></p>
        <p><b>Published</b> <time datetime="2024-05-03">May 3</time></p>"""
    found = metadata(body=body)
    assert (found.published, found.modified) == ("2024-05-03", "2024-06-01")


def test_a_labelled_date_below_the_text_is_read_before_the_last_change_stands_in() -> None:
    head = '<meta property="og:updated_time" content="2024-06-01T08:00:00Z">'
    text = "<p>Rouge walks over the red sand.</p>" * 100
    body = f"<h1>Rouge</h1>{text}<div><strong>(Re)Published:</strong><br>May 3, 2024</div>"
    assert metadata(head, body).published == "2024-05-03"


def test_the_day_that_readers_saw_beats_the_same_moment_in_utc() -> None:
    head = '<meta property="article:published_time" content="2024-05-03T20:30:00-05:00">'
    node = {"@type": "NewsArticle", "headline": "A", "datePublished": "2024-05-04T01:30:00Z"}
    assert metadata(head, json_ld=node).published == "2024-05-03T20:30:00-05:00"


UTC_ONLY = {"@type": "NewsArticle", "headline": "A", "datePublished": "2024-01-05T23:47:12Z"}


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        (
            "",
            '<p>By Sam</p><time datetime="2024-01-06T08:47:12+09:00">Jan 6</time>',
            "2024-01-06T08:47:12+09:00",
        ),
        ("", "<p>January 5, 2024 6:47 PM EST</p>", "2024-01-05T18:47:12-05:00"),
        ("", "<p>5 يناير 2024 - 06:47 م</p>", "2024-01-05T18:47:12-05:00"),
        ("", "<p>6 January 2024, 10:47am</p>", "2024-01-06T10:47:12+11:00"),
        ("", "<p>06.01.2024, 00:47 Uhr</p>", "2024-01-06T00:47:12+01:00"),
        ('<meta name="sailthru.date" content="2024-01-05 18:47:12">', "", "2024-01-05T18:47:12-05:00"),
    ],
)
def test_the_day_that_readers_saw_is_found_where_the_head_has_utc(
    head: str, body: str, published: str
) -> None:
    found = metadata(head, f"<h1>A</h1>{body}", json_ld=UTC_ONLY, url="https://herald.example/1")
    assert found.published == published


@pytest.mark.parametrize(
    "body",
    [
        "<p>January 5, 2024 6:48 PM</p>",
        "<p>January 7, 2024 6:47 PM</p>",
        "<p>January 5, 2024 0:00</p>",
        "<p>Updated January 5, 2024 6:47 PM</p>",
        "<p>January 5, 2024 11:47 AM</p>",
        '<div class="related"><time datetime="2024-01-05 18:47">5 January</time></div>',
    ],
)
def test_another_moment_gives_no_time_zone(body: str) -> None:
    found = metadata("", f"<h1>A</h1>{body}", json_ld=UTC_ONLY, url="https://herald.example/1")
    assert found.published == "2024-01-05T23:47:12Z"


def test_a_time_zone_that_two_statements_give_is_told() -> None:
    head = '<meta name="sailthru.date" content="2024-01-05 18:47:12">'
    witnesses = metadata(head, json_ld=UTC_ONLY).witnesses
    said = next(w for w in witnesses if w.field == "published" and w.chosen)
    assert said.note == "time zone -05:00, by the same moment stated in UTC"
    assert said.value == "2024-01-05 18:47:12"


def test_a_label_in_the_cell_before_a_date_counts() -> None:
    body = (
        "<h1>A</h1><dl><dt>Updated:</dt><dd><b><time datetime='2024-03-06'>6 March</time></b></dd>"
        "<dt>Original:</dt><dd><b><time datetime='2024-01-05'>5 January</time></b></dd></dl>"
    )
    found = metadata("", body)
    assert (found.published, found.modified) == ("2024-01-05", "2024-03-06")


def test_a_label_in_two_elements_before_a_date_counts() -> None:
    label = "<span class='desktop'>Last updated</span> <span class='mobile'>on</span>"
    body = f"<h1>Rouge</h1><div>By Sam {label} <span class='date'>Mar 6, 2024</span></div>"
    assert metadata("", body).modified == "2024-03-06"


def test_what_readers_see_of_a_date_says_more_than_its_class() -> None:
    body = "<h1>Rouge</h1><time class='published-date' datetime='2024-03-06'>Updated 6 March</time>"
    assert metadata("", body).modified == "2024-03-06"


@pytest.mark.parametrize(
    "element",
    [
        "<abbr class='published' title='2024-01-05T10:15:00+09:00'>5 January</abbr>",
        "<span class='date' title='2024-01-05T10:15:00+09:00'>2 hours ago</span>",
        "<dd itemprop='datePublished' content='2024-01-05T10:15:00+09:00'>Jan 2024</dd>",
        "<span class='post-time' data-time='1704417300'>3 h</span>",
    ],
)
def test_a_date_in_an_attribute_is_read_where_readers_see_less(element: str) -> None:
    assert (metadata("", f"<h1>Rouge</h1>{element}").published or "")[:10] == "2024-01-05"


@pytest.mark.parametrize(
    "boxes",
    [
        "<span class='year'>2024</span><span class='month'>5</span><span class='day'>3</span>",
        "<p class='month'>05</p>/<p class='day'>03</p><p class='year'>2024</p>",
        "<b class='entry-day'>3</b><i class='entry-month'>May</i><i class='entry-year'>2024</i>",
    ],
)
def test_a_day_in_boxes_of_its_parts_is_read(boxes: str) -> None:
    assert metadata(body=f"<div class='date'>{boxes}</div><h1>Rouge</h1>").published == "2024-05-03"
    assert metadata(body=f"<div class='today date'>{boxes}</div><h1>Rouge</h1>").published is None


@pytest.mark.parametrize("time", ["12:34:56.78", "12:34 ID:abcDEF120", "12:34:56 ID:abcDEF120"])
def test_the_times_of_quoted_posts_are_none_of_a_blog(time: str) -> None:
    posts = f"<div class='t_h'>1: <b>名無しさん</b> <i>2024/05/01(水) {time}</i></div><p>{SENTENCE}</p>" * 3
    below = "<div class='under'>[ 2024/05/03 12:00 ] アニメ | CM(3)</div>"
    assert metadata(body=f"<h1>Rougeの反応</h1>{posts}{below}", lang="ja").published == "2024-05-03T12:00:00"
    assert metadata(body=f"<h1>Rougeの反応</h1>{posts}", lang="ja").published is None


@pytest.mark.parametrize(
    "today",
    [
        "<div class='block-date'><p id='todays-date'>Friday, May 3, 2024</p></div>",
        "<div class='topbar current-date'>Friday, May 3, 2024</div>",
        "<div id='currentDate'><time class='header-date'>2024-05-03</time></div>",
    ],
)
def test_the_day_on_which_a_page_is_served_is_not_that_of_its_article(today: str) -> None:
    text = "<p>Rouge walks over the red sand.</p>"
    assert metadata("", f"{today}<h1>Rouge</h1>{text}").published is None
    assert metadata("", f"{today}<h1>Rouge</h1><p class='date'>May 1, 2024</p>").published == "2024-05-01"


def test_the_time_of_day_is_taken_from_another_statement_of_the_day() -> None:
    head = '<meta name="date" content="2024-01-05">'
    node = {"@type": "NewsArticle", "headline": "Rouge", "datePublished": "2024-01-05T10:15:00+09:00"}
    assert metadata(head, json_ld=node).published == "2024-01-05T10:15:00+09:00"
    node["datePublished"] = "2024-01-05"
    head = '<meta property="article:published_time" content="2024-01-05T10:15:00+09:00">'
    assert metadata(head, json_ld=node).published == "2024-01-05T10:15:00+09:00"
    head = '<meta property="article:published_time" content="2024-01-06T10:15:00+09:00">'
    assert metadata(head, json_ld=node).published == "2024-01-05"


def test_what_only_a_script_knows_is_the_last_resort() -> None:
    body = '<h1>Rouge</h1><script>state = {"article": {"publishedAt": "2024-05-03T08:00:00Z"}}</script>'
    assert metadata(body=body).published == "2024-05-03T08:00:00Z"
    several = body + '<script>more = [{"publishedAt": "2024-04-01"}]</script>'
    assert metadata(body=several).published is None


def test_the_date_of_a_video_yields_to_the_one_that_readers_see() -> None:
    head = '<meta itemprop="uploadDate" content="2023-01-01">'
    assert metadata(head, "<h1>Rouge</h1><p class=date>3 May 2024</p>").published == "2024-05-03"
    assert metadata(head, "<h1>Rouge</h1>").published == "2023-01-01"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("<p>4 May 2024, last updated 6 May 2024</p>", ""),
        ("<span>Updates</span>", "<span>05/04/2024</span>"),
        ("<time>2024.05.04</time>", "<div class='detail'>{sentence}<br>Servers rest on 9 May 2024.</div>"),
    ],
    ids=["above the headline", "below a section called updates", "in the text a day of which it tells"],
)
def test_the_day_of_a_short_article_is_not_that_of_others_below_it(above: str, below: str) -> None:
    others = "".join(f"<div><span>2024.6.{day}</span></div>" for day in range(1, 5))
    body = f"{above}<h1>Rouge ends</h1>{below.format(sentence=SENTENCE)}<p>{SENTENCE}</p>{others}"
    assert metadata("", body, lang="en-US").published == "2024-05-04"


@pytest.mark.parametrize("text", ["二〇二四年十十月五日", "令和百百十年四月五日", "令和元元年五月一日"])
def test_signs_that_make_no_number_make_no_day(text: str) -> None:
    assert read_date(text, "ja") == ()
