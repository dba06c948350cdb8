"""Lines that say when an article, or a part of it, was published or changed, and next to nothing else."""

import re
from collections.abc import Collection

from crawler.extraction.dates import day_of, days_and_rest

RULE = "structure.date"
_LONGEST = 100
_WORD = re.compile(r"[^\W\d_]{3,}")
_OTHER_WORDS = 3
"""A label, the day of the week, "min read"."""
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?:\s?(?:[ap]\.?m\.?|uhr|h|[^\W\d_]{2,4}))?(?:\s[^\W\d_]{2,5})?", re.I)


def is_clock(line: str) -> bool:
    """Tell whether a line is a time of day and no more, as above each part of a live report."""
    return _CLOCK.fullmatch(line) is not None


def is_dateline(line: str, days: Collection[str]) -> bool:
    """Tell whether a line is little else than a day on which the article was published or changed.

    Args:
        line: any text.
        days: those days, as ISO 8601 dates; the day before or after is the same in another zone.
    """
    if not days or len(line) > _LONGEST:
        return False
    named, rest = days_and_rest(line)
    return len(_WORD.findall(rest)) <= _OTHER_WORDS and any(
        abs((one - day_of(day)).days) <= 1 for one in named for day in days
    )
