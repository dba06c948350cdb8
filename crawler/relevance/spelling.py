"""How a name may be written: as a regular expression over folded text."""

import itertools
import re
import unicodedata
from collections.abc import Iterator

LOOSE_FROM = 5
"""Letters from which a name is known by its letters alone: Spiderman is Spider-Man, Kon is not K-On."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u1100-\u11ff\uac00-\ud7ff"  # Hangul
)
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_LETTER = rf"[^\W_{_UNSPACED}]"
_SPACED_START = re.compile(f"{_LETTER}+")
# What may stand between the words of a name; a dash that ends a clause (—) is not among them.
_JOINER = r"\-‐‒–−_'’‘ʼ`\"“”·・‧~〜"
_IGNORED = re.compile(
    "[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"  # soft hyphens, zero width, variation selectors
    "\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670"  # diacritics, Hebrew and Arabic vowel points
    "øłđħıæœ]"  # letters with a stroke, which Unicode does not decompose
)
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
_RAISED = re.compile("[™℠¹²³⁰⁴-⁹①-⓿]")
_KATAKANA = {hiragana: hiragana + 0x60 for hiragana in (*range(0x3041, 0x3097), 0x309D, 0x309E)}


def fold(text: str) -> str:
    """Give text as it is compared: width, case, diacritics and invisible characters folded away.

    Width and presentation forms by Unicode's NFKD, recomposed by NFC so that Japanese voicing marks and
    Korean syllables stay whole. Line breaks stay where they are.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", _RAISED.sub(r" \g<0>", text)).casefold()
    return unicodedata.normalize("NFC", _IGNORED.sub(lambda found: _LETTERS.get(found[0], ""), text))


def fold_kana(folded: str) -> str:
    """Give folded text with its hiragana as katakana; it keeps its length."""
    return folded.translate(_KATAKANA)


def patterns(folded: str) -> Iterator[str]:
    """Give the regular expressions that find a folded name in folded text; none where it has no letters."""
    parts = _split(folded)
    letters = "".join(parts[::2])
    if not letters:
        return
    loose = len(letters) >= LOOSE_FROM
    pattern = _spell(parts[0], loose)
    for separator, left, right in zip(parts[1::2], parts[:-1:2], parts[2::2], strict=True):
        pattern += _separate(separator, left[-1], right[0], loose) + _spell(right, loose)
    end = "" if _UNSPACED_CHARACTER.match(letters[-1]) else f"(?!{_LETTER})"
    spaced = _SPACED_START.match(pattern)
    if not spaced:
        yield pattern + end
        return
    # The word boundary stands behind the first word, so that it is only looked at where that word is.
    yield f"{spaced[0]}(?<!{_LETTER}{spaced[0]}){pattern[spaced.end() :]}{end}"
    if len(parts) > 1:
        yield f"#{re.escape(letters)}{end}"


def _split(folded: str) -> list[str]:
    """Split a name into words and what stands between them, alternately; begins and ends with a word."""
    parts = [""]
    for character in folded:
        is_word = character.isalnum() or unicodedata.category(character).startswith("M")
        if is_word == len(parts) % 2:
            parts[-1] += character
        elif parts != [""]:
            parts.append(character)
    return parts if len(parts) % 2 else parts[:-1]


def _spell(word: str, loose: bool) -> str:
    """Give the pattern of one word; in a long name, unspaced characters may be set apart (ガンダム・Ｚ)."""
    spelled = re.escape(word[0])
    for before, character in itertools.pairwise(word):
        if loose and (_UNSPACED_CHARACTER.match(before) or _UNSPACED_CHARACTER.match(character)):
            spelled += f"[ {_JOINER}]?"
        spelled += re.escape(character)
    return spelled


def _separate(separator: str, before: str, after: str, loose: bool) -> str:
    """Give the pattern of what stands between two words of a name.

    Spaces stand for spaces or a joiner that touches the word before it (a dash between spaces ends a clause);
    punctuation of the name's own may be any joiner, or left out where the name is long enough.
    """
    own = re.escape("".join(sorted({character for character in separator if not character.isspace()})))
    choices = [r"[^\S\n]+", f"{' ?' if own else ''}[{_JOINER}{own}]{{1,2}} ?"]
    if own:
        choices.append(re.escape(separator))
    pattern = f"(?:{'|'.join(choices)})"
    unspaced = _UNSPACED_CHARACTER.match(before) or _UNSPACED_CHARACTER.match(after)
    return pattern + ("?" if unspaced or (own and loose) else "")
