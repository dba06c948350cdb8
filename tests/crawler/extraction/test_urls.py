"""Addresses: cleaned of what follows the reader, and only of the same site."""

import pytest

from crawler.extraction.urls import clean_url, registrable_domain, same_site
from tests.crawler.extraction.pages import URL, metadata


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://herald.example/a?utm_source=x&id=7&fbclid=y#top", "https://herald.example/a?id=7"),
        ("HTTPS://WWW.Herald.Example:443/A", "https://www.herald.example/A"),
        ("http://herald.example:8080", "http://herald.example:8080/"),
        ("https://herald.example/story?id=123&gclid=4", "https://herald.example/story?id=123"),
        ("mailto:sam@herald.example", None),
        ("https://[broken", None),
        ("/relative", None),
    ],
)
def test_a_url_is_cleaned(url: str, cleaned: str | None) -> None:
    assert clean_url(url) == cleaned


def test_the_registrable_domain_knows_public_suffixes() -> None:
    assert registrable_domain("www.news.example.co.uk") == "example.co.uk"
    assert same_site("https://a.example.co.jp/", "http://b.example.co.jp/x")
    assert not same_site("https://one.co.jp/", "https://two.co.jp/")
    assert same_site("https://例え.jp/", "https://news.xn--r8jz45g.jp/a")
    assert not same_site("https://一.公司.cn/", "https://二.xn--55qx5d.cn/")


@pytest.mark.parametrize(
    ("declared", "canonical"),
    [
        ("/culture/rouge?utm_medium=feed", "https://www.herald.example/culture/rouge"),
        ("https://m.herald.example/culture/rouge", "https://m.herald.example/culture/rouge"),
        ("https://elsewhere.example/culture/rouge", URL),
        ("https://www.herald.example/", URL),
        ("", URL),
    ],
)
def test_the_canonical_address_is_of_the_same_site_and_no_front_page(declared: str, canonical: str) -> None:
    assert metadata(f'<link rel="canonical" href="{declared}">').canonical_url == canonical


def test_why_an_address_is_not_believed_is_told() -> None:
    head = f"""<link rel="canonical" href="https://elsewhere.example/a"><link rel="canonical" href="/">
        <meta property="og:url" content="{URL}?utm_source=feed">"""
    found = metadata(head)
    said = [(w.source, w.chosen, w.note) for w in found.witnesses if w.field == "canonical_url"]
    assert said == [
        ("link:canonical", False, "of another site"),
        ("link:canonical", False, "the front page of the site"),
        ("meta:og:url", True, "without what only tracks readers"),
    ]
    assert found.canonical_url == URL
