"""Our captures in pywb, which has an environment of its own: PYWB names its folder of programs.

Left out where that is not set (see tests/conftest.py).
"""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.captures import Captures
from tests.archive.conftest import HOME, LATER, Desk
from tests.archive.test_revisits import BODY, add, captures, files
from tests.archive.test_wacz import RENDERED, wacz

__all__ = ["captures", "wacz"]


def test_a_revisit_is_shown_with_its_body(desk: Desk, captures: Captures, tmp_path: Path) -> None:
    add(desk, captures, f"{HOME}1")
    add(desk, captures, f"{HOME}2", at=LATER)
    captures.close()
    with replaying(tmp_path, files(desk)[0]) as home:
        assert replay(f"{home}/20240201000000id_/{HOME}1") == BODY
        assert replay(f"{home}/20240301000000id_/{HOME}2") == BODY


def test_what_a_browser_made_of_a_page_is_shown_from_a_wacz(wacz: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wacz) as file:
        file.extract("archive/articles.warc.gz", tmp_path)
    with replaying(tmp_path, tmp_path / "archive/articles.warc.gz") as home:
        assert replay(f"{home}/20240301000000id_/{HOME}3") == RENDERED


@contextmanager
def replaying(folder: Path, warc: Path) -> Iterator[str]:
    """Show a WARC file; gives the address of the collection that has it."""
    wayback = Path(os.environ["PYWB"], "wayback")
    manager = wayback.with_name("wb-manager")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    subprocess.run([manager, "init", "press"], cwd=folder, check=True)
    subprocess.run([manager, "add", "press", warc], cwd=folder, check=True)
    with subprocess.Popen(
        [wayback, "-b", "127.0.0.1", "-p", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield f"http://127.0.0.1:{port}/press"
        finally:
            server.terminate()


def replay(url: str) -> bytes:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.2)
    pytest.fail("pywb does not answer")
