"""JSON: one array of articles, an article a line, UTF-8."""

from archive.export.formats import Export


def write(export: Export) -> None:
    """Write the articles one by one as the items of an array."""
    separator = b"[\n"
    for line in export.lines:
        export.binary.write(separator)
        export.binary.write(line)
        separator = b",\n"
    export.binary.write(b"\n]\n" if separator == b",\n" else b"[]\n")
