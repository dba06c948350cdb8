"""Challenges and consent: told, never taken for a page, never got around, and bounded in what they cost."""

from pathlib import Path

import pytest

from archive.warc_records import read_exchanges, warc_files
from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article, rss, source, write_config

CLOUDFLARE = "<title>Just a moment...</title><script>window._cf_chl_opt={cvId: '3'}</script>"
CHALLENGES = {
    "Cloudflare": Answer("<title>Just a moment...</title>", 403, headers={"cf-mitigated": "challenge"}),
    "Cloudflare, by its page": Answer(CLOUDFLARE, 503),
    "Imperva": Answer("<iframe id='main' src='/_Incapsula_Resource?CWUDNSAI=9'></iframe>", 200),
    "DataDome": Answer("<script src='https://geo.captcha-delivery.com/captcha/'></script>", 403),
    "HUMAN": Answer('<div id="px-captcha"></div>', 403),
    "AWS WAF": Answer("<script>window.gokuProps = {}</script>", 202),
    "Imperva, a script alone": Answer(
        '<html><head><META NAME="robots" CONTENT="noindex,nofollow">'
        '<script src="/_Incapsula_Resource?SWJIYLWA=1,2"></script></head><body></body></html>'
    ),
    "Imperva, with a riddle": Answer(
        "<html><head><title>Pardon Our Interruption</title></head><body><p>As you were browsing something"
        " about your browser made us think you were a bot.</p></body></html>",
        405,
    ),
    "DataDome, by its script": Answer(
        "<script>var dd={'rt':'i','cid':'A','hsh':'B','t':'fe'}</script>"
        '<script src="https://ct.captcha-delivery.com/i.js"></script>',
        403,
        headers={"X-DataDome": "protected", "X-DD-B": "2"},
    ),
    "DataDome, for scripts": Answer(
        '{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=A"}', 403, "application/json"
    ),
    "HUMAN, by its head": Answer(
        '<meta name="description" content="px-captcha"><title>Access to this page has been denied</title>'
        "<script>window._pxAppId='PX1';window._pxBlockScript=1</script>",
        403,
    ),
    "Akamai": Answer(
        '<div id="sec-if-cpt-container"></div><script src="/_sec/cp_challenge/sec-4-4.js"></script>', 428
    ),
    "Akamai, an interstitial": Answer(
        '<meta http-equiv="refresh" content="5; URL=\'/one?bm-verify=AAQ\'"><script>var i=1;'
        'xhr.open("POST", "/_sec/verify?provider=interstitial", false)</script>',
        headers={"Server": "AkamaiGHost"},
    ),
    "Sucuri": Answer(
        "<title>You are being redirected...</title><noscript>Javascript is required.</noscript>"
        "<script>var s={},sucuri_cloudproxy_js='',S='cz0n';</script>",
        307,
        headers={"X-Sucuri-ID": "15", "Server": "Sucuri/Cloudproxy"},
    ),
    "Sucuri, a refusal": Answer(
        "<title>Sucuri WebSite Firewall - Access Denied</title>", 403, headers={"X-Sucuri-Block": "CC1"}
    ),
    "Vercel": Answer("<p>Wait</p>", 429, headers={"X-Vercel-Mitigated": "challenge"}),
    "Vercel, by its page": Answer("<title>Vercel Security Checkpoint</title><p>We're verifying</p>", 429),
    "Anubis": Answer(
        '<title>Making sure you&#39;re not a bot!</title><script id="anubis_version">"v1"</script>'
        '<script id="anubis_challenge" type="application/json">{"rules":{"difficulty":4}}</script>'
        '<script src="/.within.website/x/cmd/anubis/static/js/main.mjs"></script>'
    ),
}


@pytest.mark.parametrize("maker", CHALLENGES)
def test_a_challenge_is_told_and_neither_captured_nor_kept(site: Web, archive: Archive, maker: str) -> None:
    site.publish("one", "two")
    site["/one"] = CHALLENGES[maker]
    counts = archive.crawl().totals
    assert (counts.kept, counts.failed, counts.skipped) == (1, 1, 0)
    (reason,) = archive.rows("SELECT reason FROM pages WHERE state = 'failed'")[0]
    assert f"prove that they are human ({maker.partition(',')[0]})" in reason
    (warc,) = warc_files(archive.config.parent / "captures")
    assert f"{site.home}/one" not in [one.url for one in read_exchanges(warc)]

    site.publish("one", "two")
    archive.make_due()
    assert archive.crawl().totals.kept == 1  # it is tried again, and answers


def test_an_article_stays_as_it_was(site: Web, archive: Archive) -> None:
    site.publish("one")
    archive.crawl()
    site["/one"] = CHALLENGES["Imperva"]
    archive.make_due()
    archive.crawl()
    assert archive.rows("SELECT gone_at, title FROM articles") == [(None, "one")]
    assert archive.rows("SELECT count(*) FROM revisions") == [(1,)]
    assert archive.rows("SELECT count(*) FROM held") == [(0,)]


@pytest.mark.parametrize("answer", [
    Answer("<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>" + article("one")),
    Answer(article("one", "Please verify that you are human, said the cook.")),
    Answer(article("one").replace("<body>", "<body><script src='https://js.datadome.co/tags.js'></script>")),
    Answer(article("one").replace("<body>", "<body><script>window._pxAppId = 'PX1'</script>")),
    Answer(article("one").replace("</body>", "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>")),
    Answer(article("one"), headers={"Server": "AkamaiGHost", "X-Sucuri-ID": "15", "X-DataDome": "protected"}),
    Answer(article("one", "The page said: Making sure you're not a bot! So did Vercel Security Checkpoint.")),
])  # fmt: skip
def test_pages_that_only_look_like_it_are_kept(site: Web, archive: Archive, answer: Answer) -> None:
    site.publish("one")
    site["/one"] = answer
    assert archive.crawl().totals.kept == 1


def test_a_site_that_asks_for_it_everywhere_is_left_alone_and_status_says_so(
    tmp_path: Path, site: Web
) -> None:
    names = [f"stars-{number}" for number in range(20)]
    site["/feed"] = Answer(rss((f"{site.home}/{name}", "Stars") for name in names))
    for name in names:
        site[f"/{name}"] = CHALLENGES["Cloudflare"]
    archive = Archive(write_config(tmp_path, source("Site", site.home, feeds=[f"{site.home}/feed"])))
    report = archive.crawl()
    assert len(site.paths()) == 1 + 5
    assert "5 requests in a row failed (the site asks visitors" in (report.sources[0].error or "")

    site["/feed"] = CHALLENGES["Cloudflare"]
    site.asked.clear()
    report = archive.crawl()
    assert "prove that they are human (Cloudflare)" in (report.sources[0].error or "")
    assert len(site.paths()) <= 5
    (verdict,) = archive.rows("SELECT reason FROM health")
    assert "prove that they are human" in verdict[0]


def test_robots_txt_behind_a_challenge_allows_nothing(site: Web, archive: Archive) -> None:
    site.publish("one")
    site["/robots.txt"] = CHALLENGES["Cloudflare"]
    report = archive.crawl()
    assert "robots.txt cannot be read" in (report.sources[0].error or "")
    assert "prove that they are human" in (report.sources[0].error or "")
    assert site.paths() == []


@pytest.mark.parametrize("path", ["/consent?return=/one", "/cookiewall/", "/privacy-gate/accept"])
def test_a_redirect_to_a_question_of_consent_is_a_failure_that_passes(
    site: Web, archive: Archive, path: str
) -> None:
    """Not a page about something else, which would never be asked for again."""
    site.publish("one")
    site["/one"] = Answer(status=302, headers={"Location": path})
    site[path] = "<h1>Your privacy</h1><p>We value it, and so do our 847 partners.</p>"
    assert archive.crawl().totals.failed == 1
    assert "asks for consent" in archive.rows("SELECT reason FROM pages")[0][0]
    site.publish("one")
    archive.make_due()
    assert archive.crawl().totals.kept == 1


def test_an_article_about_consent_is_an_article(site: Web, archive: Archive) -> None:
    site.publish("gdpr-consent-in-the-kitchen")
    assert archive.crawl().totals.kept == 1


def test_a_compression_that_was_not_asked_for_is_told(site: Web, archive: Archive) -> None:
    site.publish("one")
    site["/one"] = Answer(b"\x1f\x9d\x90nonsense", headers={"Content-Encoding": "compress"})
    assert archive.crawl().totals.failed == 1
    assert "(compress)" in archive.rows("SELECT reason FROM pages")[0][0]


def test_a_feed_that_names_only_other_sites_is_told(tmp_path: Path, site: Web) -> None:
    site["/feed"] = Answer(rss([("https://other.example/a", "A"), ("https://other.example/b", "B")]))
    archive = Archive(write_config(tmp_path, source("Site", site.home, feeds=[f"{site.home}/feed"])))
    (report,) = archive.crawl().sources
    assert report.note == f"{site.home}/feed: all pages that it names are of other sites, like other.example"
