"""Trains the block classifier on annotated pages, and says how well it does on other sites.

    python benchmarks/train_blocks.py --corpus DIR --folds FOLDER --out crawler/extraction/blocks.json

A block's label is whether the annotated text contains it. First words get their weights (word_weights.py),
then trees are grown; the sum of a block's weights is one of their features, and for that each site's blocks
are weighed by what was learnt on other sites. Needs numpy, scipy and lightgbm; the program does not.
What --folds writes is for ``extraction.py --folds``, which reads every page with the model that knows nothing
of its site.
"""

import argparse
import gzip
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import word_weights
from folds import FOLDS, fold_of

from crawler.extraction.body import Body, find_body
from crawler.extraction.features import NAMES, Described, Facts, describe
from crawler.extraction.language import primary_tag
from crawler.extraction.metadata import read_metadata
from crawler.extraction.page import Page
from crawler.extraction.vocabulary import tokens

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")
_MIXED = "wcxb"
"""Data sets of pages that are not news weigh half."""
_TREES = 100
_PARAMETERS = {
    "objective": "binary", "num_leaves": 15, "learning_rate": 0.11, "min_data_in_leaf": 40, "lambda_l2": 5.0,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "max_bin": 127, "seed": 1,
    "deterministic": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip


_VOCABULARY = NAMES.index("vocabulary")


class Sample(NamedTuple):
    """A block of an annotated page."""

    page: str
    site: str
    fold: int
    features: tuple[float, ...]
    tokens: list[str]
    article: bool
    weight: float


class Model(NamedTuple):
    """What is learnt of some sites."""

    words: dict[str, float]
    trees: lightgbm.Booster


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


def snippets(row: dict[str, Any]) -> Callable[[str], float | None]:
    """Label the blocks of a page of which only some sentences are annotated, as there or as not there."""
    there, absent = (
        [" ".join(part.split()) for part in row.get(key) or () if isinstance(part, str)]
        for key in ("with", "without")
    )

    def label(text: str) -> float | None:
        flat = " ".join(text.split())
        good, bad = any(part in flat for part in there), any(part in flat for part in absent)
        return None if good == bad else float(good)

    return label


def with_rows(described: list[Described]) -> list[str]:
    """Give the text by which each block is labelled: for the cell of a table the whole row."""
    rows: dict[Any, list[str]] = {}
    steps = [next((step for step in reversed(e.block.path) if step[0] == "tr"), None) for e in described]
    for entry, step in zip(described, steps, strict=True):
        rows.setdefault(step, []).append(entry.block.text)
    return [
        e.block.text if step is None else " ".join(rows[step])
        for e, step in zip(described, steps, strict=True)
    ]


def samples_of(job: tuple[dict[str, Any], Path]) -> list[Sample]:
    row, corpus = job
    page = Page.parse(gzip.decompress((corpus / f"{row['id']}.html.gz").read_bytes()), row["url"])
    facts = read_metadata(page)
    declared = primary_tag(facts.language)
    languages = (declared,) if declared else ()
    body = find_body(page, title=facts.title)
    return samples_from(
        row,
        body,
        describe(body, Facts(facts.title, facts.authors, facts.standfirst or facts.summary, languages)),
    )


def samples_from(row: dict[str, Any], body: Body, described: list[Described]) -> list[Sample]:
    label = labels(row["text"]) if row.get("text") else snippets(row)
    fold = fold_of(row["site"])
    page_weight = (1.0 if row["dataset"].startswith(_MIXED) else 2.0) * min(
        1.0, (60 / max(1, len(described))) ** 0.5
    )
    found = []
    spoken = tokens(body, [entry.index for entry in described])
    for entry, text, words_in in zip(described, with_rows(described), spoken, strict=True):
        share = label(text)
        if share is not None:
            words = min(max(entry.block.words, entry.block.chars / 12), 80)
            weight = page_weight * (1 + words / 15)
            found.append(Sample(row["id"], row["site"], fold, entry.features, words_in, share >= 0.5, weight))
    return found


def fit(samples: Sequence[Sample]) -> Model:
    """Weigh words and grow trees."""
    return Model(_words(samples), _fit(_weighed_by_others(samples)))


def _words(samples: Sequence[Sample]) -> dict[str, float]:
    return word_weights.fit(
        [sample.tokens for sample in samples],
        [sample.site for sample in samples],
        [sample.article for sample in samples],
        [sample.weight for sample in samples],
    )


def _weighed_by_others(samples: Sequence[Sample]) -> list[Sample]:
    """Weigh each block by the words of the other folds, as those of a new site are."""
    weighed: list[Sample] = []
    for fold in sorted({sample.fold for sample in samples}):
        words = _words([sample for sample in samples if sample.fold != fold])
        weighed += weigh([sample for sample in samples if sample.fold == fold], words)
    return weighed


def weigh(samples: Sequence[Sample], words: dict[str, float]) -> list[Sample]:
    """Give samples with the sum of their words' weights among their features."""
    weighed = []
    for sample in samples:
        spoken = sum(words.get(token, 0.0) for token in sample.tokens)
        before, after = sample.features[:_VOCABULARY], sample.features[_VOCABULARY + 1 :]
        weighed.append(sample._replace(features=(*before, spoken, *after)))
    return weighed


def _fit(samples: Sequence[Sample]) -> lightgbm.Booster:
    rows = lightgbm.Dataset(
        _matrix(samples),
        [sample.article for sample in samples],
        weight=[sample.weight for sample in samples],
    )
    return lightgbm.train(_PARAMETERS, rows, _TREES)


def _matrix(samples: Sequence[Sample]) -> Any:
    return np.array([sample.features for sample in samples], dtype=np.float32)


def exported(model: Model) -> dict[str, Any]:
    """Give a model as the program reads it; its first tree holds the bias."""
    trees = [_tree(tree["tree_structure"])[0] for tree in model.trees.dump_model()["tree_info"]]
    return {"features": list(NAMES), "bias": 0.0, "trees": trees, "words": model.words}


def _tree(node: dict[str, Any]) -> tuple[Any, float, int]:
    """A fork as [feature, threshold, mean, at most, above], with its mean and its number of samples."""
    if "leaf_value" in node:
        return round(node["leaf_value"], 4), node["leaf_value"], node.get("leaf_count", 1)
    low, low_mean, low_count = _tree(node["left_child"])
    high, high_mean, high_count = _tree(node["right_child"])
    count = low_count + high_count
    mean = (low_mean * low_count + high_mean * high_count) / count
    return [node["split_feature"], round(node["threshold"], 4), round(mean, 4), low, high], mean, count


def write(model: Model, file: Path) -> None:
    text = json.dumps(exported(model), separators=(",", ":"), ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def print_accuracy(fold: int, model: Model, samples: Sequence[Sample]) -> None:
    samples = weigh(samples, model.words)
    right: defaultdict[str, float] = defaultdict(float)
    total: defaultdict[str, float] = defaultdict(float)
    for sample, sure in zip(samples, model.trees.predict(_matrix(samples)), strict=True):
        dataset = sample.page.partition("/")[0]
        right[dataset] += sample.weight * (sample.article == (sure >= 0.5))
        total[dataset] += sample.weight
    shares = ", ".join(f"{dataset} {right[dataset] / total[dataset]:.4f}" for dataset in sorted(total))
    print(f"sites of fold {fold}, right by weight: {shares}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="write the model of all sites")
    parser.add_argument("--folds", type=Path, help="write a model without the sites of each fold")
    options = parser.parse_args()
    with (options.corpus / "truth.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("text") or row.get("with")]
    with ProcessPoolExecutor() as pool:
        jobs = [(row, options.corpus) for row in rows]
        samples = [sample for page in pool.map(samples_of, jobs, chunksize=8) for sample in page]
    print(f"{len(samples)} blocks of {len(rows)} pages")
    if options.folds:
        options.folds.mkdir(parents=True, exist_ok=True)
        for fold in range(FOLDS):
            model = fit([sample for sample in samples if sample.fold != fold])
            write(model, options.folds / f"{fold}.json")
            print_accuracy(fold, model, [sample for sample in samples if sample.fold == fold])
    if options.out:
        write(fit(samples), options.out)


if __name__ == "__main__":
    main()
