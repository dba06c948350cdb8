"""Every page by axe-core, at both widths and in both colour schemes."""

from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

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

_WIDTHS, _SCHEMES = (1280, 390), ("light", "dark")


def faults_of(page: Page, address: str) -> set[str]:
    """Give what axe-core finds wrong with a page, all of it unfolded."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    looks = product(_WIDTHS, _SCHEMES)
    return ask_axe(page, ((*look, look not in {(1280, "light"), (390, "dark")}) for look in looks))


def ask_axe(page: Page, looks: Iterable[tuple[int, str, bool]]) -> set[str]:
    """Give what is wrong with a page at widths, in colour schemes, with all of it or only its colours."""
    page.evaluate(AXE_SCRIPT)
    found = set()
    for width, scheme, only_colours in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        options = {"resultTypes": ["violations"], **({"runOnly": COLOURS} if only_colours else {})}
        for fault in page.evaluate("options => axe.run(options)", options)["violations"]:
            nodes = ", ".join(node["html"][:100] for node in fault["nodes"][:3])
            found.add(f"{fault['id']}: {nodes} ({width} pixels, {scheme})")
    return found


@pytest.mark.parametrize("path", PAGES)
def test_our_pages_have_no_fault(
    page: Page, serve: Callable[[Path], str], made_archive: Path, path: str
) -> None:
    assert faults_of(page, serve(made_archive) + path) == set()


@pytest.mark.parametrize("path", DATASETTES_OWN)
def test_datasettes_pages_can_be_read_in_our_colours(
    page: Page, serve: Callable[[Path], str], made_archive: Path, path: str
) -> None:
    page.goto(serve(made_archive) + path)
    assert ask_axe(page, [(1280, scheme, True) for scheme in _SCHEMES]) == set()
