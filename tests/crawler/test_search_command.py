import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands import cli
from tests.archive.conftest import HOME, make_desk

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Search an archive of three articles, one of them without a date."""
    desk = make_desk(tmp_path)
    with closing(desk.db), closing(desk.captures):
        desk.keep(f"{HOME}1", published="2024-01-02", title="Rain on Mars")
        desk.keep(
            f"{HOME}2",
            published="2024-02-03",
            title="声優が語る",
            text="装甲は重く、rain も降る。",
            language="ja",
        )
        desk.keep(f"{HOME}3", published=None, title="Undated", text="Nobody says when this was written.")
        database = desk.db.path
    config = tmp_path / "archive.toml"
    config.write_text(
        f'[archive]\ndatabase = "{database}"\n[[series]]\nname = "Metallic Rouge"\n'
        '[[source]]\nname = "Here"\nhome = "http://127.0.0.1/"\nfeeds = ["http://127.0.0.1/feed"]\n'
    )
    return lambda *words: CliRunner().invoke(cli, ["search", "--config", str(config), *words])


def test_hits_are_listed_for_people(run: Run) -> None:
    said = run("rain").output
    assert said.index("Rain on Mars") < said.index("声優が語る")
    assert f"{HOME}2\n装甲は重く、rain も降る。\n" in said
    assert said.endswith("2 articles.\n")
    assert run("--limit", "1", "rain").output.endswith("2 articles, 1 shown.\n")
    assert run("--limit", "9" * 30, "rain").exit_code == 2
    assert run("nowhere").output == "No articles.\n"
    assert run("装甲").output.endswith("1 article.\n")


def test_it_is_told_what_has_no_date(run: Run) -> None:
    assert "The Daily Cel · 2024-01-02\n" in run("mars").output
    assert "The Daily Cel · first seen 2024-02-01\n" in run("undated").output


def test_the_newest_first(run: Run) -> None:
    said = run("--sort", "newest", "rain").output
    assert said.index("声優が語る") < said.index("Rain on Mars")


def test_hits_as_json(run: Run) -> None:
    answer = json.loads(run("--json", "声優", "lang:ja").output)
    assert (answer["query"], answer["total"], answer["capped"]) == ("声優 lang:ja", 1, False)
    (article,) = answer["articles"]
    assert (article["url"], article["title"], article["dated"]) == (
        f"{HOME}2",
        "声優が語る",
        "2024-02-03T00:00:00Z",
    )
    assert article["authors"] == ["Ada Quill", "Ben Marrow"]


def test_how_many_of_the_hits_are_what(run: Run) -> None:
    said = run("--facets", "--limit", "1", "rain").output.splitlines()
    assert said[said.index("2 articles, 1 shown.") + 1 :] == [
        "lang: en 1 · ja 1",
        "author: Ada Quill 2 · Ben Marrow 2",
    ]
    answer = json.loads(run("--facets", "--json", "rain").output)
    (languages, _) = answer["facets"]
    assert languages["field"] == "lang"
    assert languages["values"][1] == {
        "value": "ja",
        "articles": 1,
        "capped": False,
        "query": "rain lang:ja",
    }
    assert "facets" not in json.loads(run("--json", "found:feed").output)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            'rain source:"Daily Cell"',
            'There is no source "Daily Cell". Did you mean "The Daily Cel"? There are: "The Daily Cel".',
        ),
        ("lang:english", 'There is no language "english". There are: "en", "ja".'),
        ('author:"Ada Quil"', 'There is no author "Ada Quil". Did you mean "Ada Quill"?'),
        ("author:Nobody -lang:xx", 'There is no author "Nobody".'),
        (
            "(rain AND author:Nobody) OR author:Noone",
            'There is no author "Nobody".\nThere is no author "Noone".',
        ),
        ("nowhere author：Nobody NOT lang:xx", 'There is no author "Nobody".'),
    ],
)
def test_where_nothing_is_found_a_name_that_nothing_has_is_told(run: Run, asked: str, told: str) -> None:
    done = run("--", asked)
    assert (done.stdout, done.stderr) == ("No articles.\n", f"{told}\n")
    assert json.loads(run("--json", "--", asked).stdout)["total"] == 0


@pytest.mark.parametrize(
    "asked", ["nowhere", 'nowhere source:"the daily cel"', "nowhere lang:ja", "nowhere author:quill"]
)
def test_a_name_that_something_has_is_no_reason(run: Run, asked: str) -> None:
    assert run(asked).output == "No articles.\n"


def test_a_query_that_cannot_be_understood_is_one_line(run: Run) -> None:
    done = run("rain", "OR")
    assert str(done.exception) == "OR stands between two things to look for, at character 6: OR"
    assert getattr(done.exception, "exit_status", None) == 2


def test_a_query_may_begin_with_a_minus(run: Run) -> None:
    assert "声優が語る" in run("--", "-title:rain").output
