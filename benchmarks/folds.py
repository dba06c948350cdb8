"""The parts that the sites of a corpus are cut into: what was learnt from some is judged on another one."""

import hashlib

FOLDS = 5


def fold_of(site: str) -> int:
    """Give the fold that a site belongs to, by its registrable domain: all its pages are in the same one."""
    return hashlib.sha256(site.encode()).digest()[1] % FOLDS
