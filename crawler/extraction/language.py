"""In which language a text is written: by its script and its most common words, because declarations lie."""

import re
from collections import Counter

_COMMON = {
    "en": "the of and to in is that for was with on as it by at from this are have he be not they has you we our your or more can will an",
    "de": "der die das und ist nicht mit von den auf für ein eine im sich auch dem es zu wird sind bei hat werden nach",
    "fr": "le la les et des est une dans pour que qui sur pas au par avec plus du ne cette il sont ce aux mais",
    "es": "el la los las y de que en por con una para del se su al es más como pero este fue ha sus lo",
    "pt": "o os e de que do da em para com não uma no na por mais dos das ao foi são como pela pelo também é",
    "it": "il di che e la per un è non del della con gli una sono nel si le anche dei alla più da ha questo",
    "nl": "de het een en van is dat niet op te in voor met zijn aan die er om maar ook bij naar door werd nog",
    "ca": "el la els les i de que en per amb una del és no al ha dels aquest més també com són pel però",
    "ro": "și de la în a cu nu pe că este din un o să pentru mai care sunt au fi ca prin după fost",
    "sv": "och att det i är en som på för av med den till inte har ett om men från var hade kan så vi",
    "da": "og at det i er en på for af den til ikke har et om med fra var der kan så vi blev efter også hvor hun skal over meget siger",
    "no": "og at det i er en på for av den til ikke har et om med fra var som kan så vi ble etter også hvor hun skal over mye sier",
    "is": "og að það í er sem á við um ekki hefur til en með fyrir var af þess hann því eru segir þetta",
    "fi": "ja on ei että se oli hän mutta kun ovat myös joka mukaan ole olla niin kuin tai jos nyt vain ollut",
    "pl": "i w na z do że się nie to jest o od po jak za są ale przez dla przy był tym tego który oraz",
    "cs": "a v na se je že to s z do o i za ve k po pro od by ale jsou jako který podle byl jeho už ze si tak co při jen není své také",
    "sk": "a v na sa je že to s z do o aj za vo k po pre od by ale sú ako ktorý podľa bol jeho už",
    "sl": "in v na se je da so za ki pa z s po bi tudi kot ne ali bo iz med do še ter",
    "hr": "i u na se je da su za koji od s a iz o će kao ali što bi te ne po je bio nije",
    "hu": "a az és hogy nem is egy ez volt meg de csak már ki el mint azt még szerint kell lesz vagy ha",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi sonra kadar ise ancak en ne dedi oldu göre var yeni üzerinden nedeniyle olduğu tarafından diye arasında ilk iki her",
    "id": "yang dan di dengan untuk pada dari ini itu tidak dalam akan adalah juga ke oleh sebagai telah ada bisa",
    "vi": "và của là có được trong cho không với các một những người đã khi này từ để ở đến tại về ông bị ra vào năm sau như đó cũng",
    "et": "ja on et ei see oli ta mis kui ka oma selle aga kes või siis veel olid nii pärast juba",
    "lv": "un ir ka no ar par to uz kas arī bet nav tas kā gan lai pēc bija vai tika",
    "lt": "ir yra kad į iš su tai ne kaip bet buvo jau dėl taip už apie nuo po prie jis",
}
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _language, _words in _COMMON.items():
    for _word in _words.split():
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
_SAMPLE = 2_500
_MIN_LETTERS = 20
_MIN_WORDS = 25
_MIN_SHARE = 0.1
_MIN_LEAD = 2
_CYRILLIC = {"uk": "іїєґ", "be": "ў", "sr": "ђћјљњџ", "mk": "ѓќѕ", "ru": "ыэё"}
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "jp": "ja", "cn": "zh", "kr": "ko", "cz": "cs", "dk": "da", "ua": "uk"}
_NEAR = ({"hi", "mr", "ne"}, {"ar", "fa", "ur"}, {"hr", "bs", "sr", "sh"}, {"id", "ms"}, {"ru", "bg", "kk", "ky", "mn"}, {"no", "da"}, {"es", "gl"})


def detect_language(text: str, declared: str | None) -> str | None:
    """Give the language of a text as a primary tag (BCP 47, lower case).

    Args:
        text: some running text; a sample of it is looked at.
        declared: what the page says (``en-US``, ``de_DE``, ``ja``), or None.

    Returns:
        the language of the text where there is enough of it to tell; else the declared one; None where neither
        is known. Between languages that cannot be told apart by their common words the declaration decides.
    """
    stated = primary_tag(declared)
    seen = _of_text(text[:_SAMPLE])
    if seen is None or stated is None:
        return seen or stated
    if any(seen in group and stated in group for group in _NEAR):
        return stated
    return seen


def primary_tag(declared: str | None) -> str | None:
    """Give the primary tag of a declared language, or None where it is no language tag."""
    match = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", declared or "")
    if match is None:
        return None
    tag = match[1].lower()
    return None if tag in {"und", "mul", "zxx"} else _ALIASES.get(tag, tag)


def _of_text(text: str) -> str | None:
    letters = sum(map(str.isalpha, text))
    if letters < _MIN_LETTERS:
        return None
    if len(_NOT_LATIN.findall(text)) < letters * 0.2:
        return _of_latin(text)
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if kana + han > letters * 0.2:
        return "ja" if kana > (han + kana) * 0.08 else "zh"
    for name, script in _SCRIPTS:
        if len(script.findall(text)) > letters * 0.3:
            return _of_cyrillic(text) if name == "cyrillic" else _of_arabic(text) if name == "arabic" else name
    return None


def _of_cyrillic(text: str) -> str:
    counts = {language: sum(text.count(c) for c in letters) for language, letters in _CYRILLIC.items()}
    language, count = max(counts.items(), key=lambda pair: pair[1])
    return language if count else "bg"


def _of_arabic(text: str) -> str:
    return "fa" if sum(text.count(c) for c in "پچژگی") > len(text) * 0.02 else "ar"


def _of_latin(text: str) -> str | None:
    words = _WORD.findall(text.casefold())
    if len(words) < _MIN_WORDS:
        return None
    scores: Counter[str] = Counter()
    for word, count in Counter(words).items():
        for language in _LANGUAGES.get(word, ()):
            scores[language] += count
    if not scores:
        return None
    (best, most), *rest = scores.most_common(2)
    if most < len(words) * _MIN_SHARE or (rest and most - rest[0][1] < _MIN_LEAD):
        return None
    return best
