"""Charts: Lens visualisations as Kibana 8.12 keeps them, by value, without library items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from mediawatch.kibana.bilingual import Json
from mediawatch.kibana.colours import LINE
from mediawatch.kibana.columns import Breakdown, Constant, Measure, Terms, Times, Value

Shape = Literal["bar", "bar_stacked", "bar_percentage_stacked", "bar_horizontal", "bar_horizontal_stacked", "line"]

MAIN: Final = "main"
"""The layer that holds the data; others hold reference lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Columns over one data view; their order is their nesting."""

    view: str
    columns: Mapping[str, Json]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One Lens visualisation: its type, its layers by id, and how they are drawn."""

    kind: str
    layers: Mapping[str, Layer]
    drawing: Json
    query: str = ""

    def references(self) -> list[Json]:
        """The data view of each layer."""
        return [
            {"type": "index-pattern", "id": layer.view, "name": f"indexpattern-datasource-layer-{name}"}
            for name, layer in self.layers.items()
        ]

    def attributes(self, description: str) -> Json:
        """What a panel embeds."""
        layers = {
            name: {
                "columns": dict(layer.columns),
                "columnOrder": list(layer.order),
                "incompleteColumns": {},
                "sampling": 1,
            }
            for name, layer in self.layers.items()
        }
        return {
            "title": "",
            "description": description,
            "visualizationType": self.kind,
            "type": "lens",
            "references": self.references(),
            "state": {
                "visualization": self.drawing,
                "query": {"query": self.query, "language": "kuery"},
                "filters": [],
                "datasourceStates": {"formBased": {"layers": layers}, "textBased": {"layers": {}}},
                "internalReferences": [],
                "adHocDataViews": {},
            },
        }


def layer(view: str, breakdowns: Mapping[str, Breakdown], values: Mapping[str, Value | Constant]) -> Layer:
    """Breakdowns nest in the order given, values follow."""
    columns = {name: breakdown.column() for name, breakdown in breakdowns.items()}
    for name, value in values.items():
        columns |= value.columns(name)
    return Layer(view=view, columns=columns, order=tuple(columns))


def number(
    view: str,
    value: Value,
    *,
    beside: Measure | None = None,
    subtitle: str = "",
    palette: Json | None = None,
    query: str = "",
) -> Chart:
    """One large number, with another below it where `beside` is given.  None at all is a 0: a blank looks broken."""
    shown: dict[str, Value] = {"value": value} | ({"beside": beside} if beside else {})
    values = {name: replace(one, has_zero=True) if isinstance(one, Measure) else one for name, one in shown.items()}
    drawing: Json = {"layerId": MAIN, "layerType": "data", "metricAccessor": "value"}
    drawing |= {"secondaryMetricAccessor": "beside"} if beside else {}
    drawing |= {"palette": palette} if palette else {}
    drawing |= {"subtitle": subtitle} if subtitle else {}
    return Chart(kind="lnsMetric", layers={MAIN: layer(view, {}, values)}, drawing=drawing, query=query)


def series(
    view: str,
    shape: Shape,
    x: Breakdown,
    values: Mapping[str, Value],
    *,
    split: Terms | None = None,
    colours: Mapping[str, str] | None = None,
    line: Constant | None = None,
    query: str = "",
) -> Chart:
    """Bars or lines over `x`, one series a value or, with `split`, a term; `line` is a horizontal mark."""
    drawn: Json = {
        "layerId": MAIN,
        "layerType": "data",
        "accessors": list(values),
        "xAccessor": "x",
        "seriesType": shape,
        "position": "top",
        "showGridlines": False,
    }
    drawn |= {"splitAccessor": "split"} if split else {}
    drawn |= {"yConfig": [{"forAccessor": name, "color": c} for name, c in colours.items()]} if colours else {}
    layers = {MAIN: layer(view, _nested(x, split), values)}
    drawings = [drawn]
    if line:
        layers["line"] = layer(view, {}, {"limit": line})
        drawings.append(_reference_line())
    return Chart(kind="lnsXY", layers=layers, drawing=_axes(shape, drawings), query=query)


def _nested(x: Breakdown, split: Terms | None) -> dict[str, Breakdown]:
    """The order nests: over time the most frequent terms of the whole period are wanted, hence the split first."""
    if split is None:
        return {"x": x}
    return {"split": split, "x": x} if isinstance(x, Times) else {"x": x, "split": split}


def _axes(shape: Shape, drawings: list[Json]) -> Json:
    return {
        "legend": {"isVisible": True, "position": "right", "showSingleSeries": True},
        "valueLabels": "hide",
        # Zero would draw a lag of nothing where nothing was measured.
        "fittingFunction": "None",
        "preferredSeriesType": shape,
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "tickLabelsVisibilitySettings": {"x": True, "yLeft": True, "yRight": True},
        "gridlinesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "layers": drawings,
    }


def _reference_line() -> Json:
    limit = {
        "forAccessor": "limit",
        "axisMode": "left",
        "color": LINE,
        "lineWidth": 2,
        "lineStyle": "dashed",
        "textVisibility": True,
        "fill": "none",
    }
    return {"layerId": "line", "layerType": "referenceLine", "accessors": ["limit"], "yConfig": [limit]}


def shares(view: str, shape: Literal["donut", "treemap"], group: Terms, value: Measure, *, query: str = "") -> Chart:
    """Parts of a whole, in percent."""
    drawing: Json = {
        "shape": shape,
        "layers": [
            {
                "layerId": MAIN,
                "layerType": "data",
                "primaryGroups": ["group"],
                "metrics": ["value"],
                "numberDisplay": "percent",
                "categoryDisplay": "default",
                "legendDisplay": "default",
                "nestedLegend": False,
            }
        ],
    }
    return Chart(
        kind="lnsPie",
        layers={MAIN: layer(view, {"group": group}, {"value": value})},
        drawing=drawing,
        query=query,
    )


def table(
    view: str,
    rows: Mapping[str, Terms],
    values: Mapping[str, Value],
    *,
    sort: str = "",
    is_ascending: bool = False,
    page: int = 10,
    query: str = "",
) -> Chart:
    """A row for each combination of `rows`, sorted by the value `sort` (the first one when not said)."""
    columns: list[Json] = [{"columnId": name, "isTransposed": False} for name in rows]
    columns += [{"columnId": name, "isTransposed": False, "alignment": "right"} for name in values]
    drawing: Json = {
        "layerId": MAIN,
        "layerType": "data",
        "columns": columns,
        "paging": {"size": page, "enabled": True},
        "rowHeight": "single",
        "headerRowHeight": "single",
        "sorting": {"columnId": sort or next(iter(values)), "direction": "asc" if is_ascending else "desc"},
    }
    return Chart(kind="lnsDatatable", layers={MAIN: layer(view, rows, values)}, drawing=drawing, query=query)


def heat_map(view: str, x: Times, y: Terms, value: Measure, palette: Json, *, query: str = "") -> Chart:
    """Days from left to right, terms from top to bottom; a white cell has no documents."""
    drawing: Json = {
        "shape": "heatmap",
        "layerId": MAIN,
        "layerType": "data",
        "legend": {"isVisible": True, "position": "right", "type": "heatmap_legend"},
        "gridConfig": {
            "type": "heatmap_grid",
            "isCellLabelVisible": False,
            "isYAxisLabelVisible": True,
            "isXAxisLabelVisible": True,
            "isYAxisTitleVisible": False,
            "isXAxisTitleVisible": False,
        },
        "xAccessor": "x",
        "yAccessor": "y",
        "valueAccessor": "value",
        "palette": {**palette, "accessor": "value"},
    }
    return Chart(
        kind="lnsHeatmap",
        layers={MAIN: layer(view, {"y": y, "x": x}, {"value": value})},
        drawing=drawing,
        query=query,
    )


def cloud(view: str, terms: Terms, value: Measure, *, query: str = "") -> Chart:
    """Words, larger the higher their value."""
    drawing: Json = {
        "layerId": MAIN,
        "layerType": "data",
        "tagAccessor": "tag",
        "valueAccessor": "value",
        "minFontSize": 14,
        "maxFontSize": 48,
        "orientation": "single",
        "showLabel": False,
        "palette": {"type": "palette", "name": "default"},
    }
    return Chart(
        kind="lnsTagcloud",
        layers={MAIN: layer(view, {"tag": terms}, {"value": value})},
        drawing=drawing,
        query=query,
    )
