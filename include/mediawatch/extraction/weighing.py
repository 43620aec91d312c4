"""How likely each line of a page is of the article's body: a logistic regression over what the line says and where it
stands.  Its weights are in line_weights.json, made by `tests/bench/extraction_weights.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from mediawatch.extraction.agreement import About, agreement, standing_in
from mediawatch.extraction.layout import Layout
from mediawatch.extraction.marks import marks
from mediawatch.extraction.ordering import ordering
from mediawatch.extraction.placing import places_of, placing
from mediawatch.extraction.wording import Column, Columns, Measures, key_of, measures_of, wording

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
    columns: Columns
    is_chinese: bool


def describe(layout: Layout, about: About) -> Described:
    """The features of all lines of `layout`, which has at least one."""
    measures = measures_of(layout.lines)
    places = places_of(layout, measures)
    columns = {
        **wording(layout.lines, measures),
        **marks(measures, about),
        **agreement(measures, about),
        **placing(measures, places),
        **ordering(measures, places, title=about.title),
    }
    return Described(layout=layout, measures=measures, columns=columns, is_chinese=measures.is_chinese)


def log_odds(described: Described, weights: Weights, extracted: str | None) -> Column:
    """The log-odds of each line, with or without knowing the text that another extractor took."""
    columns = described.columns
    kind = "chinese" if described.is_chinese else "other"
    if extracted is not None:
        columns = {**columns, **voted(described.measures, extracted)}
        kind += ", voted"
    is_long = described.measures.weight >= LONG_LINE
    short, long = (_sum(columns, weights[f"{kind}, {size}"]) for size in ("short", "long"))
    # Rounded, so that the last bits of a sum on another machine cannot decide.
    odds: Column = np.round(np.where(is_long, long, short), 6).astype(np.float64)
    return odds


def voted(measures: Measures, extracted: str) -> Columns:
    """Whether each line is in the text `extracted`."""
    hits = standing_in(measures.keys, key_of(extracted))
    return {"taken": hits, "taken, short": hits * (measures.weight < LONG_LINE * 2)}


def _sum(columns: Columns, weights: Mapping[str, float]) -> Column:
    total = np.full(len(next(iter(columns.values()))), weights["bias"])
    for name, values in columns.items():
        weight = weights.get(name)
        if weight:
            total += weight * values
    return total


@cache
def committed_weights() -> Weights:
    """The weights in line_weights.json: per kind of page and size of line, one for each feature and a bias."""
    read: Weights = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return read
