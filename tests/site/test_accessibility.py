"""Every page by axe-core, at both widths and in both colour schemes."""

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.site.test_pages import PAGES

pytestmark = pytest.mark.browser

DATASETTES_OWN = (
    "/-/",
    "/archive",
    "/archive/sources?_facet=active",
    "/archive/articles/1",
    "/archive/who_covers_the_series",
)
COLOURS = ("color-contrast", "link-in-text-block")
"""What a stylesheet decides; Datasette's HTML is not ours."""


def faults_of(browser: Browser, address: str) -> set[str]:
    """Give what axe-core finds wrong with a page, all of it unfolded."""
    page = browser.new_page()
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = set()
    for width, scheme in product((1280, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        everything = (width, scheme) in {(1280, "light"), (390, "dark")}
        found |= {
            f"{fault} ({width} pixels, {scheme})" for fault in ask_axe(page, () if everything else COLOURS)
        }
    page.close()
    return found


def ask_axe(page: Page, rules: Sequence[str] = ()) -> set[str]:
    """Give what all rules of axe-core, or some, find wrong with a page as it is."""
    options = {"runOnly": list(rules)} if rules else {}
    faults = Axe().run(page, options=options).response["violations"]
    return {
        f"{fault['id']}: {', '.join(node['html'][:100] for node in fault['nodes'][:3])}" for fault in faults
    }


@pytest.mark.parametrize("path", PAGES)
def test_our_pages_have_no_fault(
    browser: Browser, serve: Callable[[Path], str], made_archive: Path, path: str
) -> None:
    assert faults_of(browser, serve(made_archive) + path) == set()


@pytest.mark.parametrize("path", DATASETTES_OWN)
def test_datasettes_pages_can_be_read_in_our_colours(
    browser: Browser, serve: Callable[[Path], str], made_archive: Path, path: str
) -> None:
    page = browser.new_page()
    page.goto(serve(made_archive) + path)
    assert ask_axe(page, COLOURS) == set()
    page.close()
