"""docs/archive.md against the schema and the commands that it describes."""

import importlib.util
import re
from pathlib import Path

from click.testing import CliRunner

from crawler.commands import cli

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "archive.md").read_text("utf-8")


def test_the_tables_are_in_step_with_the_schema() -> None:
    found = importlib.util.spec_from_file_location("schema", DOCS / "schema.py")
    assert found
    assert found.loader
    schema = importlib.util.module_from_spec(found)
    found.loader.exec_module(schema)
    assert schema.written() == schema.describe(), "run: python docs/schema.py"


def test_every_command_and_option_that_it_names_is_there() -> None:
    named = set(re.findall(r"series-archive ([a-z]+)((?: --?[a-z-]+)?)", PAGE))
    assert {"captures", "check", "rebuild", "backup", "restore", "forget"} <= {name for name, _ in named}
    for name, option in named:
        told = CliRunner().invoke(cli, [name, "--help"])
        assert told.exit_code == 0, name
        assert option.strip() in told.output


def test_the_tests_that_it_names_are_there() -> None:
    names = re.findall(r"`(?:tests/\w+/)?(test_\w+\.py)`", PAGE)
    there = {path.name for path in (DOCS.parent / "tests").rglob("test_*.py")}
    assert names
    assert set(names) <= there
