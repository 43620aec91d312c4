"""Fit the weights of body lines (include/mediawatch/extraction/body/line_weights.json) to a corpus of pages with gold.

    python tests/bench/extraction_weights.py --corpus DIR --write        # fit to all pages and write the weights
    python tests/bench/extraction_weights.py --corpus DIR --folds 5      # score pages of sites that were not fitted

A line is of the body when most of its tokens are matched in the gold text.  The fit is logistic regression with an L2
penalty by L-BFGS; Chinese pages are few, so their weights are sums of parts shared with other pages, of the language
and of the line's size, each with its own penalty (hierarchical, as in Daumé 2007, "Frustratingly easy domain
adaptation").  Folds are by registered domain.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "include")]

import numpy as np  # noqa: E402 - threads and path are set above

from mediawatch.extraction import decode  # noqa: E402
from mediawatch.extraction.body import main_text  # noqa: E402
from mediawatch.extraction.body.line_classifier import LONG_LINE, Described, describe, voted  # noqa: E402
from mediawatch.extraction.body.overlap import page_description_of  # noqa: E402
from mediawatch.extraction.body.paragraphs import captions_in  # noqa: E402
from mediawatch.extraction.body.rankings import take_rankings  # noqa: E402
from mediawatch.extraction.page.lines import layout_of  # noqa: E402
from mediawatch.extraction.page.tree import parse, runs_in_body  # noqa: E402

WEIGHTS = ROOT / "include/mediawatch/extraction/body/line_weights.json"
ROUNDS = 200
APART = 0.7
"""Scale of the parts for a language or size: the smaller, the nearer they stay to the shared part.  Set once."""
PENALTY = {"chinese": 0.02, "other": 0.1}
"""Inverse penalties: docs/extraction.md has the sweep."""
SHORT_WORDS = 8

Array = np.ndarray[Any, np.dtype[np.float64]]


def scorer(corpus: Path) -> ModuleType:
    """The corpus's own score.py."""
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The lines of one page: features (the vote's are the last two), labels, importance, and what they are."""

    row: dict[str, Any]
    described: Described
    extracted: str
    features: Array
    labels: Array
    importance: Array
    names: tuple[str, ...]


def sheet_of(task: tuple[Path, dict[str, Any]]) -> Sheet | None:
    """The sheet of one page of the corpus; None when it has no gold text or no line."""
    corpus, row = task
    markup = _read(corpus / row["html"])
    decoded = decode(markup)
    if decoded is None or not row["text"]:
        return None
    root = parse(decoded.text)
    headline, title = _headline(root)
    # What is taken out of the tree before its text is looked for.
    take_rankings(root, runs_in_body(root), url=row["url"] or "", headline=headline)
    captions_in(root, headline=headline)
    layout = layout_of(root)
    if not layout.lines:
        return None
    described = describe(layout, page_description_of(root, title=title))
    extracted = main_text.second_opinion(root, headline=headline, is_chinese=described.is_chinese)
    columns = {**described.columns, **voted(described.measures, extracted)}
    labels, tokens = label(described.measures.texts, row, scorer(corpus))
    return Sheet(
        row=row,
        described=described,
        extracted=extracted,
        features=np.stack(list(columns.values()), axis=1).astype(np.float32),
        labels=labels,
        importance=_importance(labels, tokens),
        names=tuple(columns),
    )


def _read(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def _headline(root: Any) -> tuple[Any, str]:
    from mediawatch.extraction.page.declared import declared_by
    from mediawatch.extraction.titles import headline_of

    found = headline_of(root, declared_by(root, ""), runs_in_body(root), announced="")
    return found.element, found.title


def label(texts: Sequence[str], row: dict[str, Any], score: ModuleType) -> tuple[Array, Array]:
    """How much of each line the gold text holds, and the number of tokens of each line."""
    is_chinese = row["lang"].startswith("zh")
    lines = [score.toks(text, is_chinese) for text in texts]
    gold = score.toks(row["text"], is_chinese)
    owner = [index for index, line in enumerate(lines) for _ in line]
    matched = np.zeros(len(lines))
    for start, _, size in difflib.SequenceMatcher(
        None, [t for line in lines for t in line], gold, autojunk=False
    ).get_matching_blocks():
        np.add.at(matched, owner[start : start + size], 1)
    tokens = np.array([len(line) for line in lines], dtype=float)
    aligned = matched / np.maximum(1, tokens)
    shingles = set(score.shingles(gold))
    covered = np.array([_covered(line, shingles, alone) for line, alone in zip(lines, aligned, strict=True)])
    # Shingles find what stands in another order; a line that does not align at all is a copy.
    return np.where(aligned < 0.2, np.minimum(aligned, covered), covered), tokens


def _covered(line: Sequence[str], shingles: set[tuple[str, ...]], alone: float) -> float:
    if len(line) < SHORT_WORDS:
        return alone
    grams = [tuple(line[place : place + 4]) in shingles for place in range(len(line) - 3)]
    return sum(grams) / len(grams)


def _importance(labels: Array, tokens: Array) -> Array:
    """A page weighs about as much as another: F1 is a mean over pages.  Half-matched lines tell little."""
    good = max(1.0, float(tokens[labels > 0.5].sum()))
    size = np.minimum(tokens, good / 3) / good + 0.3 / np.sqrt(len(labels)) + 0.02
    return size * np.maximum(0.1, np.abs(2 * labels - 1))


def domain_of(row: dict[str, Any]) -> str:
    """The registered domain of a page, roughly; its id when it has no address."""
    labels = (urlsplit(row["url"] or "").hostname or row["id"]).split(".")
    second = {"com", "net", "org", "gov", "co", "edu", "ac"}
    return ".".join(labels[-3:] if len(labels) > 2 and labels[-2] in second and len(labels[-1]) == 2 else labels[-2:])


def fold_of(row: dict[str, Any], folds: int) -> int:
    """The fold of a page, the same for all pages of a domain."""
    return int(hashlib.md5(f"s{domain_of(row)}".encode(), usedforsecurity=False).hexdigest(), 16) % folds


def fit(sheets: Sequence[Sheet]) -> dict[str, dict[str, float]]:
    """Weights for Chinese and other pages, short and long lines, with and without the vote."""
    weights: dict[str, dict[str, float]] = {}
    other = [sheet for sheet in sheets if not sheet.described.is_chinese]
    for votes in (0, 2):
        names = sheets[0].names[: len(sheets[0].names) - 2 + votes]
        suffix = ", voted" if votes else ""
        for kind, of in (("chinese", list(sheets)), ("other", other)):
            found = _fit_groups(of, len(names), PENALTY[kind])
            for size in ("short", "long"):
                bias, values = found[kind, size]
                rounded = {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}
                weights[f"{kind}{suffix}, {size}"] = {"bias": round(float(bias), 4), **rounded}
    return weights


def _fit_groups(sheets: Sequence[Sheet], width: int, penalty: float) -> dict[tuple[str, str], tuple[float, Array]]:
    features = np.concatenate([sheet.features[:, :width] for sheet in sheets]).astype(np.float64)
    labels = np.concatenate([sheet.labels for sheet in sheets]) > 0.5
    importance = np.concatenate([sheet.importance for sheet in sheets])
    kinds = np.concatenate([np.full(len(s.labels), s.described.is_chinese) for s in sheets])
    long = np.concatenate([s.described.measures.weight >= LONG_LINE for s in sheets])
    mean, scale = features.mean(0), features.std(0) + 1e-3
    features = (features - mean) / scale
    groups = {
        (kind, size): np.flatnonzero((kinds == (kind == "chinese")) & (long == (size == "long")))
        for kind in ("chinese", "other")
        for size in ("short", "long")
    }
    groups = {group: rows for group, rows in groups.items() if len(rows)}
    raw = _hierarchical(features, labels, importance, groups, penalty)
    return {group: (bias - float(w @ (mean / scale)), w / scale) for group, (bias, w) in raw.items()}


def _hierarchical(
    features: Array, labels: Any, importance: Array, groups: dict[tuple[str, str], Any], penalty: float
) -> dict[tuple[str, str], tuple[float, Array]]:
    width = features.shape[1]
    parts = ["", *dict.fromkeys(part for group in groups for part in group)]
    data = {g: (features[rows], labels[rows].astype(float), importance[rows]) for g, rows in groups.items()}

    def unpack(x: Array) -> dict[tuple[str, str], tuple[float, Array]]:
        part = dict(zip(parts, x[: len(parts) * width].reshape(len(parts), width), strict=True))
        biases = x[len(parts) * width :]
        return {
            group: (float(bias), part[""] + APART * (part[group[0]] + part[group[1]]))
            for group, bias in zip(groups, biases, strict=True)
        }

    def loss(x: Array) -> tuple[float, Array]:
        gradient = np.zeros_like(x)
        inner = gradient[: len(parts) * width].reshape(len(parts), width)
        inner[:] = x[: len(parts) * width].reshape(len(parts), width)
        total = 0.5 * float((inner**2).sum())
        for place, (group, (bias, w)) in enumerate(unpack(x).items()):
            matrix, truth, weight = data[group]
            odds = matrix @ w + bias
            total += penalty * float((weight * (np.logaddexp(0, odds) - truth * odds)).sum())
            error = penalty * weight * (1 / (1 + np.exp(-np.clip(odds, -500, 500))) - truth)
            slope = error @ matrix
            inner[0] += slope
            for part in group:
                inner[parts.index(part)] += APART * slope
            gradient[len(parts) * width + place] = error.sum()
        return total, gradient

    return unpack(minimise(loss, np.zeros(len(parts) * width + len(groups))))


def minimise(loss: Callable[[Array], tuple[float, Array]], x: Array, memory: int = 12) -> Array:
    """L-BFGS (Nocedal 1980) with a backtracking line search."""
    value, gradient = loss(x)
    pairs: list[tuple[Array, Array, float]] = []
    for _ in range(ROUNDS):
        step = _direction(gradient, pairs)
        length = 1.0 if pairs else min(1.0, 1 / float(np.abs(gradient).sum()))
        slope = float(gradient @ step)
        while True:
            found, slopes = loss(x + length * step)
            if found <= value + 1e-4 * length * slope or length < 1e-10:
                break
            length /= 2
        moved, bent = length * step, slopes - gradient
        if float(moved @ bent) > 1e-12:
            pairs = [*pairs, (moved, bent, 1 / float(moved @ bent))][-memory:]
        if value - found < 1e-7 * abs(value):
            return x + moved
        x, value, gradient = x + moved, found, slopes
    return x


def _direction(gradient: Array, pairs: Sequence[tuple[Array, Array, float]]) -> Array:
    q, alphas = gradient.copy(), []
    for moved, bent, rho in reversed(pairs):
        alphas.append(rho * float(moved @ q))
        q -= alphas[-1] * bent
    if pairs:
        moved, bent, _ = pairs[-1]
        q *= float(moved @ bent) / float(bent @ bent)
    for (moved, bent, rho), alpha in zip(pairs, reversed(alphas), strict=True):
        q += (alpha - rho * float(bent @ q)) * moved
    return -q


def cross(sheets: Sequence[Sheet], folds: int) -> dict[str, str]:
    """The body of each page by weights fitted to pages of other domains."""
    weights = fit_folds(sheets, folds)
    return {
        sheet.row["id"]: main_text.body_by_weights(
            sheet.described, weights[fold_of(sheet.row, folds)], lambda s=sheet: s.extracted
        )
        for sheet in sheets
    }


def fit_folds(sheets: Sequence[Sheet], folds: int) -> list[dict[str, dict[str, float]]]:
    """For each fold the weights fitted to all the others."""
    return [fit([sheet for sheet in sheets if fold_of(sheet.row, folds) != fold]) for fold in range(folds)]


def weights_of_folds(corpus: Path, folds: int) -> list[dict[str, dict[str, float]]]:
    """`fit_folds` on the corpus."""
    return fit_folds(sheets_of(corpus), folds)


def sheets_of(corpus: Path) -> list[Sheet]:
    """All pages of the corpus that have a gold text."""
    tasks = [(corpus, row) for row in scorer(corpus).read(str(corpus / "gold.jsonl.gz"))]
    with Pool(2) as pool:
        return [sheet for sheet in pool.imap(sheet_of, tasks, chunksize=8) if sheet is not None]


def report(texts: dict[str, str], rows: Iterable[dict[str, Any]], score: ModuleType) -> None:
    """One line a set: F1, precision, recall and share of identical texts."""
    gold = [row for row in rows if row["text"]]
    results = {r["id"]: score.page(r["text"], texts.get(r["id"]), r["lang"].startswith("zh"), r["title"]) for r in gold}
    print(f"{'set':18}{'pages':>6}{'F1':>8}{'P':>8}{'R':>8}{'identical':>11}")
    for name, belongs in score.GROUPS:
        found = score.agg([results[row["id"]] for row in gold if belongs(row)])
        if found:
            print(f"{name:18}{found['n']:6}{found['f1']:8.3f}{found['p']:8.3f}{found['r']:8.3f}{found['acc']:11.3f}")


def main() -> None:
    """Fit and write, or cross-validate."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--corpus", type=Path, required=True)
    arguments.add_argument("--folds", type=int, default=0)
    arguments.add_argument("--write", action="store_true")
    chosen = arguments.parse_args()
    sheets = sheets_of(chosen.corpus)
    if chosen.folds:
        report(cross(sheets, chosen.folds), (sheet.row for sheet in sheets), scorer(chosen.corpus))
    if chosen.write:
        WEIGHTS.write_text(json.dumps(fit(sheets), indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
