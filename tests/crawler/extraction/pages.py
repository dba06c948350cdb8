"""Small pages for the tests of extraction: each shows one phenomenon."""

import json
from typing import Any

from crawler.extraction.metadata import Metadata, read_metadata
from crawler.extraction.page import Page

URL = "https://www.herald.example/culture/metallic-rouge-finale"


def page(head: str = "", body: str = "", *, lang: str = "en", json_ld: Any = None, url: str = URL) -> Page:
    """Parse a page of the given head and body."""
    if json_ld is not None:
        head += f'<script type="application/ld+json">{json.dumps(json_ld)}</script>'
    head = f'<meta charset="utf-8">{head}'
    html = f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    return Page.parse(html.encode(), url)


def metadata(head: str = "", body: str = "", **options: Any) -> Metadata:
    """Read the metadata of such a page."""
    return read_metadata(page(head, body, **options))
