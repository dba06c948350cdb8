"""The real Datasette over a real archive."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from lxml import html
from playwright.sync_api import Browser, Page, sync_playwright

from tests.site.seed import make_archive

CONFIGURATION = """
[[series]]
name = "Metallic Rouge"

[[source]]
name = "Panel & Frame"
home = "https://panel-and-frame.example/"
"""

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Site:
    """A Datasette that answers requests, as the browser of a reader would see it."""

    def __init__(self, *files: Path, **options: Any) -> None:
        self._runner = asyncio.Runner()
        self.datasette = Datasette([str(file) for file in files], **options)

    def get(self, path: str) -> Any:
        """Give the response to a GET."""
        return self._runner.run(self.datasette.client.get(path))

    def json(self, path: str) -> Any:
        """Give the data of a page that must be there."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    def page(self, path: str, status: int = 200) -> html.HtmlElement:
        """Give a page, parsed."""
        response = self.get(path)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        return html.document_fromstring(response.text)

    def close(self) -> None:
        """End it."""
        for database in self.datasette.databases.values():
            database.close()
        self._runner.close()


OpenSite = Callable[..., Site]


@pytest.fixture(scope="session")
def made_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the invented articles; nobody may change it."""
    return make_archive(tmp_path_factory.mktemp("archive") / "archive.db")


@pytest.fixture
def archive_path(made_archive: Path, tmp_path: Path) -> Path:
    """A copy of that archive, to do anything with."""
    return Path(shutil.copy(made_archive, tmp_path / "archive.db"))


@pytest.fixture
def open_site() -> Iterator[OpenSite]:
    """Opens databases in Datasette, and closes them after the test."""
    sites: list[Site] = []

    def open_files(*files: Path, **options: Any) -> Site:
        sites.append(Site(*files, **options))
        return sites[-1]

    yield open_files
    for site in sites:
        site.close()


@pytest.fixture(scope="session")
def site(made_archive: Path) -> Iterator[Site]:
    """The site of the invented articles."""
    shown = Site(made_archive)
    yield shown
    shown.close()


def text_of(element: html.HtmlElement) -> str:
    """Give the words of a piece of a page, single spaced."""
    return " ".join(" ".join(element.itertext()).split())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; while it lives, no other event loop can run."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page for whoever leaves nothing in it; each new one is a process of Chromium."""
    shared = browser.new_page()
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves an archive by the command, and gives its address."""
    processes: list[subprocess.Popen[str]] = []

    @cache
    def start(archive: Path) -> str:
        configuration = archive.parent / "archive.toml"
        configuration.write_text(CONFIGURATION)
        command = [
            sys.executable,
            "-m",
            "crawler.commands",
            "serve",
            "--port",
            "0",
            "--config",
            str(configuration),
        ]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        output = processes[-1].stdout
        assert output
        return output.readline().split()[4].rstrip("/")

    yield start
    for process in processes:
        process.terminate()
        process.communicate(timeout=60)  # it closes the pipe, too
