"""A page as a reader saw it, in the markup of several kinds of sites: only the article is kept."""

import json
from collections.abc import Callable

import pytest

from archive.models import Access
from crawler.extraction.extract import extract
from tests.crawler.extraction.test_extract import CUT_OFF, LONG, SEED_LIKE, URL

TITLE = "Metallic Rouge: what its makers say about it"
BY_KIND = {kind: [text for one, text in SEED_LIKE if one == kind] for kind, _ in SEED_LIKE}
ARTICLE = [text for kind, text in SEED_LIKE if kind in {"text", "h2"}]
HEAD = f"""<meta charset="utf-8"><title>{TITLE} | The Herald</title>
<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="The Herald">"""
LINKED = {
    "@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, "mainEntityOfPage": URL,
    "author": [{"@type": "Person", "name": "Ada Quill", "url": "/authors/ada-quill"}],
    "datePublished": "2023-11-30T17:04:00Z", "publisher": {"@type": "Organization", "name": "The Herald"},
}  # fmt: skip


def body_of(template: str) -> str:
    """The text of the page in one markup: headings and paragraphs of the article in their order."""
    opened, closed = ("<h2>", "</h2>") if template != "soup" else ('<div class="x7 t"><b>', "</b></div>")
    paragraph = ("<p>", "</p>") if template != "soup" else ('<div class="x7 t">', "</div>")
    pieces = []
    for kind, text in SEED_LIKE:
        if kind == "h2":
            pieces.append(f"{opened}{text}{closed}")
        elif kind == "text":
            pieces.append(f"{paragraph[0]}{text}{paragraph[1]}")
    return "".join(pieces)


def magazine() -> str:
    """Games and comics sites: a header with synopsis and byline, a poster, a gate, a biography, a forum."""
    wall, offer = BY_KIND["wall"]
    (name,), (bio,), comments, (policy,) = (BY_KIND[kind] for kind in ("name", "bio", "comments", "policy"))
    return f"""<!doctype html><html lang="en"><head>{HEAD}
<script type="application/ld+json">{json.dumps(LINKED)}</script></head><body class="article_page">
<header id="site_header"><a href="/">The Herald</a><nav><ul><li><a href="/comics">Comics</a></li>
<li><a href="/tv">TV &amp; Movies</a></li></ul></nav></header>
<div class="page_content"><article class="article">
<div class="affiliate_disclaimer">{BY_KIND["note"][0]} <a href="/policy">Editorial policy</a></div>
<header class="article_header"><h1 class="title">{TITLE}</h1><p class="strapline">{BY_KIND["lead"][0]}</p>
<div class="headline_image_wrapper"><img class="headline_image" src="/rouge.jpg" alt="Rouge">
<span class="caption">{BY_KIND["caption"][0]}</span><span class="attribution">{BY_KIND["credit"][0]}</span>
</div><div class="metadata"><span class="author">Feature by <a href="/authors/ada-quill">{name}</a>
Contributor</span>
<span class="published_at">Published on <time datetime="2023-11-30T17:04:00+00:00">Nov. 30, 2023</time></span>
</div></header><div class="article_body"><div class="article_body_content">{body_of("magazine")}</div>
<div class="gate"><h3>{wall}</h3><p>{offer}</p><a href="/join" class="button">Join now</a></div></div>
<footer class="article_footer"><div class="author_bio"><h3>{name}</h3><p>{bio}</p></div>
<section class="comments"><h2>{comments[0]}</h2><p>{comments[1]}</p><button>{comments[2]}</button></section>
<p class="policy">{policy}</p></footer></article>
<aside class="sidebar"><h3>Latest articles</h3><ul><li><a href="/a">Ten robots that we would like</a></li>
<li><a href="/b">The best films about Mars, as told by those who live there</a></li></ul></aside></div>
<footer id="site_footer"><p>© 2023 The Herald. All rights reserved.</p></footer></body></html>"""


def soup() -> str:
    """A site built by a script: divs in divs, class names that mean nothing, no header, no footer."""
    wall, name, bio, comments = (BY_KIND[kind] for kind in ("wall", "name", "bio", "comments"))

    def box(*texts: str) -> str:
        return "".join(f'<div class="x9"><div class="y1">{text}</div></div>' for text in texts)

    return f"""<!doctype html><html lang="en"><head>{HEAD}</head><body><div id="root"><div class="a1">
<div class="b2">{box('<a href="/">Home</a>', '<a href="/tv">TV</a>', '<a href="/comics">Comics</a>')}</div>
<div class="c3">{box(*BY_KIND["note"])}<h1 class="x1">{TITLE}</h1>{box(*BY_KIND["lead"])}
<div class="x4"><img src="/rouge.jpg" alt="Rouge">{box(*BY_KIND["caption"], *BY_KIND["credit"])}</div>
<div class="x6">{body_of("soup")}{box(*wall)}</div>
{box(*name, *bio)}{box(*comments)}{box(*BY_KIND["policy"])}</div></div></div></body></html>"""


def old() -> str:
    """An old site: one table cell, everything in paragraphs, captions in italics."""
    around = {kind: "".join(f"<p>{text}</p>" for text in texts) for kind, texts in BY_KIND.items()}
    return f"""<html lang="en"><head>{HEAD}</head><body><table><tr><td width="20%"><p><a href="/">Home</a></p>
<p><a href="/tv">TV</a></p></td><td>{around["note"]}<h1>{TITLE}</h1>{around["lead"]}
<p><img src="/rouge.jpg"></p><p><i>{BY_KIND["caption"][0]}</i></p><p><small>{BY_KIND["credit"][0]}</small></p>
{body_of("old")}{around["wall"]}{around["name"]}{around["bio"]}{around["comments"]}{around["policy"]}
</td></tr></table></body></html>"""


@pytest.mark.parametrize("template", [magazine, soup, old])
def test_only_the_article_is_kept(template: Callable[[], str]) -> None:
    found = extract(template().encode(), URL)
    kept = [line for line in found.text.split("\n\n") if line != BY_KIND["lead"][0]]
    assert kept == ARTICLE, [(block.rule, block.text) for block in found.removed]
    assert found.title == TITLE
    assert found.authors == ("Ada Quill",)
    assert (found.access, found.text_complete) == (Access.PAYWALLED, False)
    assert found.standfirst == BY_KIND["lead"][0]
    assert CUT_OFF in found.text
    assert LONG[0] in found.text
