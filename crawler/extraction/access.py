"""What everyone may read: what the publisher declares, what prompts say, where the text breaks off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from archive.models import Access, RemovedBlock
from crawler.extraction.page import Page
from crawler.extraction.rulebook import rules

_FALSE = frozenset({"false", "no", "0", "http://schema.org/false", "https://schema.org/false"})
_TRUE = frozenset({"true", "yes", "1", "http://schema.org/true", "https://schema.org/true"})
_TIERS = {
    "free": Access.FREE,
    "metered": Access.METERED,
    "registration": Access.REGISTRATION,
    "locked": Access.PAYWALLED,
}
_METER = ("free article", "free stories", "articles left", "articles remaining", "limit")


@dataclass(slots=True)
class Declaration:
    """What a page's head declares of its access."""

    free: bool | None = None
    tier: Access | None = None
    paid: list[Any] = field(default_factory=list)
    """The elements that are declared as not free."""
    evidence: list[str] = field(default_factory=list)


def read_declaration(page: Page) -> Declaration:
    """Read schema.org ``isAccessibleForFree`` (JSON-LD and microdata) and ``article:content_tier``."""
    found = Declaration()
    for node in page.json_ld:
        free = _boolean(node.get("isAccessibleForFree"))
        if free is None:
            continue
        selectors = list(_strings(node.get("cssSelector")))
        if selectors:
            if not free:
                found.evidence.append(f"json-ld: isAccessibleForFree is false for {', '.join(selectors)}")
                found.paid.extend(element for selector in selectors for element in _select(page, selector))
                found.free = found.free if found.free is not None else False
        elif found.free is None or not free:
            found.evidence.append(f"json-ld: isAccessibleForFree is {str(free).lower()}")
            found.free = free
    for value in page.meta.get("isaccessibleforfree", ()):
        free = _boolean(value)
        if free is not None and found.free is None:
            found.evidence.append(f"microdata: isAccessibleForFree is {str(free).lower()}")
            found.free = free
    for value in page.meta.get("article:content_tier", ()):
        tier = _TIERS.get(value.strip().lower())
        if tier is not None:
            found.evidence.append(f"meta: article:content_tier is {value.strip()}")
            found.tier = found.tier or tier
    return found


def _boolean(value: Any) -> bool | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value", value.get("@id"))
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if value is not None else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _strings(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield item.strip()


def _select(page: Page, selector: str) -> list[Any]:
    try:
        return [
            element
            for element in CSSSelector(selector, translator="html")(page.root)
            if element.tag not in {"html", "body"}
        ]
    except (SelectorError, ValueError):
        return []


def decide(
    declared: Declaration, removed: Sequence[RemovedBlock], blocks: int, ends_openly: bool
) -> tuple[Access, bool, tuple[str, ...]]:
    """Decide the access, whether the text is complete, and give the evidence for both.

    Args:
        declared: what the head says.
        removed: the account of removed blocks.
        blocks: the number of blocks that were kept.
        ends_openly: the last paragraph stops in the middle of a sentence.
    """
    evidence = list(declared.evidence)
    paid_text = any(block.rule == "access.paid-part" for block in removed)
    prompts = [block for block in removed if (rule := rules().get(block.rule)) is not None and rule.access]
    at_end = [block for block in prompts if block.position >= blocks - 1]
    evidence.extend(f"prompt ({block.rule}): {block.text[:120]}" for block in prompts[:3])
    if ends_openly and (at_end or declared.free is False or paid_text):
        evidence.append("the text stops in the middle of a sentence")
    if paid_text:
        evidence.append("a declared paid part was left out")
    access = _access(declared, prompts, at_end, ends_openly)
    closed = access in {Access.PAYWALLED, Access.REGISTRATION, Access.METERED}
    complete = not (paid_text or (closed and (ends_openly or (bool(at_end) and declared.free is not True))))
    return access, complete, tuple(evidence)


def _access(
    declared: Declaration, prompts: list[RemovedBlock], at_end: list[RemovedBlock], ends_openly: bool
) -> Access:
    metered = any(word in block.text.lower() for block in prompts for word in _METER)
    asked = {rules()[block.rule].access for block in at_end}
    if declared.tier is not None and declared.tier is not Access.FREE:
        return declared.tier
    if declared.free is False and {rules()[block.rule].access for block in prompts} == {"registration"}:
        return Access.REGISTRATION
    if declared.free is False:
        return Access.METERED if metered else Access.PAYWALLED
    if declared.free is True or declared.tier is Access.FREE:
        return Access.PAYWALLED if at_end and ends_openly else Access.FREE
    if metered:
        return Access.METERED
    if "paywalled" in asked:
        return Access.PAYWALLED
    if "registration" in asked:
        return Access.REGISTRATION
    return Access.UNKNOWN
