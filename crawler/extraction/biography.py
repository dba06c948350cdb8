"""Recognises a note about the author by how it starts, with and without knowing the author."""

import re
from collections.abc import Iterable
from functools import cache

from crawler.extraction.blocks import Block
from crawler.extraction.rulebook import rules

RULE = "authors.biography"
_ABOUT = "about "
_BRACKETS = "（）【】［］"
_SPACE_IN_CJK = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff])\s+(?=[\u3040-\u30ff\u3400-\u9fff])")
"""Bylines set family and given name apart, notes do not."""
_SHORT = {True: 3, False: 1}
"""A name of so few letters is also a word; Chinese and Korean names have two or three."""
_NAME = r"(?P<name>[A-Z][\w’'.-]+(?: (?:[A-Z][\w’'.-]*|de|von|van|der|la|da|di)){1,3})"
_TRADE = (
    r"journalist|writer|author|editor|reporter|critic|columnist|contributor|correspondent|blogger|freelance|producer"
    r"|translator|photographer|student|professor|novelist|Journalist(?:in)?|Redakteur(?:in)?|Autor(?:in)?|Korrespondent(?:in)?"
    r"|periodista|redactora?|giornalista|journaliste|rédact|jornalista|redator|journaliste?|redacteur|dziennikar"
)
_BIOGRAPHY = re.compile(
    rf"(?:About )?{_NAME}(?:\s?[:,–—-]\s?(?P=name))?,? "
    rf"(?:is|was|has been|ist|war|est|es|è|é|jest|är) [^.]{{0,90}}\b(?:{_TRADE})"
)


def biography_name(block: Block) -> str | None:
    """Give the name of the person whom a block introduces as a writer, None for other text."""
    if block.words > rules()[RULE].max_words or block.tag[0] == "h":
        return None
    match = _BIOGRAPHY.match(block.text)
    return match["name"] if match else None


class AboutAuthor:
    """Recognises the name of an author of the article, and a note about one."""

    def __init__(self, authors: Iterable[str]) -> None:
        spelled = (name for author in authors for name in (author, _SPACE_IN_CJK.sub("", author)))
        self.names = frozenset(name.casefold() for name in spelled if len(name) > _SHORT[name.isascii()])
        self._starts = tuple(f"{about}{name}" for name in self.names for about in ("", _ABOUT))
        self._longest_name = max(map(len, self.names), default=0)
        self._longest = rules()[RULE].max_words

    def is_name(self, block: Block) -> bool:
        """Tell whether a block is the name of an author and nothing else, or that in brackets."""
        short = block.chars <= self._longest_name + len("（）")
        return short and block.text.strip(_BRACKETS).casefold() in self.names

    def matches(self, block: Block) -> bool:
        """Tell whether a block starts with an author's name and goes on to speak of them."""
        if not self._starts or block.words > self._longest or block.tag[0] == "h":
            return False
        text = block.text.casefold()
        return text.startswith(self._starts) and any(
            _after().match(text, len(start)) for start in self._starts if text.startswith(start)
        )


@cache
def _after() -> re.Pattern[str]:
    """What follows an author's name in a note about the author, in any language."""
    return re.compile("|".join(rules()[RULE].after_author.values()))
