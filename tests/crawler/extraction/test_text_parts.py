"""One small page a phenomenon: short lists, quotes and headings within the text stay, and others go."""

import re
from html import escape

import pytest

from tests.crawler.extraction.test_extract import JAPANESE, LONG, document, read

STAFF = ["Director: Shu Arima", "Scripts: Minori Takase", "Music: Reiko Mizuno", "Production: Harukaze"]


def items(lines: list[str], names: str = "") -> str:
    return f'<ul class="{names}">' + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def linked(line: str) -> str:
    label, _, name = line.partition(": ")
    return f'{label}: <a href="/people/{name.split()[0].lower()}">{name}</a>'


def kept(*parts: str, lang: str = "en") -> list[str]:
    """Give the lines that are kept of an article made of some parts."""
    page = document(f"<main><article><h1>The lamp is lit again</h1>{''.join(parts)}</article></main>")
    return read(page.replace('lang="en"', f'lang="{lang}"')).text.split("\n")


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_a_list_of_names_that_the_text_introduces_stays() -> None:
    staff = "<p>The returning staff includes:</p>" + items([linked(line) for line in STAFF])
    lines = kept(paragraphs(LONG[:2]), staff, paragraphs(LONG[2:]))
    assert [f"- {line}" for line in STAFF] == [line for line in lines if line.startswith("- ")]


def test_a_list_of_links_to_other_pages_goes() -> None:
    links = items([f'<a href="/news/{n}">{line}</a>' for n, line in enumerate(STAFF)])
    lines = kept(paragraphs(LONG[:2]), links, paragraphs(LONG[2:]))
    assert not [line for line in lines if line.startswith("- ")]


def test_a_list_with_the_class_name_of_furniture_goes() -> None:
    lines = kept(paragraphs(LONG[:2]), items(STAFF, "related-facts"), paragraphs(LONG[2:]))
    assert not [line for line in lines if line.startswith("- ")]


def test_a_short_quote_stays_in_a_script_without_spaces() -> None:
    quote = "音を消すことには勇気が要りました。"
    marked = f"<blockquote><p>{quote}</p></blockquote>"
    assert quote in kept(paragraphs(JAPANESE[:3]), marked, paragraphs(JAPANESE[3:]), lang="ja")


@pytest.mark.parametrize("end", ["— Keeper (@keeper)", '<a href="https://social.example/1">20 July</a>'])
def test_what_is_embedded_from_elsewhere_is_no_quote_of_the_text(end: str) -> None:
    post = f"<blockquote><p>うれしい。</p>{end}</blockquote>"
    assert "うれしい。" not in kept(paragraphs(JAPANESE[:3]), post, paragraphs(JAPANESE[3:]), lang="ja")


def test_a_quote_that_the_layout_takes_out_of_the_text_is_there_once() -> None:
    pulled = "この沈黙こそが本作の心臓だと思う。"
    marked = f"<blockquote><p>{pulled}</p></blockquote>"
    assert pulled not in kept(paragraphs(JAPANESE[:3]), marked, paragraphs(JAPANESE[3:]), lang="ja")


@pytest.mark.parametrize(
    "listing",
    [
        '<div class="toolbar"><pre class="language-sh"><code>npm i -g @bell/tower</code></pre></div>',
        "<div><pre>2026-05-04 10:22 | tower | ok</pre></div>",
        '<figure class="wp-block-code"><pre>W . . E</pre></figure>',
    ],
    ids=["a command", "a log", "a map"],
)
def test_a_listing_within_the_text_stays(listing: str) -> None:
    """Not one sentence, and few words, in boxes of their own."""
    lines = kept(paragraphs(LONG[:2]), "<p>This is what it said:</p>", listing, paragraphs(LONG[2:]))
    assert {"npm i -g @bell/tower", "2026-05-04 10:22 | tower | ok", "W . . E"} & {*lines}


@pytest.mark.parametrize(
    "asks", ["And now, see more of the places that we like:", "他にもおすすめの記事があります："]
)
def test_a_last_line_that_introduces_links_goes_with_them(asks: str) -> None:
    links = items([f'<a href="/news/{n}">{line}</a>' for n, line in enumerate(STAFF)])
    assert [*filter(None, kept(paragraphs(LONG), f"<p>{asks}</p>", links))] == LONG


def test_a_last_line_with_a_colon_stays_above_nothing_that_went() -> None:
    last = "She left us with these words, and with a colon:"
    assert kept(paragraphs(LONG), f"<p>{last}</p>")[-1] == last


HEADINGS = ["Ropes are not optional", "Listen for bells", "Feed the cat", "Turn off the minimap", "Stay"]
ADVICE = [
    "You can carry four. Carry four. The thread of light looks magical, but it does not hold your weight.",
    "A bell means that another player is lost. It also means that a shop is open.",
    "We will not say why.",
    "It lies. The paper map in your bag is always right, and it is nicer to look at.",
    "All of them. Trust us.",
]


@pytest.mark.parametrize("own", ["", 'id="tip-{}"'], ids=["alike", "an id each"])
@pytest.mark.parametrize("head", ['<h3 class="sc-head">{}</h3>', "<p><strong>{}</strong></p>"])
def test_headings_in_boxes_of_their_own_stay_where_one_of_them_does(own: str, head: str) -> None:
    pairs = [
        f'<div class="sc-box" {own.format(n)}>{head.format(heading)}</div><p class="sc-text">{text}</p>'
        for n, (heading, text) in enumerate(zip(HEADINGS, ADVICE, strict=True))
    ]
    lines = kept(
        '<p class="sc-text">The new adventure tells you little. Here is what we learned.</p>', *pairs
    )
    assert [line for line in lines if line in HEADINGS] == HEADINGS


SUBHEADS = ["New region", "Balance", "Bug fixes"]
PATCH = [
    "The sunken city is reached through the harbour after the main story.",
    "Lights now last for twenty seconds, and swimming costs half of what it did.",
    "Camels no longer walk into the sea when nobody looks.",
]


@pytest.mark.parametrize(
    "head", ['<div class="bb_h2">{}</div>', "<h1>{}</h1>", '<div class="GN-subtitle">{}</div>']
)
def test_subheads_of_a_short_text_stay_though_none_reads_like_one(head: str) -> None:
    parts = [f"{head.format(one)}<div>{text}</div>" for one, text in zip(SUBHEADS, PATCH, strict=True)]
    lines = kept("<div>Hello travellers, the tide is out, and the city is open.</div>", *parts)
    assert [line for line in lines if line in SUBHEADS] == SUBHEADS


@pytest.mark.parametrize(
    "head", ['<h3 class="widget-title">Notes</h3>', '<h4 class="sidebar-title">About</h4>']
)
def test_a_heading_beside_the_paragraph_that_it_heads_stays(head: str) -> None:
    """Alone of its kind, and like those of furniture; with what it heads, it would go."""
    lines = kept(paragraphs(LONG[:2]), head, paragraphs(LONG[2:]))
    assert re.sub("<.*?>", "", head) in lines


@pytest.mark.parametrize(
    ("lang", "good", "bad"),
    [
        ("en", "Pros", "Cons"),
        ("de", "Pro", "Contra"),
        ("cs", "Plusy", "Mínusy"),
        ("ja", "良い点", "気になる点"),
        ("fa", "نقاط قوت", "نقاط ضعف"),
        ("he", "יתרונות", "חסרונות"),
    ],
)
def test_the_pros_and_cons_of_a_review_stay(lang: str, good: str, bad: str) -> None:
    texts = JAPANESE if lang == "ja" else LONG
    box = (
        f"<div class='box'><b>8</b><div><h4>{good}</h4>{items(['Music', 'Dunes'])}</div>"
        f"<div><h4>{bad}</h4>{items(['Fights', 'Few songs'])}</div></div>"
    )
    lines = kept(paragraphs(texts[:3]), box, paragraphs(texts[3:]), lang=lang)
    assert [line for line in lines if line in {good, bad} or line[:2] == "- "] == [
        good,
        "- Music",
        "- Dunes",
        bad,
        "- Fights",
        "- Few songs",
    ]


def test_pros_and_cons_in_a_line_stay() -> None:
    lines = kept(
        paragraphs(JAPANESE), "<div><div>优点：音乐；沙丘</div><div>缺点：战斗</div></div>", lang="zh"
    )
    assert lines[-1] == "缺点：战斗"


def test_posts_that_an_article_quotes_stay_without_the_lines_of_who_wrote_them() -> None:
    """However short they are: a board's posts have no full stops, and stand in boxes of their own."""
    posts = ["二期が十月から始まるらしい", "うおおおおお", ">>1\n待ってた", "全13話か", "実質14話やぞ"]
    boxes = [
        f'<div class="t_h">{n}: <span>名無しさん</span> 2026/10/0{n}(金) 12:0{n}:22.41 ID:aB3dE{n}fG0</div>'
        f'<div class="t_b">{escape(post).replace(chr(10), "<br>")}</div><br><br>'
        for n, post in enumerate(posts, 1)
    ]
    assert "\n".join(filter(None, kept(*boxes, lang="ja"))) == "\n".join(posts)


STEPS = ["新エピソードの追加", "フォトモードの実装", "韓国語への対応"]


@pytest.mark.parametrize("where", [2, 5], ids=["within the text", "at its end"])
def test_a_list_below_a_subhead_of_the_text_stays(where: int) -> None:
    section = f"<h3>アップデート内容</h3><ul>{''.join(f'<li>{step}</li>' for step in STEPS)}</ul>"
    texts = [*map(paragraphs, ([one] for one in JAPANESE))]
    lines = kept(*texts[:where], section, *texts[where:], lang="ja")
    assert [line for line in lines if line[:2] == "- "] == [f"- {step}" for step in STEPS]


def test_a_list_of_links_below_a_subhead_goes() -> None:
    links = items([f'<a href="/news/{n}">{line}</a>' for n, line in enumerate(STAFF)])
    lines = kept(paragraphs(LONG), "<h3>Elsewhere</h3>", links)
    assert not [line for line in lines if line[:2] == "- "]


def test_subheads_that_are_counted_stay() -> None:
    """Numbers and all in bold, each in a box of its own, as editors of messengers make them."""
    heads = ["01 灯台守", "02 誰もいない海"]
    box = "<section><p><strong>{}</strong></p></section>"
    texts = paragraphs(JAPANESE[:2]), paragraphs(JAPANESE[2:4]), paragraphs(JAPANESE[4:])
    parts = [texts[0], box.format(heads[0]), texts[1], box.format(heads[1]), texts[2]]
    lines = kept(*parts, lang="ja")
    assert [line for line in lines if line in heads] == heads


def test_the_verdict_of_a_review_stays_in_its_box_below_the_text() -> None:
    """With a score that is none of the text, and outside of the element that holds that."""
    said = "The dunes are lovely to look at and slow to walk, and few adventures of this year stay so long."
    box = f'<div class="rv"><div class="s">8.5 Great</div><h3>Verdict</h3><p class="v">{said}</p></div>'
    page = document(f"<main><h1>Dunes</h1><article>{paragraphs(LONG)}</article>{box}</main>")
    assert read(page).text.split("\n\n")[-2:] == ["Verdict", said]
