"""How likely each line of a page is of the article's body, and the best runs of lines.

A logistic regression over what the line says and where it stands; its weights are in line_weights.json, made by
`tests/bench/extraction_weights.py`.  Runs of lines by the algorithm of Viterbi (1967).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.body.order import order
from mediawatch.extraction.body.overlap import PageDescription, overlap, standing_in
from mediawatch.extraction.body.position import Places, places_of, position
from mediawatch.extraction.body.wording import Column, Columns, Measures, key_of, markers, measures_of, wording
from mediawatch.extraction.page.lines import Layout

Weights = Mapping[str, Mapping[str, float]]

LONG_LINE: Final = 15
"""Weight from which lines have weights of their own: what makes a paragraph of the article is not what makes a
subheading of it."""
_WEIGHTS: Final = Path(__file__).with_name("line_weights.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The lines of a page with their features."""

    layout: Layout
    measures: Measures
    places: Places
    columns: Columns
    is_chinese: bool


def describe(layout: Layout, page: PageDescription) -> Described:
    """The features of all lines of `layout`, which has at least one."""
    measures = measures_of(layout.lines)
    places = places_of(layout, measures)
    columns = {
        **wording(layout.lines, measures),
        **markers(measures, page.sites),
        **overlap(measures, page),
        **position(measures, places),
        **order(measures, places, title=page.title),
    }
    return Described(layout=layout, measures=measures, places=places, columns=columns, is_chinese=measures.is_chinese)


def log_odds(described: Described, weights: Weights, extracted: str | None) -> Column:
    """The log-odds of each line, with or without knowing the text that another extractor took."""
    columns = described.columns
    kind = "chinese" if described.is_chinese else "other"
    if extracted is not None:
        columns = {**columns, **voted(described.measures, extracted)}
        kind += ", voted"
    is_long = described.measures.weight >= LONG_LINE
    # In one piece: `numpy.stack` takes each of some 250 columns in hand.
    matrix = np.concatenate(list(columns.values())).reshape(len(columns), -1)
    short, long = (_sums(matrix, columns, weights[f"{kind}, {size}"]) for size in ("short", "long"))
    # Rounded, so that the last bits of a sum on another machine cannot decide.
    odds: Column = np.round(np.where(is_long, long, short), 6).astype(np.float64)
    return odds


def voted(measures: Measures, extracted: str) -> Columns:
    """Whether each line is in the text `extracted`."""
    hits = standing_in(measures.keys, key_of(extracted))
    return {"taken": hits, "taken, short": hits * (measures.weight < LONG_LINE * 2)}


def _sums(matrix: npt.NDArray[np.float64], names: Iterable[str], weights: Mapping[str, float]) -> Column:
    vector = np.array([weights.get(name, 0.0) for name in names])
    sums: Column = vector @ matrix + weights["bias"]
    return sums


@cache
def committed_weights() -> Weights:
    """The weights in line_weights.json: per kind of page and size of line, one for each feature and a bias."""
    read: Weights = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return read


_WITHIN: Final = 0.7
_ACROSS: Final = 0.35
"""Cost (in log-odds) of a body beginning or ending within a block, and between blocks.  docs/extraction.md has the
sweep."""
_BY_WEIGHT: Final = 0.4
"""A line counts by its weight to this power: a paragraph says more than 图 does."""
_UNIT: Final = 12
_LEAST, _MOST = 0.6, 4.0
_BOUND: Final = 5.0


def best_runs(log_odds: Column, weight: Column, together: npt.NDArray[np.bool_]) -> list[bool]:
    """Which lines are of the body: the labels whose log-odds less the costs of beginnings and endings are highest.

    `together` tells of each line whether it stands in the same block as the line before it.
    """
    scale = np.clip((weight / _UNIT) ** _BY_WEIGHT, _LEAST, _MOST)
    gains = (np.clip(log_odds, -_BOUND, _BOUND) * scale).tolist()
    costs = np.where(together, _WITHIN, _ACROSS).tolist()
    out, body = 0.0, 0.0
    came: list[tuple[bool, bool]] = []
    for gain, cost in zip(gains, costs, strict=True):
        came.append((body - cost > out, body >= out - cost))
        out, body = max(out, body - cost), max(body, out - cost) + gain
    labels, label = [], body > out
    for from_body_out, from_body in reversed(came):
        labels.append(label)
        label = from_body if label else from_body_out
    return labels[::-1]
