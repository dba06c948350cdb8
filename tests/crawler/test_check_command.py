"""``series-archive check``: what it says and ends with, and articles that come back from their captures."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from archive.check import check, mend
from archive.database import open_archive
from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article


def test_articles_that_are_gone_come_back_from_their_captures(site: Web, archive: Archive) -> None:
    site.publish("one", "two", "three")
    archive.crawl()
    archive.make_due()
    site["/two"] = Answer(article("two, edited", "There is more to say now."), etag='"new"')
    archive.crawl()
    query = (
        "SELECT articles.url, number, revisions.text FROM articles JOIN revisions ON article_id = articles.id"
    )
    before = archive.rows(f"{query} ORDER BY 1, 2")
    with closing(open_archive(archive.config.parent / "archive.db")) as db:
        db.conn.execute("PRAGMA foreign_keys = OFF")
        db.conn.execute("DELETE FROM articles WHERE url LIKE '%two'")
        db.conn.execute("UPDATE pages SET article_id = NULL WHERE url LIKE '%two'")
        db.conn.execute(
            "DELETE FROM revisions WHERE article_id = (SELECT id FROM articles WHERE url LIKE '%one')"
        )
        db.conn.commit()

    found = json.loads(archive.command("check", "--json").stdout)["findings"]
    assert any("/two is not there" in one["problem"] for one in found)
    assert any("has lost its current revision" in one["problem"] for one in found)
    mended = archive.command("check", "--repair")
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert mended.stdout.startswith("mended: ")
    assert mended.stdout.endswith("Everything is as it should be.\n")
    assert archive.rows(f"{query} ORDER BY 1, 2") == before


def test_a_repair_that_is_interrupted_is_found_again(
    site: Web, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish("one", "two", "three")
    archive.crawl()
    before = archive.rows("SELECT url, text FROM articles ORDER BY url")
    with closing(open_archive(archive.config.parent / "archive.db")) as db:
        db.conn.execute("DELETE FROM articles WHERE url LIKE '%two'")
        db.conn.commit()
        mend(db, list(check(db, archive.config.parent / "captures")))  # killed before it read captures
    assert "/two is not there" in archive.command("check").stdout
    assert archive.command("check", "--repair").returncode == 0
    assert archive.rows("SELECT url, text FROM articles ORDER BY url") == before


def test_a_damaged_database_is_told_in_lines(site: Web, archive: Archive) -> None:
    site.publish("one")
    archive.crawl()
    path = archive.config.parent / "archive.db"
    data = bytearray(path.read_bytes())
    data[4096 * 5 : 4096 * 20] = bytes(4096 * 15)
    path.write_bytes(data)
    done = archive.command("check")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "restore it from a backup" in done.stdout + done.stderr


def test_an_archive_on_a_read_only_disk_is_checked(site: Web, archive: Archive, tmp_path: Path) -> None:
    site.publish("one", "two")
    archive.crawl()
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "--bind", str(archive.config.parent), str(disk)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(disk)], check=True)
        there = Archive(disk / "archive.toml")
        fine = there.command("check")
        repair = there.command("check", "--repair")
        with closing(open_archive(archive.config.parent / "archive.db")) as db:
            db.conn.execute(
                "DELETE FROM articles_fts_docsize WHERE id = (SELECT min(place) FROM search_entries)"
            )
            db.conn.commit()
        spoiled = there.command("check")
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert (fine.returncode, fine.stdout) == (0, "Everything is as it should be.\n"), fine.stderr
    assert "the words of the search index are not checked" in fine.stderr
    assert (repair.returncode, repair.stderr.count("\n")) == (1, 1)
    assert "read-only" in repair.stderr
    assert "Articles whose words the search index lacks: 1" in spoiled.stdout
