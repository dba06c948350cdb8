import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Access, RevisionKind
from archive.revisions import Content, changed_fields, is_same_text, revision_kind
from archive.tokens import count_words
from archive.worse import why_worse
from tests.archive.conftest import HOME, TEXT, extraction

CONTENT = Content.of(extraction(HOME))


def test_every_field_of_the_content_counts() -> None:
    other = Content(
        "Another title",
        None,
        "Another text.",
        ("Ben Marrow", "Ada Quill"),
        "2024-01-31",
        "2024-01-31",
        Access.METERED,
        False,
    )
    assert changed_fields(CONTENT, other) == (
        "title",
        "standfirst",
        "text",
        "authors",
        "published",
        "modified",
        "access",
        "text_complete",
    )


def test_a_touched_time_of_modification_is_no_change() -> None:
    assert changed_fields(CONTENT, replace(CONTENT, modified="2024-02-20")) == ()
    edited = replace(CONTENT, modified="2024-02-20", title="The final act")
    assert changed_fields(CONTENT, edited) == ("title", "modified")


def test_the_same_moment_written_otherwise_is_no_change() -> None:
    assert changed_fields(CONTENT, replace(CONTENT, published="2024-01-30T00:00:00Z")) == ()


@given(st.lists(st.sampled_from([" ", "\n", "\n\n", "\t", "\u3000", "\xa0"]), min_size=12, max_size=12))
def test_white_space_is_no_change(spaces: list[str]) -> None:
    pieces = iter(spaces)
    text = re.sub(r" ", lambda _: next(pieces, " "), TEXT)
    assert changed_fields(CONTENT, replace(CONTENT, text=f"\n{text} ", title=" The  last\tact")) == ()


@pytest.mark.parametrize(
    ("same_rules", "same_capture", "kind"),
    [
        (True, True, RevisionKind.PUBLISHER),
        (True, False, RevisionKind.PUBLISHER),
        (False, True, RevisionKind.RULES),
        (False, False, RevisionKind.PUBLISHER),
    ],
)
def test_our_rules_changed_it_when_the_page_did_not(
    same_rules: bool, same_capture: bool, kind: RevisionKind
) -> None:
    assert revision_kind(same_rules=same_rules, same_capture=same_capture) is kind


def test_a_third_of_the_words_is_the_least() -> None:
    assert why_worse(CONTENT, replace(CONTENT, text="word " * 14)) is None
    worse = why_worse(CONTENT, replace(CONTENT, text="word " * 13))
    assert worse
    assert (worse.reason, worse.explanation) == ("shrunk", "the text shrank from 42 to 13 words")


def test_an_empty_article_takes_any_text() -> None:
    assert why_worse(replace(CONTENT, text=""), CONTENT) is None


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        (Access.FREE, Access.METERED, True),
        (Access.UNKNOWN, Access.PAYWALLED, True),
        (Access.REGISTRATION, Access.PAYWALLED, True),
        (Access.PAYWALLED, Access.PAYWALLED, False),
        (Access.PAYWALLED, Access.FREE, False),
        (Access.UNKNOWN, Access.FREE, False),
    ],
)
def test_stricter_access_with_less_text_is_worse(before: Access, after: Access, worse: bool) -> None:
    old = replace(CONTENT, access=before)
    shorter = replace(CONTENT, access=after, text=TEXT.rsplit("\n\n", 1)[0])
    assert bool(why_worse(old, shorter)) is worse
    assert why_worse(old, replace(CONTENT, access=after)) is None


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("two words", 2), ("雨の音", 3), ("BONES制作の anime", 5), (" \n ", 0)]
)
def test_a_character_of_a_script_without_spaces_is_a_word(text: str, words: int) -> None:
    assert count_words(text) == words


def test_the_same_text_is_found_lightly_edited() -> None:
    assert is_same_text(TEXT, TEXT.replace("chocolate", "sweets") + "\n\nMore on our site.")
    assert is_same_text(TEXT, TEXT.split("\n\n")[0])
    assert not is_same_text(
        TEXT, "Nobody knows what the series that is about to begin will tell of the rain."
    )
    assert not is_same_text(TEXT, "")
    assert is_same_text("雨の音から始まる。観客は知らない。", "雨の音から始まる。観客はまだ知らない。")
    assert not is_same_text("雨の音から始まる。観客は知らない。", "火星の街は低い位置から描かれている。")
