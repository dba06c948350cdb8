"""From a response that others captured to the archive, the way that any page goes."""

import hashlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from scrapy import Request
from scrapy.http import Response
from urllib3.exceptions import HTTPError

from archive.errors import ArchiveError
from archive.models import Capture, Discovery, Page
from crawler.backfill.found import Found
from crawler.decoding import decoded
from crawler.extraction.reservations import page_reservations
from crawler.extraction.urls import clean_url
from crawler.items import PageAnswer, PastAnswer, named_headers
from crawler.pipelines import ArchivePipeline
from crawler.session import Session
from crawler.source_run import SourceRun
from crawler.stand_in import StandIn

Further = Callable[[str, str], Awaitable[Found | None]]
"""Gives what there is of a further page of an article, by its address and the time of the first page."""

LATER = "A later answer of the page is known, and it is no article."
KNOWN = "This answer is known already."


class Store:
    """Stores what was found of one source."""

    def __init__(self, session: Session, name: str, further: Further | None = None) -> None:
        """Begin with a source.

        Args:
            session: The run.
            name: Of the source.
            further: Gives further pages of articles, where they are to be had.
        """
        self._session = session
        self._further = further
        self._captured_at = ""
        self._crawler = StandIn(session, self._give_further)
        self.run: SourceRun = session.enter(self._crawler, name)  # type: ignore[arg-type]
        self._pipeline = ArchivePipeline(self._crawler)  # type: ignore[arg-type]

    def leaves_out(self, url: str, captured_at: str) -> str | None:
        """Say why an answer would not be stored: it is known, or of no use, or must not be asked for."""
        if self._session.is_forgotten(url):
            return "It was forgotten."
        url, due = clean_url(url) or url, self._session.due
        if due.was_fetched_at(url, captured_at):
            return KNOWN
        is_useless = due.is_settled_since(url, captured_at) and not due.article_since(url, captured_at)
        return LATER if is_useless else None

    async def add(self, found: Found, discovery: Discovery) -> None:
        """Store an answer, and what comes of it.

        Raises:
            ArchiveError: It cannot be read.
            SessionEndedError: The archive cannot be written to.
        """
        url = clean_url(found.url) or found.url
        session = self._session
        page = await session.write(session.frontier.page, self.run.source.id, url, found.captured_at)
        await session.write(session.frontier.note_provenance, page.id, discovery.id, found.captured_at)
        self._captured_at = found.captured_at
        response = await self._response(found, url, page)
        article_id = session.due.article_since(url, found.captured_at)
        await self._pipeline.process_item(
            PastAnswer(page, response, article_id) if article_id else PageAnswer(page, response)
        )

    def close(self) -> None:
        """Be done with the source."""
        self._session.leave(self._crawler)  # type: ignore[arg-type]

    async def _give_further(self, request: Request) -> Response | None:
        found = await self._further(request.url, self._captured_at) if self._further else None
        return await self._response(found, request.url, None) if found else None

    async def _response(self, found: Found, url: str, page: Page | None) -> Response:
        """Give an answer as the middlewares give it to the pipelines, captured unless it is reserved."""
        try:
            body = decoded(found.body, found.headers)
        except HTTPError as error:
            raise ArchiveError(f"{found.origin}: {url} is damaged: {error}.") from None
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        headers: dict[str, list[str]] = {}
        for name, value in found.headers:
            headers.setdefault(name, []).append(value)
        response = Response(url, status=found.status, headers=headers, body=body)
        keeps_all = self.run.config.reserved == "full"
        is_reserved = not keeps_all and bool(page_reservations(body, named_headers(response)))
        meta = {
            "capture": None if is_reserved else await self._capture(found, url, page),
            "received_at": found.captured_at,
            "transferred": len(found.body),
            "digest": digest,
        }
        if page and digest == page.digest and found.status == HTTPStatus.OK:
            response.flags.append("unchanged")
        response.request = Request(url, meta=meta)
        return response

    async def _capture(self, found: Found, url: str, page: Page | None) -> Capture:
        return await self._session.capture(
            url=url,
            status=found.status,
            reason=found.reason,
            headers=found.headers,
            body=found.body,
            request_headers=None,
            captured_at=found.captured_at,
            purpose=("page" if page else "further", url),
            origin=found.origin,
        )
