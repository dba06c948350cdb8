"""Is an article about a series, and why: it is when it names it, in any usual spelling."""

import bisect
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.models import Extraction, Judgement, Mention, Series

LOOSE_FROM = 5
"""Letters from which a name is known by its letters alone: Spiderman is Spider-Man, Kon is not K-On."""
PASSAGE = 80
"""Characters that a passage shows on either side of the name."""

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
_FIELDS = {"title": "in the title", "text": "in the text", "tags": "in the tags"}


def judge(extraction: Extraction, series: Sequence[Series]) -> Judgement:
    """Tell whether an article names one of the series by its name or an alias.

    The title, the body (with the standfirst) and the tags are read. Width, case, diacritics, and how the
    parts of a name are joined (space, hyphen, apostrophe, middle dot) make no difference. A name in a script
    with spaces counts only as whole words; Japanese, Chinese and Korean names count anywhere. People and
    studios do not decide.

    Args:
        extraction: the article.
        series: what the archive is about.

    Returns:
        The judgement, with the mentions of a series in the order title, text, tags; the reason is a sentence
        for people.
    """
    standfirst = extraction.standfirst or ""
    body = extraction.text if standfirst in extraction.text else f"{standfirst}\n\n{extraction.text}"
    fields = {
        "title": _Field(extraction.title or ""),
        "text": _Field(body),
        "tags": _Field("\n".join("#" + " ".join(tag.split()) for tag in extraction.tags)),
    }
    mentions: list[Mention] = []
    for matcher in map(_matcher, series):
        for name, field in fields.items():
            mentions += matcher.mentions(name, field)
    return Judgement(bool(mentions), _give_reason(mentions, series), tuple(mentions))


def fold(text: str) -> str:
    """Give text as it is compared: width, case, diacritics and invisible characters folded away.

    Width and presentation forms by Unicode's NFKD, recomposed by NFC so that Japanese voicing marks and
    Korean syllables stay whole. Line breaks stay where they are.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", _RAISED.sub(r" \g<0>", text)).casefold()
    return unicodedata.normalize("NFC", _IGNORED.sub(lambda found: _LETTERS.get(found[0], ""), text))


class _Field:
    """The text of one field: as written, and folded."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)

    def passage(self, start: int, end: int) -> str:
        """Give the words around a span of the folded text, as they are written in the original."""
        before = self.folded.rfind("\n", 0, start) + 1
        line = self.text.split("\n")[self.folded.count("\n", 0, start)]
        first, last = _original_span(line, start - before, end - before)
        left, right = max(first - PASSAGE, 0), min(last + PASSAGE, len(line))
        if left:
            space = line.find(" ", left, first)
            left = space + 1 if space >= 0 else left
        if right < len(line):
            space = line.rfind(" ", last, right)
            right = space if space >= 0 else right
        cut = line[left:right].strip()
        return ("… " if left else "") + cut + (" …" if right < len(line) else "")


def _original_span(line: str, start: int, end: int) -> tuple[int, int]:
    """Give the span of ``line`` that became ``fold(line)[start:end]``; folding keeps the order."""
    positions = range(len(line) + 1)

    def folded_length(position: int) -> int:
        return len(fold(line[:position]))

    first = bisect.bisect_right(positions, start, key=folded_length) - 1
    reached = bisect.bisect_left(positions, end, key=folded_length)
    with_marks = bisect.bisect_right(positions, end, key=folded_length) - 1
    return first, max(reached, with_marks)


@dataclass(frozen=True)
class _Matcher:
    """Finds the names of one series, the longest first: an alias inside the name is not counted again."""

    series: Series
    names: tuple[str, ...]
    """By the number of the pattern's group."""
    pattern: re.Pattern[str]

    def mentions(self, field_name: str, field: _Field) -> Iterator[Mention]:
        """Give one mention for each name that stands in the field."""
        first: dict[str, re.Match[str]] = {}
        counts: dict[str, int] = {}
        for found in self.pattern.finditer(field.folded):
            name = self.names[(found.lastindex or 1) - 1]
            first.setdefault(name, found)
            counts[name] = counts.get(name, 0) + 1
        for name, count in counts.items():
            kind = "name" if name == self.series.name else "alias"
            passage = field.passage(*first[name].span())
            if field_name == "tags":
                passage = passage.removeprefix("#")
            yield Mention(self.series.name, name, kind, field_name, count, passage)


@lru_cache(maxsize=256)
def _matcher(series: Series) -> _Matcher:
    names = sorted(
        {series.name, *series.aliases}, key=lambda name: (-len(fold(name)), name != series.name, name)
    )
    alternatives = [(name, pattern) for name in names for pattern in _patterns(name)]
    # An empty group at the end of each alternative says which one was found; ahead of it, it would keep the
    # regular expression from skipping to the letters that a name can begin with.
    pattern = "|".join(f"{pattern}()" for _, pattern in alternatives) or r"(?!)"
    return _Matcher(series, tuple(name for name, _ in alternatives), re.compile(pattern))


def _patterns(name: str) -> Iterator[str]:
    """Give the regular expressions for a name in folded text; none for a name without letters."""
    parts = _split(fold(name))
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


def _give_reason(mentions: Sequence[Mention], series: Sequence[Series]) -> str:
    if not mentions:
        names = [name for one in series for name in (one.name, *one.aliases)]
        if len(names) > 5:
            names[4:] = [f"{len(names) - 4} other names"]
        return f"does not name {_enumerate(names, 'or')}"
    parts = []
    for name in dict.fromkeys(mention.series for mention in mentions):
        own = [mention for mention in mentions if mention.series == name]
        known_as = name if any(mention.kind == "name" for mention in own) else f"{own[0].name} ({name})"
        places = []
        for field, place in _FIELDS.items():
            if count := sum(mention.count for mention in own if mention.field == field):
                times = {"title": "", "tags": ""}.get(field, "once " if count == 1 else f"{count} times ")
                places.append(times + place)
        parts.append(f"names {known_as} {_enumerate(places, 'and')}")
    return "; ".join(parts)


def _enumerate(items: Sequence[str], conjunction: str) -> str:
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}" if len(items) > 1 else "".join(items)
