"""The sites and articles of the demo web, as they are written in ``sites/``."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import AwareDatetime, BaseModel, ConfigDict

SITES = Path(__file__).parent / "sites"


class _Written(BaseModel):
    """What people write: a key that we do not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Block(_Written):
    """A paragraph, heading, quotation, list or picture of an article."""

    tag: str
    """HTML element: p, h2, h3, blockquote, ul, ol; img for a picture, marked up as each site does."""
    html: str = ""
    src: str = ""
    alt: str = ""
    credit: str = ""

    @property
    def inner(self) -> str:
        """The HTML inside the element."""
        return self.html[self.html.index(">") + 1 : self.html.rindex("<")]


class Article(_Written):
    """One article in one state."""

    path: str
    title: str
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    about: dict[str, str] = {}
    """Of authors: a biography, which the site prints below the article."""
    published: AwareDatetime
    modified: AwareDatetime | None = None
    section: str
    tags: tuple[str, ...] = ()
    access: Literal["free", "registration", "metered", "paywalled", "unknown"] = "unknown"
    """What the page declares; unknown where it declares nothing."""
    charset: str = "utf-8"
    moved_from: str = ""
    """An older path, which answers with a redirect; the feed still names it."""
    gone: bool = False
    """The page answers 410, while the sitemap still lists it."""
    blocks: tuple[Block, ...] = ()
    paid_blocks: tuple[Block, ...] = ()
    """What the page carries for subscribers only, hidden in its HTML."""

    @property
    def changed(self) -> datetime:
        """When the page last became another."""
        return self.modified or self.published


class Feed(_Written):
    """A feed and where it is."""

    path: str
    kind: Literal["rss", "rdf", "atom"]
    link_query: str = ""
    """Tracking parameters that the feed adds to its links."""


class Sitemap(_Written):
    """A sitemap and where it is."""

    path: str
    kind: Literal["plain", "news", "index"]
    """An index names one gzipped sitemap a year."""


class Site(_Written):
    """A news site: what ``site.toml`` says."""

    folder: str
    name: str
    tagline: str
    language: str
    feeds: tuple[Feed, ...] = ()
    sitemaps: tuple[Sitemap, ...] = ()
    disallow: tuple[str, ...] = ()
    """Paths that robots.txt excludes."""
    etag: bool = True
    last_modified: bool = True


def read_sites() -> list[Site]:
    """Read every ``sites/*/site.toml``, by name of the folder."""
    return [
        Site(folder=path.parent.name, **tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(SITES.glob("*/site.toml"))
    ]


def read_articles(site: Site, edited_at: datetime | None = None) -> list[Article]:
    """Read a site's articles, newest first.

    Args:
        site: whose articles.
        edited_at: None gives the first state of the web. Otherwise what is written in ``second/`` takes the
            place of the article of the same file name, or is new, and has changed at this time.
    """
    folder = SITES / site.folder
    articles = {path.name: _read(path) for path in sorted(folder.glob("articles/*.md"))}
    if edited_at:
        for path in sorted(folder.glob("second/*.md")):
            if before := articles.get(path.name):
                modified = edited_at.astimezone(before.published.tzinfo)
                articles[path.name] = _read(path, published=before.published, modified=modified)
            else:
                articles[path.name] = _read(path, published=edited_at)
    return sorted(articles.values(), key=lambda article: article.published, reverse=True)


def _read(path: Path, **times: datetime) -> Article:
    """Read one file: TOML between two lines of ``+++``, then Markdown; below ``---`` for subscribers."""
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    public, _, paid = body.partition("\n---\n")
    fields: dict[str, Any] = tomllib.loads(head) | times
    try:
        return Article(**fields, blocks=tuple(_blocks(public)), paid_blocks=tuple(_blocks(paid)))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _blocks(text: str) -> Iterator[Block]:
    """Cut Markdown into its top-level blocks."""
    markdown = MarkdownIt()
    block: list[Token] = []
    for token in markdown.parse(text):
        block.append(token)
        if token.level or token.nesting == 1:
            continue
        yield _picture(block) or Block(
            tag=block[0].tag, html=markdown.renderer.render(block, markdown.options, {}).strip()
        )
        block = []


def _picture(block: list[Token]) -> Block | None:
    """A paragraph that is nothing but ``![alt](src "credit")``."""
    inline = block[1].children if len(block) == 3 else None
    if not inline or len(inline) != 1 or inline[0].type != "image":
        return None
    image = inline[0]
    return Block(
        tag="img", src=str(image.attrs["src"]), alt=image.content, credit=str(image.attrs.get("title", ""))
    )
