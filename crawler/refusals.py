"""Why a request is not sent, or not now."""

from scrapy.exceptions import IgnoreRequest


class RefusedError(IgnoreRequest):
    """We must not fetch this URL: robots.txt, or its address, says so."""


class UnavailableError(IgnoreRequest):
    """The host is left alone for the rest of this run: it asked for it, or does not answer.

    ``until`` is the time before which it is not to be asked again, UTC; None where it said nothing.
    """

    def __init__(self, reason: str, until: str | None = None) -> None:
        super().__init__(reason)
        self.until = until
