"""``series-archive captures``: what is stored of an address, and one of it byte for byte."""

import gzip
import json
from pathlib import Path

from tests.crawler.conftest import Archive
from tests.web import Answer, Web, article, sitemap


def test_list_and_give_back(site: Web, archive: Archive, tmp_path: Path) -> None:
    sent = gzip.compress(article("one").encode(), mtime=0)
    site.publish("one")
    site["/one"] = Answer(sent, headers={"Content-Encoding": "gzip"}, etag='"1"')
    archive.crawl()
    archive.make_due()
    archive.crawl()  # unchanged: the page is a 304, the sitemap the same body again
    url = f"{site.home}/one"

    listed = json.loads(archive.command("captures", url, "--json").stdout)
    assert [one["status"] for one in listed] == [200, 304]
    shown = archive.command("captures", url).stdout
    assert "2 in " in shown
    assert listed[0]["file"] in shown

    given = archive.command("captures", url, "--output", "-")
    assert given.written == sent
    assert "compressed as they were transferred (gzip)" in given.stderr
    page = tmp_path / "page.html"
    assert (
        archive.command("captures", url, "--output", page, "--at", listed[0]["captured_at"]).returncode == 0
    )
    assert page.read_bytes() in {sent, b""}  # both may have been captured in the same second

    body = json.loads(archive.command("captures", f"{site.home}/sitemap.xml", "--json").stdout)
    assert [one["original_id"] is None for one in body] == [True, False]
    assert archive.command("captures", f"{site.home}/sitemap.xml", "--output", "-").stdout == sitemap(
        [(url, None)]
    )


def test_what_is_not_there_is_one_line(site: Web, archive: Archive) -> None:
    site.publish("one")
    archive.crawl()
    for arguments in ((f"{site.home}/other",), (f"{site.home}/one", "--at", "2001-01-01")):
        done = archive.command("captures", *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("series-archive: There is no capture of ")
        assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_missing_is_one_line_wherever_it_is_read(
    site: Web, archive: Archive, tmp_path: Path
) -> None:
    site.publish("one")
    archive.crawl()
    (path,) = (tmp_path / "captures").iterdir()
    path.unlink()
    wacz = tmp_path / "one.wacz"
    for arguments in (("captures", f"{site.home}/one", "--output", "-"), ("export", wacz)):
        done = archive.command(*arguments)
        assert done.returncode == 1
        assert done.stderr == f"series-archive: {path}: it is missing: restore it from a backup.\n"
    assert not wacz.exists()
