"""One backfill: list what others hold, fetch what is not known, store it; at any time it can be stopped."""

import asyncio
import gzip
import hashlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO
from urllib.parse import urljoin

from archive.backfills import Listed
from archive.errors import ArchiveError, ConfigurationError, WrongUsageError
from archive.models import Candidate, Discovery, DiscoveryKind, Source
from crawler.backfill import common_crawl, wayback
from crawler.backfill.client import Client, NotThereError, StoppedError, UnavailableArchiveError
from crawler.backfill.found import Found
from crawler.backfill.names import address_pattern, names_of
from crawler.backfill.permission import Permission
from crawler.backfill.records import opened, read_found
from crawler.backfill.store import Store
from crawler.config import Config
from crawler.extraction.urls import clean_url, registrable_domain, split_url
from crawler.interrupts import on_signals
from crawler.schedule import after
from crawler.session import Session, SessionEndedError

_BATCH = 50
_LISTING_HOLDS = timedelta(days=30)
"""After that, an archive is asked again what it holds."""
_NOTE = 200
"""Records of a file after which somebody who looks on is told."""

Years = tuple[int | None, int | None]
Watch = Callable[[str], None]
"""Is told what is being done, in one line."""


@dataclass(slots=True)
class Backfilled:
    """What a backfill did."""

    listed: int = 0
    """Captures that were not known before."""
    read: int = 0
    kept: int = 0
    """Answers that are about the series."""
    left_out: Counter[str] = field(default_factory=Counter)
    """By reason: a later answer is known, robots.txt disallows it."""
    failed: Counter[str] = field(default_factory=Counter)
    """By reason; they are tried again by the next backfill."""
    waiting: int = 0
    """Captures that are still to be fetched."""
    problem: str | None = None
    """Why it ended too early."""
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class _Archive:
    """Where captures of others are listed and fetched."""

    kind: DiscoveryKind
    listing: Callable[[Client, str, str | None], AsyncGenerator[tuple[list[Listed], str | None]]]
    fetch: Callable[[Client, Listed], Awaitable[Found]]


_WAYBACK = _Archive(DiscoveryKind.WAYBACK, wayback.listing, wayback.fetch)
_COMMON_CRAWL = _Archive(DiscoveryKind.COMMON_CRAWL, common_crawl.listing, common_crawl.fetch)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    sources: Collection[str] = ()
    """Names; all of them by default."""
    match: Sequence[str] = ()
    """What addresses name; the names of the series by default."""
    everything: bool = False
    """Whatever the addresses name."""
    years: Years = (None, None)
    """The first and the last."""
    limit: int | None = None
    """Captures that are fetched at most."""


class Backfill:
    """A backfill of an archive, which it holds until `close`."""

    def __init__(self, config: Config, watch: Watch = lambda _: None) -> None:
        """Hold the archive.

        Raises:
            ArchiveError: Another run holds it, or it cannot be written to.
        """
        self._config = config
        self._session = Session(config, is_crawl=False)
        self._watch = watch
        self._stop = asyncio.Event()
        hosts = frozenset(host for one in config.sources for host in one.private_hosts)
        self._client = Client(self._session.user_agent, hosts, self._stop)
        self._permission = Permission(self._session, hosts)
        self.done = Backfilled()

    def close(self) -> None:
        """Let go of the archive.

        Raises:
            ArchiveError: It could not be written to.
        """
        self._session.close()
        if self._session.failure:
            raise self._session.failure

    def run(self, work: Awaitable[None]) -> Backfilled:
        """Do it, until it is done or a signal stops it."""
        asyncio.run(self._run(work))
        return self.done

    async def _run(self, work: Awaitable[None]) -> None:
        with on_signals(lambda _: self._stop.set(), once=True):
            try:
                await work
            except StoppedError:
                self.done.is_stopped = True
            except SessionEndedError:
                pass  # the session says why
            except (ConfigurationError, WrongUsageError):
                raise
            except ArchiveError as error:
                self.done.problem = str(error)

    async def wayback(self, wanted: Wanted) -> None:
        """Fetch what the Wayback Machine holds of the sources."""
        for name, site, pattern in self._sites(wanted):
            query = wayback.query(site, pattern, wanted.years)
            await self._archive(_WAYBACK, name, query, wanted)

    async def common_crawl(self, wanted: Wanted) -> None:
        """Fetch what Common Crawl holds of the sources."""
        for name, site, pattern in self._sites(wanted):
            self._watch(f"{name}: asking Common Crawl for its crawls")
            for query in await common_crawl.queries(self._client, site, pattern, wanted.years):
                await self._archive(_COMMON_CRAWL, name, query, wanted)

    async def files(self, files: Sequence[str]) -> None:
        """Read WARC and WACZ files: paths, or addresses of WARC files."""
        for file in files:
            if file.startswith(("http://", "https://")):
                await self._distant_file(file)
            else:
                with opened(Path(file)) as parts:
                    await self._file(Path(file).absolute().as_uri(), parts)

    async def _distant_file(self, url: str) -> None:
        """Get a file, read it, and delete it; where that was interrupted, go on."""
        folder = self._config.archive.database.parent
        path = folder / f"backfill-{hashlib.sha256(url.encode()).hexdigest()[:16]}.part"
        self._watch(f"getting {url}")
        await self._client.download(url, path)
        with opened(path) as parts:
            await self._file(url, [(url, stream) for _, stream in parts])
        path.unlink()

    def urls(self, file: Path) -> tuple[int, list[str]]:
        """Make the addresses of a list known: the next crawl fetches them.

        Returns:
            How many were not known before, and those of sites that are no source.

        Raises:
            ArchiveError: The list cannot be read.
        """
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ArchiveError(f"{file}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}.") from None
        new, foreign = 0, []
        by_source: dict[str, list[Candidate]] = {}
        for line in filter(None, (line.partition("#")[0].strip() for line in lines)):
            url = clean_url(line)
            source = url and self._source_of(url)
            if url and source:
                by_source.setdefault(source, []).append(Candidate(url))
            else:
                foreign.append(line)
        for name, candidates in by_source.items():
            source_row = self._session.sources[name].source
            discovery = self._discovery(source_row, DiscoveryKind.FILE, file.absolute().as_uri())
            new += self._session.frontier.add_candidates(discovery.id, source_row.id, candidates).new
        return new, foreign

    def _sites(self, wanted: Wanted) -> list[tuple[str, str, str | None]]:
        """Give the sources, each with its domain and what its addresses are to name."""
        known = list(self._session.sources)
        for name in wanted.sources:
            if name not in known:
                raise WrongUsageError.unknown("source", name, known)
        names = wanted.match or names_of(self._session.series)
        pattern = None if wanted.everything else address_pattern(names)
        if pattern is None and not wanted.everything:
            raise ConfigurationError(
                "The names of the series are too short to look for them in addresses: say what addresses name"
                " with --match, or ask for everything with --all."
            )
        chosen = [name for name in known if not wanted.sources or name in wanted.sources]
        return [(name, _domain(self._session.sources[name].config.home), pattern) for name in chosen]

    async def _archive(self, archive: _Archive, name: str, query: str, wanted: Wanted) -> None:
        """List what an archive holds for a query, and fetch it."""
        session, source = self._session, self._session.sources[name].source
        discovery = await session.write(self._discovery, source, archive.kind, query)
        await session.write(session.backfills.try_again, discovery.id)
        try:
            await self._list(archive, name, query, discovery)
        except UnavailableArchiveError:
            raise
        except ArchiveError as error:  # of this site alone: an archive may leave it out
            self.done.failed[str(error)] += 1
            return
        store = Store(session, name, self._further if archive is _WAYBACK else None)
        try:
            while not self._is_enough(wanted):
                waiting = await session.write(session.backfills.waiting, discovery.id, _BATCH)
                if not waiting:
                    break
                for listed in waiting:
                    if self._is_enough(wanted):
                        break
                    state, reason = await self._fetch(archive, store, listed, discovery)
                    await session.write(session.backfills.settle, listed, state, reason)
                    self._watch(f"{name}: {listed.captured_at[:10]} {listed.url}")
        finally:
            self._count(store)
            store.close()
            if not session.failure:
                self.done.waiting += await session.write(session.backfills.count, discovery.id)

    async def _list(self, archive: _Archive, name: str, query: str, discovery: Discovery) -> None:
        session = self._session
        since = after(session.started_at, -_LISTING_HOLDS)
        state = await session.write(session.backfills.listing, discovery.id, since)
        if state.is_whole:
            return
        async with aclosing(archive.listing(self._client, query, state.position)) as pieces:
            async for listed, position in pieces:
                own = [one for one in listed if self._session.sources[name].is_own(one.url)]
                self.done.listed += await session.write(
                    session.backfills.add, discovery.id, own, position, is_whole=position is None
                )
                self._watch(f"{name}: {self.done.listed} captures listed")

    async def _fetch(
        self, archive: _Archive, store: Store, listed: Listed, discovery: Discovery
    ) -> tuple[str, str | None]:
        """Fetch and store a capture, unless there is a reason not to; give what became of it, and why."""
        why_not = store.leaves_out(listed.url, listed.captured_at)
        if why_not is None and (told := await self._permission.why_not(listed.url)):
            if "cannot be read now" in told:
                self.done.failed[told] += 1
                return "failed", told
            why_not = told
        if why_not:
            self.done.left_out[why_not] += 1
            return "left out", why_not
        try:
            found = await archive.fetch(self._client, listed)
            await store.add(found, discovery)
        except NotThereError as error:
            self.done.left_out["The archive does not give it."] += 1
            return "left out", str(error)
        except UnavailableArchiveError:
            raise
        except ArchiveError as error:
            self.done.failed[str(error)] += 1
            return "failed", str(error)
        self.done.read += 1
        return "read", None

    async def _further(self, url: str, captured_at: str) -> Found | None:
        """Give the capture of an article's further page that is next to that of its first page."""
        stamp = "".join(filter(str.isdigit, captured_at))
        with suppress(NotThereError):
            return await wayback.fetch(self._client, Listed(url, captured_at, f"/web/{stamp}id_/{url}"))
        return None

    async def _file(self, name: str, parts: Sequence[tuple[str, IO[bytes]]]) -> None:
        """Store what a file holds of the sources."""
        stores: dict[str, tuple[Store, Discovery]] = {}
        number = 0

        def wants(url: str) -> bool:
            return self._source_of(url) is not None

        try:
            for origin, stream in parts:
                for found in read_found(stream, origin, wants):
                    number += 1
                    if number % _NOTE == 0:
                        self._watch(f"{origin}: {number} answers")
                    if self._stop.is_set():
                        raise StoppedError
                    await self._add(found, name, stores)
                    await asyncio.sleep(0)
        finally:
            for store, _ in stores.values():
                self._count(store)
                store.close()

    async def _add(self, found: Found, name: str, stores: dict[str, tuple[Store, Discovery]]) -> None:
        source = self._source_of(found.url)
        kind = next((value for key, value in found.headers if key.lower() == "content-type"), "")
        if source is None or found.status != 200 or "html" not in kind.lower():
            return
        if source not in stores:
            row = self._session.sources[source].source
            discovery = await self._session.write(self._discovery, row, DiscoveryKind.FILE, name)
            stores[source] = Store(self._session, source), discovery
        store, discovery = stores[source]
        if why_not := store.leaves_out(found.url, found.captured_at):
            self.done.left_out[why_not] += 1
            return
        try:
            await store.add(found, discovery)
            self.done.read += 1
        except SessionEndedError:
            raise
        except ArchiveError as error:
            self.done.failed[str(error)] += 1

    def _discovery(self, source: Source, kind: DiscoveryKind, url: str) -> Discovery:
        return self._session.frontier.discovery(source.id, kind, url)

    def _source_of(self, url: str) -> str | None:
        return next((name for name, run in self._session.sources.items() if run.is_own(url)), None)

    def _count(self, store: Store) -> None:
        self.done.kept += store.run.kept
        store.run.kept = 0

    def _is_enough(self, wanted: Wanted) -> bool:
        if self._stop.is_set():
            raise StoppedError
        return wanted.limit is not None and self.done.read >= wanted.limit


def read_list(file: Path) -> list[str]:
    """Give the addresses of WARC files that a file names, like Common Crawl's ``warc.paths``.

    Raises:
        ArchiveError: It cannot be read.
    """
    try:
        body = file.read_bytes()
        text = (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ArchiveError(f"{file}: cannot be read: {error}.") from None
    return [urljoin(common_crawl.DATA, line.strip()) for line in text.splitlines() if line.strip()]


def _domain(home: str) -> str:
    """Give the domain of a site, with its port where that belongs to it."""
    parts = split_url(home)
    host = (parts.hostname or "") if parts else ""
    domain = registrable_domain(host)
    return domain if parts is None or parts.port is None else f"{host}:{parts.port}"
