"""JSON Lines: one article a line, UTF-8."""

from archive.export.formats import Export


def write(export: Export) -> None:
    """Write the articles one by one."""
    for line in export.lines:
        export.binary.write(line)
        export.binary.write(b"\n")
