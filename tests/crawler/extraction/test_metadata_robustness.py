"""Whatever a page states, reading it ends, and what comes out is clean."""

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.dates import read_date
from crawler.extraction.names import split_names
from tests.crawler.extraction.pages import metadata

KEYS = [
    "@id",
    "@type",
    "@list",
    "@value",
    "name",
    "headline",
    "author",
    "creator",
    "publisher",
    "datePublished",
]
KEYS += [
    "dateModified",
    "image",
    "url",
    "keywords",
    "description",
    "inLanguage",
    "mainEntityOfPage",
    "@graph",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=30),
    st.just("Article"),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=25,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=12))
def test_linked_data_of_any_shape_is_survived(node: dict[str, Any]) -> None:
    found = metadata(json_ld={**node, "@type": "NewsArticle"}, body="<h1>A headline of some length</h1>")
    assert found.title
    for text in (found.title, *found.authors, *found.tags):
        assert text == " ".join(text.split())


def test_linked_data_that_refers_to_itself_is_survived() -> None:
    node = {"@type": "NewsArticle", "@id": "#a", "headline": "A", "author": {"@id": "#a"}}
    assert metadata(json_ld=node).authors == ()


@settings(max_examples=120, deadline=None)
@given(st.text(alphabet="By VonandMDJr.,;|/·@0123456789:-\nÄöé文＝記者Published", max_size=120))
def test_names_come_clean_out_of_any_byline(text: str) -> None:
    for name in split_names(text):
        assert name == name.strip()
        assert name
        assert not re.search(r"[\d\n|;]", name)


@settings(max_examples=120, deadline=None)
@given(st.text(alphabet="0123456789/-.: TZ+JanMardeth年月日,", max_size=60))
def test_a_date_is_a_real_day_or_none(text: str) -> None:
    for reading in read_date(text):
        assert re.match(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?$", reading)


def test_long_lists_end_in_bounded_output() -> None:
    authors = [
        {"@type": "Person", "name": f"Sam Example{chr(97 + n % 26)}{chr(97 + n // 26)}"} for n in range(500)
    ]
    found = metadata(json_ld={"@type": "NewsArticle", "author": authors, "keywords": ["tag"] * 5000})
    assert len(found.authors) <= 50
    assert json.dumps([witness.value for witness in found.witnesses])


def test_a_title_of_a_megabyte_does_not_stall() -> None:
    title = "A - B | C: " * 100_000
    found = metadata(
        f'<title>{title}</title><meta property="og:title" content="{title}">', f"<h1>{title}</h1>"
    )
    assert found.title
    assert len(found.title) <= 600
