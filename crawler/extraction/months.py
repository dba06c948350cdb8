"""Names of months in the languages that dates are read in."""

import unicodedata

from crawler.extraction.words import load

_SHORTEST = 3


def fold(word: str) -> str:
    """Give a word in lower case without diacritics, as month names are looked up."""
    decomposed = unicodedata.normalize("NFD", word.replace("İ", "i").casefold().replace("ı", "i"))
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != ".")


def _table() -> dict[str, int]:
    """Full names, and every beginning of three letters or more that means one month in all languages."""
    meanings: dict[str, set[int]] = {}
    full: dict[str, int] = {}
    for language in load("languages").values():
        for names in language.get("months", "").split(";"):
            for number, name in enumerate(names.split(), 1):
                word = fold(name)
                full.setdefault(word, number)
                for length in range(_SHORTEST, len(word)):
                    meanings.setdefault(word[:length], set()).add(number)
    table = {start: min(numbers) for start, numbers in meanings.items() if len(numbers) == 1}
    return table | full | {"mar": 3}  # short for March everywhere but in Finnish


_MONTHS = _table()


def month_number(word: str) -> int | None:
    """Give 1 to 12 for the name of a month, or an abbreviation that is no other month elsewhere."""
    return _MONTHS.get(word) or _MONTHS.get(fold(word))
