"""Exported lines in jq, the program that people reach for first."""

import json
import subprocess
from pathlib import Path

from archive.models import Access
from tests.archive.conftest import HOME, Desk
from tests.archive.test_export_formats import CONFIG, NASTY, export


def jq(program: str, path: Path) -> list[object]:
    done = subprocess.run(["jq", "-c", program, path], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def test_lines_and_an_array_are_read(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text(CONFIG)
    desk.keep(f"{HOME}1", title="星空キッチン \U0001f916")
    desk.keep(f"{HOME}2", title=NASTY, access=Access.PAYWALLED, text=f"{NASTY} \x00 \u2028 Metallic Rouge")
    export(tmp_path, "a.jsonl", "--revisions")
    assert jq("[.id, .title, .source.name]", tmp_path / "a.jsonl") == [
        [1, "星空キッチン \U0001f916", "The Daily Cel"],
        [2, NASTY, "The Daily Cel"],
    ]
    assert jq("[.history[].text] | length", tmp_path / "a.jsonl") == [1, 1]
    assert jq('select(.access == "paywalled") | .text', tmp_path / "a.jsonl") == [
        f"{NASTY} \x00 \u2028 Metallic Rouge"
    ]
    export(tmp_path, "a.json")
    assert jq("length, (map(.words) | add > 0)", tmp_path / "a.json") == [2, True]
