"""What is forgotten is gone: from every table, from the bytes of every file, and for good."""

import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive import forget as forgetting
from archive.backfills import Backfills, Listed
from archive.capture_index import Originals
from archive.captures import Captures
from archive.check import check, mend
from archive.database import open_archive
from archive.errors import ArchiveError
from archive.forget import Plan, forget, plan_to_forget
from archive.forgotten import is_forgotten
from archive.models import Access, Capture, DiscoveryKind, Fetch, PageState
from archive.search import search
from archive.site_files import SiteFile, keep_site_file
from archive.warc_blank import blank
from archive.warc_records import read_records
from tests.archive.conftest import HOME, LATER, NOW, TEXT, Desk

SECRET = "quivermoss"
ONE, TWO, OTHER = f"{HOME}one", f"{HOME}two", f"{HOME}other"


def secret(number: int = 1) -> str:
    return f"{TEXT}\n\nThe name that must go is {SECRET}{number}, and it is long enough to be told."


@pytest.fixture
def full(desk: Desk) -> Desk:
    """An archive with two articles of which one is to go, and a feed and a redirect that name it."""
    feed = (
        "<rss><item><link>https://[no]/address</link></item>"
        f"<item><link>{ONE}?utm_source=feed&amp;a=1</link><title>{SECRET} feed</title></item></rss>"
    )
    plain = desk.captures.write(
        url=f"{HOME}feed",
        status=200,
        reason="OK",
        headers=[("Content-Encoding", "gzip")],
        body=gzip.compress(feed.encode()),
        captured_at=NOW,
    )
    desk.captures.sync(plain)
    desk.frontier.record_discovery(
        desk.feed.id, status=200, error=None, etag=None, last_modified=None, digest=None, checked_at=NOW,
        changed=True, next_due=None, failures=0, capture=plain,
    )  # fmt: skip
    desk.captures.write(
        url=f"{HOME}short",
        status=301,
        reason="Moved",
        headers=[("Location", f"/one?{SECRET}=1")],
        body=b"",
        captured_at=NOW,
    )
    desk.keep(ONE, title=f"All about {SECRET}", text=secret(1), authors=(f"Ann {SECRET}", "Ada Quill"))
    desk.keep(ONE, title=f"All about {SECRET}, again", text=secret(2), at=LATER, html=f"<p>{SECRET}</p>")
    desk.keep(
        f"{HOME}mobile", final=f"{HOME}mobile", canonical_url=ONE, text=secret(2), body=f"{SECRET} mobile"
    )
    desk.keep(TWO, text="Another text about Metallic Rouge, with words of its own.", authors=("Ada Quill",))
    desk.keep(ONE, text=f"{SECRET} shrank.", at=LATER, access=Access.PAYWALLED)  # held back
    desk.note(OTHER, PageState.SKIPPED, status=200, reason=f"leads to {ONE}")
    return desk


def files(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Give the bytes of every file, those of captures decompressed."""
    for path in desk.db.path.parent.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield path.name, gzip.decompress(data) if path.suffix == ".gz" and data else data


def says(desk: Desk, word: str = SECRET) -> list[str]:
    """Give the files that have a word somewhere, in compressed bodies too."""
    found = []
    for name, data in files(desk):
        bodies = re.findall(rb"\x1f\x8b\x08.{20,}?(?=\r\n\r\n|\Z)", data, re.DOTALL)
        if any(word.encode() in body for body in (data, *map(inflate, bodies))):
            found.append(name)
    return found


def inflate(body: bytes) -> bytes:
    try:
        return gzip.decompress(body)
    except (OSError, EOFError):
        return b""


def do(desk: Desk, what: str) -> Plan:
    desk.captures.close()
    folder = desk.db.path.parent / "captures"
    plan = plan_to_forget(desk.db, folder, what)
    forget(desk.db, folder, plan)
    return plan


def assert_sound(desk: Desk) -> None:
    assert desk.db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert desk.db.execute("PRAGMA foreign_key_check").fetchall() == []
    captures = Captures(desk.db.path.parent / "captures")
    for row in desk.rows("captures"):
        row.pop("id")
        captures.read(Capture(**row))
    for path in (desk.db.path.parent / "captures").iterdir():
        assert len(list(read_records(path))) > 1
        check = [sys.executable, "-m", "warcio.cli", "check", str(path)]
        assert subprocess.run(check, check=False).returncode == 0


def test_no_byte_of_it_is_left(full: Desk) -> None:
    assert full.rows("held")
    assert len(set(says(full))) >= 2
    plan = do(full, ONE)
    assert says(full) == []
    assert (len(plan.articles), len(plan.pages)) == (1, 2)
    assert {row["url"] for row in full.rows("articles")} == {TWO}
    assert {row["url"] for row in full.rows("pages")} == {TWO, OTHER}
    assert [row["name"] for row in full.rows("authors")] == ["Ada Quill"]
    assert search(full.db.conn, SECRET).total == 0
    assert search(full.db.conn, "words").total == 1
    assert full.row("sources")["articles"] == 1
    assert_sound(full)


def test_a_plan_changes_nothing(full: Desk) -> None:
    full.captures.close()
    before = dict(files(full))
    plan = plan_to_forget(full.db, full.db.path.parent / "captures", ONE)
    assert list(plan.articles.values()) == [f"All about {SECRET}, again"]
    assert plan.lists == 2
    assert plan.urls == {ONE, f"{HOME}mobile"}
    assert {name: data for name, data in files(full) if "-shm" not in name} == {
        name: data for name, data in before.items() if "-shm" not in name
    }


@pytest.mark.parametrize(
    "spelling", [ONE, ONE.replace("http:", "https:"), f"{ONE}/", f"{HOME}mobile", f"{ONE}#top"]
)
def test_every_spelling_leads_to_it(full: Desk, spelling: str) -> None:
    do(full, spelling)
    assert says(full) == []


def test_it_does_not_come_back(full: Desk) -> None:
    do(full, ONE)
    assert full.find(ONE, ONE.replace("http:", "https:"), f"{HOME}mobile") == 0
    assert not full.rows("pages", url=ONE)
    recorded = full.keep(f"{HOME}copy", canonical_url=ONE, text="Another copy of it about Metallic Rouge.")
    assert (recorded.outcome, recorded.reason) == ("skipped", "it was forgotten on request")
    assert is_forgotten(full.db, f"{ONE}#part")
    assert not is_forgotten(full.db, TWO)
    stored = "".join(str(row) for row in full.rows("forgotten"))
    assert "one" not in stored
    assert full.find(f"{HOME}three") == 1


def test_an_article_that_stays_is_read_on_though_it_declares_the_address_of_what_was_forgotten(
    desk: Desk,
) -> None:
    desk.keep(ONE)
    other = "Another text about Metallic Rouge, of a page whose template names a wrong address."
    desk.keep(OTHER, canonical_url=ONE, text=other)
    do(desk, ONE)
    assert [row["url"] for row in desk.rows("articles")] == [OTHER]
    recorded = desk.keep(OTHER, canonical_url=ONE, text=f"{other}\n\nA sentence more.", at=LATER)
    assert recorded.outcome == "kept"
    assert desk.row("articles")["text"].endswith("A sentence more.")
    assert desk.row("articles")["url"] == OTHER
    assert desk.rows("held") == []


def test_a_page_that_shares_a_body_keeps_it(desk: Desk) -> None:
    desk.captures.close()
    captures = Captures(desk.db.path.parent / "captures", Originals(desk.db))
    desk.captures = desk.writer._captures = captures
    desk.keep(ONE, body="the same body " * 50)
    desk.keep(TWO, body="the same body " * 50, text="Another text about Metallic Rouge, of its own.")
    assert [row["original_id"] for row in desk.rows("captures")] == [None, 1]
    do(desk, ONE)
    (row,) = desk.rows("captures")
    assert (row.pop("id"), row["url"], row["original_id"]) == (2, TWO, None)
    assert gzip.decompress(captures.read(Capture(**row)).body) == b"the same body " * 50
    assert_sound(desk)


def test_its_address_is_in_no_row_of_another_page(desk: Desk) -> None:
    gone = f"{HOME}{SECRET}"
    desk.keep(gone)
    desk.keep(OTHER, text="Another text about Metallic Rouge, with words of its own.")
    desk.keep(OTHER, final=gone, at=LATER)  # held back: it leads to an article that is not its own
    lead(desk, f"{HOME}lead", gone)
    desk.note(f"{HOME}lost", PageState.FAILED, reason=f"redirected to {gone}", error=f"redirected to {gone}")
    keep_site_file(desk.db, SiteFile(f"{HOME}robots.txt", 200, f"Disallow: /{SECRET}", NOW))
    wayback = desk.frontier.discovery(desk.source.id, DiscoveryKind.WAYBACK, "http://archive.example/")
    Backfills(desk.db).add(wayback.id, [Listed(gone, NOW, "1"), Listed(TWO, NOW, "2")], None, is_whole=True)
    desk.captures.close()
    for path in (desk.db.path.parent / "captures").iterdir():
        path.unlink()  # what the pages that stay say of it is theirs
    do(desk, gone)
    assert says(desk) == []
    assert [row["url"] for row in desk.rows("articles")] == [OTHER]
    assert desk.rows("held") == []
    assert {row["url"] for row in desk.rows("fetches")} == {OTHER, f"{HOME}lead", f"{HOME}lost"}
    assert [row["url"] for row in desk.rows("backfill_captures")] == [TWO]


def lead(desk: Desk, url: str, target: str) -> None:
    page = desk.page(url)
    fetch = Fetch(page.id, url, NOW, 301, leads_to=target)
    desk.writer.record(
        desk.crawl, page, fetch, state=PageState.ALIAS, reason=f"leads to {target}", schedule=lambda _: None
    )


def add_other_source(desk: Desk) -> None:
    """Have what is written from now on be of another source, on another host."""
    sources = desk.frontier.register_sources([("The Daily Cel", HOME), ("Elsewhere", "http://localhost/")])
    desk.source = sources["Elsewhere"]
    desk.feed = desk.frontier.discovery(desk.source.id, DiscoveryKind.FEED, "http://localhost/feed")


def test_what_leads_to_a_source_does_not_name_it(desk: Desk) -> None:
    desk.find(*(f"{HOME}{SECRET}{number}" for number in range(200)))
    add_other_source(desk)
    lead(desk, "http://localhost/1", f"{HOME}{SECRET}1")
    lead(desk, "http://localhost/2", f"{HOME}{SECRET}/of/which/nothing/is/known")
    do(desk, "The Daily Cel")
    assert says(desk) == []
    assert len(desk.rows("pages")) == 2


@pytest.mark.parametrize("page", ["", "?p=1", "news/1"])
def test_a_host_that_another_source_has_a_page_on_is_not_forgotten(desk: Desk, page: str) -> None:
    desk.find(f"{HOME}1")
    add_other_source(desk)
    desk.find(f"{HOME}{page}")
    plan = do(desk, "The Daily Cel")
    assert (plan.sites, len(plan.pages)) == (frozenset(), 1)
    assert desk.find(f"{HOME}2") == 1


def test_a_host_goes_with_the_last_source_that_has_pages_on_it(desk: Desk) -> None:
    desk.captures.close()
    desk.find(f"{HOME}1")
    add_other_source(desk)
    desk.find(f"{HOME}2")
    plan = plan_to_forget(desk.db, desk.db.path.parent / "captures", "The Daily Cel", "Elsewhere")
    assert plan.sites == {"127.0.0.1", "localhost"}
    assert len(plan.pages) == 2


def test_to_plan_for_a_source_nothing_of_the_others_is_read(desk: Desk) -> None:
    desk.captures.close()
    desk.find(*(f"{HOME}{number}" for number in range(20)))

    def plan() -> int:
        steps: list[None] = []
        desk.db.conn.set_progress_handler(lambda: steps.append(None), 10)
        plan_to_forget(desk.db, desk.db.path.parent / "captures", "The Daily Cel")
        desk.db.conn.set_progress_handler(None, 10)
        return len(steps)

    before = plan()
    add_other_source(desk)
    desk.find(*(f"http://localhost/{number}" for number in range(1_000)))
    assert plan() < before * 1.5


def test_a_source(full: Desk) -> None:
    add_other_source(full)
    full.keep("http://localhost/1", text="A text elsewhere about Metallic Rouge, the only one.")
    plan = do(full, "The Daily Cel")
    assert plan.sites == {"127.0.0.1"}
    assert says(full) == []
    assert [row["name"] for row in full.rows("sources")] == ["Elsewhere"]
    assert [row["url"] for row in full.rows("articles")] == ["http://localhost/1"]
    assert list(full.frontier.register_sources([("The Daily Cel", HOME), ("Other", f"{HOME}x")])) == []
    assert full.find(f"{HOME}new") == 0
    assert_sound(full)


def test_several_go_at_once(full: Desk) -> None:
    """An article by two of its addresses, another one, and what is not there."""
    full.captures.close()
    folder = full.db.path.parent / "captures"
    with pytest.raises(ArchiveError, match='There is no address or source "nothing"'):
        plan_to_forget(full.db, folder, ONE, "nothing")
    assert not is_forgotten(full.db, ONE)
    plan = plan_to_forget(full.db, folder, ONE, TWO, f"{HOME}mobile", f"{HOME}never")
    assert (len(plan.articles), len(plan.pages)) == (2, 3)
    forget(full.db, folder, plan)
    assert says(full) == []
    assert full.rows("articles") == []
    assert all(is_forgotten(full.db, url) for url in (ONE, TWO, f"{HOME}never"))
    assert_sound(full)


def test_what_is_no_address_and_no_source_is_told(full: Desk) -> None:
    with pytest.raises(ArchiveError, match=r'There is no address or source "one"\. .* "The Daily Cel"'):
        plan_to_forget(full.db, full.db.path.parent / "captures", "one")
    with pytest.raises(ArchiveError, match="There is no address or source"):
        plan_to_forget(full.db, full.db.path.parent / "captures", "http://127.0.0.1:99999/one")


def test_an_address_that_is_not_there_is_refused_from_now_on(desk: Desk) -> None:
    plan = do(desk, ONE)
    assert (len(plan.articles), len(plan.pages), plan.records) == (0, 0, 0)
    assert desk.find(ONE) == 0


def test_copies_of_the_database_go_as_well(full: Desk) -> None:
    copy = full.db.path.with_name("archive.db.before-2")
    copy.write_text(SECRET)
    assert do(full, ONE).copies == [copy]
    assert not copy.exists()


def test_what_was_left_of_copies_goes_as_well(full: Desk) -> None:
    """A restoration and a rebuild that were killed had copied it, the one of them into a log as well."""
    for name in ("archive.db.part", "archive.db.rebuilt.part", "archive.db.rebuilt.part-wal"):
        full.db.path.with_name(name).write_text(SECRET)
    part = full.db.path.with_name("captures.part")
    part.mkdir()
    (part / "1.warc.gz").write_bytes(gzip.compress(SECRET.encode()))
    do(full, ONE)
    assert says(full) == []


def test_a_reader_that_keeps_the_old_state_is_told_of(full: Desk) -> None:
    with closing(open_archive(full.db.path, readonly=True)) as reader:
        reader.conn.execute("BEGIN")
        reader.conn.execute("SELECT count(*) FROM articles").fetchone()
        full.db.conn.execute("PRAGMA busy_timeout = 100")
        with pytest.raises(ArchiveError, match="another program is reading and keeps the old state"):
            do(full, ONE)
        assert {row["state"] for row in full.rows("forgotten")} == {"deleted"}
    mend(full.db, list(check(full.db, full.db.path.parent / "captures")))
    assert {row["state"] for row in full.rows("forgotten")} == {"finished"}
    assert says(full) == []


class Killed(BaseException):
    """As kill -9: nothing cleans up after it."""


STEPS = ("remember", "_save", "blank", "delete_rows", "wipe", "note_wiped")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_harms_nothing_and_the_same_again_ends_it(
    full: Desk, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(forgetting, step)

    def die(*args: object, **options: object) -> None:
        if after:
            real(*args, **options)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, step, die)
        with pytest.raises(Killed):
            do(full, ONE)
    full.db.close()
    full.db = open_archive(full.db.path)
    assert full.db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for path in (full.db.path.parent / "captures").glob("*.gz"):
        assert len(list(read_records(path))) > 1
    two = full.row("articles", url=TWO)
    assert two["text"].startswith("Another text")
    do(full, ONE)
    assert says(full) == []
    assert {row["state"] for row in full.rows("forgotten")} == {"finished"}
    assert_sound(full)


def test_a_blank_record_keeps_every_other_one_in_its_place(full: Desk) -> None:
    full.captures.close()
    (path,) = (full.db.path.parent / "captures").iterdir()
    records = list(read_records(path))
    size = path.stat().st_size
    blank(path, [(one.offset, one.length) for one in records[3:7]])
    after = list(read_records(path))
    assert path.stat().st_size == size
    assert [one.offset for one in after] == [one.offset for one in (*records[:4], *records[7:])]
    assert after[3].kind == "metadata"
    assert set(after[3].body) == {0}


def test_a_rewritten_file_keeps_its_permissions(full: Desk) -> None:
    full.captures.close()
    (path,) = (full.db.path.parent / "captures").iterdir()
    path.chmod(0o640)
    do(full, ONE)
    assert path.stat().st_mode & 0o777 == 0o640


def test_large_removed_records_need_no_room(desk: Desk, tmp_path: Path) -> None:
    import os

    captures = Captures(tmp_path / "large")
    large = captures.write(
        url=ONE, status=200, reason="OK", headers=[], body=os.urandom(3_000_000), captured_at=NOW
    )
    captures.write(url=TWO, status=200, reason="OK", headers=[], body=b"small", captured_at=NOW)
    captures.close()
    (path,) = (tmp_path / "large").iterdir()
    blank(path, [(large.offset, large.length)])
    assert [one.kind for one in read_records(path)] == [
        "warcinfo",
        "metadata",
        "request",
        "response",
        "request",
    ]
    assert path.stat().st_size > 3_000_000


def test_a_damaged_file_is_not_searched_in_vain(full: Desk) -> None:
    full.captures.close()
    (path,) = (full.db.path.parent / "captures").iterdir()
    data = bytearray(path.read_bytes())
    data[600:640] = bytes(40)
    del data[-3:]
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="is damaged, so it cannot be searched"):
        do(full, ONE)
    assert full.rows("articles", url=ONE)


def test_captures_that_are_not_there_now_are_named_and_go_when_they_are_back(full: Desk) -> None:
    full.captures.close()
    (path,) = (full.db.path.parent / "captures").iterdir()
    away = path.rename(full.db.path.with_name("away"))
    assert do(full, ONE).missing == [path.name]
    away.rename(path)
    assert not do(full, ONE).missing
    assert says(full) == []
