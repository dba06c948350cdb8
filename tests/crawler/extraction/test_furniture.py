"""Furniture by phrase: in 15 languages, every kind goes with a fitting rule and every paragraph stays."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from archive.models import Access, Extraction
from crawler.extraction.extract import extract

TABLE = tomllib.loads(Path(__file__).with_name("furniture.toml").read_text("utf-8"))
COMMON = tomllib.loads(Path(__file__).with_name("common_lines.toml").read_text("utf-8"))
MORE = tomllib.loads(Path(__file__).with_name("more_lines.toml").read_text("utf-8"))
KINDS = {
    "subscription": {"subscription"}, "newsletter": {"newsletter", "share"}, "comments": {"comments"},
    "related": {"related"}, "share": {"share", "newsletter"}, "affiliate": {"affiliate"},
    "advertising": {"advertising"}, "consent": {"consent"}, "credits": {"credits", "policy"},
    "authors": {"authors", "structure"},
}  # fmt: skip
CASES = [(language, kind) for language in TABLE for kind in KINDS]


def read(language: str, *blocks: str) -> Extraction:
    """Read an article whose paragraphs and other blocks have no telling markup."""
    author = {"@type": "Person", "name": TABLE.get(language, {"author": "Ada Quill"})["author"]}
    node = json.dumps({"@type": "NewsArticle", "headline": "Rouge", "author": author})
    body = "".join(f"<p>{block}</p>" for block in blocks)
    page = f"""<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Rouge</title>
        <script type="application/ld+json">{node}</script>
        <body><article><h1>Rouge</h1>{body}</article></body></html>"""
    return extract(page.encode(), "https://www.herald.example/rouge")


@pytest.mark.parametrize(("language", "kind"), CASES)
def test_a_kind_of_furniture_goes_and_the_article_stays(language: str, kind: str) -> None:
    first, second, third = article = TABLE[language]["article"]
    furniture = TABLE[language][kind]
    if kind == "authors":  # the byline above, the note behind
        found = read(language, furniture[0], *article, furniture[1])
    else:
        found = read(language, first, furniture[0], second, *furniture[1:2], third, *furniture[2:])
    assert found.text.split("\n\n") == article
    rules = {block.text: block.rule for block in found.removed}
    wrong = {text: rules.get(text) for text in furniture if _family(rules.get(text)) not in KINDS[kind]}
    assert not wrong


@pytest.mark.parametrize("language", COMMON)
def test_the_commonest_lines_go_in_further_languages(language: str) -> None:
    article = COMMON[language]["article"] * 2  # long enough to stand against the lines
    article = [f"{number}. {text}" for number, text in enumerate(article)]
    lines = {line: kind for kind, found in COMMON[language].items() if kind in KINDS for line in found}
    found = read(language, *article[:3], *lines, *article[3:])
    assert found.text.split("\n\n") == article
    rules = {block.text: block.rule for block in found.removed}
    wrong = {
        text: rules.get(text) for text, kind in lines.items() if _family(rules.get(text)) not in KINDS[kind]
    }
    assert not wrong


@pytest.mark.parametrize("language", MORE)
def test_further_lines_around_articles_go(language: str) -> None:
    article = (TABLE.get(language) or COMMON[language])["article"] * 2
    article = [f"{number}. {text}" for number, text in enumerate(article)]
    for family, lines in MORE[language].items():
        for line in lines:
            text = re.sub(r"\[(.+)\]\(.+\)", r"\1", line)
            block = re.sub(r"\[(.+)\]\((.+)\)", r'<a href="\2">\1</a>', line)
            found = read(language, *article[:3], block, *article[3:])
            if family == "stays":
                assert text in found.text
                continue
            rules = {gone.rule for gone in found.removed}
            named = "share.control" in rules if family == "controls" else family in map(_family, rules)
            assert found.text.split("\n\n") == article, text
            assert named, (text, rules)


def _family(rule: str | None) -> str:
    return (rule or "").partition(".")[0]


@pytest.mark.parametrize("language", TABLE)
def test_a_paragraph_that_begins_like_furniture_stays(language: str) -> None:
    first, second, third = TABLE[language]["article"]
    stays = TABLE[language]["stays"]
    for paragraph in stays:
        found = read(language, first, second, paragraph, third)
        assert found.text.split("\n\n") == [first, second, paragraph, third], found.removed


@pytest.mark.parametrize("language", TABLE)
def test_a_short_sentence_that_mentions_furniture_stays_wherever_it_stands(language: str) -> None:
    first, second, third = TABLE[language]["article"]
    for mention in TABLE[language]["mentions"]:
        for article in ([first, mention, second, third], [first, second, third, mention]):
            found = read(language, *article)
            assert found.text.split("\n\n") == article, found.removed
            assert (found.access, found.text_complete) == (Access.UNKNOWN, True)


def test_the_table_has_every_kind_in_every_language() -> None:
    languages = ("en", "ja", "de", "fr", "es", "it", "pt", "nl", "pl", "zh", "ko", "ru", "sv", "no", "da")
    assert set(TABLE) == set(languages)
    assert all(set(rows) == {*KINDS, "author", "article", "stays", "mentions"} for rows in TABLE.values())


@pytest.mark.parametrize(
    ("language", "asks"),
    [
        ("sk", "Prečítajte si aj"), ("bg", "Прочетете още"), ("hr", "Pročitajte i"), ("sr", "Прочитајте и"),
        ("sl", "Preberite tudi"), ("lt", "Taip pat skaitykite"), ("lv", "Lasi arī"), ("et", "Loe ka"),
        ("ca", "Llegeix també"), ("is", "Sjá einnig"), ("id", "Baca juga"), ("vi", "Xem thêm"),
        ("th", "อ่านเพิ่มเติม"), ("hi", "ये भी पढ़ें"), ("bn", "আরও পড়ুন"), ("ta", "மேலும் படிக்க"),
        ("ur", "مزید پڑھیں"), ("fa", "بیشتر بخوانید"), ("ar", "اقرأ أيضا"), ("he", "קראו גם"),
    ],
)  # fmt: skip
def test_a_line_that_asks_to_read_another_article_goes_in_the_language_of_the_page(
    language: str, asks: str
) -> None:
    """Amid the text: as a line with its link, and as a heading above one."""
    first, second, third = TABLE["en"]["article"]
    line = f'{asks}: <a href="/ferry">The ferry that nobody ordered, and who has to pay for it</a>'
    found = read(language, first, line, second, f"{asks}:", third)
    assert found.text.split("\n\n") == [first, second, third]
    assert {"related.line", "related.heading"} <= {block.rule for block in found.removed}


def test_a_notice_in_another_language_on_where_a_site_may_be_read_goes() -> None:
    """Longer than what most phrases may remove, below the text of a Japanese page."""
    notice = (
        "This site is intended for readers in Japan. Some of it may not be available in your country "
        "due to licensing restrictions, and the information is current as of the date of publication. For "
        "inquiries in English, please contact our international desk through the form on the website of the "
        "company, and note that it may take several business days until you receive an answer from us."
    )
    article = [f"{n}、{text}" for n in (1, 2) for text in (*TABLE["ja"]["article"], *TABLE["ja"]["stays"])]
    assert read("ja", *article, notice).text.split("\n\n") == article


def test_a_note_about_an_author_whose_name_is_spaced_in_the_byline_goes() -> None:
    signed = "（遠野慧）"
    note = "遠野慧（とおの・けい）　一九七九年岩手県生まれ。作家。著書に『鐘の町』。"
    article = TABLE["ja"]["article"]
    text = "".join(f"<p>{block}</p>" for block in (*article, signed, note))
    page = f'<html lang="ja"><body><h1>沈む都の歩き方</h1><div>文：遠野　慧</div>{text}</body></html>'
    assert extract(page.encode(), "https://www.herald.example/a").text.split("\n\n") == article


@pytest.mark.parametrize(
    ("lang", "label"), [("tr", "3 Yorum"), ("fi", "3 kommenttia"), ("ar", "3 تعليقات"), ("en", "Read next")]
)
def test_what_stands_below_a_label_in_a_box_of_its_own_goes_with_it(lang: str, label: str) -> None:
    """Comments in boxes without names read like the article."""
    article = (COMMON[lang] if lang in COMMON else TABLE[lang])["article"] * 3
    article = [f"{number}. {text}" for number, text in enumerate(article)]
    text = "".join(f"<p>{block}</p>" for block in article)
    said = "".join(
        f"<div><b>user{n}</b><p>{block[3:]} I think so, too.</p></div>" for n, block in enumerate(article[:2])
    )
    box = f'<div class="x1"><h3>{label}</h3>{said}</div>'
    page = f'<html lang="{lang}"><body><h1>Rouge</h1><div class="x0">{text}</div>{box}</body></html>'
    assert extract(page.encode(), "https://www.herald.example/a").text.split("\n\n") == article


@pytest.mark.parametrize("label", ["Discussion", "Read more", "Suggested reading"])
def test_a_section_of_the_article_below_what_reads_like_a_label_stays(label: str) -> None:
    text = [f"{number}. {text}" for number, text in enumerate(TABLE["en"]["article"] * 3)]
    last = [
        "The rain is what the engineers argued about longest, and nobody has yet found out where it goes."
        " Some of it was seen to run down the northern wall of the crater, where the gardens were.",
        "Two of the five pumps were stopped for a week in May, and the level of the wells did not change at "
        "all, which speaks for a lake that nobody has on a map.",
        "A third series of measurements is planned for the autumn, when the storms are over and the masts "
        "stand again; the town council has set aside the money for it, and asked for nothing in return.",
    ]
    above, below = ("".join(f"<p>{block}</p>" for block in blocks) for blocks in (text, last))
    article = f"<article><h1>Rouge</h1>{above}<section><h2>{label}</h2>{below}</section></article>"
    page = f'<html lang="en"><body>{article}</body></html>'
    found = extract(page.encode(), "https://www.herald.example/a")
    assert all(block in found.text for block in last[:2])
