"""Addresses: which of them are spellings of one, and which parts of a query only follow the reader around."""

import re
from contextlib import suppress
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import idna

_TRACKING = re.compile(
    r"(?:utm_|mtm_|pk_|piwik_|matomo_|hsa_|ns_|oly_|at_|pf_rd_|stm_|itm_|wt_?mc|wt\.|_hs|xtor\b|trk)\w*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid"
    r"|mkt_tok|vero_id|srsltid|_ga|_gl|__twitter_impression|s_cid|ncid|cmpid|cmp|ocid|sr_share|soc_src|"
    r"soc_trk"
    r"|guccounter|guce_referrer(?:_sig)?|ref_src|ref_url|spm|smid|smtyp|taid|linkcode|ito|ftag|fb_action_ids"
    r"|fb_action_types|fb_source|fb_ref|share_id|shared|amp|outputtype|__s|_openstat|rss|wpisrc|wprss|cvid"
)
_SESSION = re.compile(
    r"(?:php|asp|oscs|zen|j)?(?:sess(?:ion)?_?id|sid)\w{0,12}=[0-9a-z._-]{16,}"
    r"|(?:phpsessid|jsessionid|aspsessionid\w*|cftoken|cfid|osCsid|zenid)=.*",
    re.IGNORECASE,
)
"""A number that a site gives a visitor who takes no cookies; ``sid=1234`` is that of a story."""
_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\(S\([0-9a-z]{16,}\)\)(?=/)", re.IGNORECASE
)
_KEYS = 1_000
"""Of so many addresses: one that is stored is asked for its key a dozen times."""
_DEFAULT_PORT = {"http": 80, "https": 443}
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))

_VARIANT_HOST = re.compile(r"^(?:m|mobile|amp|touch|sp)\.(?=[^.]+\.)")
_VARIANT_PATH = (
    (re.compile(r"(?<=.)/amp$"), ""),
    (re.compile(r"^/amp(?=/.)"), ""),
    (re.compile(r"\.amp(?=$|\.html?$)"), ""),
    (re.compile(r"^/(?:m|mobile|sp)(?=/.)"), ""),
)
_VARIANT_QUERY = re.compile(r"(?:m|mobile)=1|(?:view|device)=mobile")


def absolute_url(stated: str, base: str) -> str:
    """Give the address that something at a base states (RFC 3986 5); empty where it is none, as ``http://[``."""
    try:
        return urljoin(base, stated)
    except ValueError:
        return ""


def split_url(url: str) -> SplitResult | None:
    """Split an absolute http(s) URL; None for anything else."""
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - reading it is what validates it
    except ValueError:
        return None
    return parts if parts.scheme.lower() in _DEFAULT_PORT and parts.hostname else None


def clean_url(url: str) -> str | None:
    """Give a URL without fragment, session and tracking, host in lower case; None for no http(s) URL.

    The order and the spelling of what stays are the publisher's.
    """
    parts = split_url(url)
    if parts is None:
        return None
    return urlunsplit(
        (parts.scheme.lower(), _netloc(parts), _path(parts) or "/", "&".join(_query(parts)), "")
    )


@lru_cache(_KEYS)
def page_key(url: str) -> str:
    """Give what all spellings of one address have in common.

    Equal for http and https, with and without ``www.``, a default port, a slash at the end, tracking
    parameters, a fragment, and percent-encoding that means nothing (RFC 3986 6.2.2), in whatever order the
    parameters stand. Parameters that name content stay, so that ``?id=1`` and ``?id=2`` are two pages.

    Returns:
        Host, path and query; what is no http(s) URL as it is.
    """
    parts = split_url(url)
    if parts is None:
        return url
    host = _netloc(parts).removeprefix("www.")
    path = _normal(_path(parts)).rstrip("/")
    query = "&".join(sorted(map(_normal, _query(parts))))
    return f"{host}{path}{'?' if query else ''}{query}"


@lru_cache(_KEYS)
def plain_key(url: str) -> str:
    """Give the key of the address that the mobile and AMP addresses of a page stand for, by the usual forms.

    ``m.``, ``mobile.``, ``sp.`` and ``amp.`` before the host, ``/amp`` at either end of the path, ``?m=1``.
    Only a guess: whether it is the same article, its text must say.
    """
    key = page_key(url)
    address, _, query = key.partition("?")
    host, slash, path = address.partition("/")
    host, path = _VARIANT_HOST.sub("", host), f"{slash}{path}"
    for pattern, plain in _VARIANT_PATH:
        path = pattern.sub(plain, path)
    query = "&".join(pair for pair in query.split("&") if not _VARIANT_QUERY.fullmatch(pair))
    return f"{host}{path}{'?' if query else ''}{query}"


def ascii_host(host: str) -> str:
    """Give a host as it goes over the wire, in lower case: ``xn--strae-oqa.example`` for ``straße.example``.

    As browsers do it (UTS 46, not transitional); symbols, which that has given up, as RFC 3490 had them. What
    is no name of a host stays as it is.
    """
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    with suppress(UnicodeError):
        return idna.encode(host, uts46=True).decode()
    with suppress(UnicodeError):
        return host.encode("idna").decode()
    return host


def is_variant(url: str) -> bool:
    """Tell whether an address looks like that of a mobile or AMP page."""
    return page_key(url) != plain_key(url)


def is_tracking(parameter: str) -> bool:
    """Tell whether a query parameter follows the reader and does not name content."""
    return _TRACKING.fullmatch(parameter.lower()) is not None


def _netloc(parts: SplitResult) -> str:
    host = ascii_host(parts.hostname or "")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _DEFAULT_PORT[parts.scheme.lower()]) else f"{host}:{parts.port}"


def _query(parts: SplitResult) -> list[str]:
    pairs = (pair for pair in parts.query.split("&") if pair)
    return [pair for pair in pairs if not (is_tracking(pair.partition("=")[0]) or _SESSION.fullmatch(pair))]


def _path(parts: SplitResult) -> str:
    return _SESSION_IN_PATH.sub("", parts.path)


def _normal(part: str) -> str:
    """Normalise percent-encoding: what needs none is decoded, the rest is in upper case."""
    if part.isascii() and "%" not in part:
        return part
    return _PERCENT.sub(_decoded, quote(part, safe=_PRINTABLE))


def _decoded(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()
