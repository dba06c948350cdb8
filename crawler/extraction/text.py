"""The article's fragment as a BeautifulSoup tree, and clean HTML and plain text written from it."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from crawler.extraction.blocks import Block, Style
from crawler.extraction.page import Page

_CONTAINER = {
    "ul": "ul", "ol": "ol", "li": "li", "dl": "ul", "dt": "li", "dd": "li", "blockquote": "blockquote",
    "figure": "figure", "figcaption": "figcaption", "table": "table", "tr": "tr", "td": "td", "th": "th",
}  # fmt: skip
_BLOCK = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4", "pre": "pre", "img": "img"}
_SPACE = re.compile(r"\s+")
_LINK = re.compile(r"https?://|mailto:", re.I)
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original", "data-original-src")
_TIGHT = frozenset({"li", "td", "th", "figcaption"})
ASIDE = "data-aside"
"""Marks a caption that is in the HTML and not in the plain text."""


def build(blocks: Iterable[tuple[int, Block]], page: Page) -> tuple[BeautifulSoup, dict[int, Tag]]:
    """Make the fragment of some blocks: an empty tag for each, in its lists, tables and figures.

    Returns:
        The tree, and the tag of every block by its number.
    """
    soup = BeautifulSoup("", "lxml")
    open_tags: list[tuple[tuple[str, int], Tag]] = []
    tags: dict[int, Tag] = {}
    for number, block in blocks:
        path = [step for step in block.path if step[0] in _CONTAINER]
        shared = 0
        while shared < len(path) and shared < len(open_tags) and open_tags[shared][0] == path[shared]:
            shared += 1
        del open_tags[shared:]
        parent: Any = open_tags[-1][1] if open_tags else soup
        for step in path[shared:]:
            tag = soup.new_tag(_CONTAINER[step[0]])
            parent.append(tag)
            open_tags.append((step, tag))
            parent = tag
        made = (
            _image(soup, block, page) if block.image is not None else soup.new_tag(_BLOCK.get(block.tag, "p"))
        )
        if made is not None:
            parent.append(made)
            tags[number] = made
    return soup, tags


def _image(soup: BeautifulSoup, block: Block, page: Page) -> Tag | None:
    element = block.image
    for size in ("width", "height"):
        value = (element.get(size) or "").removesuffix("px")
        if value.isdigit() and int(value) < 60:
            return None
    for name in _SOURCES:
        address = page.absolute(element.get(name) or "")
        if address.startswith(("http://", "https://")):
            return soup.new_tag(
                "img", attrs={"src": address, "alt": " ".join((element.get("alt") or "").split())}
            )
    return None


def fill(soup: BeautifulSoup, tag: Tag, block: Block, page: Page) -> None:
    """Put a block's text into its tag, with its links and emphasis."""
    if block.tag == "pre":
        tag.append(NavigableString(block.text))
        return
    gap = True
    for text, style in _merged(block.runs):
        if text == "\n":
            tag.append(soup.new_tag("br"))
            gap = True
            continue
        text = _SPACE.sub(" ", text)
        if gap:
            text = text.lstrip(" ")
        if text:
            gap = text.endswith(" ")
            _styled(soup, tag, style, page).append(NavigableString(text))


def _merged(runs: list[tuple[str, Style]]) -> list[tuple[str, Style]]:
    merged: list[tuple[str, Style]] = []
    for text, style in runs:
        if merged and merged[-1][1] == style and text != "\n" and merged[-1][0] != "\n":
            merged[-1] = (merged[-1][0] + text, style)
        else:
            merged.append((text, style))
    while merged and not merged[-1][0].strip():
        merged.pop()
    return merged


def _styled(soup: BeautifulSoup, parent: Tag, style: Style, page: Page) -> Tag:
    href, emphasis, strong = style
    names: list[Tag] = []
    if href and _LINK.match(address := page.absolute(href)):
        names.append(soup.new_tag("a", attrs={"href": address}))
    if strong:
        names.append(soup.new_tag("strong"))
    if emphasis:
        names.append(soup.new_tag("em"))
    for tag in names:
        parent.append(tag)
        parent = tag
    return parent


def write(soup: BeautifulSoup) -> tuple[str, str]:
    """Write the fragment as HTML and as plain text, blocks separated by an empty line."""
    html: list[str] = []
    texts: list[str] = []
    for child in soup.children:
        if isinstance(child, Tag):
            _write(child, html, texts, "")
    return "\n".join(html), "\n\n".join(texts)


def _write(tag: Tag, html: list[str], texts: list[str], prefix: str) -> None:
    name = tag.name
    if name == "img":
        html.append(f'<img src="{escape(str(tag["src"]))}" alt="{escape(str(tag["alt"]))}">')
    elif name in {"ul", "ol", "table", "tr", "blockquote", "figure", "li", "td", "th", "figcaption"}:
        _write_container(tag, html, texts)
    else:
        text = plain(tag)
        if text:
            inner = "".join(_inline(child) for child in tag.children).rstrip(" ")
            html.append(f"<{name}>{inner}</{name}>")
            if tag.get(ASIDE) is None:
                texts.append(prefix + text)


def _write_container(tag: Tag, html: list[str], texts: list[str]) -> None:
    name = tag.name
    inner_html: list[str] = []
    inner_texts: list[str] = []
    for child in tag.children:
        if isinstance(child, Tag):
            _write(child, inner_html, inner_texts, "")
    if not inner_html:
        return
    content = "".join(inner_html)
    if name in _TIGHT and len(inner_html) == 1 and content.startswith("<p>"):
        content = content[3:-4]
    if name == "figure" and not inner_texts and "<img" not in content and "<figcaption" not in content:
        return
    html.append(f"<{name}>{content}</{name}>")
    if not inner_texts:
        return
    if name == "tr":
        texts.append(" | ".join(inner_texts))
    elif name in {"td", "th"}:
        texts.append(" ".join(inner_texts))
    elif name in {"li", "table"}:
        texts.append("\n".join(inner_texts))
    elif name in {"ul", "ol"}:
        texts.append("\n".join("- " + text for text in inner_texts))
    else:
        texts.extend(inner_texts)


def plain(tag: Tag) -> str:
    """The text of one block's tag; line breaks where it has them."""
    if tag.name == "pre":
        return tag.get_text()
    parts = []
    for node in tag.descendants:
        if isinstance(node, NavigableString):
            parts.append(str(node))
        elif isinstance(node, Tag) and node.name == "br":
            parts.append("\n")
    return "\n".join(filter(None, (line.strip() for line in "".join(parts).split("\n"))))


def _inline(node: Any) -> str:
    if isinstance(node, NavigableString):
        return escape(str(node), quote=False)
    if node.name == "br":
        return "<br>"
    inner = "".join(_inline(child) for child in node.children)
    if node.name == "a":
        return f'<a href="{escape(str(node["href"]))}">{inner}</a>'
    return f"<{node.name}>{inner}</{node.name}>"
