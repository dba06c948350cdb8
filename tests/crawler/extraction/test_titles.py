"""The headline, without the name of the site."""

import pytest

from tests.crawler.extraction.pages import metadata

HEADLINE = "Rouge ends where it began"


@pytest.mark.parametrize(
    "title",
    [
        f"{HEADLINE} | The Herald",
        f"{HEADLINE} - The Herald",
        f"{HEADLINE} – Culture – The Herald",
        f"The Herald: {HEADLINE}",
        f"{HEADLINE} | Culture | The Herald",
        f"{HEADLINE}｜The Herald",
    ],
)
def test_the_name_of_the_site_is_cut(title: str) -> None:
    head = f'<title>{title}</title><meta property="og:site_name" content="The Herald">'
    assert metadata(head, f"<h1>{HEADLINE}</h1>").title == HEADLINE


def test_the_host_is_a_name_of_the_site() -> None:
    assert metadata(f"<title>{HEADLINE} - Herald</title>").title == HEADLINE


def test_the_headline_on_the_page_beats_what_was_written_for_search_engines() -> None:
    head = "<title>Metallic Rouge ending explained: all answers | Herald</title>"
    assert metadata(head, f"<h1>{HEADLINE}</h1>").title == HEADLINE


def test_a_headline_of_another_block_is_not_taken() -> None:
    head = f'<meta property="og:title" content="{HEADLINE}"><title>{HEADLINE}</title>'
    body = f"<h1>Most read this week</h1><h1>{HEADLINE}</h1><h1>Comments</h1>"
    assert metadata(head, body).title == HEADLINE


def test_the_wording_on_the_page_wins_among_several_headlines() -> None:
    head = '<meta property="og:title" content="Rouge ends: where it all began">'
    assert metadata(head, f"<h1>Most read this week</h1><h1>{HEADLINE}</h1>").title == HEADLINE


def test_the_logo_in_an_h1_is_no_headline() -> None:
    head = f"<title>{HEADLINE} | The Herald</title>"
    assert metadata(head, "<h1>The Herald</h1><h2>Something else</h2>").title == HEADLINE


def test_a_dash_in_the_headline_stays() -> None:
    headline = "Rouge ends - and begins again"
    head = f'<title>{headline} | Herald</title><meta property="og:title" content="Rouge ends">'
    assert metadata(head, f"<h1>{headline}</h1>").title == headline


def test_a_section_before_a_bar_is_cut() -> None:
    head = f'<meta property="og:title" content="{HEADLINE}">'
    assert metadata(head, f"<h1>Culture | {HEADLINE}</h1>").title == HEADLINE


def test_a_date_beside_the_headline_is_left_out() -> None:
    head = f'<meta property="og:title" content="{HEADLINE}">'
    assert metadata(head, f"<h1><span>3 April 2024</span><a>{HEADLINE}</a></h1>").title == HEADLINE


def test_quotation_marks_are_no_separators() -> None:
    headline = "Regisseur: »Es war die härteste Woche«"
    assert metadata(f"<title>{headline}</title>", f"<h1>{headline}</h1>", lang="de").title == headline


def test_a_japanese_title_is_cut_at_a_bar() -> None:
    site = '<meta property="og:site_name" content="アニメ通信">'
    found = metadata(f"<title>メタリックルージュ最終回レビュー｜アニメ通信</title>{site}", lang="ja")
    assert found.title == "メタリックルージュ最終回レビュー"


@pytest.mark.parametrize("between", [": ", "</span><span>", "</span><br>"])
def test_a_kicker_inside_the_headline_is_cut_where_the_head_leaves_it_out(between: str) -> None:
    head = f'<title>{HEADLINE}</title><meta property="og:title" content="{HEADLINE}">'
    assert metadata(head, f"<h1><span>Mars series{between}{HEADLINE}</span></h1>").title == HEADLINE


def test_an_article_before_the_headline_is_no_kicker() -> None:
    head = '<title>Best robots of Mars</title><meta property="og:title" content="Best robots of Mars">'
    assert metadata(head, "<h1>The Best robots of Mars</h1>").title == "The Best robots of Mars"


def test_spaces_lost_between_the_elements_of_a_headline_come_back() -> None:
    head = f'<meta property="og:title" content="{HEADLINE}">'
    body = "<h1><span>Rouge ends</span><span> where it</span><span>began</span></h1>"
    assert metadata(head, body).title == HEADLINE


def test_a_section_in_the_only_h1_is_not_taken_where_two_places_agree_on_a_title() -> None:
    head = f'<title>{HEADLINE}</title><meta property="og:title" content="{HEADLINE}">'
    assert metadata(head, "<h1>TV &amp; Film</h1><h2>Something else</h2>").title == HEADLINE


def test_a_headline_that_is_a_part_of_the_title_is_taken() -> None:
    head = "<title>Two Makers and One Robot – Crimson Dust Lyrics and Credits | Herald Lyrics</title>"
    assert metadata(head, "<h1>Crimson Dust</h1>").title == "Crimson Dust"


def declared_everywhere(title: str) -> str:
    node = f'{{"@type": "NewsArticle", "headline": "{title}", "url": "/a"}}'
    return (
        f'<title>{title} - The Herald</title><meta property="og:title" content="{title}">'
        f'<meta property="og:site_name" content="The Herald">'
        f'<script type="application/ld+json">{node}</script>'
    )


@pytest.mark.parametrize("title", [f"After the finale: {HEADLINE}", f"{HEADLINE} in 2024"])
def test_what_all_of_the_head_has_more_than_the_headline_stays(title: str) -> None:
    assert metadata(declared_everywhere(title), f"<h1>{HEADLINE}</h1>").title == title


@pytest.mark.parametrize("title", [f"{HEADLINE} | Culture", f"{HEADLINE} - Culture", f"Herald: {HEADLINE}"])
def test_a_section_or_the_site_that_all_of_the_head_has_more_goes(title: str) -> None:
    assert metadata(declared_everywhere(title), f"<h1>{HEADLINE}</h1>").title == HEADLINE


@pytest.mark.parametrize(
    "headline",
    [
        f'<span class="kicker">Review</span> {HEADLINE}',
        f'<a class="eyebrow" href="/tv">TV</a><br>{HEADLINE}',
        f'{HEADLINE} <span class="sr-only">(opens in a new window)</span>',
        f'{HEADLINE} <a class="headerlink" href="#top">¶</a>',
        f"{HEADLINE} ¶",
    ],
)
def test_what_the_markup_of_a_headline_calls_something_else_goes(headline: str) -> None:
    head = f'<meta property="og:title" content="{HEADLINE}">'
    assert metadata(head, f"<h1>{headline}</h1>").title == HEADLINE


def test_a_kicker_stays_where_all_of_the_head_has_it_as_well() -> None:
    head = declared_everywhere(f"Review: {HEADLINE}")
    body = f'<h1><span class="kicker">Review:</span> {HEADLINE}</h1>'
    assert metadata(head, body).title == f"Review: {HEADLINE}"


@pytest.mark.parametrize(
    "body",
    [
        f'<div itemprop="headline">{HEADLINE}</div>',
        f'<h2 class="entry-title">{HEADLINE}</h2>',
        f'<h1><a href="/">The Herald</a></h1><p class="article-title">{HEADLINE}</p>',
    ],
)
def test_another_element_that_is_called_a_headline_stands_in_for_a_missing_h1(body: str) -> None:
    head = "<title>The Herald</title><meta property='og:site_name' content='The Herald'>"
    assert metadata(head, body).title == HEADLINE


@pytest.mark.parametrize(
    ("document", "site", "title"),
    [
        (f"{HEADLINE} | Anime | Herald Culture | The Herald", "The Herald", HEADLINE),
        (f"{HEADLINE} « The Herald", "The Herald", HEADLINE),
        (f"(2) {HEADLINE} - The Herald", "The Herald", HEADLINE),
        (f"» {HEADLINE} | ", "The Herald", HEADLINE),
        ("红色机械最后一集_动漫_先驱网", "先驱网", "红色机械最后一集"),
        ("메탈릭 루주 결말 - 헤럴드경제", "헤럴드", "메탈릭 루주 결말"),
        ("メタリックルージュ最終回｜アニメ｜ヘラルド", "ヘラルド", "メタリックルージュ最終回"),
    ],
)
def test_sections_site_and_counts_of_the_title_element_go(document: str, site: str, title: str) -> None:
    head = f'<title>{document}</title><meta property="og:site_name" content="{site}">'
    assert metadata(head).title == title


def test_of_two_headlines_the_one_that_the_address_is_made_of_is_taken() -> None:
    head = "<title>Our favourite last episodes of Mars | The Herald</title>"
    body = "<h1>Favourite first episodes of Mars</h1><h1>Where to see Rouge end and begin</h1>"
    url = "https://www.herald.example/where-to-see-rouge-end-10482213.html"
    assert metadata(head, body, url=url).title == "Where to see Rouge end and begin"


def test_few_words_that_the_address_is_made_of_are_a_headline() -> None:
    head = '<meta property="og:title" content="The end of a series: what the last episode says">'
    assert metadata(head, "<h1>Red dust</h1>", url="https://herald.example/a/red-dust/").title == "Red dust"


@pytest.mark.parametrize(
    ("heading", "lang"),
    [
        ("Herald Blog of Mars", "en"),
        ("A word from the founder of this paper:", "en"),
        ("Find out which of the episodes are worth your time. " * 5, "en"),
        ("기사 상세보기", "ko"),
        ("特集・インタビュー", "ja"),
    ],
)
def test_what_no_headline_looks_like_is_not_taken_for_one(heading: str, lang: str) -> None:
    head = f'<title>{HEADLINE}</title><meta property="og:title" content="{HEADLINE}">'
    assert metadata(head, f"<h1>{heading}</h1>", lang=lang).title == HEADLINE


@pytest.mark.parametrize("between", [": ", " - ", " – ", " | "])
def test_what_only_the_look_says_between_two_pieces_is_written_as_the_head_does(between: str) -> None:
    head = f'<meta property="og:title" content="After the finale{between}{HEADLINE}">'
    body = f"<h1><span>After the finale</span> <span>{HEADLINE}</span></h1>"
    assert metadata(head, body).title == f"After the finale{between}{HEADLINE}"


def test_the_last_piece_of_a_headline_is_not_all_of_it_where_the_head_has_all() -> None:
    whole = f"Mars from the first to the last episode {HEADLINE}"
    head = f'<meta property="og:title" content="{whole}"><title>{HEADLINE}</title>'
    body = f"<h1>Mars from the first to the last episode<br>{HEADLINE}</h1>"
    assert metadata(head, body).title == whole


def test_the_site_before_its_section_is_cut_with_it() -> None:
    head = f"<title>Herald Culture | Herald.example - {HEADLINE}</title>"
    assert metadata(head, "<h1>Pulse!</h1>", url="https://herald.example/1").title == HEADLINE


def test_a_site_may_be_named_by_the_first_letters_in_its_host() -> None:
    head = f"<title>{HEADLINE} | First Mars Observer of Xanadu</title>"
    assert metadata(head, url="https://www.fmox.example/1").title == HEADLINE


def test_signs_that_are_not_seen_are_left_out() -> None:
    body = "<h1>Rouge\u00ads En\u00adde: \u2060ein An\u200bfang</h1>"
    assert metadata("", body).title == "Rouges Ende: ein Anfang"


def test_a_line_break_within_a_chinese_headline_is_no_space_where_the_head_has_none() -> None:
    head = "<title>《金属口红》第二季7月开播_文化_样本新闻网</title>"
    assert (
        metadata(head, "<h1>《金属口红》第二季<br>7月开播</h1>", lang="zh").title
        == "《金属口红》第二季7月开播"
    )


def test_a_badge_in_the_headline_is_no_part_of_it() -> None:
    head = f'<meta property="og:title" content="{HEADLINE}">'
    assert metadata(head, f'<h1>{HEADLINE} <span class="badge">Premium</span></h1>').title == HEADLINE


@pytest.mark.parametrize("document", ["{} | News | Rouge, the series", "{} - Fans of Mars"])
def test_without_a_headline_what_stands_alone_and_begins_the_title_element_is_the_title(
    document: str,
) -> None:
    """An official site, whose ``h1`` is a logo, and a page of 2005."""
    head = f"<title>{document.format(HEADLINE)}</title>"
    shown = f"<font><b>{HEADLINE}</b></font>"
    assert metadata(head, f"<h1><img src='/logo.png'></h1>{shown}").title == HEADLINE


def test_headings_of_parts_are_no_headline_whatever_their_level() -> None:
    """An editor makes each subhead an ``h1``; the headline is a span."""
    head = f"<title>{HEADLINE} - 先驱报</title>"
    body = f"<div class='x1'><span class='x1__text'>{HEADLINE}</span></div>"
    parts = "<h1>The desert</h1><p>She walks.</p><h1>Two guesses</h1><p>It ends.</p>"
    assert metadata(head, body + parts).title == HEADLINE


@pytest.mark.parametrize("count", ["（1/2 ページ）", " (2/3)", " (1/4 pages)"])
def test_the_number_of_the_page_is_no_part_of_a_title(count: str) -> None:
    head = f'<title>{HEADLINE}{count} - Herald</title><meta property="og:title" content="{HEADLINE}">'
    assert metadata(head, f"<h1><span>{HEADLINE}</span><span>{count}</span></h1>").title == HEADLINE
    counted = f'<meta property="og:title" content="{HEADLINE} (1/2)">'
    assert metadata(counted, f"<h1>{HEADLINE} (1/2)</h1>").title == f"{HEADLINE} (1/2)"
