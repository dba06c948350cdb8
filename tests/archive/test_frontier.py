from datetime import UTC, datetime, timedelta

import pytest

from archive.models import Candidate, DiscoveryKind, PageState, Series
from tests.archive.conftest import HOME, LATER, NOW, Desk


def due(desk: Desk, now: str = NOW, limit: int = 100, exclude: tuple[int, ...] = ()) -> list[str]:
    pages = desk.frontier.due_pages(desk.source.id, now, limit, exclude)
    return [page.url.removeprefix(HOME) for page in pages]


def test_sources_that_are_no_longer_configured_stay_inactive(desk: Desk) -> None:
    sources = desk.frontier.register_sources(
        [("Cel Weekly", f"{HOME}weekly/"), ("The Daily Cel", f"{HOME}daily/")]
    )
    assert sources["The Daily Cel"].id == desk.source.id
    assert sources["The Daily Cel"].home == f"{HOME}daily/"
    assert list(desk.frontier.register_sources([("Cel Weekly", HOME)])) == ["Cel Weekly"]
    assert {row["name"]: row["active"] for row in desk.rows("sources")} == {
        "The Daily Cel": 0,
        "Cel Weekly": 1,
    }


def test_a_series_has_the_names_of_the_configuration(desk: Desk) -> None:
    desk.frontier.register_series([Series("Metallic Rouge", ("MR", "MR"), (), ("BONES",))])
    names = {(row["kind"], row["name"]) for row in desk.rows("series_names")}
    assert names == {("name", "Metallic Rouge"), ("alias", "MR"), ("studio", "BONES")}
    assert len(desk.rows("series")) == 1


def test_a_discovery_keeps_its_state(desk: Desk) -> None:
    desk.frontier.record_discovery(
        desk.feed.id,
        status=200,
        error=None,
        etag='"1"',
        last_modified="Thu, 01 Feb 2024 00:00:00 GMT",
        digest="sha256:00",
        checked_at=NOW,
        changed=True,
        next_due=LATER,
        failures=0,
    )
    desk.frontier.record_discovery(
        desk.feed.id,
        status=503,
        error="The site is down.",
        etag=None,
        last_modified=None,
        digest=None,
        checked_at=LATER,
        changed=False,
        next_due=LATER,
        failures=1,
    )
    again = desk.frontier.discovery(desk.source.id, DiscoveryKind.FEED, desk.feed.url)
    assert (again.id, again.etag, again.digest, again.failures) == (desk.feed.id, '"1"', "sha256:00", 1)
    row = desk.row("discoveries", id=desk.feed.id)
    assert (row["changed_at"], row["checked_at"], row["error"]) == (NOW, LATER, "The site is down.")


def test_a_page_is_new_once(desk: Desk) -> None:
    assert desk.find(f"{HOME}1", f"{HOME}2") == 2
    assert desk.find(f"{HOME}2", f"{HOME}3") == 1
    assert sorted(due(desk)) == ["1", "2", "3"]


def test_new_pages_come_first_and_the_newest_of_them_before(desk: Desk) -> None:
    desk.keep(f"{HOME}old")
    desk.find(
        Candidate(f"{HOME}undated"),
        Candidate(f"{HOME}january", modified="2024-01-15"),
        Candidate(f"{HOME}today", modified="2024-02-01T08:00:00+09:00"),
    )
    assert due(desk, LATER) == ["today", "january", "undated", "old"]
    assert due(desk, LATER, limit=2) == ["today", "january"]


def test_what_was_fetched_is_due_when_its_time_has_come(desk: Desk) -> None:
    desk.keep(f"{HOME}1")
    assert due(desk, "2024-02-29T23:59:59Z") == []
    assert due(desk, LATER) == ["1"]


def test_pages_in_flight_are_left_out(desk: Desk) -> None:
    desk.find(*(f"{HOME}{number}" for number in range(5)))
    first = desk.frontier.due_pages(desk.source.id, NOW, 2)
    rest = due(desk, exclude=tuple(page.id for page in first))
    assert len(rest) == 3
    assert not {page.url.removeprefix(HOME) for page in first} & set(rest)


def test_the_pages_of_other_sources_are_not_due_here(desk: Desk) -> None:
    other = desk.frontier.register_sources([("Cel Weekly", HOME)])["Cel Weekly"]
    desk.find(f"{HOME}1")
    assert desk.frontier.due_pages(other.id, NOW, 10) == []


@pytest.mark.parametrize(
    ("before", "after", "is_due"),
    [
        ("2024-01-30T00:00:00Z", "2024-01-30T00:00:00Z", False),
        ("2024-01-30T00:00:00Z", "2024-01-31T00:00:00Z", False),  # before our fetch
        ("2024-01-30T00:00:00Z", "2024-02-01T09:00:01+09:00", True),
        ("2024-01-30", "2024-02-01", True),  # the day of our fetch is not over
        ("2024-02-01", "2024-02-01", False),
        ("2099-01-01", "2099-01-01", False),
        (None, "2024-02-02T00:00:00Z", True),
        ("2024-01-30T00:00:00Z", "soon", False),
        ("2024-01-30T00:00:00Z", None, False),
    ],
)
def test_a_stated_change_makes_a_page_due(
    desk: Desk, before: str | None, after: str | None, is_due: bool
) -> None:
    url = f"{HOME}1"
    desk.find(Candidate(url, modified=before))
    desk.keep(url)
    assert desk.find(Candidate(url, modified=after), now="2024-02-02T00:00:00Z") == 0
    assert due(desk, "2024-02-02T00:00:00Z") == (["1"] if is_due else [])


def test_a_page_that_is_never_due_again_is_due_when_it_changes(desk: Desk) -> None:
    url = f"{HOME}1"
    desk.find(url)
    desk.note(url, PageState.SKIPPED, status=200, reason="It does not name the series.")
    desk.db.execute("UPDATE pages SET next_due = NULL")
    assert due(desk, "2034-01-01T00:00:00Z") == []
    desk.find(Candidate(url, modified="2024-02-03"), now="2024-02-03T00:00:00Z")
    assert due(desk, "2024-02-03T00:00:00Z") == ["1"]


def test_a_change_of_an_alias_makes_the_page_due_that_holds_the_article(desk: Desk) -> None:
    desk.keep(f"{HOME}old-address", final=f"{HOME}new-address")
    desk.find(Candidate(f"{HOME}old-address", modified="2024-02-02"), now="2024-02-02T00:00:00Z")
    assert due(desk, "2024-02-02T00:00:00Z") == ["new-address"]


def test_what_a_feed_says_of_a_page_comes_first(desk: Desk) -> None:
    url = f"{HOME}1"
    sitemap = desk.frontier.discovery(desk.source.id, DiscoveryKind.SITEMAP, f"{HOME}sitemap.xml")
    desk.frontier.add_candidates(
        sitemap.id, desk.source.id, [Candidate(url, title="From the sitemap", published="2024-01-30")], LATER
    )
    desk.find(Candidate(url, title="From the feed", author="Ada Quill"))
    assert desk.frontier.hints(desk.page(url).id) == [
        (DiscoveryKind.FEED, Candidate(url, title="From the feed", author="Ada Quill")),
        (DiscoveryKind.SITEMAP, Candidate(url, title="From the sitemap", published="2024-01-30")),
    ]
    assert desk.frontier.hints(999) == []


def test_provenance_follows_what_the_feed_says(desk: Desk) -> None:
    url = f"{HOME}1"
    desk.find(Candidate(url, title="First"))
    desk.find(Candidate(url, title="Second"), now=LATER)
    row = desk.row("provenance")
    assert (row["title"], row["found_at"]) == ("Second", NOW)


def test_many_candidates_are_all_added(desk: Desk) -> None:
    assert desk.find(*(f"{HOME}{number}" for number in range(1201))) == 1201
    assert len(due(desk, limit=5000)) == 1201


def test_a_source_that_asked_us_to_wait_keeps_the_latest_wish(desk: Desk) -> None:
    for until in ("2024-02-02T00:00:00Z", "2024-02-05T00:00:00Z", "2024-02-03T00:00:00Z"):
        desk.frontier.postpone(desk.source.id, until)
    sources = desk.frontier.register_sources([("The Daily Cel", HOME)])
    assert sources["The Daily Cel"].rest_until == "2024-02-05T00:00:00Z"


def test_a_page_that_is_always_said_to_change_and_never_does_is_believed_ever_less(desk: Desk) -> None:
    url = f"{HOME}1"
    desk.find(url)
    fetches = []
    for day in range(1, 60):
        now = f"{datetime(2024, 2, 1, tzinfo=UTC) + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"
        desk.find(Candidate(url, modified=now), now=now)
        if due(desk, now):
            fetches.append(day)
            desk.note(url, PageState.SKIPPED, status=200, reason="It does not name the series.", at=now)
            desk.db.execute("UPDATE pages SET next_due = NULL")
    assert fetches[:3] == [1, 2, 3]
    assert len(fetches) < 15


def test_what_candidates_bring_is_told(desk: Desk) -> None:
    desk.keep(f"{HOME}1")
    named = [Candidate(f"{HOME}1", modified=LATER), Candidate(f"{HOME}2")]
    added = desk.frontier.add_candidates(desk.feed.id, desk.source.id, named, "2024-03-02T00:00:00Z")
    assert (added.new, added.again, added.news) == (1, 1, 2)


def test_what_a_section_named_until_its_last_reading(desk: Desk) -> None:
    desk.find(f"{HOME}1", f"{HOME}2")
    desk.find(f"{HOME}3", now=LATER)
    urls = [f"{HOME}{number}" for number in range(1, 5)]
    assert desk.frontier.named_until(desk.feed.id, urls, NOW) == {f"{HOME}1", f"{HOME}2"}
    assert desk.frontier.named_until(desk.feed.id, urls, LATER) == {f"{HOME}1", f"{HOME}2", f"{HOME}3"}


def test_articles_for_sure_are_those_of_feeds_and_those_that_are_kept(desk: Desk) -> None:
    sitemap = desk.frontier.discovery(desk.source.id, DiscoveryKind.SITEMAP, f"{HOME}sitemap.xml")
    desk.frontier.add_candidates(sitemap.id, desk.source.id, [Candidate(f"{HOME}from-the-sitemap")], NOW)
    desk.find(f"{HOME}from-the-feed")
    assert desk.frontier.known_articles(desk.source.id) == {f"{HOME}from-the-feed"}
