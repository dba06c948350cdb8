"""Names out of a byline: without "By", roles, employers, addresses and dates."""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.extraction.byline_text import CJK_LABEL, CREDIT, EMPLOYER, LABEL, OUR, strip_byline
from crawler.extraction.linked_data import plain
from crawler.extraction.words import load

_LEADING_AND = re.compile(r"^(?:and|&|und|et|y|och|og)\s+", re.I)
_HARD = re.compile(
    r"\s*(?:[;|｜·•⋅∙●、，]|\s[-–—―]+\s|\s\+\s|(?<=[\u3041-\u309f\u4e00-\u9fff])・(?=[\u4e00-\u9fff]))\s*"
)
_SLASH = re.compile(r"\s*[/／]\s*")
_LIST_GOES_ON = re.compile(r"((?:,|(?<=\s)(?:and|und|et|y|e|en|och|og|&))\s*)\n", re.I)
_AND = re.compile(r"\s*,?\s+(?:and|&|und|och|og|ja|и|та|ve)\s+|\s*＆\s*", re.I)
_SOFT_AND = re.compile(r"\s+(?:y|e|et|en|i|a|with|mit|avec|con)\s+")
_COMMA = re.compile(r"\s*,\s*")
_CREDENTIAL = re.compile(
    r"(?:(?i:jr|sr|ii|iii|iv|esq|ph\.?d|m\.?d|d\.?o|r\.?n|r\.?d\.?n?|m\.?a|m\.?s|m\.?sc|b\.?sc?|b\.?a|"
    r"mph|mba|cpa|cfp|cfa|"
    r"j\.?d|l\.?l\.?m|lcsw|lmft|psy\.?d|ed\.?d|dds|dvm|facs|faap|facp|fnp|np|pa-?c|dnp|cscs|ldn?|cdces)|"
    r"[A-Z]{3,6})\.?"
)
_MAY_BE_A_STATION = re.compile(r"[A-Z]{4,6}")
_WORDS = load("bylines")
_TRADES = frozenset(_WORDS["trades"].split())
_ROLES = frozenset(_WORDS["roles"].split()) | _TRADES
_MODIFIERS = frozenset(_WORDS["modifiers"].split())
_ORGANISATIONS = frozenset(_WORDS["organisations"].split())
_AGENCIES = frozenset(_WORDS["agencies"].split())
_NO_NAMES = frozenset(_WORDS["no_names"].split()) | frozenset(_WORDS["no_name_phrases"])
_ACCOUNTS = frozenset(_WORDS["accounts"].split())
_NO_PERSON = frozenset(_WORDS["no_person"].split()) | _ORGANISATIONS
_PARTICLES = frozenset(_WORDS["particles"].split())
_INITIAL = re.compile(r"\s\w\.$")
_DOMAIN = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", re.I)
_LICENCE = re.compile(r"\bcc[- ](?:by|0)\b", re.I)
_TEMPLATE = re.compile(r"[{}<>=$%\[\]\\#]|https?:|_(?![A-Z\d])|(?<![^\W_])_")
"""An underscore within a name that a reader took ("Lamp_K") is none of a template ("author_name")."""
_OTHER_ARTICLES = re.compile(
    r"(?:\s*기자)?의\s+(?:다른|최신|최근)\s*기사|の(?:(?:その)?他の|最新)?記事(?:一覧|をもっと|を見る)"
)
"""What stands behind a name, before titles of other articles by the same person."""
_ACCOUNT = re.compile(r"[^\W_][\w.-]{1,29}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\w・･=＝.\s-]+")
_CJK_NO_NAME = re.compile(
    r"(?:筆者|著者|執筆者|記者|ライター|作者|기자|필자|関連|最新|人気|注目)?"
    r"(?:筆者|著者|執筆者|記者|ライター|プロフィール|紹介|一覧|記事|写真|動画|特集|コメント|简介|介绍|評論|评论|소개|기사|댓글)"
)
"""Headings of author boxes and comments."""
_CJK_DESK = ("社", "部", "編集", "网", "網", "報", "报", "新聞", "通信", "팀", "신문", "일보", "뉴스", "방송")
_CJK_ROLE = re.compile(
    r"\s*(?:(?:선임|수석|객원|인턴|전문|시민)?\s*기자|특파원|논설위원|에디터|記者|记者|特派員|編集委員|さん|氏|報導|报道|"
    r"(?<=\s)著|[=＝](?:取材・)?文)$"
)
"""What stands behind a name."""
_CJK_OTHER = re.compile(
    r"(?:\s(?:監?訳|翻訳|撮影|写真|編|编辑|編輯)|[=＝](?:写真|撮影))$|^(?:사진|영상|편집)\s"
)
"""Behind the name of somebody else than a writer, or before it."""
_CHINESE_LIST = re.compile(r"(?<=[记記作]者)[:：]?\s*[\u4e00-\u9fff]{2,4}(?: [\u4e00-\u9fff]{2,4})+")
"""Names behind one word for reporter, with spaces between them."""
_VOWEL = re.compile(r"[AEIOUYÀ-ÖØ-Ý]|[^\x00-\u00ff]")
_LONG_AGENCY = re.compile(rf",?\s+(?:{'|'.join(_WORDS['long_agencies'])})$", re.I)
_ARTICLES = frozenset({"the", "die", "das", "les", "los", "il", "het"})
_SHORTEST_IN_CAPITALS = 3
_SHORTEST_MC = 4
_MAX_TEXT = 600
_MAX_NAME = 70
_MAX_CJK_NAME = 16
_MAX_WORDS = 8
_MAX_PERSON_WORDS = 5


@lru_cache(maxsize=2048)
def split_names(text: str) -> tuple[str, ...]:
    """Give the names that a byline holds, in its order and spelling, each once.

    Roles ("Senior Editor"), employers after a name, addresses and dates are left out. A credential stays with
    its name ("Jane Roe, MD").
    """
    names: list[str] = []
    for line in _LIST_GOES_ON.sub(r"\1 ", _OTHER_ARTICLES.split(text[:_MAX_TEXT])[0]).split("\n"):
        if CREDIT.match(line):
            break
        if names and line[:1] in "([（":  # what the one before it is, in an element of its own
            continue
        line = _CHINESE_LIST.sub(lambda match: match[0].strip().replace(" ", "、"), plain(line))
        labelled = CJK_LABEL.split(line)[1:]
        for piece in _pieces(strip_byline("、".join(labelled) or line)):
            before = len(names)
            for segment in () if CREDIT.match(piece) else _AND.split(piece):
                _add_listed(segment, names, before)
    unique = {name.casefold(): name for name in reversed(names)}
    return tuple(reversed(unique.values()))


def _pieces(text: str) -> Iterator[str]:
    """Cut at signs that stand between names; a stroke does only where a name stands on both of its sides."""
    for piece in _HARD.split(text):
        parts = [part for part in _SLASH.split(piece) if part]
        apart = len(parts) > 1 and not any(_bare(word) in _ROLES for word in piece.replace("/", " ").split())
        yield from parts if apart else [piece]


def is_name(text: str) -> bool:
    """Tell whether a cleaned segment can be the name of a person or of a desk."""
    words = text.split()
    if not 1 <= len(words) <= _MAX_WORDS or not 1 < len(text) <= _MAX_NAME or text.casefold() in _NO_NAMES:
        return False
    if (
        _TEMPLATE.search(text)
        or _LICENCE.search(text)
        or text[-1] in "?!:"
        or not any(c.isalpha() for c in text)
    ):
        return False
    if any(_bare(word) in _ACCOUNTS for word in words):
        return False
    return not all(_bare(word) in _ROLES | _MODIFIERS | _NO_NAMES for word in words)


def is_account(text: str) -> bool:
    """Tell whether a text can be the name of an account: one word, which may hold underscores."""
    word = text.casefold()
    return (
        bool(_ACCOUNT.fullmatch(word))
        and word not in _NO_NAMES
        and not any(map(word.__contains__, _ACCOUNTS))
    )


def is_person(text: str) -> bool:
    """Tell whether a name reads like a person's: some words, each with a capital, none of an organisation."""
    if _CJK.search(text):
        return (
            len(text) <= _MAX_CJK_NAME
            and not text.endswith(_CJK_DESK)
            and _CJK_NAME.fullmatch(text) is not None
            and _CJK_NO_NAME.fullmatch(text) is None
        )
    words = text.split(",")[0].split()
    if not 2 <= len(words) <= _MAX_PERSON_WORDS or is_organisation(text) or words[0].casefold() in _ARTICLES:
        return False
    if any(_bare(word) in _NO_PERSON for word in words):
        return False
    return all(not w[0].islower() or w.casefold() in _PARTICLES for w in words)


def is_organisation(text: str) -> bool:
    """Tell whether a name is an address, an agency, or holds a word that organisations are called by."""
    words = text.replace("/", " ").split()
    return (
        bool(_DOMAIN.fullmatch(text))
        or text.casefold() in _AGENCIES
        or any(_bare(word) in _ORGANISATIONS for word in words)
    )


def is_named(text: str) -> bool:
    """Tell whether an organisation has a name: "AFP", "Herald Culture Desk", not "Redaktion"."""
    return " " in text or text.casefold() in _AGENCIES or _bare(text) not in _ORGANISATIONS


def is_trade(text: str) -> bool:
    """Tell whether a line says that a person writes, such as "Senior Editor"."""
    return any(_bare(word) in _TRADES for word in text.split())


def _bare(word: str) -> str:
    return word.casefold().strip(".,'")


def _add_listed(segment: str, names: list[str], before: int) -> None:
    """Add the names of a comma-separated list; what is no name of its own is a role or a credential.

    Args:
        segment: the list.
        names: those found so far, to add to.
        before: how many of them stand in other pieces of the byline.
    """
    for part in _COMMA.split(_LEADING_AND.sub("", segment.strip())):
        part = part.rstrip("*®™†‡ ")
        if (
            names
            and _CREDENTIAL.fullmatch(part)
            and is_person(names[-1])
            and _bare(part) not in _AGENCIES | _ROLES
            and not (len(names) == before and _MAY_BE_A_STATION.fullmatch(part))
        ):
            names[-1] = f"{names[-1]}, {part}"
            continue
        for name in _soft_split(part):
            cleaned = _without_role(name, alone=not names)
            if cleaned and is_name(cleaned) and not (names and _belongs_to_name_before(cleaned)):
                names.append(_in_usual_case(cleaned))


def _soft_split(part: str) -> list[str]:
    """Split at a short connective that may be a part of a name, too: only between two whole names."""
    pieces = _SOFT_AND.split(part)
    return pieces if len(pieces) > 1 and all(len(p.split()) > 1 for p in pieces) else [part]


def _without_role(name: str, *, alone: bool) -> str:
    """Give a name without the role beside it; nothing where the whole segment is a role."""
    name = _without_title(LABEL.sub("", name.strip(" ,:/–—-·•⋅*'\"“”„«»")))
    if _CJK_OTHER.search(name):
        return ""
    name = _CJK_ROLE.sub("", name)
    if is_person(shorter := _LONG_AGENCY.sub("", name)):
        name = shorter
    if not name.endswith(("Jr.", "Sr.")) and not _INITIAL.search(name):
        name = name.rstrip(". ")
    shorter = EMPLOYER.sub("", name)
    if is_person(shorter):
        name = shorter
    words = name.split()
    for index, word in enumerate(words):
        if _bare(word) in _ROLES:
            start = index
            while start > 0 and _bare(words[start - 1]) in _MODIFIERS:
                start -= 1
            if not alone or words[0].casefold() in _MODIFIERS or (start == 0 and _is_no_organisation(words)):
                return ""
            rest = " ".join(words[:start])
            return name if start < 2 or is_organisation(rest) else rest
    return name


def _in_usual_case(name: str) -> str:
    """Give a person's name that is set in capitals (``JANE VAN ROE``) as names are written."""
    if not name.isupper() or not is_person(name) or not all(map(_VOWEL.search, name.split())):
        return name
    return " ".join(map(_word_in_usual_case, name.split()))


def _word_in_usual_case(word: str) -> str:
    if word.casefold() in _PARTICLES:
        return word.lower()
    if len(word) < _SHORTEST_IN_CAPITALS or "." in word:
        return word
    return f"Mc{word[2:].title()}" if word.startswith("MC") and len(word) > _SHORTEST_MC else word.title()


def _without_title(name: str) -> str:
    """Give a name without the role before it ("our correspondent Jane Roe"), where a person's is left."""
    words = OUR.sub("", name).split()
    while words and _bare(words[0]) in _ROLES | _MODIFIERS:
        words = words[1:]
    rest = " ".join(words)
    return rest if rest != name and is_person(rest) else name


def _is_no_organisation(words: list[str]) -> bool:
    return not any(word.casefold() in _ORGANISATIONS - _MODIFIERS for word in words)


def _belongs_to_name_before(name: str) -> bool:
    """A part after a name that says what the person is, works for, or writes from."""
    first, *others = name.split()
    if not others and not _CJK.search(name):
        return True
    return (
        is_organisation(name)
        or (first[0].islower() and first.casefold() not in _PARTICLES)
        or first.casefold() in _ARTICLES
        or (first.casefold() in _MODIFIERS and len(others) > 0)
        or (_CJK.search(name) is not None and name.endswith(_CJK_DESK))
    )
