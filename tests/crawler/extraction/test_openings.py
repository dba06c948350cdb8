"""What a match may begin with and what it holds: an expression that is passed over would not have matched."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extraction.openings import SIZE, needles, openings
from crawler.extraction.rulebook import rules

PHRASES = sorted(
    phrase for rule in rules().values() for phrases in rule.phrases.values() for phrase in phrases
)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("sign up", {"sig"}),
        ("(?:sign|log)(?: in)?", {"sig", "log"}),
        ("a?bc", {"abc", "bc"}),
        ("(?:x|)yz", {"xyz", "yz"}),
        ("[«»]a", {"«a", "»a"}),
        (r"\(c\)", {"(c)"}),
        (r"\d+ free", {""}),
        (".{0,20}free", {""}),
        ("a*free", {""}),
        ("(?=.*free)get", {"get"}),
        (r"o\b", {"o"}),
        ("x+y", {"x"}),
        ("©", {"©"}),
        ("a|bc", {"a", "bc"}),
        ("[^a]b", {""}),
        ("a{2}b", {"a"}),
        ("a{0,1}b", {""}),
    ],
)
def test_the_openings_of_an_expression(pattern: str, expected: set[str]) -> None:
    assert openings(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (".{0,20}free", {"free"}),
        ("[^.]{2,60}(?:photo|photograph|picture)s?$", {"photo", "picture"}),
        ("(?=.*commission)[^.]{0,40} by", {"commission"}),
        (r"\d+ (?:days?|hours?) ago$", {" ago"}),
        ("(?:free )*sign (?:up|in)", {"sign "}),
        ("(?!paid)(?<!half)free", {"free"}),
        ("a?b*c{0,2}", {""}),
        ("(?:free|)", {""}),
        (".*(?:free|.)", {""}),
        ("[^(]+[([]photo", {"photo"}),
        ("(?:an? )?x+©", {"©"}),
    ],
)
def test_what_a_match_holds(pattern: str, expected: set[str]) -> None:
    assert needles(pattern) == expected


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_a_phrase_matches_begins_with_an_opening_and_holds_a_needle(data: st.DataObject) -> None:
    phrase = data.draw(st.sampled_from(PHRASES))
    text = data.draw(st.from_regex(re.compile(rf"\A(?:{phrase})")))
    assert openings(phrase) & {text[:size] for size in range(SIZE + 1)}, phrase
    assert any(needle in text for needle in needles(phrase)), phrase
