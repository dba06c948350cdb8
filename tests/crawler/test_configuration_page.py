"""docs/configuration.md against the models that it describes."""

import importlib.util
import re
from pathlib import Path

from crawler.config import load_config

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "configuration.md").read_text("utf-8")


def test_the_tables_of_keys_are_those_of_the_models() -> None:
    spec = importlib.util.spec_from_file_location("configuration_keys", DOCS / "configuration_keys.py")
    assert spec
    assert spec.loader
    keys = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(keys)
    assert keys.written() == keys.page(), "run: python docs/configuration_keys.py"
    assert re.findall(r"<!-- keys of (\w+):", PAGE) == [
        "ArchiveConfig", "SeriesConfig", "SourceConfig", "RulesConfig", "CrawlConfig", "NotifyConfig",
    ]  # fmt: skip


def test_the_example_is_valid(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.S)
    assert example
    (tmp_path / "archive.toml").write_text(example[1], "utf-8")
    assert load_config(tmp_path / "archive.toml").title == "Metallic Rouge in the press"
