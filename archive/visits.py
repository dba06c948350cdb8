"""A fetch on its way into the archive, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass

from archive.models import Fetch, FetchOutcome, PageState, RevisionKind
from archive.review import Arrival

HELD_BACK = "held back: "
"""How the reason of a page begins whose last extraction was not let into its article."""

EMPTY = "has next to no text"
"""How the reason of a page begins that a script may fill, as long as it was shown in no browser."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of recording a fetch."""

    outcome: FetchOutcome
    article_id: int | None = None
    revision: RevisionKind | None = None
    """None: the archive had this content already."""
    changed: tuple[str, ...] = ()
    """The fields that a revision changed."""
    reason: str | None = None
    revision_id: int | None = None
    respelled: bool = False
    """It is not at this address, and is asked for at another spelling of it in the same run."""

    @property
    def is_news(self) -> bool:
        """Tell whether the publisher brought something new: an article, or an edit of one."""
        return self.revision in {RevisionKind.FIRST, RevisionKind.PUBLISHER}


Schedule = Callable[[Recorded], str | None]
"""Says when a page is fetched again, UTC, by what came of this fetch; None for never."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A fetch on its way into the archive."""

    fetch: Fetch
    state: PageState
    reason: str | None
    schedule: Schedule
    arrival: Arrival
    """What it brings to an article."""
