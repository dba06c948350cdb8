"""The parts of a sitemap index: which of them cannot have changed since they were read."""

import re
from datetime import date, timedelta

from archive.models import Discovery
from archive.times import is_later, to_comparable
from crawler.schedule import after
from spiders.documents import Part

_TRUST_LASTMOD = timedelta(days=7)
"""An index that never says that a part changed is believed for so long; some are wrong."""
_TRUST_PERIOD = timedelta(days=60)
"""So is one whose name says that it is about the past."""
_GRACE = timedelta(days=3)
"""After the end of its period a part may still get what was published then."""
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"  # of two digits: sitemap-2026-1 is the first of that year
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
_SHORT_MONTH, _SHORT_DAY = r"(?P<month>1[0-2]|0?[1-9])", r"(?P<day>3[01]|[12]\d|0?[1-9])"
_PERIODS = [
    re.compile(rf"(?<!\d){_YEAR}(?P<gap>[-_/.]?)(?:{_MONTH}(?:(?P=gap){_DAY})?)(?!\d)"),
    re.compile(
        rf"[?&](?:yyyy|year|y)={_YEAR}(?:&(?:mm|month|m)={_SHORT_MONTH}(?:&(?:dd|day|d)={_SHORT_DAY})?)?(?=&|$)"
    ),
    re.compile(rf"(?<!\d){_YEAR}(?!\d)"),
]


def may_have_changed(part: Part, known: Discovery, now: str) -> bool:
    """Tell whether a part of an index has to be read.

    Args:
        part: As the index states it.
        known: What we know of it.
        now: UTC.
    """
    read_at = known.checked_at if not known.failures else None
    if read_at is None:
        return True
    if modified := to_comparable(part.modified):
        return is_later(modified, read_at) or after(read_at, _TRUST_LASTMOD) <= now
    if (end := period_end(part.url)) and f"{end + _GRACE}T00:00:00Z" < read_at:
        return after(read_at, _TRUST_PERIOD) <= now
    return True


def period_end(url: str) -> date | None:
    """Give the first day after the year, month or day that the address of a part names; None for none."""
    address = url.partition("://")[2].partition("/")[2]
    found = next((found for pattern in _PERIODS if (found := pattern.search(address))), None)
    if found is None:
        return None
    stated = {name: int(value) for name, value in found.groupdict().items() if value and name != "gap"}
    year, month, day = stated["year"], stated.get("month", 12), stated.get("day")
    try:
        return (
            date(year, month, day) + timedelta(days=1) if day else date(year + month // 12, month % 12 + 1, 1)
        )
    except ValueError:
        return None
