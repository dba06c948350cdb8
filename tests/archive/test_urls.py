"""Spellings of one address, and addresses that only look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.urls import clean_url, is_variant, page_key, plain_key

URL = "https://example.org/news/story?id=1"
_PARTS = st.text(st.sampled_from("abé雨 %-~._"), max_size=8)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://example.org/news/story?id=1",
        "https://www.example.org/news/story?id=1",
        "https://WWW.Example.ORG:443/news/story/?id=1#top",
        "https://example.org/news/story?utm_source=feed&id=1&fbclid=x",
        "https://example.org/news/%73tory?id=1",
    ],
)
def test_spellings_of_one_address_have_one_key(spelling: str) -> None:
    assert page_key(spelling) == page_key(URL) == "example.org/news/story?id=1"


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/news/story?id=2",
        "https://example.org/news/story",
        "https://example.org/news/Story?id=1",
        "https://news.example.org/news/story?id=1",
        "https://example.org:8080/news/story?id=1",
        "https://m.example.org/news/story?id=1",
        "https://example.org/news/story%2F?id=1",
    ],
)
def test_two_addresses_have_two_keys(other: str) -> None:
    assert page_key(other) != page_key(URL)


def test_the_order_of_parameters_and_the_way_of_encoding_do_not_count() -> None:
    assert page_key("https://example.org/?b=2&a=雨") == page_key("http://example.org?a=%e9%9b%a8&b=2")


@pytest.mark.parametrize(
    ("written", "over_the_wire"),
    [
        ("müller.example", "xn--mller-kva.example"),
        ("MÜLLER.example.", "xn--mller-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),  # no other spelling of strasse.example: two owners
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("☃.example", "xn--n3h.example"),
    ],
)
def test_an_international_host_is_one_in_either_spelling(written: str, over_the_wire: str) -> None:
    assert clean_url(f"https://{written}/a") == f"https://{over_the_wire}/a"
    assert page_key(f"https://{written}/a") == page_key(f"http://www.{over_the_wire}/a/")


@pytest.mark.parametrize(
    "variant",
    [
        "https://m.example.org/news/story?id=1",
        "https://mobile.example.org/news/story?id=1",
        "https://amp.example.org/news/story?id=1",
        "https://example.org/news/story/amp?id=1",
        "https://example.org/news/story/amp/?id=1",
        "https://example.org/amp/news/story?id=1",
        "https://example.org/news/story.amp?id=1",
        "https://example.org/news/story?id=1&m=1",
    ],
)
def test_mobile_and_amp_addresses_stand_for_a_plain_one(variant: str) -> None:
    assert is_variant(variant)
    assert plain_key(variant) == plain_key(URL) == page_key(URL)


@pytest.mark.parametrize("url", ["https://m.example/", "https://example.org/amp", "https://example.org/m"])
def test_a_name_that_only_looks_so_is_plain(url: str) -> None:
    assert not is_variant(url)


@given(_PARTS, _PARTS)
def test_a_key_says_all_that_a_page_is_asked_by(path: str, query: str) -> None:
    url = f"https://example.org/{path}?q={query}"
    key = page_key(url)
    assert page_key(f"http://{key}") == key
    assert page_key(clean_url(url) or "") == key
