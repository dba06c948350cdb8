"""The bytes of a page become the right characters, and the head is read."""

import pytest

from crawler.extraction.page import Page

JAPANESE = "これは日本語の文章です。メタリックルージュが一月から放送されます。"
CHINESE = "这是一个中文网页,我们在这里发布新闻。"
RUSSIAN = "Это русский текст о сериале, который выходит в январе."
FRENCH = "L’été dernier, à Paris, où naïve"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((JAPANESE, name) for name in ("cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-8")),
        (CHINESE, "gb18030"),
        (RUSSIAN, "cp1251"),
        (FRENCH, "cp1252"),
    ],
)
@pytest.mark.parametrize("header", [None, "utf-8", "iso-8859-1", "shift_jis", "windows-1251"])
@pytest.mark.parametrize("meta", [None, "utf-8", "euc-jp", "gb2312"])
def test_charset_when_declarations_lie(
    text: str, encoding: str, header: str | None, meta: str | None
) -> None:
    declared = f'<meta charset="{meta}">' if meta else ""
    body = f"<html><head>{declared}</head><body><p>{text}</p><p>{text}</p></body></html>".encode(encoding)
    page = Page.parse(body, "https://x.example/", f"text/html; charset={header}" if header else None)
    assert text in "".join(page.root.itertext())


@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, JAPANESE])
@pytest.mark.parametrize("taken_for", ["latin-1", "cp1252"])
def test_a_page_that_was_encoded_twice_is_read_once(text: str, taken_for: str) -> None:
    text = f"{text} „Zitat“ – ’ …"
    body = f"<html><body><p>{text}</p></body></html>".encode()
    latin = "".join(bytes([n]).decode(taken_for, "replace").replace("\ufffd", chr(n)) for n in body)
    page = Page.parse(latin.encode(), "https://x.example/")
    assert text in "".join(page.root.itertext())
    assert page.encoding == "utf-8 twice"


@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, JAPANESE, CHINESE])
def test_utf_8_that_is_cut_off_within_a_character_or_has_a_wrong_byte_is_utf_8(text: str) -> None:
    whole = f"<meta charset=utf-8><h1>{text}</h1><p>{text * 20}".encode()
    for body in (whole + "é".encode()[:1], whole + b"\xff</p>" + text.encode()):
        page = Page.parse(body, "https://x.example/")
        assert page.encoding == "utf-8"
        assert text in page.root.findtext(".//h1")


def test_a_page_that_quotes_a_broken_word_is_left_alone() -> None:
    page = Page.parse("<p>“CafÃ©” is what became of “Café”.</p>".encode(), "https://x.example/")
    assert "“CafÃ©” is what became of “Café”." in "".join(page.root.itertext())


@pytest.mark.parametrize(
    "json_ld",
    [
        '{"@type": "NewsArticle", "headline": "A"}',
        '[{"@graph": [{"@type": "NewsArticle", "headline": "A"}]}]',
        '<!-- {"@type": "NewsArticle", "headline": "A",} -->',
        '{"@type": "NewsArticle", "description": "two\nlines", "headline": "A"};',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;A&quot;}",
    ],
)
def test_json_ld_as_publishers_write_it(json_ld: str) -> None:
    page = Page.parse(
        f'<script type="application/ld+json">{json_ld}</script><p>x</p>'.encode(), "https://x.example/"
    )
    assert [node["headline"] for node in page.json_ld] == ["A"]


def test_half_a_character_in_json_ld_can_be_written_everywhere() -> None:
    r"""A headline that was cut within an emoji ends with "\ud83d"; no encoding has a place for it."""
    json_ld = (
        r'{"@type": "NewsArticle", "headline": "Rouge \ud83d", "author": ["Sam \ud83d\ude00", "\udc00"]}'
    )
    page = Page.parse(
        f'<script type="application/ld+json">{json_ld}</script><p>x'.encode(), "https://x.example/"
    )
    assert page.json_ld[0]["headline"] == "Rouge \ufffd"
    assert page.json_ld[0]["author"] == ["Sam \U0001f600", "\ufffd"]


def test_head() -> None:
    page = Page.parse(
        b'<html lang="de"><base href="/b/"><meta name="Author" content="A">'
        b'<meta property="author" content="B">'
        b'<link rel="canonical" href="c"><body>',
        "https://x.example/a/",
    )
    assert page.meta["author"] == ["A", "B"]
    assert page.links["canonical"] == ["https://x.example/b/c"]
    assert page.language_hint == "de"


@pytest.mark.parametrize(
    "after", ["", "<p>And what stands behind it.</p>", "<body><p>And another.</p></body>"]
)
def test_a_page_may_leave_out_the_tags_of_its_body(after: str) -> None:
    text = "The series opens on a Mars that was settled long ago, where nobody asks the machines why."
    html = f"<!doctype html><meta charset=utf-8><title>Rouge</title><article><p>{text}</p></article>{after}"
    page = Page.parse(html.encode(), "https://www.herald.example/rouge")
    assert page.root.find("head/article") is None
    assert page.root.findtext("body/article/p") == text


def test_how_a_word_is_read_is_not_a_part_of_it() -> None:
    word = "<ruby>体罰<rp>(</rp><rt>たいばつ</rt><rp>)</rp></ruby>"
    body = f"<p>{word}を<ruby>禁止<rt>きんし</rt></ruby>する。</p>"
    page = Page.parse(body.encode(), "https://x.example/")
    assert "".join(page.root.itertext()).strip() == "体罰を禁止する。"


def test_properties_of_a_comment_or_a_citation_are_not_the_articles() -> None:
    body = """<article itemscope itemtype="https://schema.org/NewsArticle">
        <meta itemprop="author" content="Sam">
        <div itemprop="citation" itemscope><meta itemprop="author" content="Kim"></div>
        <div itemscope itemtype="https://schema.org/Comment"><meta itemprop="author" content="Ann"></div>
        </article>"""
    assert Page.parse(body.encode(), "https://x.example/").meta["author"] == ["Sam"]


@pytest.mark.parametrize("end", ["</html>", "</body></HTML >"])
def test_a_page_goes_on_behind_an_end_that_is_none(end: str) -> None:
    """The end of the page stands in the template of its header, and the article follows."""
    read = Page.parse(
        f"<html><body><header>Menu</header>{end}<p>Text.</p></body></html>".encode(), "https://a.example/"
    )
    assert read.root.findtext(".//p") == "Text."
