"""How an article is cited: as BibTeX, and as CSL-JSON, which Zotero and pandoc read."""

import re
from collections.abc import Mapping
from typing import Any

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_CHARACTER = re.compile("|".join(map(re.escape, _SPECIAL)))
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}(?![0-9])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def bibtex(record: Mapping[str, Any]) -> str:
    """Give the entry of an exported article for biblatex; its key is the number of the article.

    Names stand in braces of their own: which part of a name is the family's is not ours to guess.
    """
    fields = {
        "title": f"{{{_escape(record['title'])}}}",
        "author": " and ".join(f"{{{_escape(name)}}}" for name in record["authors"]),
        "date": (record["published"] or "")[:10],
        "organization": _escape(record["source"]["name"]),
        "url": _CONTROL.sub("", record["url"]).replace("{", "%7B").replace("}", "%7D"),
        "urldate": record["last_seen"][:10],
        "langid": record["language"] or "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{article{record['id']},", *lines, "}"]) + "\n"


def csl(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give an exported article as an item of CSL-JSON 1.0."""
    item: dict[str, Any] = {
        "id": f"article{record['id']}",
        "type": "article-newspaper",
        "title": record["title"],
        "author": [{"literal": name} for name in record["authors"]],
        "container-title": record["source"]["name"],
        "URL": record["url"],
        "accessed": _date(record["last_seen"]),
        "issued": _date(record["published"]),
        "language": record["language"],
        "abstract": record["standfirst"],
    }
    return {name: value for name, value in item.items() if value}


def _date(stated: str | None) -> dict[str, Any] | None:
    parts = _DATE.match(stated or "")
    return {"date-parts": [[int(part) for part in parts[0].split("-")]]} if parts else None


def _escape(text: str) -> str:
    return _CHARACTER.sub(lambda found: _SPECIAL[found[0]], _CONTROL.sub(" ", text))
