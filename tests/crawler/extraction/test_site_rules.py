"""Site rules: what a site's own rules find wins, and what they do not find is found without them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models import Extraction
from crawler.config import RulesConfig
from crawler.extraction.extract import extract
from crawler.extraction.five_filters import read_site_config
from crawler.extraction.site import Site
from crawler.extraction.site_rules import SiteRules, read_selector
from tests.crawler.extraction.test_extract import LONG, URL

END = (
    "The producer paid for the coffee, and the composer, who had said the least of all, asked whether "
    "anybody wanted to hear the last piece again. Everybody at the table did."
)
STORY = "".join(f"<p>{text}</p>" for text in LONG)
PAGE = f"""<!doctype html>
<!-- Two columns of prose of the same size, and the facts in places that nothing marks. -->
<html lang="en"><head><title>Site</title></head><body>
<h1>Today on this site</h1>
<div class="opinion">{"".join(f"<p>{text[::-1]}</p>" for text in LONG * 2)}</div>
<div class="story"><b class="what">Rouge returns</b> <i class="who">By Ada Quill and Bo Reed</i>
<time class="when" datetime="2024-01-05T10:00:00Z">last week</time>
{STORY}<div class="extra"><p>Meet our team at the fair, where they will sign what you bring to them.</p></div>
<em class="extra">also this</em></div></body></html>"""


def rules(**selectors: str | list[str]) -> SiteRules:
    """Make rules of selectors as archive.toml has them."""
    return RulesConfig.model_validate(selectors).to_rules()


def read(site: SiteRules, page: str = PAGE) -> Extraction:
    return extract(page.encode(), URL, site=Site(site))


def test_rules_win_and_say_so() -> None:
    found = read(
        rules(
            body="div.story", title="b.what", author="//i[@class='who']", date=".when", strip=".extra, .when"
        )
    )
    assert found.text.split("\n\n")[-len(LONG) :] == LONG
    assert (found.title, found.authors) == ("Rouge returns", ("Ada Quill", "Bo Reed"))
    assert found.published == "2024-01-05T10:00:00Z"
    chosen = {witness.field: witness.source for witness in found.witnesses if witness.chosen}
    assert [chosen[name] for name in ("title", "authors", "published")] == ["site rule"] * 3
    assert any(w.field == "title" and w.source == "markup:h1" and not w.chosen for w in found.witnesses)
    stripped = [block for block in found.removed if block.rule == "site.strip"]
    assert [block.text[:8] for block in stripped] == ["last wee", "Meet our", "also thi"]
    assert stripped[1].position >= len(LONG)
    assert all(check.matched for check in found.rule_checks)


def test_selector_with_attribute() -> None:
    found = read(rules(date="time.when::attr(datetime)", title=["h9", "b.what::text"]))
    assert (found.published, found.title) == ("2024-01-05T10:00:00Z", "Rouge returns")


def test_rules_that_find_nothing_leave_the_page_to_the_general_way() -> None:
    found = read(rules(body="div.redesigned", title="h9.headline", author=".x", strip=".nothing"))
    without = read(SiteRules())
    assert replace(found, rule_checks=(), rules_version="") == replace(without, rules_version="")
    assert [(check.rule.partition(":")[0], check.matched) for check in found.rule_checks] == [
        ("title", False),
        ("author", False),
        ("strip", False),
        ("body", False),
    ]


def test_body_of_several_elements_in_their_order_and_each_once() -> None:
    page = PAGE.replace(
        STORY,
        f'<div class="part">{STORY}</div><p>Between.</p><div class="part"><p>{END}</p></div>',
    )
    found = read(rules(body="//div[@class='part'] | //div[@class='part']/p"), page)
    assert found.text.split("\n\n") == [*LONG, END]


def test_what_is_declared_as_paid_stays_out_of_a_body() -> None:
    paid = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false, "hasPart":'
        ' {"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".story"}}</script></head>'
    )
    found = read(rules(body=".story p"), PAGE.replace("</head>", paid))
    assert found.text == ""
    assert LONG[0][:40] not in found.html


def test_version_names_general_and_site_rules() -> None:
    general = read(SiteRules()).rules_version
    one, other = read(rules(body="p")).rules_version, read(rules(body="div")).rules_version
    assert one.partition("+")[0] == other.partition("+")[0] == general
    assert one != other != general


@pytest.mark.parametrize("text", ["div >", "//div[", "p:nonsense(", "nonsense(//p)"])
def test_selector_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match="XPath"):
        read_selector(text)


SITE_CONFIG = r"""
# A file as the community writes them.
title: //h9
title: //b[@class="what"]
author: //i[@class='who']
date: //time/@datetime
body: //article
body: //div[@class = 'story']
strip: //time | //b | //i
strip_id_or_class: "ext"
strip: //p/br[1]
strip_image_src: /pixel
strip_attr: //img/@srcset
tidy: no
prune: no
convert_double_br_tags: yes
replace_string(<p>Readers: ): <p>
find_string: fast
replace_string: quick
wrap_in(blockquote): //p[@class='q']
src_lazy_load_attr: data-hidden-src
native_ad_clue: //p[contains(., 'paid us')]
http_header(User-Agent): Mozilla/5.0
dissolve: //span
strip: //div[
no colon here
test_url: https://www.herald.example/anime/metallic-rouge
test_contains: robots
"""


def test_site_config_is_obeyed_and_the_rest_is_told() -> None:
    config = read_site_config(SITE_CONFIG)
    page = PAGE.replace(
        "</em>",
        '</em><p>Readers: fast robots.</p><p class="q">A word.</p><p>Nobody paid us for it.</p>'
        '<p>One line<br><br>and another</p><img data-hidden-src="/rouge.jpg" alt="Rouge">'
        '<img src="/pixel.gif">',
    )
    found = read(config.rules, page)
    assert found.text.split("\n\n") == [
        *LONG,
        "quick robots.",
        "A word.",
        "Nobody paid us for it.",
        "One line\nand another",
    ]
    assert "<blockquote>" in found.html
    assert found.html.count("<img") == 1
    assert 'src="https://www.herald.example/rouge.jpg"' in found.html
    assert (found.title, found.authors, found.published) == (
        "Rouge returns",
        ("Ada Quill", "Bo Reed"),
        "2024-01-05T10:00:00Z",
    )
    assert [w.value[:12] for w in found.witnesses if w.field == "advertisement"] == ["//p[contains"]
    assert [problem.partition(":")[0] for problem in config.problems] == ["line 23", "line 24", "line 25"]
    assert "http_header(User-Agent) is not supported" in config.problems[0]
    assert "XPath" in config.problems[2]


def test_site_config_without_autodetection_leaves_nothing_where_the_body_is_missed() -> None:
    found = read(read_site_config("body: //article\nautodetect_on_failure: no\n").rules)
    assert found.text == ""


_DIRECTIVES = """
title body author date strip strip_id_or_class strip_image_src strip_attr single_page_link if_page_contains
next_page_link find_string replace_string wrap_in(p) wrap_in(div) src_lazy_load_attr native_ad_clue prune
autodetect_on_failure replace_string(a)
"""
_EXPRESSIONS = """
//p //div //* //@class //text() /html / . .. //body //script //img/@src count(//p) true() 'x' //p/..
(//p)[last()] //p[position() ///p re:test(//p,'(') //time/ancestor::* yes no
"""
_VALUES = st.one_of(st.text(max_size=20), st.sampled_from(_EXPRESSIONS.split()))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_DIRECTIVES.split()), _VALUES), max_size=8))
def test_no_site_config_makes_reading_fail(lines: list[tuple[str, str]]) -> None:
    config = read_site_config("\n".join(f"{name}: {value}" for name, value in lines))
    found = read(config.rules)
    assert isinstance(found.text, str)
