"""The site-config files of FiveFilters' Full-Text RSS, which several readers share and a community writes.

The format: https://help.fivefilters.org/full-text-rss/site-patterns.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crawler.extraction.site_rules import SiteRules, read_xpath

_SELECTORS = {
    "title": "title",
    "body": "body",
    "author": "author",
    "date": "date",
    "strip": "strip",
    "strip_attr": "strip_attributes",
    "single_page_link": "single_page",
    "next_page_link": "next_page",
    "native_ad_clue": "advertisement",
}
_FLAGS = {"prune": "prune", "autodetect_on_failure": "autodetect"}
_NEEDLESS = frozenset({"tidy", "parser", "convert_double_br_tags", "test_url", "test_contains"})
"""What we do anyway (broken markup, double line breaks), and what only their own tests read."""
_CALL = re.compile(r"(\w+)\((.*)\)$")
_TAG = re.compile(r"[a-z][a-z0-9]*$")


@dataclass(slots=True)
class SiteConfig:
    """What a file says."""

    rules: SiteRules
    problems: list[str] = field(default_factory=list)
    """What is not obeyed, with its line: directives that we do not know, expressions that cannot be read."""


def read_site_config(text: str) -> SiteConfig:
    """Read a site-config file. What cannot be obeyed is left out and told, never an error."""
    return _Reading().read(text)


class _Reading:
    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._find: list[str] = []
        self._replace: list[str] = []
        self._problems: list[str] = []
        self._directives: dict[str, Callable[[str], None]] = {
            "strip_id_or_class": self._strip_id_or_class,
            "strip_image_src": self._strip_image_src,
            "src_lazy_load_attr": lambda value: self._add("lazy_sources", value),
            "find_string": self._find.append,
            "replace_string": self._replace.append,
            "if_page_contains": self._if_page_contains,
        }

    def read(self, text: str) -> SiteConfig:
        for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
            line = line.strip()
            name, colon, value = _split(line)
            if line.startswith("#") or not colon or not name or not value:
                continue
            try:
                if not self._obey(name, value):
                    self._problems.append(f"line {number}: {name} is not supported")
            except ValueError as error:
                self._problems.append(f"line {number}: {name}: found {value!r}, allowed: {error}")
        if len(self._find) == len(self._replace):
            self._values["replace"] = tuple(zip(self._find, self._replace, strict=True))
        else:
            self._problems.append("find_string and replace_string do not come in pairs")
        return SiteConfig(SiteRules(**self._values), self._problems)

    def _obey(self, name: str, value: str) -> bool:
        if name in _SELECTORS:
            self._add(_SELECTORS[name], read_xpath(value))
        elif name in _FLAGS:
            self._values[_FLAGS[name]] = value.lower() in {"yes", "true"}
        elif name in self._directives:
            self._directives[name](value)
        elif call := _CALL.match(name):
            return self._call(call[1], call[2], value)
        else:
            return name in _NEEDLESS
        return True

    def _call(self, name: str, argument: str, value: str) -> bool:
        if name == "replace_string":
            self._find.append(argument)
            self._replace.append(value)
        elif name == "wrap_in" and _TAG.match(argument):
            self._add("wrap", (argument, read_xpath(value)))
        else:
            return False
        return True

    def _add(self, field: str, value: Any) -> None:
        self._values[field] = (*self._values.get(field, ()), value)

    def _strip_id_or_class(self, value: str) -> None:
        self._strip(value, "//*[contains(@class, '{0}') or contains(@id, '{0}')]")

    def _strip_image_src(self, value: str) -> None:
        self._strip(value, "//img[contains(@src, '{0}')]")

    def _strip(self, value: str, xpath: str) -> None:
        part = value.translate({ord("'"): None, ord('"'): None})
        self._add("strip", read_xpath(xpath.format(part))._replace(text=value))

    def _if_page_contains(self, value: str) -> None:
        """A condition of the single_page_link above it."""
        links = self._values.get("single_page")
        if not links:
            raise ValueError("a single_page_link before it")
        self._values["single_page"] = (*links[:-1], links[-1]._replace(only_if=read_xpath(value).xpath))


def _split(line: str) -> tuple[str, str, str]:
    """Split a directive from its value; the text in ``replace_string(...)`` may hold a colon."""
    if line.startswith("replace_string(") and (end := line.rfind("):")) > 0:
        return line[: end + 1], ":", line[end + 2 :].strip()
    name, colon, value = line.partition(":")
    return name.strip(), colon, value.strip()
