"""Why a request is not sent, or not now."""

from scrapy.exceptions import IgnoreRequest

_LONGEST = 300
"""Characters of an explanation."""
_SAID = {
    "ConnectionDone": "the connection was closed without an answer",
    "ConnectionLost": "the connection broke off",
    "ParseError": "the answer is no HTTP/1.1",
}


class RefusedError(IgnoreRequest):
    """We must not fetch this URL: robots.txt, or its address, says so."""


class UnavailableError(IgnoreRequest):
    """The host is left alone for the rest of this run: it asked for it, or does not answer.

    ``until`` is the time before which it is not to be asked again, UTC; None where it said nothing.
    """

    def __init__(self, reason: str, until: str | None = None) -> None:
        super().__init__(reason)
        self.until = until


def explain(error: BaseException) -> str:
    """Give in one line, for people, why there is no answer."""
    for packed in (error, error.__cause__):
        for reason in getattr(packed, "reasons", None) or ():  # Twisted packs what happened into lists
            return explain(getattr(reason, "value", reason))
    name = type(error).__name__
    if name in _SAID:
        return _SAID[name]
    if name == "Error" and error.args and isinstance(error.args[0], list):
        return f"TLS: {'; '.join(str(one[-1]) for one in error.args[0] if one) or 'no agreement'}"
    said = " ".join(str(error).split())[:_LONGEST] or name
    return f"the answer cannot be understood: {said}" if isinstance(error, ValueError) else said
