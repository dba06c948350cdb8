"""The archive's site with other plugins of Datasette installed, those that people use most on such data."""

from importlib.util import find_spec
from urllib.parse import quote

import pytest

from tests.site.conftest import Site, text_of
from tests.site.test_pages import PAGES


@pytest.mark.parametrize("path", PAGES)
def test_our_pages_are_as_they_were(site: Site, path: str) -> None:
    assert site.get(path).status_code == (404 if path == "/nothing" else 200)
    assert site.get("/archive/articles").status_code == 200


def test_search_all_does_no_harm(site: Site) -> None:
    """It lists no table of ours: it asks the schema for an index, not Datasette, which knows of ours."""
    assert "Search: Mars" in text_of(site.page("/-/search?q=Mars"))
    assert site.page("/search?q=Mars").xpath("//ol[@class='cards']/li")


def test_atom_makes_a_feed_of_a_question(site: Site) -> None:
    sql = """select url as atom_id, title as atom_title, first_seen as atom_updated, url as atom_link
        from articles limit 5"""
    addresses = (f"/archive.atom?sql={quote(sql)}", f"/archive/-/query.atom?sql={quote(sql)}")
    feeds = [site.get(address) for address in addresses]
    assert any(feed.status_code == 200 and feed.text.count("<entry>") == 5 for feed in feeds)


@pytest.mark.skipif(not find_spec("datasette_graphql"), reason="it does not run on Datasette 1.0")
def test_graphql_answers(site: Site) -> None:
    found = site.json(f"/graphql/archive?query={quote('{ sources(first: 2) { nodes { name } } }')}")
    assert len(found["data"]["sources"]["nodes"]) == 2
