"""When is a page due again? Pure functions: the time is passed in, UTC as ``YYYY-MM-DDTHH:MM:SSZ``."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.models import FetchOutcome, Page, PageState
from archive.visits import Recorded, Schedule

_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,10})")

VISITS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(weeks=1),
    timedelta(days=30),
    timedelta(days=91),
)
"""How long after a visit an article is visited again: most edits follow soon after publication."""

_DAY = VISITS.index(timedelta(days=1))
"""An article that is gone is looked for after a day first."""

LONGEST_FRESH = timedelta(days=1)
"""Of what a site says of its caches: many state a year for everything."""

FIRST_RETRY = timedelta(hours=1)
LAST_RETRY = timedelta(weeks=1)
REFUSAL = timedelta(days=1)
"""How long a refusal by robots.txt is taken for granted; RFC 9309 2.4 allows no more."""


def next_visit(now: str, unchanged: int) -> str:
    """Give when an article is visited again.

    Args:
        now: The time of this visit.
        unchanged: Visits in a row, with this one, that found nothing new; 0 after a change.
    """
    return after(now, VISITS[min(unchanged, len(VISITS) - 1)])


def next_attempt(now: str, failures: int) -> str:
    """Give when a page is tried again that could not be fetched: after 1, 2, 4... hours, a week at most.

    Args:
        now: The time of this attempt.
        failures: In a row, with this one.
    """
    return after(now, min(FIRST_RETRY * 2 ** min(max(failures - 1, 0), 10), LAST_RETRY))


def after_refusal(now: str) -> str:
    """Give when we ask again whether we may fetch a page."""
    return after(now, REFUSAL)


def after(now: str, pause: timedelta) -> str:
    """Give the time so much later."""
    return f"{datetime.fromisoformat(now) + pause:%Y-%m-%dT%H:%M:%SZ}"


def seconds_until(moment: str, now: str) -> float:
    """Give the seconds from now to a moment; negative when it is past."""
    return (datetime.fromisoformat(moment) - datetime.fromisoformat(now)).total_seconds()


def plan(page: Page, now: str, *, until: str = "", fresh: timedelta = timedelta()) -> Schedule:
    """Give what says when a page is fetched again, by what comes of this fetch.

    An article that is new or was edited by its publisher is visited again soon; the longer it stays the same,
    the later. What failed, or would have made an article worse, is tried again soon, and then ever later. An
    article that is gone is looked for now and then; any other page that is gone, or not about the series, is
    left alone.

    Args:
        page: As it was before.
        now: When it was fetched.
        until: The time before which its host wants to be left alone.
        fresh: How long the answer may be taken for the newest, by its cache headers.
    """
    fresh_until = after(now, min(fresh, LONGEST_FRESH))

    def schedule(recorded: Recorded) -> str | None:
        match recorded.outcome:
            case FetchOutcome.FAILED | FetchOutcome.HELD_BACK:
                return max(next_attempt(now, page.failures + 1), until)
            case FetchOutcome.REFUSED:
                return after_refusal(now)
            case FetchOutcome.GONE if recorded.article_id:
                return next_visit(now, _DAY + (page.unchanged + 1 if page.state is PageState.GONE else 0))
            case FetchOutcome.SKIPPED | FetchOutcome.ALIAS | FetchOutcome.GONE:
                return None
            case FetchOutcome.UNCHANGED if recorded.article_id is None:
                return None
            case _:
                return max(next_visit(now, 0 if recorded.is_news else page.unchanged + 1), fresh_until)

    return schedule


def fresh_for(cache_control: str | None) -> timedelta:
    """Read ``max-age`` of ``Cache-Control`` (RFC 9111 5.2.2.1); nothing beside no-cache or no-store."""
    stated = (cache_control or "").lower()
    found = _MAX_AGE.search(stated)
    if found is None or "no-cache" in stated or "no-store" in stated:
        return timedelta()
    return timedelta(seconds=min(int(found[1]), 10**8))


def retry_after(value: str | None, now: str) -> str | None:
    """Read ``Retry-After``, seconds or an HTTP date (RFC 9110 10.2.3).

    Returns:
        The time that it names, a month from now at most; None when it names none.
    """
    value = (value or "").strip()
    try:
        if value.isdecimal():
            pause = timedelta(seconds=min(int(value), 10**8))
        else:
            moment = parsedate_to_datetime(value)
            pause = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.fromisoformat(now)
    except (ValueError, OverflowError):
        return None
    return after(now, min(max(pause, timedelta()), timedelta(days=30)))
