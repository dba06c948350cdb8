"""The language of a text, whatever the page declares."""

import pytest

from crawler.extraction.extract import extract
from crawler.extraction.language import detect_language
from tests.crawler.extraction.pages import URL
from tests.crawler.extraction.test_furniture import TABLE

TEXTS = {
    "en": "The last episode of the series answers less than it asks, and that is why it will be talked about "
    "for a long time by those who have followed it from the beginning to the end of this year.",
    "de": "Die letzte Folge der Serie beantwortet weniger, als sie fragt, und das ist der Grund, warum sie "
    "noch lange nach dem Ende bei denen im Gespräch sein wird, die sie von Anfang an gesehen haben.",
    "fr": "Le dernier épisode de la série répond à moins de questions qu'il n'en pose, et c'est pour cela "
    "que ceux qui ont suivi cette histoire depuis le début en parleront avec plaisir dans les années.",
    "es": "El último episodio de la serie responde a menos preguntas de las que plantea, y por eso los que "
    "han seguido la historia desde el principio hablarán de ella durante mucho tiempo con sus amigos.",
    "ja": "最終回は答えよりも多くの問いを残した。だからこそ、最初から見てきた人は長くこの作品を語るだろう。",
    "zh": "最后一集留下的问题比答案更多，因此从一开始就追看的观众会长久地谈论这部作品。",
    "ko": "마지막 회는 답보다 더 많은 질문을 남겼다. 그래서 처음부터 본 사람들은 오래 이야기할 것이다.",
    "ru": "Последняя серия отвечает на меньшее число вопросов, чем задаёт, и поэтому о ней будут говорить.",
}
DECLARED = [("en-US", "en"), ("de_DE", "de"), ("jp", "ja"), ("und", None), ("", None)]


@pytest.mark.parametrize("language", TEXTS)
def test_the_text_tells_its_language(language: str) -> None:
    assert detect_language(TEXTS[language], None) == language


def test_a_wrong_declaration_is_not_believed() -> None:
    assert detect_language(TEXTS["de"], "en-US") == "de"


@pytest.mark.parametrize(("declared", "tag"), DECLARED)
def test_a_short_text_has_the_declared_language(declared: str, tag: str | None) -> None:
    assert detect_language("Metallic Rouge", declared) == tag


def test_close_relatives_are_told_apart_by_the_declaration() -> None:
    text = (
        "Og det er en av de siste og det var for han og de som er med i det som var der da og er det i dag."
    )
    assert detect_language(text, "da") == "da"


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        (
            "gl-ES",
            "O último episodio da serie deixa máis preguntas que respostas, e por iso os que seguiron a "
            "historia dende o principio falarán dela durante moito tempo cos seus amigos e coas súas amigas.",
        ),
        (
            "af",
            "Die laaste episode van die reeks beantwoord minder vrae as wat dit vra, en dit is hoekom die "
            "mense wat van die begin af gekyk het nog lank met hulle vriende daaroor sal praat.",
        ),
        ("uk", "Нова гра вже в продажу, а трейлер показали на виставках."),
    ],
)
def test_a_declared_language_that_looks_like_a_larger_one_is_believed(declared: str, text: str) -> None:
    assert detect_language(text, declared) == declared[:2]


@pytest.mark.parametrize("language", TABLE)
@pytest.mark.parametrize("declared", ["xx", None])
def test_13_languages_are_told_by_the_text_of_an_article(language: str, declared: str | None) -> None:
    text = " ".join([*TABLE[language]["article"], *TABLE[language]["stays"]])
    assert detect_language(text, declared) == language


def test_furniture_goes_by_the_language_of_the_text_and_not_by_what_the_page_declares() -> None:
    article = "".join(f"<p>{text}</p>" for text in TABLE["ja"]["article"])
    body = f"<article><h1>Rouge</h1>{article}<p>この記事は有料会員限定です。</p></article>"
    found = extract(f'<html lang="en"><meta charset="utf-8"><body>{body}</body></html>'.encode(), URL)
    assert found.language == "ja"
    assert found.text.split("\n\n") == TABLE["ja"]["article"]


def test_the_text_is_a_witness_where_it_contradicts_the_declaration() -> None:
    text = "Die Serie ist nicht neu, und sie hat mit dem Film nichts zu tun, auch wenn es so aussieht. " * 8
    body = f'<html lang="en"><body><article><h1>Neu</h1><p>{text}</p></article></body></html>'
    found = extract(body.encode(), "https://www.herald.example/neu")
    said = [(w.source, w.value, w.chosen) for w in found.witnesses if w.field == "language"]
    assert found.language == "de"
    assert said == [("text", "de", True), ("markup:lang", "en", False)]


def test_a_list_of_names_does_not_contradict_the_declaration() -> None:
    names = "Shuji K. und Jan Z. in Gdansk, Minolta Z. 1 P, Walter Z. mit Pentax W. I. " * 12
    assert detect_language(names, "de") == "de"
