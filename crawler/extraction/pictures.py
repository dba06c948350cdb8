"""The images of an article: which of a page's belong to it, their addresses, and the captions beside them."""

import re
from collections.abc import Container, Iterator, Mapping
from itertools import islice, takewhile
from typing import Any
from urllib.parse import urlsplit

from crawler.extraction.blocks import FULL_STOPS, Block, Path
from crawler.extraction.body import Body
from crawler.extraction.captions import CREDIT, WITH_CREDIT
from crawler.extraction.cards import address_of
from crawler.extraction.page import Page
from crawler.extraction.signals import GROUPS
from crawler.extraction.verdicts import CLASSIFIER, Verdict

_LAZY = ("data-src", "data-lazy-src", "data-original", "data-original-src", "data-lazy", "data-full-src")
"""Where the address stands until a script moves it to ``src``; that holds a placeholder meanwhile."""
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_OFFER = re.compile(r"(?P<address>\S++)(?:\s+(?P<size>\d+(?:\.\d+)?)[wx])?\s*,?")
"""One of several sizes of an image in ``srcset``."""
_PLACEHOLDER = re.compile(
    r"/(?:placeholder|blank|spacer|dummy|loading|lazy(?:load)?|transparent|pixel|1x1)"
    r"(?:[-_]?\d+(?:x\d+)?)?\.(?:gif|png|svg|jpe?g|webp)$",
    re.I,
)
_SCALED = re.compile(r"(?:[-_]\d+x\d+|-scaled|[-_][sml])?\.\w{3,4}$")
"""What the address of a smaller image has at its end."""
_MAX_SOURCES = 20
_NO_PICTURE = re.compile(r"(?:^|[\s_-])(?:emoji|smiley|smilies|icon|avatar|gravatar|logo)(?:$|[\s_-])", re.I)
"""In the class names of what is drawn as an image and shows nothing of the article."""
_SIZED = re.compile(r"[/_=-](\d{2,3})x(\d{2,3})(?=[/_.&-]|$)")
"""The size in the address of an image that is made to measure."""
_LOGO = re.compile(r"(?<![a-z])logo(?![a-z])", re.I)
_LEAST_SIZE, _LEAST_SIZED = 60, 100
"""Pixels; the second of an address, which is of twice the size on some screens."""
_BEFORE = 6
"""Blocks before the first text among which images of it stand."""
_BEHIND = 3
"""Blocks behind the last text before which images need no caption."""
_ABOVE = 12
"""Blocks before the headline among which the image stands that leads the article."""
_OTHER_ZONES = frozenset({"nav", "aside", "footer"})
_BOX = 3
"""Blocks of a box that holds an image with its caption, and perhaps a credit."""
_LARGE_BOX = 30
"""Blocks: one that holds more is no product, card or byline."""
_LONGEST_CAPTION, _LONGEST_UNNAMED = 400, 160
"""Characters; the second where no class name says that it is one."""
_OF_CAPTIONS, _OF_AUTHORS = (1 << GROUPS.index(name) for name in ("caption", "author"))
CAPTIONS = frozenset({CLASSIFIER, WITH_CREDIT})
"""The rules that remove captions from the plain text: beside an image they stay in the HTML."""
_OF_IMAGES = frozenset({CLASSIFIER, "credits"})
"""The families of rules that remove what belongs to an image."""
_AUTHOR, _AUTHORS = "structure.author", "authors"
"""The rule of the author's name, and the family of lines about authors."""
_TABLE = frozenset({"table", "tr", "td", "th"})

Picture = dict[str, str]
"""The attributes of an image: its absolute address and its alternative text."""


def find_pictures(
    body: Body, verdicts: Mapping[int, Verdict], page: Page, declared: str | None
) -> dict[int, Picture]:
    """Give the images of the article, by the index of their block.

    They stand in its own node and not among removed blocks, or between the headline and its text: there only
    in a figure, with a caption, or where the head declares them. Behind the text they stand in figures with
    captions, as in a gallery; above the headline there is only the one that the head declares.

    Args:
        body: where the article is.
        verdicts: on its blocks.
        page: that it is on.
        declared: the address of the image that the page's head names.
    """
    blocks = body.walk.blocks
    texts = [i for i in range(body.first, body.last) if blocks[i].chars and i not in verdicts]
    if not texts:
        return {}
    core, core_end = body.walk.nodes[body.core].first, body.walk.ends[body.core]
    start, end = min(max(core, texts[0] - _BEFORE), texts[0]), texts[-1] + _BEHIND
    found: dict[int, Picture] = {}
    led = False
    for index in range(body.first, min(core_end + 1, body.last)):
        block = blocks[index]
        if block.image is None or block.node in body.walk.paid:
            continue
        if (picture := _picture(block.image, page)) is None:
            continue
        leads = index < texts[-1] and not led and _is_declared(picture, declared)
        if not leads and (_is_of_removed_box(body, index, verdicts) or _is_portrait(body, index, verdicts)):
            continue
        framed = figure_of(block) is not None or _named_caption(body, index) is not None
        if index >= end:
            wanted = _figcaption(body, index) is not None
        elif index < start:
            wanted = leads or (framed and not body.walk.nodes[block.node].groups & _OF_AUTHORS)
        else:
            wanted = leads or framed or not _is_among_removed(body, index, verdicts)
            wanted = wanted or _caption(body, index, verdicts) is not None
        if wanted:
            found[index] = picture
            led = led or leads
    if any(_is_declared(picture, declared) for picture in found.values()):
        return found
    return {**_above_headline(body, page, declared), **found}


def _above_headline(body: Body, page: Page, declared: str | None) -> dict[int, Picture]:
    """Give the image right above the headline that the head declares, if there is one."""
    for index in range(body.first - 1, max(body.first - _ABOVE, 0) - 1, -1):
        block = body.walk.blocks[index]
        if block.image is None or body.walk.nodes[block.node].zones & _OTHER_ZONES:
            continue
        picture = _picture(block.image, page)
        if picture is not None and _is_declared(picture, declared):
            return {index: picture}
    return {}


def _is_declared(picture: Picture, declared: str | None) -> bool:
    name = _name(picture["src"])
    return declared is not None and name == _name(declared) and not _LOGO.search(name)


def pair_with_captions(body: Body, pictures: Container[int], verdicts: Mapping[int, Verdict]) -> None:
    """Make a figure of each image and the text that stands in a box with it, as if the markup had one."""
    blocks = body.walk.blocks
    for index in range(body.first, body.last):
        if index not in pictures or _figcaption(body, index) is not None:
            continue
        if (caption := _caption(body, index, verdicts) or _linked_caption(body, index, verdicts)) is None:
            continue
        image, text = blocks[index], blocks[caption]
        if figure_of(image) is None:
            image.path = (*_shared(image.path, text.path), ("figure", -index))
        text.path = (*image.path, ("figcaption", -index))


def figure_of(block: Block) -> tuple[str, int] | None:
    """Give the innermost figure that a block stands in."""
    return next((step for step in reversed(block.path) if step[0] == "figure"), None)


def _figcaption(body: Body, index: int) -> int | None:
    """Give the caption that the markup gives an image: in its figure, or beside it in their box."""
    blocks = body.walk.blocks
    figure = figure_of(blocks[index])
    for near in range(index + 1, min(index + 1 + _BOX, body.last)):
        if blocks[near].image is not None:
            return None
        if "figcaption" in dict(blocks[near].path):
            return near if figure is not None and figure in blocks[near].path else None
    return None


def _is_among_removed(body: Body, index: int, verdicts: Mapping[int, Verdict]) -> bool:
    """Tell whether the texts right before and behind an image, or a row of them, are removed."""
    blocks = body.walk.blocks
    before = next((i for i in range(index - 1, body.first - 1, -1) if blocks[i].image is None), -1)
    behind = next((i for i in range(index + 1, body.last) if blocks[i].image is None), -1)
    for pair in ((index - 1, index + 1), (before, behind)):
        near = [i for i in pair if body.first <= i < body.last and blocks[i].chars]
        if near and all(i in verdicts and verdicts[i].rule != CREDIT for i in near):
            return True
    return False


def _is_of_removed_box(body: Body, index: int, verdicts: Mapping[int, Verdict]) -> bool:
    """Tell whether all texts of the box that an image stands in are removed, and are no caption of it.

    So it is with the cover of a product, the portrait in a byline, and a card that leads elsewhere.
    """
    blocks, nodes, ends = body.walk.blocks, body.walk.nodes, body.walk.ends
    box, texts = blocks[index].node, list[int]()
    while box > body.core and not texts:
        if ends[box] - nodes[box].first > _LARGE_BOX:
            return False
        texts = [i for i in range(nodes[box].first, ends[box]) if blocks[i].chars]
        box = nodes[box].parent
    if not texts or any(i not in verdicts for i in texts):
        return False
    own = address_of(blocks[index])
    return (
        len(texts) > _BOX
        or any(verdicts[i].family not in _OF_IMAGES or blocks[i].tag[0] == "h" for i in texts)
        or (own is not None and any(address_of(blocks[i]) == own for i in texts))
    )


def _caption(body: Body, index: int, verdicts: Mapping[int, Verdict]) -> int | None:
    """Give the caption of an image: called so, in its paragraph, or alone with it where it else would go."""
    blocks = body.walk.blocks
    if (named := _named_caption(body, index)) is not None:
        return named if named not in verdicts or verdicts[named].rule in CAPTIONS else None
    for near in _beside(body, index):
        if blocks[near].chars > _LONGEST_UNNAMED or not _share_a_box(body, index, near):
            continue
        if near in verdicts and verdicts[near].rule in CAPTIONS:
            return near
        same = blocks[near].node == blocks[index].node
        if near not in verdicts and (same or _is_label_of(body, index, near)):
            return near
    return None


def _linked_caption(body: Body, index: int, verdicts: Mapping[int, Verdict]) -> int | None:
    """Give the text right behind an image that is in the same link, to the image on a page of its own."""
    blocks, near = body.walk.blocks, index + 1
    address = address_of(blocks[index])
    if near >= body.last or address is None or address_of(blocks[near]) != address:
        return None
    is_caption = near in verdicts and verdicts[near].rule in CAPTIONS and blocks[near].tag[0] != "h"
    return near if is_caption and blocks[near].chars <= _LONGEST_UNNAMED else None


def _is_portrait(body: Body, index: int, verdicts: Mapping[int, Verdict]) -> bool:
    """Tell whether an image that is no figure stands right before the name of the author."""
    behind = verdicts.get(index + 1)
    is_name = behind is not None and (behind.rule == _AUTHOR or behind.family == _AUTHORS)
    return is_name and figure_of(body.walk.blocks[index]) is None


def _named_caption(body: Body, index: int) -> int | None:
    nodes, blocks = body.walk.nodes, body.walk.blocks
    for near in _beside(body, index):
        named = nodes[blocks[near].node].signal.groups & _OF_CAPTIONS or "figcaption" in dict(
            blocks[near].path
        )
        if named and (near > index or _share_a_box(body, index, near)):
            return near
    return None


def _beside(body: Body, index: int) -> Iterator[int]:
    """Give the texts right after and before an image that may be its caption."""
    for near in (index + 1, index - 1):
        if body.first <= near < body.last:
            text = body.walk.blocks[near]
            short = 0 < text.chars <= _LONGEST_CAPTION and text.link_chars <= text.chars / 2
            free = text.tag[0] != "h" and ("figcaption" not in dict(text.path) or figure_of(text) is None)
            if short and free and not _is_in_data(body, {index, near}):
                yield near


def _is_in_data(body: Body, pair: set[int]) -> bool:
    """Tell whether an image and a text stand in a table with others, as a flag beside a country."""
    blocks = body.walk.blocks
    tables = {step for index in pair for step in blocks[index].path if step[0] == "table"}
    around = (index for index in (min(pair) - 1, max(pair) + 1) if 0 <= index < len(blocks))
    return any(step in tables for index in around for step in blocks[index].path)


def _share_a_box(body: Body, index: int, near: int) -> bool:
    """Tell whether an image and a text stand in one node, and nearly alone."""
    blocks, nodes, ends = body.walk.blocks, body.walk.nodes, body.walk.ends
    box = blocks[index].node
    while box >= 0 and not nodes[box].first <= near < ends[box]:
        box = nodes[box].parent
    return box >= 0 and ends[box] - nodes[box].first <= _BOX


def _is_label_of(body: Body, index: int, near: int) -> bool:
    """Tell whether a text that is no sentence stands right below an image, and alone with it in a box."""
    blocks, nodes = body.walk.blocks, body.walk.nodes
    box = nodes[blocks[near].node].parent
    alone = box > body.core and (nodes[box].first, body.walk.ends[box]) == (index, index + 2)
    return alone and near > index and blocks[near].text[-1] not in FULL_STOPS


def _shared(one: Path, other: Path) -> Path:
    """Give what two blocks stand in together, without the table that lays them out."""
    steps = takewhile(
        lambda pair: pair[0] == pair[1] and pair[0][0] not in _TABLE, zip(one, other, strict=False)
    )
    return tuple(step for step, _ in steps)


def _picture(image: Any, page: Page) -> Picture | None:
    """Give the attributes of an image; none where it is small, an icon, or a placeholder."""
    if _NO_PICTURE.search(image.get("class") or ""):
        return None
    for size in ("width", "height"):
        value = (image.get(size) or "").removesuffix("px")
        if value.isdigit() and int(value) < _LEAST_SIZE:
            return None
    for stated in _addresses(image):
        address = page.absolute(stated)
        if "{" in address:  # a script puts the size in
            continue
        if address.startswith(("http://", "https://")) and not _PLACEHOLDER.search(urlsplit(address).path):
            sizes = _SIZED.findall(address)
            if sizes and max(map(int, sizes[-1])) < _LEAST_SIZED:
                return None
            return {"src": address, "alt": " ".join((image.get("alt") or "").split())}
    return None


def _addresses(image: Any) -> Iterator[str]:
    """Give where an image may be found, the surest place first."""
    for name in (*_LAZY, "src"):
        yield image.get(name) or ""
    holder = next(image.iterancestors("picture"), image)
    for element in (image, *islice(holder.iter("source"), _MAX_SOURCES)):
        for name in _SETS:
            yield _largest(element.get(name) or "")
    without_scripts = holder.getnext()
    if without_scripts is not None and without_scripts.tag == "noscript":
        yield from (copy.get("src") or "" for copy in islice(without_scripts.iter("img"), 1))


def _largest(offered: str) -> str:
    """Give the address of the largest image in a ``srcset``, of equal ones the first."""
    offers = [(float(offer["size"] or 1), offer["address"].rstrip(",")) for offer in _OFFER.finditer(offered)]
    return max(offers, key=lambda offer: offer[0], default=(0.0, ""))[1]


def _name(address: str) -> str:
    """Give the name of an image's file, the same for all of its sizes."""
    return _SCALED.sub("", urlsplit(address).path.rpartition("/")[2])
