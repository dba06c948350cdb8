"""How fresh is the archive, and what does that cost? A year of a news world, simulated.

    python benchmarks/freshness.py [--sites 30] [--days 365] [--seed 1] [--plot FILE.svg]

The world: sites with between 0.1 and 20 articles a day, by a Poisson process with fewer at night; 45 % of
the articles are edited, most within hours (log-normal, median 3 hours), some after weeks, one in five of
those once more. A feed names the newest 20. Cron starts a crawl every 15 minutes; sites answer If-None-Match.
Nothing is fetched: what is asked here are the functions of crawler/schedule.py and
crawler/rhythm.py that decide, with the times of the simulation, next to two other ways:

- feeds only: every feed at every run, each article once;
- naive: every feed at every run, every article again once a day for as long as it is in the archive;
- naive, 30 days: the same, for the first 30 days of each article.

An edit is caught when a visit sees it before the next edit replaces it.
"""

import argparse
import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from archive.models import Discovery, DiscoveryKind, FetchOutcome, Page, PageState, RevisionKind
from archive.visits import Recorded
from crawler.rhythm import next_reading
from crawler.schedule import plan

START = datetime(2025, 1, 1, tzinfo=UTC)
RUN = 15 * 60
"""Seconds between two runs."""
FEED = 20
"""Articles in a feed."""
HOUR, DAY = 3600, 86400


@dataclass
class Article:
    """An article of the world: seconds since the start at which it appeared and was edited."""

    published: float
    edits: list[float]
    archived: float | None = None
    visited: float = 0.0
    caught: int = 0
    page: Page = field(default_factory=lambda: Page(1, 1, "https://www.example.org/1"))


@dataclass
class Outcome:
    """What a way of crawling came to."""

    edits: int = 0
    caught: int = 0
    delays: list[float] = field(default_factory=list)
    """Seconds from publication to the archive."""
    missed: int = 0
    """Articles that never came into the archive."""
    feed_requests: int = 0
    page_requests: int = 0


def make_world(sites: int, days: int, seed: int) -> list[list[Article]]:
    """Give the articles of each site, the oldest first."""
    rng = random.Random(seed)
    return [list(_articles(rng, 0.1 * 200 ** (number / max(sites - 1, 1)), days)) for number in range(sites)]


def _articles(rng: random.Random, per_day: float, days: int) -> Iterator[Article]:
    now = 0.0
    while True:
        now += rng.expovariate(per_day / DAY)
        if now > days * DAY:
            return
        if (now % DAY) / HOUR < 6 and rng.random() < 0.7:
            continue  # night
        edits, at = [], now
        chance = 0.45
        while rng.random() < chance:
            pause = rng.lognormvariate(1.1, 1.5) * HOUR if rng.random() < 0.85 else rng.uniform(3, 60) * DAY
            at += pause
            edits.append(at)
            chance = 0.2
        yield Article(now, [edit for edit in edits if edit < days * DAY])


def crawl_by_schedule(site: list[Article], days: int) -> Outcome:
    """Crawl as series-archive does."""
    outcome, end = Outcome(), days * DAY
    feed = Discovery(1, 1, DiscoveryKind.FEED, "https://www.example.org/feed", next_due=_time(0))
    due: list[tuple[float, int]] = []
    newest = 0
    now = 0.0
    while now < end:
        if _seconds(feed.next_due or "") <= now:
            outcome.feed_requests += 1
            published = _count_until(site, now, newest)
            for number in range(max(newest, published - FEED), published):
                heapq.heappush(due, (now, number))
            following = next_reading(_time(now), feed, news=published > newest)
            feed = Discovery(1, 1, feed.kind, feed.url, next_due=following, checked_at=_time(now))
            newest = published
        while due and due[0][0] <= now:
            _, number = heapq.heappop(due)
            again = _visit(site[number], now, outcome)
            if again is not None:
                heapq.heappush(due, (again, number))
        # The next run that has something to do.
        wanted = min(_seconds(feed.next_due or ""), due[0][0] if due else end)
        now = max(now + RUN, -(-wanted // RUN) * RUN)
    return _close(site, outcome)


def _visit(article: Article, now: float, outcome: Outcome) -> float | None:
    outcome.page_requests += 1
    page, at = article.page, _time(now)
    if article.archived is None:
        article.archived = article.visited = now
        recorded = Recorded(FetchOutcome.KEPT, 1, RevisionKind.FIRST)
        unchanged = 0
    elif any(article.visited < edit <= now for edit in article.edits):
        article.caught += 1
        recorded = Recorded(FetchOutcome.KEPT, 1, RevisionKind.PUBLISHER)
        unchanged = 0
    else:
        recorded = Recorded(FetchOutcome.UNCHANGED, 1)
        unchanged = page.unchanged + 1
    due = plan(page, at)(recorded)
    article.visited = now
    article.page = Page(1, 1, page.url, PageState.KEPT, unchanged=unchanged)
    return _seconds(due) if due else None


def crawl_again_and_again(site: list[Article], days: int, every: float | None, until: float) -> Outcome:
    """Read the feed at every run, and every article again after so many seconds, for so long."""
    outcome = Outcome()
    outcome.feed_requests = days * DAY // RUN
    for article in site:
        article.archived = article.visited = -(-article.published // RUN) * RUN
        outcome.page_requests += 1
        last = min(article.published + until, days * DAY)
        if every is None:
            continue
        moments = int((last - article.archived) // every)
        outcome.page_requests += max(moments, 0)
        seen = {-(-(edit - article.archived) // every) for edit in article.edits if edit <= last}
        article.caught = sum(1 for moment in seen if 0 < moment <= moments)
    return _close(site, outcome)


def _close(site: list[Article], outcome: Outcome) -> Outcome:
    for article in site:
        if article.archived is None:
            outcome.missed += 1
            continue
        outcome.delays.append(article.archived - article.published)
        outcome.edits += sum(1 for edit in article.edits if edit > article.archived)
        outcome.caught += article.caught
    return outcome


def _count_until(site: list[Article], now: float, start: int) -> int:
    while start < len(site) and site[start].published <= now:
        start += 1
    return start


def _time(seconds: float) -> str:
    return f"{START + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def _seconds(time: str) -> float:
    return (datetime.fromisoformat(time) - START).total_seconds()


Way = Callable[[list[Article], int], Outcome]
WAYS: dict[str, Way] = {
    "series-archive": crawl_by_schedule,
    "feeds only": lambda site, days: crawl_again_and_again(site, days, None, 0),
    "naive, 30 days": lambda site, days: crawl_again_and_again(site, days, DAY, 30 * DAY),
    "naive": lambda site, days: crawl_again_and_again(site, days, DAY, float("inf")),
}


def total(outcomes: list[Outcome]) -> dict[str, float]:
    """Give the figures of a way over all sites."""
    delays = [delay for one in outcomes for delay in one.delays]
    edits, caught = sum(one.edits for one in outcomes), sum(one.caught for one in outcomes)
    feeds, pages = sum(one.feed_requests for one in outcomes), sum(one.page_requests for one in outcomes)
    return {
        "edits caught": caught / edits,
        "median delay, minutes": median(delays) / 60,
        "p95 delay, minutes": quantiles(delays, n=20)[-1] / 60,
        "articles missed": sum(one.missed for one in outcomes),
        "feed requests": feeds,
        "page requests": pages,
        "requests an article": (feeds + pages) / len(delays),
    }


def plot(figures: dict[str, dict[str, float]], path: Path) -> None:
    """Draw edits caught against requests."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    for name, values in figures.items():
        axes.scatter(values["requests an article"], 100 * values["edits caught"], s=60)
        label = f"{name}\nnew after {values['median delay, minutes']:.0f} min"
        place = (values["requests an article"], 100 * values["edits caught"])
        axes.annotate(label, place, textcoords="offset points", xytext=(8, -4), fontsize=8)
    axes.set(
        xscale="log", xlabel="requests for each article in a year", ylabel="edits caught, %", ylim=(-5, 105)
    )
    axes.margins(x=0.25)
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    """Simulate, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=30)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path, help="write a plot to this file (needs matplotlib)")
    options = parser.parse_args()
    figures = {}
    for name, way in WAYS.items():
        world = make_world(options.sites, options.days, options.seed)
        figures[name] = total([way(site, options.days) for site in world])
    print(f"| {' | '.join(['', *figures])} |\n|---|{'--:|' * len(figures)}")
    for measure in figures["series-archive"]:
        shown = "{:.1%}" if measure == "edits caught" else "{:,.0f}"
        cells = (shown.format(values[measure]) for values in figures.values())
        print(f"| {measure} | {' | '.join(cells)} |")
    if options.plot:
        plot(figures, options.plot)


if __name__ == "__main__":
    main()
