"""Dates as publishers write them, read into ISO 8601.

What is stated is kept: a date stays a date, a time keeps its offset, and a time without an offset gets none.
Relative dates ("3 hours ago") are not read.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from crawler.extraction.language import primary_tag
from crawler.extraction.months import month_number
from crawler.extraction.persian_calendar import PERSIAN_MONTHS, persian_day
from crawler.extraction.words import load

PUBLISHED = "published"
MODIFIED = "modified"

_ISO = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[-/.]|\. )(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<y2>(?:19|20)\d\d)(?P<m2>[01]\d)(?P<d2>[0-3]\d)(?=T?\d{6}|T\d{4}|\b)"
)
_CJK = re.compile(r"(?P<y>(?:19|20)\d\d)\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일号]")
_ERA = re.compile(
    r"(?P<era>令和|平成|民國|民国)\s*(?P<y>\d{1,3}|元)\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"
)
_ERA_BEGINS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
_NAME = r"(?P<name>(?:[^\W\d_]|[\u0900-\u09ff\u0e31-\u0e4e]){3,15}|[ก-ฮเ][ก-ฮิี]?\.[ก-ฮ])"
"""A month: letters, and the vowel signs of Devanagari, Bengali and Thai; Thai short forms hold a stop."""
_DAY_MONTH = re.compile(
    r"(?<![\d:])(?P<d>\d{1,2})\s?(?:(?:st|nd|rd|th|er)\b|[.ºª°])?[\s\-/,]*(?:of |de |"
    rf"d['’])?\s*{_NAME}\.?"
    r"[\s\-/,]*(?:de |del |of |พ\.ศ\. ?|ค\.ศ\. ?)?\s*(?P<y>(?:19|20|25)\d\d)(?!\d)"
)
_VIETNAMESE = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})(?:,\s*|\s+)(?:năm\s+)?(?P<y>(?:19|20)\d\d)(?!\d)",
    re.I,
)
_MONTH_DAY = re.compile(
    r"(?P<name>[^\W\d_]{3,15})\.?[\s\-/]*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:\s*[,\-/.·|]\s*|\s+)(?:at\s+)?"
    r"(?:(?P<clock>\d\d:\d\d(?::\d\d)?)\s+(?:[A-Z]{2,4}\s+)?)?(?P<y>(?:19|20)\d\d)(?!\d)"
)
_YEAR_MONTH_DAY = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:\sm)?[.\s,/-]+(?P<name>[^\W\d_]{3,15})\.?[\s/-]+(?P<d>\d{1,2})(?![\d:])"
)
_DAY_NAME_SHORT_YEAR = re.compile(
    r"(?<![\d:])(?P<d>\d{1,2})[\s\-]+(?P<name>[^\W\d_]{3,15})\.?[\s\-]+['’]?(?P<y>\d\d)(?![\d:])"
)
_THAI_SHORT_YEAR = re.compile(
    r"(?<![\d:])(?P<d>\d{1,2})\s*(?P<name>[ก-ฮเ][ก-ฮิี]?\.[ก-ฮ])\.?\s*(?P<y2>\d\d)(?![\d:])"
)
_PERSIAN = re.compile(
    r"(?<!\d)(?P<y>1[34]\d\d)(?P<sep>[/-])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"
    rf"|(?<!\d)(?P<d2>\d{{1,2}})\s+(?P<name>{'|'.join(PERSIAN_MONTHS)})\s+(?P<y2>1[34]\d\d)(?!\d)"
)
_NUMERIC = re.compile(
    r"(?<![\d./:-])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<y>(?:19|20|25)\d\d|"
    r"\d\d)(?![\d:])"
)
_SHORT_YEAR_FIRST = re.compile(
    r"(?<![\d./:成和國国-])(?P<y>\d\d)(?:(?P<sep>[./-])|\s?[年년])\s?(?P<m>\d{1,2})(?(sep)(?P=sep)|\s?[月월])\s?"
    r"(?P<d>\d{1,2})(?![\d:])"
)
_NUMERALS = "〇一二三四五六七八九"
_IN_NUMERALS = re.compile(
    rf"(?:[{_NUMERALS}零\d]{{4}}|(?:令和|平成|民國|民国)\s?[{_NUMERALS}零十百元]{{1,5}})年\s?"
    rf"[{_NUMERALS}十]{{1,3}}月\s?[{_NUMERALS}十]{{1,3}}日"
)
_NUMERAL = re.compile(rf"[{_NUMERALS}零十百]+")
_PATTERNS = (
    *(_ISO, _CJK, _ERA, _DAY_MONTH, _VIETNAMESE, _MONTH_DAY, _YEAR_MONTH_DAY, _NUMERIC),
    *(_DAY_NAME_SHORT_YEAR, _THAI_SHORT_YEAR, _PERSIAN),
)
_YEARS_FIRST = (_ISO, _CJK, _SHORT_YEAR_FIRST, *_PATTERNS)
_YEAR_FIRST = frozenset({"ja", "ko", "zh"})
"""Languages that write the year first also where it has two digits."""
_EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")
_HALVES = {
    half: "|".join(word for words in by_language.values() for word in words)
    for half, by_language in load("half_days").items()
}
_ANYWHERE = f"{_HALVES['morning']}|{_HALVES['afternoon']}|{_HALVES['noon']}"
_AFTERNOON = re.compile(f"{_HALVES['afternoon']}|{_HALVES['afternoon_behind']}", re.I)
_NOON = re.compile(_HALVES["noon"])
_CLOCK = re.compile(
    rf"(?P<before>{_ANYWHERE})?\s?(?<!\d)(?P<h>[01]?\d|2[0-4])\s?(?:[:.h]|時|시|点|"
    r"ч|點)\s?(?P<min>[0-5]\d)(?:[:.](?P<s>[0-5]\d)(?:[.,]\d+)?)?(?:\s?[分분])?"
    rf"\s*(?P<behind>{_ANYWHERE}|{_HALVES['morning_behind']}|{_HALVES['afternoon_behind']})?"
    r"|(?<!\d)(?P<h12>1[0-2]|0?[1-9])\s?(?P<half12>[ap]\.?m\b\.?)"
    r"|T(?P<hc>[0-2]\d)(?P<minc>[0-5]\d)(?P<sc>[0-5]\d)?",
    re.I,
)
_OFFSET = re.compile(
    r"\s*\(?(?:(?:UTC|GMT)?\s?(?P<sign>[+\-\u2212])(?P<oh>[01]?\d):?(?P<om>[0-5]\d)?(?!\d)"
    r"|(?P<z>Z|UTC|GMT)\b|(?P<zone>[A-Z]{2,4})\b)"
)
_ZONES = {
    "EST": "-05:00", "EDT": "-04:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00",
    "PDT": "-07:00", "CET": "+01:00", "CEST": "+02:00", "MEZ": "+01:00", "MESZ": "+02:00", "EET": "+02:00",
    "EEST": "+03:00", "MSK": "+03:00", "JST": "+09:00", "KST": "+09:00", "AEST": "+10:00", "AEDT": "+11:00",
    "WIB": "+07:00", "WITA": "+08:00", "WIT": "+09:00", "ICT": "+07:00", "HKT": "+08:00", "SGT": "+08:00",
    "MYT": "+08:00", "PKT": "+05:00", "TRT": "+03:00", "SAST": "+02:00", "EAT": "+03:00", "WAT": "+01:00",
    "NZST": "+12:00", "NZDT": "+13:00", "AWST": "+08:00", "BRT": "-03:00", "WEST": "+01:00", "HST": "-10:00",
}  # fmt: skip
_SEASONAL = {"ET": -5, "CT": -6, "MT": -7, "PT": -8}
"""Zones of the United States by the hours in winter; an hour less from March to November."""
_ZONE_NAME = re.compile(r"(?<![A-Za-z])[A-Z]{2,4}(?![A-Za-z])")
_AMBIGUOUS = frozenset({"IST", "BST", "CST", "AST", "GST", "SST", "WST"})
_BUDDHIST, _BUDDHIST_AHEAD = 2500, 543
"""Thailand counts 543 years more."""
_BEFORE_NOON = 11
"""The hour that noon begins with, where it is a part of the day."""
_KNOWN_ZONES = _AMBIGUOUS | set(_ZONES) | set(_SEASONAL)
_MAX_TEXT = 300
_EARLIEST = 1850


def read_date(text: str, language: str | None = None, *, latest: date | None = None) -> tuple[str, ...]:
    """Read the first date in a text.

    Args:
        text: a date as found in markup or prose, in any of the languages of ``months``.
        language: of the page, as a BCP 47 tag: ``24.01.05`` has the year first in Korean.
        latest: a later date is no date; by default two days from now, because clocks and zones differ.

    Returns:
        its readings as ISO 8601 dates or times: none, one, or two where day and month cannot be told apart
        (``05/01/2024``), the one with the day first before the other.
    """
    text = plain_digits(text.strip()[:_MAX_TEXT])
    limit = latest or datetime.now(UTC).date() + timedelta(days=2)
    if _EPOCH.fullmatch(text):
        return tuple(_allowed([_from_epoch(text)], limit))
    year_first = primary_tag(language) in _YEAR_FIRST
    for days, match in _days(text, _YEARS_FIRST if year_first else _PATTERNS):
        suffix = _time_near(text, match)
        readings = tuple(_allowed([day + _by_season(suffix, day) for day in days], limit))
        if readings:
            return readings
    return ()


def days_and_rest(text: str) -> tuple[set[date], str]:
    """Give the days that a text names, in each reading, and what it says besides them and clocks."""
    text = plain_digits(text)
    days: set[date] = set()
    rest = text
    for readings, match in _days(text, _YEARS_FIRST):
        days.update(day_of(reading) for reading in readings)
        rest = rest.replace(match[0], " ")
    return days, _ZONE_NAME.sub(" ", _CLOCK.sub(" ", rest))


def zone_of(text: str, iso: str) -> str:
    """Say in words which time zone a date has and how that is known.

    Args:
        text: the date as stated.
        iso: as ``read_date`` read it.
    """
    if "T" not in iso:
        return "a day without a time"
    if _EPOCH.fullmatch(text.strip()):
        return "Unix time, which is UTC"
    offset = iso.partition("T")[2][8:]
    named = next((name for name in _ZONE_NAME.findall(text) if name in _KNOWN_ZONES), None)
    if offset and (named in _ZONES or named in _SEASONAL):
        return f"time zone {offset}, by the name {named}"
    if offset:
        return "time zone UTC, as stated" if offset == "Z" else f"time zone {offset}, as stated"
    if named:
        return f"no time zone: {named} means several"
    return "no time zone stated"


def plain_digits(text: str) -> str:
    """Give a text with the digits of all scripts (full width, Arabic, Devanagari, Thai) as 0 to 9.

    Chinese numerals are digits in a day only: ``二〇二四年四月五日``.
    """
    if text.isascii():
        return text
    text = "".join(str(unicodedata.decimal(c)) if c > "~" and c.isdecimal() else c for c in text)
    return _IN_NUMERALS.sub(lambda day: _NUMERAL.sub(_number, day[0]), text)


def _number(numeral: re.Match[str]) -> str:
    """Give a Chinese numeral below 200 in digits, as well as one that is written digit by digit."""
    rest, total = numeral[0].replace("零", "〇"), 0
    try:
        for sign, worth in (("百", 100), ("十", 10)):
            before, found, behind = rest.partition(sign)
            if found:
                total += worth * (_NUMERALS.index(before[-1]) if before else 1)
                rest = behind
        return str(total + int("".join(str(_NUMERALS.index(digit)) for digit in rest) or 0))
    except ValueError:  # a sign twice, as in 十十: no number
        return numeral[0]


def day_of(iso: str) -> date:
    """Give the calendar day of an ISO 8601 date or time, as written."""
    return date.fromisoformat(iso[:10])


def _allowed(readings: list[str], latest: date) -> Iterator[str]:
    for iso in readings:
        day = day_of(iso)
        if day.year >= _EARLIEST and day <= latest and (day.month, day.day, day.year) != (1, 1, 1970):
            yield iso


def _from_epoch(text: str) -> str:
    seconds = int(text[:10])
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _days(text: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[list[str], re.Match[str]]]:
    """Give the readings of each date in a text."""
    for pattern in patterns:
        for match in pattern.finditer(text):
            days = _readings(match)
            if days:
                yield days, match


def _readings(match: re.Match[str]) -> list[str]:
    part = match.groupdict()
    if match.re is _ISO:
        return _day(part["y"] or part["y2"], part["m"] or part["m2"], part["d"] or part["d2"])
    if match.re is _ERA:
        year = _ERA_BEGINS[part["era"]] + (1 if part["y"] == "元" else int(part["y"]))
        return _day(year, part["m"], part["d"])
    if match.re is _PERSIAN:
        number = PERSIAN_MONTHS.index(part["name"]) + 1 if part["name"] else int(part["m"])
        found = persian_day(int(part["y"] or part["y2"]), number, int(part["d"] or part["d2"]))
        return [found.isoformat()] if found else []
    if match.re is _THAI_SHORT_YEAR:
        return _day(_BUDDHIST + int(part["y2"]), month_number(part["name"]) or 0, part["d"])
    if match.re is _NUMERIC:
        day_first = _day(part["y"], part["b"], part["a"])
        month_first = _day(part["y"], part["a"], part["b"]) if part["sep"] != "." else []
        return list(dict.fromkeys(day_first + month_first))
    if "name" in part:
        month = month_number(part["name"])
        return _day(part["y"], month, part["d"]) if month else []
    return _day(part["y"], part["m"], part["d"])


def _day(year: str | int, month: str | int, day: str | int) -> list[str]:
    number = int(year)
    if number < 100:
        number += 2000
    elif number >= _BUDDHIST:
        number -= _BUDDHIST_AHEAD
    try:
        return [date(number, int(month), int(day)).isoformat()]
    except ValueError:
        return []


def _time_near(text: str, day: re.Match[str]) -> str:
    """Give the time of day that stands in, after or before a date, as the second half of an ISO 8601 time."""
    if day.groupdict().get("clock"):
        inside = _CLOCK.match(text, day.start("clock"))
        return _time(inside, text) if inside else ""
    after = _CLOCK.search(text, day.end(), day.end() + 40)
    if after and after.start() - day.end() <= 20:
        return _time(after, text)
    before = _CLOCK.search(text, max(0, day.start() - 25), day.start())
    return _time(before, text) if before else ""


def _time(match: re.Match[str], text: str) -> str:
    hour = int(match["h"] or match["h12"] or match["hc"])
    half = match["behind"] or match["half12"] or match["before"] or ""
    if _AFTERNOON.fullmatch(half) or (_NOON.fullmatch(half) and hour < _BEFORE_NOON):
        hour = hour % 12 + 12
    elif half and not _NOON.fullmatch(half):
        hour %= 12
    if hour > 23:
        return ""
    seconds = match["s"] or match["sc"] or "00"
    return f"T{hour:02}:{match['min'] or match['minc'] or '00'}:{seconds}{_offset(text[match.end() :])}"


def _offset(rest: str) -> str:
    match = _OFFSET.match(rest)
    if match is None:
        return ""
    if match["z"]:
        return "Z"
    if zone := match["zone"]:
        return zone if zone in _SEASONAL else _ZONES.get(zone, "")
    sign = "-" if match["sign"] in "-\u2212" else "+"
    hours, minutes = int(match["oh"]), int(match["om"] or 0)
    return f"{sign}{hours:02}:{minutes:02}" if hours <= 14 else ""


def _by_season(suffix: str, day: str) -> str:
    """Give a time with the offset that its zone has on a day (15 U.S.C. 260a: the second Sunday in March)."""
    if (name := suffix[-2:]) not in _SEASONAL:
        return suffix
    date_of = date.fromisoformat(day)
    begins, ends = _sunday(date_of.year, 3, 2), _sunday(date_of.year, 11, 1)
    hours = _SEASONAL[name] + (begins <= date_of < ends)
    return f"{suffix[:-2]}-{-hours:02}:00"


def _sunday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))
