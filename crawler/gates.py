"""Pages that stand between us and what we asked for: proofs that one is human, and questions of consent.

They are told, and never got around; they are neither captured nor taken for the page.
"""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy.http import Headers

_LARGEST = 40_000
"""Bytes of such a page."""
_CHALLENGES = {
    # What only their challenges have: regular pages of their customers load scripts of theirs as well.
    "Cloudflare": (b"cf_chl_opt", b'id="challenge-form"'),
    "Imperva": (
        b"_Incapsula_Resource?CWUDNSAI",
        b"Incapsula incident ID",
        b"<title>Pardon Our Interruption",
    ),
    "DataDome": (b"geo.captcha-delivery.com", b"//ct.captcha-delivery.com/"),
    "HUMAN": (b'id="px-captcha"', b'content="px-captcha"', b"_pxCaptcha", b"_pxBlockScript"),
    "AWS WAF": (b"gokuProps",),
    "Akamai": (b"sec-if-cpt-container", b"/_sec/cp_challenge/", b"/_sec/verify?provider=", b"bm-verify="),
    "Sucuri": (b"sucuri_cloudproxy_js", b"Sucuri WebSite Firewall - Access Denied"),
    "Vercel": (b"<title>Vercel Security Checkpoint", b"/.well-known/vercel/security/static/challenge"),
    "Anubis": (b'id="anubis_challenge"', b"/.within.website/x/cmd/anubis/static/js/main"),
}
_SCRIPTS = {"Imperva": b"/_Incapsula_Resource?SWJIYLWA="}
"""What regular pages load as well; a challenge is a page with nothing else."""
_BARE = 600
"""Bytes of a page that is only a script."""
_HEADERS = (
    ("Cloudflare", "cf-mitigated", "challenge"),
    ("AWS WAF", "x-amzn-waf-action", "c"),
    ("Vercel", "x-vercel-mitigated", "challenge"),
)
_STATUSES = {200, 202, 307, 401, 403, 405, 428, 429, 503}
_CONSENT = re.compile(
    r"(?:^|[./_-])(?:consent|cookie-?(?:wall|consent)|myprivacy|privacy-?(?:gate|wall)|guce|cmp|gdpr)(?=[./_?-]|$)",
    re.IGNORECASE,
)


class GateError(Exception):
    """Something stands in the way of a page; the message says what."""


def challenger(status: int, headers: Headers, body: bytes) -> str | None:
    """Give the maker of a page that wants a proof that one is human; None for any other page.

    Args:
        status: Of the answer.
        headers: Of the answer.
        body: Its beginning, decompressed. Pages of size are no challenges.
    """
    if status not in _STATUSES:
        return None
    stated = {name: (headers.get(name) or b"").decode("latin-1").lower() for _, name, _ in _HEADERS}
    if found := next((maker for maker, name, value in _HEADERS if stated[name].startswith(value)), None):
        return found
    if status == HTTPStatus.OK and len(body) > _LARGEST:
        return None
    beginning = body[:_LARGEST]
    signs = [(maker, sign) for maker, all_of_them in _CHALLENGES.items() for sign in all_of_them]
    if len(body) <= _BARE:
        signs += _SCRIPTS.items()
    return next((maker for maker, sign in signs if sign in beginning), None)


def leads_to_consent(asked: str, url: str) -> bool:
    """Tell whether a redirect leads to a page that asks for consent to cookies."""
    return asked != url and _asks_consent(url) and not _asks_consent(asked)


def _asks_consent(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_CONSENT.search(parts.netloc) or _CONSENT.search(parts.path))
