"""Feeds by the rules of their formats: of either, no validator on the package indexes is kept up."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
from lxml import etree

from tests.archive.conftest import HOME, Desk
from tests.archive.test_export_formats import export, press

__all__ = ["press"]

_ADDRESS = {"type": "string", "pattern": "^https?://[^ ]+$"}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_TEXT = {"type": "string", "minLength": 1}
_AUTHORS = {
    "type": "array",
    "items": {"type": "object", "properties": {"name": _TEXT, "url": _ADDRESS}, "minProperties": 1},
}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": _TEXT,
        "home_page_url": _ADDRESS,
        "feed_url": _ADDRESS,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "properties": {
                    "id": _TEXT,
                    "url": _ADDRESS,
                    "title": {"type": "string"},
                    "content_html": {"type": "string"},
                    "content_text": {"type": "string"},
                    "summary": {"type": "string"},
                    "image": _ADDRESS,
                    "date_published": _TIME,
                    "date_modified": _TIME,
                    "authors": _AUTHORS,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "language": {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"},
                },
                "patternProperties": {"^_[A-Za-z]": {"type": "object"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""jsonfeed.org/version/1.1"""

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML_OR_TEXT = {None, "text", "html", "xhtml"}
TIME = re.compile(_TIME["pattern"])


def odd(press: Desk) -> None:
    """Keep articles of which little is known."""
    press.keep(f"{HOME}bare", title="", standfirst=None, authors=(), published=None, language=None, tags=())
    press.keep(f"{HOME}day", published="2024-02-03", modified="2024-02-04T10:00:00", text="", html="")


def test_json_feed(press: Desk, tmp_path: Path) -> None:
    odd(press)
    export(tmp_path, "new.feed.json")
    feed = json.loads((tmp_path / "new.feed.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(JSON_FEED).validate(feed)
    ids = [item["id"] for item in feed["items"]]
    assert len(ids) == len(set(ids)) == len(press.rows("articles"))


def test_atom(press: Desk, tmp_path: Path) -> None:
    odd(press)
    export(tmp_path, "new.atom")
    feed = etree.parse(tmp_path / "new.atom").getroot()
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        check(element)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)) == len(press.rows("articles"))


def check(element: Any) -> None:
    """Check a feed or an entry by RFC 4287, section 4.1."""
    for name in ("id", "title", "updated"):
        assert len(element.findall(f"{ATOM}{name}")) == 1, name
    assert urlsplit(element.findtext(f"{ATOM}id")).scheme in {"http", "https", "urn"}
    for name in ("updated", "published"):
        for date in element.findall(f"{ATOM}{name}"):
            assert TIME.fullmatch(date.text), date.text
    for link in element.findall(f"{ATOM}link"):
        assert link.get("href")
        assert link.get("rel") in {"alternate", "self"}
    for name in ("title", "summary", "content"):
        assert len(element.findall(f"{ATOM}{name}")) <= 1
        for text in element.findall(f"{ATOM}{name}"):
            assert text.get("type") in XHTML_OR_TEXT
            assert not len(text)
    assert all(category.get("term") for category in element.findall(f"{ATOM}category"))
    if element.tag == f"{ATOM}entry":
        authors = element.findall(f"{ATOM}author")
        assert authors
        assert all(author.findtext(f"{ATOM}name") for author in authors)
        assert element.find(f"{ATOM}content") is not None
