"""Make the pictures of the README from the demo archive: ``python docs/screenshots.py [FOLDER]``.

Needs the system's Chromium, the Noto fonts (Debian: fonts-noto-core, fonts-noto-cjk), and the packages of the
dependency group "test". Without a folder that ``series-archive demo --no-serve`` made, it makes one.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
COMMAND = (sys.executable, "-m", "crawler.commands")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)


def main() -> None:
    """Serve the demo archive, visit its main pages, and keep what they look like."""
    with contextlib.ExitStack() as stack:
        if len(sys.argv) > 1:
            folder = Path(sys.argv[1])
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "demo"
            subprocess.run([*COMMAND, "demo", "--no-serve", "--dir", str(folder)], check=True)
        address = stack.enter_context(serve(folder))
        take_all(address)


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Run ``series-archive serve`` on a free port, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*COMMAND, "serve", "--config", str(folder / "archive.toml"), "--port", str(port)]
    )
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    """Wait until something answers at a port of this machine."""
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    sys.exit("the server did not start")


def take_all(address: str) -> None:
    """Take the pictures, at the widths and colour schemes that the README shows."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        wide, phone = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
        for name, path, size, scheme in (
            ("front", "/", wide, "light"),
            ("search", "/search?q=Mars", wide, "light"),
            ("article", "/search?q=finale", wide, "light"),
            ("phone", "/", phone, "light"),
            ("dark", "/", wide, "dark"),
        ):
            page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(address + path)
            if name == "article":
                page.locator(".headline a").first.click()
            page.screenshot(path=IMAGES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
