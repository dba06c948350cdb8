"""``series-archive extract`` and ``inspect``, as processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import run
from tests.crawler.extraction.test_extract import LONG, document

COLUMNS = {
    "id", "url", "title", "authors", "published", "modified", "language", "site_name", "canonical_url",
    "image", "tags", "access", "text_complete", "text", "html", "removed",
}  # fmt: skip
PAGE = document(
    "<article><h1>A long title of a page</h1>"
    + "".join(f"<p>{text}</p>" for text in LONG)
    + "<p>Advertisement</p></article>"
)


def test_filter_keeps_the_order_and_tells_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "document.pdf").write_bytes(b"%PDF-1.7 ...")
    names = ["page.html", "document.pdf", "missing.html", "page.html"]
    lines = [
        json.dumps({"id": str(number), "url": f"https://x.example/{number}", "path": str(tmp_path / name)})
        for number, name in enumerate(names)
    ]
    done = run("extract", "--jobs", "2", stdin="\n".join(lines))
    rows = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 1
    assert [line.partition(": ")[2].startswith(str(tmp_path)) for line in done.stderr.splitlines()] == [
        True
    ] * 2
    assert "document.pdf: " in done.stderr.splitlines()[0]
    assert [row["id"] for row in rows] == ["0", "1", "2", "3"]
    assert not COLUMNS - rows[0].keys()
    assert rows[0]["text"].split("\n\n") == LONG
    assert rows[0]["canonical_url"] == "https://x.example/0"
    assert set(rows[0]["removed"][0]) == {"rule", "reason", "text"}
    assert "PDF" in rows[1]["error"]
    assert "No such file" in rows[2]["error"]
    assert rows[3]["text"] == rows[0]["text"]


def test_pages_that_all_can_be_read_end_well(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    done = run("extract", str(tmp_path / "page.html"))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_line_whose_url_is_broken_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    """What is no address is a name for the page; collections of pages have such."""
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    urls = ["https://[::1", "set::page-1.html", 5, "", None]
    done = run("extract", stdin="\n".join(json.dumps({"url": url, "path": str(page)}) for url in urls))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert ["no address of a web page" in row.get("error", "") for row in rows] == [True] + [False] * 4
    assert [row["url"] for row in rows[1:3]] == ["set::page-1.html", "5"]
    assert len(done.stderr.splitlines()) == 1


def test_line_that_names_no_page(tmp_path: Path) -> None:
    done = run("extract", stdin='{"id": 1}\n')
    assert done.returncode == 2
    assert "line 1" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["extract", "inspect"])
def test_a_page_is_from_an_address(tmp_path: Path, command: str) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    done = run(command, str(tmp_path / "page.html"), "--url", "x.example/1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "series-archive: x.example/1: no address of a web page; write it whole, like"
        " https://www.example.org/.\n"
    )


def test_inspect_shows_what_is_kept_and_removed(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    done = run("inspect", str(tmp_path / "page.html"), "--url", "https://x.example/1")
    assert done.returncode == 0, done.stderr
    assert "A long title of a page" in done.stdout
    assert "advertising.label" in done.stdout
    assert "4 blocks kept" in done.stdout


def test_inspect_ends_where_the_parser_does_not(tmp_path: Path) -> None:
    """The parser compares each attribute of an element with all others; only plain ones are cut before."""
    attributes = " ".join(f"a{number}='>'" for number in range(400_000))
    (tmp_path / "page.html").write_text(
        PAGE.replace("<article>", f"<article {attributes}>"), encoding="utf-8"
    )
    program = "import crawler.workers as w; w.SECONDS = 1; from crawler.commands import main; main()"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            "inspect",
            str(tmp_path / "page.html"),
            "--url",
            "https://x.example/1",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr == "series-archive: https://x.example/1: took longer than 1 s.\n"


def test_inspect_as_json(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    found = json.loads(run("inspect", "--json", str(tmp_path / "page.html")).stdout)
    assert set(found["removed"][0]) == {"rule", "reason", "text", "position"}
    assert any(witness["chosen"] for witness in found["witnesses"])


def test_inspect_says_how_a_fact_was_read(tmp_path: Path) -> None:
    dated = PAGE.replace("</head>", '<meta name="date" content="2024-04-03T09:30:00Z"></head>', 1)
    assert dated != PAGE
    (tmp_path / "page.html").write_text(dated, encoding="utf-8")
    done = run("inspect", str(tmp_path / "page.html"), "--url", "https://x.example/1")
    assert "time zone UTC, as stated" in " ".join(done.stdout.replace("│", " ").split())


def imported_with(module: str) -> set[str]:
    program = f"import sys, {module}; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    return {"lxml", "bs4", "pydantic", "scrapy", "sqlite_utils"} & {*out.split()}


def test_its_main_process_starts_without_what_only_workers_need() -> None:
    assert imported_with("crawler.commands.extract") == set()


def test_workers_share_the_reader_and_no_archive() -> None:
    assert imported_with("crawler.preloaded") == {"bs4", "lxml"}
