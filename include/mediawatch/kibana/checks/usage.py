"""Which fields of an index people can see: those that panels, searches, controls or periods name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mediawatch.kibana.checks.envelope import Json
from mediawatch.kibana.checks.packed import controls_of, panels_of, unpacked
from mediawatch.kibana.checks.queries import named_fields, queries_in
from mediawatch.kibana.columns import DOCUMENTS


def used_fields(objects: list[Json]) -> dict[str, set[str]]:
    """The fields that are used, by the id of their data view."""
    used: dict[str, set[str]] = {saved["id"]: set() for saved in objects if saved["type"] == "index-pattern"}
    for view, field in _uses(objects):
        if field != DOCUMENTS:
            used[view].add(field)
    return used


def _uses(objects: list[Json]) -> Iterator[tuple[str, str]]:
    for saved in objects:
        if saved["type"] == "index-pattern":
            yield saved["id"], saved["attributes"]["timeFieldName"]
        elif saved["type"] == "search":
            yield from _of_search(saved)
        elif saved["type"] == "dashboard":
            views = {reference["name"]: reference["id"] for reference in saved["references"]}
            for name, control in controls_of(saved).items():
                yield views[f"controlGroup_{name}:optionsListDataView"], control["explicitInput"]["fieldName"]
            for panel in panels_of(saved):
                yield from _of_panel(panel)


def _of_search(saved: Json) -> Iterator[tuple[str, str]]:
    view = saved["references"][0]["id"]
    source: Any = unpacked(saved["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    yield from ((view, name) for name in saved["attributes"]["columns"])
    yield from ((view, name) for name, _ in saved["attributes"]["sort"])
    yield from ((view, name) for name in named_fields(source["query"]["query"]))


def _of_panel(panel: Json) -> Iterator[tuple[str, str]]:
    attributes = panel["embeddableConfig"].get("attributes")
    if attributes is None or "state" not in attributes:
        return
    layers = attributes["state"]["datasourceStates"]["formBased"]["layers"]
    for reference in attributes["references"]:
        view, layer = reference["id"], layers[reference["name"].removeprefix("indexpattern-datasource-layer-")]
        for column in layer["columns"].values():
            if "sourceField" in column:
                yield view, column["sourceField"]
            yield from ((view, name) for query in queries_in(column) for name in named_fields(query))
        yield from ((view, name) for name in named_fields(attributes["state"]["query"]["query"]))
