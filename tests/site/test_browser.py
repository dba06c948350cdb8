"""A reader's way through the site in a real browser, and attacks that would need one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from archive.database import open_archive
from tests.site.hostile import PAGES, make_hostile_archive, tables, tables_of

pytestmark = pytest.mark.browser


class Watch:
    """Notes what a page does that it must not."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.faults: list[str] = []
        self.page: Page = context.new_page()
        self.page.on(
            "request", lambda request: self._note(request.url, not request.url.startswith((home, "data:")))
        )
        self.page.on(
            "console", lambda message: self._note(message.text, message.type in {"error", "warning"})
        )
        self.page.on("pageerror", lambda error: self._note(str(error), True))
        self.page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.faults.append("a script ran")
        dialog.dismiss()

    def _note(self, what: str, wrong: bool) -> None:
        if wrong:
            self.faults.append(what)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_reader_searches_reads_and_unfolds(
    browser: Browser, serve: Callable[[Path], str], made_archive: Path, scheme: str, width: int
) -> None:
    home = serve(made_archive)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    watch = Watch(context, home)
    page = watch.page
    page.goto(home)
    assert page.title() == "Archive of Metallic Rouge"
    assert_fits(page)
    page.get_by_role("searchbox").fill("火星")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("ol.cards > li").count() == 5
    assert page.locator("ol.cards mark").first.inner_text() == "火星"
    assert_fits(page)
    page.locator("ol.cards .headline a").first.click()
    page.wait_for_url("**/article/*")
    assert "火星の街" in page.locator("h1").inner_text()
    assert_fits(page)
    cut = page.locator("details.removed .cut").first
    assert not cut.is_visible()
    page.get_by_text("Removed here: Note about affiliate links").click()
    assert cut.is_visible()
    assert "We may earn a commission" in cut.inner_text()
    page.get_by_role("link", name="アニメ通信").first.click()
    page.wait_for_url("**/source/*")
    page.locator("svg.bars a").first.click()
    page.wait_for_url("**/articles?dated=*")
    assert page.locator("ol.cards > li").count() >= 1
    assert_fits(page)
    assert_coloured(page, scheme)
    for overview in ("sources", "authors"):
        page.goto(f"{home}/{overview}")
        assert page.locator(".scroll").evaluate("one => one.scrollWidth - one.clientWidth") == 0
    page.goto(f"{home}/archive/articles")  # Datasette's own
    assert_coloured(page, scheme)
    page.goto(f"{home}/archive/who_covers_the_series")
    assert_fits(page)
    page.goto(f"{home}/archive/articles/1")
    if width < 577:  # a list of cells, each below its name
        shown = "getComputedStyle(document.querySelector('.rows-and-columns td'), '::before')"
        assert page.evaluate(f"[{shown}.content, {shown}.marginLeft]") == ['"id"', "0px"]
    assert watch.faults == []
    context.close()


def test_a_reader_compares_revisions_and_follows_a_bar(
    browser: Browser, serve: Callable[[Path], str], made_archive: Path
) -> None:
    watch = Watch(browser.new_context(), home := serve(made_archive))
    page = watch.page
    page.goto(f"{home}/article/1")
    page.get_by_role("link", name="What changed in revision 2").click()
    page.wait_for_url("**/article/1/diff/1/2")
    page.get_by_role("link", name="Changes").click()
    page.get_by_role("link", name="Word by word").click()
    page.wait_for_url("**/article/1/diff/1/2")
    assert "Update: the broadcast begins an hour later" in page.locator(".changes ins").last.inner_text()
    page.get_by_role("link", name="Timeline").click()
    page.locator("table.timeline tr.total td a").first.click()
    page.wait_for_url("**/articles?dated=*")
    assert page.locator("ol.cards > li").count() == 20
    assert watch.faults == []


def test_the_keyboard_alone_is_enough(
    browser: Browser, serve: Callable[[Path], str], made_archive: Path
) -> None:
    watch = Watch(browser.new_context(), home := serve(made_archive))
    page = watch.page
    page.goto(f"{home}/article/1")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    assert skip.bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("details.removed summary").first.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("details.removed .cut").first.is_visible()
    page.goto(home)
    page.locator("svg.bars a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles?dated=*")
    assert watch.faults == []


def test_attacks_in_every_field_do_nothing(
    browser: Browser, serve: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = make_hostile_archive(tmp_path_factory.mktemp("hostile") / "archive.db")
    home = serve(archive)
    watch = Watch(browser.new_context(), home)
    for path in PAGES:
        watch.page.goto(f"{home}{path}")
        unfold(watch.page)
        for width in (1280, 390):
            watch.page.set_viewport_size({"width": width, "height": 900})
            assert_fits(watch.page)
    assert [fault for fault in watch.faults if "status of 400" not in fault] == []
    db = open_archive(archive, readonly=True)
    watch = Watch(browser.new_context(), home)
    for address in tables(tables_of(db)):
        watch.page.goto(f"{home}{address}")
    db.close()
    assert watch.faults == []


def unfold(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate("document.querySelectorAll('details > summary').forEach(one => one.click())")


def assert_coloured(page: Page, scheme: str) -> None:
    """The page is dark where the reader's system is."""
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) < 3 * 128) == (scheme == "dark")


def assert_fits(page: Page) -> None:
    """Nothing of the page lies beyond its right edge."""
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0
