"""What would make an article worse is held back until somebody decides, and what an edit is shown as."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.commands import cli
from tests.crawler.conftest import Archive
from tests.web import SERIES, Answer, Web, article, sitemap

SHORT = (
    f"<html><head><title>one</title></head><body><article><h1>one</h1><p>{SERIES} begins.</p>{{}}</article>"
)
# A page that says with status 200 that there is no page.
SOFT_404 = "<html><head><title>Page not found</title></head><body><main><h1>Page not found</h1>{}</main>"
# Nothing but the question whether cookies may be set.
CONSENT = (
    "<html><head><title>Before you continue</title></head><body><main><h1>We value your privacy</h1>"
    "<p>We and our partners store and/or access information on a device, such as cookies. Accept all or "
    "manage preferences at any time on this page.</p></main>"
)
# The server's trouble, told with status 200.
ERROR = (
    "<html><head><title>503 Service Unavailable</title></head>"
    "<body><h1>Service unavailable</h1><p>Try again later.</p></body></html>"
)
# The text ends at a paywall that was not there before.
PAYWALL = article("one").replace(
    "<head>",
    '<head><script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", '
    '"headline": "one", "isAccessibleForFree": false}</script>',
)
PAYWALL = PAYWALL[: PAYWALL.index("<p>Paragraph 4")] + "</article></main></body></html>"
OTHER = (
    article("Something else entirely")
    .replace("Paragraph", "Recipe")
    .replace("says something about", "is a soup with leek for")
    .replace("at the length that the reader of a newspaper expects of a paragraph", "boiled for an hour")
)


def run(archive: Archive, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--config", str(archive.config)], catch_exceptions=False)


def held(archive: Archive) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run(archive, "review", "--json").output)
    return rows


def revisit(site: Web, archive: Archive, answer: Answer | str) -> None:
    site["/one"] = answer
    archive.make_due()
    archive.crawl()


@pytest.fixture
def kept(site: Web, archive: Archive) -> Archive:
    """Give an archive with one article."""
    site.publish("one")
    archive.crawl()
    return archive


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (SHORT.format(""), "shrunk"),
        (SOFT_404.format("<p>The page you requested could not be found.</p>"), "not-found"),
        (CONSENT, "consent-wall"),
        (ERROR, "error-page"),
        (PAYWALL, "paywall"),
        (OTHER, "other-article"),
        (article("one", about=False), "not-relevant"),
        ("<html><body></body></html>", "empty"),
        (Answer(b"%PDF-1.7 and so on", type="application/pdf"), "unreadable"),
        (Answer(status=302, headers={"Location": "/"}), "not-found"),
        (Answer(status=302, headers={"Location": "/two"}), "leads-elsewhere"),
    ],
)
def test_what_is_worse_is_held_back_and_passes_when_the_article_is_back(
    site: Web, kept: Archive, answer: Answer | str, reason: str
) -> None:
    good = site.answers["/one"]
    site["/"] = OTHER
    site["/two"] = OTHER
    text = kept.rows("SELECT text FROM articles")
    seen = kept.rows("SELECT last_seen FROM articles")
    revisit(site, kept, answer)
    revisit(site, kept, answer)

    (one,) = held(kept)
    assert (one["reason"], one["times"], one["decision"]) == (reason, 2, "open")
    assert kept.rows("SELECT text FROM articles WHERE id = 1") == text
    assert kept.rows("SELECT last_seen FROM articles WHERE id = 1") == seen
    assert kept.rows("SELECT count(*) FROM revisions WHERE article_id = 1") == [(1,)]
    counts = kept.rows("SELECT held, kept FROM crawl_sources ORDER BY crawl_id DESC LIMIT 1")
    assert counts == [(0, 1) if reason == "leads-elsewhere" else (1, 0)]  # what it leads to is kept

    site.asked.clear()
    revisit(site, kept, good)
    assert "/one" in site.paths(status=304)  # asked with the validators of the article, not of its trouble
    assert held(kept) == []
    assert kept.rows("SELECT state, reason, failures FROM pages WHERE id = 1") == [("kept", None, 0)]


def test_what_is_accepted_becomes_a_revision(site: Web, kept: Archive) -> None:
    revisit(site, kept, SHORT.format(""))
    (one,) = held(kept)
    listed = run(kept, "review", "--diff")
    assert f"{one['id']}  Site: one" in listed.output
    assert "[-" in listed.output
    assert run(kept, "review", "accept", str(one["id"])).output == "Accepted: 1.\n"
    assert kept.rows("SELECT kind, text FROM revisions ORDER BY number DESC LIMIT 1") == [
        ("publisher", f"{SERIES} begins.")
    ]
    assert kept.rows("SELECT text FROM articles") == [(f"{SERIES} begins.",)]
    assert kept.rows("SELECT decision, revision_id FROM held") == [("accepted", 2)]
    # From now on, this is the response that better rules read again.
    assert kept.rows("SELECT capture_id FROM readings") == kept.rows("SELECT capture_id FROM held")
    revisit(site, kept, SHORT.format(""))
    assert held(kept) == []
    assert kept.rows("SELECT count(*) FROM revisions") == [(2,)]


def test_what_is_rejected_never_comes_up_again(site: Web, kept: Archive) -> None:
    revisit(site, kept, SHORT.format(""))
    assert run(kept, "review", "reject", "--reason", "shrunk").output == "Rejected: 1.\n"
    revisit(site, kept, SHORT.format("<script>var nonce = 17</script>"))
    assert held(kept) == []
    assert kept.rows("SELECT count(*) FROM revisions") == [(1,)]
    assert kept.rows("SELECT decision, times FROM held") == [("rejected", 2)]


def test_accepting_what_brings_no_text_says_that_the_article_is_gone(site: Web, kept: Archive) -> None:
    revisit(site, kept, Answer(b"%PDF-1.7 and so on", type="application/pdf"))
    run(kept, "review", "accept", "--all")
    for _ in range(2):
        assert kept.rows("SELECT gone_at IS NOT NULL, text <> '' FROM articles") == [(1, 1)]
        assert kept.rows("SELECT state FROM pages") == [("gone",)]
        assert held(kept) == []
        kept.make_due()
        kept.crawl()  # the same again is no sign that it is back


def test_a_decision_needs_to_know_about_what(site: Web, kept: Archive) -> None:
    assert "Say which" in run(kept, "review", "accept").output
    with pytest.raises(Exception, match="not held back: 7"):
        run(kept, "review", "reject", "7")


def test_an_article_that_is_gone_is_looked_for_and_comes_back(site: Web, kept: Archive) -> None:
    good = site.answers["/one"]
    revisit(site, kept, Answer("gone", 410))
    (seen, gone, due) = kept.rows("SELECT last_seen, gone_at, next_due FROM articles, pages")[0]
    assert seen <= gone < due
    assert kept.rows("SELECT gone, failed FROM crawl_sources ORDER BY crawl_id DESC LIMIT 1") == [(1, 0)]
    days = "SELECT round(julianday(next_due) - julianday(last_fetched)) FROM pages"
    waits = []
    for _ in range(3):
        waits += kept.rows(days)
        kept.make_due()
        kept.crawl()
    assert waits == [(1,), (3,), (7,)]
    assert kept.rows("SELECT gone_at FROM articles") == [(gone,)]
    revisit(site, kept, good)
    assert kept.rows("SELECT gone_at, state FROM articles, pages") == [(None, "kept")]


def test_an_edit_brings_the_page_back_soon(site: Web, kept: Archive) -> None:
    hours = "SELECT round(24 * (julianday(next_due) - julianday(last_fetched))) FROM pages"
    for expected in (6, 24):
        kept.make_due()
        kept.crawl()
        assert kept.rows(hours) == [(expected,)]
    revisit(site, kept, article("one", "There is more to it now."))
    assert kept.rows(hours) == [(1,)]


def test_diff_shows_what_an_edit_changed(site: Web, kept: Archive) -> None:
    revisit(site, kept, article("one", "It was added later."))
    url = f"{site.home}/one"
    shown = run(kept, "diff", url)
    assert "by the publisher" in shown.output
    assert "{+It was added later.+}" in shown.output.replace("{+ It", "{+It")
    told = json.loads(run(kept, "diff", f"{url}/?utm_source=x", "--from", "1", "--to", "2", "--json").output)
    assert told["to"]["changed"] == ["text"]
    assert told["texts"]["text"]["words_added"] == 20
    with pytest.raises(Exception, match="has no revision 3: there are 1 to 2"):
        run(kept, "diff", url, "--to", "3")
    with pytest.raises(Exception, match="leads to no article"):
        run(kept, "diff", f"{site.home}/none")


def test_an_advertisement_that_moves_is_no_revision(site: Web, kept: Archive) -> None:
    page, advertisement = article("one"), '<div class="advertisement">Buy our knives, they are sharp!</div>'
    for place in ("<p>Paragraph 2", "<p>Paragraph 4"):
        revisit(site, kept, page.replace(place, advertisement + place))
    assert kept.rows("SELECT count(*) FROM revisions") == [(1,)]


def test_two_spellings_of_an_address_are_one_page(site: Web, archive: Archive) -> None:
    site["/one"] = article("one")
    site["/one/"] = article("one")
    site["/sitemap.xml"] = Answer(
        sitemap([(f"{site.home}/one/", None), (f"{site.home}/one", None), (f"{site.home}/one?id=2", None)])
    )
    archive.crawl()
    assert len([path for path in site.paths() if path.startswith("/one")]) == 2
    assert archive.rows("SELECT replace(url, ?, '') FROM spellings", site.home) == [("/one",)]


def test_revisions_lists_what_changed_and_every_address_that_led_there(site: Web, kept: Archive) -> None:
    site["/old"] = Answer(status=301, headers={"Location": "/one"})
    site["/sitemap.xml"] = Answer(sitemap([(f"{site.home}/old", None), (f"{site.home}/one/", None)]))
    revisit(site, kept, article("one", "It was added later."))
    listed = run(kept, "revisions", f"{site.home}/old")
    assert f"{site.home}/old\n" in listed.output
    assert "+20 -0" in listed.output
    told = json.loads(run(kept, "revisions", f"{site.home}/one", "--json").output)
    assert told["urls"] == [f"{site.home}/one", f"{site.home}/old", f"{site.home}/one/"]
    assert [one["kind"] for one in told["revisions"]] == ["first", "publisher"]
