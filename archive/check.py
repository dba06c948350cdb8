"""Is everything in the archive as it should be; and what can be mended without the publishers."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import clusters, text_index
from archive.capture_check import wrong_captures
from archive.captures import capture_files
from archive.copying import find_unfinished, remove_unfinished
from archive.database import Archive
from archive.errors import ArchiveError
from archive.forget import wipe
from archive.forgotten import note_wiped, returned
from archive.warc_records import warc_files
from archive.warc_tail import repair_tail, tail_is_whole

Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    area: str
    """database, search, counts, articles, clusters, captures, files or forgotten."""
    problem: str
    """One line."""
    remedy: str
    """What to do about it, one line."""
    mend: Callable[[Archive], None] | None = None
    """Mends it; None where that takes something that the archive does not have."""
    page: str | None = None
    """The page whose captures are to be read again for that."""

    @property
    def can_be_mended(self) -> bool:
        """Whether ``--repair`` does it."""
        return bool(self.mend or self.page)


_REPAIR = "series-archive check --repair"
_BACKUP = "restore it from a backup (series-archive restore)"


def check(db: Archive, folder: Path, watch: Watch = lambda _: None) -> Iterator[Finding]:
    """Look at everything: the database, the search index, the counts, the articles, every capture.

    Args:
        db: The archive; nothing is written. Open for reading only, the words of the search index are not
            compared with those of the articles.
        folder: Of the captures.
        watch: Is told what is being looked at.
    """
    watch("Checking the database")
    damaged = list(_database(db))
    yield from damaged
    if any(one.mend is None for one in damaged):
        return  # what is damaged cannot be asked any further
    watch("Checking the search index")
    yield from _search(db)
    watch("Checking counts and articles")
    yield from _counts(db)
    yield from _articles(db)
    yield from _clusters(db)
    yield from _forgotten(db)
    yield from _files(db, folder)
    yield from _captures(db, folder, watch)


def mend(db: Archive, findings: list[Finding]) -> None:
    """Mend what can be; what is to be read again from captures is made ready for it: that takes a crawler.

    Raises:
        ArchiveError: It cannot be written.
    """
    done: set[object] = set()
    for finding in sorted(findings, key=lambda one: one.area != "search"):  # triggers rely on the index
        if finding.mend is None or finding.mend in done:
            continue
        done.add(finding.mend)
        if finding.mend is _wipe:
            finding.mend(db)
        else:
            with db.transaction():
                finding.mend(db)
    with db.transaction():
        for finding in findings:
            if finding.page:
                for statement in _FORGET_FETCHES:
                    db.conn.execute(statement, [finding.page])


def _database(db: Archive) -> Iterator[Finding]:
    try:
        said = [row[0] for row in db.conn.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    if said != ["ok"]:
        yield Finding(
            "database", f"{db.path} is damaged: {said[0]}", f"{_BACKUP}, or run series-archive rebuild"
        )
        return
    found: dict[tuple[str, str], list[int]] = {}
    for table, row_id, parent, _ in db.conn.execute("PRAGMA foreign_key_check").fetchall():
        found.setdefault((table, parent), []).append(row_id)
    for (table, parent), rows in found.items():
        yield Finding(
            "database",
            f"{len(rows):,} rows of {table} belong to rows of {parent} that are not there",
            _REPAIR,
            _detach(table, parent),
        )


def _detach(table: str, parent: str) -> Callable[[Archive], None]:
    """Do what the deletion of the missing rows would have done."""

    def mend(db: Archive) -> None:
        for key in db.conn.execute(f"PRAGMA foreign_key_list([{table}])").fetchall():
            _, _, target, column, other, _, on_delete, _ = key
            if target != parent:
                continue
            orphan = (
                f"[{column}] IS NOT NULL AND [{column}] NOT IN (SELECT [{other or 'id'}] FROM [{parent}])"  # noqa: S608
            )
            if on_delete == "CASCADE":
                db.conn.execute(f"DELETE FROM [{table}] WHERE {orphan}")  # noqa: S608
            else:
                db.conn.execute(f"UPDATE [{table}] SET [{column}] = NULL WHERE {orphan}")  # noqa: S608

    return mend


def _search(db: Archive) -> Iterator[Finding]:
    for problem in text_index.verify(db.conn):
        yield Finding("search", problem.rstrip("."), _REPAIR, _index_again)


def _index_again(db: Archive) -> None:
    text_index.rebuild(db.conn)


def _counts(db: Archive) -> Iterator[Finding]:
    for name, stored, real in db.conn.execute(_WRONG_COUNTS):
        problem = f'the source "{name}" counts {stored:,} articles and has {real:,}'
        yield Finding("counts", problem, _REPAIR, _recount)
    (wrong,) = db.conn.execute(f"SELECT count(DISTINCT month || source_id) FROM ({_WRONG_MONTHS})").fetchone()  # noqa: S608 - ours
    if wrong:
        problem = f"the numbers of articles are wrong for {wrong:,} months of sources"
        yield Finding("counts", problem, _REPAIR, _recount)
    (wrong,) = db.conn.execute(f"SELECT count(DISTINCT name) FROM ({_WRONG_PEOPLE})").fetchone()  # noqa: S608 - ours
    if wrong:
        problem = f"the numbers of articles are wrong for {wrong:,} people"
        yield Finding("counts", problem, _REPAIR, _recount)
    (wrong,) = db.conn.execute(f"SELECT count(*) FROM articles WHERE {_WRONG_KINDS}").fetchone()  # noqa: S608 - ours
    if wrong:
        yield Finding("counts", f"{wrong:,} articles do not say what found them", _REPAIR, _recount)


def _recount(db: Archive) -> None:
    for statement in _RECOUNT:
        db.conn.execute(statement)


def _articles(db: Archive) -> Iterator[Finding]:
    for article_id, url in db.conn.execute(_WITHOUT_REVISION).fetchall():
        problem = f"article {article_id} ({url}) has lost its current revision"
        (page,) = db.conn.execute("SELECT url FROM pages WHERE article_id = ?", [article_id]).fetchone() or (
            None,
        )
        yield Finding("articles", problem, _REPAIR, _newest_revision(article_id), page=page)
    for article_id, url in db.conn.execute(_UNLIKE_REVISION).fetchall():
        problem = f"article {article_id} ({url}) is not what its current revision says"
        yield Finding("articles", problem, _REPAIR, _as_revision(article_id))
    for article_id, url in db.conn.execute(_WITHOUT_CAPTURE).fetchall():
        problem = f"the response that article {article_id} ({url}) was read from is not stored"
        yield Finding("articles", problem, _BACKUP)
    for (url,) in db.conn.execute(
        "SELECT url FROM pages WHERE state = 'kept' AND article_id IS NULL"
    ).fetchall():
        problem = f"the article of {url} is not there"
        yield Finding("articles", problem, _REPAIR, page=url)


def _newest_revision(article_id: int) -> Callable[[Archive], None]:
    """Show the last revision that is left; without any, the article goes, and its page is read again."""

    def mend(db: Archive) -> None:
        values = {"id": article_id}
        db.conn.execute(
            "UPDATE articles SET revision_id ="
            " (SELECT id FROM revisions WHERE article_id = :id ORDER BY number DESC LIMIT 1) WHERE id = :id",
            values,
        )
        db.conn.execute("DELETE FROM articles WHERE id = :id AND revision_id IS NULL", values)
        _as_revision(article_id)(db)

    return mend


def _as_revision(article_id: int) -> Callable[[Archive], None]:
    def mend(db: Archive) -> None:
        db.conn.execute(
            "UPDATE articles SET (title, text) = (SELECT title, text FROM revisions WHERE id = revision_id)"
            " WHERE id = ? AND revision_id IS NOT NULL",
            [article_id],
        )

    return mend


def _clusters(db: Archive) -> Iterator[Finding]:
    for problem in clusters.verify(db.conn):
        yield Finding("clusters", problem.rstrip("."), _REPAIR, _cluster_again)


def _cluster_again(db: Archive) -> None:
    for _ in clusters.rebuild(db.conn):
        pass


def _forgotten(db: Archive) -> Iterator[Finding]:
    states = dict(db.conn.execute("SELECT state, count(*) FROM forgotten GROUP BY state").fetchall())
    there = list(returned(db))
    why = "that was interrupted" if states.get("begun") else "an older backup or other captures brought it"
    for what in there:
        problem = f"{what} was forgotten and is there: {why}"
        yield Finding("forgotten", problem, f'series-archive forget "{what}"')
    if states.get("begun") and not there:
        yield Finding(
            "forgotten", "something was to be forgotten, and that was interrupted", "forget it again"
        )
    if states.get("deleted"):
        yield Finding(
            "forgotten", "what was forgotten may still be read in the file of the database", _REPAIR, _wipe
        )


def _wipe(db: Archive) -> None:
    wipe(db)
    with db.transaction():
        note_wiped(db)


def _files(db: Archive, folder: Path) -> Iterator[Finding]:
    """Say which files belong to nothing, or were left unfinished."""
    named = {row[0] for row in db.conn.execute("SELECT DISTINCT file FROM captures")}
    for part in find_unfinished(db.path, folder):
        yield Finding("files", f"{part} was left by something that was interrupted", _REPAIR, _remove(part))
    for path in warc_files(folder):
        if path.name not in named and path not in capture_files(folder)[-1:]:
            remedy = "series-archive rebuild reads it, or move it away"
            yield Finding("files", f"{path}: no capture in it is known to the database", remedy)
    for path in capture_files(folder)[-1:]:
        if _is_torn(path):
            yield Finding("files", f"{path} ends with an unfinished record", _REPAIR, _cut(path))


def _is_torn(path: Path) -> bool:
    with path.open("rb", buffering=0) as file:
        return not tail_is_whole(file)


def _remove(path: Path) -> Callable[[Archive], None]:
    def mend(_: Archive) -> None:
        remove_unfinished(path)

    return mend


def _cut(path: Path) -> Callable[[Archive], None]:
    def mend(_: Archive) -> None:
        with path.open("r+b", buffering=0) as file:
            if repair_tail(file, path) is None:
                raise ArchiveError(f"{path} is damaged in the middle: {_BACKUP}.")

    return mend


def _captures(db: Archive, folder: Path, watch: Watch) -> Iterator[Finding]:
    rows = db.conn.execute("SELECT file, count(*) FROM captures GROUP BY file ORDER BY file").fetchall()
    for file, count in rows:
        watch(f"Checking {file}")
        path = folder / file
        if not path.is_file():
            yield Finding("captures", f"{path} is missing, with {count:,} captures", _BACKUP)
            continue
        problems = list(wrong_captures(db.conn, path))
        if len(problems) == 1 and _is_torn(path):
            continue  # every capture is there; what is behind them was found already
        for problem in problems:
            yield Finding("captures", problem.removesuffix(": restore it from a backup."), _BACKUP)


_WRONG_COUNTS = """
    SELECT name, sources.articles, (SELECT count(*) FROM articles WHERE source_id = sources.id) AS real
    FROM sources WHERE sources.articles <> real
"""

_MONTHS = "SELECT substr(dated, 1, 7) AS month, source_id, count(*) AS articles FROM articles GROUP BY 1, 2"

_WRONG_MONTHS = f"""
    SELECT * FROM (SELECT month, source_id, articles FROM coverage EXCEPT {_MONTHS})
    UNION SELECT * FROM ({_MONTHS} EXCEPT SELECT month, source_id, articles FROM coverage)
"""  # noqa: S608 - ours

_PEOPLE = (
    "SELECT series_id, name, count(DISTINCT article_id) AS articles FROM mentions"
    " WHERE kind = 'person' GROUP BY 1, 2"
)

_WRONG_PEOPLE = f"""
    SELECT * FROM (SELECT series_id, name, articles FROM people EXCEPT {_PEOPLE})
    UNION SELECT * FROM ({_PEOPLE} EXCEPT SELECT series_id, name, articles FROM people)
"""  # noqa: S608 - ours

_KINDS = text_index.KINDS.format(pages="article_id = articles.id")
_WRONG_KINDS = f"found_by <> {_KINDS}"

_RECOUNT = (
    "UPDATE sources SET articles = (SELECT count(*) FROM articles WHERE source_id = sources.id)",
    "DELETE FROM coverage",
    f"INSERT INTO coverage (month, source_id, articles) {_MONTHS}",
    "DELETE FROM people",
    f"INSERT INTO people (series_id, name, articles) {_PEOPLE}",
    f"UPDATE articles SET found_by = {_KINDS} WHERE {_WRONG_KINDS}",  # noqa: S608 - ours
)

_FORGET_FETCHES = (
    "DELETE FROM fetches WHERE page_id = (SELECT id FROM pages WHERE url = ? AND article_id IS NULL)",
    "UPDATE pages SET state = 'kept', last_fetched = NULL, etag = NULL, last_modified = NULL, digest = NULL,"
    " attempts = 0, failures = 0, unchanged = 0 WHERE url = ? AND article_id IS NULL",
)
"""A page whose captures are read again begins anew: an answer that it knows would be no news. By its state it
is found again, should that be interrupted."""

_WITHOUT_REVISION = """
    SELECT id, url FROM articles WHERE NOT EXISTS
        (SELECT 1 FROM revisions WHERE revisions.id = revision_id AND article_id = articles.id)
"""

_UNLIKE_REVISION = """
    SELECT articles.id, articles.url FROM articles JOIN revisions ON revisions.id = revision_id
    WHERE (articles.title, articles.text) IS NOT (revisions.title, revisions.text)
"""

_WITHOUT_CAPTURE = """
    SELECT articles.id, articles.url FROM articles JOIN revisions ON revisions.id = revision_id
    WHERE articles.reserved = '[]'
        AND (capture_id IS NULL OR NOT EXISTS (SELECT 1 FROM captures WHERE captures.id = capture_id))
"""
