"""Questions and answers that a page declares: they are content, also where a click opens them.

https://schema.org/Question, as FAQPage has it.
"""

from collections.abc import Iterator

from crawler.extraction.features import squash
from crawler.extraction.linked_data import text_of, types_of
from crawler.extraction.page import Page

_SHORTEST = 20
"""Letters and digits of a line that is told by standing in an answer."""
_MOST = 50_000
"""Characters of questions and answers that are read."""


class Questions:
    """What a page declares as questions, each with its answers."""

    def __init__(self, page: Page) -> None:
        said = "\n".join(map(squash, _declared(page)))[:_MOST]
        self._lines = frozenset(said.split())
        self._said = said

    def hold(self, text: str) -> bool:
        """Tell whether a text is one of them, or in one."""
        if not self._said:
            return False
        key = squash(text)
        return key in self._lines or (len(key) >= _SHORTEST and key in self._said)


def _declared(page: Page) -> Iterator[str]:
    for node in page.json_ld:
        if "Question" not in types_of(node):
            continue
        yield text_of(node.get("name"))
        answers = node.get("acceptedAnswer")
        for answer in answers if isinstance(answers, list) else [answers]:
            if isinstance(answer, dict):
                yield text_of(answer.get("text"))
