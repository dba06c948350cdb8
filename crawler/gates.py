"""Pages that stand between us and what we asked for: proofs that one is human, and questions of consent.

They are told, and never got around; they are neither captured nor taken for the page.
"""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy.http import Headers

_LARGEST = 40_000
"""Bytes of such a page."""
_CHALLENGES = (
    # Cloudflare; regular pages may load its scripts too, so those do not count.
    ("Cloudflare", re.compile(rb"cf_chl_opt|challenge-platform/[^\"']*orchestrate|id=\"challenge-form\"")),
    ("Imperva", re.compile(rb"<iframe[^>]+_Incapsula_Resource|Request unsuccessful. Incapsula incident")),
    ("DataDome", re.compile(rb"geo\.captcha-delivery\.com|var dd=\{")),
    ("HUMAN", re.compile(rb"_pxCaptcha|id=\"px-captcha")),
    ("AWS WAF", re.compile(rb"gokuProps")),
    ("Akamai", re.compile(rb"sec-if-cpt-container|/_sec/cp_challenge/")),
    ("Sucuri", re.compile(rb"sucuri_cloudproxy_js|Sucuri WebSite Firewall - Access Denied")),
    ("Vercel", re.compile(rb"Vercel Security Checkpoint")),
    ("Anubis", re.compile(rb"id=\"anubis_challenge\"")),
)  # fmt: skip
_HEADERS = (
    ("Cloudflare", "cf-mitigated", "challenge"),
    ("AWS WAF", "x-amzn-waf-action", "c"),
    ("Vercel", "x-vercel-mitigated", "challenge"),
)
_STATUSES = {200, 202, 401, 403, 405, 429, 503}
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
    return next((maker for maker, pattern in _CHALLENGES if pattern.search(body[:_LARGEST])), None)


def leads_to_consent(asked: str, url: str) -> bool:
    """Tell whether a redirect leads to a page that asks for consent to cookies."""
    return asked != url and _asks_consent(url) and not _asks_consent(asked)


def _asks_consent(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_CONSENT.search(parts.netloc) or _CONSENT.search(parts.path))
