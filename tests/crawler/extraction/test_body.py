"""One small page a phenomenon: what is the article, where class names or other articles mislead."""

import json
import re

import pytest

from crawler.extraction import classifier, model
from crawler.extraction.extract import extract
from tests.crawler.extraction.test_extract import JAPANESE, LONG, URL, document, read

TITLE = "The red android walks again"
OTHER = [
    "A ferry that nobody ordered has been lying in the harbour since Monday, and the town begins to love it.",
    "“It is a fine ferry,” the harbour master said on Tuesday. He has asked three shipyards, and none "
    "remembers having built it.",
    "Until somebody comes for it, the council will let children paint its funnel. The first colours are dry.",
]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize("tag", ["article", "div"])
def test_of_several_articles_on_a_page_the_one_with_the_title_is_kept(tag: str) -> None:
    """An endless page: the next article is loaded below the first one, and is longer."""
    first = f"<{tag}><h1>{TITLE}</h1>{paragraphs(*LONG[:3])}</{tag}>"
    following = f"<{tag}><h1>A ferry comes home</h1>{paragraphs(*OTHER, *OTHER, *OTHER)}</{tag}>"
    found = read(document(f"<main>{first}{following}</main>", f"<title>{TITLE}</title>"))
    assert found.text.split("\n\n") == LONG[:3]


@pytest.mark.parametrize(
    "before", ["Metallic Rouge – ", "Anime<br>", "Anime: ", "1/7", "3 May 2024 ", "»Rouge« "]
)
def test_a_heading_that_repeats_the_title_below_a_kicker_is_no_part_of_the_text(before: str) -> None:
    """The headline stands above the text once more, with a kicker, a date or the number of a picture."""
    again = f"<h2>{before}{TITLE}</h2>"
    found = read(document(f"<article><h1>{TITLE}</h1>{again}{paragraphs(*LONG)}</article>"))
    assert found.text.split("\n\n") == LONG
    assert "structure.title" in {block.rule for block in found.removed}


def test_a_subhead_that_ends_in_the_words_of_the_title_stays() -> None:
    """Only what a kicker leads to is the title again."""
    subhead = f"How {TITLE}"
    body = f"{paragraphs(*LONG[:2])}<h2>{subhead}</h2>{paragraphs(*LONG[2:])}"
    found = read(document(f"<article><h1>{TITLE}</h1>{body}</article>"))
    assert subhead in found.text.split("\n\n")


@pytest.mark.parametrize(
    "headline",
    [
        f'<div class="page-title">{TITLE}</div>',
        f"<h2>Anime: {TITLE}</h2>",
        f"<h1>{TITLE}</h1>" + 40 * '<img src="/like.svg" alt="">',
    ],
)
def test_a_first_paragraph_between_headline_and_text_stays_whatever_element_the_headline_is(
    headline: str,
) -> None:
    """The headline is no h1, or many icons follow it, and the first paragraph stands in a box of its own."""
    text = [f"{day} May: {paragraph}" for day in range(1, 9) for paragraph in LONG]
    head = f'{headline}<div class="intro"><p>{OTHER[0]}</p></div>'
    found = read(document(f"{head}<div>{paragraphs(*text)}</div>", f"<title>{TITLE}</title>"))
    assert found.text.split("\n\n")[:2] == [OTHER[0], text[0]]


def test_a_headline_apart_from_its_text_leaves_the_text_whole() -> None:
    """The headline stands in a part of its own, which is no article by itself."""
    head = f"<div><h1>{TITLE}</h1><p>By Ada Quill</p></div>"
    found = read(document(f"<main>{head}<div>{paragraphs(*LONG)}</div></main>", f"<title>{TITLE}</title>"))
    assert found.text.split("\n\n") == LONG


@pytest.mark.parametrize("main", ["<main>{}</main>", '<div class="content" role="main">{}</div>'])
def test_beside_the_main_part_of_the_page_nothing_is_read(main: str) -> None:
    """A sidebar with the rules of a forum has nearly as much text as the post."""
    side = f'<div class="side"><h1><a href="/r/harbour">harbour</a></h1>{paragraphs(*OTHER)}</div>'
    line = f'<p class="title"><a href="/r/harbour/1">{TITLE}</a> (<a href="/r/harbour">self.harbour</a>)</p>'
    head = f"<title>{TITLE} : harbour</title>"
    found = read(document(side + main.format(f"<div>{line}</div><div>{paragraphs(*LONG[:3])}</div>"), head))
    assert found.text.split("\n\n") == LONG[:3]


def test_a_main_part_with_little_text_is_not_believed() -> None:
    main = "<main><p>The town has a new ferry, and nobody knows where it is from.</p></main>"
    found = read(document(f"<div><h1>{TITLE}</h1>{main}{paragraphs(*LONG)}</div>"))
    assert all(text in found.text for text in LONG)


def test_a_main_part_that_a_stray_end_tag_closes_is_not_the_whole_article() -> None:
    """Editors paste half a box: the paragraphs behind it stand beside the main part, in no box of theirs."""
    ended = f'<div><main><div class="entry"><h1>{TITLE}</h1>{paragraphs(*LONG[:3])}</div></div></div>'
    found = read(document(f"<div>{ended}{paragraphs(*OTHER[:2])}</main></div>"))
    assert found.text.split("\n\n") == [*LONG[:3], *OTHER[:2]]


@pytest.mark.parametrize("marks", ["___", "* * *", "◆◇◆", "-----"])
def test_marks_that_part_two_sections_are_no_text(marks: str) -> None:
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2], marks, *LONG[2:])}</article>"))
    assert found.text.split("\n\n") == LONG


def test_a_line_that_says_where_the_news_is_from_stays_below_the_text_and_not_below_an_image() -> None:
    source = "Source: Official website"
    body = f"{paragraphs(*LONG, source)}<div><a href='/watch'>Watch it here!</a></div>"
    assert read(document(f"<article><h1>{TITLE}</h1>{body}</article>")).text.split("\n\n") == [*LONG, source]
    body = f"{paragraphs(*LONG[:2])}<p><img src='/a.jpg'></p>{paragraphs(source, *LONG[2:])}"
    assert read(document(f"<article><h1>{TITLE}</h1>{body}</article>")).text.split("\n\n") == LONG


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("comment_element", "<td><p>読者{n}</p></td><td>{text}</td><td>26.02.22 04:1{n}</td>"),
        (
            "list_row",
            "<td>233577350{n}</td><td>[感想]</td><td><a href='/{n}'>{text:.24}</a></td><td>読者の名前{n}</td>"
            "<td>1204{n}</td><td>2026.04.2{n}</td>",
        ),
    ],
    ids=["comments", "other posts"],
)
def test_what_a_board_shows_in_tables_below_a_post_goes(name: str, cells: str) -> None:
    said = "三番目の点には完全に同意。倉庫の整理さえできれば、星をもう一つあげたいところだった"
    rows = "".join(f'<tr class="{name}">{cells.format(n=n, text=f"{said}{n}")}</tr>' for n in range(4))
    post = f"<div class='view'><h1>エンディングの感想</h1><div>{paragraphs(*JAPANESE)}</div></div>"
    page = document(f"<div class='board'>{post}<div><table class='tbl'>{rows}</table></div></div>")
    assert read(page.replace('lang="en"', 'lang="ja"')).text.split("\n\n") == JAPANESE


def test_a_paragraph_that_is_named_for_the_wall_around_it_stays() -> None:
    """Publishers mark the paragraphs that a wall would hide; these are not the wall."""
    marked = f'<p class="paywall">{LONG[1]}</p><p class="paywall">{LONG[2]}</p>'
    found = read(document(f"<article><h1>{TITLE}</h1><p>{LONG[0]}</p>{marked}<p>{LONG[3]}</p></article>"))
    assert found.text.split("\n\n") == LONG[:4]


def test_a_heading_that_a_table_of_contents_leads_to_stays() -> None:
    """Themes give the headings of the article the class of the list that leads to them."""
    body = f'<p>{LONG[0]}</p><h2 class="toc">Where it comes from</h2><p>{LONG[1]}</p><p>{LONG[2]}</p>'
    found = read(document(f"<article><h1>{TITLE}</h1>{body}</article>"))
    assert "Where it comes from" in found.text.split("\n\n")


def test_a_last_sentence_that_is_marked_up_as_a_heading_stays() -> None:
    """Nothing stands below a last heading, unless it is text that was made large."""
    last = (
        "Nobody at the round table would say how it ends, and the producer, who knows, left before the cake."
    )
    page = f"<article><h1>{TITLE}</h1>{paragraphs(*LONG)}<h3>{last}</h3><h3>Our other shows</h3></article>"
    assert read(document(page)).text.split("\n\n") == [*LONG, last]


def test_a_standfirst_in_the_box_of_the_byline_stays() -> None:
    """The box is named for the byline, which is a box in it."""
    lead = "What the makers of the android told us at a round table"
    box = f'<div class="byline-social"><div class="byline">By Ada Quill</div><p>{lead}</p></div>'
    found = read(document(f"<article><h1>{TITLE}</h1>{box}{paragraphs(*LONG)}</article>"))
    assert found.text.split("\n\n") == [lead, *LONG]


def test_questions_that_open_by_a_click_stay_with_their_answers() -> None:
    """A reader opens the answers one by one: the questions are buttons, and the answers are hidden."""
    pairs = (
        ("Who wrote the music of the new series?", LONG[2]),
        ("Where does the story of the android begin?", LONG[3]),
    )
    closed = "".join(
        f'<div class="accordion"><button class="accordion-toggle">{question}</button>'
        f'<div class="accordion-panel" style="display: none"><p>{answer}</p></div></div>'
        for question, answer in pairs
    )
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2])}{closed}</article>"))
    for question, answer in pairs:
        assert question in found.text
        assert answer in found.text


def test_what_is_hidden_and_does_not_open_stays_out() -> None:
    """The same markup without a name that tells that a reader can open it."""
    hidden = f'<div style="display: none"><p>{OTHER[0]}</p></div>'
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG)}{hidden}</article>"))
    assert found.text.split("\n\n") == LONG
    assert "hidden.markup" in {block.rule for block in found.removed}


def test_a_standfirst_without_a_full_stop_stays_and_is_told_apart() -> None:
    """A line under the headline, above the byline, that says what the article is about."""
    lead = "What the makers of the android told us at a round table"
    head = f"<h1>{TITLE}</h1><p>{lead}</p><p>By Ada Quill</p>"
    found = read(document(f"<article>{head}{paragraphs(*LONG)}</article>", f"<title>{TITLE}</title>"))
    assert found.text.split("\n\n") == [lead, *LONG]
    assert found.standfirst == lead


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Rouge and her companion on their way to the north (Ada Quill/Getty Images)", "credits"),
        ("Rouge and her companion on their way to the north © AFP / ADA QUILL", "credits"),
        ("We noticed you're using an ad blocker.", "advertising"),
        ("This content can also be viewed on the site it originates from.", "advertising"),
        (
            "The Herald has affiliate partnerships. We receive compensation when you click on a link.",
            "affiliate",
        ),
        ("Strictly Necessary Cookies - Always Active", "consent"),
        ("Originally published as The android that walks", "policy"),
        ("Disclosure: The Herald is owned by a subsidiary of the studio.", "policy"),
        ("Herald transcripts are created on a rush deadline, and may not be in their final form.", "policy"),
        ("Disclosure: The studio's parent company holds a minority stake in the publisher.", "policy"),
        ("Why you can trust Herald+ Our experts watch films over countless hours. Find out more.", "policy"),
        (
            "This video can not be played. To play this video you need JavaScript in your browser.",
            "advertising",
        ),
        ('<a href="/2">blog.herald.example</a>', "related"),
        ("19:31 BST", "structure"),
        ("Stay tuned to the Herald for more updates.", "newsletter"),
        ("Notice: The content above was uploaded by a user of the Herald's platform.", "policy"),
    ],
)
def test_a_line_of_furniture_goes(line: str, rule: str) -> None:
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2], line, *LONG[2:])}</article>"))
    assert found.text.split("\n\n") == LONG
    assert rule in {block.rule.partition(".")[0] for block in found.removed}


@pytest.mark.parametrize(
    ("language", "caption"),
    [
        ("nl", "Rouge en haar metgezel op weg naar het noorden, foto: Ada Quill"),
        ("nl", "Rouge en haar metgezel op weg naar het noorden (foto: Ada Quill)"),
        ("pl", "Rouge i jej towarzyszka w drodze na północ, fot. Ada Quill"),
        ("sv", "Rouge och hennes följeslagare på väg norrut (Foto: Ada Quill)"),
        ("ru", "Руж и её спутница на пути на север / Фото: Ада Квилл"),
        ("zh", "鲁热和她的同伴在北上的路上（图片：艾达）"),
        ("zh", "鲁热和她的同伴在北上的路上 摄影：艾达"),
        ("ko", "북쪽으로 향하는 루주와 그의 동료 [사진=에이다]"),
    ],
)
def test_a_caption_that_ends_with_its_credit_goes(language: str, caption: str) -> None:
    page = document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2], caption, *LONG[2:])}</article>")
    found = read(page.replace('lang="en"', f'lang="{language}"', 1))
    assert caption not in found.text
    assert found.text.split("\n\n") == LONG


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("{} Photo: Ada Quill/Herald", "Photo: Ada Quill/Herald"),
        ("{}<br>© Ada Quill", "© Ada Quill"),
        ("{} | Image: <em>J. Quill</em>", "Image: J. Quill"),
    ],
)
def test_a_credit_at_the_end_of_a_caption_goes_without_it(caption: str, credit: str) -> None:
    said = "Rouge and her companion, who has said nothing since Monday, wait for the ferry."
    figure = f"<figure><img src='/a.jpg'><figcaption>{caption.format(said)}</figcaption></figure>"
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2])}{figure}{paragraphs(*LONG[2:])}"))
    assert f"<figcaption>{said}</figcaption>" in found.html
    assert ("credits.line", credit) in {(block.rule, block.text) for block in found.removed}


@pytest.mark.parametrize(
    "line",
    [
        "Originally published in 1923, the novel tells of a boy and a machine that he takes for his brother.",
        "The talks will go on in the spring, two of the people at the table said. (Reuters)",
        "She went down to the river (and the ferry/bridge was closed), so she walked home again.",
        "Learn more <a href='/films'>about the films of the studio</a> in our guide.",
        "Read the <a href='/rouge'>review of the series</a> and the <a href='/films'>guide to the films</a>.",
    ],
)
def test_a_sentence_that_only_begins_or_ends_alike_stays(line: str) -> None:
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2], line, *LONG[2:])}</article>"))
    assert re.sub("<.*?>", "", line) in found.text.split("\n\n")


@pytest.mark.parametrize("line", ["Graphics: Rotor 4050 with 6 GB", "Artwork: 8/10", "Video: 9"])
def test_a_figure_of_a_review_is_no_credit(line: str) -> None:
    """What a machine has in it, and how many points an edition gets for its pictures."""
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2], line, *LONG[2:])}</article>"))
    assert "credits.line" not in {block.rule for block in found.removed}


def test_comments_that_are_longer_than_a_short_article_stay_out() -> None:
    article = (
        "<p>Season two starts on 4 October, and the cat is alive.</p><p>Twelve episodes are planned.</p>"
    )
    comments = "".join(f'<div itemprop="comment"><p>{text}</p></div>' for text in LONG)
    found = read(document(f"<main><h1>Season two</h1><div>{article}</div>{comments}</main>"))
    assert found.text.split("\n\n")[-1] == "Twelve episodes are planned."


def test_lines_of_marks_that_nobody_sees_are_none() -> None:
    seen = "".join(f"<p>{text}</p><p>\u200d</p>" for text in LONG)
    assert read(document(f"<article><h1>Title</h1>{seen}</article>")).text.split("\n\n") == LONG


def test_a_subtitle_above_the_byline_stays_in_a_script_without_spaces() -> None:
    subtitle = "作中の手作りシチューなど限定メニュー十二種と、描き下ろしグッズを用意"
    text = "".join(f"<p>{line}</p>" for line in JAPANESE)
    page = f"<h1>灯台のカフェ</h1><h2>{subtitle}</h2><p>文：見本花子</p>{text}"
    found = read(document(f"<article>{page}</article>").replace('lang="en"', 'lang="ja"'))
    assert found.text.split("\n\n") == [subtitle, *JAPANESE]


def test_phrases_of_one_kind_do_not_take_the_article() -> None:
    """A column about a newspaper's subscribers, in which nearly every paragraph begins like an offer."""
    column = [
        f"Subscribe to the {name}, says my neighbour, and you will own the morning. He has said so for "
        f"{years} years, at the fence, in the rain, to everybody who came by with a dog or without one."
        for name, years in (("Herald", "ten"), ("Courier", "twelve"), ("Gazette", "twenty"), ("Post", "six"))
    ]
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(LONG[0], *column)}</article>"))
    kept = found.text.split("\n\n")
    assert sum(text in kept for text in column) == len(column), [(b.rule, b.text) for b in found.removed]


def test_a_model_for_other_features_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("models") / "old.json"
    file.write_text('{"features": ["chars"], "bias": 0.0, "trees": []}', encoding="utf-8")
    shipped = model._file
    try:
        classifier.use(file)
        with pytest.raises(RuntimeError, match=r"old\.json was trained for other features"):
            extract(document(f"<article>{paragraphs(*LONG)}</article>").encode(), URL)
    finally:
        classifier.use(shipped)


@pytest.mark.parametrize(
    "hidden",
    [
        "<noscript>{}</noscript>",
        "<svg viewBox='0 0 9 9'><g><foreignObject width='9' height='9'>{}</foreignObject></g></svg>",
    ],
    ids=["noscript", "foreignObject"],
)
def test_an_article_for_readers_without_scripts_is_read(hidden: str) -> None:
    """What a script would show is there for those without one, or is drawn; around it there is a note."""
    note = (
        "<p>This page is shown by a script. Switch scripts on in your browser, or read the text as it is.</p>"
    )
    found = read(document(note + hidden.format(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG)}</article>")))
    assert found.text.split("\n\n")[-len(LONG) :] == LONG


def test_what_is_there_for_readers_without_scripts_stays_out_of_an_article_that_has_text() -> None:
    """The usual page: an image once more, and a prompt."""
    prompt = f"<noscript><p>{OTHER[0]}</p><img src='/a.jpg'></noscript>"
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2])}{prompt}{paragraphs(*LONG[2:])}"))
    assert found.text.split("\n\n") == LONG


def test_a_heading_goes_with_what_stood_below_it() -> None:
    """Links to other articles between two parts: their heading would stand alone above the next one."""
    box = f'<h2>Elsewhere in town</h2><div class="related-stories"><p><a href="/n/1">{OTHER[0]}</a></p></div>'
    parts = f"<h2>Where it comes from</h2><p>{LONG[2]}</p>{box}<h2>Who walks with her</h2><p>{LONG[3]}</p>"
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2])}{parts}</article>"))
    assert found.text.split("\n\n") == [
        *LONG[:2],
        "Where it comes from",
        LONG[2],
        "Who walks with her",
        LONG[3],
    ]
    assert ("structure.heading", "Elsewhere in town") in {(b.rule, b.text) for b in found.removed}


def test_a_heading_stays_above_the_first_of_its_parts() -> None:
    """What was removed stands between a heading and a lower one; and a paragraph marked up as a heading."""
    box = f'<div class="related-stories"><p><a href="/n/1">{OTHER[0]}</a></p></div>'
    parts = f"<h2>The makers</h2>{box}<h3>Who draws</h3><p>{LONG[2]}</p><h3>{OTHER[2]}</h3>{box}"
    last = f"<h3>Who sings</h3><p>{LONG[3]}</p>"
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG[:2])}{parts}{last}</article>"))
    said = found.text.split("\n\n")
    assert [line for line in said if line not in LONG] == ["The makers", "Who draws", OTHER[2], "Who sings"]


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("[vc_row][vc_column]{}[/vc_column][/vc_row]", "{}"),
        ('[et_pb_section fb_built="1" _builder_version="3.22"]{}[/et_pb_section]', "{}"),
        ("[caption id=”attachment_9″ align=”alignnone” width=”300″]{}[/caption]", "{}"),
        ("[gallery ids=1,2,3] {}", "{}"),
        ('{}<a href="/9">[/su_quote]</a>', "{}"),
        ("[quote]{}[/quote]", "{}"),
        ("{} [sic]", "{} [sic]"),
        ("[Update] {} [1] [laughs]", "[Update] {} [1] [laughs]"),
        ("{} Write [first_name] here, [where x=2].", "{} Write [first_name] here, [where x=2]."),
        ('{} Write <code>[gallery ids="1,2"]</code> there.', '{} Write [gallery ids="1,2"] there.'),
    ],
)
def test_shortcodes_that_nothing_replaced_are_no_text(marked: str, shown: str) -> None:
    """The plugin that drew columns is gone, and its marks stand around the paragraphs."""
    text = [LONG[0], marked.format(LONG[1]), *LONG[2:]]
    found = read(document(f"<article><h1>{TITLE}</h1>{paragraphs(*text)}<p>[/vc_row]</p></article>"))
    assert found.text.split("\n\n") == [LONG[0], shown.format(LONG[1]), *LONG[2:]]


def test_the_text_of_a_shadow_tree_is_read_in_its_place() -> None:
    """A component declares its shadow tree; what it is given stands where the slots are."""
    shadow = f"<h2>The parade</h2><slot></slot><p>{OTHER[0]}</p><slot name=end>Nothing is known.</slot>"
    given = f"<p slot=end>{LONG[-1]}</p>{paragraphs(*LONG[:-1])}"
    component = f'<x-story><template shadowrootmode="open">{shadow}</template>{given}</x-story>'
    found = read(document(f"<article><h1>{TITLE}</h1>{component}</article>"))
    assert found.text.split("\n\n") == ["The parade", *LONG[:-1], OTHER[0], LONG[-1]]


def test_questions_and_answers_that_the_page_declares_stay() -> None:
    """Below the article, in boxes that a click opens, with the class names of a widget."""
    asked = [
        (
            "Who built the red android?",
            "Her makers are known. She is one of nine, and the others are looked for.",
        ),
        ("Where can the series be seen?", "It is shown at night, on the channel of the studio that made it."),
        ("Will there be more of it?", "Nobody has said so. The last episode leaves the door open."),
    ]
    boxes = "".join(
        f'<div class="widget-item promo"><div class="title"><a href="/ask/{n}">{question}</a></div>'
        f'<div class="teaser-text"><a href="/ask/{n}">{answer}</a></div></div>'
        for n, (question, answer) in enumerate(asked)
    )
    declared = [
        {
            "@type": "Question",
            "name": question,
            "acceptedAnswer": {"@type": "Answer", "text": f"<p>{answer}</p>"},
        }
        for question, answer in asked
    ]
    head = json.dumps({"@type": "FAQPage", "mainEntity": declared})
    page = f'<article><h1>{TITLE}</h1>{paragraphs(*LONG)}</article><div class="widget">{boxes}</div>'
    found = read(document(page, f'<script type="application/ld+json">{head}</script>'))
    assert found.text.split("\n\n") == [*LONG, *(line for pair in asked for line in pair)]
    without = read(document(page))
    assert without.text.split("\n\n") == LONG


def test_a_note_about_the_author_above_the_text_goes() -> None:
    """It names the author, and says that they write; a first paragraph about somebody says less."""
    note = "<div>Ada Quill <span>is a senior reporter. She has written on robots for years.</span></div>"
    head = '<meta name="author" content="Ada Quill">'
    found = read(document(f"<article><h1>{TITLE}</h1>{note}{paragraphs(*LONG)}</article>", head))
    assert found.text.split("\n\n") == LONG
    assert "authors.biography" in {block.rule for block in found.removed}
