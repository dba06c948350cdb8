"""What a publisher reserves: in headers, in the head of a page, in the rules of its site."""

import json

import pytest

from crawler.extraction.reservations import page_reservations, site_reservation

PAGE = "https://www.example.org/news/1"


def head(content: str) -> bytes:
    return f"<html><head><title>x</title>{content}</head><body><p>noarchive</p></body></html>".encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('<meta name="robots" content="index, follow">', ()),
        ('<meta name="robots" content="index,noarchive">', ("noarchive (meta element robots)",)),
        ("<META content='NOINDEX' name=Robots />", ("noindex (meta element robots)",)),
        ("<meta name=robots content=none>", ("none (meta element robots)",)),
        ('<meta name="series-archive" content="noarchive">', ("noarchive (meta element series-archive)",)),
        ('<meta name="googlebot" content="noarchive">', ()),
        ('<meta name="description" content="noarchive">', ()),
        (
            '<meta name="tdm-reservation" content="1">',
            ("text mining is reserved (meta element tdm-reservation)",),
        ),
        ('<meta name="tdm-reservation" content="0">', ()),
    ],
)
def test_in_the_head(content: str, said: tuple[str, ...]) -> None:
    assert page_reservations(head(content), {}) == said


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"x-robots-tag": "noarchive"}, ("noarchive (header X-Robots-Tag)",)),
        ({"x-robots-tag": "nofollow, NoIndex"}, ("noindex (header X-Robots-Tag)",)),
        ({"x-robots-tag": "googlebot: noarchive, noindex"}, ()),
        ({"x-robots-tag": "otherbot: none, series-archive: noarchive"}, ("noarchive (header X-Robots-Tag)",)),
        ({"x-robots-tag": "unavailable_after: 25 Jun 2030 15:00:00 PST"}, ()),
        ({"tdm-reservation": "1"}, ("text mining is reserved (header TDM-Reservation)",)),
        ({"tdm-reservation": "0"}, ()),
    ],
)
def test_in_the_headers(headers: dict[str, str], said: tuple[str, ...]) -> None:
    assert page_reservations(b"", headers) == said


@pytest.mark.parametrize(
    ("entries", "reserved"),
    [
        ([{"location": "*", "tdm-reservation": 1}], True),
        ([{"location": "/news/*", "tdm-reservation": 1}], True),
        ([{"location": "/blog", "tdm-reservation": 1}], False),
        ([{"location": "/news/1$", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], False),
        ([{"location": "/\nDisallow: /", "tdm-reservation": 1}], False),
        ({"location": "/", "tdm-reservation": 1}, False),
        ([{"tdm-reservation": 1}, 3, None], False),
    ],
)
def test_by_the_rules_of_the_site(entries: object, reserved: bool) -> None:
    assert bool(site_reservation(json.dumps(entries), PAGE)) == reserved
    assert site_reservation("<html>no such page</html>", PAGE) is None
