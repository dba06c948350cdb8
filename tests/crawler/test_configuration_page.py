"""docs/configuration.md against the models that it describes."""

import re
from pathlib import Path

import pytest

from crawler.config import (
    ArchiveConfig,
    CrawlConfig,
    NotifyConfig,
    RulesConfig,
    SeriesConfig,
    SourceConfig,
    Table,
    load_config,
)

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("`[archive]`", ArchiveConfig),
        ("`[[series]]`", SeriesConfig),
        ("`[[source]]`", SourceConfig),
        ("`[source.rules]`", RulesConfig),
        ("`[crawl]`", CrawlConfig),
        ("`[notify]`", NotifyConfig),
    ],
)
def test_every_key_is_described_and_no_other(heading: str, model: type[Table]) -> None:
    section = PAGE.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.M) == list(model.model_fields)


def test_the_example_is_valid(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.S)
    assert example
    (tmp_path / "archive.toml").write_text(example[1], "utf-8")
    assert load_config(tmp_path / "archive.toml").title == "Metallic Rouge in the press"
