"""What robots.txt of a site says today holds for its past as well."""

import asyncio
import socket
import urllib.error
from collections.abc import Collection
from http.client import HTTPException
from urllib.parse import urlsplit

from protego import Protego

from archive.errors import ArchiveError
from crawler.agent import PRODUCT_TOKEN
from crawler.session import Session
from crawler.visit import Visitor

_LIMIT = 500 * 1024
_NOBODY = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
"""What a look-up says of a name that does not exist."""


class Permission:
    """Asks robots.txt of each host, once a day. A host that is no more forbids nothing."""

    def __init__(self, session: Session, private_hosts: Collection[str]) -> None:
        self._session = session
        self._visitor = Visitor(session.user_agent, private_hosts, obeys_robots=False)
        self._rules: dict[str, Protego | str] = {}

    async def why_not(self, url: str) -> str | None:
        """Say why a page must not be read; None when it may."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            self._rules[host] = await self._read(f"{host}/robots.txt")
        rules = self._rules[host]
        if isinstance(rules, str):
            return f"{host}/robots.txt cannot be read now ({rules})."
        return None if rules.can_fetch(url, PRODUCT_TOKEN) else f"{host}/robots.txt disallows it."

    async def _read(self, url: str) -> Protego | str:
        """Read the rules of a host, or say why that is not possible."""
        if kept := self._session.site_file(url):
            return Protego.parse(kept.body)
        try:
            answer = await asyncio.to_thread(self._visitor.get, url, _LIMIT, {})
        except urllib.error.HTTPError as error:
            if error.code >= 500 or error.code == 429:  # RFC 9309 2.3.1.4
                return f"status {error.code}"
            await self._session.keep_site_file(url, error.code, "")
            return Protego.parse("")
        except (HTTPException, OSError, ValueError, ArchiveError) as error:
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            is_gone = isinstance(cause, socket.gaierror) and cause.errno in _NOBODY
            return Protego.parse("") if is_gone else str(cause) or type(cause).__name__
        body = answer.body.decode("utf-8-sig", "replace")
        await self._session.keep_site_file(url, 200, body)
        return Protego.parse(body)
