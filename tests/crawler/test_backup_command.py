"""``series-archive backup`` and ``restore``."""

import json
from pathlib import Path

from tests.crawler.conftest import Archive
from tests.web import Web


def test_back_up_lose_everything_and_restore(site: Web, archive: Archive, tmp_path: Path) -> None:
    site.publish("one", "two")
    archive.crawl()
    target = tmp_path / "backups"
    told = json.loads(archive.command("backup", target, "--json").stdout)
    assert (told["files"], told["problems"]) == (1, [])
    refused = archive.command("restore", target)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)

    for path in [*tmp_path.glob("archive.*"), *tmp_path.glob("captures/*")]:
        path.unlink()
    done = archive.command("restore", target)
    assert done.returncode == 0, done.stderr
    assert f"{archive.config} is that of the backup." in done.stdout
    assert archive.rows("SELECT count(*) FROM articles") == [(2,)]
    site.asked.clear()
    report = archive.crawl()
    assert report.totals.found == 0
    assert site.paths() == ["/sitemap.xml"]


def test_a_missing_capture_is_told_and_ends_with_1(site: Web, archive: Archive, tmp_path: Path) -> None:
    site.publish("one")
    archive.crawl()
    (path,) = (tmp_path / "captures").iterdir()
    path.unlink()
    done = archive.command("backup", tmp_path / "backups")
    assert done.returncode == 1
    assert "is missing" in done.stderr
    assert "1 files" not in done.stdout
    assert "0 files of captures" in done.stdout
