"""Extraction as a whole: a page in, an article and the account of what was removed out."""

import re

import pytest

from archive.models import Access, Extraction
from crawler.extraction import UnreadablePageError
from crawler.extraction.extract import extract

URL = "https://www.herald.example/anime/metallic-rouge"

LONG = [
    "The studio has spent a quarter of a century on robots, and its next one looks like a woman "
    "with a secret. "
    "Its new series opens on a Mars that was settled long ago, where machines serve and nobody asks "
    "them why.",
    "The story follows an android and her talkative partner, who travel from city to city and look "
    "for nine others "
    "of her kind. Each of them has a plan for the planet, and none of the plans leaves much room for people.",
    "At a round table in New York the producer said that the music came first, then the streets, "
    "then the armour. "
    "The composer wrote for brass and for old synthesisers, because the desert asked for both of "
    "them at once.",
    "Nobody at the table wanted to say how it ends. “We start from one image,” the producer said, "
    "“and everything "
    "that follows is what that image costs.” Readers may subscribe to the view that he meant the budget.",
]
JAPANESE = [
    "今期のアニメで一番驚いたのが第3話だった。放送から一週間がたち、繰り返し見た今でも、その驚きは薄れていない。",
    "この記事では、絵コンテを手がけた人の演出を中心に、三つの場面を取り上げて考えてみたい。未見の方は注意してほしい。",
    "音楽も効果音も止まり、三十秒のあいだ波だけが動く。この沈黙こそが本作の心臓だと思う。",
    "監督は放送後の配信番組でそう語っていた。",
    "次はどんな驚きが待っているのだろうか。",
]
CUT_OFF = "“What people should see is that this is not the Mars they know,” the producer said. “It has been"

SEED_LIKE = [
    (
        "note",
        "If you follow a link here and buy something, we may get a small commission. Read our policy.",
    ),
    ("h1", "Metallic Rouge: what its makers say about it"),
    ("lead", "At a round table the makers spoke about their coming series"),
    ("caption", "Rouge in her armour"),
    ("credit", "Image credit: Crunchyroll"),
    ("text", LONG[0]),
    ("h2", "What is it about?"),
    ("text", LONG[1]),
    ("h2", "Where it comes from"),
    ("text", LONG[2]),
    ("text", LONG[3]),
    ("text", CUT_OFF),
    ("wall", "Subscribe to The Herald to read this article"),
    ("wall", "Become a member and get first access to tickets, photo sessions, exclusive content, and more."),
    ("name", "Ada Quill"),
    (
        "bio",
        "Ada Quill: Ada Quill is an entertainment journalist from Leeds in the trade since 2016.",
    ),
    ("comments", "Comments"),
    ("comments", "Want to join the discussion? Please activate your account first."),
    ("comments", "View Comments (0)"),
    ("policy", "Find out how we conduct our reviews by reading our review policy"),
]
FITTING = {
    "note": "affiliate", "credit": "credits", "wall": "subscription", "name": "structure", "bio": "authors",
    "comments": "comments", "policy": "policy", "h1": "structure", "caption": "structure",
}  # fmt: skip


def read(html: str) -> Extraction:
    return extract(html.encode(), URL)


def document(body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    )


def article(*extra: str, head: str = "") -> Extraction:
    paragraphs = [f"<p>{text}</p>" for text in LONG]
    return read(document(f"<article><h1>A title</h1>{''.join(paragraphs)}{''.join(extra)}</article>", head))


@pytest.mark.parametrize("tag", ["p", "div"])
@pytest.mark.parametrize("headings", ["h2", "strong"])
def test_page_as_a_reader_saw_it_without_telling_class_names(tag: str, headings: str) -> None:
    def markup(kind: str, text: str) -> str:
        if kind == "h1":
            return f"<h1>{text}</h1>"
        if kind == "h2":
            return f"<h2>{text}</h2>" if headings == "h2" else f"<{tag}><strong>{text}</strong></{tag}>"
        return f"<{tag}>{text}</{tag}>"

    body = "".join(markup(kind, text) for kind, text in SEED_LIKE)
    found = read(
        document(f"<div>{body}</div>", "<title>Metallic Rouge: what its makers say about it</title>")
    )

    assert found.text.split("\n\n") == [text for kind, text in SEED_LIKE if kind in {"lead", "text", "h2"}]
    families = {block.text: block.rule.partition(".")[0] for block in found.removed}
    for kind, text in SEED_LIKE:
        if kind in FITTING:
            assert families[text] == FITTING[kind], text
    assert found.authors == ("Ada Quill",)
    assert found.access is Access.PAYWALLED
    assert not found.text_complete
    assert any("Subscribe to The Herald" in line for line in found.access_evidence)


def test_removed_block_tells_where_it_stood() -> None:
    found = read(
        document(
            f"<article><h1>T</h1><p>{LONG[0]}</p><div class='newsletter-signup'>Sign up here</div>"
            f"<p>{LONG[1]}</p><p>{LONG[2]}</p></article>"
        )
    )
    (block,) = [block for block in found.removed if block.rule == "newsletter.box"]
    assert block.position == 1
    assert block.text == "Sign up here"
    assert block.reason


@pytest.mark.parametrize(
    ("markup", "rule"),
    [
        ('<div id="disqus_thread">12 comments, and a thread</div>', "comments.vendor"),
        ('<div class="OUTBRAIN">You will not believe this</div>', "related.vendor"),
        ('<div class="trc_related_container">Ten tricks</div>', "related.vendor"),
        ('<div id="onetrust-banner-sdk">We value your privacy</div>', "consent.vendor"),
        ('<div class="tp-container-inner">Pay here</div>', "subscription.vendor"),
        ("<p>Melden Sie sich hier für unseren Newsletter an</p>", "newsletter.prompt"),
        ("<p>関連記事</p>", "related.heading"),
        ('<p><a href="/x">Lire aussi : une autre histoire</a></p>', "related.heading"),
        ("<p>Photo: Someone / Agency</p>", "credits.line"),
        ("<p>Advertisement</p>", "advertising.label"),
    ],
)
def test_rule_of_a_block(markup: str, rule: str) -> None:
    language = re.search("Melden|関連|Lire", markup)
    lang = {"Melden": "de", "関連": "ja", "Lire": "fr"}[language[0]] if language else "en"
    body = f"<article><h1>A title</h1><p>{LONG[0]}</p><p>{LONG[1]}</p>{markup}<p>{LONG[2]}</p></article>"
    found = read(f'<html lang="{lang}"><body>{body}</body></html>')
    assert rule in {block.rule for block in found.removed}
    assert found.text.split("\n\n") == LONG[:3]


def test_a_paragraph_that_mentions_subscribing_stays_whole() -> None:
    assert "Readers may subscribe to the view that he meant the budget." in article().text


@pytest.mark.parametrize("name", ["overflow-hidden", "commercial-space", "shareholders", "text-content-body"])
def test_only_whole_class_names_count(name: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in LONG)
    found = read(document(f'<article><h1>A title</h1><div class="{name}">{body}</div></article>'))
    assert found.text.split("\n\n") == LONG


def test_a_rule_that_would_take_the_article_is_passed_over() -> None:
    body = "".join(f"<p>{text}</p>" for text in LONG)
    found = read(document(f'<div class="newsletter"><h1>A title</h1>{body}</div>'))
    assert found.text.split("\n\n") == LONG


def test_html_keeps_structure_and_makes_links_absolute() -> None:
    found = article(
        "<h3>Rules of the round</h3><ul><li>First of all, nobody <em>runs</em> away from the table.</li>"
        '<li>Second, <a href="/more">everybody listens</a> until the music has ended.</li></ul>'
        "<blockquote><p>We start from one image, and we never look back from there.</p></blockquote>"
        f"<p>{LONG[0].replace('quarter', 'half')}</p>"
    )
    assert '<a href="https://www.herald.example/more">everybody listens</a>' in found.html
    assert "<ul><li>First of all, nobody <em>runs</em> away from the table.</li>" in found.html
    assert "<blockquote><p>We start" in found.html
    assert "<h3>Rules of the round</h3>" in found.html
    assert "- First of all" in found.text
    assert not re.search(r"<(?:script|div|span)|class=|style=", found.html)


@pytest.mark.parametrize("value", ["false", '"False"', '"http://schema.org/False"'])
def test_declared_paid_part_is_never_kept(value: str) -> None:
    part = f'{{"@type": "WebPageElement", "isAccessibleForFree": {value}, "cssSelector": ".members"}}'
    node = f'{{"@type": "NewsArticle", "isAccessibleForFree": {value}, "hasPart": {part}}}'
    paid = f"<div class='members'><p>{LONG[1]}</p><p>{LONG[2]}</p></div><p>Share this article</p>"
    found = read(
        document(
            f"<article><h1>T</h1><p>{LONG[0]}</p>{paid}</article>",
            f'<script type="application/ld+json">{node}</script>',
        )
    )
    assert found.text == LONG[0]
    assert not [
        part for part in (found.html, str(found.removed)) if "android" in part or "round table" in part
    ]
    words = len(f"{LONG[1]} {LONG[2]}".split())
    assert [(block.rule, block.text) for block in found.removed][1:] == [
        ("access.paid-part", f"{words} words in 2 blocks, not kept"),
        ("share.line", "Share this article"),
    ]
    assert found.access is Access.PAYWALLED
    assert not found.text_complete


def test_declared_free() -> None:
    found = article(head='<meta itemprop="isAccessibleForFree" content="true">')
    assert found.access is Access.FREE
    assert found.text_complete


def test_nothing_declared_is_unknown() -> None:
    assert article().access is Access.UNKNOWN


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"", "empty"),
        (b"only words, nothing else", "no HTML markup"),
        (b"<rss><channel></channel></rss>", "feed"),
        (b"<p>" * 600_000, "tags"),
        (b"<a " + bytes(range(256)) * 40, "binary"),
        (b"<p>" + b"x" * 10_000_001, "bytes"),
    ],
)
def test_what_is_no_page_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePageError, match=reason):
        extract(body, URL)


def test_deeply_nested_page_gives_its_text() -> None:
    html = "<html><body>" + "<div>" * 100_000 + f"<p>{LONG[0]}</p>" + "</div>" * 100_000 + f"<p>{LONG[1]}</p>"
    assert LONG[0] in read(html).text


def test_text_is_never_empty_when_there_is_text() -> None:
    assert read("<p>Share</p>").text == "Share"
    assert read("<div><p>word word word</p></div>" * 50).text
    assert read("<nav><p>Only a navigation holds these few words of text.</p></nav>").text


@pytest.mark.parametrize("around", ["<div hidden>{}</div>", "<aside class='related'>{}</aside>", "{}"])
def test_hidden_paid_part_is_not_in_the_account(around: str) -> None:
    node = '{"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".members"}'
    paid = around.format(f"<div class='members' style='display:none'><p>{LONG[1]}</p></div>")
    found = read(
        document(
            f"<article><h1>T</h1><p>{LONG[0]}</p><p>{LONG[2]}</p>{paid}</article>",
            f'<script type="application/ld+json">{node}</script>',
        )
    )
    assert "android" not in found.text + found.html + str(found.removed)
