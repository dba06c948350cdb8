"""Feeds of all kinds, and what passes for one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models import Candidate
from spiders.documents import UnreadableDocumentError
from spiders.feeds import read_feed

URL = "https://news.example/feed"


def one(text: str | bytes) -> Candidate:
    (candidate,) = read_feed(text.encode() if isinstance(text, str) else text, URL).candidates
    return candidate


def test_rss_2() -> None:
    found = one(
        """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
        <item><title>Stars &amp;amp; <![CDATA[<b>pans</b>]]></title><link>https://news.example/a?id=7&amp;utm_source=rss#top</link>
        <dc:creator>Ada Example</dc:creator><pubDate>Mon, 02 Mar 2026 10:00:00 +0900</pubDate>
        <description>&lt;p&gt;A  summary.&lt;/p&gt;</description></item></channel></rss>"""
    )
    assert found == Candidate(
        "https://news.example/a?id=7",
        title="Stars & pans",
        author="Ada Example",
        published="2026-03-02T01:00:00Z",
        modified="2026-03-02T01:00:00Z",
        excerpt="A summary.",
        listed="https://news.example/a?id=7&utm_source=rss",
    )


@pytest.mark.parametrize("charset", ["shift_jis", "euc-jp", "utf-8", "iso-2022-jp"])
def test_a_charset_that_only_the_header_tells(charset: str) -> None:
    title = "「星屑の台所」の続きが、この秋からまた見られることになりました"
    text = f"<rss version='2.0'><channel><item><title>{title}</title><link>/a</link></item></channel></rss>"
    (candidate,) = read_feed(text.encode(charset), URL, f"text/xml; charset={charset}").candidates
    assert candidate.title == title
    declared = f'<?xml version="1.0" encoding="{charset}"?>{text}'.encode(charset)
    (candidate,) = read_feed(declared, URL, "text/xml; charset=iso-8859-1").candidates
    assert candidate.title == title  # servers add that to whatever they send


def test_atom() -> None:
    found = one(
        """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">One</title>
        <link rel="alternate" href="/a"/><published>2026-03-01T08:00:00Z</published>
        <updated>2026-03-02T09:30:00+01:00</updated></entry></feed>"""
    )
    assert found.url == "https://news.example/a"
    assert found.published == "2026-03-01T08:00:00Z"
    assert found.modified == "2026-03-02T08:30:00Z"


def test_rdf() -> None:
    found = one(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>N</title></channel>
        <item rdf:about="https://news.example/a"><title>一皿の星</title><link>https://news.example/a</link>
        <dc:date>2026-03-01T09:00:00+09:00</dc:date></item></rdf:RDF>"""
    )
    assert (found.title, found.modified) == ("一皿の星", "2026-03-01T00:00:00Z")


def test_rss_091_without_dates() -> None:
    found = one(
        '<rss version="0.91"><channel><item><title>A</title><link>http://news.example/a</link></item></channel></rss>'
    )
    assert found == Candidate("http://news.example/a", title="A")


@pytest.mark.parametrize("permanent", ["true", "false"])
def test_a_link_that_leads_through_a_counter_elsewhere_gives_way_to_the_id(permanent: str) -> None:
    found = one(
        "<rss version='2.0'><channel><link>https://news.example/</link><item><title>A</title>"
        "<link>https://counter.example.net/c/123</link>"
        f"<guid isPermaLink='{permanent}'>https://www.news.example/?p=12</guid></item></channel></rss>"
    )
    assert found.url == "https://www.news.example/?p=12"


def test_a_link_to_another_site_stays_where_the_id_is_no_address_of_ours() -> None:
    found = one(
        "<rss version='2.0'><channel><link>https://news.example/</link><item><title>A</title>"
        "<link>https://other.example/a</link><guid>https://third.example/b</guid></item></channel></rss>"
    )
    assert found.url == "https://other.example/a"


def test_encoding_of_the_declaration_counts() -> None:
    text = '<?xml version="1.0" encoding="Shift_JIS"?><rss version="2.0"><channel><item><title>台所</title><link>http://news.example/a</link></item></channel></rss>'
    assert one(text.encode("shift_jis")).title == "台所"


@pytest.mark.parametrize(
    "text",
    [
        '<rss version="2.0"><channel><item><title>Fish & chips</title><link>http://news.example/a</link></item></channel></rss>',
        '<rss version="2.0"><channel><item><link>http://news.example/a</link></item><item><title>cut off he',
        '\n\n<?xml version="1.0"?><rss version="2.0"><channel><item><title>Late start</title><link>http://news.example/a</link></item></channel></rss>',
        '<rss version="2.0"><channel><item><title>&nbsp;Entity</title><link>http://news.example/a</link></item></channel></rss>',
    ],
    ids=["stray ampersand", "cut off", "space before the declaration", "undeclared entity"],
)
def test_malformed_feeds_are_read(text: str) -> None:
    assert "http://news.example/a" in [found.url for found in read_feed(text.encode(), URL).candidates]


def test_permanent_guid_stands_for_a_link_and_entries_without_either_are_left_out() -> None:
    text = """<rss version="2.0"><channel><item><title>A</title><guid>https://news.example/a</guid></item>
    <item><title>B</title></item><item><link>mailto:desk@news.example</link></item></channel></rss>"""
    assert one(text).url == "https://news.example/a"


def test_empty_feed_is_a_feed() -> None:
    assert read_feed(b'<rss version="2.0"><channel><title>N</title></channel></rss>', URL).candidates == ()


@pytest.mark.parametrize(
    "text", [b"", b"Service unavailable", b"<!doctype html><html><body>Hello</body></html>", b"\x00\xff\xfe"]
)
def test_not_a_feed(text: bytes) -> None:
    with pytest.raises(UnreadableDocumentError):
        read_feed(text, URL)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_anything_in_a_feed_is_read_or_refused(noise: bytes) -> None:
    body = (
        b'<rss version="2.0"><channel><item><link>http://news.example/'
        + noise
        + b"</link></item></channel></rss>"
    )
    for found in read_feed(body, URL).candidates:
        assert found.url.startswith(("http://", "https://"))
        assert found.url.isascii()


def test_json_feed() -> None:
    """JSON Feed 1.1: several authors, HTML for a text, an address with tracking; an item without any."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {
                "id": "1",
                "url": "/a?utm_source=json",
                "title": "Stars &amp; pans",
                "authors": [{"name": "Ada Example"}, {"name": "Ben Example"}],
                "date_published": "2026-03-02T10:00:00+09:00",
                "content_html": "<p>A  <b>summary</b>.</p>",
            },
            {"id": "2", "title": 7, "url": None},
            "no item",
        ],
    }
    assert one(json.dumps(feed)) == Candidate(
        "https://news.example/a",
        title="Stars & pans",
        author="Ada Example, Ben Example",
        published="2026-03-02T01:00:00Z",
        modified="2026-03-02T01:00:00Z",
        excerpt="A summary .",
        listed="https://news.example/a?utm_source=json",
    )


@pytest.mark.parametrize("half", [rb"\ud83d", b"\xed\xa0\xbd"], ids=["escaped", "as it is"])
def test_half_a_character_costs_no_json_feed(half: bytes) -> None:
    """A title that was cut within an emoji: no encoding has a place for it."""
    (found,) = read_feed(
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/a", "title": "Rouge %s"}]}'
        % half,
        URL,
    ).candidates
    assert found.title is not None
    assert found.title.encode().startswith("Rouge \ufffd".encode())


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Rouge &#55357;&#56842; returns", "Rouge \U0001f60a returns"),
        ("Rouge &#xD83D;&#xDE0A; returns", "Rouge \U0001f60a returns"),
        ("Rouge &#xd83d returns", "Rouge \ufffd returns"),
        ("Rouge &#55000; returns", "Rouge \ud6d8 returns"),
    ],
)
@pytest.mark.parametrize("sound", ["", "<b>"], ids=["sound", "malformed"])
def test_halves_of_emoji_that_a_feed_refers_to_are_put_together(stated: str, title: str, sound: str) -> None:
    """Systems that think in UTF-16 write them; XML has none, and the whole feed could not be read."""
    item = f"<item><link>/a</link><title>{stated}</title></item>"
    found = one(f"<rss version='2.0'><channel>{sound}{item}</channel></rss>")
    assert found.title == title


def test_what_a_terminal_obeys_stands_in_no_title() -> None:
    item = {"url": "/a", "title": "Rouge \x1b[2J", "summary": "\x9b2J", "authors": [{"name": "Ada\0"}]}
    found = one(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}))
    assert (found.title, found.excerpt, found.author) == ("Rouge [2J", "2J", "Ada")
    rss = (
        "<rss version='2.0'><channel><item><link>/a</link><title>Rouge \x9b2J</title></item></channel></rss>"
    )
    assert str(one(rss).title).isprintable()


@pytest.mark.parametrize(
    "text", [b'{"version": 1}', b"{", b'{"version": "https://jsonfeed.org/version/1", "items": 3}']
)
def test_json_that_is_no_feed(text: bytes) -> None:
    with pytest.raises(UnreadableDocumentError):
        read_feed(text, URL)
