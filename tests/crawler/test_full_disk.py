"""A disk that fills up, for real: a small file system in memory, which not everybody may mount."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.check import check
from archive.database import open_archive
from crawler.config import load_config
from tests.command import COMMAND
from tests.crawler.conftest import Archive
from tests.web import Web

PAGES = 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("what", ["captures", "database"])
def test_a_crawl_ends_in_a_line_and_goes_on_when_there_is_room(
    site: Web, archive: Archive, disk: Path, what: str
) -> None:
    path = disk / ("captures" if what == "captures" else "archive.db")
    archive.config.write_text(
        archive.config.read_text().replace("[archive]", f"[archive]\n{what} = '{path}'")
    )
    (disk / "ballast").write_bytes(bytes(392_000 if what == "captures" else 0))
    site.publish(*(f"page{number}" for number in range(PAGES)))
    full = archive.command("crawl")
    assert full.returncode == 1
    (told,) = [line for line in full.stderr.splitlines() if line.startswith("series-archive: ")]
    assert "full" in told
    assert "Traceback" not in full.stderr

    subprocess.run(["mount", "-o", "remount,size=40m", str(disk)], check=True)
    paths = load_config(archive.config).archive
    with closing(open_archive(paths.database)) as db:
        assert list(check(db, paths.captures)) == []
    archive.crawl()
    with closing(open_archive(paths.database)) as db:
        assert list(check(db, paths.captures)) == []
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (PAGES,)
    assert len({asked.path for asked in site.asked if asked.path.startswith("/page")}) == PAGES


def test_what_is_forgotten_on_a_full_disk_is_forgotten_when_there_is_room(
    site: Web, archive: Archive, disk: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
    archive.config.write_text(
        archive.config.read_text().replace(
            "[archive]", f"[archive]\ndatabase = '{disk / 'archive.db'}'\ncaptures = '{disk / 'captures'}'"
        )
    )
    site.publish("one", "two")
    assert archive.command("crawl").returncode == 0
    with pytest.raises(OSError, match="No space left"):
        (disk / "ballast").write_bytes(bytes(8_000_000))
    full = archive.command("forget", f"{site.home}/one", "--yes")
    assert full.returncode == 1
    assert full.stderr.count("\n") == 1
    assert "full" in full.stderr
    assert archive.command("check").returncode in {0, 1}

    (disk / "ballast").unlink()
    assert archive.command("forget", f"{site.home}/one", "--yes").returncode == 0
    assert archive.command("check").stdout == "Everything is as it should be.\n"


def test_a_backup_that_finds_no_room_says_where_and_leaves_nothing(
    site: Web, archive: Archive, disk: Path, tmp_path: Path
) -> None:
    site.publish("one")
    archive.crawl()
    full = archive.command("backup", disk / "backups")
    assert (full.returncode, full.stderr.count("\n")) == (1, 1)
    assert full.stderr.startswith(f"series-archive: {disk}")
    assert list((disk / "backups").iterdir()) == []

    assert archive.command("backup", tmp_path / "backups").returncode == 0
    elsewhere = disk / "archive.toml"
    elsewhere.write_text(archive.config.read_text())
    restored = subprocess.run(
        [*COMMAND, "restore", str(tmp_path / "backups"), "--config", str(elsewhere)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (restored.returncode, restored.stderr.count("\n")) == (1, 1)
    assert restored.stderr.startswith(f"series-archive: {disk}")
    assert not list(disk.glob("*.part"))
