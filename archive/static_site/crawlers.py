"""What a static site tells search engines (sitemaps.org, RFC 9309)."""

from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape

_MOST = 50_000
"""Addresses of a sitemap, by its specification."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots(url: str | None) -> str:
    """Give a robots.txt: all may be read but searches. Hosts obey it only at their root."""
    path = urlsplit(url).path if url else "/"
    lines = ["User-agent: *", f"Disallow: {path}search/"]
    return "\n".join([*lines, *([f"Sitemap: {urljoin(url, 'sitemap.xml')}"] if url else []), ""])


def sitemaps(files: Sequence[str], url: str | None) -> Iterator[tuple[str, str]]:
    """Give the sitemap, or an index and several, by file name; none where it is not known where the site is.

    Args:
        files: Of the pages.
        url: Of the site.
    """
    if not url:
        return
    addresses = sorted(
        urljoin(url, file.removesuffix("index.html")) for file in files if "search/" not in file
    )
    lots = [addresses[start : start + _MOST] for start in range(0, len(addresses), _MOST)]
    if len(lots) < 2:
        yield "sitemap.xml", _write("urlset", "url", addresses)
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(lots) + 1)]
    for name, lot in zip(names, lots, strict=True):
        yield name, _write("urlset", "url", lot)
    yield "sitemap.xml", _write("sitemapindex", "sitemap", [urljoin(url, name) for name in names])


def _write(root: str, element: str, addresses: Sequence[str]) -> str:
    lines = [f"<{element}><loc>{escape(address)}</loc></{element}>" for address in addresses]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">'
    return "\n".join([head, *lines, f"</{root}>", ""])
