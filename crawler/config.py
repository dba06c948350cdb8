"""``archive.toml`` as typed models that explain every mistake in one line."""

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails

from archive.errors import ConfigurationError
from archive.models import Series
from crawler.extraction.site_rules import SiteRules, read_selector

_URL = TypeAdapter(HttpUrl)
_MAILTO = re.compile(r"mailto:[!-?A-~]+@[!-?A-~]+", re.IGNORECASE)
_BLOCKS = {
    "series": '[[series]] with name = "..."',
    "source": '[[source]] with name = "..." and home = "https://..."',
}
QUERY = "{query}"
"""What stands for a name of the series in the address of a site's search."""
_ALLOWED = {
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
    "list_type": 'a list, like ["...", "..."]',
    "model_type": "a table",
    "string_too_short": "some text",
    "string_type": "text in quotes",
}


def check_name(value: str) -> str:
    """Give a name of the series as it is.

    Raises:
        ValueError: It is none; says what is allowed.
    """
    if not any(character.isalnum() for character in value):
        raise ValueError("a name with at least one letter or digit")
    return value


def check_url(value: str) -> str:
    """Give an address as archive.toml has it.

    Raises:
        ValueError: It is none; says what is allowed.
    """
    try:
        return str(_URL.validate_python(value, strict=False))
    except ValidationError:
        raise ValueError("an http or https URL with a host, like https://www.example.org/") from None


def _check_search(value: str) -> str:
    try:
        check_url(value.replace(QUERY, "name"))
    except ValueError:
        value = ""
    if QUERY not in value.partition("://")[2].partition("/")[2]:
        raise ValueError(
            f'an http or https URL with {QUERY} in it, like "https://www.example.org/?s={QUERY}"'
        )
    return value


def check_contact(value: str) -> str:
    """Give what the people who run a site are told to turn to.

    Raises:
        ValueError: It is no such address; says what is allowed.
    """
    if _MAILTO.fullmatch(value):
        return value
    try:
        return check_url(value)
    except ValueError:
        raise ValueError('"mailto:" and an address, or an http or https URL') from None


def _to_path(value: object, info: ValidationInfo) -> Path:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("a path in quotes, relative to this file or absolute")
    return (info.context.parent if info.context else Path()) / value


def _to_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _check_selector(value: str) -> str:
    read_selector(value)
    return value


Name = Annotated[str, AfterValidator(check_name)]
Url = Annotated[str, AfterValidator(check_url)]
SearchUrl = Annotated[str, AfterValidator(_check_search)]
Contact = Annotated[str, AfterValidator(check_contact)]
Points = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
FilePath = Annotated[Path, BeforeValidator(_to_path)]
Selectors = Annotated[list[Annotated[str, AfterValidator(_check_selector)]], BeforeValidator(_to_list)]
"""One CSS selector or XPath expression, or a list of them."""


class Table(BaseModel):
    """A table of ``archive.toml``: no unknown keys, no guessing of types."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, use_attribute_docstrings=True
    )


class ArchiveConfig(Table):
    """``[archive]``: where everything is kept, and who to turn to."""

    title: str | None = Field(default=None, min_length=1)
    """The name of the archive on its web site; by default the names of the series, "in the press"."""
    database: FilePath = Field(default="archive.db", validate_default=True)
    """The SQLite file."""
    captures: FilePath = Field(default="captures", validate_default=True)
    """The folder of WARC files: every response as it was received."""
    rules: FilePath | None = None
    """A folder of site rules, one file a host (below)."""
    site_config: FilePath | None = None
    """A folder of [FiveFilters site-config](https://github.com/fivefilters/ftr-site-config) files (below)."""
    contact: Contact | None = None
    """`mailto:` or web address that goes into the user agent, for the people who run the sites."""


class SeriesConfig(Table):
    """``[[series]]``: what the archive is about."""

    name: Name
    """Its best known name; unique."""
    aliases: list[Name] = []
    """Its other names, in every script."""
    people: list[Name] = []
    """Those who made it: 2 points each."""
    studios: list[Name] = []
    """The companies that made it: 1 point each."""
    ambiguous: list[Name] = []
    """Names of it that mean other things too ("Rouge"): they count beside another name, person, studio."""
    excluded: list[Name] = []
    """Longer names that hold one of its names and are something else ("Baton Rouge")."""
    weights: dict[Name, Points] = {}
    """Points of single names, where they differ: `{ "Yutaka Izubuchi" = 10 }`."""
    keep_from: Points = 10.0
    """Points from which an article is kept."""
    fold_kana: bool = False
    """Whether hiragana and katakana count as the same letters."""

    @model_validator(mode="after")
    def _check_weights(self) -> Self:
        own = {self.name, *self.aliases, *self.people, *self.studios, *self.ambiguous}
        if unknown := [name for name in self.weights if name not in own]:
            raise ValueError(f"weights of its own names; {_show(unknown[0])} is none of them")
        return self

    def to_series(self) -> Series:
        """Give the series as the archive knows it."""
        return Series(
            self.name,
            tuple(self.aliases),
            tuple(self.people),
            tuple(self.studios),
            ambiguous=tuple(self.ambiguous),
            excluded=tuple(self.excluded),
            weights=tuple(self.weights.items()),
            keep_from=self.keep_from,
            fold_kana=self.fold_kana,
        )


class RulesConfig(Table):
    """``[source.rules]``, or a file in the folder of rules: where the pages of a site have what."""

    body: Selectors = []
    """The elements that are the article."""
    title: Selectors = []
    """The headline."""
    author: Selectors = []
    """The bylines."""
    date: Selectors = []
    """When it was published."""
    strip: Selectors = []
    """What is not the article; every selector counts."""
    next_page: Selectors = []
    """The link to the next page of an article on several pages."""
    single_page: Selectors = []
    """The link to a page with the whole of such an article."""

    def to_rules(self) -> SiteRules:
        """Give the rules as extraction knows them."""
        fields: dict[str, Any] = {
            name: tuple(map(read_selector, getattr(self, name))) for name in type(self).model_fields
        }
        return SiteRules(**fields)


class SourceConfig(Table):
    """``[[source]]``: a news site."""

    name: Name
    """What it is called in reports and on the web pages; unique."""
    home: Url
    """Its front page; pages of other sites are not taken."""
    feeds: list[Url] = []
    """RSS, Atom and JSON feeds to read."""
    sitemaps: list[Url] = []
    """Sitemaps and sitemap indexes to read, gzipped or not."""
    sections: list[Url] = []
    """Section, tag or front pages whose links to articles are followed, page after page."""
    search: SearchUrl | None = None
    """The address of the site's own search, with `{query}` where each name of the series goes."""
    section_pages: int = Field(default=20, ge=1, le=1000)
    """Pages of a section, and of what a search found, that are read in a run at most."""
    pages_per_run: int | None = Field(default=None, ge=1)
    """Pages that a run fetches at most."""
    pages_per_day: int | None = Field(default=None, ge=1)
    """Pages that all runs of a day (UTC) fetch at most."""
    delay: float = Field(default=1.0, ge=0, le=3600, allow_inf_nan=False)
    """Seconds between two requests to a host; a longer `Crawl-delay` of robots.txt wins."""
    allow_private: bool = False
    """Whether private, loopback and link-local addresses may be fetched."""
    render: Literal["browser"] | None = None
    """With `"browser"`, pages and sections are shown in Chromium, and what their scripts make of them is
    read; see [sources.md](sources.md#pages-that-need-a-browser).
    """
    prefilter: bool = False
    """Whether pages are left out, unfetched, whose title and excerpt in a feed name nothing of the series;
    saves requests, and loses articles that name it further down.
    """
    reserved: Literal["metadata", "skip", "full"] = "metadata"
    """What is kept of pages that their publisher reserves (`noarchive`, `noindex`, text and data mining):
    title, authors, dates and link without the text; nothing with `"skip"`; all of it with `"full"`, for
    those who may.
    """
    publish: Literal["full", "excerpt", "metadata"] = "excerpt"
    """What of its articles goes into copies for the public: `"full"` where its licence or permission allows
    that, an excerpt, or `"metadata"` without any text; see [publishing.md](publishing.md).
    """
    rules: RulesConfig = Field(default_factory=RulesConfig)
    """Where its pages have what; see `[source.rules]`."""

    @property
    def private_hosts(self) -> frozenset[str]:
        """The hosts that may have private addresses: those that it names, when it says ``allow_private``."""
        if not self.allow_private:
            return frozenset()
        named = [self.home, *self.feeds, *self.sitemaps, *self.sections, *filter(None, [self.search])]
        return frozenset(urlsplit(url).hostname or "" for url in named)


class CrawlConfig(Table):
    """``[crawl]``: how much a run does at once."""

    concurrent_sources: int = Field(default=16, ge=1, le=1000)
    """Sources that are crawled at the same time."""
    jobs: int | None = Field(default=None, ge=1, le=1000)
    """Processes that extract articles; by default one for each processor."""


class NotifyConfig(Table):
    """``[notify]``: who is told, after a run, of sources that broke and of new articles."""

    command: Annotated[list[str], Field(min_length=1)] | None = None
    """A program and its arguments, like `["mail-me", "--now"]`; it gets the news as JSON on its standard
    input.
    """
    webhook: Url | None = None
    """An address that the same JSON is posted to."""
    articles: bool = True
    """Whether new articles are news, and not only sources that break or recover."""


Named = TypeVar("Named", SeriesConfig, SourceConfig)


def _check_unique(tables: list[Named]) -> list[Named]:
    repeated = [name for name, count in Counter(table.name for table in tables).items() if count > 1]
    if repeated:
        raise ValueError(f"names that are unique; more than one is named {', '.join(map(_show, repeated))}")
    return tables


class Config(Table):
    """All of ``archive.toml``; paths in it are absolute or relative to the current folder, ready for use."""

    archive: ArchiveConfig
    """Where everything is kept."""
    series: Annotated[list[SeriesConfig], Field(min_length=1), AfterValidator(_check_unique)]
    """What the archive is about."""
    sources: Annotated[list[SourceConfig], Field(min_length=1, alias="source"), AfterValidator(_check_unique)]
    """The sites that are crawled."""
    crawl: CrawlConfig = Field(default_factory=CrawlConfig)
    """How much a run does at once."""
    notify: NotifyConfig = Field(default_factory=NotifyConfig)
    """Who is told of what after a run."""
    _path: Path = PrivateAttr()

    def model_post_init(self, context: Path | None, /) -> None:
        """Remember the file that this was read from."""
        self._path = context or Path("archive.toml")

    @property
    def path(self) -> Path:
        """The file that this was read from."""
        return self._path

    @property
    def title(self) -> str:
        """Name of the archive: the configured one, or one made of the names of the series."""
        return self.archive.title or f"{', '.join(series.name for series in self.series)} in the press"

    @property
    def private(self) -> tuple[Path, ...]:
        """What must not lie in a folder that is put online: the archive, its captures, this file."""
        return self.archive.database, self.archive.captures, self.path

    @property
    def publish(self) -> dict[str, str]:
        """What of each source's articles goes into copies for the public, by the source's name."""
        return {source.name: source.publish for source in self.sources}


def load_rules(path: Path) -> SiteRules:
    """Read a file of site rules: the keys of ``[source.rules]`` at its top.

    Raises:
        ConfigurationError: As for `load_config`.
    """
    return _load(path, RulesConfig, {}).to_rules()


def load_config(path: Path) -> Config:
    """Read ``archive.toml``.

    Args:
        path: the file; paths in it are taken as relative to its folder.

    Returns:
        The configuration, checked.

    Raises:
        ConfigurationError: the file is missing, not readable, not TOML or says something that is not allowed;
            one line for each mistake.
    """
    return _load(path, Config, {"archive": {}})


T = TypeVar("T", bound=Table)


def _load(path: Path, model: type[T], data: dict[str, Any]) -> T:
    try:
        data = data | tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return model.model_validate(data, context=path)
    except FileNotFoundError:
        raise ConfigurationError(
            f"{path}: no such file; 'series-archive init' writes one, or name another one with --config"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except ValidationError as error:
        lines = [f"{path}: {_explain(mistake, data, model)}" for mistake in error.errors(include_url=False)]
        raise ConfigurationError("\n".join(lines)) from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None


def _explain(mistake: ErrorDetails, data: Mapping[str, Any], model: type[Table]) -> str:
    """Tell one mistake: where, what was found, what is allowed."""
    *table, key = mistake["loc"]
    where, found = _locate(mistake["loc"], data), _show(mistake["input"])
    if mistake["type"] == "extra_forbidden":
        return f"{where}: unknown key; {_suggest(str(key), table, model)}"
    if key in _BLOCKS and mistake["type"] in {"missing", "list_type", "too_short"}:
        problem = "none" if mistake["type"] == "missing" else f"found {found}"
        return f"{where}: {problem}; at least one is needed: {_BLOCKS[str(key)]}"
    if mistake["type"] == "missing":
        return f"{where}: missing; it is required"
    context = mistake.get("ctx", {})
    if mistake["type"] == "value_error":
        return f"{where}: found {found}, allowed: {context['error']}"
    allowed = _ALLOWED.get(mistake["type"], mistake["msg"]).format(**context)
    return f"{where}: found {found}, allowed: {allowed}"


def _locate(loc: Sequence[str | int], data: Any) -> str:
    """Give a key's path: ``source "Popverse": feeds[0]``, or ``source[2].home`` where there is no name."""
    if len(loc) > 2 and loc[2] != "name":
        table = data[loc[0]][loc[1]]
        if isinstance(table, dict) and table.get("name") and isinstance(table["name"], str):
            return f"{loc[0]} {_show(table['name'])}: {_join(loc[2:])}"
    return _join(loc)


def _join(loc: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


_TABLES: dict[str, tuple[str, type[Table]]] = {
    "archive": ("[archive]", ArchiveConfig),
    "series": ("[[series]]", SeriesConfig),
    "source": ("[[source]]", SourceConfig),
    "crawl": ("[crawl]", CrawlConfig),
    "rules": ("[source.rules]", RulesConfig),
}
"""How the head of each table is written, and what it may hold."""


def _suggest(key: str, table: Sequence[str | int], model: type[Table]) -> str:
    named = [part for part in table if isinstance(part, str)]
    known = _keys(_TABLES[named[-1]][1] if named else model)
    elsewhere = [head for head, other in _TABLES.values() if key in _keys(other)]
    if elsewhere and model is Config:
        return f"it belongs to {' or '.join(elsewhere)}"
    nearest = difflib.get_close_matches(key.casefold(), known, n=1)
    return f'did you mean "{nearest[0]}"?' if nearest else f"allowed: {', '.join(known)}"


def _keys(model: type[Table]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _show(value: object) -> str:
    """Give a found value as it would stand in TOML, shortened."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"
