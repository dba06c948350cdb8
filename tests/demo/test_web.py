"""The demo web itself: what it serves is what real sites serve, and is valid."""

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import feedparser
import pytest
from bs4 import BeautifulSoup
from lxml import etree, html

from crawler.demo import DemoWeb
from crawler.demo.pages import Article
from tests.demo.furniture import FAR, NEAR

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


class Answer:
    """One answer of the web, without redirects followed."""

    def __init__(self, url: str, **headers: str) -> None:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        connection.close()


@pytest.fixture
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as web:
        yield web


def text_of(fragment: str) -> str:
    """The words of HTML, as people read them."""
    soup = BeautifulSoup(fragment, "lxml")
    for unseen in soup(["script", "style", "head"]):
        unseen.decompose()
    return " ".join(soup.get_text(" ").split())


def page_of(article: Article, body: bytes) -> str:
    return body.decode(article.charset)


def source_name(web: DemoWeb, url: str) -> str:
    return next(source.name for source in web.sources if url.startswith(source.home))


def sitemap_urls(web: DemoWeb) -> dict[str, str]:
    """Every URL of every sitemap, with its lastmod."""
    waiting = [sitemap for source in web.sources for sitemap in source.sitemaps]
    found = {}
    while waiting:
        url = waiting.pop()
        body = Answer(url).body
        root = etree.fromstring(gzip.decompress(body) if url.endswith(".gz") else body)
        waiting += root.xpath("/s:sitemapindex/s:sitemap/s:loc/text()", namespaces=SITEMAP)
        for entry in root.iterfind("s:url", SITEMAP):
            found[entry.findtext("s:loc", None, SITEMAP)] = entry.findtext("s:lastmod", None, SITEMAP)
    return found


def test_there_are_enough_sites_languages_and_pages(web: DemoWeb) -> None:
    languages = {html.fromstring(Answer(source.home).body).get("lang") for source in web.sources}
    assert len(web.sources) >= 4
    assert languages == {"en-US", "en-GB", "en", "ja", "de"}
    assert 25 <= len(web.articles()) <= 40


def test_every_page_carries_its_article_and_no_furniture_is_in_the_article(web: DemoWeb) -> None:
    for url, article in web.articles().items():
        answer = Answer(url)
        assert answer.status == 200, url
        page = text_of(page_of(article, answer.body))
        written = [text_of(block.html) for block in article.blocks if block.html]
        assert text_of(article.title) in page
        for words in written:
            assert words in page, url
        furniture = NEAR[source_name(web, url)] + FAR[source_name(web, url)]
        for piece in furniture:
            assert not any(piece in words for words in written), (url, piece)


def test_every_piece_of_furniture_stands_on_a_page(web: DemoWeb) -> None:
    pages = dict.fromkeys((source.name for source in web.sources), "")
    for url, article in web.articles().items():
        pages[source_name(web, url)] += text_of(page_of(article, Answer(url).body))
    for name, page in pages.items():
        for piece in NEAR[name] + FAR[name]:
            assert piece in page, (name, piece)


def test_no_page_leads_out_of_this_machine(web: DemoWeb) -> None:
    for url in [*web.articles(), *(source.home for source in web.sources)]:
        document = html.fromstring(Answer(url).body)
        for _, attribute, link, _ in document.iterlinks():
            host = urlsplit(link).hostname
            assert host in (None, "127.0.0.1"), (url, attribute, link)


def test_json_ld_is_json_and_names_its_article(web: DemoWeb) -> None:
    with_json_ld = set()
    for url, article in web.articles().items():
        for script in html.fromstring(Answer(url).body).xpath("//script[@type='application/ld+json']"):
            data = json.loads(script.text)
            node = next(iter(data.get("@graph", [data])))
            assert node["headline"] == article.title
            assert [author["name"] for author in node["author"]] == list(article.authors)
            with_json_ld.add(source_name(web, url))
    assert with_json_ld == {"The Mecha Gazette", "Screenfold"}


def test_feeds_are_well_formed_and_lead_to_every_article(web: DemoWeb) -> None:
    for source in web.sources:
        articles = {url: article for url, article in web.articles().items() if url.startswith(source.home)}
        for feed in source.feeds:
            parsed = feedparser.parse(Answer(feed).body)
            assert not parsed.bozo, parsed.get("bozo_exception")
            assert {entry.title for entry in parsed.entries} == {
                article.title for article in articles.values()
            }
            for entry in parsed.entries:
                answer = Answer(entry.link)
                target = (
                    answer.headers["Location"] if answer.status == 301 else re.sub(r"\?.*", "", entry.link)
                )
                assert articles[target].title == entry.title


def test_sitemaps_list_every_article_of_their_sites(web: DemoWeb) -> None:
    homes = tuple(source.home for source in web.sources if source.sitemaps)
    assert set(sitemap_urls(web)) == {url for url in web.articles() if url.startswith(homes)}


def test_news_sitemap_names_title_and_date(web: DemoWeb) -> None:
    news = "{http://www.google.com/schemas/sitemap-news/0.9}"
    [sitemap] = [url for source in web.sources for url in source.sitemaps if "news" in url]
    root = etree.fromstring(Answer(sitemap).body)
    titles = [title.text for title in root.iter(f"{news}title")]
    dates = [date.text for date in root.iter(f"{news}publication_date")]
    assert len(titles) == len(dates) == 8
    assert "A year on, the red armour has not rusted" in titles


def test_robots_excludes_a_page_about_the_series(web: DemoWeb) -> None:
    gazette = next(source for source in web.sources if source.name == "The Mecha Gazette")
    assert "Disallow: /embargo/" in Answer(f"{gazette.home}robots.txt").body.decode()
    assert any("/embargo/" in url for url in sitemap_urls(web))


def test_what_a_client_has_is_not_sent_again(web: DemoWeb) -> None:
    for url in web.articles():
        first = Answer(url)
        etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        assert etag or modified
        if etag:
            assert (Answer(url, If_None_Match=etag).status, Answer(url, If_None_Match='"x"').status) == (
                304,
                200,
            )
        if modified:
            later = Answer(url, If_Modified_Since=modified)
            assert (later.status, later.body) == (304, b"")
            assert Answer(url, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200


def test_bodies_are_gzipped_when_asked(web: DemoWeb) -> None:
    url = next(iter(web.articles()))
    packed = Answer(url, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == Answer(url).body


def test_one_page_is_shift_jis_and_says_so_in_its_markup_only(web: DemoWeb) -> None:
    [url] = [url for url, article in web.articles().items() if article.charset != "utf-8"]
    answer = Answer(url)
    assert answer.headers["Content-Type"] == "text/html"
    assert b"charset=shift_jis" in answer.body
    assert "ボンズ25周年記念作品" in answer.body.decode("shift_jis")


def test_edit_changes_one_article_adds_one_and_takes_one_down(web: DemoWeb) -> None:
    before, lastmod = web.articles(), sitemap_urls(web)
    web.edit()
    after, lastmod_after = web.articles(), sitemap_urls(web)
    [new] = set(after) - set(before)
    changed = {url for url in before if after[url] != before[url]}
    gone = {url for url in after if Answer(url).status == 410}
    edited = changed - gone
    assert (len(edited), len(gone)) == (1, 1)
    assert {url for url in lastmod_after if lastmod_after[url] != lastmod.get(url)} == {new} | changed
    assert all(lastmod_after[url] > max(lastmod.values()) for url in {new} | changed)
    [url] = edited
    assert after[url].title != before[url].title
    assert len(after[url].authors) == len(before[url].authors) + 1


def test_requests_are_logged(web: DemoWeb) -> None:
    Answer(f"{web.sources[0].home}nowhere")
    request = web.requests[-1]
    assert (request.source, request.path, request.status) == (web.sources[0].name, "/nowhere", 404)
