"""``series-archive add``: what an address is, what it would bring, and the lines that it adds."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.config import Config
from crawler.job import Report, crawl
from crawler.survey import Kind, survey
from tests.command import run
from tests.web import SERIES, Answer, Web, article, rss

HOME = "https://www.example.org/"


def page(body: str = "", head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body or '<p>News</p>'}</body></html>".encode()


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("", page(), Kind.SITE),
        ("anime/", page(), Kind.SECTION),
        ("anime/1", page(head='<meta property="og:type" content="article">'), Kind.ARTICLE),
        (
            "anime/2",
            page(
                head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A", '
                '"datePublished": "2024-01-01"}</script>'
            ),
            Kind.ARTICLE,
        ),
        ("feed", rss([]).encode(), Kind.FEED),
        ("atom", b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>', Kind.FEED),
        ("feed.json", b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', Kind.FEED),
        ("map", b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>', Kind.SITEMAP),
        ("nothing", b"", Kind.SITE),
    ],
)
def test_what_an_address_is(path: str, body: bytes, kind: Kind) -> None:
    found = survey(body, None, HOME + path)
    assert (found.kind, found.home) == (kind, HOME)


def test_a_site_that_is_in_the_catalogue_comes_with_its_feed() -> None:
    found = survey(page(), None, "https://thepopverse.com/some/article")
    assert (found.name, found.home) == ("Popverse", "https://www.thepopverse.com/")


@pytest.mark.parametrize(
    ("head", "body", "search"),
    [
        ("", '<form action="/find"><input type="search" name="term"></form>', f"{HOME}find?term={{query}}"),
        (
            "",
            '<form role="search"><input name="s"><input type="hidden" name="x"></form>',
            f"{HOME}?s={{query}}",
        ),
        ("", '<form method="post"><input name="s"></form>', None),
        ("", '<form><input name="email"></form>', None),
        ("", '<form action="https://search.example.com/"><input name="q"></form>', None),
        (
            '<script type="application/ld+json">{"@type": "WebSite", "url": "/", "potentialAction": {'
            '"@type": "SearchAction", "target": "https://www.example.org/?q={search_term_string}"}}</script>',
            "",
            f"{HOME}?q={{query}}",
        ),
    ],
)
def test_the_search_of_a_site(head: str, body: str, search: str | None) -> None:
    assert survey(page(body, head), None, HOME).search == search


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "archive.toml"
    file.write_text(
        f'# mine\n[[series]]\nname = "{SERIES}"\n[[source]]\nname = "One"  # first\nhome = "{HOME}"\n'
    )
    return file


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second pass at once between two requests."""

    def crawl_at_once(config: Config, **options: Any) -> Report:
        sources = [source.model_copy(update={"delay": 0}) for source in config.sources]
        return crawl(config.model_copy(update={"sources": sources}), **options)

    monkeypatch.setattr("crawler.job.crawl", crawl_at_once)


def add(config: Path, *arguments: str) -> tuple[int, str]:
    done = run("add", *arguments, "--config", config)
    return done.returncode, done.stdout + done.stderr


def test_a_source_is_shown_and_added(config: Path, site: Web, hasty: None) -> None:
    """A news site with a feed of two articles, one of them about the series."""
    site["/"] = Answer(
        '<html><head><title>Daily</title><meta property="og:site_name" content="The Daily">'
        '<link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    )
    site["/feed"] = Answer(rss((f"{site.home}/{name}", name) for name in ("yes", "no")), type="text/xml")
    site["/yes"] = article("yes")
    site["/no"] = article("no", about=False)
    before = config.read_text()
    status, said = add(config, f"{site.home}/", "--allow-private", "--yes")
    assert status == 0, said
    assert f"feed {site.home}/feed: names 2 pages" in said
    assert "kept     yes" in said
    assert f"skipped  {site.home}/no" in said
    assert config.read_text().startswith(before)
    source = tomllib.loads(config.read_text())["source"][1]
    assert source == {"name": "The Daily", "home": f"{site.home}/", "allow_private": True}
    assert [path.name for path in config.parent.iterdir()] == ["archive.toml"]
    assert "is of this site already" not in said
    assert add(config, f"{site.home}/", "--allow-private")[0] == 2, "it is there already"
    status, said = add(config, f"{site.home}/feed", "--allow-private")
    assert (status, '"The Daily" is of this site already' in said) == (2, True), (
        "and nobody is there to be asked"
    )


def test_without_a_yes_nothing_is_added(config: Path, site: Web, hasty: None) -> None:
    site["/"] = page().decode()
    before = config.read_text()
    status, said = add(config, f"{site.home}/", "--allow-private")
    assert status != 0
    assert "It cannot be crawled" in said
    assert config.read_text() == before


def test_an_address_that_does_not_answer(config: Path) -> None:
    status, said = add(config, "http://127.0.0.1:1/", "--allow-private")
    assert (status, said.count("\n")) == (1, 1)
    assert "does not answer" in said


def test_pages_that_a_script_fills_are_told(config: Path, site: Web) -> None:
    site["/feed"] = Answer(rss((f"{site.home}/{name}", name) for name in ("one", "two")))
    for name in ("one", "two"):
        site[f"/{name}"] = "<title>One</title><div id='app'>Loading...</div><script src='/app.js'></script>"
    _, shown = add(config, f"{site.home}/feed", "--allow-private", "--yes")
    assert 'add render = "browser"' in shown
