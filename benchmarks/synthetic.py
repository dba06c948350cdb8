"""Articles out of thin air: news length, words as frequent as in a language, and copies that are known.

Lengths are lognormal around 400 words (900 characters in Japanese), as of news articles. Words follow Zipf's
law over 80,000 made-up words, in Japanese over 30,000 made-up words of one to four characters, written
without spaces. Dates fill ten years in no order, as a backfill finds them.

One article in ten is a copy: of one of the articles that came shortly before it, on another site, changed as
editors change agency copy (`COPIES`). As many more only quote an earlier article: those are no copies.
"""

import itertools
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SOURCES = 50
JAPANESE = 0.15
COPIES = ("verbatim", "cut", "edited", "framed", "moved")
"""The whole text; its first 50–80 %; 5–12 % of the words are others; with a beginning and an end of its own
(a fifth of it each); with paragraphs in another order."""

_COPIED = 0.1
_QUOTING = 0.1
_YEARS = 10
_RECENT = 200
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_HIRAGANA = "のにはをがとでもしたてるいなれさこかよりまそ"


@dataclass(frozen=True, slots=True)
class Article:
    """A made-up article."""

    number: int
    source: int
    """From 0."""
    language: str
    title: str
    text: str
    published: str
    original: int | None = None
    """The number of the article that it is a copy of."""
    kind: str = "own"
    """own, quote, or one of `COPIES`."""

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"https://site{self.source}.example/news/{self.number}"


@dataclass(frozen=True, slots=True)
class _Language:
    name: str
    words: list[str]
    weights: list[float]
    """Cumulative."""
    space: str
    length: float
    """Words of the median article."""


class Press:
    """Writes articles, the same ones for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._english = _Language("en", _latin_words(self._random, 80_000), _zipf(80_000), " ", 400)
        self._japanese = _Language("ja", _japanese_words(self._random, 30_000), _zipf(30_000), "", 430)
        self._recent: dict[str, deque[Article]] = {name: deque(maxlen=_RECENT) for name in ("en", "ja")}

    def words(self, language: str) -> list[str]:
        """Give the words of a language, the most frequent first."""
        return (self._japanese if language == "ja" else self._english).words

    def articles(self, count: int, first: int = 0) -> Iterator[Article]:
        """Write so many articles, numbered from ``first`` on; with another ``first`` they are others."""
        if first:
            self._random.seed(first)
        for number in range(first, first + count):
            language = self._japanese if self._random.random() < JAPANESE else self._english
            recent = self._recent[language.name]
            fate = self._random.random()
            if recent and fate < _COPIED:
                article = self._copy(number, language, self._random.choice(recent))
            elif recent and fate < _COPIED + _QUOTING:
                article = self._quote(number, language, self._random.choice(recent))
            else:
                article = self._own(number, language, self._paragraphs(language, self._length(language)))
            if article.kind == "own":
                recent.append(article)
            yield article

    def _own(self, number: int, language: _Language, paragraphs: list[str], kind: str = "own") -> Article:
        day = datetime(2014, 1, 1, tzinfo=UTC) + timedelta(
            days=self._random.randrange(365 * _YEARS), seconds=self._random.randrange(86_400)
        )
        return Article(
            number,
            self._random.randrange(SOURCES),
            language.name,
            self._sentence(language, 8),
            "\n\n".join(paragraphs),
            day.isoformat(),
            kind=kind,
        )

    def _copy(self, number: int, language: _Language, original: Article) -> Article:
        kind = self._random.choice(COPIES)
        paragraphs = original.text.split("\n\n")
        words = len(original.text.split(language.space)) if language.space else len(original.text) // 2
        match kind:
            case "cut":
                part = self._random.uniform(0.5, 0.8)
                paragraphs = [original.text[: int(len(original.text) * part)]]
            case "edited":
                paragraphs = self._edited(language, paragraphs)
            case "framed":
                frame = max(8, words // 5)
                paragraphs = [
                    self._sentence(language, frame),
                    *paragraphs,
                    self._sentence(language, frame),
                ]
            case "moved":
                self._random.shuffle(paragraphs)
        others = [source for source in range(SOURCES) if source != original.source]
        published = datetime.fromisoformat(original.published) + timedelta(
            minutes=self._random.randrange(1, 3_000)
        )
        return Article(
            number,
            self._random.choice(others),
            language.name,
            self._sentence(language, 8),
            "\n\n".join(paragraphs),
            published.isoformat(),
            original.number,
            kind,
        )

    def _quote(self, number: int, language: _Language, original: Article) -> Article:
        """Write an article of its own that quotes a tenth of another one."""
        length = len(original.text) // 10
        start = self._random.randrange(len(original.text) - length)
        paragraphs = self._paragraphs(language, self._length(language))
        paragraphs.insert(len(paragraphs) // 2, original.text[start : start + length])
        return self._own(number, language, paragraphs, "quote")

    def _edited(self, language: _Language, paragraphs: list[str]) -> list[str]:
        part = self._random.uniform(0.05, 0.12)
        edited = []
        for paragraph in paragraphs:
            words = paragraph.split(" ") if language.space else list(paragraph)
            for place in range(len(words)):
                if self._random.random() < part:
                    words[place] = self._words(language, 1)[0]
            edited.append(language.space.join(words))
        return edited

    def _length(self, language: _Language) -> int:
        return int(min(4_000, max(80, self._random.lognormvariate(0, 0.6) * language.length)))

    def _paragraphs(self, language: _Language, words: int) -> list[str]:
        return [self._sentence(language, min(60, words - start)) for start in range(0, words, 60)]

    def _sentence(self, language: _Language, words: int) -> str:
        end = "。" if language.name == "ja" else "."
        return language.space.join(self._words(language, words)) + end

    def _words(self, language: _Language, count: int) -> list[str]:
        return self._random.choices(language.words, cum_weights=language.weights, k=count)


def _zipf(size: int) -> list[float]:
    return list(itertools.accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(size)))


def _latin_words(chance: random.Random, count: int) -> list[str]:
    """Make words out of syllables, the frequent ones short."""
    syllables = [
        first + vowel + last
        for first in "bcdfghklmnprstvw"
        for vowel in "aeiou"
        for last in ("", "n", "r", "s", "t")
    ]
    words: dict[str, None] = {}
    while len(words) < count:
        length = 1 + (len(words) > 300) + (len(words) > 15_000)
        words["".join(chance.choices(syllables, k=length))] = None
    return list(words)


def _japanese_words(chance: random.Random, count: int) -> list[str]:
    """Make particles of hiragana, and words of one to four kana or Chinese characters."""
    kanji = [chr(code) for code in chance.sample(range(0x4E00, 0x9FA0), 2_000)]
    common = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(kanji))))
    words: dict[str, None] = dict.fromkeys(_HIRAGANA)
    while len(words) < count:
        if chance.random() < 0.3:
            words["".join(chance.choices(_KANA, k=chance.randint(2, 4)))] = None
        else:
            words["".join(chance.choices(kanji, cum_weights=common, k=chance.choice((1, 2, 2, 2, 3))))] = None
    return list(words)
