import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.query import Words
from archive.snippets import cut_snippet, find_marks
from archive.tokens import CJK


def marked(text: str, *words: str) -> list[str]:
    marks = find_marks(text, [Words(word.removesuffix("*"), word.endswith("*")) for word in words])
    return [text[start:end] for start, end in marks]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Rain, rain and RAIN; no rainbow", ["rain"], ["Rain", "rain", "RAIN"]),
        ("rainbow, rain", ["rain*"], ["rainbow", "rain"]),
        ("the android's rain", ["android"], ["android"]),
        ("the android's rain", ["android's"], ["android's"]),
        ("Café, cafe, cafe\u0301", ["cafe"], ["Café", "cafe", "cafe\u0301"]),
        ("Cafe", ["café"], ["Cafe"]),
        ("Straße", ["strasse"], ["Straße"]),
        ("ＢＯＮＥＳ制作", ["bones"], ["ＢＯＮＥＳ"]),
        ("BONES制作のアニメ", ["bones制作"], ["BONES制作"]),
        ("メタリック・ルージュ", ["メタリックルージュ"], ["メタリック・ルージュ"]),
        ("ﾒﾀﾘｯｸﾙｰｼﾞｭだ", ["ルージュ"], ["ﾙｰｼﾞｭ"]),
        ("ガ行", ["ｶﾞ"], ["ガ"]),
        ("声優の声", ["声優", "声"], ["声優", "声"]),
        ("two  \n words", ["two words"], ["two  \n words"]),
        ("two words", ["words two"], []),
        ("anything", [], []),
        ("anything", ["..."], []),
        ("a_b", ["a"], ["a"]),
        ("𝐑ain", ["rain"], ["𝐑ain"]),
    ],
)
def test_marks(text: str, words: list[str], expected: list[str]) -> None:
    assert marked(text, *words) == expected


@given(st.text(), st.lists(st.text(max_size=5), max_size=3))
def test_marks_lie_in_the_text_and_do_not_overlap(text: str, words: list[str]) -> None:
    marks = find_marks(text, [Words(word) for word in words])
    places = [place for mark in marks for place in mark]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in marks)


LONG = "The curtain is still down, and nobody says anything at all about it. " * 8


def test_the_paragraph_that_says_most_is_shown() -> None:
    text = f"Rain.\n\n{LONG}\n\nAn android in the rain.\n\n{LONG}"
    snippet, marks = cut_snippet(text, [Words("android"), Words("rain")])
    assert snippet == "An android in the rain."
    assert [snippet[start:end] for start, end in marks] == ["android", "rain"]


def test_a_long_paragraph_is_cut_between_words() -> None:
    snippet, marks = cut_snippet(f"{LONG}An android walks in. {LONG}", [Words("android")])
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) < 260
    assert snippet.strip("…") in f"{LONG}An android walks in. {LONG}"
    assert [snippet[start:end] for start, end in marks] == ["android"]
    assert all(word in f"{LONG}An android walks in." for word in snippet.strip("…").split(" "))


def test_a_long_paragraph_without_spaces_is_cut_as_well() -> None:
    text = "雨が降る。" * 100 + "声優が語る。" + "雨が降る。" * 100
    snippet, marks = cut_snippet(text, [Words("声優")])
    assert len(snippet) <= 242
    assert [snippet[start:end] for start, end in marks] == ["声優"]


def test_without_a_hit_the_beginning_is_shown() -> None:
    snippet, marks = cut_snippet(f"\n\n{LONG}", [Words("android")])
    assert snippet.startswith("The curtain")
    assert marks == ()
    assert cut_snippet("", [Words("android")]) == ("", ())


def test_every_character_that_has_no_words_ends_one() -> None:
    """Texts without such characters are searched in a cheaper way, which would join them with words."""
    letters = [chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000]
    apart = re.compile(f"[{CJK}]")
    for letter in (one for one in letters if apart.fullmatch(unicodedata.normalize("NFKC", one))):
        assert find_marks(f"{letter}rain{letter}", [Words("rain")]) == ((1, 5),), letter
