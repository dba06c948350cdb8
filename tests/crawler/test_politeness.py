"""A host that is slow gets time."""

import time
from itertools import pairwise
from pathlib import Path

from tests.crawler.conftest import Archive
from tests.web import Web, source, write_config

ANSWER = 0.4
"""Seconds that the site takes for an answer."""


def test_a_host_that_answers_slowly_is_asked_less_often(tmp_path: Path, site: Web) -> None:
    asked: list[float] = []

    def answer_slowly() -> None:
        asked.append(time.monotonic())
        time.sleep(ANSWER)

    site.publish(*(f"page{number}" for number in range(6)))
    for answer in site.answers.values():
        answer.before = answer_slowly
    Archive(write_config(tmp_path, source("Site", site.home, delay=0.01))).crawl()
    pauses = [later - earlier - ANSWER for earlier, later in pairwise(asked)]
    assert min(pauses[-3:]) > ANSWER / 3, "the delay grows towards the time of an answer, less the jitter"
