"""Feeds that others wrote: those that feedparser's source package carries for its own tests.

Left out unless ``FEEDPARSER_SOURCE`` names the unpacked package, so that nothing is downloaded by a test run:

    pip download --no-deps --no-binary feedparser feedparser && tar xf feedparser-*.tar.gz
    FEEDPARSER_SOURCE=feedparser-6.0.14 pytest tests/spiders/test_foreign_feeds.py
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from spiders.documents import Reader, UnreadableDocumentError
from spiders.feeds import read_feed
from spiders.sitemaps import read_sitemap

SOURCE = os.environ.get("FEEDPARSER_SOURCE")


def files() -> Iterator[Path]:
    return (
        file
        for file in sorted(Path(SOURCE or "", "tests").rglob("*"))
        if file.suffix in {".xml", ".gz", ".z"}
    )


@pytest.mark.parametrize("reader", [read_feed, read_sitemap])
@pytest.mark.filterwarnings("error")
def test_every_file_is_read_or_refused(reader: Reader) -> None:
    outcomes: Counter[str] = Counter()
    for file in files():
        try:
            document = reader(file.read_bytes(), f"http://127.0.0.1:8097/{file.name}", None)
        except UnreadableDocumentError:
            outcomes["refused"] += 1
            continue
        outcomes["read"] += 1
        for candidate in document.candidates:
            assert candidate.url.startswith(("http://", "https://")), file
            assert candidate.url.isascii(), file
    assert outcomes["read"] > 20 * outcomes["refused"] > 0
