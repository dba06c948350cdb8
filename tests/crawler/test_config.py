"""archive.toml: what is read, and how every mistake is told."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.errors import ConfigurationError
from archive.models import Series
from crawler.config import SourceConfig, load_config

SERIES = '[[series]]\nname = "Metallic Rouge"\n'
SOURCE = '[[source]]\nname = "Popverse"\nhome = "https://www.example.org/"\n'
FULL = """
[archive]
title = "Metallic Rouge in the press"
database = "data/press.db"
captures = "/var/lib/captures"
contact = "mailto:someone@example.org"

[[series]]
name = "Metallic Rouge"
aliases = ["メタリックルージュ"]
people = ["Yutaka Izubuchi", "Motonobu Hori"]
studios = ["BONES"]

[[source]]
name = "Popverse"
home = "https://www.example.org"
feeds = ["https://www.example.org/feed"]
sitemaps = ["https://www.example.org/sitemap.xml"]
delay = 0
allow_private = true

[crawl]
concurrent_sources = 4
jobs = 2
"""


@pytest.fixture
def archive_toml(tmp_path: Path) -> Path:
    return tmp_path / "archive.toml"


def mistakes(path: Path, text: str) -> list[str]:
    """The lines that a configuration is refused with, without the file that each begins with."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_config(path)
    lines = str(caught.value).split("\n")
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_every_key_is_read(archive_toml: Path) -> None:
    archive_toml.write_text(FULL, encoding="utf-8")
    config = load_config(archive_toml)
    assert config.path == archive_toml
    assert config.title == "Metallic Rouge in the press"
    assert config.archive.database == archive_toml.parent / "data/press.db"
    assert config.archive.captures == Path("/var/lib/captures")
    assert config.archive.contact == "mailto:someone@example.org"
    assert [series.to_series() for series in config.series] == [
        Series("Metallic Rouge", ("メタリックルージュ",), ("Yutaka Izubuchi", "Motonobu Hori"), ("BONES",))
    ]
    (source,) = config.sources
    assert (source.name, source.home) == ("Popverse", "https://www.example.org/")
    assert source.feeds == ["https://www.example.org/feed"]
    assert source.sitemaps == ["https://www.example.org/sitemap.xml"]
    assert (source.delay, source.allow_private) == (0, True)
    assert (config.crawl.concurrent_sources, config.crawl.jobs) == (4, 2)


def test_names_and_home_are_enough(archive_toml: Path) -> None:
    archive_toml.write_text(SERIES + SOURCE, encoding="utf-8")
    config = load_config(archive_toml)
    assert config.title == "Metallic Rouge in the press"
    assert config.archive.database == archive_toml.parent / "archive.db"
    assert config.archive.captures == archive_toml.parent / "captures"
    assert config.archive.contact is None
    (source,) = config.sources
    assert (source.feeds, source.sitemaps, source.delay, source.allow_private) == ([], [], 1.0, False)


def test_paths_are_relative_to_the_file_and_not_to_the_current_folder(
    archive_toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_toml.write_text(SERIES + SOURCE, encoding="utf-8")
    (elsewhere := archive_toml.parent / "elsewhere").mkdir()
    monkeypatch.chdir(elsewhere)
    config = load_config(Path("../archive.toml"))
    assert config.archive.database.resolve() == archive_toml.parent / "archive.db"


def test_a_file_saved_by_a_windows_editor_is_read(archive_toml: Path) -> None:
    archive_toml.write_bytes(b"\xef\xbb\xbf" + (SERIES + SOURCE).replace("\n", "\r\n").encode())
    assert load_config(archive_toml).sources[0].name == "Popverse"


def test_an_international_host_is_given_as_it_goes_over_the_wire(archive_toml: Path) -> None:
    archive_toml.write_text(SERIES + SOURCE.replace("www.example.org", "例え.jp"), encoding="utf-8")
    assert load_config(archive_toml).sources[0].home == "https://xn--r8jz45g.jp/"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            SERIES + SOURCE + 'feed = ["https://www.example.org/feed"]',
            ['source "Popverse": feed: unknown key; did you mean "feeds"?'],
            id="unknown key of a source",
        ),
        pytest.param(
            SERIES + SOURCE + "colour = 3",
            [f'source "Popverse": colour: unknown key; allowed: {", ".join(SourceConfig.model_fields)}'],
            id="unknown key unlike any",
        ),
        pytest.param(
            SERIES + SOURCE + "[crawl]\nallow_private = true",
            ["crawl.allow_private: unknown key; it belongs to [[source]]"],
            id="key of another table",
        ),
        pytest.param(
            SERIES + SOURCE + SOURCE.replace("source", "sources"),
            ['sources: unknown key; did you mean "source"?'],
            id="unknown table",
        ),
        pytest.param(
            SERIES + SOURCE + 'feeds = ["https://www.example.org/", "ftp://www.example.org/feed"]',
            [
                'source "Popverse": feeds[1]: found "ftp://www.example.org/feed", '
                "allowed: an http or https URL with a host, like https://www.example.org/"
            ],
            id="not a web address",
        ),
        pytest.param(
            SERIES + SOURCE + 'delay = "1"\nallow_private = "no"',
            [
                'source "Popverse": delay: found "1", allowed: a number',
                'source "Popverse": allow_private: found "no", allowed: true or false',
            ],
            id="two mistakes, wrong types",
        ),
        pytest.param(
            SERIES + SOURCE + 'search = "https://{query}.example.org/"\nsection_pages = 0',
            [
                'source "Popverse": search: found "https://{query}.example.org/", '
                'allowed: an http or https URL with {query} in it, like "https://www.example.org/?s={query}"',
                'source "Popverse": section_pages: found 0, allowed: 1 or more',
            ],
            id="a search without a place for the name",
        ),
        pytest.param(
            SERIES + SOURCE + "delay = -0.5",
            ['source "Popverse": delay: found -0.5, allowed: 0 or more'],
            id="out of range",
        ),
        pytest.param(
            SERIES + SOURCE + "delay = nan",
            ['source "Popverse": delay: found NaN, allowed: a finite number'],
            id="not a number",
        ),
        pytest.param(
            SERIES + SOURCE + "[[source]]\nname = 3\n",
            [
                "source[1].name: found 3, allowed: text in quotes",
                "source[1].home: missing; it is required",
            ],
            id="a source without a usable name",
        ),
        pytest.param(
            SERIES + SOURCE + SOURCE,
            ['source: found a list, allowed: names that are unique; more than one is named "Popverse"'],
            id="the same source twice",
        ),
        pytest.param(
            SERIES + SERIES + SOURCE,
            ['series: found a list, allowed: names that are unique; more than one is named "Metallic Rouge"'],
            id="the same series twice",
        ),
        pytest.param(
            "",
            [
                'series: none; at least one is needed: [[series]] with name = "..."',
                'source: none; at least one is needed: [[source]] with name = "..." and home = "https://..."',
            ],
            id="empty file",
        ),
        pytest.param(
            SERIES.replace("[[series]]", "[series]") + SOURCE,
            ['series: found a table; at least one is needed: [[series]] with name = "..."'],
            id="single brackets",
        ),
        pytest.param(
            SERIES + 'aliases = "ルージュ"\n' + SOURCE,
            ['series "Metallic Rouge": aliases: found "ルージュ", allowed: a list, like ["...", "..."]'],
            id="text where a list belongs",
        ),
        pytest.param(
            SERIES + 'aliases = ["!?"]\n' + SOURCE,
            [
                'series "Metallic Rouge": aliases[0]: found "!?", '
                "allowed: a name with at least one letter or digit"
            ],
            id="an alias that nothing can be found by",
        ),
        pytest.param(
            SERIES + 'weights = { "Rouge" = 5 }\n' + SOURCE,
            ['series[0]: found a table, allowed: weights of its own names; "Rouge" is none of them'],
            id="the weight of a name that is not there",
        ),
        pytest.param(
            SERIES + "keep_from = 0\n" + SOURCE,
            ['series "Metallic Rouge": keep_from: found 0, allowed: more than 0'],
            id="a threshold that everything passes",
        ),
        pytest.param(
            '[archive]\ncontact = "me"\ndatabase = 3\n' + SERIES + SOURCE,
            [
                "archive.database: found 3, allowed: a path in quotes, relative to this file or absolute",
                'archive.contact: found "me", allowed: "mailto:" and an address, or an http or https URL',
            ],
            id="archive",
        ),
        pytest.param(
            '[archive]\ncontact = "mailto:a@example.org\\r\\nX-Header: 1"\n' + SERIES + SOURCE,
            [
                'archive.contact: found "mailto:a@example.org\\r\\nX-Header: 1", '
                'allowed: "mailto:" and an address, or an http or https URL'
            ],
            id="a contact that would add a header",
        ),
        pytest.param(
            SERIES + SOURCE + "[crawl]\njobs = 0\n", ["crawl.jobs: found 0, allowed: 1 or more"], id="crawl"
        ),
        pytest.param(
            "a = \n", ["not valid TOML: Invalid value (at line 1, column 5)"], id="a line that is not TOML"
        ),
        pytest.param(
            SERIES + 'name = "B"\n',
            ["not valid TOML: Cannot overwrite a value (at line 3, column 11)"],
            id="a key given twice",
        ),
    ],
)
def test_each_mistake_is_told_in_one_line(archive_toml: Path, text: str, lines: list[str]) -> None:
    assert mistakes(archive_toml, text) == lines


def test_a_missing_file_says_what_to_write(archive_toml: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"no such file; 'series-archive init' writes one.*--config"
    ) as caught:
        load_config(archive_toml)
    assert "\n" not in str(caught.value)
    assert str(archive_toml) in str(caught.value)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load_config(tmp_path)


def test_text_in_another_encoding_is_told(archive_toml: Path) -> None:
    archive_toml.write_bytes('[[series]]\nname = "メタリックルージュ"\n'.encode("shift-jis"))
    with pytest.raises(ConfigurationError, match=r"not UTF-8 text \(byte 19\)"):
        load_config(archive_toml)


@given(
    key=st.sampled_from(
        ["archive", "series", "source", "crawl", "source.feeds", "series.name", "crawl.jobs"]
    ),
    value=st.sampled_from(
        ['""', "0", "1e300", "[]", "{}", "[[]]", "[{}]", "1979-05-27", "true", '["\\u0000"]', "inf"]
    ),
)
@example(key="x", value="[" * 5000)
@example(key="crawl.jobs", value="9" * 5000)
def test_no_value_gets_past_as_another_error(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    for line in mistakes(tmp_path_factory.mktemp("config") / "archive.toml", f"{key} = {value}\n"):
        assert len(line) < 400
