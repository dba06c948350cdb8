"""Hostile HTML comes out harmless, and an article's HTML comes out as it is."""

import pytest
from lxml import html

from archive.site.reading import sanitise, web_address

BASE = "https://site.example/news/1.html"
ALLOWED = {
    "href",
    "rel",
    "lang",
    "dir",
    "colspan",
    "rowspan",
    "scope",
    "start",
    "reversed",
    "value",
    "datetime",
}

VECTORS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='//evil.example/%0d%0aX: y'>x</a>",
    "<a href='http://[broken'>x</a>",
    "<img src='javascript:alert(1)' alt='\"><script>alert(1)</script>'>",
    "<img srcset='https://evil.example/x 1x' alt=x>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p onclick=alert(1) onmouseover=alert(1) id=main class=masthead>x</p>",
    "<iframe src='https://evil.example/'></iframe><object data=x></object><embed src=x>",
    "<form action='https://evil.example/'><input name=q><button formaction='javascript:alert(1)'></form>",
    "<base href='https://evil.example/'><link rel=stylesheet href='https://evil.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<video src='https://evil.example/x'></video><audio src=x></audio><picture><source srcset=x></picture>",
    "<template><script>alert(1)</script></template>",
    "</div></article></main><h1>outside</h1>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<p>" * 2000 + "deep",
    "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
    "<title></title><script>alert(1)</script>",
    "<a href='https://ok.example/' target=_blank ping='https://evil.example/'>x</a>",
)


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_acts_comes_through(vector: str) -> None:
    clean = sanitise(f"<p>before</p>{vector}<p>after</p>", BASE)
    tree = html.fragment_fromstring(clean, create_parent="section")
    tags = {element.tag for element in tree.iter()} - {"section"}
    assert tags <= {"p", "a", "b", "br", "table", "tbody", "tr", "td"}
    for element in tree.iter():
        assert set(element.attrib) <= ALLOWED
        assert element.get("href", "https:").startswith(("http:", "https:"))
    assert "before" in tree.text_content()


def test_an_article_stays_as_it_is() -> None:
    text = (
        "<h2>Mars</h2><p>One <em>two</em> <strong>three</strong> <code>four</code><br>five</p>"
        "<ul><li>six</li></ul>"
        '<ol start="3"><li>seven</li></ol><blockquote><p>eight</p></blockquote><pre>nine</pre>'
        '<table><tbody><tr><th scope="row">ten</th><td colspan="2">eleven</td></tr></tbody></table>'
        "<p><ruby>火<rt>か</rt></ruby></p>"
    )
    assert sanitise(text, BASE) == text


def test_links_and_images_lead_to_where_they_led() -> None:
    clean = sanitise(
        '<p><a href="../x">x</a> <img src="/i.png" alt="A  robot"> <a href="/y"><img src="z"></a></p>', BASE
    )
    tree = html.fragment_fromstring(clean)
    assert [(link.get("href"), link.text_content()) for link in tree.iter("a")] == [
        ("https://site.example/x", "x"),
        ("https://site.example/i.png", "Image: A robot"),
        ("https://site.example/y", "[Image]"),
    ]
    assert all(link.get("rel") == "noopener noreferrer nofollow" for link in tree.iter("a"))


@pytest.mark.parametrize("html_text", ["", "plain", "<", "\x00", "&lt;b&gt;"])
def test_little_is_not_too_little(html_text: str) -> None:
    assert "<script" not in sanitise(html_text, BASE)
    assert "<b>" not in sanitise(html_text, BASE)


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://a.example/x", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("https:alert", False),
        ("//a.example/x", False),
        ("http://[broken", False),
        ("ftp://a.example/", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, is_one: bool) -> None:
    assert (web_address(url) == url) is is_one or not url
    assert bool(web_address(url)) is is_one
