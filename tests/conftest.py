"""Which tests this machine cannot run: those that need what is not here are left out, and said so."""

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec


def _may_mount() -> bool:
    """Say whether we may mount a file system: only then can a disk be full for real."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder], check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError):
            return False
        subprocess.run(["umount", folder], check=True)
        return True


_NEEDS = {
    "crawler/test_full_disk.py": ("the right to mount a file system", _may_mount()),
    "archive/test_jq.py": ("jq", shutil.which("jq") is not None),
    "archive/test_pywb.py": ("pywb, whose folder of programs PYWB names", "PYWB" in os.environ),
    "archive/test_shared_blocks.py": (
        "mkfs.xfs and the right to mount",
        shutil.which("mkfs.xfs") is not None and _may_mount(),
    ),
    "archive/test_wacz_valid.py": ("wacz, whose folder of programs WACZ names", "WACZ" in os.environ),
    "spiders/test_foreign_feeds.py": (
        "feedparser's source package, which FEEDPARSER_SOURCE names",
        "FEEDPARSER_SOURCE" in os.environ,
    ),
}

_NEEDS["site/test_beside.py"] = (
    "the plugins datasette-search-all and datasette-atom",
    bool(find_spec("datasette_search_all") and find_spec("datasette_atom")),
)

collect_ignore = [name for name, (_, there) in _NEEDS.items() if not there]


def pytest_report_header() -> list[str]:
    """Say what is left out."""
    return [
        f"left out: tests/{name}, which needs {need}" for name, (need, there) in _NEEDS.items() if not there
    ]
