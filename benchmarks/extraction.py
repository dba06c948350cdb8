"""How well, how fast and with how much memory are pages read, next to other extractors?

    python benchmarks/extraction.py --corpus DIR [--folds FOLDER] [--dataset NAME ...] [--peers NAME ...]

DIR holds ``truth.jsonl`` (annotated pages) and the pages themselves as ``<id>.html.gz``. Every extractor
reads the same pages in the same run, each in a process of its own. They take turns of some pages, so that
what else the machine does slows all of them alike. Quality is measured by the corpus's own script
(``--score``, default ``DIR/../bench/score.py``); CPU time is that of extraction alone, after reading the
files and importing; memory is the process's peak, less what it had after the first page. Then the job as a
whole, with all of its processes: pages are named as JSON Lines, and what they say is written as JSON Lines,
by ``series-archive extract --jobs 1`` and by a script of a few lines around each peer. Prints Markdown. Peers
that are not installed are left out (``pip install 'series-archive[bench]'``).

Half of the sites (by a hash of the site's name) is for looking at while rules are written, the other half is
only ever scored. The model that ships was trained on all of them; with --folds FOLDER, which train_blocks.py
writes, ours reads each page with the model that was trained without its site.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any

import processes
from folds import FOLDS, fold_of

Prediction = dict[str, Any]
Read = Callable[[bytes, str], Prediction]

OURS = "series-archive"
WITHHELD = "withheld"
"""Of a prediction: a part that the publisher declares as paid was left out."""
YARDSTICK = "trafilatura-fast"
"""The peer that speed is measured against."""
_AT_A_TURN = 20
"""Pages."""
KINDS = (
    *("sentence", "longer line without a full stop", "line of fewer than 8 words"),
    *("item of a list", "row of a table"),
)
SENTENCE_ENDS = ".!?…。！？।"
COLUMNS = ("f1", "precision", "recall", "leftover", "lost", "title", "authors", "date", "snippets")


@dataclass(frozen=True, slots=True)
class Run:
    """What one extractor made of the pages, and what it cost."""

    name: str
    predictions: list[Prediction]
    cpu_seconds: float
    peak_mb: float
    failures: int


def series_archive() -> Read:
    from crawler.extraction.extract import extract

    def read(body: bytes, url: str) -> Prediction:
        found = extract(body, url)
        return {
            "title": found.title,
            "authors": list(found.authors),
            "published": found.published,
            "text": found.text,
            WITHHELD: any(block.rule == "access.paid-part" for block in found.removed),
        }

    return read


def trafilatura(**options: Any) -> Read:
    from trafilatura import bare_extraction

    def read(body: bytes, url: str) -> Prediction:
        found: Any = bare_extraction(body, url=url, with_metadata=True, include_comments=False, **options)
        if found is None:
            return {}
        return {"title": found.title, "authors": found.author, "published": found.date, "text": found.text}

    return read


def newspaper4k() -> Read:
    from newspaper import Article, Config

    config = Config()
    config.fetch_images = False

    def read(body: bytes, url: str) -> Prediction:
        article = Article(url, config=config)
        article.download(input_html=decoded(body))
        article.parse()
        published = article.publish_date.isoformat() if hasattr(article.publish_date, "isoformat") else None
        return {
            "title": article.title,
            "authors": article.authors,
            "published": published,
            "text": article.text,
        }

    return read


def readability_lxml() -> Read:
    from lxml import html
    from readability import Document

    def read(body: bytes, url: str) -> Prediction:
        document = Document(decoded(body), url=url)
        fragment = html.fromstring(document.summary(html_partial=True))
        lines = (
            " ".join(block.text_content().split()) for block in fragment.iter("p", "li", "h2", "h3", "pre")
        )
        return {"title": document.short_title(), "text": "\n".join(line for line in lines if line)}

    return read


def resiliparse() -> Read:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def read(body: bytes, _url: str) -> Prediction:
        tree = HTMLTree.parse(decoded(body))
        return {"title": tree.title, "text": extract_plain_text(tree, main_content=True, alt_texts=False)}

    return read


EXTRACTORS: dict[str, Callable[[], Read]] = {
    OURS: series_archive,
    "trafilatura": trafilatura,
    "trafilatura-fast": lambda: trafilatura(fast=True),
    "trafilatura-precision": lambda: trafilatura(favor_precision=True),
    "newspaper4k": newspaper4k,
    "readability-lxml": readability_lxml,
    "resiliparse": resiliparse,
}


def decoded(body: bytes) -> str:
    """Text for the extractors that take no bytes, by the decoder that ours uses."""
    from crawler.extraction.charset import decode

    return decode(body, None)[0]


def half_of(site: str) -> str:
    """Give the half that a site belongs to."""
    return "held-out" if hashlib.sha256(site.encode()).digest()[0] % 2 else "dev"


def work(name: str, model: Path | None, turns: Connection) -> None:
    """Read pages with one extractor, some at each turn; runs in a process of its own."""
    if model is not None:
        from crawler.extraction.classifier import use

        use(model)
    try:
        read = EXTRACTORS[name]()
    except ImportError as error:
        turns.send(str(error))
        return
    turns.send(None)
    predictions: list[Prediction] = []
    seconds, failures, before = 0.0, 0, 0
    while (pages := turns.recv()) is not None:
        bodies = [(page_id, url, gzip.decompress(path.read_bytes())) for page_id, url, path in pages]
        if not before:
            read(bodies[0][2], bodies[0][1])
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.process_time()
        for page_id, url, body in bodies:
            try:
                prediction = read(body, url)
            except Exception:
                prediction, failures = {}, failures + 1
            predictions.append({"id": page_id, **prediction})
        seconds += time.process_time() - started
        turns.send(None)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    turns.send(Run(name, predictions, seconds, peak, failures))


def run_without_sites(folder: Path, truth: Sequence[dict[str, Any]], corpus: Path) -> Run:
    """Run ours with the model of each fold on the pages that it was not trained on."""
    parts = []
    for fold in range(FOLDS):
        rows = [row for row in truth if fold_of(row["site"]) == fold]
        if rows:
            parts += run([OURS], pages_of(rows, corpus), folder / f"{fold}.json")
    return Run(
        f"{OURS}, sites held out",
        [prediction for part in parts for prediction in part.predictions],
        sum(part.cpu_seconds for part in parts),
        max(part.peak_mb for part in parts),
        sum(part.failures for part in parts),
    )


def pages_of(rows: Sequence[dict[str, Any]], corpus: Path) -> list[tuple[str, str, Path]]:
    return [(row["id"], row["url"], corpus / f"{row['id']}.html.gz") for row in rows]


def run(names: Sequence[str], pages: Sequence[tuple[str, str, Path]], model: Path | None = None) -> list[Run]:
    """Run extractors that take turns, so that what else the machine does slows all of them alike.

    Those that are not installed are left out.
    """
    context = multiprocessing.get_context("spawn")
    running: list[tuple[str, BaseProcess, Connection]] = []
    for name in names:
        here, there = context.Pipe()
        process = context.Process(target=work, args=(name, model, there), daemon=True)
        process.start()
        there.close()  # so that the end of the process is the end of what comes from it
        if missing := answer(name, here):
            print(f"{name} is left out: {missing}", file=sys.stderr)
        else:
            running.append((name, process, here))
    for first in range(0, len(pages), _AT_A_TURN):
        for name, _, turns in running:
            turns.send(pages[first : first + _AT_A_TURN])
            answer(name, turns)
    runs = []
    for name, reader, turns in running:
        turns.send(None)
        runs.append(answer(name, turns))
        reader.join()
    return runs


def answer(name: str, turns: Connection) -> Any:
    """Wait for what an extractor's process says."""
    try:
        return turns.recv()
    except EOFError:
        raise SystemExit(f"{name}: its process died; what it wrote stands above.") from None


def job(name: str) -> None:
    """Do what ``series-archive extract`` does with another extractor."""
    read = EXTRACTORS[name]()
    for line in sys.stdin:
        page = json.loads(line)
        try:
            found = read(Path(page["path"]).read_bytes(), page["url"])
        except Exception as error:
            found = {"error": str(error)}
        sys.stdout.write(json.dumps({"id": page["id"], **found}, ensure_ascii=False, default=str) + "\n")


def print_job(names: Sequence[str], pages: Sequence[tuple[str, str, Path]]) -> None:
    print(f"\n### The job as a whole, {len(pages)} pages, start included\n")
    print(f"| program | CPU seconds | for one page | pages per CPU second | times {YARDSTICK} | peak MB |")
    print("|---|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = []
        for number, (page_id, url, path) in enumerate(pages):
            (folder / f"{number}.html").write_bytes(gzip.decompress(path.read_bytes()))
            lines.append(json.dumps({"id": page_id, "url": url, "path": f"{number}.html"}) + "\n")
        one, every = folder / "one.jsonl", folder / "every.jsonl"
        one.write_text(lines[0], encoding="utf-8")
        every.write_text("".join(lines), encoding="utf-8")
        took = {name: (_job(name, folder, one), _job(name, folder, every)) for name in names}
    yardstick = took[YARDSTICK][1].cpu if YARDSTICK in took else None
    for name, (start, whole) in took.items():
        peak = (whole.main.peak + sum(other.peak for other in whole.others)) / 1e6
        times = f"{yardstick / whole.cpu:.1f}" if yardstick else "–"
        cells = (
            f"{whole.cpu:.1f}",
            f"{start.cpu:.1f}",
            f"{len(pages) / whole.cpu:.0f}",
            times,
            f"{peak:.0f}",
        )
        print(f"| {name} | " + " | ".join(cells) + " |")


def _job(name: str, folder: Path, pages: Path) -> processes.Run:
    ours = [sys.executable, "-m", "crawler.commands", "extract", "--jobs", "1"]
    took = processes.run(
        ours if name == OURS else [sys.executable, str(Path(__file__).resolve()), "--job", name],
        folder,
        pages,
    )
    written, wanted = took.output.count("\n"), pages.read_text("utf-8").count("\n")
    if written != wanted:
        raise SystemExit(f"{name} wrote {written} of {wanted} lines: {took.errors[-2000:]}")
    return took


def load_score(path: Path) -> ModuleType:
    """Import the corpus's measure."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"{path}: the script that scores is not there; name it with --score.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def print_quality(runs: Sequence[Run], truth: Sequence[dict[str, Any]], score: ModuleType) -> None:
    """Print a table a data set; F1 once more without the pages that ours withholds paid parts of."""
    withheld = {p["id"] for one in runs for p in one.predictions if p.get(WITHHELD)}
    for dataset in dict.fromkeys(row["dataset"] for row in truth):
        rows = [row for row in truth if row["dataset"] == dataset]
        free = [row for row in rows if row["id"] not in withheld]
        print(f"\n### {dataset}, {len(rows)} pages\n")
        print("| extractor | " + " | ".join(COLUMNS) + " | f1 without paid |")
        print("|---|" + "--:|" * (len(COLUMNS) + 1))
        for one in runs:
            by_id = {prediction["id"]: prediction for prediction in one.predictions}
            summary, of_free = (
                score.summary([score.score_page(row, by_id.get(row["id"], {})) for row in some])
                for some in (rows, free)
            )
            cells = (*(summary.get(column) for column in COLUMNS), of_free.get("f1"))
            print(f"| {one.name} | " + " | ".join("–" if c is None else f"{c:.3f}" for c in cells) + " |")
        print(
            f"\nWithout paid: {len(free)} pages, without those of which ours withholds a declared paid part."
        )


def print_kinds(ours: Run, truth: Sequence[dict[str, Any]], score: ModuleType) -> None:
    """Say on how many pages ours left over, or lost, what kind of line."""
    by_id = {prediction["id"]: prediction for prediction in ours.predictions}
    scored = [score.score_page(row, by_id.get(row["id"], {})) for row in truth if row.get("text")]
    print(f"\n### Lines that {ours.name} left over or lost, on how many of {len(scored)} pages\n")
    print("| kind | left over | lost |")
    print("|---|--:|--:|")
    for kind in KINDS:
        cells = (
            sum(any(kind_of(line, score) == kind for line in page[what]) for page in scored)
            for what in ("leftover", "lost")
        )
        print(f"| {kind} | " + " | ".join(map(str, cells)) + " |")
    few = sum(0 < len(page["leftover"]) <= 2 for page in scored)
    print(f"\nOne or two lines were left over on {few} pages.")


def kind_of(line: str, score: ModuleType) -> str:
    """Give the kind of a line, one of ``KINDS``."""
    if line.startswith("- "):
        return "item of a list"
    if " | " in line:
        return "row of a table"
    if line.rstrip("”\"»’')")[-1:] in SENTENCE_ENDS:
        return "sentence"
    return "line of fewer than 8 words" if len(score.words(line)) < 8 else "longer line without a full stop"


def print_cost(runs: Sequence[Run], pages: int, megabytes: float) -> None:
    print(f"\n### Cost, {pages} pages of {megabytes / pages * 1000:.0f} KB on average\n")
    print(f"| extractor | pages per CPU second | CPU ms a page | times {YARDSTICK} | MB more | failed |")
    print("|---|--:|--:|--:|--:|--:|")
    yardstick = next((one.cpu_seconds for one in runs if one.name == YARDSTICK), None)
    for one in runs:
        speed = pages / one.cpu_seconds
        cells = (
            f"{speed:.0f}",
            f"{1000 / speed:.1f}",
            f"{yardstick / one.cpu_seconds:.1f}" if yardstick else "–",
            f"{one.peak_mb:.0f}",
            f"{one.failures}",
        )
        print(f"| {one.name} | " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--job", choices=[*EXTRACTORS], help=argparse.SUPPRESS)
    parser.add_argument("--dataset", nargs="*")
    parser.add_argument("--half", choices=["dev", "held-out", "all"], default="all")
    parser.add_argument("--folds", type=Path, help="models that train_blocks.py made, one a fold of sites")
    parser.add_argument("--peers", nargs="*", choices=[*EXTRACTORS][1:], default=[*EXTRACTORS][1:])
    parser.add_argument("--score", type=Path, help="default: <corpus>/../bench/score.py")
    parser.add_argument("--predictions", type=Path, help="write <folder>/<extractor>.jsonl")
    args = parser.parse_args()
    if args.job:
        job(args.job)
        return
    if args.corpus is None:
        parser.error("--corpus is missing")
    score = load_score(args.score or args.corpus.resolve().parent / "bench" / "score.py")
    truth = [
        row
        for row in score.read(args.corpus / "truth.jsonl")
        if (not args.dataset or row["dataset"] in args.dataset) and args.half in ("all", half_of(row["site"]))
    ]
    if not truth:
        raise SystemExit("No page of the corpus matches.")
    pages = pages_of(truth, args.corpus)
    if args.folds:
        runs = [run_without_sites(args.folds, truth, args.corpus), *run(args.peers, pages)]
    else:
        runs = run([OURS, *args.peers], pages)
    print(f"Half: {args.half}. Python {sys.version.split()[0]}, {time.strftime('%Y-%m-%d')}.")
    print_quality(runs, truth, score)
    print_kinds(runs[0], truth, score)
    print_cost(runs, len(pages), sum(len(gzip.decompress(p.read_bytes())) for _, _, p in pages) / 1e6)
    print_job([one.name.partition(",")[0] for one in runs], pages)  # the model that ships costs the same
    if args.predictions:
        args.predictions.mkdir(parents=True, exist_ok=True)
        for one in runs:
            lines = (json.dumps(prediction, ensure_ascii=False) + "\n" for prediction in one.predictions)
            (args.predictions / f"{one.name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
