"""The images of an article: their addresses, and what of the text beside them is a caption."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.site.reading import read_article
from crawler.commands import cli
from tests.crawler.extraction.test_extract import JAPANESE, LONG, document, read

TITLE = "The red android walks again"
SHOWN = "https://www.herald.example/img/rouge.jpg"


def article(image: str, *, above: str = "", head: str = "") -> str:
    """Give the HTML that is kept of an article with an image in its text."""
    body = f"<h1>{TITLE}</h1>{above}<div class='text'><p>{LONG[0]}</p>{image}"
    page = document(body + "".join(f"<p>{text}</p>" for text in LONG[1:]) + "</div>", head)
    return read(page).html


@pytest.mark.parametrize(
    "image",
    [
        '<img src="/img/rouge.jpg" alt="Rouge">',
        '<img src="data:image/gif;base64,R0lG" data-src="/img/rouge.jpg" alt="Rouge">',
        '<img src="/img/placeholder.gif" data-lazy-src="/img/rouge.jpg" alt="Rouge">',
        '<img src="/img/blank.png" srcset="/img/small.jpg 300w, /img/rouge.jpg 1200w" alt="Rouge">',
        '<img data-srcset="/img/small.jpg 1x, /img/rouge.jpg 2x" alt="Rouge">',
        '<picture><source srcset="/img/rouge.jpg 2x"><source srcset="/s.jpg"><img alt="Rouge"></picture>',
        '<img class="lazy" alt="Rouge"><noscript><img src="/img/rouge.jpg"></noscript>',
        '<div class="lazy"></div><noscript><img src="/img/rouge.jpg" alt="Rouge"></noscript>',
        '<amp-img src="/img/rouge.jpg" width="1200" height="675" alt="Rouge"></amp-img>',
    ],
)
def test_the_address_of_an_image_is_found_before_a_script_moves_it(image: str) -> None:
    assert f'<img src="{SHOWN}" alt="Rouge">' in article(f"<figure>{image}</figure>")


def test_an_address_may_have_commas_in_a_set_of_sizes() -> None:
    image = (
        '<img srcset="https://a.example/w_300,h_200/a.jpg 300w, https://a.example/w_900,h_600/a.jpg 900w">'
    )
    assert '<img src="https://a.example/w_900,h_600/a.jpg" alt="">' in article(f"<figure>{image}</figure>")


@pytest.mark.parametrize(
    "image",
    [
        '<div><img src="/img/rouge.jpg"><h3>Rouge</h3><p>Price: 49 Euro</p><a href="/b">Buy</a></div>',
        '<div><a href="/n/2"><img src="/img/rouge.jpg"><i>Related</i><b>The blue one rests</b></a></div>',
        '<figure><img src="/img/loading.gif"></figure>',
        '<p>It ends. <img class="emoji" src="/72x72/1f600.png" alt="😀"></p>',
        '<img src="/t.gif" width="1" height="1">',
        '<img src="https://[cdn]/img/rouge.jpg">',
        '<img src="https://exa℀mple.com/img/rouge.jpg">',
    ],
)
def test_what_shows_nothing_is_no_image_of_the_article(image: str) -> None:
    assert "<img" not in article(image)


CAPTION = "Rouge before the dome of the colony"


@pytest.mark.parametrize(
    "box",
    [
        "<figure>{image}<figcaption>{caption}</figcaption></figure>",
        "<figure>{image}<p class='wp-caption-text'>{caption}</p></figure>",
        "<div class='photo'>{image}<p class='caption'>{caption}</p></div>",
        "<div class='photo'><a href='/l.jpg'>{image}</a><div class='img-caption'>{caption}</div></div>",
        "<div><figure>{image}</figure><p class='caption'>{caption}</p></div>",
        "<p>{image}</p><p class='caption'>{caption}</p>",
        "<p>{image}<br><small>{caption}</small></p>",
        "<table><tr><td>{image}</td></tr><tr><td class='tr-caption'>{caption}</td></tr></table>",
    ],
)
def test_a_text_in_a_box_with_an_image_is_its_caption(box: str) -> None:
    html = article(box.format(image='<img src="/img/rouge.jpg" alt="">', caption=CAPTION))
    figure = html[html.index("<figure>") : html.index("</figure>")]
    assert f'<img src="{SHOWN}" alt="">' in figure
    assert f"<figcaption>{CAPTION}</figcaption>" in figure


@pytest.mark.parametrize("credit", [" (Photo: Studio Example)", " Photo: Studio Example"])
def test_a_credit_behind_a_caption_is_no_part_of_it(credit: str) -> None:
    image = f'<figure><img src="/img/rouge.jpg"><figcaption>{CAPTION}.{credit}</figcaption></figure>'
    assert f"<figcaption>{CAPTION}.</figcaption>" in article(image)


@pytest.mark.parametrize(
    ("above", "kept"),
    [
        ('<figure><img src="/img/rouge.jpg"></figure>', True),
        ('<div class="hero"><img src="/img/rouge.jpg"><p class="caption">On Mars.</p></div>', True),
        ('<div class="hero"><img src="/img/rouge-1200x675.jpg"></div>', True),
        ('<div class="tools"><img src="/img/listen.jpg"></div>', False),
        ('<figure class="author-image"><img src="/img/kim.jpg"></figure>', False),
    ],
)
def test_an_image_between_headline_and_text_stays_where_it_is_one_of_the_article(
    above: str, kept: bool
) -> None:
    head = '<meta property="og:image" content="https://herald.example/img/rouge.jpg">'
    assert ("<img" in article("", above=above, head=head)) is kept


def test_a_caption_is_not_in_the_plain_text_twice() -> None:
    box = f'<div><img src="/img/rouge.jpg"><p class="caption">{CAPTION}</p></div>'
    body = f"<h1>{TITLE}</h1><p>{LONG[0]}</p>{box}" + "".join(f"<p>{text}</p>" for text in LONG[1:])
    found = read(document(body))
    assert found.text.count(CAPTION) + sum(CAPTION in block.text for block in found.removed) <= 1


def test_a_caption_that_the_page_has_once_more_is_not_told_as_removed() -> None:
    """For the picture in full size, which a click opens."""
    box = f"<figure><img src='/img/rouge.jpg'><figcaption>{CAPTION}</figcaption></figure>"
    body = f"<h1>{TITLE}</h1><p>{LONG[0]}</p>{box}" + "".join(f"<p>{text}</p>" for text in LONG[1:])
    found = read(document(f"{body}<div class='modal-aside'><p>{CAPTION}</p></div>"))
    assert f"<figcaption>{CAPTION}</figcaption>" in found.html
    assert not any(CAPTION in block.text for block in found.removed)


def test_what_was_removed_behind_captions_is_shown_in_its_place(tmp_path: Path) -> None:
    names = ("Rouge", "Cyan", "Jade", "Amber")
    figure = "<figure><img src='/img/{0}.jpg'><figcaption>{0} before the dome.</figcaption></figure>"
    figures = "".join(map(figure.format, names))
    prompt = "Sign up for our newsletter"
    body = f"<h1>{TITLE}</h1><p>{LONG[0]}</p>{figures}<p>{LONG[1]}</p><p>{prompt}</p><p>{LONG[2]}</p>"
    page = tmp_path / "page.html"
    page.write_text(document(body), encoding="utf-8")
    told = CliRunner().invoke(cli, ["inspect", str(page), "--url", "https://www.herald.example/rouge"]).output
    found = read(document(body))
    stored = [{"position": block.position, "text": block.text} for block in found.removed]
    shown = "".join(
        "".join(block["text"] for block in piece.removed) + piece.html
        for piece in read_article(found.html, found.url, stored)
    )
    for text in (" ".join(told.split()), shown):
        places = [text.find(part) for part in (LONG[0], "Amber before", LONG[1], prompt, LONG[2])]
        assert -1 not in places
        assert places == sorted(places)


def test_a_small_picture_in_a_table_of_data_has_no_caption() -> None:
    row = "<tr><td>{} was made first.</td><td><img src='/img/flag.png'> It lives on {} now.</td></tr>"
    rows = "".join(row.format(*cells) for cells in [("Rouge", "Mars"), ("Cyan", "Venus"), ("Jade", "Io")])
    html = article(f"<table>{rows}</table>")
    assert "It lives on Venus now." in html
    assert "<img" in html
    assert "<figcaption>" not in html


@pytest.mark.parametrize("box", ["<span>{}</span>", "<div><div>{}</div></div>"])
def test_a_span_that_is_drawn_as_a_figure_has_its_caption_and_not_the_text_behind_it(box: str) -> None:
    """As a Korean portal does it, in one element with the text."""
    shown = box.format(f'<img src="{SHOWN}">')
    image = f"<span>{shown}<em>Rouge on Mars</em></span>"
    text = "<br><br>".join(LONG[:3])
    found = read(document(f"<h1>{TITLE}</h1><article>{image}{text}</article>"))
    assert "<figcaption><em>Rouge on Mars</em></figcaption>" in found.html
    assert found.text.split("\n\n")[-3:] == LONG[:3]


def test_a_short_line_beside_the_caption_of_a_figure_is_who_made_it() -> None:
    image = f"<div><span>PA Media</span><img src='{SHOWN}'></div>"
    figure = f"<figure>{image}<figcaption><p>Rouge and her partner on Mars</p></figcaption></figure>"
    part = f"<li><article><h3>The red planet</h3><p>{LONG[0]}</p>{figure}<p>{LONG[1]}</p></article></li>"
    found = read(document(f"<h1>{TITLE}</h1><ol>{part}</ol>"))
    assert "PA Media" not in found.text
    assert "PA Media" in [block.text for block in found.removed]


def test_of_images_with_captions_in_a_row_each_stays() -> None:
    box = '<div class="b"><a href="/g/{n}"><img src="/img/{n}.jpg" alt=""></a><p class="cap">{text}</p></div>'
    texts = ["左からひかり、とおる、りん。", "朗読劇の様子。", "クイズコーナーの様子。", "最後の挨拶。"]
    images = "".join(box.format(n=n, text=text) for n, text in enumerate(texts))
    first, *rest = (f"<p>{text}</p>" for text in JAPANESE)
    page = document(f"<h1>岬の夏まつり</h1><div>{first}{images}{''.join(rest)}</div>")
    html = read(page.replace('lang="en"', 'lang="ja"')).html
    assert [f"<figcaption>{text}</figcaption>" in html for text in texts] == [True] * len(texts)


def test_a_long_caption_alone_with_its_image_in_a_box_is_one() -> None:
    """It reads like the text, and no class name tells it from that; but it is no sentence."""
    caption = f"{CAPTION}, in which her partner was built, and where both of them now live without any money"
    html = article(f"<div class='x1'><img src='/img/rouge.jpg'><div class='x2'>{caption}</div></div>")
    assert f"<figcaption>{caption}</figcaption>" in html


DECLARED = '<meta property="og:image" content="/img/rouge.jpg?w=1200">'


@pytest.mark.parametrize("kept", [True, False], ids=["declared", "not declared"])
def test_an_image_above_the_headline_is_the_first_where_the_head_declares_it(kept: bool) -> None:
    hero = '<div class="hero"><img src="/img/rouge-s.jpg" alt="Rouge"></div>'
    text = "".join(f"<p>{text}</p>" for text in LONG)
    page = document(f"{hero}<article><h1>{TITLE}</h1>{text}</article>", DECLARED if kept else "")
    image = '<img src="https://www.herald.example/img/rouge-s.jpg" alt="Rouge">'
    assert read(page).html.startswith(image) is kept


def test_an_image_that_the_head_declares_may_link_to_a_page_of_its_own() -> None:
    card = "<div><a href='/gallery/1'><img src='/img/rouge.jpg' alt=''><p>Rouge</p></a></div>"
    assert SHOWN in article(card, head=DECLARED)
    assert SHOWN not in article(card)


def test_a_gallery_below_the_text_stays_with_its_captions() -> None:
    inside = "<img src='/img/{0}.jpg' alt=''><i>{0} / 4</i><figcaption>{1}, picture {0}</figcaption>"
    gallery = "".join(f"<figure>{inside.format(number, CAPTION)}</figure>" for number in range(1, 5))
    text = "".join(f"<p>{text}</p>" for text in LONG)
    html = read(document(f"<article><h1>{TITLE}</h1>{text}<div>{gallery}</div></article>")).html
    assert html.count("<img") == 4
    assert f"<figcaption>{CAPTION}, picture 4</figcaption>" in html


def test_a_row_of_images_among_removed_lines_goes() -> None:
    thumbs = "".join(f"<a href='/p/{number}'><img src='/t/{number}.jpg'></a>" for number in range(4))
    row = f"<p>Share this article</p><div>{thumbs}</div><p>By Jane Roe</p>"
    text = "".join(f"<p>{text}</p>" for text in LONG)
    page = document(f"<article><h1>{TITLE}</h1><div>{row}{text}</div></article>")
    assert "<img" not in read(page).html


@pytest.mark.parametrize(
    "portrait",
    [
        "<div><img src='/img/64x64/jane.jpg' alt=''><p>By Jane Roe</p></div>",
        "<div><a href='/by'><img src='/img/w160/jane.jpg' alt=''></a><a href='/by'>Jane Roe</a></div>",
    ],
)
def test_the_portrait_of_the_author_is_no_image_of_the_article(portrait: str) -> None:
    head = '<meta name="author" content="Jane Roe">'
    text = "".join(f"<p>{text}</p>" for text in LONG)
    lead = "<p>Thirteen episodes, nine others of her kind, and one door that nobody opened for her.</p>"
    page = document(f"<article><h1>{TITLE}</h1><div>{lead}{portrait}{text}</div></article>", head)
    assert "<img" not in read(page).html


@pytest.mark.parametrize(
    "caption",
    [
        f"<figcaption><span>{CAPTION}.</span> HERALD/Jane Roe/File <a href='/l'>Licence</a></figcaption>",
        f"<figcaption><span>{CAPTION}.</span><cite>Jane Roe/Herald</cite></figcaption>",
        f"<figcaption><span>{CAPTION}.</span> (Jane Roe/Herald)</figcaption>",
    ],
)
def test_what_stands_behind_a_caption_in_an_element_of_its_own_is_the_credit(caption: str) -> None:
    html = article(f"<figure><img src='/img/rouge.jpg' alt=''>{caption}</figure>")
    assert f"<figcaption>{CAPTION}.</figcaption>" in html


def test_words_in_italics_that_begin_a_caption_are_no_caption_alone() -> None:
    caption = "<em>The red android walks again</em> has its last episode"
    html = article(f"<figure><img src='/img/rouge.jpg' alt=''><figcaption>{caption}</figcaption></figure>")
    assert "has its last episode</figcaption>" in html


def test_a_figcaption_beside_its_figure_is_the_caption() -> None:
    html = article(
        f"<div><figure><img src='/img/rouge.jpg' alt=''></figure><figcaption>{CAPTION}</figcaption></div>"
    )
    assert f"<figcaption>{CAPTION}</figcaption>" in html
