"""Where each line stands: in which blocks, how far from the block that holds the article and from the headline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.layout import HIDDEN_BIT, NAMES, Block, Layout
from mediawatch.extraction.wording import Column, Columns, Measures, column, key_of

Indices = npt.NDArray[np.int64]

_OWN_TAGS: Final = (
    ("p", "li", "div", "td", "h1", "dd", "figcaption", "blockquote", "pre", "section", "article", "center", "body")
)
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_AROUND: Final = {
    "list": ("li",),
    "table": ("td",),
    "footer": ("footer",),
    "aside": ("aside",),
    "nav": ("nav",),
    "header": ("header",),
    "article": ("article",),
    "main": ("main",),
    "figure": ("figure", "figcaption"),
    "quote": ("blockquote",),
    "form": ("form",),
    "section": ("section",),
    "definitions": ("dl",),
}
_TO_PARENT: Final = 1 / 3
"""Share of a sentence's weight that the block around its paragraph's block gets, as in Readability (a half there)."""
_NEAR: Final = 5
"""Lines on each side in which sentences and links are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The blocks of a page measured, and the `top` one, which holds the most sentences of its own."""

    layout: Layout
    paths: Sequence[str]
    own: Indices
    ancestors: tuple[Indices, Indices, Indices]
    prose: Column
    weight: Column
    links: Column
    scores: Column
    top: int

    @property
    def first_and_last(self) -> tuple[int, int]:
        """The range of lines of the top block."""
        return self.layout.blocks[self.top].start, self.layout.blocks[self.top].end


def places_of(layout: Layout, measures: Measures) -> Places:
    """The measured blocks of `layout`, which has at least one line."""
    blocks = layout.blocks
    starts, ends = column(b.start for b in blocks).astype(int), column(b.end for b in blocks).astype(int)
    prose, weight, linked = (
        _within(values, starts, ends) for values in (measures.prose, measures.weight, measures.weight * measures.linked)
    )
    links = linked / np.maximum(weight, 1e-9)
    own = np.array([line.block for line in layout.lines])
    parents = np.maximum(0, np.array([block.parent for block in blocks]))
    scores = _scores(layout, measures.prose) * (1 - links)
    above = parents[own]
    return Places(
        layout=layout,
        paths=_paths(blocks),
        own=own,
        ancestors=(above, parents[above], parents[parents[above]]),
        prose=prose,
        weight=weight,
        links=links,
        scores=scores,
        top=int(np.argmax(scores)),
    )


def placing(measures: Measures, places: Places, *, title: str) -> Columns:
    """The features of the place of each line on its page."""
    return {
        **_tags(places),
        **_names(places),
        **_blocks(places),
        **_near_top(measures, places),
        **_in_order(measures, places, title),
        **_neighbours(measures, places),
    }


def _within(values: Column, starts: Indices, ends: Indices) -> Column:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return sums[ends] - sums[starts]


def _scores(layout: Layout, prose: Column) -> Column:
    """The weight of the sentences that stand in each block itself or in a paragraph of one line right below it."""
    blocks = layout.blocks
    scores = np.zeros(len(blocks))
    for line, weight in zip(layout.lines, prose, strict=True):
        if not weight:
            continue
        holder, block = line.block, blocks[line.block]
        if block.end - block.start == 1 and block.tag != "body" and block.parent >= 0:
            holder = block.parent
        scores[holder] += weight
        if blocks[holder].parent >= 0:
            scores[blocks[holder].parent] += weight * _TO_PARENT
    return scores


def _paths(blocks: Sequence[Block]) -> list[str]:
    paths: list[str] = []
    for block in blocks:
        paths.append((paths[block.parent] if block.parent >= 0 else "") + "/" + block.tag)
    return paths


def _tags(places: Places) -> Columns:
    blocks = places.layout.blocks
    tags = np.array([block.tag for block in blocks])
    own = tags[places.own]
    columns = {f"in <{tag}>": (own == tag).astype(float) for tag in _OWN_TAGS}
    columns["in heading"] = np.isin(own, _HEADINGS[1:]).astype(float)
    groups = {tag: 1 << place for place, tags_of in enumerate(_AROUND.values()) for tag in tags_of}
    around = _inherited([groups.get(block.tag, 0) for block in blocks], blocks)[places.own]
    for place, name in enumerate(_AROUND):
        columns[f"around: {name}"] = (around >> place & 1).astype(float)
    return columns


def _names(places: Places) -> Columns:
    blocks = places.layout.blocks
    own = np.array([block.names for block in blocks])
    near = (own[places.own] | own[places.ancestors[0]])
    anywhere = _inherited(own.tolist(), blocks)[places.own]
    columns = {"hidden": (anywhere & HIDDEN_BIT > 0).astype(float)}
    for place, name in enumerate(NAMES):
        columns[f"named near: {name}"] = (near >> place & 1).astype(float)
        columns[f"named: {name}"] = (anywhere >> place & 1).astype(float)
    return columns


def _inherited(flags: Sequence[int], blocks: Sequence[Block]) -> Indices:
    inherited: list[int] = []
    for flag, block in zip(flags, blocks, strict=True):
        inherited.append(flag | (inherited[block.parent] if block.parent >= 0 else 0))
    return np.array(inherited, dtype=np.int64)


def _blocks(places: Places) -> Columns:
    """Links, sentences and size of the block of each line and of the three around it."""
    total = max(float(places.prose[0]), 1e-9)
    columns: Columns = {}
    for name, index in zip(("own", "parent", "second", "third"), (places.own, *places.ancestors), strict=True):
        prose, weight = places.prose[index], places.weight[index]
        columns[f"{name}: linked"] = places.links[index]
        columns[f"{name}: prose"] = prose / np.maximum(weight, 1e-9)
        columns[f"{name}: share"] = prose / total
        columns[f"{name}: log weight"] = np.log1p(weight) / 3
        columns[f"{name}: log prose"] = np.log1p(prose) / 3
    scores, best = places.scores, max(float(places.scores[places.top]), 1e-9)
    nearest = np.max([scores[index] for index in (places.own, *places.ancestors[:2])], axis=0)
    return columns | {"best score near": nearest / best, "best score": _best_above(places)[places.own] / best}


def _best_above(places: Places) -> Column:
    best: list[float] = []
    for block, score in zip(places.layout.blocks, places.scores.tolist(), strict=True):
        best.append(max(score, best[block.parent] if block.parent >= 0 and block.tag != "body" else 0.0))
    return np.array(best)


def _near_top(measures: Measures, places: Places) -> Columns:
    """The way from each line's block to the top block: steps up from the top one, and then down."""
    up, down = _ways(places)
    is_in = (up == 0).astype(float)
    count = len(is_in)
    share = places.prose[places.top] / max(float(places.prose[0]), 1e-9)
    ranked = np.sort(places.scores)[::-1]
    second = ranked[1] / ranked[0] if len(ranked) > 1 and ranked[0] > 0 else 0.0
    page = np.ones(count)
    return {
        "in top": is_in,
        **{f"top: {steps} up": (up == steps).astype(float) for steps in (1, 2, 3)},
        "top: 4 up": (up >= 4).astype(float),
        **{f"top: {steps} down": (down == steps) * is_in for steps in (0, 1, 2)},
        "top: 3 down": (down >= 3) * is_in,
        "top share": page * share,
        "in top, share": is_in * share,
        "in top, linked": is_in * places.links[places.top],
        "second score": page * second,
        "page prose": page * np.log1p(places.prose[0]) / 5,
        "page lines": page * np.log1p(count) / 5,
        "page linked": page * places.links[0],
        "path share": _path_shares(measures, places),
    }


def _ways(places: Places) -> tuple[Indices, Indices]:
    blocks, chain, block = places.layout.blocks, {}, places.top
    while block >= 0:
        chain[block] = len(chain)
        block = blocks[block].parent
    ways: list[tuple[int, int]] = []
    for index, each in enumerate(blocks):
        up, down = (chain[index], -1) if index in chain else ways[each.parent]
        ways.append((up, down + 1))
    found = np.array(ways)[places.own]
    return found[:, 0], found[:, 1]


def _path_shares(measures: Measures, places: Places) -> Column:
    """The share of the page's sentences that stand under the same tags as the line."""
    paths = [places.paths[block] for block in places.own]
    sums: dict[str, float] = {}
    for path, prose in zip(paths, measures.prose.tolist(), strict=True):
        sums[path] = sums.get(path, 0.0) + prose
    return column(sums[path] for path in paths) / max(float(places.prose[0]), 1e-9)


def _in_order(measures: Measures, places: Places, title: str) -> Columns:
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
    }


def _below_headline(measures: Measures, places: Places, title: str, before: Column) -> Columns:
    headline = _headline_line(measures, places, title)
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


def _headline_line(measures: Measures, places: Places, title: str) -> int:
    """The line of the headline: a first-level heading before others, the last before the top block ends; or -1."""
    key = key_of(title)
    if not key:
        return -1
    keys = measures.keys
    same = [line for line, other in enumerate(keys) if other == key]
    same = same or [line for line, other in enumerate(keys) if 4 <= len(other) < 160 and _is_most_of(other, key)]
    blocks, lines = places.layout.blocks, places.layout.lines
    headings = [line for line in same if blocks[lines[line].block].tag in _HEADINGS] or same
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
    numbers = {path: number for number, path in enumerate(dict.fromkeys(places.paths))}
    paths = column(numbers[places.paths[block]] for block in places.own)
    for by in (1, -1):
        columns[f"same block at {-by:+d}"] = _alike(places.own.astype(float), by)
        columns[f"same parent at {-by:+d}"] = _alike(places.ancestors[0].astype(float), by)
        columns[f"same path at {-by:+d}"] = _alike(paths, by)
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
    return (_moved(values, by, fill=-1.0) == values).astype(float)
