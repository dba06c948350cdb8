"""Addresses on a page: what is the same site, and which one a page calls its own."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from tldextract import TLDExtract

from archive.models import Witness
from archive.urls import ascii_host, clean_url, split_url

__all__ = ["clean_url", "read_canonical_url", "registrable_domain", "same_site", "split_url"]

_MAX_WITNESS = 300
_snapshot = TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Give the domain that a registrar sells (``example.co.uk`` of ``www.example.co.uk``), or an IP address.

    Uses the public suffix list that tldextract ships; never the network. A suffix that is not on the list is
    one label long (the list's own default rule).
    """
    host = ascii_host(host)
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


def read_canonical_url(page_url: str, declared: Sequence[tuple[str, str]]) -> tuple[str, list[Witness]]:
    """Choose the address of an article.

    Args:
        page_url: where the page was served from.
        declared: absolute addresses that the page calls its own, each behind the source that says so, the
            most trusted first.

    Returns:
        the first declared one of the same site that is not just its front page (a common mistake of
        templates), else the page's own address; cleaned. And what each source says, with the reason why it
        was not believed.
    """
    own = clean_url(page_url) or page_url
    chosen: str | None = None
    witnesses: list[Witness] = []
    for source, address in dict.fromkeys(declared):
        cleaned = clean_url(address)
        if not cleaned:
            note = "no web address"
        elif not same_site(cleaned, page_url):
            note = "of another site"
        elif not _path(cleaned) and _path(own):
            note = "the front page of the site"
        else:
            chosen = chosen or cleaned
            note = (
                "without what only tracks readers"
                if urlsplit(address).query != urlsplit(cleaned).query
                else ""
            )
        witnesses.append(Witness("canonical_url", source, address[:_MAX_WITNESS], cleaned == chosen, note))
    return chosen or own, witnesses


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path.strip("/") or parts.query
