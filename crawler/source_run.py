"""One source in one run: what is configured, and what was counted."""

from dataclasses import astuple, dataclass, field, fields
from time import monotonic

from archive.models import Source, SourceCounts
from crawler.config import SourceConfig
from crawler.extraction.urls import registrable_domain, split_url

_NO_TEXT = "its pages have next to no text"
_FEW = 2
"""Pages that tell what the others are like."""


@dataclass(slots=True, eq=False)
class SourceRun:
    """A source while it is crawled."""

    config: SourceConfig
    source: Source
    found: int = 0
    fetched: int = 0
    unchanged: int = 0
    kept: int = 0
    added: int = 0
    edited: int = 0
    held: int = 0
    skipped: int = 0
    failed: int = 0
    refused: int = 0
    empty: int = 0
    """Pages without text that were skipped."""
    gone: int = 0
    offsite: int = 0
    """Candidates on other sites; they are left out."""
    asked: int = 0
    """Discovery documents that were asked for."""
    readable: int = 0
    """Those that could be read, or had not changed."""
    problem: str | None = None
    """What was wrong with the first that could not be read."""
    error: str | None = None
    """Why the source could not be crawled."""
    note: str | None = None
    """What else there is to say, where nothing is wrong."""
    resting: bool = False
    """It asked us to wait: nothing is wrong."""
    next_due: str | None = None
    """When the first of its documents is due that were not, UTC."""
    began: float | None = None
    """By the monotonic clock."""
    seconds: float = 0
    private_hosts: frozenset[str] = field(init=False)
    """Hosts that may have private addresses: those that the source names, when it says ``allow_private``."""
    _site: str = field(init=False)

    def __post_init__(self) -> None:
        self.private_hosts = self.config.private_hosts
        self._site = _site_of(self.config.home) or ""

    @property
    def name(self) -> str:
        """What the source is called."""
        return self.config.name

    @property
    def counts(self) -> SourceCounts:
        """What the archive keeps of it."""
        return SourceCounts(**{count.name: getattr(self, count.name) for count in fields(SourceCounts)})

    @property
    def is_idle(self) -> bool:
        """Tell whether there was nothing to do, because nothing of it is due before ``next_due``."""
        return bool(self.next_due and not (self.asked or self.error or any(astuple(self.counts))))

    def is_own(self, url: str) -> bool:
        """Tell whether a URL is on the source's own site: the registrable domain of its home page."""
        return _site_of(url) == self._site

    def remark(self, said: str) -> None:
        """Note something that the report is to say, once, where nothing is wrong."""
        if said not in (self.note or ""):
            self.note = f"{self.note}; {said}" if self.note else said

    def begin(self) -> None:
        """Note that its crawl begins."""
        self.began = monotonic()

    def end(self, *, stopped: bool = False) -> None:
        """Note that its crawl is over, and decide whether the source could be crawled, if it had its time."""
        self.seconds = monotonic() - self.began if self.began is not None else 0
        if self.asked and not self.readable and not (self.error or self.resting or stopped):
            self.error = self.problem or "none of its feeds, sitemaps and sections could be read"
        if self.empty == self.fetched >= _FEW:
            self.remark(f'{_NO_TEXT}: if a browser shows some, add render = "browser"')
        if self.is_idle:
            self.remark(f"nothing is due before {self.next_due}")


def _site_of(url: str) -> str | None:
    parts = split_url(url)
    if parts is None:
        return None
    host = parts.hostname or ""
    domain = registrable_domain(host)
    # A name without a public suffix (localhost) or an address is no site of its own: the port belongs to it.
    return domain if domain != host or ("." in host and not host[-1].isdigit()) else f"{host}:{parts.port}"
