"""Furniture by structure: the own markup of services goes wherever it stands, and nothing of the article."""

import pytest

from crawler.extraction.extract import extract

PARAGRAPHS = [
    "The studio has spent a quarter of a century on robots, and its next one looks like a woman with a "
    "secret, who walks through a desert city as if nobody had ever told her what she is.",
    "The story follows an android and her talkative partner, who travel from city to city and look for nine "
    "others of her kind. Each of them has a plan for the planet.",
    "At a round table the producer said that the music came first, then the streets, then the armour. The "
    "composer wrote for brass, because the desert asked for it.",
]
INSIDE = "<p>One of the readers has something to say here which is as long as a paragraph of the article.</p>"
VENDORS = [
    ("Disqus", '<div id="disqus_thread">{}</div>', "comments"),
    ("Disqus", '<div id="disqus_recommendations">{}</div>', "comments"),
    ("Disqus", '<a class="disqus-comment-count" href="#disqus_thread">3 words</a>', "comments"),
    ("Coral", '<div id="coral_thread">{}</div>', "comments"),
    ("Coral", '<div id="coral-talk-stream" class="coral coral-stream">{}</div>', "comments"),
    ("OpenWeb", '<div data-spotim-module="conversation" data-post-id="7">{}</div>', "comments"),
    ("OpenWeb", '<div class="OWconversation" data-post-id="7">{}</div>', "comments"),
    ("Spot.IM", '<div class="spot-im-frame-inpage">{}</div>', "comments"),
    ("Spot.IM", '<div data-spotim-module="pitc">{}</div>', "comments"),
    ("Viafoura", '<vf-conversations>{}</vf-conversations>', "comments"),
    (
        "Viafoura",
        '<div class="viafoura"><vf-conversation-starter>{}</vf-conversation-starter></div>',
        "comments",
    ),
    ("Facebook", '<div class="fb-comments" data-href="https://www.herald.example/">{}</div>', "comments"),
    ("Facebook", '<div class="fb-like" data-action="like">{}</div>', "share"),
    ("Hyvor", '<div id="hyvor-talk-view">{}</div>', "comments"),
    ("Hyvor", '<hyvor-talk-comments website-id="7">{}</hyvor-talk-comments>', "comments"),
    (
        "WordPress",
        '<div id="comments" class="comments-area"><ol class="comment-list"><li>{}</li></ol></div>',
        "comments",
    ),
    ("WordPress", '<div id="respond" class="comment-respond">{}</div>', "comments"),
    ("WordPress", '<section id="jp-relatedposts" class="jp-relatedposts">{}</section>', "related"),
    ("WordPress", '<div class="sharedaddy sd-sharing-enabled">{}</div>', "share"),
    ("Piano", '<div class="tp-container-inner">{}</div>', "subscription"),
    ("Piano", '<div class="tp-modal"><div class="tp-iframe-wrapper">{}</div></div>', "subscription"),
    ("Tinypass", '<div id="tinypass-offer" class="tinypass-box">{}</div>', "subscription"),
    ("Poool", '<div id="poool-widget">{}</div>', "subscription"),
    ("Poool", '<div class="poool-widget">{}</div>', "subscription"),
    ("Zephr", '<div class="zephr-paywall">{}</div>', "subscription"),
    ("Zephr", '<div data-zephr-component="wall">{}</div>', "subscription"),
    ("Leaky Paywall", '<div id="leaky_paywall_message">{}</div>', "subscription"),
    ("Leaky Paywall", '<div class="leaky_paywall_message_wrap">{}</div>', "subscription"),
    (
        "Substack",
        '<div class="subscription-widget-wrap" data-component-name="SubscribeWidget">{}</div>',
        "subscription",
    ),
    ("Substack", '<div data-testid="paywall" class="paywall">{}</div>', "subscription"),
    ("Substack", '<div class="post-ufi">{}</div>', "share"),
    (
        "Ghost",
        '<aside class="gh-post-upgrade-cta"><div class="gh-post-upgrade-cta-content">{}</div></aside>',
        "subscription",
    ),
    ("Ghost", '<div class="kg-card kg-signup-card">{}</div>', "subscription"),
    ("Ghost", '<section class="gh-subscribe">{}</section>', "subscription"),
    ("Steady", '<div id="steady_paywall">{}</div>', "subscription"),
    ("Steady", '<div class="steady-paywall">{}</div>', "subscription"),
    ("OneTrust", '<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk">{}</div></div>', "consent"),
    ("OneTrust", '<div class="optanon-alert-box-wrapper">{}</div>', "consent"),
    ("Didomi", '<div id="didomi-host" class="didomi-popup-open">{}</div>', "consent"),
    ("Didomi", '<div class="didomi-components-placeholder">{}</div>', "consent"),
    ("Usercentrics", '<div id="usercentrics-root">{}</div>', "consent"),
    ("Usercentrics", '<div class="uc-embedding-container">{}</div>', "consent"),
    ("Cookiebot", '<div id="CybotCookiebotDialog">{}</div>', "consent"),
    ("Cookiebot", '<div class="cookieconsent-optout-marketing">{}</div>', "consent"),
    ("Sourcepoint", '<div id="sp_message_container_12345">{}</div>', "consent"),
    ("Ghost", '<figure class="kg-card kg-bookmark-card">{}</figure>', "related"),
    ("Substack", '<div class="digest-post-embed">{}</div>', "related"),
    ("WordPress", '<figure class="wp-block-pullquote"><blockquote>{}</blockquote></figure>', "quoted"),
    ("XenForo", '<blockquote><div class="bbCodeBlock-title">{}</div></blockquote>', "quoted"),
    ("Discourse", '<aside class="onebox allowlistedgeneric">{}</aside>', "related"),
    ("Discourse", '<div itemprop="comment" class="topic-body crawler-post">{}</div>', "comments"),
    ("Reddit", '<div class="commentarea">{}</div>', "comments"),
    ("XenForo", '<aside class="message-signature">{}</aside>', "authors"),
    ("note", '<div class="external-article-widget">{}</div>', "related"),
    ("Cocoon", '<a class="blogcard-wrap internal-blogcard-wrap a-wrap" href="/1">{}</a>', "related"),
    ("MediaWiki", '<span class="mw-editsection">edit source</span>', "hidden"),
    ("MediaWiki", '<div class="navbox">{}</div>', "hidden"),
    ("Taboola", '<div id="taboola-below-article-thumbnails">{}</div>', "related"),
    ("Taboola", '<div class="trc_related_container trc_spotlight_widget">{}</div>', "related"),
    ("Taboola", '<div class="tbl-feed-container">{}</div>', "related"),
    ("Outbrain", '<div class="OUTBRAIN" data-widget-id="AR_1">{}</div>', "related"),
    ("Outbrain", '<div class="ob-smartfeed-wrapper">{}</div>', "related"),
    ("Mailchimp", '<div id="mc_embed_signup">{}</div>', "newsletter"),
    ("AddToAny", '<div class="addtoany_share_save_container">{}</div>', "share"),
    ("Google", '<div id="div-gpt-ad-1">{}</div>', "advertising"),
    ("Google", '<amp-ad type="doubleclick">{}</amp-ad>', "advertising"),
    ("screen readers", '<div class="screen-reader-text">{}</div>', "hidden"),
    ("screen readers", '<div class="visually-hidden">{}</div>', "hidden"),
    ("screen readers", '<span class="sr-only">Opens in a new window</span>', "hidden"),
    ("print", '<div class="print-only">{}</div>', "hidden"),
    ("print", '<div class="d-none d-print-block">{}</div>', "hidden"),
]  # fmt: skip
IDS = [f"{vendor}-{number}" for number, (vendor, *_) in enumerate(VENDORS)]


@pytest.mark.parametrize(
    ("vendor", "markup", "family"), VENDORS, ids=[f"{v[0]}-{n}" for n, v in enumerate(VENDORS)]
)
@pytest.mark.parametrize("place", [1, 3])
def test_the_markup_of_a_service_goes(vendor: str, markup: str, family: str, place: int) -> None:
    blocks = [f"<p>{text}</p>" for text in PARAGRAPHS]
    blocks.insert(place, markup.format(INSIDE))
    page = f"<html lang=en><body><article><h1>Rouge</h1>{''.join(blocks)}</article></body></html>"
    found = extract(page.encode(), "https://www.herald.example/rouge")
    assert found.text.split("\n\n") == PARAGRAPHS, vendor
    assert family in {block.rule.partition(".")[0] for block in found.removed}, found.removed


@pytest.mark.parametrize(
    "name",
    [
        "coralline",
        "steadycam",
        "paywalled-garden",
        "poolside",
        "ghost-story",
        "pianoforte",
        "sharehouse",
        "adobe",
        "cmp-text",  # Adobe Experience Manager
        "vf-content",  # EMBL's Visual Framework
    ],
)
def test_a_name_that_begins_like_a_service_is_none(name: str) -> None:
    blocks = [f"<p>{text}</p>" for text in PARAGRAPHS]
    blocks[1] = f'<div class="{name}">{blocks[1]}</div>'
    page = f"<html lang=en><body><article><h1>Rouge</h1>{''.join(blocks)}</article></body></html>"
    assert extract(page.encode(), "https://www.herald.example/rouge").text.split("\n\n") == PARAGRAPHS


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="tbl-responsive"><table><tr><td>{}</td><td>12</td></tr></table></div>',
        '<div class="code-block"><pre>{}</pre></div>',
    ],
)
def test_tables_and_listings_are_no_service(markup: str) -> None:
    blocks = [f"<p>{text}</p>" for text in PARAGRAPHS]
    blocks.insert(2, markup.format("The first episode of the red android"))
    page = f"<html lang=en><body><article><h1>Rouge</h1>{''.join(blocks)}</article></body></html>"
    assert (
        "The first episode of the red android"
        in extract(page.encode(), "https://www.herald.example/rouge").text
    )


@pytest.mark.parametrize("name", ["related-inline-link", "tooltip", "lightbox", "read-more"])
def test_a_link_within_a_sentence_stays_whatever_its_class_names(name: str) -> None:
    linked = PARAGRAPHS[1].split()[3]
    blocks = [f"<p>{text}</p>" for text in PARAGRAPHS]
    blocks[1] = blocks[1].replace(linked, f'<a class="{name}" href="/glossary">{linked}</a>', 1)
    page = f"<html lang=en><body><article><h1>Rouge</h1>{''.join(blocks)}</article></body></html>"
    assert extract(page.encode(), "https://www.herald.example/rouge").text.split("\n\n") == PARAGRAPHS


THREADS = {
    "XenForo": (
        '<article class="message message--post"><div class="message-cell message-cell--user"><h4>{name}</h4>'
        '</div><div class="message-content"><article class="message-body">{text}</article></div></article>'
    ),
    "phpBB": (
        '<div id="p1" class="post has-profile"><dl class="postprofile"><dt>{name}</dt><dd>Posts: 8</dd></dl>'
        '<div class="postbody"><div class="content">{text}</div></div></div>'
    ),
    "vBulletin": (
        '<li class="postbitlegacy postcontainer"><div>{name}</div><div class="postbody">{text}</div></li>'
    ),
    "Invision": (
        '<article class="cPost ipsBox ipsComment"><aside class="cAuthorPane"><h3>{name}</h3></aside>'
        '<div class="cPost_contentWrap"><div data-role="commentContent">{text}</div></div></article>'
    ),
    "Discourse": '<div class="topic-post"><div>{name}</div><div class="cooked"><p>{text}</p></div></div>',
}


@pytest.mark.parametrize("post", THREADS.values(), ids=THREADS.keys())
@pytest.mark.parametrize("opening", [" ".join(PARAGRAPHS), "The film opens in Leeds on 4 May."])
def test_of_a_thread_the_first_post_is_the_article(opening: str, post: str) -> None:
    answers = [f"I will be there, and {text[0].lower()}{text[1:]}" for text in PARAGRAPHS]
    posts = [post.format(name=f"keeper{n}", text=text) for n, text in enumerate([opening, *answers])]
    found = extract(
        f"<html><body><h1>Dates of the film</h1><div>{''.join(posts)}</div></body></html>".encode(),
        "https://www.herald.example/t/1",
    )
    assert found.text == opening


def test_an_article_that_a_blog_calls_a_post_is_no_reply_to_the_teasers_above_it() -> None:
    teasers = "".join(f'<div class="postbody"><p>Teaser {n}: a ferry, a tram.</p></div>' for n in range(3))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    article = f'<div class="postbody"><h1>Dates of the film</h1>{text}</div>'
    found = extract(f"<html><body>{teasers}{article}</body></html>".encode(), "https://www.herald.example/1")
    assert all(paragraph in found.text for paragraph in PARAGRAPHS)


def test_a_post_in_a_form_without_fields_stays() -> None:
    """A form that only a script sends, as around the posts of Reddit before its new design."""
    form = '<form action="#"><input type="hidden" name="id" value="1"><div class="md">{}</div></form>'
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    found = extract(
        f"<html><body><h1>Dates of the film</h1>{form.format(text)}</body></html>".encode(),
        "https://www.herald.example/t/1",
    )
    assert found.text.split("\n\n") == PARAGRAPHS
