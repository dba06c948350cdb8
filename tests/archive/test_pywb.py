"""Our captures in pywb, which has an environment of its own: PYWB names its folder of programs.

Left out where that is not set (see tests/conftest.py).
"""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from archive.captures import Captures
from tests.archive.conftest import HOME, LATER, Desk
from tests.archive.test_revisits import BODY, add, captures, files

__all__ = ["captures"]


def test_a_revisit_is_shown_with_its_body(desk: Desk, captures: Captures, tmp_path: Path) -> None:
    wayback = Path(os.environ["PYWB"], "wayback")
    add(desk, captures, f"{HOME}1")
    add(desk, captures, f"{HOME}2", at=LATER)
    captures.close()
    manager = wayback.with_name("wb-manager")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    subprocess.run([manager, "init", "press"], cwd=tmp_path, check=True)
    subprocess.run([manager, "add", "press", files(desk)[0]], cwd=tmp_path, check=True)
    with subprocess.Popen(
        [wayback, "-b", "127.0.0.1", "-p", str(port)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            assert replay(f"http://127.0.0.1:{port}/press/20240201000000id_/{HOME}1") == BODY
            assert replay(f"http://127.0.0.1:{port}/press/20240301000000id_/{HOME}2") == BODY
        finally:
            server.terminate()


def replay(url: str) -> bytes:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.2)
    pytest.fail("pywb does not answer")
