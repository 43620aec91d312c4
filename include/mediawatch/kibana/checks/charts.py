"""Lens charts: their drawing and their columns agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mediawatch.kibana.checks.columns import check_columns
from mediawatch.kibana.checks.envelope import Fault, Fields, Json
from mediawatch.kibana.checks.queries import check_query

Accessors = dict[str, tuple[list[str], list[str]]]
"""Layer -> (columns drawn as breakdowns, columns drawn as values)."""


def _metric(drawing: Json) -> Accessors:
    values = [drawing.get("metricAccessor"), drawing.get("secondaryMetricAccessor")]
    return {drawing["layerId"]: ([], [name for name in values if name])}


def _series(drawing: Json) -> Accessors:
    found: Accessors = {}
    for layer in drawing["layers"]:
        groups = [layer.get("xAccessor"), layer.get("splitAccessor")]
        configured = [config["forAccessor"] for config in layer.get("yConfig", [])]
        found[layer["layerId"]] = ([name for name in groups if name], [*layer["accessors"], *configured])
    return found


def _shares(drawing: Json) -> Accessors:
    return {layer["layerId"]: (list(layer["primaryGroups"]), list(layer["metrics"])) for layer in drawing["layers"]}


def _table(drawing: Json) -> Accessors:
    rows = [column["columnId"] for column in drawing["columns"] if "alignment" not in column]
    values = [column["columnId"] for column in drawing["columns"] if "alignment" in column]
    return {drawing["layerId"]: (rows, [*values, drawing["sorting"]["columnId"]])}


def _heat_map(drawing: Json) -> Accessors:
    values = [drawing["valueAccessor"], drawing.get("palette", {}).get("accessor", drawing["valueAccessor"])]
    return {drawing["layerId"]: ([drawing["xAccessor"], drawing["yAccessor"]], values)}


def _cloud(drawing: Json) -> Accessors:
    return {drawing["layerId"]: ([drawing["tagAccessor"]], [drawing["valueAccessor"]])}


READERS: Final[Mapping[str, Callable[[Json], Accessors]]] = {
    "lnsMetric": _metric,
    "lnsXY": _series,
    "lnsPie": _shares,
    "lnsDatatable": _table,
    "lnsHeatmap": _heat_map,
    "lnsTagcloud": _cloud,
}
"""The charts there are; each was seen to draw."""


def check_chart(place: str, attributes: Json, fields_by_view: Mapping[str, Fields]) -> Iterator[Fault]:
    """The attributes of a Lens panel."""
    kind, state = str(attributes.get("visualizationType")), attributes["state"]
    if kind not in READERS:
        yield Fault(place=place, fault="unknown-chart", detail=kind)
        return
    if state["datasourceStates"].get("textBased", {}).get("layers") or state.get("adHocDataViews"):
        yield Fault(place=place, fault="unsupported", detail="ES|QL layers and ad-hoc data views do not draw")
    layers: dict[str, Json] = state["datasourceStates"]["formBased"]["layers"]
    drawn = READERS[kind](state["visualization"])
    if sorted(drawn) != sorted(layers):
        yield Fault(place=place, fault="layers-disagree", detail=f"drawn {sorted(drawn)}, held {sorted(layers)}")
        return
    views = {
        reference["name"].removeprefix("indexpattern-datasource-layer-"): reference["id"]
        for reference in attributes["references"]
    }
    for name, layer in layers.items():
        fields = fields_by_view.get(views.get(name, ""), {})
        yield from check_columns(f"{place}/{name}", layer, fields)
        yield from _agreement(f"{place}/{name}", layer["columns"], drawn[name])
        yield from check_query(
            place, state["query"]["query"], fields if name == "main" else fields_by_view[views[name]]
        )
    yield from _drawing(place, kind, state["visualization"], layers)


def _agreement(place: str, columns: Mapping[str, Json], drawn: tuple[list[str], list[str]]) -> Iterator[Fault]:
    for names, is_bucketed in zip(drawn, (True, False), strict=True):
        for name in names:
            if name not in columns:
                yield Fault(place=place, fault="missing-column", detail=f"{name} is drawn and not there")
            elif columns[name]["isBucketed"] is not is_bucketed:
                yield Fault(place=place, fault="wrong-role", detail=name)
    inner = {part for column in columns.values() for part in column.get("references", [])}
    for name in columns.keys() - inner - {name for names in drawn for name in names}:
        yield Fault(place=place, fault="column-not-drawn", detail=name)


def _drawing(place: str, kind: str, drawing: Json, layers: Mapping[str, Json]) -> Iterator[Fault]:
    operations = {c["operationType"] for layer in layers.values() for c in layer["columns"].values()}
    if kind == "lnsHeatmap" and not drawing.get("palette", {}).get("params", {}).get("stops"):
        yield Fault(place=place, fault="no-steps", detail="a heat map without steps has one colour")
    if kind == "lnsXY" and drawing.get("fittingFunction") == "Zero" and "percentile" in operations:
        yield Fault(place=place, fault="false-zeros", detail="fittingFunction Zero draws a lag that nobody measured")
    if kind == "lnsXY":
        yield from _nesting(place, drawing["layers"][0], layers)


def _nesting(place: str, drawn: Json, layers: Mapping[str, Json]) -> Iterator[Fault]:
    """Top values of the whole period, not of each bucket, when x is time; of each category when it is not."""
    x, split = drawn.get("xAccessor"), drawn.get("splitAccessor")
    layer = layers[drawn["layerId"]]
    if not split or x not in layer["columns"] or not {x, split} <= set(layer["columnOrder"]):
        return
    is_time = layer["columns"][x]["operationType"] == "date_histogram"
    if (layer["columnOrder"].index(split) < layer["columnOrder"].index(x)) is not is_time:
        yield Fault(place=place, fault="wrong-nesting", detail="split first over time, x first over categories")
