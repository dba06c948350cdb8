"""What a match may begin with: an expression that is passed over would not have matched."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extraction.openings import SIZE, openings
from crawler.extraction.rulebook import rules

PHRASES = sorted(
    phrase for rule in rules().values() for phrases in rule.phrases.values() for phrase in phrases
)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("sign up", {"si"}),
        ("(?:sign|log)(?: in)?", {"si", "lo"}),
        ("a?bc", {"ab", "bc"}),
        ("(?:x|)yz", {"xy", "yz"}),
        ("[«»]a", {"«a", "»a"}),
        (r"\(c\)", {"(c"}),
        (r"\d+ free", {""}),
        (".{0,20}free", {""}),
        ("a*free", {""}),
        ("(?=.*free)get", {"ge"}),
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


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_a_phrase_matches_begins_with_one_of_its_openings(data: st.DataObject) -> None:
    phrase = data.draw(st.sampled_from(PHRASES))
    text = data.draw(st.from_regex(re.compile(rf"\A(?:{phrase})")))
    assert openings(phrase) & {text[:size] for size in range(SIZE + 1)}, phrase
