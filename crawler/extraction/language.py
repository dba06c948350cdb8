"""In which language a text is written: by its script and its most common words, because declarations lie."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from archive.models import Witness
from crawler.extraction.words import load

_LANGUAGES: dict[str, tuple[str, ...]] = {}
"""A common word to the languages that it is common in."""
for _language, _words in load("languages").items():
    for _word in _words.get("common", "").split():
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _language)

_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]")),
    ("arabic", re.compile(r"[\u0600-\u06ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u3041-\ud7a3\uf900-\uffdc]")
_WORD = re.compile(r"[^\W\d_]+")
SAMPLE = 2_500
"""As many characters are looked at."""
_MIN_LETTERS = 20
_MIN_WORDS = 25
_MIN_SHARE = 0.06
"""Languages that join words to their endings have few short ones."""
_SURE_SHARE = 0.1
_CLEAR = 1.15
_HEARD = 0.2
"""The share of the common words of a language, beside those of the best, that tells that it is spoken."""
_MIN_LEAD = 2
_CYRILLIC = {"uk": "іїєґ", "be": "ў", "sr": "ђћјљњџ", "mk": "ѓќѕ", "ru": "ыэё"}
_ALIASES = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "jp": "ja",
    "cn": "zh",
    "kr": "ko",
    "cz": "cs",
    "dk": "da",
    "ua": "uk",
}
_NEAR = (
    {"hi", "mr", "ne"},
    {"ar", "fa", "ur"},
    {"hr", "bs", "sr", "sh"},
    {"id", "ms"},
    {"ru", "bg", "kk", "ky", "mn"},
    {"no", "da"},
    {"es", "gl"},
    {"pt", "gl"},
    {"es", "ast"},
    {"ca", "oc"},
    {"nl", "af"},
    {"nl", "fy"},
    {"de", "lb"},
)


def detect_language(text: str, declared: str | None) -> str | None:
    """Give the language of a text as a primary tag (BCP 47, lower case).

    Args:
        text: some running text; a sample of it is looked at.
        declared: what the page says (``en-US``, ``de_DE``, ``ja``), or None.

    Returns:
        the language of the text where there is enough of it to tell; else the declared one; None where
        neither is known. Between languages that share their common words the declaration decides, and a
        list of names, in which few words of any language stand, does not contradict it.
    """
    stated = primary_tag(declared)
    seen = _of_text(text[:SAMPLE], stated)
    if seen is None or stated is None:
        return seen or stated
    if any(seen in group and stated in group for group in _NEAR):
        return stated
    return seen


def heard(witnesses: Sequence[Witness], language: str | None) -> tuple[Witness, ...]:
    """Give the witnesses of a page, and its text as one, where the language is not the declared one.

    Args:
        witnesses: what the page states.
        language: as ``detect_language`` found it.
    """
    declared = next((one.value for one in witnesses if one.field == "language" and one.chosen), None)
    if language is None or language == primary_tag(declared):
        return tuple(witnesses)
    others = (replace(one, chosen=False) if one.field == "language" else one for one in witnesses)
    note = "the words of the text" if declared is None else f"the words of the text, against {declared!r}"
    return (Witness("language", "text", language, chosen=True, note=note), *others)


def primary_tag(declared: str | None) -> str | None:
    """Give the primary tag of a declared language, or None where it is no language tag."""
    match = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", declared or "")
    if match is None:
        return None
    tag = match[1].lower()
    return None if tag in {"und", "mul", "zxx"} else _ALIASES.get(tag, tag)


def _of_text(text: str, stated: str | None) -> str | None:
    words = _WORD.findall(text.casefold())
    letters = sum(map(len, words))
    if letters < _MIN_LETTERS:
        return None
    if text.isascii() or len(_NOT_LATIN.findall(text)) < letters * 0.2:
        return _of_latin(words, stated)
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if kana + han > letters * 0.2:
        return "ja" if kana > (han + kana) * 0.08 else "zh"
    for name, script in _SCRIPTS:
        if len(script.findall(text)) > letters * 0.3:
            return (
                _of_cyrillic(text, stated)
                if name == "cyrillic"
                else _of_arabic(text)
                if name == "arabic"
                else name
            )
    return None


def _of_cyrillic(text: str, stated: str | None) -> str:
    counts = {language: sum(text.count(c) for c in letters) for language, letters in _CYRILLIC.items()}
    language, count = max(counts.items(), key=lambda pair: pair[1])
    if count:
        return language
    return stated if stated in _CYRILLIC else "bg"


def _of_arabic(text: str) -> str:
    return "fa" if sum(text.count(c) for c in "پچژگی") > len(text) * 0.02 else "ar"


def _of_latin(words: list[str], stated: str | None) -> str | None:
    """Give the language whose common words have the largest share, if it is large enough to contradict."""
    if len(words) < _MIN_WORDS:
        return None
    scores: Counter[str] = Counter()
    for languages, count in Counter(map(_LANGUAGES.get, words)).items():
        for language in languages or ():
            scores[language] += count
    if not scores:
        return None
    (best, most), *rest = scores.most_common(2)
    share = most / len(words)
    second = rest[0][1] if rest else 0
    if share < _SURE_SHARE and stated and scores[stated] > most * _HEARD:
        return stated
    if share < _MIN_SHARE or most < second + _MIN_LEAD or (share < _SURE_SHARE and most < second * _CLEAR):
        return None
    return best
