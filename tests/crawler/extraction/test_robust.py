"""Pages that are too much, or none at all: a result or a stated reason, and an end to it."""

import pytest

from crawler.extraction import UnreadablePageError
from crawler.extraction.boilerplate import MAX_BLOCKS
from crawler.extraction.extract import extract
from crawler.extraction.page import MAX_ATTRIBUTES, Page

URL = "https://www.herald.example/anime/metallic-rouge"
STORY = (
    "<p>The studio has spent a quarter of a century on robots, and its next one looks like a woman with a "
    "secret. Nobody asks the machines why they serve, and none of them would say so to a stranger.</p>"
)
LINKED = 'type="application/ld+json"'
RELATED = "<div class='related'>"


def page(body: str, head: str = "<title>Robots</title>") -> bytes:
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(page("<div>" * 200_000 + STORY + "</div>" * 200_000), id="200,000 nested divs"),
        pytest.param(page("<span>" * 200_000 + STORY), id="200,000 nested spans without an end"),
        pytest.param(page("<blockquote><ul><li>" * 80 + STORY), id="nested lists"),
        pytest.param(page(RELATED * 200 + STORY * 300), id="rules within rules, around the article"),
        pytest.param(page(f"<p class='{'wide ' * 400_000}'>" + STORY), id="2 MB of attribute"),
        pytest.param(page(STORY, f"<title>{'Robots | ' * 200_000}</title>"), id="2 MB of title"),
        pytest.param(page("<h1>" + "Robots " * 100_000 + "</h1>" + STORY), id="700 KB of headline"),
        pytest.param(page("<p class=byline>" + "By Ada and " * 50_000 + STORY), id="500 KB of byline"),
        pytest.param(page("<h1>Robots</h1>" * 5_000 + STORY), id="5,000 headlines"),
        pytest.param(page("<a href='" + "a/../" * 100_000 + "'>x</a>" + STORY), id="500 KB of address"),
        pytest.param(
            page("<script type='application/ld+json'>" + "[" * 200_000 + "</script>" + STORY), id="JSON"
        ),
        pytest.param(page("<figure><img src=a.jpg></figure>" * 20 + STORY), id="figures before any text"),
        pytest.param(page(STORY).replace(b" ", b"\0"), id="NUL for a space"),
        pytest.param(page(STORY + "&#xd800;\ufeff\u200b&#0;"), id="lone surrogate, marks of no width"),
        pytest.param(f"<title>Robots</title><article>{STORY}".encode(), id="no body"),
        pytest.param(page("<!-- " + STORY + "-->" + STORY), id="the story in a comment, too"),
        pytest.param(page("<div>" * 400 + STORY + "<a x" * 100_000), id="deep, and tags without an end"),
        pytest.param(page("<div>" * 300 + STORY + f"<{'a' * 200_000}<p>"), id="deep, and a tag of 200 KB"),
        pytest.param(
            page(STORY, f"<script {LINKED}>-->{' ' * 200_000}x</script>"), id="spaces in linked data"
        ),
        pytest.param(
            page(STORY, f"<script {LINKED}>[{'0,' * 2_000_000}0]</script>"), id="4 MB of linked data"
        ),
        pytest.param(
            page(f"<h1>{'<i class=sr-only>Robots</i> ' * 30_000}</h1>" + STORY), id="30,000 hidden words"
        ),
        pytest.param(
            page(f"{STORY}<h2>{'words ' * 200_000}{'<b>Written by</b>' * 5_000}</h2>"), id="5,000 labels"
        ),
        pytest.param(page(STORY, "<meta name=author content='Ada Quill'>" * 100_000), id="100,000 authors"),
        pytest.param(
            page(
                STORY
                + "".join(
                    "<div itemscope itemtype='https://schema.org/WebPageElement'>"
                    "<meta itemprop=isAccessibleForFree content=False>"
                    f"<meta itemprop=cssSelector content='.part-{n}'></div>"
                    for n in range(5_000)
                )
            ),
            id="5,000 paid parts",
        ),
    ],
)
def test_the_story_is_found(body: bytes) -> None:
    assert "a quarter of a century on robots" in " ".join(extract(body, URL).text.split())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.7 \x00\xff", "a PDF document"),
        (b"\n \t\n", "empty"),
        (b"", "empty"),
        (b"\0" * 100_000, "no HTML markup"),
        (b"Just a line of text", "no HTML markup"),
        (page("<i></i>" * 500_000), "1,000,0"),
        (page("x" * 10_000_001), "bytes"),
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', "feed"),
    ],
    ids=["PDF", "white space", "nothing", "NUL", "plain text", "a million tags", "10 MB", "feed"],
)
def test_what_cannot_be_read_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePageError, match=reason):
        extract(body, URL, content_type="text/html")


@pytest.mark.parametrize("body", ["", "<div></div>", "<script>let a = 1</script>", "<img src=a.jpg>"])
def test_a_page_without_text_is_an_article_without_text(body: str) -> None:
    assert extract(page(body), URL).text == ""


def test_an_endless_body_is_read_to_an_end_and_says_so() -> None:
    found = extract(page(STORY + "<p>And so on.</p>" * (MAX_BLOCKS + 999)), URL)
    assert found.text.count("And so on.") <= MAX_BLOCKS
    assert not found.text_complete
    assert any(f"{MAX_BLOCKS:,} blocks" in line for line in found.access_evidence)
    assert found.removed[-1].rule == "structure.beyond"
    assert "1000 blocks" in found.removed[-1].text


@pytest.mark.parametrize("value", ["", "=1", "='a b'"])
def test_of_an_element_with_attributes_without_end_some_are_read(value: str) -> None:
    """The parser holds each against all others: 40,000 of them kept it busy for most of a minute."""
    wide = " ".join(f"data-{n}{value}" for n in range(40_000))
    found = Page.parse(page(f"<p class=lead {wide}>{STORY[3:]}<p {wide}>{STORY[3:]}"), URL)
    for paragraph in found.root.iter("p"):
        assert 0 < len(paragraph.attrib) <= MAX_ATTRIBUTES
        assert "a quarter of a century on robots" in paragraph.text


def test_tags_that_never_close_are_read_in_time_that_grows_with_them() -> None:
    """Each of them was looked through to the end of the page for attributes: this took half an hour."""
    assert Page.parse(page(STORY + "<a" * 400_000), URL).root.find(".//p") is not None


def test_a_single_attribute_may_be_long() -> None:
    """Applications put what they begin with into one attribute: many words, tags among them."""
    state = "a state of <b>many</b> words " * 9_000
    found = Page.parse(page(f'<div id="app" data-state="{state}">{STORY}</div>'), URL)
    assert found.root.find(".//div").get("data-state") == state


STORY_IN = {
    "cp932": "これは日本語の文章です。メタリックルージュが一月から放送されます。",
    "euc_jp": "これは日本語の文章です。メタリックルージュが一月から放送されます。",
    "gb18030": "这是一个中文网页，我们在这里发布新闻，他们的机器人来了。",
    "cp1251": "Это русский текст о сериале, который выходит в январе.",
}


@pytest.mark.parametrize("encoding", STORY_IN)
@pytest.mark.parametrize("header", ["text/html", "text/html; charset=utf-8", "text/html; charset=nonsense"])
@pytest.mark.parametrize("meta", ["", "<meta charset=iso-8859-1>", "<meta charset=x-unknown>"])
def test_text_is_read_whatever_header_and_markup_say_of_its_charset(
    encoding: str, header: str, meta: str
) -> None:
    story = STORY_IN[encoding] * 4
    body = page(f"<article><h1>A</h1><p>{story}</p></article>", meta).decode().encode(encoding)
    assert story in extract(body, URL, content_type=header).text


def test_a_byte_order_mark_wins_over_header_and_markup() -> None:
    story = STORY_IN["cp932"] * 4
    body = page(f"<p>{story}</p>", "<meta charset=euc-jp>").decode().encode("utf-8-sig")
    assert extract(body, URL, content_type="text/html; charset=shift_jis").text == story


def test_a_long_stretch_of_ascii_before_a_foreign_byte() -> None:
    body = page("<p>" + "a word " * 20_000 + '"').replace(b"</body>", b"\xe9</body>")
    assert extract(body, URL).text.endswith("\xe9")


@pytest.mark.parametrize("control", ["&#27;", "&#x1b;", "&#x001B", "\x1b", "\x9b", "&#0;", "&#127;", "&#8;"])
def test_what_a_terminal_obeys_stands_in_no_text(control: str) -> None:
    """A control sequence in a headline would be carried out by the terminal that shows it."""
    read = extract(
        page(f"<title>Robots {control}[2J</title><h1>Robots {control}[2J</h1>{STORY} {control}[2J"), URL
    )
    assert read.title == "Robots [2J"
    assert (read.title + read.text.replace("\n", "")).isprintable()
    assert "&#123;[2J" not in extract(page(STORY + "&#123;[2J &#271; &#x1f600;"), URL).text


def test_what_a_terminal_obeys_stands_in_nothing_that_json_ld_says() -> None:
    json_ld = r'{"@type": "NewsArticle", "headline": "Robots\u001b[2J", "author": ["Ada\u0000 \u009bQuill"]}'
    read = extract(page(f'<script type="application/ld+json">{json_ld}</script>{STORY}'), URL)
    assert read.authors == ("Ada Quill",)
    assert all(witness.value.isprintable() for witness in read.witnesses)
