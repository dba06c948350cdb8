"""How facts are said to people: labels, dates, marked words. Nothing here reads the archive."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from datasette.utils.asgi import Request
from markupsafe import Markup

from archive.query import Words
from archive.site.charts import MONTHS
from archive.snippets import find_marks

LONGEST = 2_000
"""Characters of a text on a page, and of an address that is made a link."""
_LONGEST_TEXT = 20_000

PLACES = (
    ("/articles", "Articles"),
    ("/timeline", "Timeline"),
    ("/sources", "Sources"),
    ("/authors", "Authors"),
    ("/clusters", "Copies"),
    ("/changes", "Changes"),
    ("/review", "Review"),
)
"""Where every page leads: address and name."""

ACCESS = {
    "free": "Free to read",
    "registration": "Needs a free account",
    "metered": "Metered",
    "paywalled": "For subscribers",
    "unknown": "Access not stated",
}
"""By `archive.models.Access`."""

PAGES = {
    "new": "Found, not fetched yet",
    "kept": "Kept: an article about the series",
    "skipped": "Skipped: not about the series, or not an article",
    "failed": "Failed: tried again later",
    "gone": "Gone: the site says that it is no more",
    "refused": "Refused: we must not fetch it",
    "alias": "Leads to an article that another page holds",
}
"""By `archive.models.PageState`."""

REVISIONS = {
    "first": "First version",
    "publisher": "Changed by the publisher",
    "rules": "Read again with other rules",
}
"""By `archive.models.RevisionKind`."""

DISCOVERIES = {
    "feed": "Feed",
    "sitemap": "Sitemap",
    "section": "Section page",
    "search": "Search of the site",
    "wayback": "Wayback Machine",
    "common crawl": "Common Crawl",
    "file": "File",
}
"""By `archive.models.DiscoveryKind`."""

VERDICTS = {
    "ok": "Well",
    "degraded": "Less than before",
    "broken": "Broken",
    "silent": "Silent",
}
"""By `archive.health.Verdict`."""

HELD = {
    "error-page": "An error page",
    "not-found": "A page that says that it is no more",
    "consent-wall": "A consent wall",
    "empty": "No text",
    "shrunk": "Much less text",
    "paywall": "A new paywall",
    "other-article": "Another article",
    "leads-elsewhere": "Leads elsewhere",
    "not-relevant": "Not about the series any more",
    "unreadable": "Cannot be read",
}
"""By `archive.models.HeldReason`."""

FIELDS = {
    "title": "headline",
    "text": "text",
    "standfirst": "standfirst",
    "authors": "authors",
    "published": "date of publication",
    "modified": "date of modification",
    "access": "access",
    "text_complete": "how much is public",
}
"""What a revision changed, by `archive.revisions.Content`."""


FACETS = {
    "source": "Source",
    "dated": "Year",
    "lang": "Language",
    "access": "Access",
    "found": "Found by",
    "author": "Author",
    "tag": "Tag",
    "after": "From",
    "before": "Before",
}
"""By the field of the query language."""


def say_value(field: str, value: str) -> str:
    """Give what a query says of a fact in words."""
    match field:
        case "lang":
            return say_language(value.lower())
        case "access":
            return ACCESS.get(value.lower(), value)
        case "found":
            return DISCOVERIES.get(value.lower(), value)
    return value


def say_access(access: str, text_complete: bool, words: int) -> str:
    """Give in a few words who may read an article and how much of it is here, as far as that is known."""
    said = "" if access == "unknown" else ACCESS.get(access, "")
    text = "" if text_complete else "text cut off" if words else "text not kept"
    return f"{said}, {text}" if said and text else said or text.capitalize()


def say_fields(names: Iterable[str]) -> str:
    """Give the names of fields as a list in words."""
    return ", ".join(FIELDS.get(name, str(name)[:40]) for name in names)


def say_share(share: float) -> str:
    """Give 0.1234 as 12%, and what is less than a per cent as such."""
    return "less than 1%" if 0 < share < 0.01 else f"{share:.0%}"


LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def say_date(stated: str | None) -> str:
    """Give ``2024-01-05T09:30:00+09:00`` as 5 January 2024; what is no date as it is, shortened."""
    if not stated:
        return ""
    try:
        day = date.fromisoformat(stated[:10])
    except ValueError:
        return stated[:40]
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_time(stated: str | None) -> str:
    """Give a date and time to the minute with the offset that it was stated with; a bare date as a date."""
    if not stated:
        return ""
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return say_date(stated)
    if len(stated) <= len("YYYY-MM-DD"):
        return say_date(stated)
    zone = (moment.tzname() or "").replace("UTC+", "+").replace("UTC-", "-")
    return f"{say_date(stated)}, {moment:%H:%M} {zone}".strip()


def say_language(language: str | None) -> str:
    """Give ``ja`` as Japanese; what has no name here as it is."""
    return LANGUAGES.get(language or "", (language or "")[:20])


def say_number(number: int) -> str:
    """Give 1234567 as 1,234,567."""
    return f"{number:,}"


def count(number: int, thing: str) -> str:
    """Give 1 and article as 1 article, 2 as 2 articles."""
    return f"{say_number(number)} {thing}" if number == 1 else f"{say_number(number)} {thing}s"


def say_span(first: str, last: str) -> str:
    """Give two months as the years that they lie in: 2024, or 2023 to 2026."""
    return first[:4] if first[:4] == last[:4] else f"{first[:4]} to {last[:4]}"


def with_argument(request: Request, name: str, value: str | None) -> str:
    """Give this page's own query string with one argument set, or without it."""
    kept = [
        (key, item) for key, items in parse_qs(request.query_string).items() for item in items if key != name
    ]
    return "?" + urlencode([*kept, (name, value)] if value else kept)


def mark(text: str, marks: Iterable[tuple[int, int]]) -> Markup:
    """Give a text with ``<mark>`` from each start to its end."""
    parts, place = Markup(""), 0
    for start, end in marks:
        parts += Markup("{}<mark>{}</mark>").format(text[place:start], text[start:end])
        place = end
    return parts + text[place:]


def mark_name(passage: str, name: str) -> Markup:
    """Give a passage with ``<mark>`` around a name, wherever it says it."""
    return mark(passage, find_marks(passage, [Words(name)]))


def sentence(text: str) -> str:
    """Give a clause as a sentence: with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "…", "。")) or not text else ".")


def cut_long(facts: Any, most: int = LONGEST) -> Any:
    """Give facts with every text cut that is longer than anybody reads, for a page; its JSON has them whole.

    A publisher may have written a title of megabytes. Texts of removed blocks may be long; differences have
    to be whole.
    """
    if isinstance(facts, str):
        return facts if len(facts) <= most else f"{facts[:most]}…"
    if isinstance(facts, dict):
        return {
            key: one if key == "texts" else cut_long(one, _LONGEST_TEXT if key == "text" else most)
            for key, one in facts.items()
        }
    return [cut_long(one, most) for one in facts] if isinstance(facts, list) else facts


def shorten(text: str, most: int) -> str:
    """Give a text on one line, cut at a word and with an ellipsis where it has more characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line.rfind(" ", most - 30, most)
    return f"{line[: cut if cut > 0 else most].rstrip()}…"
