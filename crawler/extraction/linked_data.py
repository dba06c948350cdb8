"""What JSON-LD says of the article: which node it is, and what its properties hold."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

Node = dict[str, Any]

_ARTICLE = re.compile(
    r"(?:Article|Posting|BlogPost|Report|Review|NewsItem|Recipe|VideoObject|PodcastEpisode)(?!\w)"
)
_PAGE = re.compile(r"(?:WebPage|ItemPage|CreativeWork|AboutPage|FAQPage|QAPage)(?!\w)")
_SITE = re.compile(r"WebSite(?!\w)")
_TAG = re.compile(r"<[^>]{1,200}>")
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""For ``str.translate``: takes out what only tells a browser where a line may break."""
_MAX_VALUES = 200
_MAX_NODES = 3
_MIN_PROPERTIES = 2


@dataclass(slots=True)
class LinkedData:
    """The JSON-LD nodes of a page, the article's own first."""

    articles: list[Node] = field(default_factory=list)
    """Nodes that describe the article of this page, the best first."""
    pages: list[Node] = field(default_factory=list)
    """Nodes that describe the web page around it."""
    sites: list[Node] = field(default_factory=list)
    """Nodes that describe the web site."""
    by_id: dict[str, Node] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: list[Node], url: str) -> "LinkedData":
        """Sort the nodes of a page that was served from ``url``."""
        data = cls()
        for node in nodes:
            identifier = node.get("@id")
            if isinstance(identifier, str) and len(node) > len(data.by_id.get(identifier, ())):
                data.by_id[identifier] = node
            kind = _kind(node)
            if kind == "article" and len(node) > _MIN_PROPERTIES:
                data.articles.append(node)
            elif kind == "page" and len(node) > _MIN_PROPERTIES:
                data.pages.append(node)
            elif kind == "site":
                data.sites.append(node)
        data.articles.sort(key=lambda node: -_weight(node, url))
        own = {_path(url)}.union(*map(_paths, data.articles[:1]))
        of_this_page = (node for node in data.articles if not (paths := _paths(node)) or paths & own)
        data.articles = list(islice(of_this_page, _MAX_NODES))
        data.pages = data.pages[:_MAX_NODES]
        return data

    def values(self, nodes: list[Node], *names: str) -> Iterator[Any]:
        """Give every value of the named properties: lists opened, references followed."""
        for node in nodes:
            for name in names:
                yield from self._open(node.get(name))

    def texts(self, nodes: list[Node], *names: str) -> Iterator[str]:
        """Give the values that are text (or have a name), without markup and entities."""
        for value in self.values(nodes, *names):
            text = text_of(value)
            if text:
                yield text

    def _open(self, value: Any) -> Iterator[Any]:
        waiting = [value]
        for _ in range(_MAX_VALUES):
            if not waiting:
                return
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting[:0] = item
            elif isinstance(item, dict):
                if "@list" in item:
                    waiting.insert(0, item["@list"])
                else:
                    yield self._resolve(item)
            elif item is not None:
                yield item

    def _resolve(self, node: Node) -> Node:
        identifier = node.get("@id")
        if isinstance(identifier, str) and not text_of(node):
            return self.by_id.get(identifier, node)
        return node


def text_of(value: Any) -> str:
    """Give a JSON-LD value as plain text: strings as they are, nodes by their ``name`` or ``@value``."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "@value", "alternateName") if value.get(key)), None)
        if isinstance(value, list):
            value = value[0]
    if not isinstance(value, str):
        return ""
    return plain(value)


def types_of(node: Any) -> set[str]:
    """Give the schema.org types of a node without their namespace."""
    if not isinstance(node, dict):
        return set()
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return {name.rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str)}


def plain(text: str) -> str:
    """Give text without entities, markup and runs of white space."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join((text if text.isascii() else text.translate(INVISIBLE)).split())


def _kind(node: Node) -> str:
    stated = node.get("@type")
    if isinstance(stated, list):
        stated = " ".join(name for name in stated if isinstance(name, str))
    return _kind_of_type(stated) if isinstance(stated, str) else ""


@lru_cache(maxsize=500)
def _kind_of_type(stated: str) -> str:
    if _ARTICLE.search(stated):
        return "article"
    return "page" if _PAGE.search(stated) else "site" if _SITE.search(stated) else ""


def _weight(node: Node, url: str) -> float:
    types = types_of(node)
    weight = 3.0 if any(t.endswith(("Article", "Posting")) for t in types) else 1.0
    weight += sum(1 for name in ("headline", "datePublished", "author") if node.get(name))
    if paths := _paths(node):
        weight += 2.0 if _path(url) in paths else -0.5
    return weight


def _paths(node: Node) -> set[str]:
    """Give the paths of the addresses that a node is about; teasers are about other pages."""
    addresses = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
    return {_path(a.get("@id") or a.get("url") if isinstance(a, dict) else a) for a in addresses} - {""}


def _path(address: Any) -> str:
    if not isinstance(address, str) or not address.startswith(("http", "/")):
        return ""
    try:
        return urlsplit(address).path.strip("/")
    except ValueError:
        return ""
