"""Nothing that a page of the web says acts on our pages."""

from collections.abc import Iterator

import pytest

from tests.site.conftest import Site
from tests.site.hostile import PAGES, make_hostile_archive


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(make_hostile_archive(tmp_path_factory.mktemp("hostile") / "archive.db"))
    yield site
    site.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_field_is_text(hostile_site: Site, path: str) -> None:
    response = hostile_site.get(path)
    page = hostile_site.page(path, status=response.status_code)
    assert response.status_code in {200, 400, 404}
    assert not page.xpath("//script | //b[@*] | //img | //style | //@style | //@*[starts-with(name(), 'on')]")
    assert not page.xpath(
        "//@*[starts-with(., 'javascript')][name() != 'value' and name() != 'datetime' and name() != 'lang']"
    )
    for address in page.xpath("//@href | //@action | //@src"):
        assert address.startswith(("/", "#", "?", "https://", "http://"))
    assert "49" not in page.xpath("string(//h1)")
    assert "content-security-policy" in response.headers


def test_pages_stay_small(hostile_site: Site) -> None:
    for path in ("/", "/articles", "/search?q=script"):
        assert len(hostile_site.get(path).text) < 60_000


@pytest.mark.parametrize(
    "path", ["/article/1.json", "/article/2.json", "/article/3.json", "/articles.json", "/source/1.json"]
)
def test_data_is_data(hostile_site: Site, path: str) -> None:
    response = hostile_site.get(path)
    assert response.json()
    assert response.headers["content-type"].startswith("application/json")
    assert response.headers["x-content-type-options"] == "nosniff"


def test_datasettes_pages_link_titles_safely(hostile_site: Site) -> None:
    page = hostile_site.page("/archive/articles?_col=title")
    assert not page.xpath("//td//script | //td//img | //td//b")
    assert len(page.xpath("//td[contains(@class, 'col-title')]/a[starts-with(@href, '/article/')]")) == 3


def test_the_attacks_are_in_the_archive(hostile_site: Site) -> None:
    """Else the tests above would pass on an empty archive."""
    assert "<script>" in hostile_site.json("/article/1.json")["title"]
    assert hostile_site.page("/article/1").xpath("//h1[contains(., '<script>')]")
