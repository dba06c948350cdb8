"""Trains the block classifier on annotated pages, and says how well it does on other sites.

    python benchmarks/train_blocks.py --corpus ../shared/corpus --out crawler/extraction/blocks.json

A block's label is whether the annotated text contains it. Needs numpy and scikit-learn; the program does not.
Without --out it only cross-validates: trained on one half of the sites, judged on the other, and the reverse.
"""

import argparse
import gzip
import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from crawler.extraction.body import find_body
from crawler.extraction.features import NAMES, Facts, describe
from crawler.extraction.language import primary_tag
from crawler.extraction.metadata import read_metadata
from crawler.extraction.page import Page

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")
_MIXED = "wcxb"
"""Data sets of pages that are not news weigh half."""


class Sample(NamedTuple):
    """A block of an annotated page."""

    page: str
    half: int
    features: list[float]
    article: bool
    weight: float


def squash(text: str) -> str:
    return "".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def labels(truth: str) -> Callable[[str], float | None]:
    """Make the function that gives the share of a block that the annotated text contains."""
    whole, lines = squash(truth), {squash(line) for line in truth.splitlines()}
    words = _WORD.findall(truth.casefold())
    shingles = set(zip(words, words[1:], words[2:], words[3:], strict=False))

    def label(text: str) -> float | None:
        key = squash(text)
        if not key:
            return None
        if len(key) < 12:
            return float(key in lines)
        if key in whole:
            return 1.0
        own = _WORD.findall(text.casefold())
        parts = list(zip(own, own[1:], own[2:], own[3:], strict=False))
        return sum(part in shingles for part in parts) / len(parts) if parts else 0.0

    return label


def samples_of(job: tuple[dict[str, Any], Path]) -> list[Sample]:
    row, corpus = job
    page = Page.parse(gzip.decompress((corpus / f"{row['id']}.html.gz").read_bytes()), row["url"])
    facts = read_metadata(page)
    declared = primary_tag(facts.language)
    languages = (declared,) if declared else ()
    described = describe(find_body(page.root), Facts(facts.title, facts.authors, facts.standfirst, languages))
    label = labels(row["text"])
    half = hashlib.sha1(row["site"].encode()).digest()[0] & 1
    page_weight = (1.0 if row["dataset"].startswith(_MIXED) else 2.0) * min(
        1.0, (60 / max(1, len(described))) ** 0.5
    )
    found = []
    for entry in described:
        share = label(entry.block.text)
        if share is not None:
            words = min(max(entry.block.words, entry.block.chars / 12), 80)
            found.append(
                Sample(row["id"], half, entry.features, share >= 0.5, page_weight * (1 + words / 15))
            )
    return found


def fit(samples: list[Sample]) -> HistGradientBoostingClassifier:
    """Fit once, leave out the pages whose annotation contradicts even that, and fit again."""
    model = _fit(samples)
    guessed = model.predict(np.array([sample.features for sample in samples], dtype=np.float32))
    wrong = Counter(s.page for s, guess in zip(samples, guessed, strict=True) if bool(guess) != s.article)
    sizes = Counter(sample.page for sample in samples)
    return _fit([s for s in samples if wrong[s.page] < max(12, 0.35 * sizes[s.page])])


def _fit(samples: list[Sample]) -> HistGradientBoostingClassifier:
    model = HistGradientBoostingClassifier(
        max_iter=45, max_leaf_nodes=12, learning_rate=0.22, min_samples_leaf=30, l2_regularization=5.0,
        early_stopping=False, random_state=0,
    )  # fmt: skip
    return model.fit(
        np.array([sample.features for sample in samples], dtype=np.float32),
        np.array([sample.article for sample in samples]),
        sample_weight=np.array([sample.weight for sample in samples]),
    )


def validate(samples: list[Sample]) -> None:
    for half in (0, 1):
        model = fit([sample for sample in samples if sample.half == half])
        others = [sample for sample in samples if sample.half != half]
        guessed = model.predict(np.array([sample.features for sample in others], dtype=np.float32))
        for name in sorted({sample.page.partition("/")[0] for sample in others}):
            rows = [
                (s, bool(g)) for s, g in zip(others, guessed, strict=True) if s.page.startswith(f"{name}/")
            ]
            right = sum(s.weight for s, g in rows if s.article == g) / sum(s.weight for s, _ in rows)
            print(f"sites of half {1 - half}  {name:<12} {len(rows):>6} blocks  {right:.4f} right by weight")


def exported(model: HistGradientBoostingClassifier) -> dict[str, Any]:
    trees = [_tree(predictors[0].nodes, 0)[0] for predictors in model._predictors]
    bias = float(np.ravel(model._baseline_prediction)[0])
    return {"features": list(NAMES), "bias": bias, "trees": trees}


def _tree(nodes: Any, index: int) -> tuple[Any, float, int]:
    """A fork as [feature, threshold, mean, at most, above], with its mean and its number of samples."""
    node = nodes[index]
    if node["is_leaf"]:
        return round(float(node["value"]), 5), float(node["value"]), int(node["count"])
    low, low_mean, low_count = _tree(nodes, node["left"])
    high, high_mean, high_count = _tree(nodes, node["right"])
    count = low_count + high_count
    mean = (low_mean * low_count + high_mean * high_count) / count
    return (
        [int(node["feature_idx"]), round(float(node["num_threshold"]), 5), round(mean, 5), low, high],
        mean,
        count,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with (options.corpus / "truth.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("text")]
    with ProcessPoolExecutor() as pool:
        jobs = [(row, options.corpus) for row in rows]
        samples = [sample for page in pool.map(samples_of, jobs, chunksize=8) for sample in page]
    print(f"{len(samples)} blocks of {len(rows)} pages")
    validate(samples)
    if options.out:
        options.out.write_text(json.dumps(exported(fit(samples)), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
