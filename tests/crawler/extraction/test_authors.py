"""Who wrote it: people before desks, and nothing but names."""

from typing import Any

import pytest

from crawler.extraction.names import split_names
from tests.crawler.extraction.pages import metadata


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Sam Example", ["Sam Example"]),
        ("By Sam Example and Kim Sample", ["Sam Example", "Kim Sample"]),
        ("Ann Other, Sam Example and Kim Sample", ["Ann Other", "Sam Example", "Kim Sample"]),
        ("Von Anna Beispiel und Jörg Müster", ["Anna Beispiel", "Jörg Müster"]),
        ("Par Léa Exemple et Jean-Luc Modèle", ["Léa Exemple", "Jean-Luc Modèle"]),
        ("Por Ana Ejemplo y Luis Muestra", ["Ana Ejemplo", "Luis Muestra"]),
        ("José Ejemplo y Muestra", ["José Ejemplo y Muestra"]),
        ("di Vera Esempio", ["Vera Esempio"]),
        ("文＝見本太郎", ["見本太郎"]),
        ("取材・文：見本花子", ["見本花子"]),
        ("홍견본 기자", ["홍견본"]),
        ("Sam Example, Jr.", ["Sam Example, Jr."]),
        ("Kim Sample, MD, PhD", ["Kim Sample, MD, PhD"]),
        ("Sam Example, Senior Political Editor", ["Sam Example"]),
        ("Sam Example Staff Writer", ["Sam Example"]),
        ("Sam Example | sam@herald.example | Herald News", ["Sam Example"]),
        ("Sam Example (The Herald)", ["Sam Example"]),
        ("Sam Example for The Herald", ["Sam Example"]),
        ("Sam Example · Herald News · Posted: Apr 3, 2024 8:25 AM", ["Sam Example"]),
        ("Sam Example 8:41 PM on April 3, 2024", ["Sam Example"]),
        ("Sam Example\nFollow @sam\nPublished April 3, 2024", ["Sam Example"]),
        ("https://social.example/sam", []),
        ("admin", []),
        ("Senior Staff Writer", []),
        ("", []),
    ],
)
def test_a_byline_is_taken_apart(byline: str, names: list[str]) -> None:
    assert list(split_names(byline)) == names


@pytest.mark.parametrize(
    "author",
    [
        "Sam Example and Kim Sample",
        ["Sam Example", "Kim Sample"],
        [{"@type": "Person", "name": "Sam Example"}, {"@type": "Person", "name": "Kim Sample"}],
        [
            {"@type": "Person", "name": ["Sam Example", "Kim Sample"]},
            {"@type": "Person", "name": "Kim Sample"},
        ],
        {"@list": [{"name": "Sam Example"}, {"name": "By Kim Sample"}]},
    ],
)
def test_linked_data_names_authors_in_many_shapes(author: Any) -> None:
    found = metadata(json_ld={"@type": "NewsArticle", "headline": "A", "author": author})
    assert found.authors == ("Sam Example", "Kim Sample")


def test_an_address_is_no_author() -> None:
    head = '<meta property="article:author" content="https://social.example/herald">'
    assert metadata(head).authors == ()


def test_bibliographic_metadata_has_the_family_name_first() -> None:
    head = '<meta name="dc.creator" content="Example, Sam"><meta name="dc.creator" content="Sample, Kim">'
    assert metadata(head).authors == ("Sam Example", "Kim Sample")


def test_a_person_in_the_byline_beats_the_publisher_in_the_head() -> None:
    head = '<meta name="author" content="The Herald"><meta property="og:site_name" content="The Herald">'
    body = '<h1>Rouge ends where it began</h1><p class="byline">By <a href="/author/sam">Sam Example</a></p>'
    assert metadata(head, body).authors == ("Sam Example",)


def test_a_named_desk_is_an_author_where_no_person_is() -> None:
    assert metadata('<meta name="author" content="Herald Culture Desk">').authors == ("Herald Culture Desk",)


ELSEWHERE = [
    '<aside class="related"><div class="author">Kim Sample</div></aside>',
    '<nav><span class="author">Kim Sample</span></nav>',
    '<div class="teaser-list"><div class="teaser"><span class="byline">By Kim Sample</span></div></div>',
    '<ol class="comments"><li><cite class="author">Kim Sample</cite></li></ol>',
    '<figure><img src="a.jpg"><span class="author">Kim Sample</span></figure>',
]


@pytest.mark.parametrize("block", ELSEWHERE)
def test_other_blocks_have_authors_of_their_own(block: str) -> None:
    body = f'<h1>Rouge ends where it began</h1>{block}<div class="byline">By Sam Example</div><p>Text.</p>'
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_person_in_the_byline_beats_a_desk_in_the_head() -> None:
    body = '<h1>Rouge ends where it began</h1><p class="byline">By Sam Example</p>'
    assert metadata('<meta name="author" content="Herald Culture Desk">', body).authors == ("Sam Example",)


def test_a_photographer_is_no_author() -> None:
    body = """<h1>Rouge ends where it began</h1>
        <figure><img src="a.jpg"><figcaption>By Kim Sample</figcaption></figure><p>By Sam Example</p>"""
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_byline_without_any_markup_is_read() -> None:
    body = "<h1>Rouge ends where it began</h1><div><div>By Sam Example and Kim Sample</div></div><p>Text.</p>"
    assert metadata(body=body).authors == ("Sam Example", "Kim Sample")


def test_a_japanese_byline_is_read() -> None:
    body = "<h1>メタリックルージュ最終回レビュー</h1><p>取材・文：見本花子</p><p>本文です。</p>"
    assert metadata(body=body, lang="ja").authors == ("見本花子",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Redaktion: Anna Beispiel und\nJörg Müster", ["Anna Beispiel", "Jörg Müster"]),
        ("By Sam Example,\nKim Sample", ["Sam Example", "Kim Sample"]),
        ("Photos and Story By Sam Example", ["Sam Example"]),
        ("Sam Example\nFull-Stack Writer/Desk Developer\nReading Time\n4 mins", ["Sam Example"]),
        ("Sam Example / Kim Sample", ["Sam Example", "Kim Sample"]),
        ("Herald Admin", []),
    ],
)
def test_a_byline_on_several_lines_is_taken_apart(byline: str, names: list[str]) -> None:
    assert list(split_names(byline)) == names


def test_a_photographer_beside_an_image_is_no_author_where_another_line_is_signed() -> None:
    body = """<h1>Rouge ends where it began</h1><div><img src="a.jpg"><span>By <a href="/writer/kim">Kim
        Sample</a></span></div><div>By <a href="/writer/sam">Sam Example</a>, Staff Writer</div>"""
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_writer_beats_the_publisher_who_has_a_name_like_a_person() -> None:
    head = '<meta name="author" content="Rosa Luna"><meta property="og:site_name" content="Rosa Luna">'
    body = '<h1>Rouge ends where it began</h1><div class="byline">By Sam Example</div>'
    assert metadata(head, body).authors == ("Sam Example",)
    assert metadata(head).authors == ("Rosa Luna",)


def test_a_signature_on_the_right_below_the_text_is_read() -> None:
    body = """<h1>Robot trên sao Hỏa</h1><p>Câu chuyện bắt đầu.</p>
        <p style="text-align:right;"><strong>Lê Mẫu</strong></p>"""
    assert metadata(body=body, lang="vi").authors == ("Lê Mẫu",)
