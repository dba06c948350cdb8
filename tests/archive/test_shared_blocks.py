"""Where files can share blocks, on a file system that not everybody can make, a copy takes no room."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from archive.database import open_archive
from tests.archive.test_migrations import content, mounted, old, version

__all__ = ["old"]


def test_a_copy_takes_no_room_where_files_can_share_blocks(old: Path, tmp_path: Path) -> None:
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(400_000_000)
    subprocess.run(["mkfs.xfs", "-q", "-m", "reflink=1", str(image)], check=True)
    with mounted(tmp_path / "disk", "-o", "loop", str(image)) as disk:
        path = Path(shutil.copy(old, disk))
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE ballast (bytes BLOB)")
            db.execute("INSERT INTO ballast VALUES (zeroblob(100000000))")
            db.commit()
        (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free - 50_000_000))
        before = content(path)
        open_archive(path).close()
        copy = disk / "archive.db.before-2"
        assert (content(path), content(copy), version(copy)) == (before, before, 1)
        assert copy.stat().st_size > 100_000_000
