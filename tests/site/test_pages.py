"""What a reader finds on each page, and a program at the same address with .json."""

from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from archive.database import open_archive
from archive.export.records import read_records
from archive.frontier import Frontier
from archive.models import DiscoveryKind
from archive.publish import make_public
from archive.site import wording
from tests.site.conftest import OpenSite, Site, text_of
from tests.site.seed import extraction_of, make_archive

PAGES = (
    "/",
    "/articles",
    "/articles?dated=2024-01&source=1",
    "/article/1",
    "/article/1/revision/1",
    "/article/1/diff/1/2",
    "/sources",
    "/source/3",
    "/search",
    "/search?q=Mars",
    "/timeline",
    "/timeline?year=2024",
    "/authors",
    "/author/1",
    "/clusters",
    "/cluster/1",
    "/changes",
    "/changes?show=headlines",
    "/changes?show=vanished",
    "/changes?show=rules",
    "/review",
    "/review?show=near-misses",
    "/nothing",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_lets_anything_run_or_come_from_elsewhere(site: Site, path: str) -> None:
    response = site.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    page = site.page(path, status=response.status_code)
    assert not page.xpath(
        "//script | //style | //@style | //img | //iframe | //@*[starts-with(name(), 'on')]"
    )
    assert all(address.startswith("/") for address in page.xpath("//link/@href"))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_found_through(site: Site, path: str) -> None:
    page = site.page(path, status=site.get(path).status_code)
    assert page.xpath("string(/html/@lang)") == "en"
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == 1
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]
    assert len(page.xpath("//form[@role='search']")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(name in ids for name in page.xpath("//@aria-labelledby"))
    assert not [link for link in page.xpath("//a") if not (text_of(link) or link.get("aria-label"))]


def test_front_page_says_what_the_archive_is(site: Site) -> None:
    page = site.page("/")
    assert text_of(page.xpath("//h1")[0]) == "Archive of Metallic Rouge"
    assert "30 articles about Metallic Rouge ( メタリックルージュ ) from 4 sources, 2024 to 2026." in text_of(
        page.xpath("//main")[0]
    )
    newest = page.xpath("//ol[@class='cards']/li")
    assert len(newest) == 10
    assert (
        text_of(newest[0].xpath(".//*[@class='headline']")[0])
        == "Two years after Metallic Rouge, its composer goes on tour"
    )
    assert text_of(newest[0].xpath(".//*[@class='meta']")[0]) == "Panel & Frame · 3 February 2026 · Metered"
    assert "Last crawl failed" in text_of(
        page.xpath("//section[@aria-labelledby='sources']//li[contains(., 'Bildschnitt')]")[0]
    )


def test_front_page_is_data_as_well(site: Site) -> None:
    front = site.json("/.json")
    assert (front["archive"]["title"], front["archive"]["articles"]) == ("Archive of Metallic Rouge", 30)
    assert front["articles"][0]["title"] == "Two years after Metallic Rouge, its composer goes on tour"
    assert site.page("/").xpath("//link[@type='application/json']/@href") == ["/.json"]


def test_every_bar_leads_to_its_articles_and_stands_in_the_table(site: Site) -> None:
    page = site.page("/")
    bars = {link.get("href"): link.get("aria-label") for link in page.xpath("//figure//svg//a")}
    assert bars["/articles?dated=2024-01"] == "January 2024: 8 articles"
    rows = {row.xpath("string(.//a/@href)"): text_of(row) for row in page.xpath("//figure//tbody/tr")}
    assert rows.keys() == bars.keys()
    assert rows["/articles?dated=2024-01"] == "January 2024 8"
    for address, label in bars.items():
        month, _, count = label.partition(": ")
        shown = site.page(address)
        assert text_of(shown.xpath("//h1")[0]) == f"Articles of {month}"
        assert len(shown.xpath("//ol[@class='cards']/li")) == int(count.split()[0])


def test_title_is_the_configured_one(open_site: OpenSite, archive_path: Path) -> None:
    db = open_archive(archive_path)
    Frontier(db).register_title("Rouge & friends")
    db.close()
    assert text_of(open_site(archive_path).page("/").xpath("//h1")[0]) == "Rouge & friends"


def test_an_archive_without_articles_says_so(open_site: OpenSite, tmp_path: Path) -> None:
    open_archive(tmp_path / "new.db", create=True).close()
    site = open_site(tmp_path / "new.db")
    assert "Nothing is in it yet" in text_of(site.page("/").xpath("//main")[0])
    for path in ("/articles", "/sources", "/search?q=Mars"):
        site.page(path)


def test_articles_are_paged_from_the_newest_to_the_oldest(site: Site) -> None:
    shown: list[int] = []
    address = "/articles.json"
    while True:
        page = site.json(address)
        shown += [article["id"] for article in page["articles"]]
        if not page["next"]:
            break
        address = f"/articles.json?after={quote(page['next'])}"
    rows = site.json("/archive/articles.json?_shape=array&_sort_desc=dated&_size=max")
    assert sorted(shown) == sorted(row["id"] for row in rows)
    assert len(shown) == len(set(shown)) == 30
    dates = {row["id"]: row["dated"] for row in rows}
    assert [dates[number] for number in shown] == sorted(dates.values(), reverse=True)


def test_older_articles_are_a_link_away(site: Site) -> None:
    older = site.page("/articles").xpath("string(//a[@rel='next']/@href)")
    page = site.page(f"/articles{older}")
    assert len(page.xpath("//ol[@class='cards']/li")) == 10
    assert [text_of(link) for link in page.xpath("//nav[@class='pager']/a")] == ["Newest"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/articles?dated=2024-13", 400),
        ("/articles?dated=' OR 1", 400),
        ("/articles?source=x", 400),
        ("/articles?source=99", 404),
        ("/articles?after=nonsense", 200),
        ("/article/99", 404),
        ("/article/999999999999999999", 404),
        ("/article/1/revision/9", 404),
        ("/source/99", 404),
        ("/search?q=Mars&page=0", 400),
        ("/search?q=Mars&page=9", 200),
        ("/nothing/here/at/all", 404),
    ],
)
def test_what_is_not_there_is_said(site: Site, path: str, status: int) -> None:
    assert site.page(path, status=status).xpath("//h1")


def test_json_says_as_well_that_nothing_is_there(site: Site) -> None:
    response = site.get("/article/99.json")
    assert response.status_code == 404
    assert response.json() == {"ok": False, "error": "Not in the archive", "status": 404, "title": None}


def test_article_is_shown_with_its_facts(site: Site) -> None:
    page = site.page("/article/1")
    assert text_of(page.xpath("//h1")[0]) == "Metallic Rouge begins with rain, and with a song (updated)"
    body = page.xpath("//div[@class='body']")[0]
    assert [element.tag for element in body] == [
        *("details", "p", "h2", "details", "p", "figure", "p", "p", "p", "details", "p"),
    ]
    facts = {text_of(fact.xpath("dt")[0]): text_of(fact.xpath("dd")[0]) for fact in page.xpath("//dl/div")}
    assert facts["Authors"] == "Ada Quill, Ben Marsh"
    assert facts["Published"] == "11 January 2024, 09:30 UTC"
    assert facts["Access"] == "Metered json-ld: isAccessibleForFree is true"
    assert facts["Original"] == "https://panel-and-frame.example/2024/1.html"
    assert facts["Answer"].startswith("HTTP 200, text/html")
    why = text_of(page.xpath("//section[@aria-labelledby='why']")[0])
    assert "Names Metallic Rouge in the title and 2 times in the text." in why
    assert [text_of(mark) for mark in page.xpath("//section[@aria-labelledby='why']//mark")] == [
        "Metallic Rouge"
    ] * 2
    assert "Feed, 1 March 2026" in text_of(page.xpath("//section[@aria-labelledby='found']")[0])
    assert page.xpath("//a[@href='/archive/articles/1']")


def test_images_are_links_and_not_loaded(site: Site) -> None:
    page = site.page("/article/1")
    link = page.xpath("//figure/a")[0]
    assert (link.get("href"), text_of(link)) == (
        "https://images.example/rouge.jpg",
        "Image: Rouge in the rain",
    )
    assert "noreferrer" in link.get("rel")


def test_it_is_said_where_the_public_text_ends(site: Site) -> None:
    assert not site.page("/article/1").xpath("//aside[@class='ends']")
    notice = site.page("/article/2").xpath("//aside[@class='ends']")
    assert text_of(notice[0]).startswith(
        "The public text ends here. The publisher shows the rest to subscribers."
    )
    assert notice[0].xpath(".//a/@href") == ["https://panel-and-frame.example/2024/2.html"]


def test_revisions_can_be_read(site: Site) -> None:
    revisions = [text_of(item) for item in site.page("/article/1").xpath("//ol[@class='revisions']/li")]
    assert revisions == [
        "Revision 2 · 3 March 2026, 08:00 UTC · Changed by the publisher: headline, text,"
        " date of modification 10 words added, 0 removed (3%) What changed in revision 2",
        "Revision 1 · 1 March 2026, 08:10 UTC · First version",
    ]
    old = site.page("/article/1/revision/1")
    assert text_of(old.xpath("//h1")[0]) == "Metallic Rouge begins with rain, and with a song"
    assert "This is revision 1" in text_of(old.xpath("//p[@class='notice']")[0])
    assert not site.page("/article/1").xpath("//p[@class='notice']")


def test_json_of_an_article_is_what_is_exported_and_more(site: Site, made_archive: Path) -> None:
    db = open_archive(made_archive, readonly=True)
    for record in read_records(db):
        article = site.json(f"{record['path']}.json")
        for name in record.keys() - {"html", "source", "revision", "capture", "copies"}:
            assert article[name] == record[name], name
        for ours, theirs in zip(article["copies"], record["copies"], strict=True):
            assert ours == theirs | {"similarity": pytest.approx(theirs["similarity"])}
        for name in ("source", "revision", "capture"):
            assert article[name] | record[name] == article[name]
        assert "<img" in record["html"]
        assert "<img" not in article["html"]
    db.close()


def test_json_of_an_older_revision_is_of_its_time(site: Site) -> None:
    article = site.json("/article/1/revision/1.json")
    assert article["title"] == "Metallic Rouge begins with rain, and with a song"
    assert (article["revision"]["number"], article["revision"]["current"], article["revisions"]) == (
        1,
        False,
        2,
    )
    assert [one["number"] for one in article["history"]] == [2, 1]
    assert article["words"] < site.json("/article/1.json")["words"]


def test_source_page_says_what_became_of_every_page(site: Site) -> None:
    page = site.page("/source/1")
    states = [
        text_of(item) for item in page.xpath("//ul[@class='states']/li//summary | //ul[@class='states']/li/p")
    ]
    assert "Kept: an article about the series 9" in states
    assert "Skipped: not about the series, or not an article 2" in states
    why = text_of(page.xpath("//ul[@class='states']")[0])
    assert "robots.txt does not allow it" in why
    assert "no answer within 30 seconds" in why
    discovery = text_of(page.xpath("//section[@aria-labelledby='discoveries']//tbody")[0])
    assert discovery.startswith("Feed https://panel-and-frame.example/feed.xml 1 March 2026, 08:00 UTC")
    assert page.xpath("//svg//a/@href")[0] == "/articles?dated=2024-01&source=1"
    assert len(page.xpath("//ol[@class='cards']/li")) == 9


def test_sources_are_listed_with_their_trouble(site: Site) -> None:
    row = site.page("/sources").xpath("//tbody/tr[contains(., 'Bildschnitt')]")[0]
    assert "no answer within 30 seconds" in text_of(row)


@pytest.mark.parametrize(
    ("query", "found"), [("composer tour", 1), ("火星", 5), ("声優", 5), ("Rüstung", 1), ("zebra", 0)]
)
def test_search_finds_in_every_script_and_marks_it(site: Site, query: str, found: int) -> None:
    page = site.page(f"/search?q={quote(query)}")
    hits = page.xpath("//ol[@class='cards']/li")
    assert len(hits) == found
    assert site.json(f"/search.json?q={quote(query)}")["total"] == found
    for hit in hits:
        assert {text_of(mark).casefold() for mark in hit.xpath(".//mark")} <= set(query.casefold().split())
        assert hit.xpath(".//mark")
    assert page.xpath("string(//input[@name='q']/@value)") == query


def test_search_pages_and_orders(site: Site) -> None:
    first = site.page("/search?q=Rouge&sort=newest")
    assert "newest first" in text_of(first.xpath("//p[@class='found']")[0])
    assert len(first.xpath("//ol[@class='cards']/li")) == 20
    onward = first.xpath("string(//a[@rel='next']/@href)")
    second = site.page(f"/search{onward}")
    assert second.xpath("//ol[@class='cards']/li")
    links = [page.xpath("//ol[@class='cards']//*[@class='headline']/a/@href") for page in (first, second)]
    assert not set(links[0]) & set(links[1])


def test_a_query_that_is_wrong_is_explained(site: Site) -> None:
    page = site.page("/search?q=" + quote('"rain'), status=400)
    assert "quotation mark" in text_of(page.xpath("//*[@role='alert']")[0])
    assert page.xpath("string(//input[@name='q']/@value)") == '"rain'
    assert site.get("/search.json?q=" + quote('"rain')).json()["ok"] is False


def test_every_way_of_finding_pages_has_a_name_for_people() -> None:
    assert set(wording.DISCOVERIES) == set(DiscoveryKind)


@pytest.mark.parametrize(
    ("access", "complete", "words", "said"),
    [
        ("free", True, 400, "Free to read"),
        ("paywalled", False, 80, "For subscribers, text cut off"),
        ("unknown", True, 400, ""),
        ("unknown", False, 80, "Text cut off"),
        ("unknown", False, 0, "Text not kept"),
        ("something new", True, 400, ""),
    ],
)
def test_of_access_only_what_is_known_is_said(access: str, complete: bool, words: int, said: str) -> None:
    assert wording.say_access(access, complete, words) == said


def test_a_changed_date_is_told_as_dates_are(site: Site) -> None:
    told = text_of(site.page("/article/1/diff/1/2").xpath("//section[@aria-labelledby='of-facts']")[0])
    assert "Date of modification nothing 1 March 2026, 18:05 +09:00" in told


@pytest.mark.parametrize(("standfirst", "above"), [("Mars, in short.", 0), ("Why it rains.", 1)])
def test_a_standfirst_is_read_once(tmp_path: Path, open_site: OpenSite, standfirst: str, above: int) -> None:
    paragraphs = ["Mars, in short.", "Rouge is on her way."]
    one = extraction_of("https://panel-and-frame.example/1", "Rouge", paragraphs, standfirst=standfirst)
    page = open_site(make_archive(tmp_path / "archive.db", [one])).page("/article/1")
    assert len(page.xpath("//*[@class='standfirst']")) == above
    assert text_of(page.xpath("//article")[0]).count(standfirst) == 1


def test_of_an_undated_article_it_is_said_when_it_was_seen(tmp_path: Path, open_site: OpenSite) -> None:
    undated = extraction_of("https://panel-and-frame.example/1", "Rouge", ["Rouge is on her way."])
    dated = extraction_of(
        "https://panel-and-frame.example/2", "Gene", ["Gene is too."], published="2024-02-07"
    )
    site = open_site(make_archive(tmp_path / "archive.db", [undated, dated]))
    newest, older = (text_of(one) for one in site.page("/").xpath("//*[@class='meta']"))
    assert "first seen 1 March 2026" in newest
    assert "7 February 2024" in older
    assert "first seen" not in older
    assert "first seen 1 March 2026" in text_of(site.page("/article/1").xpath("//*[@class='byline']")[0])


def test_a_copy_for_the_public_asks_for_no_decisions(
    archive_path: Path, tmp_path: Path, open_site: OpenSite
) -> None:
    copy = tmp_path / "public.db"
    with closing(open_archive(archive_path, readonly=True)) as db:
        make_public(db, copy, title="Public", policies={"Panel & Frame": "excerpt"})
    site = open_site(copy)
    assert "Review" not in text_of(site.page("/").xpath("//nav")[0])
    facts = text_of(site.page("/article/1").xpath("//*[@class='facts']")[0])
    assert "words, at the publisher" in facts
    assert "How it was found" not in facts
