"""The shape of an address: what addresses of articles have in common, and those of other pages have not."""

import re
from functools import lru_cache
from mimetypes import guess_type
from urllib.parse import parse_qsl, unquote, urlsplit

from spiders.words import ACTIONS, OTHER_PAGES

_EXTENSION = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cms|amp)$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?(?!\d)")
_NUMBER = re.compile(r"\d+")
_LONG_ID = re.compile(r"\d{4,}|(?=[0-9a-f]*\d)[0-9a-f]{8,}")
_WORDS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=8192)
def shape_of(url: str) -> str:
    """Give an address with what changes from article to article left open.

    ``/news/2026/03/stars-and-pans-12345.html`` becomes ``news/Y/N/slug``; sections keep their names.
    """
    parts = urlsplit(url)
    *folders, last = _segments(parts.path) or [""]
    named = [_kind(folder) if _kind(folder) in {"Y", "N", "date", "id"} else folder for folder in folders]
    keys = sorted(key for key, value in parse_qsl(parts.query) if _NUMBER.fullmatch(value))
    return "/".join([*named, _kind(last)]) + (f"?{'&'.join(keys)}" if keys else "")


def loose_shape_of(url: str) -> str:
    """Give the shape with the names of sections left open too: ``S/Y/N/slug``."""
    *folders, last = shape_of(url).split("/")
    return "/".join([*(one if one in {"Y", "N", "date", "id"} else "S" for one in folders), last])


@lru_cache(maxsize=8192)
def likeness(url: str) -> float:
    """Give how much an address alone looks like that of an article: about -5 (not at all) to 5."""
    parts = urlsplit(url)
    segments = _segments(parts.path)
    keys = {key.lower() for key, _ in parse_qsl(parts.query)}
    if _is_file(parts.path) or keys & ACTIONS:
        return -5
    if not segments:
        return 1 if any(_LONG_ID.fullmatch(value) for _, value in parse_qsl(parts.query)) else -5
    last = segments[-1]
    score = 0.0
    if any(segment.lower() in OTHER_PAGES for segment in segments):
        score -= 4
    kind, count = _kind(last), len(_WORDS.findall(last))
    named = any(len(_WORDS.findall(segment)) >= 4 for segment in segments[:-1])
    if (kind in {"Y", "N"} and not named) or (kind == "date" and not _EXTENSION.search(parts.path)):
        score -= 3  # the archive of a year, a month or a day; or a page number
    if kind == "slug":
        score += 2 if count >= 4 else 1
    elif named:
        score += 1.5  # the name of an article, and then a number, or a word that says what it is
    if kind == "id" or _LONG_ID.search(last):
        score += 1.5
    if _dated(segments):
        score += 2
    if _EXTENSION.search(parts.path):
        score += 0.5
    if any(_LONG_ID.fullmatch(value) for _, value in parse_qsl(parts.query)):
        score += 1
    return score


def is_folder_of(url: str, other: str) -> bool:
    """Tell whether an address is a folder that another one lies in: a section, and an article of it."""
    folder, page = urlsplit(url), urlsplit(other)
    return (
        folder.netloc == page.netloc
        and page.path.startswith(f"{folder.path.rstrip('/')}/")
        and folder != page
    )


def _segments(path: str) -> list[str]:
    return [unquote(segment) for segment in path.split("/") if segment]


def _kind(segment: str) -> str:
    """Tell what a part of a path is: Y, N, date, id, slug or word."""
    bare = _EXTENSION.sub("", segment)
    if _NUMBER.fullmatch(bare):
        return (
            "Y"
            if _YEAR.fullmatch(bare)
            else "N"
            if len(bare) <= 2
            else "date"
            if _DATE.fullmatch(bare)
            else "id"
        )
    if _DATE.fullmatch(bare):
        return "date"
    words = _WORDS.findall(bare)
    if len(words) >= 3 or (len(words) == 2 and len(bare) >= 14) or len(bare) >= 24:
        return "slug"
    return "id" if _LONG_ID.search(bare) else "word"


def _is_file(path: str) -> bool:
    """Tell whether a path is that of a picture, a recording, a feed; no page."""
    kind, _ = guess_type(path)
    return (
        kind is not None
        and kind not in {"text/html", "application/xhtml+xml"}
        and not _EXTENSION.search(path)
    )


def _dated(segments: list[str]) -> bool:
    """Tell whether a date stands before the name of the page, or in it."""
    kinds = [_kind(segment) for segment in segments]
    if "date" in kinds[:-1] or ("Y" in kinds[:-1] and kinds[-1] not in {"Y", "N"}):
        return True
    return kinds[-1] in {"slug", "id"} and _DATE.search(segments[-1]) is not None
