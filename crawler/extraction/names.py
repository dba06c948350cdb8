"""Names out of a byline: without "By", roles, employers, addresses and dates."""

import re
from functools import lru_cache

from crawler.extraction.linked_data import plain
from crawler.extraction.months import month_number

_LABEL = re.compile(
    r"^(?:(?:(?:written|posted|published|reported|words|story|text|article|analysis|opinion|commentary|contributed|"
    r"review|interview|essay|submitted|author)(?:ed)?(?:\s+and\s+\w+)?\s+by|"
    r"by|von|par|por|di|da|door|av|af|przez|yazan|от|автор|text|texte|texto|testo|tekst|autor(?:in|en)?|autore|auteur|"
    r"authors?|foto e testo|ein(?:e)? \w+ von|um \w+ von|reporter|a cura di|words|kirjoittanut|skrevet av|skriven av)"
    r"(?:\s*[:：|]\s*|\s+|$)"
    r"|(?:取材[・＆&]?(?:構成[・＆&]?)?文|取材|構成|文責|撮影[・＆&]文|文[・＆&]撮影|文[・＆&]写真|文|著者?|執筆者?|ライター|作者|本报记者|记者|記者|글)"
    r"\s*[:：=＝●◎/／|]\s*|(?:作者|记者|本报记者|撰文)\s+)",
    re.I,
)
_GLUED_LABEL = re.compile(r"^By(?=[A-ZÀ-Þ][a-zà-ÿ'’.\-]+\s+[A-ZÀ-Þ])")
_CONTACT = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w+|\s*[(\[（【][^)\]）】]*[)\]）】]|\bFollow\b.*$|\bemail\b\s*$", re.I
)
_STATED = re.compile(
    r"[\s,|·•.–—-]*\b(?:published|updated|posted|last\s+(?:updated|modified)|modified|reviewed|read\s+time|"
    r"veröffentlicht|aktualisiert|stand|publié|mis\s+à\s+jour|publicado|actualizado|atualizado|pubblicato|"
    r"aggiornato|gepubliceerd|opublikowano|dnia|опубликовано|publicerad|publiceret|publisert|oppdatert|opdateret|"
    r"uppdaterad|photos?\s+by|photograph(?:s|y|ed)?\s+by|illustrat\w+\s+by|with\s+contributions|medically|"
    r"fact[- ]checked|edited\s+by|tips\s+meg|minutes?\s+read|min\s+read|years?\s+ago|hours?\s+ago)\b.*$"
    r"|\s*(?:記者|기자|编辑|特派員|さん|氏|翻訳|訳)\s*$",
    re.I | re.S,
)
_DIGITS = re.compile(r"\d.*$", re.S)
_WEEKDAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|on|at|am|le|el|il|den|the|um|vom|kl", re.I
)
_EMPLOYER = re.compile(r"\s+with\s+(?:agencies|wires?|agenturen|agences)\b.*$|\s+(?:for|of|from|with|in|at|für|aus|pour|para|per)\s+(?:the\s+)?[A-Z0-9].*$|,?\s+[Ff]or\s+[A-Z].*$")
_HARD = re.compile(r"\s*(?:[;|/／·•⋅∙●、，\n\t]|\s[-–—―]+\s|\s\+\s)\s*")
_AND = re.compile(r"\s*,?\s+(?:and|&|und|och|og|ja|и|та|ve)\s+|\s*＆\s*", re.I)
_SOFT_AND = re.compile(r"\s+(?:y|e|et|en|i|a|with|mit|avec|con)\s+")
_COMMA = re.compile(r"\s*,\s*")
_CREDENTIAL = re.compile(
    r"(?:(?i:jr|sr|ii|iii|iv|esq|ph\.?d|m\.?d|d\.?o|r\.?n|r\.?d\.?n?|m\.?a|m\.?s|m\.?sc|b\.?sc?|b\.?a|mph|mba|cpa|cfp|cfa|"
    r"j\.?d|l\.?l\.?m|lcsw|lmft|psy\.?d|ed\.?d|dds|dvm|facs|faap|facp|fnp|np|pa-?c|dnp|cscs|ldn?|cdces)|[A-Z]{2,6}[-A-Z]*)\.?"
)
_ROLE_WORDS = """
reporter reporters editor editors correspondent writer writers columnist contributor contributors contributing
producer journalist analyst critic photographer photojournalist director fellow professor lecturer researcher
anchor host blogger president ceo cfo cto founder cofounder co-founder manager strategist specialist consultant advisor
adviser expert attorney dietitian nutritionist physician reviewer intern freelancer freelance chief staff bureau
redakteur redakteurin korrespondent korrespondentin chefredakteur chefredakteurin journalistin reporterin volontär
volontärin ressortleiter ressortleiterin autorin autor kommentator rédacteur rédactrice journaliste correspondant
correspondante periodista redactor redactora corresponsal giornalista inviato inviata corrispondente jornalista repórter
redacteur verslaggever verslaggeefster correspondente dziennikarz dziennikarka redaktor toimittaja muhabir muhabiri editör
journalister redaktør redaktör skribent fotograf корреспондент обозреватель редактор
""".split()
_ROLES = frozenset(_ROLE_WORDS)
_MODIFIERS = frozenset(
    """senior staff deputy associate assistant executive managing contributing lead chief special political sports news
    national international foreign business technology tech science health education environment culture features
    entertainment showbiz tv crime breaking digital data investigative freelance guest former vice co- general video
    media audience social content travel food fashion beauty style lifestyle film music gaming games economics finance
    money personal royal royals consumer politics world local principal multimedia head research global web online
    leitende leitender freie freier stellvertretende stellvertretender""".split()
)
_ORGANISATION_WORDS = frozenset(
    """news times post press media staff team desk editors editorial network agency agencies bureau magazine journal
    newspaper wire wires radio television tv channel group inc inc. llc ltd gmbh ag co. corp corporation company institute
    university association foundation department office council committee board center centre club society newsroom
    redaktion redacción redaction rédaction redazione redação redactie redakcja redaktionen toimitus redaksjonen
    nachrichten presse zeitung agentur agence agencia agenzia agência ajansı haber gazetesi today daily weekly online
    reuters afp dpa ap upi ansa efe tass bloomberg apa sda pti ani ians xinhua kyodo aap interfax sid epd kna ritzau tt ntb
    stt pap čtk lusa aa dha iha tnn rnd""".split()
)
_JUNK = frozenset(
    """admin administrator administrador wordpress user guest unknown anonymous anonym author authors editor staff
    webmaster root none null undefined n/a na redacted superuser info contact contributor contributors reporter writer
    home about us more details profile bio facebook twitter instagram linkedin youtube website email follow share comments
    comment copy link photo image video advertisement sponsored menu search login subscribe newsletter read date time news
    by posted published updated autor autoren redakteur default test system webteam
    """.split()
) | {"view all posts", "guest author", "guest post", "super user", "site admin", "web admin", "about the author"}
_PARTICLES = frozenset(
    "de del della di da das do dos van von der den ter ten la le las los el al bin ibn ben ap zu zur y e af av du des "
    "mac st san santa abu bint o'".split()
)
_DOMAIN = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}", re.I)
_TEMPLATE = re.compile(r"[{}<>=$%_\[\]\\#]|https?:")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_MAX_NAME = 70


@lru_cache(maxsize=2048)
def split_names(text: str) -> tuple[str, ...]:
    """Give the names that a byline holds, in its order and spelling, each once.

    Roles ("Senior Editor"), employers after a name, addresses and dates are left out. A credential stays with
    its name ("Jane Roe, MD").
    """
    text = _strip(plain(text[:600].replace("\n", "\x01")).replace("\x01", "\n"))
    names: list[str] = []
    for line in _HARD.split(text):
        for segment in _AND.split(line):
            _add_listed(segment, names)
    unique = {name.casefold(): name for name in reversed(names)}
    return tuple(reversed(unique.values()))


def is_name(text: str) -> bool:
    """Tell whether a cleaned segment can be the name of a person or of a desk."""
    words = text.split()
    if not 1 <= len(words) <= 8 or len(text) > _MAX_NAME or text.casefold() in _JUNK:
        return False
    if _TEMPLATE.search(text) or text[-1] in "?!:" or not any(c.isalpha() for c in text):
        return False
    return len(text) > 1 and not all(w.casefold().strip(".,") in _ROLES | _MODIFIERS | _JUNK for w in words)


def is_person(text: str) -> bool:
    """Tell whether a name reads like that of a person: some words, each with a capital, no word of an organisation."""
    if _CJK.search(text):
        return len(text) <= 16 and not text.endswith(("社", "部", "編集", "网", "報", "报", "新聞"))
    words = text.split(",")[0].split()
    if not 2 <= len(words) <= 5 or is_organisation(text):
        return False
    return all(w[0].isupper() or w.casefold() in _PARTICLES or not w[0].isalpha() for w in words)


def is_organisation(text: str) -> bool:
    """Tell whether a name is an address or holds a word that organisations are called by."""
    words = text.casefold().replace("/", " ").split()
    return bool(_DOMAIN.fullmatch(text)) or any(w.strip(".,'") in _ORGANISATION_WORDS for w in words)


def _strip(text: str) -> str:
    text = _CONTACT.sub("", text)
    for _ in range(3):
        text, found = _LABEL.subn("", text.lstrip(" ,|:–—-·•\n"))
        if not found:
            break
    text = _GLUED_LABEL.sub("", text)
    text = _STATED.sub("", text)
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
    for part in _COMMA.split(segment):
        if names and _CREDENTIAL.fullmatch(part) and is_person(names[-1]) and not _is_agency(part):
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
    name = _LABEL.sub("", name.strip(" ,:–—-·•⋅*'\"“”„«»"))
    if not name.endswith(("Jr.", "Sr.")):
        name = name.rstrip(".")
    shorter = _EMPLOYER.sub("", name)
    if is_person(shorter):
        name = shorter
    words = name.split()
    for index, word in enumerate(words):
        if word.casefold().strip(".,") in _ROLES:
            start = index
            while start > 0 and words[start - 1].casefold().strip(".,") in _MODIFIERS:
                start -= 1
            if not alone or words[0].casefold() in _MODIFIERS or (start == 0 and _is_role(words)):
                return ""
            return " ".join(words[:start]) if start >= 2 else name
    return name


def _is_role(words: list[str]) -> bool:
    return not any(word.casefold() in _ORGANISATION_WORDS - {"staff", "news", "bureau"} for word in words)


def _belongs_to_name_before(name: str) -> bool:
    """A part after a name that says what the person is or works for."""
    first = name.split()[0]
    return is_organisation(name) or (first[0].islower() and first.casefold() not in _PARTICLES)


def _is_agency(part: str) -> bool:
    return part.casefold() in _ORGANISATION_WORDS
