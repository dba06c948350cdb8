import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.clusters import Cluster, compare, find, rebuild, verify
from archive.models import Source
from tests.archive.conftest import LATER, Desk, make_desk


def prose(seed: int, words: int = 400) -> str:
    """Give a text of words that are as often the same as in a language."""
    chance = random.Random(seed)
    ranks = [int(chance.paretovariate(0.2)) % 5_000 for _ in range(words)]
    return "\n\n".join(
        " ".join(f"w{rank}" for rank in ranks[start : start + 60]) for start in range(0, words, 60)
    )


def japanese(seed: int) -> str:
    """Give a text without spaces."""
    chance = random.Random(seed)
    return "".join(chance.choice("のにはをがとで") + chr(0x4E00 + chance.randrange(900)) for _ in range(400))


ENGLISH, OTHER, JAPANESE, JAPANESE_OTHER = prose(1), prose(2), japanese(1), japanese(2)


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path)
    with closing(desk.db), closing(desk.captures):
        yield desk


def keep(desk: Desk, name: str, text: str, published: str = "2024-01-02", **more: Any) -> int:
    """Keep an article of the site that the name begins with."""
    site = f"http://127.0.0.{name[0]}/"
    desk.source = desk.frontier.register_sources([(f"Site {name[0]}", site)])[f"Site {name[0]}"]
    assert isinstance(desk.source, Source)
    desk.keep(f"{site}{name}", text=text, published=published, canonical_url=None, **more)
    return int(desk.row("articles", url=f"{site}{name}")["id"])


def cluster(desk: Desk, article: int) -> Cluster | None:
    assert list(verify(desk.db.conn)) == []
    return find(desk.db.conn, article)


def members(desk: Desk, article: int) -> set[int]:
    found = cluster(desk, article)
    return {copy.article_id for copy in found.copies} if found else set()


@pytest.mark.parametrize("text", [ENGLISH, JAPANESE], ids=["en", "ja"])
def test_copies_on_several_sites_are_found_with_their_evidence(press: Desk, text: str) -> None:
    edited = f"{text[:20]}―{text[40:]}"
    late = keep(press, "2a", edited, "2024-01-05")
    early = keep(press, "3b", text, "2024-01-03")
    other = keep(press, "4c", OTHER)
    found = cluster(press, late)
    assert found == cluster(press, early)
    assert found is not None
    assert (found.earliest_id, [copy.article_id for copy in found.copies]) == (early, [early, late])
    for copy, like in zip(found.copies, (late, early), strict=True):
        assert copy.like_id == like
        assert 0.7 < copy.similarity < 1
        assert len(copy.passage) > 200
        assert copy.passage[:50] in " ".join(text.split())
    assert cluster(press, other) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ENGLISH, ENGLISH, True),
        (ENGLISH, ENGLISH.upper().replace("\n\n", " "), True),
        (ENGLISH, ENGLISH[: len(ENGLISH) * 6 // 10], True),
        (ENGLISH, ENGLISH[: len(ENGLISH) // 8], False),  # a teaser
        (ENGLISH, f"{OTHER} {ENGLISH[:200]}", False),  # a quotation
        (ENGLISH, OTHER, False),
        (JAPANESE, JAPANESE[len(JAPANESE) // 3 :], True),
        (JAPANESE, JAPANESE_OTHER, False),
        (ENGLISH, JAPANESE, False),
        ("", "", False),
    ],
)
def test_what_is_a_copy(one: str, other: str, same: bool) -> None:
    assert (compare(one, other) is not None) is same
    assert (compare(other, one) is not None) is same


def test_what_a_site_publishes_again_itself_is_no_copy(press: Desk) -> None:
    first = keep(press, "2a", ENGLISH)
    second = keep(press, "2b", ENGLISH[30:])
    assert cluster(press, first) is None
    third = keep(press, "3a", ENGLISH)
    assert members(press, third) == {first, second, third}


def test_short_messages_are_not_compared(press: Desk) -> None:
    short = "The android walks into the theatre while the rain keeps falling on Mars."
    assert cluster(press, keep(press, "2a", short)) is None
    assert cluster(press, keep(press, "3a", short)) is None


def test_an_article_leaves_when_it_is_edited_and_comes_back(press: Desk) -> None:
    first, second, third = (keep(press, f"{site}a", ENGLISH) for site in (2, 3, 4))
    assert members(press, third) == {first, second, third}
    keep(press, "2a", OTHER, at=LATER)
    assert (cluster(press, first), members(press, second)) == (None, {second, third})
    keep(press, "3a", OTHER, at=LATER)
    assert members(press, first) == {first, second}
    assert cluster(press, third) is None
    keep(press, "3a", ENGLISH, at=LATER)
    assert (cluster(press, first), members(press, third)) == (None, {second, third})


def test_two_clusters_that_turn_out_to_be_one(press: Desk) -> None:
    half, third = len(ENGLISH) // 2, len(ENGLISH) // 3
    beginnings = {keep(press, f"{site}a", ENGLISH[:half]) for site in (2, 3)}
    ends = {keep(press, f"{site}a", ENGLISH[half:]) for site in (4, 5)}
    assert [members(press, one) for one in (min(beginnings), min(ends))] == [beginnings, ends]
    whole = keep(press, "6a", ENGLISH)
    assert members(press, whole) == beginnings | ends | {whole}
    keep(press, "6a", ENGLISH[: third * 2], at=LATER)
    assert whole in members(press, min(beginnings))


def test_an_article_that_is_removed_leaves_its_cluster(press: Desk) -> None:
    first, second, third = (keep(press, f"{site}a", ENGLISH) for site in (2, 3, 4))
    press.db.execute("DELETE FROM articles WHERE id = ?", [first])
    found = cluster(press, second)
    assert found is not None
    assert (found.earliest_id, members(press, third)) == (second, {second, third})
    press.db.execute("DELETE FROM articles WHERE id = ?", [second])
    assert cluster(press, third) is None
    assert press.db.table("clusters").count == 0
    assert {row[0] for row in press.db.execute("SELECT article_id FROM sketch_hashes")} == {third}


def test_the_earliest_follows_the_dates(press: Desk) -> None:
    first = keep(press, "2a", ENGLISH, "2024-01-02")
    second = keep(press, "3a", ENGLISH, "2024-01-03")
    assert getattr(cluster(press, first), "earliest_id", None) == first
    keep(press, "3a", ENGLISH, "2024-01-01", at=LATER)
    assert getattr(cluster(press, first), "earliest_id", None) == second


def test_clusters_that_are_wrong_are_told_and_can_be_found_anew(press: Desk) -> None:
    first, second = (keep(press, f"{site}a", ENGLISH) for site in (2, 3))
    press.db.conn.execute("DELETE FROM sketch_hashes WHERE article_id = 1")
    press.db.conn.execute("DELETE FROM sketches WHERE article_id = 2")
    press.db.conn.execute("UPDATE clusters SET articles = 7")
    press.db.conn.commit()
    assert len(list(verify(press.db.conn))) == 3
    with press.db.transaction():
        assert list(rebuild(press.db.conn)) == [first, second]
    assert members(press, first) == {first, second}


def test_among_many_articles_only_copies_are_in_clusters(press: Desk) -> None:
    planted = {}
    for number in range(100):
        text = prose(number) if number % 3 else japanese(number)
        article = keep(press, f"2a{number}", text)
        if number % 4 == 0:
            words = list(text) if number % 3 == 0 else text.split(" ")
            edited = [word if place % 25 else "X" for place, word in enumerate(words)]
            joined = ("" if number % 3 == 0 else " ").join(edited)
            planted[article] = keep(press, f"3b{number}", joined)
    for article, copy in planted.items():
        assert members(press, article) == {article, copy}
    assert press.db.table("cluster_articles").count == 2 * len(planted)
