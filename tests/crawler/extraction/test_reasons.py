"""What the classifier removed is told in words, each of them of a feature that there is."""

import tomllib
from importlib import resources

import pytest

from crawler.extraction.extract import extract
from crawler.extraction.features import NAMES
from crawler.extraction.signals import GROUPS

PARAGRAPH = (
    "<p>The harbour had been quiet since the morning, and those who came to look at the red machine "
    "found a fence, a guard and a kettle. Nobody was in a hurry to explain what had happened.</p>"
)
PAGE = f"""<!-- Lines that no rule knows, under and beside an article. -->
<html lang=en><title>The red machine</title><body>
<div class=wrap><article><h1>The red machine</h1>{PARAGRAPH * 6}</article>
<div class="rail-widget"><div><a href=/1>Lentils on a wet evening</a></div>
<div><a href=/2>The tram that came back</a></div>
<div><a href=/3>Thirty lamps for one street</a></div></div></div></body></html>"""


def test_words_are_of_features() -> None:
    words = tomllib.loads((resources.files("crawler.extraction.words") / "features.toml").read_text("utf-8"))
    assert {*words["yes_or_no"], *words["number"]} <= {*NAMES}
    assert words["names"].keys() <= {*GROUPS}
    assert all(len(sentences) == 2 for sentences in words["yes_or_no"].values())
    assert all(sentence.format(0.5) != sentence for sentence in words["number"].values())


@pytest.mark.parametrize("line", ["Lentils on a wet evening", "The tram that came back"])
def test_a_person_is_told_in_words(line: str) -> None:
    found = extract(PAGE.encode(), "https://daily.example/red")
    assert line not in found.text
    (reason,) = {block.reason for block in found.removed if line in block.text}
    assert "in core" not in reason
    assert reason.startswith(("Reads unlike the article (", "Heading", "Link", "Line"))
