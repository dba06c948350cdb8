"""What differs between two texts."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.diffs import Change, TextDiff, diff_texts
from tests.archive.conftest import HOME, LATER, TEXT, Desk

_WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "rain",
            "Mars",
            "it's",
            "3.5",
            "雨",
            "の音",
            "メタリック",
            "서울의",
            "ภาษา",
            ".",
            "\n\n",
            "👩‍🚀",
        ]
    ),
    max_size=40,
).map(" ".join)
_TEXTS = st.one_of(st.text(max_size=80), _WORDS)


def changes(diff: TextDiff) -> list[tuple[str, str]]:
    return [(str(piece.change), piece.text) for piece in diff.pieces if piece.change is not Change.SAME]


@given(_TEXTS, _TEXTS)
def test_a_diff_gives_both_texts_back(old: str, new: str) -> None:
    diff = diff_texts(old, new)
    assert (diff.old, diff.new) == (old, new)
    assert 0 <= diff.share <= 1
    assert (old == new) == all(piece.change is Change.SAME for piece in diff.pieces)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("The rain falls on Mars.", "The rain fell on Mars.", [("removed", "falls"), ("added", "fell")]),
        ("It doesn't end.", "It does end.", [("removed", "doesn't"), ("added", "does")]),
        ("It costs 3,500 yen.", "It costs 3,600 yen.", [("removed", "3,500"), ("added", "3,600")]),
        ("第13話で完結する。", "第12話で完結する。", [("removed", "13"), ("added", "12")]),
        ("監督は出渕裕が務める。", "監督は堀元宣が務める。", [("removed", "出渕裕"), ("added", "堀元宣")]),
        (
            "メタリックルージュの放送",
            "メタリックブルーの放送",
            [("removed", "メタリックルージュ"), ("added", "メタリックブルー")],
        ),
        ("播出时间是周三。", "播出时间是周四。", [("removed", "三"), ("added", "四")]),
        ("서울에서 공개된다", "부산에서 공개된다", [("removed", "서울에서"), ("added", "부산에서")]),
        ("a b c", "a b c d", [("added", " d")]),
    ],
)
def test_words_are_whole_in_every_script(old: str, new: str, changed: list[tuple[str, str]]) -> None:
    assert changes(diff_texts(old, new)) == changed


def test_a_paragraph_that_is_replaced_is_not_shredded() -> None:
    diff = diff_texts(
        "One.\n\nThe cat sat on the mat.\n\nEnd.", "One.\n\nNobody knows what a dog did.\n\nEnd."
    )
    assert len(changes(diff)) == 2


def test_how_much_is_counted_in_words() -> None:
    diff = diff_texts("one two three four", "one two three five six")
    assert (diff.words_added, diff.words_removed) == (2, 1)
    assert diff.share == pytest.approx(3 / 9)
    assert diff_texts("雨の音", "雨の音色").words_added == 1


def test_passages_leave_out_what_stayed() -> None:
    text = "\n\n".join(f"Paragraph {number} says what it says." for number in range(50))
    diff = diff_texts(text, text.replace("Paragraph 7 says", "Paragraph 7 tells").replace("49", "fifty"))
    passages = diff.passages()
    assert len(passages) == 2
    assert sum(len(piece.text) for passage in passages for piece in passage) < 500


def test_long_texts_that_share_nothing_do_not_take_long() -> None:
    old = " ".join(f"a{number}" for number in range(40_000))
    new = " ".join(f"b{number}" for number in range(40_000))
    before = process_time()
    diff = diff_texts(f"{old} {old}", f"{new} {new}")
    assert (diff.words_added, diff.words_removed) == (80_000, 80_000)
    assert process_time() - before < 60  # quadratic code takes hours


def test_a_revision_says_what_it_changed_and_how_much(desk: Desk) -> None:
    desk.keep(f"{HOME}1")
    desk.keep(f"{HOME}1", at=LATER, title="The final act", text=TEXT.replace("chocolate", "dark chocolate"))
    first, second = desk.rows("revisions")
    assert (first["words_added"], first["words_removed"], first["share_changed"]) == (None, None, None)
    assert (second["words_added"], second["words_removed"]) == (2, 1)
    assert 0 < second["share_changed"] < 0.05
