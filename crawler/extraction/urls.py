"""Addresses: what is the same site, and which parts of a query only follow the reader around."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

from tldextract import TLDExtract

_TRACKING = re.compile(
    r"(?:utm_|mtm_|pk_|piwik_|matomo_|hsa_|ns_|oly_|at_|pf_rd_|stm_|itm_|wt_?mc|wt\.|_hs|xtor\b|trk)\w*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid"
    r"|mkt_tok|vero_id|srsltid|_ga|_gl|__twitter_impression|s_cid|ncid|cmpid|cmp|ocid|sr_share|soc_src|"
    r"soc_trk"
    r"|guccounter|guce_referrer(?:_sig)?|ref_src|ref_url|spm|smid|smtyp|taid|linkcode|ito|ftag|fb_action_ids"
    r"|fb_action_types|fb_source|fb_ref|share_id|shared|amp|outputtype|__s|_openstat|rss|wpisrc|wprss|cvid"
)
_DEFAULT_PORT = {"http": 80, "https": 443}
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


def split_url(url: str) -> SplitResult | None:
    """Split an absolute http(s) URL; None for anything else."""
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - reading it is what validates it
    except ValueError:
        return None
    return parts if parts.scheme.lower() in _DEFAULT_PORT and parts.hostname else None


def clean_url(url: str) -> str | None:
    """Give a URL without fragment and tracking parameters, host in lower case; None for no http(s) URL.

    The order and the spelling of what stays are the publisher's.
    """
    parts = split_url(url)
    if parts is None:
        return None
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    scheme = parts.scheme.lower()
    netloc = host if parts.port in (None, _DEFAULT_PORT[scheme]) else f"{host}:{parts.port}"
    kept = [pair for pair in parts.query.split("&") if pair and not is_tracking(pair.partition("=")[0])]
    return urlunsplit((scheme, netloc, parts.path or "/", "&".join(kept), ""))


def is_tracking(parameter: str) -> bool:
    """Tell whether a query parameter follows the reader and does not name content."""
    return _TRACKING.fullmatch(parameter.lower()) is not None


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
