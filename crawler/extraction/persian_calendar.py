"""Days of the Solar Hijri calendar, by which Iran and Afghanistan date."""

from datetime import date, timedelta

PERSIAN_MONTHS = (
    *("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور"),
    *("مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
)
_LEAP_YEARS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
"""Of each cycle of 33 years; right from 1244 to 1472 (1865 to 2093)."""
_NEW_YEAR = 1400, date(2021, 3, 21)


def persian_day(year: int, month: int, day: int) -> date | None:
    """Give the day in our calendar; None where there is no such day."""
    known, new_year = _NEW_YEAR
    longest = 31 if month < 7 else 30 if month < 12 or year % 33 in _LEAP_YEARS else 29
    if not 1 <= month <= 12 or not 1 <= day <= longest:
        return None
    between = range(min(year, known), max(year, known))
    days = sum(366 if one % 33 in _LEAP_YEARS else 365 for one in between)
    before = 31 * (month - 1) - max(0, month - 7)
    return new_year + timedelta(days=(days if year > known else -days) + before + day - 1)
