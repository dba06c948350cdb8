"""Sitemaps of all kinds, and what passes for one."""

import gzip
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models import Candidate
from spiders.documents import Document, Part, UnreadableDocumentError
from spiders.sitemaps import read_sitemap
from tests.web import compress, rss, sitemap, sitemap_index

URL = "https://news.example/sitemap.xml"
A = "https://news.example/a"


def read(text: str | bytes) -> Document:
    return read_sitemap(text.encode() if isinstance(text, str) else text, URL)


def test_urls_with_lastmod() -> None:
    assert read(sitemap([(A, "2026-03-01"), ("https://news.example/b", None)])) == Document(
        (Candidate(A, modified="2026-03-01"), Candidate("https://news.example/b"))
    )


def test_news_extension_and_images() -> None:
    """The location of an image is not that of a page."""
    found = read(
        """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
            xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
            xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc> https://news.example/a </loc>
        <image:image><image:loc>https://news.example/a.jpg</image:loc></image:image>
        <news:news><news:publication><news:name>News</news:name></news:publication>
        <news:publication_date>2026-03-01T09:00:00+09:00</news:publication_date>
        <news:title>Stars &amp; pans</news:title>
        </news:news></url></urlset>"""
    )
    assert found.candidates == (
        Candidate(
            A,
            title="Stars & pans",
            published="2026-03-01T09:00:00+09:00",
            modified="2026-03-01T09:00:00+09:00",
        ),
    )


def test_index_names_its_parts_once() -> None:
    assert read(sitemap_index([A + ".xml", "/b.xml", A + ".xml"])) == Document(
        parts=(Part(A + ".xml"), Part("https://news.example/b.xml"))
    )


@pytest.mark.parametrize("times", [1, 2])
def test_gzip_whatever_the_content_type(times: int) -> None:
    body = compress(sitemap([(A, None)]))
    if times == 2:
        body = gzip.compress(body)
    assert read(body).candidates == (Candidate(A),)


def test_list_of_urls() -> None:
    assert [
        found.url for found in read(f"\ufeff{A}\r\nhttps://news.example/b\n\nnot a url\n").candidates
    ] == [A, "https://news.example/b"]


def test_feed_as_a_sitemap() -> None:
    assert read(rss([(A, "One")])).candidates == (Candidate(A, title="One"),)


def test_without_namespace_with_byte_order_mark_and_cut_off() -> None:
    text = f"\ufeff<?xml version='1.0'?><urlset><url><loc>{A}</loc></url><url><loc>https://news.exa"
    assert Candidate(A) in read(text).candidates


def test_ampersands_that_are_not_escaped_lose_nothing() -> None:
    """As many generators write them; at whatever place of the stream they stand."""
    urls = [f"{A}?id={number}{'x' * (number % 50)}&page=2&c={number}" for number in range(3000)]
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    found = read(f"<?xml version='1.0'?><urlset>{rows}<url><loc>{A}?q=1&amp;r=2</loc></url></urlset>")
    assert [candidate.url for candidate in found.candidates] == [*urls, f"{A}?q=1&r=2"]


def test_half_a_character_in_a_title_costs_no_sitemap() -> None:
    """The address is what counts; emoji in two halves are no XML, and what reads it stumbles there."""
    text = sitemap([(A, None)]).replace("</loc>", "</loc><title>Rouge &#55357;&#56842;</title>")
    assert [one.url for one in read(text).candidates] == [A]


def test_what_a_server_says_of_itself_before_the_sitemap() -> None:
    text = (
        f"<br />\n<b>Warning</b>: x in y.php\n<?xml version='1.0'?><urlset><url><loc>{A}</loc></url></urlset>"
    )
    assert read(text).candidates == (Candidate(A),)


def test_addresses_are_made_fit_for_use() -> None:
    text = sitemap(
        [
            ("/räume?q=a b&amp;page=2#top", None),
            ("HTTPS://News.Example/B", None),
            ("ftp://news.example/c", None),
            ("https://news.example/" + "x" * 3000, None),
        ]
    )
    assert [found.url for found in read(text).candidates] == [
        "https://news.example/r%C3%A4ume?q=a%20b&page=2",
        "https://news.example/B",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Service unavailable",
        "<!doctype html><html><body>Hello</body></html>",
        "<html/>",
        "<",
        b"\x1f\x8b\x08broken",
    ],
)
def test_not_a_sitemap(text: str | bytes) -> None:
    with pytest.raises(UnreadableDocumentError):
        read(text)


def test_bomb_of_entities_stays_small() -> None:
    entities = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10))
    text = f'<!DOCTYPE urlset [<!ENTITY e0 "ha">{entities}]><urlset><url><loc>{A}?&e9;</loc></url></urlset>'
    assert all(len(found.url) < 100 for found in read(text).candidates)


def test_bomb_of_gzip_is_refused() -> None:
    with pytest.raises(UnreadableDocumentError, match="larger than"):
        read(gzip.compress(b" " * (70 * 1024 * 1024)))


def test_file_of_this_machine_is_not_read() -> None:
    text = f'<!DOCTYPE urlset [<!ENTITY file SYSTEM "file:///etc/hostname">]><urlset><url><loc>{A}/&file;</loc></url></urlset>'
    assert [found.url for found in read(text).candidates] in ([], [f"{A}/"])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_anything_is_read_or_refused(noise: bytes) -> None:
    for body in (noise, b"<urlset><url><loc>" + noise + b"</loc></url></urlset>"):
        try:
            document = read_sitemap(body, URL)
        except UnreadableDocumentError:
            continue
        assert all(found.url.isascii() for found in document.candidates)


def test_other_languages_of_a_page_are_pages() -> None:
    """hreflang: a page that has no entry of its own; one that has, whose own entry says more."""
    found = read(
        """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
        <url><loc>https://news.example/a</loc><lastmod>2026-03-01</lastmod>
        <xhtml:link rel="alternate" hreflang="en" href="https://news.example/a"/>
        <xhtml:link rel="alternate" hreflang="ja" href="https://news.example/ja/a"/>
        <xhtml:link rel="alternate" hreflang="de" href="https://news.example/de/a"/></url>
        <url><loc>https://news.example/ja/a</loc><lastmod>2026-03-02</lastmod></url></urlset>"""
    )
    assert found.candidates == (
        Candidate(A, modified="2026-03-01"),
        Candidate("https://news.example/ja/a", modified="2026-03-02"),
        Candidate("https://news.example/de/a"),
    )


def test_index_says_when_its_parts_changed() -> None:
    text = f"<sitemapindex><sitemap><loc>{A}.xml</loc><lastmod>2026-03-01</lastmod></sitemap></sitemapindex>"
    assert read(text).parts == (Part(f"{A}.xml", "2026-03-01"),)


def test_utf_16() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?><urlset><url><loc>{A}</loc></url></urlset>'
    assert read(text.encode("utf-16")).candidates == (Candidate(A),)


def test_cut_off_gzip_is_refused() -> None:
    with pytest.raises(UnreadableDocumentError, match="not gzip"):
        read(compress(sitemap((f"{A}{number}", None) for number in range(1000)))[:-200])


def test_a_sitemap_is_read_as_a_stream() -> None:
    """4 MB of XML that holds 5,000 addresses: what is in memory is these, and a little of the text."""
    padding = f"<priority>{' ' * 700}</priority>"
    rows = "".join(f"<url><loc>{A}/{number}</loc>{padding}</url>" for number in range(5_000))
    body = gzip.compress(f"<urlset>{rows}</urlset>".encode(), 1)
    tracemalloc.start()
    try:
        assert len(read(body).candidates) == 5_000
        assert tracemalloc.get_traced_memory()[1] < 2_500_000
    finally:
        tracemalloc.stop()


def test_as_many_addresses_as_the_protocol_allows() -> None:
    text = sitemap((f"{A}/{number}", None) for number in range(50_000))
    assert len(read(text).candidates) == 50_000
