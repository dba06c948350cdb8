"""What holds for every page, however it is written: found out on pages that Hypothesis makes up."""

import re
from html import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import Extraction
from crawler.extraction import UnreadablePageError
from crawler.extraction.extract import extract
from crawler.extraction.page import Page
from crawler.extraction.rulebook import rules

URL = "https://www.herald.example/2024/01/05/metallic-rouge"
ENCODINGS = ("utf-8", "utf-16", "cp932", "euc_jp", "gb18030", "cp1251", "latin-1")
SENTENCES = (
    "The studio has spent a quarter of a century on robots, and its next one looks like a woman. ",
    "Nobody asks the machines why they serve, and none of them would say so to a stranger. ",
    "At a round table in New York the producer said that the music came first, then the streets. ",
    "The composer wrote for brass and for old synthesisers, because the desert asked for both. ",
    "She had drawn the armour four times before anybody noticed that it had no door in it. ",
    "Readers may subscribe to the view that he meant the budget, which was never large. ",
    "For its R&D the studio asked whether a < b, and wrote <robot> on every door of the house. ",
)
TAGS = (
    *("p", "div", "article", "main", "section", "aside", "nav", "footer", "header", "form", "figure", "h1"),
    *("h2", "ul", "li", "table", "tr", "td", "blockquote", "pre", "span", "a", "em", "b", "br", "img", "dl"),
    *("script", "style", "title", "svg", "template", "noscript", "figcaption", "x-card", "select", "html"),
)
SELECTORS = [selector for rule in rules().values() for selector in rule.selectors]
PHRASES = (
    *(
        "Subscribe to continue reading",
        "Image credit: Crunchyroll",
        "Share this article",
        "Read more: robots",
    ),
    *(
        "Sign up for our newsletter",
        "View Comments (0)",
        "By Ada Quill",
        "Foto: dpa",
        "続きを読むには会員登録",
    ),
    *("Ada Quill is a journalist from Leeds.", "Advertisement", "All rights reserved", "© 2024 The Herald"),
)
quick = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def attributes() -> st.SearchStrategy[str]:
    """A class name or id of a rule, or anything at all."""
    named = st.sampled_from(SELECTORS).map(lambda s: re.sub(r"\W*$", "", s))
    known = named.map(
        lambda s: f' class="{s[1:]}"' if s[0] == "." else f' id="{s[1:]}"' if s[0] == "#" else ""
    )
    other = st.tuples(
        st.sampled_from(["href", "src", "style", "hidden", "alt", "title", "lang", "width"]), st.text()
    )
    return st.one_of(st.just(""), known, other.map(lambda pair: f' {pair[0]}="{escape(pair[1])}"'))


def markup() -> st.SearchStrategy[str]:
    """Tags that need not match, text, entities, comments: anything that may stand in a page."""
    opened = st.builds("<{}{}>".format, st.sampled_from(TAGS), attributes())
    closed = st.sampled_from(TAGS).map("</{}>".format)
    words = st.one_of(st.sampled_from(SENTENCES), st.sampled_from(PHRASES), st.text(max_size=40))
    odd = st.sampled_from(
        [
            "<!--",
            "-->",
            "&amp;",
            "&#0;",
            "&#xd800;",
            "&nbsp;",
            "\0",
            "<",
            "<![CDATA[",
            "\ufeff",
            "\u200b",
            "<a ",
        ]
    )
    return st.lists(st.one_of(opened, opened, closed, words, words, odd), max_size=60).map("".join)


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def stands_in(part: str, whole: str) -> bool:
    """Tell whether the letters of one text are in another one, in their order."""
    rest = iter(letters(whole))
    return all(letter in rest for letter in letters(part))


def read(body: bytes) -> Extraction | None:
    try:
        return extract(body, URL, content_type="text/html")
    except UnreadablePageError:
        return None


@given(markup(), st.sampled_from(ENCODINGS), st.sampled_from(ENCODINGS))
@quick
def test_any_markup_gives_text_of_the_page_or_a_reason(html: str, encoding: str, declared: str) -> None:
    body = f'<meta charset="{declared}">{html}'.encode(encoding, "replace")
    found = read(body)
    if found is not None:
        page = "".join(Page.parse(body, URL, "text/html").root.itertext())
        assert stands_in(found.text, page)
        assert stands_in(re.sub(r"&\w+;|<[^>]*>", "", found.html), page)
        for block in found.removed:
            assert block.reason


@given(st.binary(max_size=400), st.booleans())
@quick
def test_any_bytes_give_a_result_or_a_reason(body: bytes, tagged: bool) -> None:
    read(b"<html><p>" + body if tagged else body)


@given(st.data())
@quick
def test_a_broken_page_gives_a_result(data: st.DataObject) -> None:
    body = bytearray(article([SENTENCES[0] * 3, *PHRASES, SENTENCES[1] * 3]))
    for place, piece in data.draw(
        st.lists(st.tuples(st.integers(0, len(body)), st.binary(max_size=4)), max_size=20)
    ):
        body[place : place + len(piece)] = piece
    read(bytes(body))


@given(st.lists(st.text("abcdefghij", min_size=5, max_size=9), min_size=4, max_size=12), st.data())
@quick
def test_nothing_is_kept_that_is_declared_as_paid(words: list[str], data: st.DataObject) -> None:
    paid = data.draw(st.sets(st.sampled_from(range(len(words))), min_size=1))
    blocks = [
        f'<p class="paid">{word}zzzz. {SENTENCES[i % 7]}</p>'
        if i in paid
        else f"<p>{SENTENCES[i % 7] * 2}</p>"
        for i, word in enumerate(words)
    ]
    part = '{"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".paid"}'
    declared = f'{{"@type": "NewsArticle", "isAccessibleForFree": false, "hasPart": {part}}}'
    head = f'<script type="application/ld+json">{declared}</script>'
    found = read(f"{head}<article>{''.join(blocks)}</article>".encode())
    assert found is not None
    assert "zzzz" not in found.text + found.html + "".join(block.text for block in found.removed)
    assert not found.text_complete


def article(blocks: list[str]) -> bytes:
    body = "".join(f"<p>{block}</p>" for block in blocks)
    return (
        f'<!doctype html><html lang="en"><title>Robots in a desert</title>'
        f"<body><h1>Robots in a desert</h1><article>{body}</article></html>"
    ).encode()


@given(
    st.lists(st.lists(st.sampled_from(SENTENCES), min_size=3, max_size=5), min_size=3, max_size=8), st.data()
)
@quick
def test_what_was_stripped_stays_the_same_when_stripped_again(
    paragraphs: list[list[str]], data: st.DataObject
) -> None:
    blocks = [f"<p>{number} {escape(''.join(sentences))}</p>" for number, sentences in enumerate(paragraphs)]
    for _ in range(data.draw(st.integers(0, 5))):
        furniture = f"<div{data.draw(attributes())}><p>{data.draw(st.sampled_from(PHRASES))}</p></div>"
        blocks.insert(data.draw(st.integers(0, len(blocks))), furniture)
    head = '<html lang="en"><title>Robots in a desert</title><body><h1>Robots in a desert</h1>'
    once = read(f"{head}<article>{''.join(blocks)}</article>".encode())
    assert once is not None
    for sentences in paragraphs:
        assert "".join(sentences).strip() in once.text
    twice = read(f"{head}<article>{once.html}</article>".encode())
    assert twice is not None
    assert (twice.text, twice.html) == (once.text, once.html)
