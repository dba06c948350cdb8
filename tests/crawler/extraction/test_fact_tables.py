"""One small page a phenomenon: tables of facts stay whole, and what only looks like one goes as before."""

import pytest

from tests.crawler.extraction.test_extract import LONG, document, read

FACTS = [("Maker", "Blue Kettle"), ("Price", "6,578 yen"), ("Release date", "2026-12-04"), ("For", "PS5, PC")]
TABLE = "<table>{}</table>", "<tr><th>{}</th><td>{}</td></tr>"
CELLS = "<div><table><tbody>{}</tbody></table></div>", "<tr><td>{}</td><td>{}</td></tr>"
TERMS = "<dl>{}</dl>", "<dt>{}</dt><dd>{}</dd>"


def facts(made: tuple[str, str], pairs: list[tuple[str, str]] = FACTS) -> str:
    around, row = made
    return around.format("".join(row.format(*pair) for pair in pairs))


def kept(below: str, after: str = "") -> list[str]:
    """Give what is kept of an article with something below it, besides its paragraphs."""
    text = "".join(f"<div>{text}</div>" for text in LONG)
    page = f'<div class="story-body"><h1>Chrono Harbor comes in December</h1>{text}{below}{after}</div>'
    lines = read(document(f"<main>{page}</main>")).text.split("\n")
    return [line for line in lines if line and line not in LONG]


@pytest.mark.parametrize("made", [TABLE, CELLS], ids=["th", "td"])
def test_a_table_of_facts_below_the_text_stays_whole(made: tuple[str, str]) -> None:
    assert kept(facts(made)) == [f"{label} | {value}" for label, value in FACTS]


def test_a_list_of_terms_below_the_text_stays_whole() -> None:
    assert kept(facts(TERMS)) == [f"- {word}" for pair in FACTS for word in pair]


def test_facts_below_a_box_about_the_author_are_none_of_the_article() -> None:
    box = '<div class="author-box">Ada Quill has written 1,204 articles for us since 2016.</div>'
    assert kept(box + facts(TERMS)) == []


def test_facts_with_the_class_name_of_furniture_go() -> None:
    assert kept(f'<div class="next-up">{facts(TABLE)}</div>') == []


@pytest.mark.parametrize(
    "pairs",
    [
        [(f'<a href="/{n}">{label}</a>', value) for n, (label, value) in enumerate(FACTS)],
        [(str(n), value) for n, (_, value) in enumerate(FACTS)],
        FACTS[:1],
    ],
    ids=["links", "ranks", "one row"],
)
def test_a_table_without_labels_is_none_of_facts(pairs: list[tuple[str, str]]) -> None:
    assert kept(facts(TERMS, pairs)) == []


CARD = '<div class="db-card"><h5><a href="/tag/harbor">Chrono Harbor</a></h5><p>Follow</p>{}</div>'


def test_facts_on_a_card_that_leads_elsewhere_go_with_it() -> None:
    card, after = CARD.format(facts(TERMS)), f"<div>And so the year ends. {LONG[0]}</div>"
    assert [line for line in kept(card, after) if line.startswith("- ")] == []


@pytest.mark.parametrize("box", ["<div class='fast-facts'>{}</div>", "{}"], ids=["a box", "the text"])
def test_lines_that_state_facts_within_the_text_stay(box: str) -> None:
    lines = [f"{label}: {value}" for label, value in [*FACTS, ("Writer", "Ada Quill")]]
    made = box.format("".join(f'<p class="fact">{line}</p>' for line in lines))
    assert kept(made, f"<div>And so the year ends. {LONG[0]}</div>")[:-1] == lines
