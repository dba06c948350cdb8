"""The article's fragment as a BeautifulSoup tree, and clean HTML and plain text written from it."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any, NamedTuple, TypeVar

from bs4.element import NavigableString, PageElement, Tag

from crawler.extraction.blocks import PLAIN, Block, Path, Style
from crawler.extraction.page import Page

E = TypeVar("E", bound=PageElement)

_CONTAINER = {
    "ul": "ul", "ol": "ol", "li": "li", "dl": "ul", "dt": "li", "dd": "li", "blockquote": "blockquote",
    "figure": "figure", "figcaption": "figcaption", "table": "table", "tr": "tr", "td": "td", "th": "th",
}  # fmt: skip
_BLOCK = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4", "pre": "pre", "img": "img"}
_LINK = re.compile(r"https?://|mailto:", re.I)
_HOLDERS = frozenset(_CONTAINER.values())
_TIGHT = frozenset({"li", "td", "th", "figcaption"})
ASIDE = "data-aside"
"""Marks a caption that is in the HTML and not in the plain text."""


class Kept(NamedTuple):
    """A block of the article."""

    block: Block
    picture: dict[str, str] | None
    """The attributes of its image, where it is one."""
    aside: bool = False
    """It is a caption that is in the HTML and not in the plain text."""


def build(kept: Iterable[Kept], page: Page) -> Tag:
    """Make the fragment of some blocks: a tag for each, in its lists, tables and figures."""
    last: PageElement
    last = root = Tag(name="article")
    open_tags: list[tuple[tuple[str, int], Tag]] = []
    path: Path = ()
    for block, picture, aside in kept:
        if block.path is not path:
            path = block.path
            last = _enter([step for step in path if step[0] in _CONTAINER], root, open_tags, last)
        parent = open_tags[-1][1] if open_tags else root
        if picture is not None:
            last = _append(parent, Tag(name="img", attrs=picture), last)
            continue
        tag = _append(parent, Tag(name=_BLOCK.get(block.tag, "p")), last)
        if aside:
            tag[ASIDE] = ""
        last = _fill(tag, block, page)
    return root


def _append(parent: Tag, child: E, last: PageElement) -> E:
    """Append a new element to a tag.

    ``Tag.append`` would search for the last element before it, which here is known.
    """
    child.setup(parent, last, last.next_element)
    parent.contents.append(child)
    return child


def _enter(
    path: list[tuple[str, int]], root: Tag, open_tags: list[tuple[tuple[str, int], Tag]], last: PageElement
) -> PageElement:
    """Close the containers that the next block does not stand in, and open those that it does.

    Returns:
        the last element of the fragment.
    """
    shared = 0
    while shared < len(path) and shared < len(open_tags) and open_tags[shared][0] == path[shared]:
        shared += 1
    del open_tags[shared:]
    for step in path[shared:]:
        last = tag = _append(open_tags[-1][1] if open_tags else root, Tag(name=_CONTAINER[step[0]]), last)
        open_tags.append((step, tag))
    return last


def _fill(tag: Tag, block: Block, page: Page) -> PageElement:
    """Put a block's text into its tag, with its links and emphasis, and give the last element of it."""
    if block.tag == "pre" or ("\n" not in block.text and all(style == PLAIN for _, style in block.runs)):
        return _append(tag, NavigableString(block.text), tag)
    last: PageElement = tag
    gap = True
    for text, style in _merged(block.runs):
        if text == "\n":
            last = _append(tag, Tag(name="br"), last)
            gap = True
            continue
        text = _with_single_spaces(text)
        if gap:
            text = text.lstrip(" ")
        if text:
            gap = text.endswith(" ")
            parent = tag
            for styled in _styled(style, page):
                parent = last = _append(parent, styled, last)
            last = _append(parent, NavigableString(text), last)
    return last


def _with_single_spaces(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return " "
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if text[-1].isspace() else ''}"


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


def _styled(style: Style, page: Page) -> list[Tag]:
    """The tags for a style, outermost first."""
    href, emphasis, strong = style
    names: list[Tag] = []
    if href and _LINK.match(address := page.absolute(href)):
        names.append(Tag(name="a", attrs={"href": address}))
    if strong:
        names.append(Tag(name="strong"))
    if emphasis:
        names.append(Tag(name="em"))
    return names


def write(root: Tag) -> tuple[str, str]:
    """Write the fragment as HTML and as plain text, blocks separated by an empty line."""
    html: list[str] = []
    texts: list[str] = []
    for child in root.contents:
        _write(child, html, texts)
    return "\n".join(html), "\n\n".join(texts)


def _write(tag: Any, html: list[str], texts: list[str]) -> None:
    name = tag.name
    if name == "img":
        html.append(f'<img src="{escape(str(tag["src"]))}" alt="{escape(str(tag["alt"]))}">')
    elif name in _HOLDERS:
        _write_container(tag, html, texts)
    elif tag.contents:
        text = _plain(tag)
        if text:
            inner = "".join(map(_inline, tag.contents)).rstrip(" ")
            html.append(f"<{name}>{inner}</{name}>")
            if ASIDE not in tag.attrs:
                texts.append(text)


def _write_container(tag: Tag, html: list[str], texts: list[str]) -> None:
    name = tag.name
    inner_html: list[str] = []
    inner_texts: list[str] = []
    for child in tag.contents:
        _write(child, inner_html, inner_texts)
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


def _plain(tag: Tag) -> str:
    """The text of one block's tag; line breaks where it has them."""
    parts: list[str] = []
    _collect(tag, parts)
    text = "".join(parts) if len(parts) > 1 else parts[0] if parts else ""
    if tag.name == "pre":
        return text
    return "\n".join(filter(None, map(str.strip, text.split("\n")))) if "\n" in text else text.strip()


def _collect(tag: Any, parts: list[str]) -> None:
    for node in tag.contents:
        if isinstance(node, NavigableString):
            parts.append(node)
        elif node.name == "br":
            parts.append("\n")
        else:
            _collect(node, parts)


def _inline(node: Any) -> str:
    if isinstance(node, NavigableString):
        return escape(node, quote=False)
    if node.name == "br":
        return "<br>"
    inner = "".join([_inline(child) for child in node.contents])
    if node.name == "a":
        return f'<a href="{escape(str(node["href"]))}">{inner}</a>'
    return f"<{node.name}>{inner}</{node.name}>"
