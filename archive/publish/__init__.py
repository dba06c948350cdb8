"""A copy of the archive for the public: what it may show (excerpts), the database, the folder."""

from archive.publish.database import make_public

__all__ = ["make_public"]
