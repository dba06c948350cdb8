"""JSON: one array of articles, an article a line, UTF-8."""

from archive.export.formats import Export


def write(export: Export) -> None:
    """Write the articles one by one as the items of an array."""
    separator = "[\n"
    for line in export.lines:
        export.text.write(separator)
        export.text.write(line)
        separator = ",\n"
    export.text.write("\n]\n" if separator == ",\n" else "[]\n")
