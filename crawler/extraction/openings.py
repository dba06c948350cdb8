"""How a match of a regular expression may begin, and what it holds.

Most expressions need not be tried on a text, nor compiled.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product

SIZE = 3
"""Characters of an opening, at most."""

_TOKEN = re.compile(
    r"(\(\?(?:[:=!]|<[=!]|P<\w+>)|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)((?:[*+?]|\{\d*,?\d*\})?)[?+]?", re.S
)
"""An atom, or what opens or closes a group, and how often it may stand."""
_LOOKS = frozenset({"(?=", "(?!", "(?<=", "(?<!"})
_NOT_IN_TEXT = frozenset({"(?!", "(?<=", "(?<!"})
"""What may not follow, and what stands before a match."""
_EDGES = frozenset({"\\b", "\\B"})
_COMMON = re.compile(r"[a-z ]?[a-z ]")
"""What every text holds."""
_OPEN = frozenset(".^$|()")

Opening = tuple[str, bool]
"""Some characters, and whether anything may follow them."""
_ANYTHING: frozenset[Opening] = frozenset({("", True)})
_NOTHING: frozenset[Opening] = frozenset({("", False)})


def openings(pattern: str) -> frozenset[str]:
    """Give the characters that a match begins with, one of these or more; ``""`` where that may be any.

    Args:
        pattern: a regular expression that is compiled without flags.
    """
    found, _ = _alternatives(iter(_TOKEN.findall(pattern)))
    return frozenset(text for text, _ in found)


def _alternatives(tokens: Iterator[tuple[str, str]]) -> tuple[frozenset[Opening], str]:
    """Read up to the end of a group, and give how often that may stand as well."""
    found: set[Opening] = set()
    branch = _NOTHING
    for atom, often in tokens:
        if atom == ")":
            return frozenset(found | branch), often
        if atom == "|":
            found |= branch
            branch = _NOTHING
        elif atom[0] == "(":
            inner, often_inner = _alternatives(tokens)
            branch = _joined(branch, _NOTHING if atom in _LOOKS else _repeated(inner, often_inner))
        else:
            branch = _joined(branch, _repeated(_of_atom(atom), often))
    return frozenset(found | branch), ""


@cache
def _of_atom(atom: str) -> frozenset[Opening]:
    if atom in _EDGES:
        return _NOTHING
    if atom[0] == "[" and not {"^", "-", "\\"} & {*atom}:
        return frozenset((character, False) for character in atom[1:-1])
    if atom[0] == "\\" and not atom[1].isalnum():
        return frozenset({(atom[1], False)})
    return _ANYTHING if len(atom) > 1 or atom in _OPEN else frozenset({(atom, False)})


def _repeated(found: frozenset[Opening], often: str) -> frozenset[Opening]:
    if not often:
        return found
    if often == "?":
        return found | _NOTHING
    return _ANYTHING if often[:2] in {"*", "{0", "{,"} else frozenset((text, True) for text, _ in found)


@lru_cache(maxsize=1000)
def _joined(before: frozenset[Opening], behind: frozenset[Opening]) -> frozenset[Opening]:
    done = {one for one in before if one[1] or len(one[0]) == SIZE}
    if len(done) == len(before):
        return before
    pairs = product(before - done, behind)
    return frozenset(done | {((one + other)[:SIZE], is_open) for (one, _), (other, is_open) in pairs})


@cache
def needles(pattern: str) -> frozenset[str]:
    """Give some strings of which a text that matches holds one at least; ``""`` where that may be any.

    Args:
        pattern: a regular expression that is compiled without flags.
    """
    return _needles(iter(_TOKEN.findall(pattern)))[0] or frozenset({""})


def _needles(tokens: Iterator[tuple[str, str]]) -> tuple[frozenset[str], str]:
    """Read up to the end of a group, and give how often that may stand as well."""
    branches: list[frozenset[str]] = []
    needed: list[frozenset[str]] = []
    run = ""
    for atom, often in tokens:
        texts = _texts(atom)
        if len(texts) == 1 and not often:
            run += "".join(texts)
            continue
        if atom in _EDGES:
            continue
        needed.append(frozenset({run}))
        run = ""
        if atom in {")", "|"}:
            branches.append(max(needed, key=_worth))
            needed = []
            if atom == ")":
                return _of_one(branches), often
        elif atom[0] == "(":
            texts, often = _needles(tokens)
            texts = frozenset() if atom in _NOT_IN_TEXT else texts
        if texts and not _is_optional(often):
            needed.append(texts)
    branches.append(max([*needed, frozenset({run})], key=_worth))
    return _of_one(branches), ""


@cache
def _texts(atom: str) -> frozenset[str]:
    """What an atom stands for, nothing where that may be any."""
    return frozenset(text for text, is_open in _of_atom(atom) if text and not is_open)


def _worth(needles: frozenset[str]) -> tuple[bool, int, int]:
    """How much it tells that a text holds none of these: most texts hold a letter or a space, few a sign."""
    shortest = min(map(len, needles), default=0)
    telling = shortest > 0 and not any(map(_COMMON.fullmatch, needles))
    return telling, -len(needles), shortest


def _of_one(branches: list[frozenset[str]]) -> frozenset[str]:
    """What a text holds that matches one of these; nothing where one of them may hold anything."""
    if not all(map(any, branches)):
        return frozenset()
    found = frozenset().union(*branches)
    return frozenset(one for one in found if not any(other in one for other in found - {one}))


def _is_optional(often: str) -> bool:
    return often[:1] in {"*", "?"} or often[:2] in {"{0", "{,"}
