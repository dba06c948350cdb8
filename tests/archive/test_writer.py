import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.captures import Captures
from archive.database import open_archive
from archive.errors import ArchiveError
from archive.models import Access, Capture, PageState, RevisionKind, SourceCounts
from tests.archive.conftest import HOME, LATER, NOW, TEXT, Desk, make_desk

URL = f"{HOME}the-last-act"
LONGER = f"{TEXT}\n\nA correction: it was a cinema, not a theatre."


def test_an_article_is_stored_with_all_that_is_known_of_it(desk: Desk) -> None:
    recorded = desk.keep(URL)
    assert (recorded.outcome, recorded.revision, recorded.changed) == ("kept", RevisionKind.FIRST, ())
    article = desk.row("articles", id=recorded.article_id)
    assert article["url"] == URL
    assert article["title"] == "The last act"
    assert article["text"] == TEXT
    assert json.loads(article["authors"]) == ["Ada Quill", "Ben Marrow"]
    assert (article["published"], article["published_utc"]) == (
        "2024-01-30T09:00:00+09:00",
        "2024-01-30T00:00:00Z",
    )
    assert article["dated"] == "2024-01-30T00:00:00Z"
    assert article["words"] == len(TEXT.split())
    assert article["relevance"] == "The text names Metallic Rouge."
    assert (article["first_seen"], article["last_seen"], article["gone_at"]) == (NOW, NOW, None)
    revision = desk.row("revisions")
    assert (revision["number"], revision["kind"], revision["rules_version"]) == (1, "first", "rules-1")
    assert article["revision_id"] == revision["id"]
    assert desk.row("removed_blocks", revision_id=revision["id"])["rule"] == "newsletter"
    assert desk.row("mentions")["article_id"] == recorded.article_id
    names = desk.db.execute(
        "SELECT name FROM article_authors JOIN authors ON authors.id = author_id ORDER BY position"
    ).fetchall()
    assert [name for (name,) in names] == ["Ada Quill", "Ben Marrow"]
    fetch = desk.row("fetches")
    assert (fetch["crawl_id"], fetch["outcome"], fetch["status"]) == (desk.crawl, "kept", 200)
    capture = desk.row("captures", id=revision["capture_id"])
    assert fetch["capture_id"] == capture["id"]
    page = desk.row("pages")
    assert (page["state"], page["article_id"], page["next_due"]) == ("kept", article["id"], LATER)
    assert (page["last_fetched"], page["etag"], page["attempts"]) == (NOW, '"1"', 1)


def test_an_undated_article_is_dated_by_when_it_was_first_seen(desk: Desk) -> None:
    article_id = desk.keep(URL, published=None).article_id
    desk.keep(URL, at=LATER, published=None, text=LONGER)
    assert desk.row("articles", id=article_id)["dated"] == NOW


def test_an_article_without_a_title_has_its_address(desk: Desk) -> None:
    desk.keep(URL, title=None)
    assert desk.row("articles")["title"] == URL


def test_the_same_content_is_no_new_revision(desk: Desk) -> None:
    desk.keep(URL)
    again = desk.keep(
        URL,
        body="<html>another advertisement",
        at=LATER,
        text=TEXT.replace("\n\n", "\n \n") + "\n",
        modified="2024-02-20",
        image=f"{HOME}rain.png",
    )
    assert (again.outcome, again.revision, again.changed) == ("kept", None, ())
    assert len(desk.rows("revisions")) == 1
    article = desk.row("articles")
    assert (article["last_seen"], article["modified"], article["image"]) == (
        LATER,
        "2024-02-20",
        f"{HOME}rain.png",
    )
    assert article["text"] == TEXT
    page = desk.row("pages")
    assert (page["unchanged"], page["last_fetched"]) == (1, LATER)


def test_an_edit_of_the_publisher_is_a_revision_that_says_what_changed(desk: Desk) -> None:
    desk.keep(URL)
    edit = desk.keep(URL, at=LATER, title="The final act", text=LONGER, authors=("Ben Marrow",))
    assert (edit.revision, edit.changed) == (RevisionKind.PUBLISHER, ("title", "text", "authors"))
    assert [row["number"] for row in desk.rows("revisions")] == [1, 2]
    second = desk.row("revisions", number=2)
    assert (second["kind"], json.loads(second["changed"])) == ("publisher", ["title", "text", "authors"])
    article = desk.row("articles")
    assert (article["title"], article["text"], article["revision_id"]) == (
        "The final act",
        LONGER,
        second["id"],
    )
    assert (article["first_seen"], article["last_seen"]) == (NOW, LATER)
    assert len(desk.rows("article_authors")) == 1
    assert len(desk.rows("mentions")) == 1
    assert desk.row("pages")["unchanged"] == 0


def test_other_rules_on_the_same_page_are_a_revision_of_the_rules(desk: Desk) -> None:
    desk.keep(URL, body="<html>same")
    better = desk.keep(URL, body="<html>same", at=LATER, text=LONGER, rules_version="rules-2")
    assert (better.revision, better.changed) == (RevisionKind.RULES, ("text",))
    assert (
        desk.row("pages")["unchanged"] == 1
    )  # the publisher changed nothing: it is visited ever more seldom


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"text": ""}, "the page has no text now"),
        ({"text": "We value your privacy."}, "it asks for consent to cookies"),
        ({"text": "The android walks into the theatre."}, "the text shrank from 42 to 6 words"),
        (
            {"text": TEXT[: len(TEXT) // 2], "access": Access.PAYWALLED, "text_complete": False},
            "access went from free to paywalled and the text from 42 to ",
        ),
    ],
)
def test_a_worse_page_never_replaces_an_article(desk: Desk, changes: dict[str, Any], because: str) -> None:
    article_id = desk.keep(URL).article_id
    held = desk.keep(URL, at=LATER, body="<html>worse", title="Please log in", **changes)
    assert (held.outcome, held.article_id, held.revision) == ("held back", article_id, None)
    page = desk.row("pages")
    assert page["state"] == "kept"
    assert page["reason"].startswith(f"held back: {because}")
    assert page["reason"] == held.reason
    article = desk.row("articles")
    assert (article["title"], article["text"], article["last_seen"]) == ("The last act", TEXT, NOW)
    assert len(desk.rows("fetches")) == len(desk.rows("captures")) == 2
    better = desk.keep(URL, at=LATER, text=LONGER)
    assert better.revision is RevisionKind.PUBLISHER
    assert desk.row("pages")["reason"] is None


def test_a_paywall_that_leaves_the_text_is_an_edit(desk: Desk) -> None:
    desk.keep(URL)
    edit = desk.keep(URL, at=LATER, access=Access.PAYWALLED)
    assert (edit.revision, edit.changed) == (RevisionKind.PUBLISHER, ("access",))


def test_an_article_that_is_no_longer_about_the_series_stays(desk: Desk) -> None:
    desk.keep(URL)
    held = desk.note(URL, PageState.SKIPPED, status=200, reason="It does not name the series.")
    assert held.outcome == "held back"
    page = desk.row("pages")
    assert (page["state"], page["reason"]) == ("kept", "held back: It does not name the series.")


def test_a_page_without_text_is_no_article(desk: Desk) -> None:
    assert desk.keep(URL, text=" \n").outcome == "skipped"
    assert desk.rows("articles") == []
    assert desk.row("pages")["state"] == "skipped"


def test_a_skipped_page_remembers_why(desk: Desk) -> None:
    recorded = desk.note(URL, PageState.SKIPPED, status=200, reason="It does not name the series.")
    assert (recorded.outcome, recorded.article_id) == ("skipped", None)
    page = desk.row("pages")
    assert (page["state"], page["reason"]) == ("skipped", "It does not name the series.")
    assert desk.rows("articles") == desk.rows("revisions") == []


def test_an_answer_that_says_nothing_new(desk: Desk) -> None:
    desk.keep(URL)
    same = desk.note(URL, PageState.KEPT, status=304, at=LATER)
    assert same.outcome == "unchanged"
    page = desk.row("pages")
    assert (page["state"], page["unchanged"], page["etag"], page["last_fetched"]) == ("kept", 1, '"1"', LATER)
    assert desk.row("articles")["last_seen"] == LATER


def test_a_page_that_fails_keeps_what_is_known(desk: Desk) -> None:
    desk.keep(URL)
    for count in (1, 2):
        failed = desk.note(
            URL, PageState.FAILED, error="No answer in 30 seconds.", reason="No answer.", at=LATER
        )
        assert failed.outcome == "failed"
        page = desk.row("pages")
        assert (page["failures"], page["etag"], page["last_fetched"]) == (count, '"1"', NOW)
    assert desk.note(URL, desk.page(URL).state, status=304, at=LATER).outcome == "unchanged"
    page = desk.row("pages")
    assert (page["state"], page["failures"], page["attempts"]) == ("kept", 0, 4)


def test_a_skipped_page_that_failed_is_skipped_again_when_it_answers_as_before(desk: Desk) -> None:
    desk.note(URL, PageState.SKIPPED, status=200, reason="It does not name the series.")
    desk.note(URL, PageState.FAILED, error="No answer.")
    desk.note(URL, desk.page(URL).state, status=304)
    page = desk.row("pages")
    assert (page["state"], page["reason"]) == ("skipped", "It answers as when it was skipped.")


def test_a_skipped_page_that_answers_as_before_keeps_its_reason(desk: Desk) -> None:
    desk.note(URL, PageState.SKIPPED, status=200, reason="It does not name the series.")
    desk.note(URL, PageState.SKIPPED, status=304)
    assert desk.row("pages")["reason"] == "It does not name the series."


def test_an_article_that_another_configuration_would_skip_stays(desk: Desk) -> None:
    """The very same page is judged anew, after the names of the series were changed."""
    desk.keep(URL, body="<html>same")
    fetch = desk.fetch(URL, "<html>same", at=LATER)
    held = desk.writer.record(
        desk.crawl,
        desk.page(URL),
        fetch,
        state=PageState.SKIPPED,
        reason="It does not name it.",
        schedule=lambda _: LATER,
    )
    assert held.outcome == "held back"
    assert desk.row("pages")["state"] == "kept"


def test_an_article_that_is_gone_stays_and_says_since_when(desk: Desk) -> None:
    desk.keep(URL)
    desk.note(URL, PageState.GONE, status=410, at="2024-02-10T00:00:00Z")
    desk.note(URL, PageState.FAILED, error="No answer.")
    desk.note(URL, PageState.GONE, status=404, at="2024-02-20T00:00:00Z")
    article = desk.row("articles")
    assert (article["gone_at"], article["last_seen"], article["text"]) == ("2024-02-10T00:00:00Z", NOW, TEXT)
    assert desk.row("pages")["state"] == "gone"
    assert desk.keep(URL, at=LATER).revision is None
    assert desk.row("articles")["gone_at"] is None
    assert desk.row("pages")["state"] == "kept"


def test_crawls_are_counted_by_source(desk: Desk) -> None:
    desk.writer.finish_crawl(
        desk.crawl,
        "finished",
        {desk.source.id: SourceCounts(found=3, kept=2)},
        {desk.source.id: "Half of it failed."},
    )
    crawl = desk.row("crawls")
    assert crawl["outcome"] == "finished"
    assert crawl["ended_at"] >= crawl["started_at"]
    row = desk.row("crawl_sources")
    assert (row["found"], row["kept"], row["failed"], row["error"]) == (3, 2, 0, "Half of it failed.")


def test_a_crawl_that_never_ended_was_interrupted(desk: Desk) -> None:
    desk.writer.start_crawl("0")
    assert [row["outcome"] for row in desk.rows("crawls")] == ["interrupted", "running"]


def test_figures_follow_the_articles(desk: Desk) -> None:
    desk.keep(f"{HOME}1", published="2024-01-30")
    desk.keep(f"{HOME}2", published="2024-01-02", text="Another text about Metallic Rouge.")
    desk.keep(f"{HOME}3", published="2023-05-05", text="A third one about Metallic Rouge, before it was on.")
    assert desk.row("sources")["articles"] == 3

    def months() -> dict[str, int]:
        return {row["month"]: row["articles"] for row in desk.rows("coverage")}

    assert months() == {"2023-05": 1, "2024-01": 2}
    desk.keep(
        f"{HOME}3",
        at=LATER,
        published="2024-01-05",
        text="A third one about Metallic Rouge, before it was on.",
    )
    assert months() == {"2024-01": 3}
    desk.db.execute("DELETE FROM articles WHERE url = ?", [f"{HOME}1"])
    assert months() == {"2024-01": 2}
    assert desk.row("sources")["articles"] == 2
    assert desk.row("pages", url=f"{HOME}1")["article_id"] is None


def test_what_cannot_be_captured_durably_is_not_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    desk.find(URL)
    monkeypatch.setattr(os, "fdatasync", no_disk)
    with pytest.raises(ArchiveError, match="the disk is full"):
        desk.keep(URL)
    assert desk.rows("articles") == desk.rows("captures") == desk.rows("fetches") == []
    assert desk.row("pages")["state"] == "new"


def test_the_capture_is_durable_before_the_row_is_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = os.fdatasync

    def watch(descriptor: int) -> None:
        with closing(open_archive(desk.db.path, readonly=True)) as reader:
            seen.append(reader.execute("SELECT count(*) FROM captures").fetchone()[0])
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", watch)
    for number in range(3):
        desk.keep(f"{HOME}{number}", text=f"Text number {number} about Metallic Rouge.")
    assert seen == [0, 1, 2]


CRAWL = """
import sys
from pathlib import Path
from typing import Any
from archive.models import Candidate
from tests.archive.conftest import HOME, make_desk
desk = make_desk(Path(sys.argv[1]))
desk.find(*(f"{HOME}{number}" for number in range(120)))
for page in desk.frontier.due_pages(desk.source.id, "2024-02-01T00:00:00Z", 120):
    print("fetching", flush=True)
    number = page.url.removeprefix(HOME)
    desk.keep(page.url, text=f"Page {number} tells what happens in part {number} of Metallic Rouge.")
print("done", flush=True)
"""


@pytest.mark.parametrize("pages", [1, 7, 40])
def test_a_crawl_that_is_killed_goes_on_where_it_was(tmp_path: Path, pages: int) -> None:
    command = [sys.executable, "-c", CRAWL, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout
        for _ in range(pages):
            killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    with closing(open_archive(tmp_path / "archive.db")) as db:
        committed = db.execute("SELECT count(*) FROM articles").fetchone()[0]
        assert pages - 1 <= committed <= 120
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count("fetching") == 120 - committed
    with closing(open_archive(tmp_path / "archive.db")) as db:
        assert db.execute("SELECT count(*), count(DISTINCT url) FROM articles").fetchone() == (120, 120)
        assert db.execute("SELECT count(*) FROM revisions").fetchone()[0] == 120
        db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
        captures = Captures(tmp_path / "captures")
        rows = list(
            db.rows(
                "SELECT url, captured_at, status, content_type, file, offset, length, digest FROM captures"
            )
        )
        assert len(rows) == 120
        assert all(captures.read(Capture(**row)).status == 200 for row in rows)


def test_captures_that_no_row_names_do_no_harm(tmp_path: Path) -> None:
    """A crash between the capture and its row: the file is longer than the rows say, and its tail is torn."""
    desk = make_desk(tmp_path)
    desk.keep(f"{HOME}1")
    orphan = desk.fetch(f"{HOME}2", "<html>never recorded").capture
    assert orphan
    desk.db.close()
    desk.captures.close()
    path = tmp_path / "captures" / orphan.file
    with path.open("ab") as file:
        file.write(path.read_bytes()[: orphan.length // 2])
    again = make_desk(tmp_path)
    assert [page.url for page in again.frontier.due_pages(again.source.id, NOW, 10)] == [f"{HOME}2"]
    again.keep(f"{HOME}2", text="What the second page says about Metallic Rouge.")
    captures = [
        Capture(**{name: value for name, value in row.items() if name != "id"})
        for row in again.rows("captures")
    ]
    assert [one.url for one in captures] == [f"{HOME}1", f"{HOME}2"]
    assert captures[1].offset > orphan.offset
    assert all(again.captures.read(one).status == 200 for one in captures)
    again.db.close()


def test_a_series_that_was_never_registered_is_still_mentioned(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.db.execute("DELETE FROM series")
    desk.keep(URL)
    assert desk.row("mentions")["series_id"] == desk.row("series")["id"]
    desk.db.close()
