"""When is a feed, a sitemap or a section read again? By how often it brings something new.

Pure functions: the time is passed in, UTC as ``YYYY-MM-DDTHH:MM:SSZ``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.models import Discovery, DiscoveryKind
from crawler.schedule import after


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The pauses between two readings of a document."""

    first: timedelta
    shortest: timedelta
    longest: timedelta
    growth: float = 1.5
    """By how much a pause is longer after a reading that brought nothing."""


RHYTHMS = {
    DiscoveryKind.FEED: Rhythm(timedelta(minutes=30), timedelta(minutes=10), timedelta(hours=3), 1.2),
    DiscoveryKind.SITEMAP: Rhythm(timedelta(hours=1), timedelta(minutes=20), timedelta(days=1)),
    DiscoveryKind.SECTION: Rhythm(timedelta(hours=1), timedelta(minutes=20), timedelta(days=1)),
    DiscoveryKind.SEARCH: Rhythm(timedelta(days=1), timedelta(hours=6), timedelta(weeks=1)),
}
"""The shortest are a little shorter than common intervals of cron: no turn is missed by seconds.

Feeds are small and have what is new, so their pauses grow slowly; benchmarks/freshness.py tells what for.
"""

FIRST_RETRY = timedelta(minutes=15)
LAST_RETRY = timedelta(days=1)
LAST_RETRY_GONE = timedelta(weeks=1)
"""For a document that is no more (404, 410), or that we must not ask for."""


def next_reading(now: str, discovery: Discovery, *, news: bool) -> str:
    """Give when a document is read again: sooner when it had news, later when it had none, within bounds.

    Args:
        now: The time of this reading.
        discovery: As it was before; its last pause is the one between ``checked_at`` and ``next_due``.
        news: It named a page that was not known, or one that changed.
    """
    rhythm = RHYTHMS[discovery.kind]
    pause = rhythm.first
    if discovery.checked_at and discovery.next_due and not discovery.failures:
        last = datetime.fromisoformat(discovery.next_due) - datetime.fromisoformat(discovery.checked_at)
        pause = last / 2 if news else last * rhythm.growth
    return after(now, min(max(pause, rhythm.shortest), rhythm.longest))


def is_time_to_look(now: str, looked_at: str | None, *, found: bool) -> bool:
    """Tell whether a site is searched for feeds and sitemaps: once a week, daily while none is readable."""
    return not looked_at or after(looked_at, timedelta(weeks=1) if found else timedelta(days=1)) <= now


def next_trial(now: str, failures: int, *, gone: bool = False) -> str:
    """Give when a document is tried again that could not be read: after 15, 30, 60... minutes.

    Args:
        now: The time of this attempt.
        failures: In a row, with this one.
        gone: The failure is of the lasting kind.
    """
    longest = LAST_RETRY_GONE if gone else LAST_RETRY
    return after(now, min(FIRST_RETRY * 2 ** min(max(failures - 1, 0), 12), longest))
