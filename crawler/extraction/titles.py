"""The headline: the one on the page that the head's titles speak of, without the site's name."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote, urlsplit

_SEPARATOR = re.compile(r"\s+(?:[-–—―·•:/<>~*]|::|//|\|\|)\s+|\s*[|｜│¦]\s*|\s+[»›«‹]\s+|_(?=[^\W\d_])|:\s+")
_LOOSE = re.compile(r"^[»›|·•]\s+|\s+[|·•«‹–—-]\s*$")
_COUNT = re.compile(r"^\(\d+\)\s+")
"""What a script puts before a title: messages that were not read."""
_PAGES = re.compile(r"\s*[（(]\s*\d+\s*/\s*\d+\s*\w*\s*[)）]$")
"""Which page of an article it is: ``（1/2 ページ）``."""
_JOINT = re.compile(r"(?:\s*[:|–—]|\s-)\s+")
"""What stands between the pieces of a title where it is one line."""
_SLUG_NOISE = re.compile(r"\.\w{2,5}$|(?<![^\W_])[a-z]?\d{5,}(?![^\W_])|\b[0-9a-f]{8,}\b")
_LISTS = frozenset("|｜_")
_MAX_LISTED = 4
_STRONG = frozenset("|｜│¦")
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CJK_RUN = re.compile(rf"{_CJK.pattern}+")
_ALIKE = 0.5
_MAX_SITE_WORDS = 6
_MIN_KEY, _MIN_CJK_KEY = 4, 2
_MAX_SECTION_WORDS = 3
_MAX_HEADLINE = 200
"""A longer heading is a paragraph, where the head says otherwise."""
_CJK_WORD = 3
"""Characters of a word, for counting."""
_MIN_SLUG_WORDS = 2
_KICKER_ENDS = frozenset(":|-–—•·+/!?.")


def choose_title(
    heads: Sequence[str], declared: Sequence[str], document: str, site: Iterable[str], url: str
) -> str:
    """Choose the headline of a page.

    Args:
        heads: the texts of the page's visible headlines, in its order; a line for each piece shown apart.
        declared: the titles that its head declares (OpenGraph, JSON-LD ``headline``), the most trusted first.
        document: the text of ``<title>``.
        site: names that the site calls itself by.
        url: of the page; its host is a name of the site, too.

    Returns:
        the headline, or an empty string where the page states none.
    """
    names = site_keys(site, url) | _rest_of_document(document, declared) | _headed_by_site(document, heads)
    heads, declared = [_trimmed(head) for head in heads], [_trimmed(title) for title in declared]
    document = _cut_section(_trimmed(_COUNT.sub("", document)), names)
    titles = [cut_site(text, names, [*heads, *declared]) for text in [*declared, document] if text]
    titles = [text for text in titles if not _is_site(text, names, whole=True)]
    agreed = {title for title, count in Counter(map(key, titles)).items() if count > 1} - {""}
    headlines = [_headline(head, names, titles, agreed) for head in heads]
    headlines = [head for head in headlines if head and not _is_site(head, names, whole=True)]
    spoken_of = [*titles, *_slug(url)]
    alike = [(max((likeness(head, text) for text in spoken_of), default=0.0), head) for head in headlines]
    best = max(alike, key=lambda pair: pair[0], default=(0.0, ""))
    if best[0] >= _ALIKE:
        return _as_written(_in_full(best[1], declared, document, names), titles)
    different = list(dict.fromkeys(headlines))
    if len(different) == 1 and _stands_for_itself(different[0], titles, agreed, names):
        return different[0]
    if titles:
        return titles[0]
    return headlines[0] if headlines else ""


def cut_site(title: str, names: set[str], others: Sequence[str]) -> str:
    """Cut the name of the site off the end or the beginning of a title.

    What is cut is a name of the site, or all that a title has more than one of the others.
    """
    known = {key(other) for other in others}
    for match, following in pairwise(_SEPARATOR.finditer(title)):
        if key(title[match.end() : following.start()]) in names:
            before = title[: match.start()]
            title = title[following.end() :] if _is_site(before, names) else before
            break
    for _ in range(4):
        matches = list(_SEPARATOR.finditer(title))
        if not matches:
            break
        first, last = matches[0], matches[-1]
        before, behind = title[: last.start()].strip(), title[last.end() :].strip()
        if _is_site(behind, names, whole=":" in last.group()) or (
            key(before) in known and ":" not in last.group()
        ):
            title = before
            continue
        before, behind = title[: first.start()].strip(), title[first.end() :].strip()
        if not (_is_site(before, names, whole=":" in first.group()) or key(behind) in known):
            break
        title = behind
    return title


def beginnings(document: str) -> list[str]:
    """Give what is left of ``<title>`` without its last parts, the longest first."""
    return [document[: match.start()].strip() for match in reversed([*_SEPARATOR.finditer(document)])]


def site_keys(site: Iterable[str], url: str) -> set[str]:
    """Give the keys of what a site calls itself: its names and its host, with and without "The"."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = host.split(".")[:-1]
    names = [*site, host, *(label for label in labels if len(label) >= _MIN_KEY)]
    names += [name[4:] for name in names if name.casefold().startswith("the ")]
    names += [f"the {name}" for name in names]
    return {key(name) for name in names} - {""}


def _trimmed(title: str) -> str:
    """Give a title without a sign that cuts off nothing: ``» Rouge``, ``Rouge |``."""
    return _LOOSE.sub("", title)


def _cut_section(document: str, names: set[str]) -> str:
    """Cut the sections from ``<title>`` that stand between signs of one kind, before the site."""
    signs = list(_SEPARATOR.finditer(document))
    if len(signs) < 2 or not _is_site(document[signs[-1].end() :], names):
        return document
    between = [document[one.end() : other.start()] for one, other in pairwise(signs)]
    same = {sign.group().strip() for sign in signs}
    if len(same) > 1 or not same <= _LISTS or any(len(_words(part)) > _MAX_LISTED for part in between):
        return document
    return document[: signs[0].start()] + document[signs[-1].start() :]


def likeness(one: str, other: str) -> float:
    """Say how many words two titles share: 0 none, 1 all (Dice's coefficient; CJK by character)."""
    a, b = Counter(_words(one)), Counter(_words(other))
    if not a or not b:
        return 0.0
    return 2 * (a & b).total() / (a.total() + b.total())


@lru_cache(maxsize=1024)
def key(text: str) -> str:
    """Give what two spellings of a title have in common: letters and digits in lower case."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _in_full(head: str, declared: Sequence[str], document: str, names: set[str]) -> str:
    """Give the title that all of the page's head agrees on where the headline is a part of it.

    Such pages show a lead-in ("After the finale:") apart from the headline, or cut the headline short. What a
    sign cuts off (``| Culture``) is no part of a title.
    """
    whole = declared[0] if declared else ""
    if len(declared) < 2 or len({key(title) for title in declared}) > 1 or key(whole) not in key(document):
        return head
    before, found, behind = whole.partition(head)
    if not found or _SEPARATOR.match(f" {behind.strip()} ") or (before and not before.rstrip().endswith(":")):
        return head
    return head if _is_site(before, names) or _is_site(behind, names) else whole


def _as_written(head: str, titles: Sequence[str]) -> str:
    """Give the headline as a declared title writes the same letters.

    Where a headline is made of several elements, its markup leaves spaces out or puts more in, and only the
    look tells what a colon or a dash says in one line.
    """
    letters, joined = "".join(head.split()), _JOINT.sub(" ", head)
    for title in titles:
        if begun := _beginning(title, letters):
            return begun
    return next((t for t in titles if len(t) > len(head) and _JOINT.sub(" ", t) == joined), head)


def _beginning(title: str, letters: str) -> str:
    """Give the beginning of a title that has just these letters, whatever its spaces."""
    seen = 0
    for place, character in enumerate(title):
        if character.isspace():
            continue
        if character != letters[seen]:
            return ""
        seen += 1
        if seen == len(letters):
            return title[: place + 1]
    return ""


def _slug(url: str) -> list[str]:
    """Give the words in the last part of an address, which mostly are those of a headline."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    words = _WORD.findall(_SLUG_NOISE.sub(" ", last))
    return [" ".join(words)] if len(words) >= _MIN_SLUG_WORDS else []


def _stands_for_itself(head: str, titles: Sequence[str], agreed: set[str], names: set[str]) -> bool:
    """Tell whether the only headline is one although no title is like it.

    A part of a title is. A few words that share nothing with a title that two places agree on are a section;
    a heading with the site's name, one that ends with a colon and a whole paragraph are none at all.
    """
    words = len(_words(head)) - sum(map(len, _CJK_RUN.findall(head))) * (_CJK_WORD - 1) // _CJK_WORD
    if words > 1 and any(key(head) in key(title) for title in titles):
        return True
    if titles and (_is_site(head, names) or head.endswith(":") or len(head) > _MAX_HEADLINE):
        return False
    return words > _MAX_SECTION_WORDS or (words > 2 and not agreed)


def _headline(head: str, names: set[str], titles: Sequence[str], agreed: set[str]) -> str:
    """Give a headline without the site, a kicker or section before it, or a date or a count beside it."""
    wanted = {key(title) for title in titles}
    text = " ".join(head.split())
    whole = key(text)
    if (uncounted := _PAGES.sub("", text)) != text and key(uncounted) in wanted:
        return uncounted
    if whole in wanted:
        return cut_site(text, names, ())
    for line in head.split("\n"):
        if "\n" in head and key(line) in wanted and len(_words(line)) > 1:
            return line
    for title in titles:
        if (wording := key(title)) in agreed and len(whole) > len(wording) and whole.endswith(wording):
            kicker = text[: -len(title)]
            if len(kicker.split()) > 1 or kicker.strip()[-1:] in _KICKER_ENDS:
                return title
    bars = [match for match in _SEPARATOR.finditer(text) if match.group().strip() in _STRONG]
    if bars and key(text[bars[-1].end() :]) in wanted:
        return text[bars[-1].end() :]
    return cut_site(text, names, ())


def _is_site(part: str, names: set[str], *, whole: bool = False) -> bool:
    text = key(part)
    if text in names or _initials(part) in names:
        return True
    if whole or _is_short(text) or len(part.split()) > _MAX_SITE_WORDS:
        return False
    return any(not _is_short(name) and (name in text or text in name) for name in names)


def _initials(name: str) -> str:
    """Give the first letters of a name of several words, as in ``fbx.example`` for "First Bank of Xanadu"."""
    words = [word for word in name.split() if word[:1].isupper()]
    return key("".join(word[0] for word in words)) if len(words) > 2 else ""


def _is_short(text: str) -> bool:
    return len(text) < (_MIN_CJK_KEY if _CJK.search(text) else _MIN_KEY)


def _rest_of_document(document: str, declared: Iterable[str]) -> set[str]:
    """What ``<title>`` has more than a declared title is the name of the site."""
    known = {key(title) for title in declared}
    found: set[str] = set()
    for match in _SEPARATOR.finditer(document):
        before, behind = document[: match.start()], document[match.end() :]
        if key(before) in known and ":" not in match.group():
            found.add(behind)
        elif key(behind) in known:
            found.add(before)
    return {key(rest) for rest in found if len(rest) < len(document) / 2} - {""}


def _headed_by_site(document: str, heads: Iterable[str]) -> set[str]:
    """A headline that is the last and smaller part of ``<title>`` is the name of the site."""
    parts = [part for part in _SEPARATOR.split(document) if part]
    if len(parts) < 2 or len(parts[-1]) > len(document) / 2:
        return set()
    return {key(parts[-1])} & {key(head) for head in heads}


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFKC", text).casefold()
    words: list[str] = []
    for word in _WORD.findall(text):
        words.extend(word if _CJK.search(word) else [word])
    return tuple(words)
