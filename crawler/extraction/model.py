"""What was learnt from annotated pages (``blocks.json``): weights of words, and decision trees."""

import json
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

_file: Traversable = resources.files("crawler.extraction") / "blocks.json"


def use(file: Traversable) -> None:
    """Read another model than the one of the package; `classifier.use` also forgets what was made of that."""
    global _file
    _file = file
    load.cache_clear()


def name() -> str:
    """The name of the file, for messages."""
    return _file.name


@cache
def load() -> dict[str, Any]:
    """Give the model: ``features``, their names; ``words``, token to weight; ``bias`` and ``trees``."""
    model: dict[str, Any] = json.loads(_file.read_text("utf-8"))
    return model
