"""What is known of a site before one of its pages is read."""

from dataclasses import dataclass, field

from crawler.extraction.site_rules import SiteRules


@dataclass(frozen=True, slots=True)
class Site:
    """A site, as extraction knows it; small enough to be sent to a worker with every page."""

    rules: SiteRules = field(default_factory=SiteRules)


UNKNOWN_SITE = Site()
