"""``series-archive static``: which files there are, what they link to, and what a second run does to them."""

import gzip
import json
import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import feedparser
import jsonschema
import pytest
from lxml import html

from archive.database import open_archive
from archive.export import SCHEMA
from archive.static_site import writing_site
from archive.static_site.folder import LIST
from archive.text_index import register_functions
from tests.command import run, start
from tests.site.hostile import make_hostile_archive
from tests.site.seed import extraction_of, make_archive
from tests.site.static_files import URL, configure, run_static, write_static


@pytest.fixture(scope="module")
def written(made_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the invented articles; nobody may change it."""
    folder = tmp_path_factory.mktemp("static") / "site"
    write_static(configure(made_archive.parent), folder, "--url", URL)
    return folder


@pytest.fixture(scope="module")
def plain(made_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without an address; nobody may change it either."""
    folder = tmp_path_factory.mktemp("static") / "site"
    write_static(configure(made_archive.parent), folder)
    return folder


@pytest.fixture
def folder(plain: Path, tmp_path: Path) -> Path:
    """A copy of that site, as a run has left it."""
    return shutil.copytree(plain, tmp_path / "site")


@pytest.fixture
def config(archive_path: Path) -> Path:
    return configure(archive_path.parent)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def change(config: Path, *statements: str) -> None:
    with closing(sqlite3.connect(config.parent / "archive.db")) as db:
        register_functions(db)
        for statement in statements:
            db.execute(statement)
        db.commit()


def links(folder: Path, file: str) -> list[str]:
    """Give the files that a page links to, in the folder."""
    page = html.fromstring(folder.joinpath(file).read_bytes())
    found = []
    for address in page.xpath("//@href | //@src | //@action"):
        parts = urlsplit(str(address))
        if not parts.scheme and not parts.netloc and parts.path:
            target = (folder / file).parent.joinpath(unquote(parts.path)).resolve()
            assert target.is_relative_to(folder.resolve()), address
            found.append(str(target.relative_to(folder.resolve())))
    return found


def reached(folder: Path) -> dict[str, None]:
    """Give what is found from the front page on."""
    seen = dict.fromkeys(["index.html"])
    for file in seen.copy():
        waiting = [file]
        while waiting:
            page = waiting.pop()
            for link in links(folder, page):
                assert (folder / link).is_file(), f"{page} leads to {link}"
                if link not in seen:
                    seen[link] = None
                    waiting += [link] if link.endswith(".html") else []
    return seen


def test_every_page_is_reached_and_every_link_leads_somewhere(written: Path) -> None:
    seen = reached(written)
    pages = {file for file in contents(written) if file.endswith((".html", ".json"))}
    assert pages - set(seen) == {"404.html"}
    assert len(pages) > 80


def test_pages_ask_nobody_else_and_allow_no_script(written: Path) -> None:
    for name, content in contents(written).items():
        if not name.endswith(".html"):
            continue
        page = html.fromstring(content)
        policy = page.xpath("string(//meta[@http-equiv='content-security-policy']/@content)")
        assert policy.startswith("default-src 'none'; ")
        assert ("script-src" in policy) == (name == "search/index.html")
        assert page.xpath("string(//meta[@name='referrer']/@content)") == "no-referrer"
        assert not page.xpath("//img | //iframe | //style | //@style | //script[not(@src)]")
        for address in page.xpath("//link/@href | //script/@src"):
            assert not urlsplit(address).netloc, address


def test_fragments_of_bars_are_there(written: Path) -> None:
    bars = html.fromstring(written.joinpath("index.html").read_bytes()).xpath("//svg//a/@href")
    assert len(bars) > 10
    for bar in bars:
        file, _, fragment = bar.partition("#")
        assert html.fromstring(written.joinpath(file).read_bytes()).xpath(f"//*[@id='{fragment}']"), bar


def test_json_is_what_an_export_has(written: Path) -> None:
    lines = gzip.decompress(written.joinpath("articles.jsonl.gz").read_bytes()).splitlines()
    assert len(lines) == 30
    for line in lines:
        record = json.loads(line)
        jsonschema.validate(record, SCHEMA)
        assert json.loads(written.joinpath(f"article/{record['id']}.json").read_bytes()) == record


def test_feeds_and_sitemap_name_where_the_site_is(written: Path) -> None:
    feed = feedparser.parse(written.joinpath("feed.atom").read_bytes())
    assert (feed.bozo, len(feed.entries), feed.feed.link) == (False, 30, URL)
    assert feed.feed.id == f"{URL}feed.atom"
    feed = json.loads(written.joinpath("source/1/feed.json").read_bytes())
    assert feed["feed_url"] == f"{URL}source/1/feed.json"
    assert 0 < len(feed["items"]) < 30
    sitemap = ElementTree.fromstring(written.joinpath("sitemap.xml").read_bytes())
    addresses = [str(one.text) for one in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"{URL}article/1/" in addresses
    for address in addresses:
        assert (written / address.removeprefix(URL) / "index.html").is_file(), address
    assert written.joinpath("robots.txt").read_text().splitlines() == [
        "User-agent: *",
        "Disallow: /metallic-rouge/search/",
        f"Sitemap: {URL}sitemap.xml",
    ]
    missing = html.fromstring(written.joinpath("404.html").read_bytes())
    assert missing.xpath("//link[@rel='stylesheet']/@href") == ["/metallic-rouge/archive.css"]


def test_without_an_address_there_is_no_sitemap(plain: Path) -> None:
    assert not (plain / "sitemap.xml").exists()
    assert feedparser.parse((plain / "feed.atom").read_bytes()).bozo is False


def test_a_second_run_writes_nothing(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    told = write_static(config, folder)
    assert told == {**told, "articles": 30, "written": told["files"], "deleted": 0}
    before = contents(folder)
    times = {file: file.stat().st_mtime_ns for file in folder.rglob("*.html")}
    again = write_static(config, folder)
    assert again == {**told, "written": 0}
    assert contents(folder) == before
    assert times == {file: file.stat().st_mtime_ns for file in folder.rglob("*.html")}
    assert write_static(config, tmp_path / "other")["files"] == told["files"]
    assert contents(tmp_path / "other") == before


def test_a_run_makes_only_what_an_edit_changes(config: Path, folder: Path, tmp_path: Path) -> None:
    folder.joinpath("article/2/index.html").unlink()
    folder.joinpath("article/3/index.html").write_text("cut off")
    change(config, "UPDATE articles SET image = 'https://panel-and-frame.example/new.png' WHERE id = 1")
    change(
        config, "UPDATE revisions SET image = 'https://panel-and-frame.example/new.png' WHERE article_id = 1"
    )
    write_static(config, folder)
    assert "new.png" in folder.joinpath("article/1/index.html").read_text()
    write_static(config, tmp_path / "other")
    assert contents(folder) == contents(tmp_path / "other")
    assert write_static(config, folder, "--url", URL)["written"] > 3
    assert URL in folder.joinpath("feed.atom").read_text()


@pytest.mark.parametrize("share", [0, 0.4, 0.8])
def test_a_run_that_is_killed_leaves_a_site_and_is_caught_up(
    config: Path, folder: Path, tmp_path: Path, share: float
) -> None:
    for table in ("articles", "revisions"):
        change(config, f"UPDATE {table} SET title = 'Anew: ' || title, text = text || ' Anew.'")
    change(config, "UPDATE sources SET publish = 'metadata' WHERE id = 2")
    killed = start("static", folder, "--config", config)
    before = lines_of_list(folder)
    while killed.poll() is None and lines_of_list(folder) <= (1 + share) * before:
        time.sleep(0.002)
    killed.kill()
    killed.wait()
    reached(folder)
    assert search_files(folder) <= set(contents(folder))
    write_static(config, folder)
    write_static(config, tmp_path / "other")
    assert contents(folder) == contents(tmp_path / "other")


def lines_of_list(folder: Path) -> int:
    return folder.joinpath(LIST).read_bytes().count(b"\n")


def search_files(folder: Path) -> set[str]:
    """Give the files that the index of the search leads to."""

    def read(name: str) -> Any:
        call = folder.joinpath("search", f"{name}.js").read_text().strip()
        return json.loads(f"[{call.partition('(')[2].removesuffix(');')}]")[-1]

    index = read("index")
    lots = [lot for _, shelf in index["shelves"] for _, lot in read(f"shelves/{shelf}")]
    words = [entry for lot in lots for entry in read(f"words/{lot}").values()]
    parts = [part for entry in words if isinstance(entry, list) for part in entry if part]
    names = {f"search/{kind}/{lot}.js" for kind in ("words", "places") for lot in [*lots, *parts]}
    return names | {f"search/{kind}/{name}.js" for kind in ("lengths", "numbers") for name in index[kind]}


def test_what_is_gone_from_the_archive_is_gone_from_the_site(config: Path, folder: Path) -> None:
    folder.joinpath("CNAME").write_text("rouge.example")
    with closing(sqlite3.connect(config.parent / "archive.db")) as db:
        url, title = db.execute("SELECT url, title FROM articles WHERE id = 9").fetchone()
    run("forget", url, "--yes", "--config", config)
    told = write_static(config, folder)
    assert (told["articles"], told["deleted"] > 2) == (29, True)
    assert not (folder / "article" / "9").exists()
    for name, content in contents(folder).items():
        content = gzip.decompress(content) if name.endswith(".gz") else content
        assert title.encode() not in content, name
        assert url.encode() not in content, name
    assert folder.joinpath("CNAME").read_text() == "rouge.example"
    reached(folder)


@pytest.mark.parametrize("publish", ["excerpt", "metadata"])
def test_no_more_of_an_article_than_its_source_allows(
    archive_path: Path, tmp_path: Path, publish: str
) -> None:
    config = configure(archive_path.parent, publish)
    ends = [f"UPDATE {table} SET text = text || ' and Xanadu'" for table in ("articles", "revisions")]
    change(config, *ends, "UPDATE revisions SET html = html || '<p>and Xanadu</p>'")
    write_static(config, tmp_path / "site")
    for name, content in contents(tmp_path / "site").items():
        text = gzip.decompress(content) if name.endswith(".gz") else content
        assert b"xanadu" not in text.lower(), name
    page = tmp_path.joinpath("site/article/1/index.html").read_text()
    assert ("This is an excerpt" in page) == (publish == "excerpt")


def test_a_folder_of_somebody_elses_is_left_alone(config: Path, tmp_path: Path) -> None:
    tmp_path.joinpath("mine").mkdir()
    tmp_path.joinpath("mine", "thesis.txt").write_text("all of it")
    done = run_static(config, tmp_path / "mine")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "holds files that are not ours" in done.stderr
    assert contents(tmp_path / "mine") == {"thesis.txt": b"all of it"}
    done = run_static(config, tmp_path / "mine" / "thesis.txt")
    assert (done.returncode, "is a file" in done.stderr) == (1, True)


def test_files_that_somebody_else_put_there_stay(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    folder.joinpath(LIST).touch()
    folder.joinpath("robots.txt").write_text("User-agent: *\nDisallow: /\n")
    done = run_static(config, folder)
    assert (done.returncode, done.stderr) == (
        0,
        "Left alone, for somebody else put them there: robots.txt.\n",
    )
    assert folder.joinpath("robots.txt").read_text() == "User-agent: *\nDisallow: /\n"
    assert "robots.txt" not in folder.joinpath(LIST).read_text().splitlines()


def test_a_run_that_was_interrupted_leaves_a_site_and_is_caught_up(
    config: Path, folder: Path, tmp_path: Path
) -> None:
    change(config, "UPDATE revisions SET title = 'Rouge anew' WHERE article_id = 1")
    folder.joinpath("index.html").unlink()
    folder.joinpath("index.html").mkdir()
    done = run_static(config, folder)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    folder.joinpath("index.html").rmdir()
    assert "Rouge anew" in folder.joinpath("article/1/index.html").read_text()
    write_static(config, folder)
    write_static(config, tmp_path / "other")
    assert contents(folder) == contents(tmp_path / "other")


def test_two_runs_do_not_write_at_once(config: Path, tmp_path: Path) -> None:
    with writing_site(tmp_path / "site"):
        done = run_static(config, tmp_path / "site")
    assert (done.returncode, "another run" in done.stderr) == (5, True)


def test_a_list_that_names_files_elsewhere_deletes_nothing(
    config: Path, folder: Path, tmp_path: Path
) -> None:
    tmp_path.joinpath("precious.txt").write_text("mine")
    with folder.joinpath(LIST).open("a") as file:
        file.write(f"../precious.txt\n{tmp_path / 'precious.txt'}\nold.html\n")
    folder.joinpath("old.html").touch()
    assert write_static(config, folder)["deleted"] == 1
    assert tmp_path.joinpath("precious.txt").exists()


@pytest.mark.parametrize("url", ["someone.github.io", "ftp://example.org/", "https://example.org/?a=1"])
def test_an_address_that_is_none(config: Path, tmp_path: Path, url: str) -> None:
    done = run_static(config, tmp_path / "site", "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no address of a web site" in done.stderr
    assert not (tmp_path / "site").exists()


def test_an_empty_archive_is_a_site(tmp_path: Path) -> None:
    open_archive(tmp_path / "archive.db", create=True).close()
    told = write_static(configure(tmp_path), tmp_path / "site")
    assert told["articles"] == 0
    reached(tmp_path / "site")


def test_long_lists_have_a_page_a_year_and_a_month(tmp_path: Path) -> None:
    home = "https://panel-and-frame.example/"
    days = [f"20{20 + number % 4}-0{1 + number % 7}-11T09:30:00+00:00" for number in range(120)]
    days += ["2024-03-11T09:30:00+00:00"] * 230
    make_archive(
        tmp_path / "archive.db",
        [
            extraction_of(f"{home}{number}.html", f"Rouge {number}", ["Rouge"], published=day)
            for number, day in enumerate(days)
        ],
    )
    write_static(configure(tmp_path), tmp_path / "site")
    seen = reached(tmp_path / "site")
    assert {f"articles/{page}.html" for page in ("2020", "2024", "2024-03", "2024-03-1", "2024-03-2")} <= set(
        seen
    )
    assert {f"article/{number}/index.html" for number in range(1, 351)} <= set(seen)
    shown = html.fromstring(tmp_path.joinpath("site/articles/2024-03.html").read_bytes())
    assert len(shown.xpath("//ol[@class='cards']/li")) == 30
    assert shown.xpath("string(//h1)") == "Articles, March 2024"
    assert shown.xpath("//*[@aria-current='page']/text()[1]") == ["2024 ", "March 2024 ", "Part 3 "]
    bars = html.fromstring(tmp_path.joinpath("site/index.html").read_bytes()).xpath("//svg//a/@href")
    assert "articles/2024-03.html" in bars
    assert "articles/2020.html#2020-01" in bars


def test_attacks_become_no_files_elsewhere_and_no_markup(tmp_path: Path) -> None:
    make_hostile_archive(tmp_path / "archive.db")
    config = configure(tmp_path)
    change(
        config,
        "UPDATE articles SET dated = '../../x' WHERE id = 1",
        "UPDATE articles SET language = '../../y' WHERE id = 2",
        "UPDATE articles SET language = '..' WHERE id = 3",
    )
    before = set(contents(tmp_path))
    write_static(config, tmp_path / "a" / "site", "--url", URL)
    new = {name for name in set(contents(tmp_path)) - before if not name.startswith("archive.db")}
    assert {name.partition("/site/")[0] for name in new} == {"a"}
    seen = reached(tmp_path / "a" / "site")
    assert len(seen) > 20
    for name, content in contents(tmp_path / "a" / "site").items():
        assert re.fullmatch(r"[a-z0-9./-]+", name)
        if name.endswith(".html"):
            page = html.fromstring(content)
            assert not page.xpath("//script[not(@src)] | //b[@*] | //img | //style | //@style")
            assert not page.xpath("//@*[starts-with(name(), 'on')]")
            assert not page.xpath("//@href[starts-with(., 'javascript')]")
