"""One small page a phenomenon: what readers say below an article, where no class name tells."""

import pytest

from tests.crawler.extraction.test_extract import LONG, document, read

TITLE = "The red android walks again"
SAID = [
    "I have waited for this since the first season ended, and I will watch it on the night it comes out.",
    "The dog is a machine, and whoever has read the third book knows it since the end of chapter nine.",
    "A garage in Leeds is not where such music is made; my brother works there and has heard nothing.",
    "Eleven cities and none of them is mine. I will take the train, and I will take my own lamp along.",
]


def replies(heading: str) -> str:
    made = '<div class="c1"><div class="c2"><span>kuro</span> <span>2 h</span></div><div>{}</div></div>'
    return f'<div class="c0">{heading}{"".join(made.format(text) for text in SAID)}</div>'


@pytest.mark.parametrize(
    ("lang", "heading"),
    [
        ("en", "Comments (4)"), ("en", "4 comments"), ("de", "4 Kommentare"), ("ja", "コメント（4）"),
        ("zh", "评论 (4)"), ("ko", "댓글 4"), ("ru", "Комментарии (4)"), ("bg", "4 коментара"),
        ("hr", "Komentari (4)"), ("fi", "Kommentit (4)"), ("cs", "Diskuze (4)"),
    ],
)  # fmt: skip
def test_what_stands_below_a_heading_that_counts_comments_goes_however_much_it_is(
    lang: str, heading: str
) -> None:
    article = f'<div class="a1"><h1>{TITLE}</h1><div class="a2"><p>{LONG[0]}</p><p>{LONG[1]}</p></div></div>'
    page = document(f'<div class="p">{article}{replies(f"<h3>{heading}</h3>")}</div>')
    found = read(page.replace("<html", f'<html lang="{lang}"', 1))
    assert found.text.split("\n\n") == LONG[:2]


@pytest.mark.parametrize("heading", ["コメント", "Comments from the cast"])
def test_a_section_of_what_the_cast_says_stays(heading: str) -> None:
    said = "".join(f"<h4>Actor {n}</h4><p>{text}</p>" for n, text in enumerate(SAID))
    article = f"<h1>{TITLE}</h1><div><p>{LONG[0]}</p></div><div><h3>{heading}</h3>{said}</div>"
    found = read(document(f'<div class="p">{article}</div>'))
    assert all(text in found.text for text in (LONG[0], *SAID))
