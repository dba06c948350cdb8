"""One article, many URLs."""

import pytest

from archive.identity import find_article, urls_of
from archive.models import Access, Candidate, PageState, RevisionKind
from tests.archive.conftest import HOME, LATER, NOW, TEXT, Desk

URL = f"{HOME}the-last-act"
TRACKED = f"{URL}?from=newsletter"
OTHER_TEXT = (
    "A wholly other page that happens to name Metallic Rouge in passing, between a recipe for a soup and "
    "the weather for the weekend, which will be fine in the north and wet in the south."
)


def states(desk: Desk) -> dict[str, str]:
    return {row["url"].removeprefix(HOME): row["state"] for row in desk.rows("pages")}


def due(desk: Desk, now: str) -> set[str]:
    return {page.url.removeprefix(HOME) for page in desk.frontier.due_pages(desk.source.id, now, 100)}


def test_a_page_that_declares_another_as_canonical_is_its_alias(desk: Desk) -> None:
    first = desk.keep(URL)
    second = desk.keep(TRACKED, canonical_url=URL)
    assert (second.outcome, second.article_id, second.revision) == ("alias", first.article_id, None)
    assert len(desk.rows("articles")) == len(desk.rows("revisions")) == 1
    assert states(desk) == {"the-last-act": "kept", "the-last-act?from=newsletter": "alias"}
    assert due(desk, LATER) == {"the-last-act"}


def test_the_page_at_the_canonical_address_takes_the_article_over(desk: Desk) -> None:
    first = desk.keep(TRACKED, canonical_url=URL)
    assert desk.row("articles")["url"] == URL
    assert desk.keep(URL).article_id == first.article_id
    assert states(desk) == {"the-last-act": "kept", "the-last-act?from=newsletter": "alias"}
    assert due(desk, LATER) == {"the-last-act"}


def test_two_pages_of_one_article_are_no_edits_of_each_other(desk: Desk) -> None:
    """The AMP page says it in other words at the end; that is not the publisher changing it to and fro."""
    amp = f"{URL}/amp"
    for at in (NOW, LATER, "2024-03-02T00:00:00Z"):
        desk.keep(URL, at=at)
        desk.keep(amp, at=at, canonical_url=URL, text=f"{TEXT}\n\nRead the whole text on our site.")
    assert [row["kind"] for row in desk.rows("revisions")] == ["first"]
    assert desk.row("articles")["text"] == TEXT


def test_a_redirect_leads_to_one_article_and_one_page_that_is_fetched(desk: Desk) -> None:
    old = f"{HOME}?p=17"
    desk.find(old, URL)
    recorded = desk.keep(old, final=URL)
    assert recorded.outcome == "kept"
    assert desk.row("articles")["url"] == URL
    assert states(desk) == {"?p=17": "alias", "the-last-act": "kept"}
    assert due(desk, NOW) == set()
    assert due(desk, LATER) == {"the-last-act"}
    holder = desk.page(URL)
    assert holder.etag == '"1"'
    assert {row["article_id"] for row in desk.rows("pages")} == {recorded.article_id}


def test_the_end_of_a_redirect_is_known_when_a_sitemap_names_it_later(desk: Desk) -> None:
    desk.keep(f"{HOME}?p=17", final=URL)
    assert desk.find(Candidate(URL, modified="2024-01-30")) == 0
    assert due(desk, NOW) == set()


def test_a_page_that_moves_takes_its_article_along(desk: Desk) -> None:
    first = desk.keep(URL)
    moved = desk.keep(URL, at=LATER, final=f"{HOME}2024/the-last-act", text=f"{TEXT} And more.")
    assert (moved.article_id, moved.revision) == (first.article_id, RevisionKind.PUBLISHER)
    assert states(desk) == {"the-last-act": "alias", "2024/the-last-act": "kept"}


def test_a_page_that_now_leads_to_another_text_keeps_its_article(desk: Desk) -> None:
    first = desk.keep(URL)
    desk.keep(URL, at=LATER, final=f"{HOME}topics", text=OTHER_TEXT)
    assert desk.row("articles", id=first.article_id)["text"] == TEXT
    page = desk.row("pages", url=URL)
    assert (page["state"], page["article_id"]) == ("kept", first.article_id)
    assert page["reason"] == f"held back: it leads to another article now, {HOME}topics"


def test_a_session_in_the_address_is_not_the_article_s(desk: Desk) -> None:
    desk.keep(URL, final=f"{URL}?session=1", canonical_url=URL)
    assert states(desk) == {"the-last-act": "kept"}
    assert desk.row("articles")["url"] == URL


def test_a_site_that_gives_all_pages_one_canonical_address_loses_none(desk: Desk) -> None:
    texts = {
        "one": TEXT,
        "two": OTHER_TEXT,
        "three": "Metallic Rouge again, in a third text that nobody else has.",
    }
    for name, text in texts.items():
        desk.keep(f"{HOME}{name}", canonical_url=HOME, text=text)
    assert {row["text"] for row in desk.rows("articles")} == set(texts.values())
    for name, text in texts.items():
        desk.keep(f"{HOME}{name}", at=LATER, canonical_url=HOME, text=text)
    assert len(desk.rows("articles")) == len(desk.rows("revisions")) == 3
    assert set(states(desk).values()) == {"kept"}


def test_a_page_whose_address_another_one_took_gets_it_back(desk: Desk) -> None:
    liar = desk.keep(f"{HOME}liar", canonical_url=URL, text=OTHER_TEXT)
    assert desk.row("articles")["url"] == URL
    honest = desk.keep(URL)
    assert honest.article_id != liar.article_id
    assert desk.row("articles", id=honest.article_id)["url"] == URL
    assert desk.row("articles", id=liar.article_id)["url"] == f"{HOME}liar"


def test_an_alias_that_becomes_a_page_of_its_own(desk: Desk) -> None:
    desk.keep(URL)
    desk.keep(TRACKED, canonical_url=URL)
    own = desk.keep(TRACKED, at=LATER, canonical_url=TRACKED, text=OTHER_TEXT)
    assert own.revision is RevisionKind.FIRST
    assert {row["url"] for row in desk.rows("articles")} == {URL, TRACKED}


def test_a_japanese_article_under_two_addresses(desk: Desk) -> None:
    text = "『メタリックルージュ』は雨の音から始まる。舞台の上で歌う主人公の正体を、観客はまだ知らない。"
    other = "火星の街は低い位置から描かれ、画面の上半分を電線が埋めている。メタリックルージュの美術班は語る。"
    desk.keep(URL, text=text)
    assert desk.keep(TRACKED, canonical_url=URL, text=f"{text}続きを読む。").outcome == "alias"
    assert desk.keep(f"{HOME}other", canonical_url=URL, text=other).revision is RevisionKind.FIRST


def test_what_happens_to_an_alias_leaves_the_article_alone(desk: Desk) -> None:
    desk.keep(URL)
    desk.keep(TRACKED, canonical_url=URL)
    assert desk.keep(TRACKED, canonical_url=URL, text="").outcome == "skipped"
    desk.keep(TRACKED, canonical_url=URL)
    assert desk.note(TRACKED, PageState.KEPT, status=304).outcome == "unchanged"
    assert desk.row("pages", url=TRACKED)["state"] == "alias"
    desk.note(TRACKED, PageState.GONE, status=404)
    desk.note(TRACKED, PageState.SKIPPED, status=200, reason="It does not name the series.")
    article = desk.row("articles")
    assert (article["gone_at"], article["text"]) == (None, TEXT)
    assert desk.row("pages", article_id=article["id"])["url"] == URL


def test_a_redirect_to_what_is_not_kept(desk: Desk) -> None:
    """The document at the end was seen, so that it is not fetched at once again."""
    desk.find(f"{HOME}?p=17", f"{HOME}news")
    fetch = desk.fetch(f"{HOME}?p=17", "<html>news", final=f"{HOME}news")
    desk.writer.record(
        desk.crawl,
        desk.page(f"{HOME}?p=17"),
        fetch,
        state=PageState.SKIPPED,
        reason="It does not name the series.",
        schedule=lambda _: LATER,
    )
    assert states(desk) == {"?p=17": "skipped", "news": "skipped"}
    assert due(desk, NOW) == set()


@pytest.mark.parametrize("variant", [f"{HOME}the-last-act/amp", f"{HOME}amp/the-last-act", f"{URL}?m=1"])
@pytest.mark.parametrize("first", ["plain", "variant"])
def test_a_mobile_or_amp_page_that_names_no_other_is_an_alias(desk: Desk, variant: str, first: str) -> None:
    order = (URL, variant) if first == "plain" else (variant, URL)
    for url in order:
        desk.keep(url, canonical_url=None)
    assert [row["url"] for row in desk.rows("articles")] == [URL]
    assert desk.row("pages", url=URL)["state"] == "kept"
    assert desk.row("pages", url=variant)["state"] == "alias"


def test_a_mobile_page_with_another_text_is_an_article_of_its_own(desk: Desk) -> None:
    desk.keep(URL)
    assert desk.keep(f"{URL}?m=1", canonical_url=None, text=OTHER_TEXT).revision is RevisionKind.FIRST


def test_two_articles_that_a_parameter_tells_apart_stay_two(desk: Desk) -> None:
    for number, text in enumerate((TEXT, OTHER_TEXT)):
        desk.keep(f"{HOME}story?id={number}", text=text)
    assert len(desk.rows("articles")) == 2


def test_feed_and_sitemap_may_spell_an_address_differently(desk: Desk) -> None:
    spellings = ["https://127.0.0.1/the-last-act/", URL, "http://www.127.0.0.1/the-last-act?utm_source=feed"]
    assert desk.find(*spellings) == 1
    assert len(desk.rows("pages")) == 1
    assert {row["url"] for row in desk.rows("spellings")} == set(spellings[1:])


def test_a_redirect_to_another_spelling_is_followed_from_now_on(desk: Desk) -> None:
    article_id = desk.keep(URL).article_id
    secure = "https://127.0.0.1/the-last-act"
    again = desk.keep(URL, at=LATER, final=secure, canonical_url=secure)
    assert (again.article_id, again.revision) == (article_id, None)
    assert [row["url"] for row in desk.rows("pages")] == [secure]
    assert [row["url"] for row in desk.rows("spellings")] == [URL]
    assert desk.row("articles")["url"] == secure
    assert article_id is not None
    assert find_article(desk.db, f"{URL}/?utm_medium=x") == article_id
    assert urls_of(desk.db, article_id) == [secure, URL]


def test_the_page_at_the_canonical_address_does_not_take_over_with_less(desk: Desk) -> None:
    """The address that a feed names shows the whole text, the canonical one a part of it."""
    desk.keep(TRACKED, canonical_url=URL)
    stub = desk.keep(URL, text=TEXT[: len(TEXT) // 2], access=Access.PAYWALLED, text_complete=False)
    assert stub.outcome == "alias"
    assert desk.rows("held") == []
    assert states(desk) == {"the-last-act": "alias", "the-last-act?from=newsletter": "kept"}
