"""Who we are to the sites that we read."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

PRODUCT_TOKEN = "series-archive"  # noqa: S105 - the name that robots.txt knows us by (RFC 9309 2.2.1)


@cache
def program_version() -> str:
    """Give the version of this program, for the user agent and the archive."""
    try:
        return version("series-archive")
    except PackageNotFoundError:
        return "0"


def user_agent(contact: str | None) -> str:
    """Give the user agent: the program, and whom to turn to."""
    return f"{PRODUCT_TOKEN}/{program_version()}" + (f" (+{contact})" if contact else "")
