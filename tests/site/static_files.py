"""Static sites, written by the command and handed out by a host that knows nothing of them."""

import functools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.command import Done, run
from tests.site.seed import INVENTED

URL = "https://someone.github.io/metallic-rouge/"


def configure(folder: Path, publish: str = "full") -> Path:
    """Write the archive.toml of the invented articles, with what of each source may be published."""
    lines = ["[[series]]", 'name = "Metallic Rouge"']
    for source in INVENTED["sources"]:
        lines += ["[[source]]", *(f"{key} = {json.dumps(source[key])}" for key in ("name", "home"))]
        lines += [f'publish = "{publish}"']
    config = folder / "archive.toml"
    config.write_text("\n".join(lines))
    return config


def run_static(config: Path, folder: Path, *arguments: str) -> Done:
    """Run ``series-archive static``."""
    return run("static", folder, "--config", config, *arguments)


def write_static(config: Path, folder: Path, *arguments: str) -> Any:
    """Run it, which must do well, and give what it tells as JSON."""
    done = run_static(config, folder, "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@contextmanager
def hosting(folder: Path) -> Iterator[str]:
    """Hand out the files of a folder on loopback; gives the address."""
    handler = functools.partial(_Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""
