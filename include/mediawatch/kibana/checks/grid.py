"""The grid: 48 columns, no panel upon another, no holes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mediawatch.kibana.checks.envelope import Fault, Json
from mediawatch.kibana.navigation import WIDTH

Cell = tuple[int, int]


def check_grid(place: str, panels: list[Json]) -> Iterator[Fault]:
    """Of one dashboard."""
    taken: Counter[Cell] = Counter()
    ids: Counter[str] = Counter()
    for panel in panels:
        grid = panel["gridData"]
        ids[panel["panelIndex"]] += 1
        if grid["i"] != panel["panelIndex"]:
            yield Fault(place=place, fault="panel-index", detail=f"{panel['panelIndex']} stands as {grid['i']}")
        if grid["x"] < 0 or grid["y"] < 0 or grid["w"] < 1 or grid["h"] < 1 or grid["x"] + grid["w"] > WIDTH:
            yield Fault(place=place, fault="outside-grid", detail=f"{panel['panelIndex']}: {grid}")
        taken.update(_cells(grid))
    for name in (name for name, count in ids.items() if count > 1):
        yield Fault(place=place, fault="panel-twice", detail=name)
    if any(count > 1 for count in taken.values()):
        yield Fault(place=place, fault="overlap", detail=_where(cell for cell, count in taken.items() if count > 1))
    bottom = max((y for _, y in taken), default=-1) + 1
    holes = {(x, y) for x in range(WIDTH) for y in range(bottom)} - taken.keys()
    if holes:
        yield Fault(place=place, fault="hole", detail=_where(holes))


def _cells(grid: Json) -> Iterator[Cell]:
    for x in range(grid["x"], grid["x"] + grid["w"]):
        for y in range(grid["y"], grid["y"] + grid["h"]):
            yield x, y


def _where(cells: Iterator[Cell] | set[Cell]) -> str:
    found = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    return f"{len(found)} cells from column {found[0][0]}, row {found[0][1]}"
