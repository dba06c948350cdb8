"""Words speak against a block: its own, of its links, of the heading above, of the class names around it."""

import json
from pathlib import Path

import pytest

from crawler.extraction import classifier, model
from crawler.extraction.features import NAMES
from tests.crawler.extraction.test_body import TITLE, paragraphs
from tests.crawler.extraction.test_extract import LONG, document, read

LINE = (
    "Seven zebras crossed the market before noon, past the fountain and the two policemen, and nobody in "
    "the whole town asked them where they came from or laughed."
)


@pytest.mark.parametrize(
    ("markup", "word"),
    [
        (f"<p>{LINE}</p>", "w:zebras"),
        (f"<p>{LINE}</p>", "f:seven"),
        (f"<p>{LINE}</p>", "p:seven zebras"),
        (f"<p>{LINE}</p>", "l:laughed"),
        (f"<h2>Gossip of the town</h2><p>{LINE}</p>", "h:gossip"),
        (f'<p><a href="https://zoo.example.org/x">{LINE}</a></p>', "a:zoo"),
        (f'<p class="odd-box">{LINE}</p>', "n:odd"),
        (f'<div class="odd-box"><div><p>{LINE}</p></div></div>', "u:odd"),
    ],
)
def test_a_word_speaks_against_a_block(markup: str, word: str, tmp_path: Path) -> None:
    page = document(f"<article><h1>{TITLE}</h1>{paragraphs(*LONG)}{markup}{paragraphs(*LONG)}</article>")
    tree = [NAMES.index("vocabulary"), -0.5, 0.0, -4.0, 4.0]
    shipped = model._file
    try:
        for weight, stays in ((0.0, True), (-1.0, False)):
            file = tmp_path / f"{stays}.json"
            trained = {"features": NAMES, "bias": 0.0, "trees": [tree], "words": {word: weight}}
            file.write_text(json.dumps(trained), encoding="utf-8")
            classifier.use(file)
            found = read(page)
            assert (LINE in found.text) is stays
        reason = next(block.reason for block in found.removed if block.text == LINE)
        assert reason.endswith("its words and class names are those of furniture")
    finally:
        classifier.use(shipped)
