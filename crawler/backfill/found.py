"""A response that somebody else captured."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A response as a site gave it to another archive."""

    url: str
    captured_at: str
    """UTC."""
    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    """As transferred, still compressed where ``Content-Encoding`` says so."""
    origin: str
    """Where we have it from: an address, or the name of a file."""
