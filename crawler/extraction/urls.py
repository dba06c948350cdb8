"""Addresses on a page: what is the same site, and which one a page calls its own."""

from functools import lru_cache
from urllib.parse import urlsplit

from tldextract import TLDExtract

from archive.urls import clean_url, split_url

__all__ = ["clean_url", "read_canonical_url", "registrable_domain", "same_site", "split_url"]

_snapshot = TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Give the domain that a registrar sells (``example.co.uk`` of ``www.example.co.uk``), or an IP address.

    Uses the public suffix list that tldextract ships; never the network. A suffix that is not on the list is
    one label long (the list's own default rule).
    """
    host = host.lower().rstrip(".")
    parts = _snapshot(host, include_psl_private_domains=True)
    if parts.ipv4 or ":" in host:
        return host
    return parts.top_domain_under_public_suffix or ".".join(host.split(".")[-2:])


def same_site(one: str, other: str) -> bool:
    """Tell whether two URLs belong to the same registrable domain."""
    first, second = split_url(one), split_url(other)
    if first is None or second is None:
        return False
    return registrable_domain(first.hostname or "") == registrable_domain(second.hostname or "")


def read_canonical_url(page_url: str, declared: list[str]) -> str:
    """Choose the address of an article.

    Args:
        page_url: where the page was served from.
        declared: absolute addresses that the page calls its own, the most trusted first.

    Returns:
        the first declared one of the same site that is not just its front page (a common mistake of
        templates), else the page's own address; cleaned.
    """
    own = clean_url(page_url) or page_url
    own_is_front = not _path(own)
    for address in declared:
        cleaned = clean_url(address)
        if cleaned and same_site(cleaned, page_url) and (_path(cleaned) or own_is_front):
            return cleaned
    return own


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path.strip("/") or parts.query
