"""A line above the article that only says when it was published is no part of the text."""

import pytest

from crawler.extraction.extract import extract

PAGE = """<html lang="en"><head><title>The lamps of the harbour</title>
<meta property="article:published_time" content="2024-04-03T19:47:00-05:00"></head>
<body><article><h1>The lamps of the harbour</h1><p>By Ann Reed</p><p>{}</p>
<p>The ships came in one after another, and nobody on the pier had a word to say about it until the evening
came down on the water.</p>
<p>{}</p>
<p>Then the lamps were lit, and somebody began to sing, which was taken up by the others one after another
until all of them sang.</p></article></body></html>"""


@pytest.mark.parametrize(
    "line",
    [
        "April 3, 2024",
        "April 3, 2024 7:47 PM EST",
        "Updated April 3, 2024 at 7:47 p.m. EDT",
        "2024-04-03 19:47",
        "Wed., April 3, 2024, 7:47 a.m. · 3 min read",
        "4/3/2024 7:47 PM",
        "Apr. 3, 2024 | Updated: Apr. 4, 2024",
        "Mittwoch, 3. April 2024, 19:47 Uhr",
        "2024년 4월 3일 19:47",
    ],
)
def test_the_day_above_the_article_is_taken_away(line: str) -> None:
    read = extract(PAGE.format(line, "Nobody had expected that.").encode(), "https://press.example/lamps")
    assert line not in read.text
    assert line in [block.text for block in read.removed]


@pytest.mark.parametrize(
    ("above", "within"),
    [
        ("On April 3, 2024, the last lamp of the old harbour went out for good.", "So it was."),
        ("The summer of April 3, 1998", "So it was."),
        ("Nobody had expected that.", "April 3, 2024"),
    ],
)
def test_a_sentence_another_day_and_a_day_within_the_text_stay(above: str, within: str) -> None:
    read = extract(PAGE.format(above, within).encode(), "https://press.example/lamps")
    assert above in read.text
    assert within in read.text
