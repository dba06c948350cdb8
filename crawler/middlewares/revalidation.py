"""Ask whether something changed before it is sent again (conditional requests, RFC 9110 section 13)."""

import hashlib

from scrapy import Request
from scrapy.http import Response

from archive.models import Discovery, Page


class RevalidationMiddleware:
    """Sends what we know of a document, and tells whether the answer is news.

    ``request.meta["known"]`` is the `Page` or `Discovery` that is asked for. The response gets
    ``meta["digest"]`` (of the decoded body) and the flag ``unchanged``: a 304, or the very same body again.
    """

    def process_request(self, request: Request) -> None:
        """Add the validators that the last answer came with."""
        known: Page | Discovery | None = request.meta.get("known")
        if known is None:
            return
        if known.etag:
            request.headers["If-None-Match"] = known.etag
        if known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """Mark an answer that brings nothing new."""
        known: Page | Discovery | None = request.meta.get("known")
        if known is None:
            return response
        if response.status == 304:
            response.flags.append("unchanged")
        elif response.status == 200:
            request.meta["digest"] = f"sha256:{hashlib.sha256(response.body).hexdigest()}"
            if request.meta["digest"] == known.digest:
                response.flags.append("unchanged")
        return response
