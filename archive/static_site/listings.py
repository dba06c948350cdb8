"""Lists of articles as files: all of them, those of a source, an author, a language.

A list of up to `MOST` articles is one page. A longer one has a page a year, and a year that is too long a
page a month; its own page shows the newest. A page stands for a time, so articles stay where they are when
new ones come, and links to them hold.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.site.charts import name_period
from archive.site.rows import Row

MOST = 100
"""Articles of a page, unless a single month has more: then it has further pages."""

_NEWEST = 20
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_NO_MONTH = "0000-00"


@dataclass(frozen=True, slots=True)
class Link:
    """A link from a list to a page of it."""

    name: str
    file: str
    articles: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list."""

    file: str
    articles: Sequence[Row]
    """Newest first."""
    period: str = ""
    """``2024`` or ``2024-05``; empty for the list's own page."""
    years: Sequence[Link] = ()
    months: Sequence[Link] = ()
    parts: Sequence[Link] = ()

    @property
    def name(self) -> str:
        """The period in words."""
        return name_month(self.period) if "-" in self.period else self.period

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The articles by month."""
        return list(_by_month(self.articles).items())


class Listing:
    """A list of articles, and the pages that it has.

    Args:
        place: Its folder: ``articles``, ``source/3``.
        articles: All of it, newest first.
    """

    def __init__(self, place: str, articles: Sequence[Row]) -> None:
        self.place = place
        self.articles = articles
        self.months: Mapping[str, int] = {month: len(some) for month, some in _by_month(articles).items()}

    def file_of(self, period: str) -> str:
        """Give the file that shows the articles of a year or a month, perhaps with a fragment."""
        if len(self.articles) <= MOST:
            return f"{self.place}/index.html#{period}"
        if len(period) > len("YYYY") and self._of_year(period[:4]) <= MOST:
            return f"{self.place}/{period[:4]}.html#{period}"
        return f"{self.place}/{period}.html"

    def pages(self) -> Iterator[Page]:
        """Lay it out."""
        index = f"{self.place}/index.html"
        if len(self.articles) <= MOST:
            yield Page(index, self.articles)
            return
        by_year: dict[str, dict[str, list[Row]]] = {}
        for month, articles in _by_month(self.articles).items():
            by_year.setdefault(month[:4], {})[month] = articles
        years = [Link(year, f"{self.place}/{year}.html", self._of_year(year)) for year in by_year]
        yield Page(index, self.articles[:_NEWEST], years=years)
        for year, months in by_year.items():
            yield from self._year(year, months, _choose(years, year))

    def _year(self, year: str, months: dict[str, list[Row]], years: list[Link]) -> Iterator[Page]:
        articles = [article for some in months.values() for article in some]
        if len(articles) <= MOST:
            yield Page(f"{self.place}/{year}.html", articles, year, years)
            return
        links = [Link(name_month(month), self.file_of(month), len(some)) for month, some in months.items()]
        yield Page(f"{self.place}/{year}.html", articles[:_NEWEST], year, years, links)
        for month, some in months.items():
            parts = list(self._parts(month, some))
            shown = [part for part, _ in parts] if len(parts) > 1 else []
            for part, chunk in parts:
                chosen = _choose(links, name_month(month))
                yield Page(part.file, chunk, month, years, chosen, _choose(shown, part.name))

    def _parts(self, month: str, articles: list[Row]) -> Iterator[tuple[Link, list[Row]]]:
        """Give the pages of a month, counted from the oldest on; the newest has the month's own file."""
        first = len(articles) % MOST or MOST
        starts = [0, *range(first, len(articles), MOST)]
        for number, start in zip(range(len(starts), 0, -1), starts, strict=True):
            chunk = articles[start : start + MOST] if start else articles[:first]
            file = f"{month}-{number}" if start else month
            yield Link(f"Part {number}", f"{self.place}/{file}.html", len(chunk)), chunk

    def _of_year(self, year: str) -> int:
        return sum(articles for month, articles in self.months.items() if month[:4] == year)


def name_month(month: str) -> str:
    """Give a month in words."""
    return "No date" if month == _NO_MONTH else name_period(month)


def _by_month(articles: Sequence[Row]) -> dict[str, list[Row]]:
    months: dict[str, list[Row]] = {}
    for article in articles:
        month = str(article["dated"])[:7]
        months.setdefault(month if _MONTH.fullmatch(month) else _NO_MONTH, []).append(article)
    return months


def _choose(links: Sequence[Link], name: str) -> list[Link]:
    return [replace(link, chosen=link.name == name) for link in links]
