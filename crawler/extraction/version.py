"""Which rules an extraction was made with."""

import hashlib
from functools import cache
from importlib import resources

from crawler.extraction.site_rules import SiteRules

CODE = 11
"""Goes up with a change of code by which the same bytes may give another extraction."""
_FOLDERS = ("rules", "words")
_FILES = (".toml", ".json")


def rules_version(site: SiteRules) -> str:
    """Give the version of the rules that a page of a site is read with.

    It is the number of the code and a hash of the data (rules, words, the classifier's model), as in
    ``2.3f9a1c2b``; with the rules of a site, a hash of those, as in ``2.3f9a1c2b+04d1ee``.
    """
    return _general() if site == SiteRules() else f"{_general()}+{site.digest}"


@cache
def _general() -> str:
    package = resources.files("crawler.extraction")
    digest = hashlib.sha256()
    for folder in (package, *(package / name for name in _FOLDERS)):
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(_FILES):
                digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{CODE}.{digest.hexdigest()[:8]}"
