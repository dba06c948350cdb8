"""The words of ``words.toml``: what sections call their pages, and what is no article."""

import tomllib
from importlib.resources import files

_WORDS: dict[str, list[str]] = tomllib.loads((files("spiders") / "words.toml").read_text("utf-8"))

OTHER_PAGES = frozenset(_WORDS["other_pages"])
ACTIONS = frozenset(_WORDS["actions"])
PAGE_KEYS = frozenset(_WORDS["page_keys"])
PAGE_FOLDERS = tuple(_WORDS["page_folders"])
NEXT_PAGE = frozenset(_WORDS["next_page"])
LOADS_MORE = tuple(_WORDS["loads_more"])
