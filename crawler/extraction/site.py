"""What is known of a site before one of its pages is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.extraction.site_rules import SiteRules


@dataclass(frozen=True, slots=True)
class Site:
    """A site, as extraction knows it; small enough to be sent to a worker with every page."""

    rules: SiteRules = field(default_factory=SiteRules)
    profile: Mapping[int, int] = field(default_factory=dict)
    """Fingerprint of a block to the number of other articles of the site that it stood in."""


UNKNOWN_SITE = Site()
