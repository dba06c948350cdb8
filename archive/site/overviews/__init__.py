"""Pages that show the archive from one side: by time, author, copy, change, and what waits for a decision.

Each file gives one side: the facts of its pages as plain data, which is the pages' JSON.
"""

from archive.site.overviews import authors, changes, clusters, review, timeline
from archive.site.overviews.page import Arguments, Overview, arguments_of

__all__ = ["OVERVIEWS", "Arguments", "Overview", "arguments_of"]

_NUMBER = r"(?P<number>[0-9]{1,18})"

OVERVIEWS = (
    Overview("timeline", "timeline", timeline.read),
    Overview("authors", "authors", authors.read_all),
    Overview(f"author/{_NUMBER}", "author", authors.read_one),
    Overview("clusters", "clusters", clusters.read_all),
    Overview(f"cluster/{_NUMBER}", "cluster", clusters.read_one),
    Overview("changes", "changes", changes.read),
    Overview("review", "review", review.read),
)
