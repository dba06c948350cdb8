"""What a byline says besides names: "By", addresses, dates, the credits of others."""

import re

from crawler.extraction.months import month_number
from crawler.extraction.words import load

_WORDS = load("bylines")
_AGENCIES = "|".join(_WORDS["agencies"].split())
_CJK_WROTE = "|".join(_WORDS["cjk_wrote"].split())
_CJK_OTHERS = "|".join(_WORDS["cjk_others"].split())
LABEL = re.compile(
    rf"^(?:(?:{'|'.join([*_WORDS['labels'], *_WORDS['labels_in_bylines']])})\s*|"
    r"(?:(?:written|posted|published|report(?:ed|ing)|words|story|stories|text|articles?|analysis|opinion|"
    r"commentary|feature|contributed|review|interview|essay|submitted|author|photos?|pictures|images|posts?|"
    r"more|(?:view|see) (?:all|more)(?: \w+)?|all (?:posts|articles|stories))(?:ed)?"
    r"(?:\s*(?:and|&|,)\s*\w+){0,2}\s+by|authored\s+by|"
    r"by\s?by|by|von|par|por|di|da|door|av|af|przez|yazan|от|автор|text|texte|texto|testo|tekst|"
    r"autor(?:in|en)?|autore|auteur|about(?: the author)?|"
    r"authors?|foto e testo|(?:eine? \w+|artikel|beitrag|text) von|um \w+ von|"
    r"aus \w+ (?:berichtet|von)|reporter|a cura di|words|kirjoittanut|propos recueillis par|oprac\.?|opr\.)"
    r"(?:\s*[:：|]\s*|\s+|$)"
    r"|(?:redaktion|bearbeitung|mitarbeit|recherche|enquête|reportage|contributors?|journalist(?:in|e)?|"
    r"writers?|interview|entretien|entrevista|intervista|"
    r"fotos? (?:und|y|e|en|et) te(?:xt|xte|xto|sto|kst)|te(?:xt|xte|xto|sto|kst) "
    r"(?:und|y|e|en|et) (?:fotos?|photos?|bilder|imágenes|beeld))\s*[:：]\s*"
    rf"|(?:{_CJK_WROTE})\s*[・･·]\s*(?:{_CJK_OTHERS})\s*[:：=＝/／|｜]?\s*"
    rf"|(?:(?:{_CJK_WROTE}|{_CJK_OTHERS})\s*[・･&＆/／+＋·]\s*)*(?:{_CJK_WROTE})\s*[:：=＝●◎/／|｜・]\s*"
    r"|(?:作者|撰文|글|기자)\s+|[가-힣A-Za-z]{2,10}=(?=[가-힣]{2,4}(?:\s|$))"
    r"|\S{1,5}[部局]\s+(?=[\u3040-\u30ff\u3400-\u9fff]{2,6}記者$)"
    r"|[^\s，。、]{0,6}[记記]者\s*(?=[\u4e00-\u9fff]{2,4}(?:[／/、，,\s報报]|$)))",
    re.I,
)
"""What stands before a name."""
CJK_LABEL = re.compile(rf"(?:^|[\s|｜/／])(?:(?:取材|写真|撮影)[・＆&/／])?(?:{_CJK_WROTE})\s*[:：]")
"""Japanese and Chinese put the date before the byline, on the same line, and a label before every name."""
CREDIT = re.compile(
    r"\s*(?:photos?|photograph\w*|images?|illustrat\w+|edit(?:ed|ing)|reviewed|medically|fact[- ]checked|"
    r"video|graphics?)(?:\s+\w+)?\s+by\b"
    r"|\s*(?:foto|photo|bild|image)(?:\s+credits?)?\s*[:：/＝=]"
    rf"|\s*(?:{_CJK_OTHERS})\s*[:：/／＝=|｜]|\s*(?:사진|영상|편집)\s+",
    re.I,
)
"""A line, or a piece of one, that names somebody else than a writer."""
EMPLOYER = re.compile(
    r"\s+(?:for|of|from|with|in|at|für|aus|pour|para|per)\s+(?:the\s+)?[A-Z0-9].*$|,?\s+[Ff]or\s+[A-Z].*$"
)
OUR = re.compile(
    r"^(?:(?:von|van|de|da|dal|dalla)\s+)?"
    r"(?:our|unser(?:er|em|e|en)?|notre|nos|nuestr[oa]s?|nostr[oa]|nossa?|onze|nasza?|наш[ае]?)\s+",
    re.I,
)
"""Before the role of a person: "our correspondent"."""
_GLUED_LABEL = re.compile(r"^By(?=[A-ZÀ-Þ][a-zà-ÿ'’.\-]+\s+[A-ZÀ-Þ])")
_WHOLE_BRACKET = re.compile(r"\s*(?:\S+@\S+\s+)?[(\[（【［]([^()\[\]（）【】［］]*)[)\]）】］]\s*")
_REPORTER = re.compile(r"[（(]\s*(?:本[报報刊])?(?:记者|記者|文)\s*[:：/／|｜・]?\s*([^（）()]{2,30})[)）]")
"""Chinese agencies name who reports in brackets behind place and day."""
_CONTACT = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w+|\s*[(\[（【][^)\]）】]*[)\]）】]|"
    r"\bFollow\b.*$|\bemail\b\s*$",
    re.I,
)
_DATE_LABELS = "|".join(
    word for kind in load("date_labels").values() for words in kind.values() for word in words
)
_STATED = re.compile(
    rf"[\s,|·•.–—-]*\b(?:{_DATE_LABELS}|published|updated|last\s+(?:updated|modified)|read\s+time|stand|dnia|"
    r"photos?\s+by|photograph(?:s|y|ed)?\s+by|illustrat\w+\s+by|with\s+contributions|"
    r"(?:translated|übersetzt|traduit|traducido|traduzido|tradotto|vertaald|översatt)\s+\w+|"
    r"medically|fact[- ]checked|edited\s+by|special\s+(?:to|for)|tips\s+meg|"
    rf"(?:with|mit|avec|con|com|met)\s+(?:agen[ct]\w+|wires|{_AGENCIES})|"
    r"minutes?\s+read|min\s+read|years?\s+ago|hours?\s+ago)\b.*$"
    r"|[／/]\s*[^／/、]{1,8}(?:報導|报道)\s*$",
    re.I | re.S,
)
_OTHERS_CREDIT = re.compile(
    r"\s+(?:photo(?:graph(?:y|er|s)?|s)?|fotos?|fotograf\w*|bild(?:er)?|pictures|images?|illustrations?)"
    r"\s*[:：=＝/／].*$"
    rf"|(?:\s+|[／/、，]\s*)(?:{_CJK_OTHERS})\s*[:：=＝/／|｜].*$|\s+사진\s+[가-힣]{{2,4}}.*$",
    re.I,
)
"""The photographer behind the writer, on the same line."""
_PHOTOGRAPHER = re.compile(
    r"(?:,|\s(?:und|and|et|y|e|en|och|og|i|&))\s+[^,()]{3,40}\((?:fotos?|photos?|bilder?|foto\w*)\)", re.I
)
_SAYS_WHO = re.compile(
    r"(?<=\w)\s+(?:is|was|has\s+been|ist|est|es|è)\s+(?:an?|the|eine?|une?|una?|uno)\b.*$", re.S
)
_DIGITS = re.compile(r"\d.*$", re.S)
_DAY_BEFORE = re.compile(
    r"^\W*(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})[\s|,–—-]+(?=\D)"
)
_WEEKDAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|on|at|am|le|el|il|den|the|"
    r"um|vom|kl|and|à|às|en|alle|om|o",
    re.I,
)
_DAY_OF_WEEK = re.compile(
    r"\s(?:le|el|am|il|em|op|on)\s+(?:lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|seg|ter|qua|qui|sex|gio|"
    r"m[oi]|d[io]|fr|s[ao]|ma|wo|vr|z[ao]|mon|tue|wed|thu|fri|sat|sun)[.,]*\s*$",
    re.I,
)
"""A weekday in short, behind the word for "on": alone, some of them are names."""


def strip_byline(text: str) -> str:
    """Give a line of a byline without labels, addresses, dates, and what is said behind the names."""
    if whole := _WHOLE_BRACKET.fullmatch(text) or _REPORTER.search(text):
        text = whole[1]
    text = _CONTACT.sub("", _PHOTOGRAPHER.sub("", text))
    for _ in range(3):
        text, found = LABEL.subn("", text.lstrip(" ,|:–—-·•\n"))
        if not found:
            break
    text = _GLUED_LABEL.sub("", text)
    for after in (_OTHERS_CREDIT, _SAYS_WHO, _STATED):
        text = after.sub("", text.rstrip(" ="))
    text = _DAY_BEFORE.sub("", text)
    cut = _DIGITS.sub("", text)
    if cut != text:
        words = _DAY_OF_WEEK.sub("", cut).split(" ")
        while words and (not words[-1].strip(",.|·-") or _is_date_word(words[-1].strip(",.|·-"))):
            words.pop()
        cut = " ".join(words)
    return cut.strip()


def _is_date_word(word: str) -> bool:
    return bool(_WEEKDAY.fullmatch(word)) or month_number(word) is not None
