"""``series-archive inspect --html``: one page that shows how another one is read, in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, sync_playwright

from crawler.commands import cli
from tests.crawler.extraction.test_extract import LONG
from tests.site.conftest import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.browser

ATTACK = "<img src=x onerror=alert(1)><script>alert(1)</script>\x1b[31m"
LINKED = json.dumps({"@type": "NewsArticle", "headline": ATTACK}).replace("</", "<\\/")
PAGE = f"""<!doctype html>
<!-- An article with a list, an image, a prompt, share links, and texts that are attacks where shown. -->
<html lang="en"><head><meta charset="utf-8"><title>Rouge returns</title>
<meta name="author" content="{ATTACK.replace('"', "").replace("<", "&lt;")}">
<script type="application/ld+json">{LINKED}</script></head>
<body><nav><a href="/">Home</a></nav><main class="page"><article id="story"><h1>Rouge returns</h1>
<p>{LONG[0]}</p><figure><img src="https://images.example/rouge.jpg" alt="Rouge &quot;the&quot; android">
</figure><p>Sign up for our newsletter</p><ul><li>{LONG[1]}</li><li>{LONG[2]}</li></ul>
<div class="share-buttons">Share on Example &lt;script&gt;alert(1)&lt;/script&gt;</div>
<p>{LONG[3]} <a href="javascript:alert(1)">a link</a></p>
<p>&lt;img src=x onerror=alert(1)&gt; is how an attack is written, and here it is nothing but text.</p>
</article></main></body></html>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def test_it_shows_everything_in_place_and_loads_and_runs_nothing(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    done = CliRunner().invoke(
        cli,
        [
            *("inspect", str(tmp_path / "page.html"), "--url", "https://www.herald.example/rouge"),
            *("--html", str(tmp_path / "how.html")),
        ],
    )
    assert done.exit_code == 0, done.output

    asked: list[str] = []
    alerts: list[str] = []
    context = browser.new_context(color_scheme="dark", viewport={"width": 400, "height": 800})
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    page.goto((tmp_path / "how.html").as_uri())

    assert asked == [(tmp_path / "how.html").as_uri()]
    assert not alerts
    assert page.locator("script, img, iframe, object, [onerror], [src]").count() == 0
    assert page.locator("h1").inner_text() == "Rouge returns"
    rules = page.locator(".removed .rule").all_inner_texts()
    assert {rule.partition(".")[0] for rule in rules} >= {"newsletter", "share"}
    order = page.locator(".article > *").evaluate_all("all => all.map(one => one.textContent)")
    places = [
        next(i for i, text in enumerate(order) if part in text) for part in (LONG[0], "newsletter", LONG[1])
    ]
    assert places == sorted(places)
    assert 'Rouge "the" android (https://images.example/rouge.jpg)' in page.locator(".image").inner_text()
    assert "main.page" in page.content() or "article#story" in page.content()
    assert page.locator("b[title=believed]").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits a phone"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()
    light = browser.new_context(color_scheme="light").new_page()
    light.goto((tmp_path / "how.html").as_uri())
    assert light.evaluate("getComputedStyle(document.body).backgroundColor") != ground


def test_what_steers_a_terminal_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    shown = CliRunner().invoke(cli, ["inspect", str(tmp_path / "page.html")])
    assert shown.exit_code == 0
    assert "newsletter" in shown.stdout
    assert "Where the article was looked for" in shown.stdout
    assert "\x1b" not in shown.stdout
