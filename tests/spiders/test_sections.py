"""Section pages: which links are articles, and which page comes next."""

import json

import pytest

from archive.models import Candidate
from spiders.documents import UnreadableDocumentError
from spiders.sections import read_section

HOME = "https://news.example"
URL = f"{HOME}/anime/"
FURNITURE = """<nav class="main-menu"><ul><li><a href="/">Home</a></li><li><a href="/anime/">Anime</a></li>
  <li><a href="/all-the-games-and-more/">All the games and more of this week</a></li></ul></nav>"""
FOOTER = """<footer><a href="/about/">About us and the people behind it</a>
  <a href="/privacy-policy/">Privacy policy</a>
  <a href="/author/ada-example/">Ada Example</a>
  <a href="https://elsewhere.example/2026/03/an-other-site">Other</a></footer>"""


def page(content: str, head: str = "") -> bytes:
    body = f"{FURNITURE}<main>{content}</main>{FOOTER}"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def found(content: str, known: tuple[str, ...] = (), url: str = URL) -> list[str]:
    return [one.url.removeprefix(HOME) for one in read_section(page(content), url, known=known).candidates]


def cards(*paths: str) -> str:
    """Cards as WordPress themes write them: classes of tags, a header of the card, a kicker, an author."""
    return "".join(
        f"""<div class="post tag-anime category-news"><header class="entry-header"><a href="/anime/">Anime</a>
        <h2><a href="{path}">The kitchen opens its doors again</a></h2></header>
        <time datetime="2026-03-0{number}T10:00:00Z">March {number}</time>
        by <a rel="author" href="/author/ada">Ada</a>
        <p>The cooks of the series come back, and they bring the pans that everybody knows.</p></div>"""
        for number, path in enumerate(paths, 1)
    )


def test_cards_are_read_with_what_they_say() -> None:
    (first, _) = read_section(page(cards("/anime/kitchen-opens/", "/anime/pans-return/")), URL).candidates
    assert first == Candidate(
        f"{HOME}/anime/kitchen-opens/",
        title="The kitchen opens its doors again",
        published="2026-03-01T10:00:00Z",
        excerpt="The cooks of the series come back, and they bring the pans that everybody knows.",
    )


def test_bare_list_of_dated_addresses() -> None:
    """A list without headings, times or pictures: the addresses and the length of the titles tell."""
    rows = "".join(
        f"<li><a href='/2026/03/0{n}/a-dish-of-stars-{n}'>A dish of stars, part {n}</a></li>"
        for n in range(1, 6)
    )
    assert found(f"<ul>{rows}</ul>") == [f"/2026/03/0{n}/a-dish-of-stars-{n}" for n in range(1, 6)]


def test_japanese_titles_are_short_and_numbers_are_addresses() -> None:
    rows = "".join(
        f"<li><a href='/article/{n}/'>『星屑の台所』第{n}話のあらすじ公開</a></li>"
        for n in range(53210, 53215)
    )
    assert len(found(f"<ul>{rows}</ul>")) == 5


def test_known_articles_tell_what_the_others_look_like() -> None:
    """Addresses of one word, short titles: only what feeds named before tells that these are articles."""
    rows = "".join(f"<div><a href='/r/{name}'>{name}</a></div>" for name in ("stars", "pans", "tables"))
    assert found(rows) == []
    assert found(rows, (f"{HOME}/r/{'stars'}", f"{HOME}/r/knives")) == ["/r/stars", "/r/pans", "/r/tables"]


def test_archives_of_days_tags_authors_files_and_actions_are_no_articles() -> None:
    """A calendar, a cloud of tags, links that share or reply, a picture: long titles, dated addresses."""
    days = "".join(
        f"<td><a href='/2026/03/{n:02}/'>All that was published on day {n}</a></td>" for n in range(1, 29)
    )
    others = """<div class="cloud"><a href="/tag/starlit-kitchen-season-two">Starlit Kitchen season two</a>
        <a href="/2026/03/01/kitchen-opens-its-doors/?replytocom=7">Reply to what Ada wrote about it</a>
        <a href="/uploads/2026/03/poster-of-the-second-season.jpg">Poster of the second season</a></div>"""
    assert found(f"<table><tr>{days}</tr></table>{others}") == []


def test_the_section_itself_and_other_sites_are_left_out() -> None:
    links = """<a href="/anime/page/2/">The second page of all news about anime</a>
        <a href="#top">Back to the top of the page</a>"""
    assert found(cards("/anime/kitchen-opens/") + links) == ["/anime/kitchen-opens/"]


def test_base_address_counts() -> None:
    document = read_section(page(cards("kitchen-opens-again.html"), head='<base href="/deep/er/">'), URL)
    assert [one.url for one in document.candidates] == [f"{HOME}/deep/er/kitchen-opens-again.html"]


def test_a_base_address_that_is_none_does_not_count() -> None:
    document = read_section(page(cards("/kitchen-opens-again"), head='<base href="https://[home]/">'), URL)
    assert [one.url for one in document.candidates] == [f"{HOME}/kitchen-opens-again"]


def test_feeds_of_the_section_are_told_and_those_of_comments_are_not() -> None:
    head = """<link rel="alternate" type="application/rss+xml" href="/anime/feed/">
        <link rel="alternate" type="application/feed+json" href="/anime/feed.json">
        <link rel="alternate" type="application/rss+xml" href="/comments/feed/">"""
    assert read_section(page("", head), URL).feeds == (f"{HOME}/anime/feed/", f"{HOME}/anime/feed.json")


@pytest.mark.parametrize(
    ("url", "content", "onward"),
    [
        ("/anime/", '<a rel="next" href="?page=2">2</a>', "/anime/?page=2"),
        ("/anime/", '<a href="/anime/page/2/">2</a><a href="/anime/page/40/">40</a>', "/anime/page/2/"),
        ("/anime/page/2/", '<a href="/anime/">1</a><a href="/anime/page/3/">3</a>', "/anime/page/3/"),
        ("/l?cat=3", '<a href="/l?cat=4&p=2">2</a><a href="/l?p=2&cat=3">2</a>', "/l?p=2&cat=3"),
        ("/news/list.html", '<a href="list-2.html">2</a><a href="list-3.html">3</a>', "/news/list-2.html"),
        ("/news/", '<a href="/news/2/">2</a><a href="/news/9/">Nine lives</a>', "/news/2/"),
        ("/l?offset=20", '<a href="/l?offset=0">&lt;</a><a href="/l?offset=40">&gt;</a>', "/l?offset=40"),
        ("/?s=stars", '<a href="/page/2/?s=stars">Older posts »</a>', "/page/2/?s=stars"),
        ("/news/", '<a href="/news/?page=2">次の20件</a>', "/news/?page=2"),
        ("/news/", '<button data-next-url="/news/more?page=2">Load more</button>', "/news/more?page=2"),
        ("/news/", '<div hx-get="/news/part?page=2" hx-trigger="revealed"></div>', "/news/part?page=2"),
        ("/anime/page/9/", '<a href="/anime/page/8/">Newer posts</a>', None),
        ("/anime/", '<a rel="next" href="https://elsewhere.example/anime/page/2/">Next</a>', None),
        ("/anime/", '<a href="/anime/kitchen-part-2/">Read more</a>', None),
        ("/anime/", '<a rel="next" href="/anime/">Next</a>', None),
    ],
)  # fmt: skip
def test_next_page(url: str, content: str, onward: str | None) -> None:
    assert read_section(page(content), HOME + url).onward == (HOME + onward if onward else None)


def test_json_that_holds_html() -> None:
    """What a button that loads more is answered: pieces of HTML, and the address of the next ones."""
    body = json.dumps({"html": cards("/anime/kitchen-opens/"), "next_url": "/load?page=3"}).encode()
    document = read_section(body, f"{HOME}/load?page=2")
    assert [one.url for one in document.candidates] == [f"{HOME}/anime/kitchen-opens/"]
    assert document.onward == f"{HOME}/load?page=3"


@pytest.mark.parametrize("body", [b"", b"Service unavailable", b'{"items": [1, 2]}', b"{not json"])
def test_not_a_section(body: bytes) -> None:
    with pytest.raises(UnreadableDocumentError):
        read_section(body, URL)


def test_endless_list_of_links_is_cut() -> None:
    rows = "".join(
        f"<li><a href='/2026/03/01/a-dish-of-stars-{n}'>A dish of stars, part {n}</a></li>"
        for n in range(2000)
    )
    assert len(found(f"<ul>{rows}</ul>")) == 500
