"""series-archive serve, as a process of its own."""

import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import start
from tests.site.conftest import CONFIGURATION


@pytest.fixture
def folder(archive_path: Path) -> Path:
    """A folder with an archive and its configuration."""
    (archive_path.parent / "archive.toml").write_text(CONFIGURATION)
    return archive_path.parent


def serve(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start the command in a folder."""
    return start("serve", *arguments, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_serves_until_it_is_interrupted(folder: Path) -> None:
    process = serve(folder, "--port", "0")
    assert process.stdout
    said = process.stdout.readline()
    url = said.split()[4]
    assert said == f"The archive is at {url} (Ctrl-C ends it).\n"
    assert url.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(url) as response:
        assert b"30 articles" in response.read()
    with urllib.request.urlopen(f"{url}-/settings.json") as response:
        assert b'"suggest_facets": false' in response.read()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.strip(), err) == (0, "", "")


def test_public_is_for_strangers(folder: Path) -> None:
    process = serve(folder, "--port", "0", "--public")
    assert process.stdout
    url = process.stdout.readline().split()[4]
    with urllib.request.urlopen(url) as response:
        assert b"30 articles" in response.read()
        assert response.headers["server"] is None
    with urllib.request.urlopen(f"{url}robots.txt") as response:
        assert b"Disallow: /archive/" in response.read()
    for path in ("archive?sql=select+1", "archive.db", "-/databases.json"):
        with pytest.raises(urllib.error.HTTPError, match=r"403|404"):
            urllib.request.urlopen(f"{url}{path}")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_no_address_is_not_taken_for_all_of_them(folder: Path) -> None:
    process = serve(folder, "--host", "")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err == (
        "series-archive: --host is empty, which would be every address: name one, or 0.0.0.0 for all.\n"
    )


def test_an_address_in_use_is_one_line(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = serve(folder, "--port", str(port))
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err == (
        f"series-archive: Cannot listen on 127.0.0.1, port {port}: Address already in use. "
        "Choose others with --host and --port.\n"
    )


@pytest.mark.parametrize(
    ("prepare", "status", "said"),
    [
        (lambda folder: (folder / "archive.db").unlink(), 1, "series-archive crawl"),
        (lambda folder: (folder / "archive.db").write_text("no database " * 500), 1, "not a SQLite database"),
        (lambda folder: (folder / "archive.toml").unlink(), 2, "archive.toml"),
    ],
    ids=["no archive", "no database", "no configuration"],
)
def test_what_cannot_be_served_is_one_line(
    folder: Path, prepare: Callable[[Path], object], status: int, said: str
) -> None:
    prepare(folder)
    process = serve(folder, "--port", "0")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (status, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_path_that_datasette_cannot_open_is_said(folder: Path) -> None:
    odd = folder / "100% rouge?"
    odd.mkdir()
    (folder / "archive.db").rename(odd / "archive.db")
    (folder / "archive.toml").rename(odd / "archive.toml")
    process = serve(odd, "--port", "0")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "?, # or %" in err


def test_datasette_by_itself_shows_the_same(folder: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "datasette", "archive.db", "--get", "/article/1"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "Metallic Rouge begins with rain" in shown.stdout
    assert "We may earn a commission." in shown.stdout
