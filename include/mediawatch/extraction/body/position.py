"""Where each line stands: in which blocks, how far from the block that holds the article and from the headline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.body.wording import Column, Columns, Measures, column
from mediawatch.extraction.page.lines import HIDDEN_BIT, NAMES, Block, Layout

Indices = npt.NDArray[np.int64]

_OWN_TAGS: Final = (
    "p",
    "li",
    "div",
    "td",
    "h1",
    "dd",
    "figcaption",
    "blockquote",
    "pre",
    "section",
    "article",
    "center",
    "body",
)
HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
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
_SAME: Final = 12
"""Letters from which a line is hardly the same as another by chance."""
_TO_PARENT: Final = 1 / 3
"""Share of a sentence's weight that the block around its paragraph's block gets, as in Readability (a half there)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The blocks of a page measured, and the `top` one, which holds the most sentences of its own."""

    layout: Layout
    paths: Column
    """A number for the tags around each line."""
    own: Indices
    holders: Indices
    """The block around the paragraph of each line: its own where that has more lines, else the one around it."""
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
    above = parents[own]
    scores = _scores(layout, measures.prose) * (1 - links)
    return Places(
        layout=layout,
        paths=_paths(blocks)[own],
        own=own,
        holders=np.where(ends[own] - starts[own] == 1, above, own),
        ancestors=(above, parents[above], parents[parents[above]]),
        prose=prose,
        weight=weight,
        links=links,
        scores=scores,
        top=int(np.argmax(scores)),
    )


def position(measures: Measures, places: Places) -> Columns:
    """The features of the blocks in which each line stands."""
    return {
        **_tags(places),
        **_names(places),
        **_blocks(places),
        **_near_top(measures, places),
        **_repeated(measures, places),
    }


def _within(values: Column, starts: Indices, ends: Indices) -> Column:
    sums: Column = np.concatenate([[0.0], np.cumsum(values)])
    within: Column = sums[ends] - sums[starts]
    return within


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


def _paths(blocks: Sequence[Block]) -> Column:
    numbers: dict[tuple[int, str], int] = {}
    paths: list[int] = []
    for block in blocks:
        path = (paths[block.parent] if block.parent >= 0 else -1, block.tag)
        paths.append(numbers.setdefault(path, len(numbers)))
    return np.array(paths, dtype=np.float64)


def _tags(places: Places) -> Columns:
    blocks = places.layout.blocks
    own = np.array([_OWN_BITS.get(block.tag, 0) for block in blocks])[places.own]
    around = inherited([_AROUND_BITS.get(block.tag, 0) for block in blocks], blocks)[places.own]
    return {**_bits(own, _OWN_NAMES), **_bits(around, _AROUND_NAMES)}


_OWN_NAMES: Final = (*(f"in <{tag}>" for tag in _OWN_TAGS), "in heading")
_OWN_BITS: Final = {
    **{tag: 1 << place for place, tag in enumerate(_OWN_TAGS)},
    **dict.fromkeys(HEADINGS[1:], 1 << len(_OWN_TAGS)),
}
_AROUND_NAMES: Final = tuple(f"around: {name}" for name in _AROUND)
_AROUND_BITS: Final = {tag: 1 << place for place, tags in enumerate(_AROUND.values()) for tag in tags}
_NAMED_NEAR: Final = tuple(f"named near: {name}" for name in NAMES)
_NAMED: Final = tuple(f"named: {name}" for name in NAMES)


def _bits(values: Indices, names: Sequence[str]) -> Columns:
    """A column for each of the first bits of `values`, all of them made at once: pages have few lines, and so a column
    by itself costs as much as hundreds of lines."""
    shifts = np.arange(len(names))[:, np.newaxis]
    return dict(zip(names, (values >> shifts & 1).astype(np.float64), strict=True))


def _names(places: Places) -> Columns:
    blocks = places.layout.blocks
    own = np.array([block.names for block in blocks])
    near = own[places.own] | own[places.ancestors[0]]
    anywhere = inherited(own.tolist(), blocks)[places.own]
    hidden = (anywhere & HIDDEN_BIT > 0).astype(float)
    return {"hidden": hidden, **_bits(near, _NAMED_NEAR), **_bits(anywhere, _NAMED)}


def inherited(flags: Sequence[int], blocks: Sequence[Block]) -> Indices:
    """The flags of each block together with those of all blocks around it."""
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
    blocks, block = places.layout.blocks, places.top
    chain: dict[int, int] = {}
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
    paths = places.paths.astype(np.int64)
    sums = np.bincount(paths, weights=measures.prose)
    shares: Column = sums[paths] / max(float(places.prose[0]), 1e-9)
    return shares


def _repeated(measures: Measures, places: Places) -> Columns:
    """Whether the same line stands in another part of the page; within one part somebody may say a thing twice."""
    holders: dict[str, set[int]] = {}
    before = []
    for key, holder in zip(measures.keys, places.holders.tolist(), strict=True):
        seen = holders.setdefault(key, set())
        before.append(len(key) >= _SAME and bool(seen - {holder}))
        seen.add(holder)
    return {
        "repeated elsewhere": column(key != "" and len(holders[key]) > 1 for key in measures.keys),
        "seen elsewhere before": column(before),
    }
