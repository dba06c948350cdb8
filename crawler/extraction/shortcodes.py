"""Shortcodes: marks such as ``[caption id="9"]`` that WordPress replaces, and shows where a plugin is gone.

The grammar (https://developer.wordpress.org/plugins/shortcodes/): a name, attributes, a closing mark.
"""

import re

_MARK = re.compile(r"\[(/?)([a-z][a-z0-9_-]+)([^\[\]]*)\]")
_ATTRIBUTE = re.compile(r"\s+[\w-]+\s?=\s?(?P<quoted>[\"'“”„‘’«»″′])?")
_OF_WORDPRESS = frozenset({"audio", "caption", "embed", "gallery", "playlist", "video"})
_SHORTEST_CLOSED = 3
"""Letters of a name: ``[/s]`` is what people write."""


def without_shortcodes(text: str) -> str:
    """Give a text without the marks of shortcodes; what stands between them stays.

    So do "[sic]", "[1]", "[a name]", and a "[first_name]" in the midst of a sentence.
    """
    kept: list[str] = []
    end = 0
    for mark in _MARK.finditer(text):
        before = text[end : mark.start()]
        begins = not any(map(str.strip, (*kept, before)))
        if _is_shortcode(mark, begins=begins):
            kept.append(before)
            end = mark.end()
    return "".join((*kept, text[end:])) if end else text


def _is_shortcode(mark: re.Match[str], *, begins: bool) -> bool:
    closing, name, rest = mark.groups()
    if closing:
        return not rest and len(name) >= _SHORTEST_CLOSED
    known = name in _OF_WORDPRESS or "_" in name or "-" in name
    if attribute := _ATTRIBUTE.match(rest):
        return known or attribute["quoted"] is not None
    closed = f"[/{name}]" in mark.string[mark.end() :]
    return not rest.strip(" /") and (closed or (known and begins))
