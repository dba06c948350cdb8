"""One small page a phenomenon: what only leads elsewhere, below the article, within it, and above it."""

import pytest

from crawler.extraction.extract import extract
from tests.crawler.extraction.test_extract import LONG, document, read

TITLE = "The red android walks again"
OTHERS = [
    (
        "The ferry that nobody ordered",
        "A ferry that nobody ordered has been lying in the harbour since Monday, and nobody misses it.",
    ),
    (
        "Three bakers and one oven",
        "For forty years three bakers have shared an oven, and have never agreed on how hot it is.",
    ),
    (
        "A library without a door",
        "The new library has windows but no door, and its architect says that this was the point.",
    ),
    (
        "The last tram goes north",
        "On Friday the last tram goes north, with a brass band on board and half of the town behind it.",
    ),
]
MADE = {
    "a linked heading": '<div><img src="/{n}.jpg"><h3><a href="/n/{n}">{title}</a></h3><p>{text}</p></div>',
    "a link around": '<div><a href="/n/{n}"><img src="/{n}.jpg"><h3>{title}</h3></a><p>{text}</p></div>',
    "a linked image": '<div><a href="/n/{n}"><img src="/{n}.jpg"></a><h3>{title}</h3><p>{text}</p></div>',
    "an id each": '<div id="p-{n}"><h3><a href="/n/{n}">{title}</a></h3><p>{text}</p></div>',
    "a link below": '<div><p>{text}</p><a href="/n/{n}">{title}</a></div>',
    "a title within": '<div><p><a href="/n/{n}">{title}</a>: {text}</p></div>',
    "a link that ends it": '<div><p>{text} <a href="/n/{n}">Read on</a>.</p></div>',
    "nothing around them": '<h3><a href="/n/{n}">{title}</a></h3><p>{text}</p>',
}


def teasers(made: str) -> str:
    return "".join(made.format(n=n, title=title, text=text) for n, (title, text) in enumerate(OTHERS))


def page(*below: str, above: str = "", texts: list[str] = LONG) -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in texts)
    return document(f"<article><h1>{TITLE}</h1>{above}{paragraphs}{''.join(below)}</article>")


@pytest.mark.parametrize("made", MADE.values(), ids=MADE.keys())
def test_summaries_of_other_articles_below_the_article_go(made: str) -> None:
    """Whole sentences without a telling class name: that they are made alike and lead away tells them."""
    found = read(page(teasers(made)))
    assert found.text.split("\n\n") == LONG
    assert "structure.teaser" in {block.rule for block in found.removed}


def test_of_rows_of_teasers_without_end_some_are_looked_for() -> None:
    """Each row is looked for on the whole page: a page of thousands would be read for minutes."""
    rows = "".join(f"<div>Section</div>{teasers(MADE['a linked heading'])}" for _ in range(60))
    found = read(page(rows, texts=[f"{text} Part {n}." for n in range(120) for text in LONG]))
    gone = sum(block.rule == "structure.teaser" for block in found.removed)
    assert 0 < gone <= 20 * 2 * len(OTHERS)


def test_rows_of_teasers_below_labels_go() -> None:
    """Two rows, each below its section: five lines a teaser, and a title as long as a summary."""
    made = (
        '<div><div>Town</div><div><a href="/{row}/{n}">{title}, as all here have known for years</a></div>'
        "<div>Ada Quill</div><div>4 May 2026</div><div>{text}</div></div>"
    )
    rows = [
        "".join(made.format(row=row, n=n, title=title, text=text) for n, (title, text) in enumerate(some))
        for row, some in (("town", OTHERS[:3]), ("land", [OTHERS[3], *OTHERS[:2]]))
    ]
    found = read(page(rows[0], "<div>From the country</div>", rows[1]))
    assert found.text.split("\n\n") == LONG


def test_summaries_that_are_longer_than_a_short_article_go() -> None:
    short = "The red android comes to the cinemas in September, the studio said on Friday."
    below = f"<section>{teasers(MADE['a linked heading'])}</section>"
    found = read(document(f"<main><article><h1>{TITLE}</h1><p>{short}</p></article>{below}</main>"))
    assert found.text == short


@pytest.mark.parametrize("label", ["You may also like", "Elsewhere on the island"])
@pytest.mark.parametrize("made", ["a linked heading", "a link around", "a linked image"])
def test_cards_with_more_text_than_the_article_are_not_taken_for_it(made: str, label: str) -> None:
    """Nothing but boxes without names; the article is where the paragraphs are that lead nowhere."""
    texts = [
        "The red android comes to the cinemas in September, the studio said on Friday at its own festival.",
        "Tickets are on sale from the first of the month, and the first hundred come with a small red lamp.",
    ]
    article = f"<div><h1>{TITLE}</h1>{''.join(f'<p>{text}</p>' for text in texts)}</div>"
    below = f"<div><div>{label}</div>{teasers(MADE[made])}</div>"
    assert read(document(f"<div>{article}{below}</div>")).text.split("\n\n") == texts


@pytest.mark.parametrize("texts", [LONG[:1], LONG], ids=["a short article", "a long one"])
def test_a_card_with_a_title_alone_does_not_end_a_row_of_them(texts: list[str]) -> None:
    """Nothing tells the cards by name; of one the site has no summary."""
    one = '<div class="css-1"><a class="css-2" href="/n/{n}">{title}</a><p class="css-3">{text}</p></div>'
    cards = [one.format(n=n, title=title, text=text) for n, (title, text) in enumerate(OTHERS)]
    cards.insert(2, one.format(n=9, title="A play for one voice", text="With photos."))
    article = f"<div><h1>{TITLE}</h1>{''.join(f'<div><p>{text}</p></div>' for text in texts)}</div>"
    found = read(document(f"<div>{article}<div>{''.join(cards)}</div></div>"))
    assert found.text.split("\n\n") == texts


def test_below_a_label_teasers_go_however_many_they_are_and_whatever_follows() -> None:
    label = "<div>Related articles</div>"
    note = "<p>The cinema is closed on Mondays, and on the night before it as well.</p>"
    found = read(page(label, teasers(MADE["a linked heading"]), note, texts=LONG[:1]))
    assert found.text.split("\n\n")[0] == LONG[0]
    assert not any(title in found.text or text in found.text for title, text in OTHERS)


@pytest.mark.parametrize("made", ["a linked heading", "a link around", "a linked image"])
def test_the_best_ten_on_cards_under_an_introduction_stay(made: str) -> None:
    """The introduction is in a box of its own, the list in another one; the headline is above both."""
    words = (
        "She comes back to Mars after the war, and finds that her sister runs the last bakery in the city."
    )
    items = [f"{words} That makes it number {n}." for n in range(10)]
    cards = "".join(MADE[made].format(n=n, title=f"Show {n}", text=text) for n, text in enumerate(items))
    boxes = f"<div><p>{LONG[0]}</p></div><div>{cards}</div>"
    found = read(document(f"<main><article><h1>{TITLE}</h1><div>{boxes}</div></article></main>"))
    assert all(text in found.text for text in (LONG[0], *items))


def test_linked_figures_between_the_paragraphs_are_no_row_of_cards() -> None:
    """A how-to in pictures; its headline is in a box of its own with some text, far from it."""
    top = f"<div><h1>{TITLE}</h1><p>{' '.join(text for _, text in OTHERS[:2])}</p></div>"
    figures = [
        f'<div class="picture"><a href="/{n}.jpg"><img src="/{n}.jpg"></a><p>{text}</p></div>'
        for n, (_, text) in enumerate(OTHERS)
    ]
    steps = "".join(f"{figure}<p>{text}</p>" for figure, text in zip(figures[1:], LONG, strict=False))
    found = read(document(f"{top}<div><div>{steps}{figures[0]}</div></div>"))
    assert all(text in found.text for text in LONG[: len(figures) - 1])


def test_a_list_of_cards_that_is_the_article_stays() -> None:
    """The best four, each in a box of its own with a link, below one sentence."""
    found = read(
        document(f"<main><h1>{TITLE}</h1><p>Here are four.</p>{teasers(MADE['a link around'])}</main>")
    )
    assert all(text in found.text for _, text in OTHERS)


@pytest.mark.parametrize(
    "made",
    [
        '<div><p>{text} It is <a href="/n/{n}">well known</a> in town, and all have heard of it.</p></div>',
        '<li><a href="/n/{n}">{title}</a>: {text}</li>',
    ],
    ids=["amid a sentence", "an item of a list"],
)
def test_what_ends_an_article_with_links_to_its_site_stays(made: str) -> None:
    """Sentences that mention other pages, or a list of them."""
    found = read(page(teasers(made)))
    assert all(text in found.text for _, text in OTHERS)


def test_a_list_that_is_the_article_stays() -> None:
    """The best four of something are made alike and lead to pages of the site, but are most of the text."""
    found = read(page(teasers(MADE["nothing around them"]), texts=LONG[:1]))
    for title, text in OTHERS:
        assert title in found.text
        assert text in found.text


def test_parts_of_an_article_that_lead_to_other_sites_stay() -> None:
    """What it recommends is sold elsewhere."""
    found = read(page(teasers(MADE["nothing around them"].replace("/n/", "https://shop.example/"))))
    assert all(text in found.text for _, text in OTHERS)


def test_the_last_paragraph_above_teasers_stays() -> None:
    """Paragraphs and teasers in one box, and a last teaser that has no summary."""
    last = "<h3><a href='/n/9'>A fifth one</a></h3>"
    found = read(page(teasers(MADE["nothing around them"]), last))
    assert found.text.split("\n\n")[: len(LONG)] == LONG


@pytest.mark.parametrize(
    "card",
    ['<div class="related-story"><a href="/n/1">{}</a></div>', '<p><a href="/n/1">Related: {}</a></p>'],
    ids=["cut by its class name", "removed by its phrase"],
)
@pytest.mark.parametrize("line", ["Image", "The ferry in the harbour on Monday morning"])
def test_what_is_left_of_a_removed_card_goes(line: str, card: str) -> None:
    """The image of a card is a link with words for those who cannot see it; its heading is the same link."""
    left = f'<p><a href="/n/1"><span>{line}</span></a></p>{card.format(OTHERS[0][0])}'
    found = read(page(left, "".join(f"<p>{text}</p>" for text in LONG[2:]), texts=LONG[:2]))
    assert found.text.split("\n\n") == LONG


@pytest.mark.parametrize(
    "list_of",
    ["<ul>{}</ul>", "<ol>{}</ol>", "<div><p>In short</p>{}</div>"],
)
def test_a_table_of_contents_goes(list_of: str) -> None:
    """Lines that lead to headings of the same page, and repeat them."""
    headings = ["Where it comes from", "Who walks with her", "What nobody says"]
    lines = "".join(f'<li><a href="#part-{n}">{heading}</a></li>' for n, heading in enumerate(headings))
    parts = [f'<h2 id="part-{n}">{h}</h2><p>{LONG[n]}</p>' for n, h in enumerate(headings)]
    found = read(page(*parts, above=f"<p>{LONG[3]}</p>{list_of.format(lines)}", texts=[]))
    for heading in headings:
        assert found.text.count(heading) == 1
    assert "structure.contents" in {block.rule for block in found.removed}


def test_long_headings_that_a_table_of_contents_repeats_stay() -> None:
    """Of what stands there twice the first goes, which is not the heading."""
    headings = [f"{title}, and what the whole town has to say about it" for title, _ in OTHERS]
    lines = "".join(f'<li><a href="#part-{n}">{heading}</a></li>' for n, heading in enumerate(headings))
    parts = [
        f'<h2 id="part-{n}">{h}</h2><p>{text}</p>'
        for n, (h, text) in enumerate(zip(headings, LONG[:4], strict=True))
    ]
    found = read(page(f"<ul>{lines}</ul>", *parts, texts=[OTHERS[0][1]]))
    assert [line for line in found.text.split("\n\n") if line in headings] == headings


def test_headings_that_lead_to_themselves_stay() -> None:
    """A heading, the subheading below it and the first part, each with its own anchor for readers to copy."""
    headings = ["Where it comes from", "Who walks with her", "What nobody says"]
    linked = "".join(
        f'<h{n} id="part-{n}"><a href="#part-{n}">{h}</a></h{n}>' for n, h in enumerate(headings, 2)
    )
    found = read(page(linked, f"<p>{LONG[3]}</p>", texts=LONG[:3]))
    assert [line for line in found.text.split("\n\n") if line in headings] == headings


def test_lines_that_lead_to_places_of_the_page_and_repeat_nothing_of_it_stay() -> None:
    """The winners of a test, each with a link to what is said of it further down."""
    places = ("Best", "Second", "Third", "Fourth")
    lines = [f"{place}: {title}" for place, (title, _) in zip(places, OTHERS, strict=True)]
    items = "".join(f'<li><a href="#part-{n}">{line}</a></li>' for n, line in enumerate(lines))
    found = read(page(above=f"<p>{OTHERS[0][1]}</p><ul>{items}</ul>"))
    assert all(line in found.text for line in lines)


OTHER_ARTICLE = (
    '<article><h2><a href="/n/{n}">{title}</a></h2><div><p>{text}</p><p>{more}</p></div></article>'
)


def others_in_full() -> str:
    return "".join(
        OTHER_ARTICLE.format(n=n, title=title, text=text, more=LONG[n])
        for n, (title, text) in enumerate(OTHERS[:2])
    )


def test_other_articles_that_begin_with_a_link_to_them_go() -> None:
    """Two of them, each with whole paragraphs, as a site shows what it published last."""
    own = f"<article><h1>{TITLE}</h1><p>{LONG[2]}</p><p>{LONG[3]}</p></article>"
    found = read(document(f"<main>{own}<div>{others_in_full()}</div></main>"))
    assert found.text.split("\n\n") == [LONG[2], LONG[3]]


@pytest.mark.parametrize("link", ["/n/9", "http://www.herald.example/n/9/?utm_source=feed#top"])
def test_an_article_headed_by_a_link_to_itself_stays(link: str) -> None:
    own = f'<article><h1><a href="{link}">{TITLE}</a></h1><p>{LONG[2]}</p><p>{LONG[3]}</p></article>'
    about = f"<article><h2>Who we are</h2><p>{LONG[1]}</p></article>"
    page = document(f"<main>{own}<div>{about}</div></main>")
    found = extract(page.encode(), "https://www.herald.example/n/9")
    assert found.text.split("\n\n")[:2] == [LONG[2], LONG[3]]


def test_a_page_of_nothing_but_such_articles_keeps_them() -> None:
    found = read(document(f"<main><h1>{TITLE}</h1>{others_in_full()}</main>"))
    assert LONG[0] in found.text
    assert LONG[1] in found.text


def test_short_summaries_in_a_script_without_spaces_go_below_their_label() -> None:
    texts = [f"誰も頼んでいない船が{n}日も港に浮かんでいるが、誰も気にしていない。" for n in (3, 5, 7)]
    made = MADE["a linked heading"]
    cards = "".join(made.format(n=n, title="船の話", text=text) for n, text in enumerate(texts))
    text = "赤い機械が九月に映画館へやって来ると制作会社が発表した。"
    body = f"<main><h1>赤い機械</h1><p>{text}</p><div>関連記事</div>{cards}</main>"
    assert read(document(body).replace('lang="en"', 'lang="ja"')).text == text
