"""Panels: of types that draw, within the free licence, described, and wide enough for what they show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mediawatch.kibana.checks.charts import READERS, check_chart
from mediawatch.kibana.checks.envelope import Fault, Fields, Json
from mediawatch.kibana.panels import DRILLDOWN, PANEL_VERSION

TYPES: Final = frozenset({"lens", "search", "visualization", "links"})
DATE_WIDTH: Final = 12
TABLE_WITH_DATE_WIDTH: Final = 24
"""Columns that a date needs: seen in drawings, where narrower panels cut it."""


def check_panel(dashboard: str, panel: Json, fields_by_view: Mapping[str, Fields]) -> Iterator[Fault]:
    """One panel of `dashboard`."""
    place = f"{dashboard}/{panel.get('panelIndex')}"
    config, kind = panel.get("embeddableConfig", {}), panel.get("type")
    if kind not in TYPES:
        yield Fault(place=place, fault="unknown-panel", detail=str(kind))
        return
    if panel.get("version") != PANEL_VERSION:
        yield Fault(place=place, fault="wrong-level", detail=f"panel version {panel.get('version')}")
    for event in config.get("enhancements", {}).get("dynamicActions", {}).get("events", []):
        if event["action"]["factoryId"] != DRILLDOWN:
            yield Fault(place=place, fault="paid-feature", detail=event["action"]["factoryId"])
    if kind == "visualization":
        if config.get("savedVis", {}).get("type") != "markdown":
            yield Fault(place=place, fault="unknown-panel", detail="a legacy visualisation")
        return
    if kind == "links":
        yield from _links(place, config)
        return
    if not config.get("description"):
        yield Fault(place=place, fault="no-description", detail="say which question the panel answers")
    if kind == "lens":
        yield from _lens(place, panel, config, fields_by_view)


def _links(place: str, config: Json) -> Iterator[Fault]:
    if "attributes" not in config:
        yield Fault(place=place, fault="library-item", detail="links stand in their panels, by value")
        return
    for link in config["attributes"]["links"]:
        kept = link.get("options", {})
        if link.get("type") != "dashboardLink" or not link.get("label"):
            yield Fault(place=place, fault="no-title", detail=f"a link without a dashboard's name: {link}")
        if not (kept.get("useCurrentDateRange") and kept.get("useCurrentFilters")):
            yield Fault(place=place, fault="drops-period", detail=f"{link.get('label')} period or filters")


def _lens(place: str, panel: Json, config: Json, fields_by_view: Mapping[str, Fields]) -> Iterator[Fault]:
    if "attributes" not in config:
        yield Fault(place=place, fault="library-item", detail="charts stand in their panels, by value")
        return
    attributes = config["attributes"]
    yield from check_chart(place, attributes, fields_by_view)
    kind = attributes.get("visualizationType")
    if kind not in READERS:
        return
    is_number = kind == "lnsMetric"
    if is_number and panel.get("title"):
        yield Fault(place=place, fault="title-twice", detail="a number carries its own label")
    if not is_number and not panel.get("title"):
        yield Fault(place=place, fault="no-title", detail="the panel has no title")
    layers = attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
    has_date = any(c.get("dataType") == "date" and not c["isBucketed"] for la in layers for c in la["columns"].values())
    needed = {"lnsMetric": DATE_WIDTH, "lnsDatatable": TABLE_WITH_DATE_WIDTH}.get(kind, 0) if has_date else 0
    if panel["gridData"]["w"] < needed:
        yield Fault(place=place, fault="too-narrow", detail=f"a date needs {needed} columns")
