"""Several sources on one host: it sees one visitor."""

import threading
import time
from itertools import pairwise
from pathlib import Path

from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article, sitemap, source, write_config


def publish(site: Web, section: str) -> None:
    """Put a sitemap and three articles into a folder of a site."""
    paths = [f"/{section}/{number}" for number in range(3)]
    for path in paths:
        site[path] = article(path)
    site[f"/{section}.xml"] = Answer(sitemap((site.home + path, None) for path in paths))


def two_sources(tmp_path: Path, site: Web, **keys: object) -> Archive:
    return Archive(
        write_config(
            tmp_path,
            *(
                source(name, site.home, sitemaps=[f"{site.home}/{name}.xml"], **keys)
                for name in ("anime", "games")
            ),
        )
    )


def test_two_sources_on_one_host_never_ask_at_the_same_time(tmp_path: Path, site: Web) -> None:
    publish(site, "anime")
    publish(site, "games")
    busy, most, lock = [0], [0], threading.Lock()

    def work() -> None:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.02)
        with lock:
            busy[0] -= 1

    for answer in site.answers.values():
        answer.before = work
    assert two_sources(tmp_path, site).crawl().totals.kept == 6
    assert most == [1]


def test_the_delay_is_kept_between_the_requests_of_two_sources(tmp_path: Path, site: Web) -> None:
    publish(site, "anime")
    publish(site, "games")
    times: list[float] = []
    for answer in site.answers.values():
        answer.before = lambda: times.append(time.monotonic())
    assert two_sources(tmp_path, site, delay=0.1).crawl().totals.kept == 6
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) > 0.05  # the delay, less the jitter


def test_what_a_host_asks_of_one_source_holds_for_the_other(tmp_path: Path, site: Web) -> None:
    publish(site, "anime")
    publish(site, "games")
    for path in list(site.answers):
        site[path] = Answer("too many", 429, headers={"Retry-After": "18000"})
    report = two_sources(tmp_path, site).crawl()
    assert len(site.paths()) <= 2  # the other one's first request may be on its way already
    assert all("wait until" in (one.note or "") for one in report.sources)
    site.asked.clear()
    two_sources(tmp_path, site).crawl()
    assert site.asked == []
