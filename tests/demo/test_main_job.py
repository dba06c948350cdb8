"""The whole job on the demo web, through the command line and the public files.

What is expected comes from the pages as they are written in ``crawler/demo/sites``, not from what our rules
make of them.
"""

import asyncio
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
from datasette.app import Datasette
from warcio.archiveiterator import ArchiveIterator

import archive.export
from crawler.demo.pages import Article
from tests.demo.conftest import Crawl, Job, plain, run, words_of
from tests.demo.furniture import FAR, NEAR

OFF_TOPIC = {
    "/2024/01/12/model-kit-glue/",
    "/2024/02/02/kiln-street-review/",
    "/2024/price-rise-again",
    "/2023/the-lamp-post-review",
    "/local/harbour-dredging-delayed.html",
    "/travel/baton-rouge-three-days.html",
    "/food/red-lentil-soup.html",
    "/2024/0202/ramen.html",
    "/2023/1110/hoshizora.html",
    "/kino/filmfest-am-wehr",
    "/geschichte/stummfilm-am-fluss",
}
EXCLUDED = "/embargo/metallic-rouge-screener-notes/"
EDITED = "/2024/04/05/metallic-rouge-finale-review/"
NEW = "/news/metallic-rouge-watch-circle/"
GONE = "/2024/winter-season-where-to-watch"
SITES = list(NEAR)


def about_the_series(crawl: Crawl) -> dict[str, Article]:
    return {
        url: article
        for url, article in crawl.articles.items()
        if article.path not in OFF_TOPIC | {EXCLUDED} and not article.gone
    }


def on_site(job: Job, site: str) -> dict[str, Article]:
    """The articles of one site that are about the series, as they were at first."""
    [home] = [source.home for source in job.sources if source.name == site]
    return {url: article for url, article in about_the_series(job.first).items() if url.startswith(home)}


def as_instant(stated: str) -> datetime:
    return datetime.fromisoformat(stated)


class TestFirstCrawl:
    def test_ends_well_and_reports_what_it_did(self, job: Job) -> None:
        assert job.first.status == 0, job.first.errors
        [counts] = job.first.rows(
            "SELECT sum(found) AS found, sum(fetched) AS fetched, sum(kept) AS kept, sum(skipped) AS skipped"
            " FROM crawl_sources"
        )
        assert counts["found"] == len(job.first.articles) + 1, (
            "every page, and the old address of the moved one"
        )
        assert counts["fetched"] == counts["kept"] + counts["skipped"] == len(job.first.articles) - 1
        assert counts["skipped"] == len(OFF_TOPIC)
        assert {key: job.first.report["totals"][key] for key in counts} == counts

    def test_keeps_every_article_about_the_series_and_no_other(self, job: Job) -> None:
        assert set(job.first.stored()) == set(about_the_series(job.first))

    def test_says_why_it_keeps(self, job: Job) -> None:
        stored = job.first.stored()
        assert all("Metallic Rouge" in row["relevance"] for row in stored.values())
        in_tags_only = stored[job.first.url("/interview-costume-maker/")]
        assert "tags" in in_tags_only["relevance"]

    def test_remembers_what_it_skips_and_why_and_keeps_no_text_of_it(self, job: Job) -> None:
        skipped = job.first.rows("SELECT url, reason FROM pages WHERE state = 'skipped'")
        assert {urlsplit(page["url"]).path for page in skipped} == OFF_TOPIC
        assert all("does not name Metallic Rouge" in page["reason"] for page in skipped)
        [text] = job.first.rows("SELECT group_concat(text) AS text FROM revisions")
        assert "lentils" not in text["text"]

    def test_fetches_every_page_once(self, job: Job) -> None:
        asked = Counter(
            (request.source, request.path) for request in job.first.requests if request.status == 200
        )
        assert {path: count for path, count in asked.items() if count > 1} == {}
        pages = {(source, path.partition("?")[0]) for source, path in asked}
        expected = {article.path for article in job.first.articles.values()} - {EXCLUDED}
        assert expected <= {path for _, path in pages}

    def test_obeys_robots(self, job: Job) -> None:
        asked = [request.path for request in job.first.requests + job.second.requests]
        assert "/robots.txt" in asked
        assert not [path for path in asked if path.startswith("/embargo/")]
        [page] = job.first.rows("SELECT state, reason FROM pages WHERE url LIKE ?", f"%{EXCLUDED}")
        assert page["state"] == "refused"
        assert "robots.txt" in page["reason"]

    def test_stores_no_tracking_parameters_and_follows_a_moved_page(self, job: Job) -> None:
        urls = [row["url"] for row in job.first.rows("SELECT url FROM pages")]
        assert not [url for url in urls if "utm_" in url or "fbclid" in url]
        [old] = job.first.rows(
            "SELECT state, article_id FROM pages WHERE url LIKE '%/metallic-rouge-anniversary'"
        )
        assert old["state"] == "alias"
        assert old["article_id"] == job.first.stored()[job.first.url("/metallic-rouge-one-year-on")]["id"]

    def test_keeps_the_same_press_release_of_two_sites_apart(self, job: Job) -> None:
        gazette = job.first.stored()[job.first.url("/exhibition-painted-mars/")]
        courier = job.first.stored()[job.first.url("/painted-mars-exhibition.html")]
        # The Courier prints a standfirst of its own above it, which its readers see as the beginning.
        own = f"{courier['standfirst']}\n\n"
        assert courier["text"].startswith(own)
        assert plain(gazette["text"]) == plain(courier["text"].removeprefix(own))
        assert {gazette["source"], courier["source"]} == {"The Mecha Gazette", "The Harbour Courier"}

    def test_captures_every_page_that_it_fetched(self, job: Job) -> None:
        captured = job.first.rows("SELECT url, file FROM captures WHERE status = 200")
        expected = {url for url, article in job.first.articles.items() if article.path != EXCLUDED}
        assert expected <= {row["url"] for row in captured}
        assert all((job.folder / "captures" / row["file"]).is_file() for row in captured)


@pytest.mark.parametrize("site", SITES)
class TestArticles:
    def test_text_is_the_article_and_nothing_else(self, job: Job, site: str) -> None:
        wrong = {}
        for url, article in on_site(job, site).items():
            kept = [plain(block) for block in job.first.stored()[url]["text"].split("\n\n")]
            written = [words_of(block.html) for block in article.blocks if block.html]
            if article.standfirst and kept[0] == plain(article.standfirst):
                del kept[0]  # a field of its own, and part of what readers see where the page shows it
            if kept != written:
                wrong[article.path] = {
                    "too much": [block for block in kept if block not in written],
                    "missing": [block for block in written if block not in kept],
                }
        assert wrong == {}

    def test_text_holds_no_furniture(self, job: Job, site: str) -> None:
        found = {
            (article.path, piece)
            for url, article in on_site(job, site).items()
            for piece in NEAR[site] + FAR[site]
            if piece in plain(job.first.stored()[url]["text"])
        }
        assert found == set()

    def test_furniture_near_the_article_is_listed_as_removed(
        self, job: Job, site: str, pages: dict[str, str]
    ) -> None:
        missing = set()
        for url, article in on_site(job, site).items():
            blocks = job.first.rows(
                "SELECT rule, reason, removed_blocks.text FROM removed_blocks"
                " JOIN articles USING (revision_id)"
                " WHERE articles.url = ?",
                url,
            )
            removed = plain(" ".join(block["text"] for block in blocks))
            missing |= {
                (article.path, piece) for piece in NEAR[site] if piece in pages[url] and piece not in removed
            }
            assert all(block["rule"] and block["reason"] for block in blocks)
        assert missing == set()

    def test_metadata_is_what_was_published(self, job: Job, site: str) -> None:
        language = {"アニメ火星通信": "ja", "Bildsprung": "de"}.get(site, "en")
        wrong = {}
        for url, article in on_site(job, site).items():
            row = job.first.stored()[url]
            found = {
                "title": plain(row["title"]),
                "authors": json.loads(row["authors"]),
                "day": (row["published"] or "")[:10],
                "language": row["language"],
                "site_name": row["site_name"],
            }
            expected = {
                "title": plain(article.title),
                "authors": list(article.authors),
                "day": article.published.date().isoformat(),
                "language": language,
                "site_name": site,
            }
            if found != expected:
                wrong[article.path] = {key: found[key] for key in found if found[key] != expected[key]}
        assert wrong == {}

    def test_a_time_that_is_stated_with_its_offset_is_kept_so(self, job: Job, site: str) -> None:
        if site == "アニメ火星通信":  # its pages state a time without an offset, its feed one with
            return
        for url, article in on_site(job, site).items():
            assert as_instant(job.first.stored()[url]["published"]) == article.published, url

    def test_access_is_what_the_publisher_declares(self, job: Job, site: str) -> None:
        wrong = {}
        for url, article in on_site(job, site).items():
            row = job.first.stored()[url]
            allowed = {"free", "unknown"} if article.access == "unknown" else {article.access}
            complete = article.access not in {"paywalled", "registration"}
            if row["access"] not in allowed or bool(row["text_complete"]) is not complete:
                wrong[article.path] = (row["access"], row["text_complete"])
        assert wrong == {}


@pytest.fixture(scope="module")
def pages(job: Job) -> dict[str, str]:
    """The words of every page as they were served, read back from the captures."""
    found: dict[str, str] = {}
    for file in sorted((job.folder / "captures").glob("*.warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                url = record.rec_headers.get_header("WARC-Target-URI")
                if record.rec_type == "response" and url in job.first.articles:
                    body = record.content_stream().read()
                    found.setdefault(url, words_of(body.decode(job.first.articles[url].charset)))
    return found


def test_paid_text_is_nowhere_in_the_archive(job: Job) -> None:
    paid = [words_of(block.html) for article in job.first.articles.values() for block in article.paid_blocks]
    assert paid
    for table, column in (
        ("articles", "text"),
        ("revisions", "html"),
        ("removed_blocks", "text"),
        ("mentions", "passage"),
    ):
        texts = [plain(row["text"]) for row in job.second.rows(f"SELECT {column} AS text FROM {table}")]
        assert not [text for text in texts for piece in paid if piece in text]


def test_a_page_in_shift_jis_is_read_as_japanese(job: Job) -> None:
    row = job.first.stored()[job.first.url("/metallic_rouge_start.html")]
    assert row["title"].startswith("「メタリックルージュ」放送開始")
    assert "傘を用意して待ちたい。" in row["text"]


class TestSecondCrawl:
    def test_fetches_only_what_changed(self, job: Job) -> None:
        assert job.second.status == 0, job.second.errors
        articles = {(urlsplit(url).netloc, article.path) for url, article in job.second.articles.items()}
        hosts = {source.name: urlsplit(source.home).netloc for source in job.sources}
        asked = {
            (request.path, request.status)
            for request in job.second.requests
            if (hosts[request.source], request.path) in articles
        }
        assert asked == {(EDITED, 200), (NEW, 200), (GONE, 410)}

    def test_asks_for_feeds_and_sitemaps_only_whether_they_changed(self, job: Job) -> None:
        unchanged = {"Bildsprung", "アニメ火星通信", "The Harbour Courier"}
        paths = {urlsplit(url).path for source in job.sources for url in (*source.feeds, *source.sitemaps)}
        answers = {
            request.status
            for request in job.second.requests
            if request.path in paths and request.source in unchanged
        }
        assert answers == {304}

    def test_one_article_has_a_second_revision_by_its_publisher(self, job: Job) -> None:
        [revision] = job.second.rows(
            "SELECT kind, changed, url, revisions.text, revisions.title FROM revisions"
            " JOIN articles ON articles.id = article_id WHERE number > 1"
        )
        assert revision["url"].endswith(EDITED)
        assert revision["kind"] == "publisher"
        assert set(json.loads(revision["changed"])) == {"title", "text", "authors", "modified"}

    def test_the_edited_article_shows_its_new_state_and_remembers_the_old(self, job: Job) -> None:
        url = job.second.url(EDITED)
        row, now = job.second.stored()[url], job.second.articles[url]
        assert row["title"] == now.title
        assert json.loads(row["authors"]) == list(now.authors)
        assert as_instant(row["modified"]) == now.modified
        assert "found six" in row["text"]
        [old] = job.second.rows(
            "SELECT title, text FROM revisions WHERE article_id = ? AND number = 1", row["id"]
        )
        assert old["title"] == job.first.articles[url].title
        assert "found six" not in old["text"]

    def test_the_page_that_was_taken_down_is_marked_and_still_readable(self, job: Job) -> None:
        url = job.second.url(GONE)
        row = job.second.stored()[url]
        assert row["gone_at"]
        assert row["text"] == job.first.stored()[url]["text"]
        [page] = job.second.rows("SELECT state, status FROM pages WHERE url = ?", url)
        assert page == {"state": "gone", "status": 410}

    def test_the_web_site_shows_the_page_that_was_taken_down(self, job: Job) -> None:
        row = job.second.stored()[job.second.url(GONE)]
        page = asyncio.run(Datasette([str(job.second.database)]).client.get(f"/article/{row['id']}"))
        assert page.status_code == 200
        assert "Gone since" in page.text
        assert "January is when animation changes its clothes." in page.text

    def test_the_new_article_is_there(self, job: Job) -> None:
        assert job.second.url(NEW) in job.second.stored()

    def test_every_other_article_is_as_it_was(self, job: Job) -> None:
        before, after = job.first.stored(), job.second.stored()
        same = set(before) - {job.second.url(EDITED), job.second.url(GONE)}
        assert all(before[url]["revision_id"] == after[url]["revision_id"] for url in same)


class TestExport:
    def test_jsonl_and_json_hold_every_article_and_validate(self, job: Job, tmp_path: Path) -> None:
        schema = json.loads(
            (Path(archive.export.__path__[0]) / "article.schema.json").read_text(encoding="utf-8")
        )
        validator = jsonschema.validators.validator_for(schema)(schema)
        lines, whole = tmp_path / "articles.jsonl", tmp_path / "articles.json"
        for file in (lines, whole):
            done = run("export", file, "--config", job.config)
            assert done.returncode == 0, done.stderr
        records = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
        assert {record["url"] for record in records} == set(job.second.stored())
        for record in records:
            validator.validate(record)
        assert json.loads(whole.read_text(encoding="utf-8")) == records
