"""What an element's tag, class names, id and attributes tell: groups of words, and rules that name them."""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from crawler.extraction.rulebook import phrase_rule, rule_of_token

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_KEYS = frozenset(
    {
        "class",
        "id",
        "itemprop",
        "role",
        "style",
        "hidden",
        "aria-hidden",
        "aria-label",
        "data-component",
        "data-testid",
        "data-component-name",
        "data-spotim-module",
        "data-openweb-module",
        "data-zephr-component",
    }
)
_MARKS = {
    "class": ".",
    "id": "#",
    "itemprop": "@itemprop=",
    "data-component": "@data-component=",
    "data-testid": "@data-testid=",
}
_REGIONS = frozenset({"aside", "section", "div", "ul"})
"""What may have a label (``aria-label``) for those who cannot see it."""
_MAX_TOKEN = 200
_CACHE_SIZE = 50_000
_HIDDEN_RULE = "hidden.markup"
_HIDDEN = frozenset({".hidden", ".d-none"})
_SHOWN_AGAIN = re.compile(
    r"\.(?:d-)?(?:xs|sm|md|lg|xl|xxl|2xl)[:-](?:block|flex|inline.*|grid|table.*|contents)$"
)
"""Hidden on small screens only, as Bootstrap and Tailwind say it."""


class Signal(NamedTuple):
    """What the tag and the attributes of one element tell."""

    groups: int
    """A bit for each group of words, see ``GROUPS``."""
    tokens: frozenset[str]
    """``.class``, ``#id``, ``@attribute=value``, in lower case."""
    rule: str | None
    """The structural rule that names one of the tokens, else the tag, else what a region is labelled."""


def _load_groups() -> dict[str, frozenset[str]]:
    text = resources.files("crawler.extraction.rules").joinpath("signals.toml").read_text("utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}


_WORDS_OF = _load_groups()
GROUPS: tuple[str, ...] = tuple(_WORDS_OF)
"""The groups of words, in the order of their bits."""
_BIT_OF = {word: 0 for words in _WORDS_OF.values() for word in words}
for _bit, _words in enumerate(_WORDS_OF.values()):
    for _word in _words:
        _BIT_OF[_word] |= 1 << _bit
_known: dict[tuple[str, tuple[tuple[str, str], ...]], Signal] = {}


def signal_of(element: Any, tag: str) -> Signal:
    """Read the tag and the attributes of an element."""
    attributes = element.items()
    key = tag, tuple([pair for pair in attributes if pair[0] in _KEYS]) if attributes else ()
    signal = _known.get(key)
    if signal is None:
        if len(_known) >= _CACHE_SIZE:
            _known.clear()
        signal = _known[key] = _read(*key)
    return signal


def _read(tag: str, attributes: tuple[tuple[str, str], ...]) -> Signal:
    groups, label = _groups(tag) if "-" in tag else 0, ""
    found: dict[str, str | None] = {}
    """Each token, and the rule that names it."""
    for key, value in attributes:
        if key == "style":
            compact = value.replace(" ", "").lower()
            if "display:none" in compact or "visibility:hidden" in compact:
                found["@style=hidden"] = rule_of_token("@style=hidden")
        elif key == "aria-label":
            label = value.strip()[:80]
        elif key == "hidden":
            if value.lower() != "until-found":
                found["@hidden"] = rule_of_token("@hidden")
        elif key in _MARKS:
            for word in value.split()[:40]:
                token, bits, rule = _token(key, word[:_MAX_TOKEN])
                found[token] = rule
                groups |= bits
        else:
            token = f"@{key}={value.strip().lower()[:_MAX_TOKEN]}"
            found[token] = rule_of_token(token)
    if not _HIDDEN.isdisjoint(found) and any(_SHOWN_AGAIN.match(token) for token in found):
        found = {token: rule for token, rule in found.items() if token not in _HIDDEN}
    ruled = [token for token, rule in found.items() if rule is not None]
    # What nobody sees is hidden first: a prompt that waits for a script says nothing of the page's access.
    hidden = _HIDDEN_RULE if _HIDDEN_RULE in found.values() else None
    named = hidden or (found[min(ruled)] if ruled else rule_of_token(tag))
    if named is None and label and tag in _REGIONS:
        named = rule_of_label(label)
    return Signal(groups, frozenset(found), named)


@lru_cache(maxsize=4096)
def rule_of_label(label: str) -> str | None:
    """Give the rule that a region's label fits, in any language: a page says it in few different words."""
    rule = phrase_rule(label, 1 + label.count(" "), 1.0, ())
    return rule.id if rule is not None else None


@lru_cache(maxsize=20_000)
def _token(key: str, word: str) -> tuple[str, int, str | None]:
    """Give the token of one word of an attribute, the groups of its parts, and the rule that names it."""
    token = _MARKS[key] + word.lower()
    return token, _groups(word), rule_of_token(token)


def _groups(name: str) -> int:
    """Give the groups of the words in a class name, or in the name of a custom element."""
    bits = 0
    for part in _WORD.findall(name[:80]):
        bits |= _BIT_OF.get(part.lower(), 0)
    return bits
