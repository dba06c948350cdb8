"""The nouns of the archive; every layer above speaks in them.

Times are ISO 8601 text. What we observe ourselves is UTC with a ``Z``; what a publisher states keeps the
precision and the offset that it was stated with.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


def to_row(noun: Any) -> dict[str, Any]:
    """Give the fields of one of these dataclasses by name, a fast ``dataclasses.asdict`` for flat ones."""
    return {name: getattr(noun, name) for name in noun.__slots__}


class Access(StrEnum):
    """What the publisher lets everyone read."""

    FREE = "free"
    REGISTRATION = "registration"
    """The text needs an account that costs nothing."""
    METERED = "metered"
    """A number of articles is free to everyone; the served text may be whole."""
    PAYWALLED = "paywalled"
    UNKNOWN = "unknown"


class Publish(StrEnum):
    """How much of an article a copy for the public shows."""

    FULL = "full"
    EXCERPT = "excerpt"
    """The beginning, as long as `archive.publish.excerpts` allows."""
    METADATA = "metadata"
    """No text: what it is called, who wrote it, when, and where it is."""


class DiscoveryKind(StrEnum):
    """A way of finding pages."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    """A section, tag or front page: it links articles, page after page."""
    SEARCH = "search"
    """The site's own search, asked for one name of the series."""
    WAYBACK = "wayback"
    """The Wayback Machine lists captures of it."""
    COMMON_CRAWL = "common crawl"
    """So does an index of Common Crawl."""
    FILE = "file"
    """It stands in a file: captures that others made, or a list of addresses."""


class PageState(StrEnum):
    """What became of a page when it was last fetched."""

    NEW = "new"
    """Found, never fetched."""
    KEPT = "kept"
    """An article about the series."""
    SKIPPED = "skipped"
    """Fetched, and not about the series, or no article; the reason says which."""
    FAILED = "failed"
    """The last fetch failed; it is tried again."""
    GONE = "gone"
    """The site says that it is no more (404, 410)."""
    REFUSED = "refused"
    """We must not fetch it: robots.txt, or an address that the source does not allow."""
    ALIAS = "alias"
    """It leads to an article that another page holds already."""


class FetchOutcome(StrEnum):
    """What a fetch brought."""

    KEPT = "kept"
    SKIPPED = "skipped"
    FAILED = "failed"
    GONE = "gone"
    REFUSED = "refused"
    ALIAS = "alias"
    UNCHANGED = "unchanged"
    """Answered 304, or with the very same body."""
    HELD_BACK = "held back"
    """It would have made the article worse; the page says why."""


class RevisionKind(StrEnum):
    """Who made a revision."""

    FIRST = "first"
    PUBLISHER = "publisher"
    RULES = "rules"


class HeldReason(StrEnum):
    """Why what was read of a page was not let into its article."""

    ERROR_PAGE = "error-page"
    """It tells of an error, or asks if we are human."""
    NOT_FOUND = "not-found"
    """It says that there is no such page, or leads to the front page or the section."""
    CONSENT_WALL = "consent-wall"
    EMPTY = "empty"
    SHRUNK = "shrunk"
    PAYWALL = "paywall"
    """One that was not there before, with less text."""
    OTHER_ARTICLE = "other-article"
    """It has another headline and another text."""
    LEADS_ELSEWHERE = "leads-elsewhere"
    """It redirects to another article."""
    NOT_RELEVANT = "not-relevant"
    """It does not name the series any more."""
    UNREADABLE = "unreadable"
    """It is no page of text any more."""


class Decision(StrEnum):
    """What became of something that was held back."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PASSED = "passed"
    """The article came back by itself before anyone decided."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that a discovery names, with what the discovery says of it."""

    url: str
    """Absolute http(s) URL without a fragment."""
    title: str | None = None
    author: str | None = None
    published: str | None = None
    modified: str | None = None
    """Sitemap ``lastmod`` or feed ``updated``: when this is later than our last fetch, the page is due."""
    excerpt: str | None = None
    listed: str | None = None
    """The URL as the discovery has it, where ours lacks what only follows the reader around."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """A document that names pages (a feed, a sitemap, a section), and the state of reading it."""

    id: int
    source_id: int
    kind: DiscoveryKind
    url: str
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    failures: int = 0
    checked_at: str | None = None
    """When it was last asked for, UTC; a section, when its pages were last read to their end."""
    next_due: str | None = None


class Added(NamedTuple):
    """What candidates brought."""

    new: int
    """Pages that were not known before."""
    again: int
    """Known pages that are due because they are said to have changed."""

    @property
    def news(self) -> int:
        """All that is to be fetched for them."""
        return self.new + self.again


@dataclass(frozen=True, slots=True)
class Page:
    """A URL of a source that may be an article, and the state of fetching it."""

    id: int
    source_id: int
    url: str
    state: PageState = PageState.NEW
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """Of the body that was last received, decoded: ``sha256:`` and hex."""
    failures: int = 0
    """Fetches in a row that failed, or whose page was held back."""
    unchanged: int = 0
    """Fetches in a row that found nothing new; the schedule widens with it."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A raw response as a record of a WARC file."""

    url: str
    captured_at: str
    status: int
    content_type: str | None
    file: str
    """Name of the WARC file, relative to the folder of captures."""
    offset: int
    """Bytes from the start of the file to the record's gzip member."""
    length: int
    """Bytes of the gzip member."""
    digest: str
    """The record's WARC-Payload-Digest."""
    original_id: int | None = None
    """The earlier capture that holds the body, where the record is a ``revisit``: the same body again."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP exchange for a page."""

    page_id: int
    url: str
    """The URL that answered, after redirects."""
    fetched_at: str
    status: int | None
    """None: no answer; ``error`` says why."""
    error: str | None = None
    seconds: float | None = None
    bytes: int = 0
    """Bytes of the body as transferred."""
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    capture: Capture | None = None
    leads_to: str | None = None
    """The page that it redirects to, where that was not followed since it is known."""


@dataclass(frozen=True, slots=True)
class RemovedBlock:
    """A piece of the page that is not the article."""

    rule: str
    reason: str
    text: str
    position: int
    """The number of kept blocks, captions among them, that stand before it."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What one part of a page, or what names the page, states about one field."""

    field: str
    source: str
    """Where it was found: json-ld, opengraph, meta, markup, url, text; or a `DiscoveryKind`."""
    value: str
    """As written."""
    chosen: bool = False
    note: str = ""
    """How it was read, where that is not plain: the time zone of a date and how it is known, which of day and
    month comes first, what stands in for a date that is missing."""


@dataclass(frozen=True, slots=True)
class SiteRuleCheck:
    """Whether a rule of the site found what it is for."""

    rule: str
    """The field and the rule as written: ``body: div.story``."""
    matched: bool


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one version of our rules made of one capture."""

    url: str
    rules_version: str
    title: str | None = None
    standfirst: str | None = None
    """The publisher's summary under the headline."""
    authors: tuple[str, ...] = ()
    published: str | None = None
    """ISO 8601 date, or date and time with offset."""
    modified: str | None = None
    language: str | None = None
    """BCP 47 primary tag, lower case: en, ja, de."""
    site_name: str | None = None
    canonical_url: str | None = None
    """Only within the same registrable domain, without tracking parameters."""
    image: str | None = None
    tags: tuple[str, ...] = ()
    access: Access = Access.UNKNOWN
    access_evidence: tuple[str, ...] = ()
    text_complete: bool = True
    """False where the public text breaks off."""
    reserved: tuple[str, ...] = ()
    """What the publisher reserves (noarchive, noindex, text mining), and where that is said."""
    text: str = ""
    """The body as plain text, blocks separated by an empty line."""
    html: str = ""
    """The body as clean semantic HTML."""
    removed: tuple[RemovedBlock, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    rule_checks: tuple[SiteRuleCheck, ...] = ()
    """The rules of the site that were tried."""
    blocks: tuple[tuple[int, bool], ...] = ()
    """Fingerprints of the blocks of the article's part of the page, and whether each was kept."""
    next_page: str | None = None
    """Where the article goes on, when it has further pages that are not in the text."""
    single_page: str | None = None
    """Where the whole of such an article is, when a rule of the site finds that."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where an article names the series."""

    series: str
    name: str
    """The name or alias as configured."""
    kind: str
    """name, alias, ambiguous, person or studio."""
    field: str
    """title, lead, text (the rest of it), tags, or the excerpt in a feed."""
    count: int
    passage: str
    """The words around the first one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Is it about the series, and why."""

    relevant: bool
    reason: str
    """One sentence for people."""
    mentions: tuple[Mention, ...] = ()
    score: float = 0.0
    """Points of the series that fits best; the article is kept from `Series.keep_from` on."""
    near_miss: bool = False
    """Not kept, and close enough for a person to look at."""
    names_version: str = ""
    """Changes whenever other names may give another judgement."""


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What a crawl did for one source."""

    found: int = 0
    """Pages that were not known before."""
    fetched: int = 0
    """Article pages that were transferred (200)."""
    unchanged: int = 0
    """Answered 304, or with the very same body."""
    kept: int = 0
    """Became or remained articles of the archive."""
    added: int = 0
    """Of the kept ones: articles that were not in the archive before."""
    edited: int = 0
    """Of the kept ones: articles that the publisher edited."""
    held: int = 0
    """Would have made an article worse."""
    skipped: int = 0
    failed: int = 0
    """No answer, or an error status."""
    refused: int = 0
    """We must not fetch them."""
    gone: int = 0
    """The site says that they are no more (404, 410)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A news site as the archive knows it."""

    id: int
    name: str
    home: str
    rest_until: str | None = None
    """It asked us not to come before, UTC."""
    looked_at: str | None = None
    """When we last looked for its feeds and sitemaps, UTC, because none is configured."""


@dataclass(frozen=True, slots=True)
class Series:
    """What the archive is about."""

    name: str
    aliases: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    """Names that mean other things too: they count beside another name of the series."""
    excluded: tuple[str, ...] = ()
    """Longer names that hold one of ours and are something else: Baton Rouge."""
    weights: tuple[tuple[str, float], ...] = ()
    """What a name is worth, where it is not what its kind is worth."""
    keep_from: float = 10.0
    """Points from which an article is kept; a name or an alias in the text gives 10."""
    fold_kana: bool = False
    """Whether hiragana and katakana are the same letters."""
