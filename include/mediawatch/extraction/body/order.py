"""Where each line stands among the others: before or after the article, below the headline, beside sentences."""

from __future__ import annotations

from typing import Final

import numpy as np

from mediawatch.extraction.body.position import HEADINGS, Places
from mediawatch.extraction.body.wording import Column, Columns, Measures, key_of

_NEAR: Final = 5
"""Lines on each side in which sentences and links are counted."""


def order(measures: Measures, places: Places, *, title: str) -> Columns:
    """The order of lines: before and after the sentences of the top block, and below the headline."""
    prose, count = measures.prose, len(measures.prose)
    index = np.arange(count)
    start, end = places.first_and_last
    sentences = np.flatnonzero(prose[start:end]) + start
    first, last = (int(sentences[0]), int(sentences[-1])) if len(sentences) else (0, count - 1)
    is_in = (index >= start) & (index < end)
    before = np.concatenate([[0.0], np.cumsum(prose)])
    total = max(float(before[-1]), 1e-9)
    return {
        "before": (index < first).astype(float),
        "after": (index > last).astype(float),
        "between": ((index >= first) & (index <= last)).astype(float),
        "far before": np.log1p(np.maximum(0, first - index)),
        "far after": np.log1p(np.maximum(0, index - last)),
        "in top, after": ((index > last) & is_in).astype(float),
        "in top, before": ((index < first) & is_in).astype(float),
        "between, not in top": ((index >= first) & (index <= last) & ~is_in).astype(float),
        "position": index / count,
        "prose before": before[:-1] / total,
        "first prose": (before[:-1] == 0).astype(float),
        "last prose": (before[1:] >= total - 1e-6).astype(float),
        **_below_headline(measures, places, title, before),
        **_neighbours(measures, places),
    }


def _below_headline(measures: Measures, places: Places, title: str, before: Column) -> Columns:
    headline = headline_line(measures, places, title)
    index = np.arange(len(measures.prose))
    if headline < 0:
        nothing = np.zeros(len(index))
        return {
            "no headline": nothing + 1,
            "above headline": nothing,
            "far below headline": nothing,
            "just below headline": nothing,
            "prose since headline": nothing,
        }
    since = np.maximum(0.0, before[:-1] - before[headline]) * (index > headline)
    return {
        "no headline": np.zeros(len(index)),
        "above headline": (index < headline).astype(float),
        "far below headline": np.log1p(np.maximum(0, index - headline)),
        "just below headline": ((index > headline) & (index < headline + 4)).astype(float),
        "prose since headline": np.log1p(since) / 3,
    }


def headline_line(measures: Measures, places: Places, title: str) -> int:
    """The line of the headline: a first-level heading before others, the last before the top block ends; or -1."""
    key = key_of(title)
    if not key:
        return -1
    keys = measures.keys
    same = [line for line, other in enumerate(keys) if other == key]
    same = same or [line for line, other in enumerate(keys) if 4 <= len(other) < 160 and _is_most_of(other, key)]
    blocks, lines = places.layout.blocks, places.layout.lines
    headings = [line for line in same if blocks[lines[line].block].tag in HEADINGS] or same
    headings = [line for line in headings if line <= places.first_and_last[1]] or headings
    if not headings:
        return -1
    return headings[0] if blocks[lines[headings[0]].block].tag == "h1" else headings[-1]


def _is_most_of(part: str, whole: str) -> bool:
    return part in whole and len(part) * 2 > len(whole)


def _neighbours(measures: Measures, places: Places) -> Columns:
    """The lines around each line, and whether they stand in the same block or under the same tags."""
    sentences, links = (measures.prose > 0).astype(float), measures.linked
    weights = np.log1p(measures.weight)
    columns: Columns = {}
    for by in (1, -1, 2, -2, 3, -3):
        columns[f"prose at {-by:+d}"] = _moved(sentences, by)
        columns[f"linked at {-by:+d}"] = _moved(links, by)
        columns[f"log weight at {-by:+d}"] = _moved(weights, by)
    for by in (1, -1):
        columns[f"same block at {-by:+d}"] = _alike(places.own.astype(float), by)
        columns[f"same parent at {-by:+d}"] = _alike(places.ancestors[0].astype(float), by)
        columns[f"same path at {-by:+d}"] = _alike(places.paths, by)
    for name, values in (("prose", sentences), ("links", (links > 0.5).astype(float))):
        sums = np.concatenate([[0.0], np.cumsum(values)])
        index = np.arange(len(values))
        columns[f"{name} below"] = sums[np.minimum(len(values), index + _NEAR + 1)] - sums[index]
        columns[f"{name} above"] = sums[index] - sums[np.maximum(0, index - _NEAR)]
    return columns


def _moved(values: Column, by: int, fill: float = 0.0) -> Column:
    moved = np.full(len(values), fill)
    if by > 0:
        moved[by:] = values[:-by]
    else:
        moved[:by] = values[-by:]
    return moved


def _alike(values: Column, by: int) -> Column:
    alike: Column = (_moved(values, by, fill=-1.0) == values).astype(np.float64)
    return alike
