"""BibTeX: an ``@online`` entry an article, for biblatex, Zotero and their like."""

from archive.citation import bibtex
from archive.export.formats import Export

FIELDS = ("id", "url", "title", "authors", "published", "source", "language", "last_seen", "standfirst")
"""Of a record, those that a citation needs."""


def write(export: Export) -> None:
    """Write the entries one by one."""
    for record in export.records:
        export.text.write(bibtex(record) + "\n")
