"""Names out of a byline: without "By", roles, employers, addresses and dates."""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.extraction.linked_data import plain
from crawler.extraction.months import month_number
from crawler.extraction.words import load

_LABEL = re.compile(
    r"^(?:(?:(?:written|posted|published|reported|words|story|text|article|analysis|opinion|commentary|"
    r"contributed|"
    r"review|interview|essay|submitted|author|photos?|pictures|images)(?:ed)?"
    r"(?:\s*(?:and|&|,)\s*\w+){0,2}\s+by|authored\s+by|"
    r"by\s?by|by|von|par|por|di|da|door|av|af|przez|yazan|от|автор|text|texte|texto|testo|tekst|"
    r"autor(?:in|en)?|autore|auteur|"
    r"authors?|foto e testo|ein(?:e)? \w+ von|um \w+ von|reporter|a cura di|words|kirjoittanut|"
    r"skrevet av|skriven av)"
    r"(?:\s*[:：|]\s*|\s+|$)"
    r"|(?:redaktion|bearbeitung|mitarbeit|recherche|enquête|reportage|contributors?|journalist(?:in|e)?|writers?|"
    r"propos recueillis par|fotos? (?:und|y|e|en|et) te(?:xt|xte|xto|sto|kst)|te(?:xt|xte|xto|sto|kst) "
    r"(?:und|y|e|en|et) (?:fotos?|photos?|bilder|imágenes|beeld))\s*[:：]\s*"
    r"|(?:取材[・＆&]?(?:構成[・＆&]?)?文|取材|構成|文責|撮影[・＆&]文|文[・＆&]撮影|文[・＆&]写真|文|著者?|執筆者?|ライター|作者|本报记者|记者|記者|글)"
    r"\s*[:：=＝●◎/／|]\s*|(?:作者|记者|本报记者|撰文)\s+)",
    re.I,
)
_CJK_LABEL = re.compile(
    r"(?:^|[\s|｜/／])(?:取材[・＆&]?文|文|著者?|執筆者?|ライター|記者|作者|记者)\s*[:：]"
)
"""Japanese and Chinese put the date before the byline, on the same line, and a label before every name."""
_LEADING_AND = re.compile(r"^(?:and|&|und|et|y|och|og)\s+", re.I)
_GLUED_LABEL = re.compile(r"^By(?=[A-ZÀ-Þ][a-zà-ÿ'’.\-]+\s+[A-ZÀ-Þ])")
_CONTACT = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w+|\s*[(\[（【][^)\]）】]*[)\]）】]|"
    r"\bFollow\b.*$|\bemail\b\s*$",
    re.I,
)
_STATED = re.compile(
    r"[\s,|·•.–—-]*\b(?:published|updated|posted|last\s+(?:updated|modified)|modified|reviewed|read\s+time|"
    r"veröffentlicht|aktualisiert|stand|publié|mis\s+à\s+jour|publicado|actualizado|atualizado|pubblicato|"
    r"aggiornato|gepubliceerd|opublikowano|dnia|опубликовано|publicerad|publiceret|publisert|oppdatert|"
    r"opdateret|"
    r"uppdaterad|photos?\s+by|photograph(?:s|y|ed)?\s+by|illustrat\w+\s+by|with\s+contributions|medically|"
    r"fact[- ]checked|with\s+(?:agencies|wires)|mit\s+agenturen|avec\s+agences|edited\s+by|tips\s+meg|"
    r"minutes?\s+read|min\s+read|years?\s+ago|hours?\s+ago)\b.*$"
    r"|\s*(?:記者|기자|编辑|特派員|さん|氏|翻訳|訳)\s*$",
    re.I | re.S,
)
_CREDIT = re.compile(
    r"\s*(?:photos?|photograph\w*|images?|illustrat\w+|edited|reviewed|medically|fact[- ]checked|video|"
    r"graphics?)"
    r"(?:\s+\w+)?\s+by\b|\s*(?:foto|photo|bild|撮影|写真)\s*[:：/]",
    re.I,
)
_DIGITS = re.compile(r"\d.*$", re.S)
_DAY_BEFORE = re.compile(
    r"^\W*(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})[\s|,–—-]+(?=\D)"
)
_WEEKDAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|on|at|am|le|el|il|den|the|"
    r"um|vom|kl",
    re.I,
)
_EMPLOYER = re.compile(
    r"\s+(?:for|of|from|with|in|at|für|aus|pour|para|per)\s+(?:the\s+)?[A-Z0-9].*$|,?\s+[Ff]or\s+[A-Z].*$"
)
_HARD = re.compile(r"\s*(?:[;|·•⋅∙●、，]|\s[-–—―]+\s|\s\+\s)\s*")
_SLASH = re.compile(r"\s*[/／]\s*")
_LIST_GOES_ON = re.compile(r"((?:,|(?<=\s)(?:and|und|et|y|e|en|och|og|&))\s*)\n", re.I)
_AND = re.compile(r"\s*,?\s+(?:and|&|und|och|og|ja|и|та|ve)\s+|\s*＆\s*", re.I)
_SOFT_AND = re.compile(r"\s+(?:y|e|et|en|i|a|with|mit|avec|con)\s+")
_COMMA = re.compile(r"\s*,\s*")
_CREDENTIAL = re.compile(
    r"(?:(?i:jr|sr|ii|iii|iv|esq|ph\.?d|m\.?d|d\.?o|r\.?n|r\.?d\.?n?|m\.?a|m\.?s|m\.?sc|b\.?sc?|b\.?a|"
    r"mph|mba|cpa|cfp|cfa|"
    r"j\.?d|l\.?l\.?m|lcsw|lmft|psy\.?d|ed\.?d|dds|dvm|facs|faap|facp|fnp|np|pa-?c|dnp|cscs|ldn?|cdces)|"
    r"[A-Z]{2,6}[-A-Z]*)\.?"
)
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
_DOMAIN = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", re.I)
_TEMPLATE = re.compile(r"[{}<>=$%_\[\]\\#]|https?:")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\w・･=＝.\s-]+")
_CJK_NO_NAME = re.compile(
    r"(?:筆者|著者|執筆者|記者|ライター|作者|기자|필자)?"
    r"(?:筆者|著者|執筆者|記者|ライター|プロフィール|紹介|一覧|記事|コメント|简介|介绍|評論|评论|소개|기사|댓글)"
)
"""Headings of author boxes and comments."""
_CJK_DESK = ("社", "部", "編集", "网", "報", "报", "新聞")
_ARTICLES = frozenset({"the", "die", "das", "les", "los", "il", "het"})
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
    for line in _LIST_GOES_ON.sub(r"\1 ", text[:_MAX_TEXT]).split("\n"):
        if _CREDIT.match(line):
            break
        labelled = _CJK_LABEL.split(plain(line))[1:]
        for piece in _pieces(_strip("、".join(labelled) or plain(line))):
            for segment in _AND.split(piece):
                _add_listed(segment, names)
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
    if _TEMPLATE.search(text) or text[-1] in "?!:" or not any(c.isalpha() for c in text):
        return False
    if any(_bare(word) in _ACCOUNTS for word in words):
        return False
    return not all(_bare(word) in _ROLES | _MODIFIERS | _NO_NAMES for word in words)


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
    return all(w[0].isupper() or w.casefold() in _PARTICLES or not w[0].isalpha() for w in words)


def is_organisation(text: str) -> bool:
    """Tell whether a name is an address, an agency, or holds a word that organisations are called by."""
    words = text.replace("/", " ").split()
    return (
        bool(_DOMAIN.fullmatch(text))
        or text.casefold() in _AGENCIES
        or any(_bare(word) in _ORGANISATIONS for word in words)
    )


def is_trade(text: str) -> bool:
    """Tell whether a line says that a person writes, such as "Senior Editor"."""
    return any(_bare(word) in _TRADES for word in text.split())


def _bare(word: str) -> str:
    return word.casefold().strip(".,'")


def _strip(text: str) -> str:
    text = _CONTACT.sub("", text)
    for _ in range(3):
        text, found = _LABEL.subn("", text.lstrip(" ,|:–—-·•\n"))
        if not found:
            break
    text = _GLUED_LABEL.sub("", text)
    text = _STATED.sub("", text)
    text = _DAY_BEFORE.sub("", text)
    cut = _DIGITS.sub("", text)
    if cut != text:
        words = cut.split(" ")
        while words and (not words[-1].strip(",.|·-") or _is_date_word(words[-1].strip(",.|·-"))):
            words.pop()
        cut = " ".join(words)
    return cut.strip()


def _is_date_word(word: str) -> bool:
    return bool(_WEEKDAY.fullmatch(word)) or month_number(word) is not None


def _add_listed(segment: str, names: list[str]) -> None:
    """Add the names of a comma-separated list; what is no name of its own is a role or a credential."""
    for part in _COMMA.split(_LEADING_AND.sub("", segment.strip())):
        part = part.rstrip("*®™†‡ ")
        if (
            names
            and _CREDENTIAL.fullmatch(part)
            and is_person(names[-1])
            and part.casefold() not in _AGENCIES
        ):
            names[-1] = f"{names[-1]}, {part}"
            continue
        for name in _soft_split(part):
            cleaned = _without_role(name, alone=not names)
            if cleaned and is_name(cleaned) and not (names and _belongs_to_name_before(cleaned)):
                names.append(cleaned)


def _soft_split(part: str) -> list[str]:
    """Split at a short connective that may be a part of a name, too: only between two whole names."""
    pieces = _SOFT_AND.split(part)
    return pieces if len(pieces) > 1 and all(len(p.split()) > 1 for p in pieces) else [part]


def _without_role(name: str, *, alone: bool) -> str:
    """Give a name without the role that follows it; nothing where the whole segment is a role."""
    name = _LABEL.sub("", name.strip(" ,:/–—-·•⋅*'\"“”„«»"))
    if not name.endswith(("Jr.", "Sr.")):
        name = name.rstrip(". ")
    shorter = _EMPLOYER.sub("", name)
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
            return " ".join(words[:start]) if start >= 2 else name
    return name


def _is_no_organisation(words: list[str]) -> bool:
    return not any(word.casefold() in _ORGANISATIONS - _MODIFIERS for word in words)


def _belongs_to_name_before(name: str) -> bool:
    """A part after a name that says what the person is or works for."""
    first = name.split()[0]
    return is_organisation(name) or (first[0].islower() and first.casefold() not in _PARTICLES)
