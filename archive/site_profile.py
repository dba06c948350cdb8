"""What comes back on the pages of a source: in how many of its articles each block of text stood.

Learnt when an article is stored for the first time, from the blocks that were kept and those that were
removed alike, so that it does not depend on what it leads to.
"""

from collections.abc import Mapping

from archive.database import Archive
from archive.models import Extraction

_MOST = 2_000
"""Blocks that are given out, the most common ones."""
_COPY = 0.5
"""An article with more of its blocks than this in older ones is a copy or an update: it does not count."""
_FORGET = 2_000
"""Articles after which a block that stood in one only is forgotten."""


def learn(db: Archive, source_id: int, article_id: int, extraction: Extraction) -> None:
    """Count the blocks of a new article; within the transaction that stores it."""
    kept = [print_ for print_, is_kept in extraction.blocks if is_kept]
    known = sum(bool(db.conn.execute(_KNOWN, (source_id, print_)).fetchone()) for print_ in kept)
    if known > _COPY * len(kept):
        return
    prints = {print_ for print_, _ in extraction.blocks}
    db.conn.executemany(_COUNT, [(source_id, print_, article_id) for print_ in sorted(prints)])


def common_blocks(db: Archive, source_id: int, *, known: bool = False) -> Mapping[int, int]:
    """Give the blocks that come back: fingerprint to the number of articles.

    Args:
        db: The archive.
        source_id: Whose pages.
        known: The page in question has an article already: its own does not count.
    """
    rows = db.conn.execute(_COMMON_BLOCKS, (source_id, _MOST)).fetchall()
    return {print_: articles - known for print_, articles in rows}


def forget_rare(db: Archive) -> None:
    """Forget the blocks that stood in one article, long ago: nearly all text is said once."""
    db.execute(_FORGET_RARE, [_FORGET])


_KNOWN = "SELECT 1 FROM site_blocks WHERE source_id = ? AND fingerprint = ?"

_COUNT = """
    INSERT INTO site_blocks (source_id, fingerprint, articles, article_id) VALUES (?, ?, 1, ?)
    ON CONFLICT DO UPDATE SET articles = articles + 1, article_id = excluded.article_id
"""

_COMMON_BLOCKS = """
    SELECT fingerprint, articles FROM site_blocks INDEXED BY idx_site_blocks_common
    WHERE source_id = ? AND articles >= 3 ORDER BY articles DESC LIMIT ?
"""

_FORGET_RARE = """
    DELETE FROM site_blocks
    WHERE articles = 1 AND article_id < (SELECT coalesce(max(id), 0) FROM articles) - ?
"""
