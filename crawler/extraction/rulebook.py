"""The rules that say what is not the article: data in ``rules/*.toml``, read once."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from crawler.extraction.openings import SIZE, needles, openings
from crawler.extraction.words import load

_NOT_RULES = frozenset({"signals.toml"})
_ATTRIBUTE = re.compile(r"\[([\w-]+)(?:\^?=([^\]]+))?\]$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of block that is not the article."""

    id: str
    reason: str
    selectors: tuple[str, ...] = ()
    """``#id``, ``.class``, ``[attribute=value]``, a tag; a ``*`` at the end stands for any rest."""
    strong: bool = False
    """Vendor markup that is removed whatever its size."""
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Language to regular expressions that match from the start of a block, in lower case."""
    max_words: int = 0
    """A longer block is never removed by a phrase."""
    speaks_to_readers: bool = False
    """A sentence that tells what somebody says (``words/narration.toml``) is never removed by a phrase."""
    needs_link: float = 0.0
    """The share of a block that must be link text for a phrase to count."""
    needs_link_of_sentence: float = 0.0
    """The same for a block with a full stop at its end: one that says more than where it leads is prose."""
    keep_above: float = 0.97
    """A block that the classifier is this sure of is kept in spite of a phrase."""
    after_author: dict[str, str] = field(default_factory=dict)
    """Language to an expression that follows the author's name in a note about the author."""
    access: str | None = None
    """What a removed block of this rule says of the page's access."""
    access_if_cut: str | None = None
    """The same for a block that says so only where the text breaks off before it."""


@cache
def rules() -> dict[str, Rule]:
    """All rules by id, in the order of the files' names."""
    found: dict[str, Rule] = {}
    folder = resources.files("crawler.extraction") / "rules"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml") and file.name not in _NOT_RULES:
            for entry in tomllib.loads(file.read_text("utf-8")).get("rule", ()):
                found[entry["id"]] = _rule(entry)
    return found


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        reason=entry["reason"],
        selectors=tuple(entry.get("selectors", ())),
        strong=entry.get("strong", False),
        phrases={language: tuple(phrases) for language, phrases in entry.get("phrases", {}).items()},
        max_words=entry.get("max_words", 0),
        speaks_to_readers=entry.get("speaks_to_readers", False),
        needs_link=entry.get("needs_link", 0.0),
        needs_link_of_sentence=entry.get("needs_link_of_sentence", 0.0),
        keep_above=entry.get("keep_above", 0.97),
        after_author=entry.get("after_author", {}),
        access=entry.get("access"),
        access_if_cut=entry.get("access_if_cut"),
    )


@cache
def _selectors() -> tuple[dict[str, str], int, dict[str, list[tuple[str, str]]]]:
    """Give the rules by whole token; and by the first so many characters, prefixes with their rules."""
    exact: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for rule in rules().values():
        for selector in rule.selectors:
            token = _token(selector)
            if token.endswith("*"):
                prefixes.setdefault(token[:-1], rule.id)
            else:
                exact.setdefault(token, rule.id)
    size = min(map(len, prefixes))
    by_start: dict[str, list[tuple[str, str]]] = {}
    for prefix in sorted(prefixes, key=len):
        by_start.setdefault(prefix[:size], []).append((prefix, prefixes[prefix]))
    return exact, size, by_start


def _token(selector: str) -> str:
    selector = selector.lower()
    if attribute := _ATTRIBUTE.match(selector):
        name, value = attribute[1], attribute[2]
        return f"@{name}={value}" if value else f"@{name}"
    return selector


def rule_of_token(token: str) -> str | None:
    """Give the id of the structural rule that names a token.

    Args:
        token: ``.class``, ``#id``, ``@attribute=value`` or a tag, in lower case.
    """
    exact, size, prefixes = _selectors()
    if token in exact:
        return exact[token]
    for prefix, rule in prefixes.get(token[:size], ()):
        if token.startswith(prefix):
            return rule
    return None


@cache
def _limits() -> list[int]:
    """For every number of words the least limit of a rule's phrases that it is within."""
    limits = {rule.max_words for rule in rules().values() if rule.phrases}
    return [min(limit for limit in limits if words <= limit) for words in range(max(limits) + 1)]


_FULL_STOPS = (".", "。", "।")


class _Phrase(NamedTuple):
    """A phrase of a language."""

    rank: int
    """Of its rule."""
    rule: Rule
    pattern: str


@cache
def _phrases(language: str, words: int) -> dict[str, list[_Phrase]]:
    """The phrases of a language that may remove so long a block, by the characters that they begin with."""
    found: dict[str, list[_Phrase]] = {}
    for opening, phrase in _openings(language):
        if words <= phrase.rule.max_words:
            found.setdefault(opening, []).append(phrase)
    return found


@cache
def _openings(language: str) -> list[tuple[str, _Phrase]]:
    """What the phrases of a language begin with, what needs no link first."""
    speaking = [rule for rule in rules().values() if language in rule.phrases]
    speaking.sort(key=lambda rule: rule.needs_link)
    found = []
    for rank, rule in enumerate(speaking):
        for pattern in rule.phrases[language]:
            phrase = _Phrase(rank, rule, pattern)
            found += [(opening, phrase) for opening in openings(pattern)]
    return found


_compiled = cache(re.compile)


def phrase_rule(text: str, words: int, link_share: float, languages: tuple[str, ...]) -> Rule | None:
    """Give the rule whose phrase a block starts with.

    Args:
        text: the block's text.
        words: its number of words; for scripts without spaces a third of its characters.
        link_share: the share of its characters that are link text.
        languages: of the text and of the page, tried before English; the phrases of all languages are tried
            where none of these has any.
    """
    if words >= len(_limits()):
        return None
    plain = text.lower().replace("’", "'").strip(" \t\n|·•-–—*[](\u200b\ufeff")
    for tried in _tried(languages):
        rule = _first_match(plain, words, tried)
        if rule is not None and link_share >= _needed_link(rule, text):
            return rule
    return None


def _needed_link(rule: Rule, text: str) -> float:
    return max(rule.needs_link, rule.needs_link_of_sentence if text.endswith(_FULL_STOPS) else 0.0)


def _first_match(plain: str, words: int, language: str) -> Rule | None:
    """Give the first rule that may remove a block so long and has a phrase that it starts with."""
    phrases = _phrases(language, _limits()[words])
    best, first = None, len(rules())
    for opening in {plain[:size] for size in range(SIZE + 1)}:
        for rank, rule, pattern in phrases.get(opening, ()):
            if rank >= first:
                break
            for needle in needles(pattern):
                if needle in plain:
                    if _compiled(pattern).match(plain):
                        best, first = rule, rank
                    break
    if best is not None and best.speaks_to_readers and _narrates(plain, language):
        return None
    return best


def _narrates(plain: str, language: str) -> bool:
    """Tell whether a text in lower case tells what somebody says or does."""
    pattern = _narration().get(language)
    return pattern is not None and pattern.search(plain) is not None


@cache
def _narration() -> dict[str, re.Pattern[str]]:
    words = load("narration")["narration"]
    return {language: re.compile("|".join(patterns)) for language, patterns in words.items()}


@cache
def _tried(languages: tuple[str, ...]) -> tuple[str, ...]:
    known = [language for language in languages if language in _languages()]
    return tuple(dict.fromkeys([*known, "en"])) if known else tuple(sorted(_languages()))


@cache
def _languages() -> frozenset[str]:
    return frozenset(language for rule in rules().values() for language in rule.phrases)
