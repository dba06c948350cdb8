"""Times as ISO 8601 text: what we observe is UTC with a ``Z``; what others state is converted here."""

from datetime import UTC, datetime

from archive.errors import WrongUsageError

_DATE_LENGTH = len("YYYY-MM-DD")


def utc_now() -> str:
    """Give the time now as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return _utc(datetime.now(UTC))


def to_utc(stated: str | None) -> str | None:
    """Convert what a publisher states to ``YYYY-MM-DDTHH:MM:SSZ``, so that it sorts as text.

    A bare date is taken as its midnight and a time without an offset as UTC, the least wrong guess.

    Args:
        stated: An ISO 8601 date, or date and time.

    Returns:
        None when it is absent or no such date.
    """
    if not stated:
        return None
    try:
        moment = datetime.fromisoformat(stated.strip())
        return _utc(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def since_when(asked: str) -> str:
    """Convert the day, or the time, that a person asks for.

    Raises:
        WrongUsageError: It is none.
    """
    if moment := to_utc(asked):
        return moment
    raise WrongUsageError(f"{asked} is no date: write it like 2024-05-31.")


def to_comparable(stated: str | None) -> str | None:
    """Convert like `to_utc`, but leave a bare date a date: it sorts before every time of its day."""
    moment = to_utc(stated)
    return moment[:_DATE_LENGTH] if moment and len((stated or "").strip()) <= _DATE_LENGTH else moment


def is_later(stated: str, than: str) -> bool:
    """Say if one comparable time is later than another; a bare date counts until its day is over."""
    return stated >= than[:_DATE_LENGTH] if len(stated) == _DATE_LENGTH else stated > than


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
