"""Stored HTML made fit to be shown: hostile input, even though it was cleaned when it was stored."""

from urllib.parse import urljoin, urlsplit

import nh3
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr", "br"}
_TAGS |= {"a", "em", "strong", "b", "i", "s", "u", "sub", "sup", "small", "abbr", "cite", "q", "code", "time"}
_TAGS |= {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption"}
_TAGS |= {"ruby", "rt", "rp", "rb"}
_ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "*": {"lang", "dir"},
}
_SCHEMES = {"http", "https"}


def sanitise(html: str, base: str) -> Markup:
    """Give stored HTML as what our pages may show: allowed tags only, links only to http and https.

    Images become links to themselves, named by their alternative text: a page of the archive asks nobody
    else for anything. nh3 has the last word; it reads HTML as a browser does, so what it lets through is what
    a browser sees.

    Args:
        html: The stored fragment.
        base: The article's URL, for relative addresses.
    """
    soup = BeautifulSoup(html, "lxml")
    for image in soup.find_all("img"):
        _replace_image(soup, image)
    for link in soup.find_all("a", href=True):
        try:
            link["href"] = urljoin(base, str(link["href"]))
        except ValueError:  # no URL: http://[
            del link["href"]
    fragment = soup.body.decode_contents() if soup.body else ""
    clean = nh3.clean(
        fragment,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - sanitised on the line above


def web_address(url: str | None) -> str | None:
    """Give a URL back if it is http or https with a host, else None: the only ones that we make a link of."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in _SCHEMES and parts.netloc else None


def _replace_image(soup: BeautifulSoup, image: Tag) -> None:
    """Put a link in the place of an image; inside of a link, its text alone."""
    words = " ".join(str(image.get("alt") or "").split())
    label = f"Image: {words}" if words else "Image"
    if image.find_parent("a"):
        image.replace_with(f"[{label}]")
        return
    link = soup.new_tag("a", href=str(image.get("src") or ""))
    link.string = label
    image.replace_with(link)
