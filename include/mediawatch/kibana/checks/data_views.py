"""Data views, searches and controls: their fields exist in the project's own mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mediawatch.kibana.checks.envelope import Fault, Fields, Json, Mappings, fields_of
from mediawatch.kibana.checks.packed import controls_of, unpacked
from mediawatch.kibana.checks.queries import check_query

LISTABLE = frozenset({"keyword", "boolean", "date"})
"""Types that an options list can show."""


def fields_by_view(objects: list[Json], mappings: Mappings, prefix: str) -> dict[str, Fields]:
    """The fields behind each data view; none for one over an index that there is not."""
    return {
        saved["id"]: fields_of(mappings.get(str(saved["attributes"].get("title")).removeprefix(f"{prefix}-"), {}))
        for saved in objects
        if saved["type"] == "index-pattern"
    }


def check_view(saved: Json, fields: Fields) -> Iterator[Fault]:
    """A data view over an index with these fields."""
    place, attributes = saved["id"], saved["attributes"]
    if not fields:
        yield Fault(place=place, fault="unknown-index", detail=str(attributes.get("title")))
        return
    if fields.get(attributes.get("timeFieldName", "")) != "date":
        yield Fault(place=place, fault="unfit-field", detail=f"timeFieldName {attributes.get('timeFieldName')}")
    if unpacked(attributes.get("runtimeFieldMap")):
        yield Fault(place=place, fault="unsupported", detail="runtime fields do not draw on a trimmed server")
    for key in ("fieldFormatMap", "fieldAttrs"):
        for name in unpacked(attributes.get(key)):
            if name not in fields:
                yield Fault(place=place, fault="missing-field", detail=f"{key}: {name}")


def check_search(saved: Json, fields_by_view: Mapping[str, Fields]) -> Iterator[Fault]:
    """A saved search."""
    place, attributes = saved["id"], saved["attributes"]
    fields = fields_by_view.get(next((reference["id"] for reference in saved["references"]), ""), {})
    for name in attributes["columns"]:
        if name not in fields:
            yield Fault(place=place, fault="missing-field", detail=f"column {name}")
    for name, _ in attributes["sort"]:
        if fields.get(name, "text") in ("text", "nested"):
            yield Fault(place=place, fault="unfit-field", detail=f"sorted by {name}")
    if not attributes["description"]:
        yield Fault(place=place, fault="no-description", detail="say what the rows are")
    source = unpacked(attributes["kibanaSavedObjectMeta"].get("searchSourceJSON"))
    yield from check_query(place, source.get("query", {}).get("query", ""), fields)


def check_controls(dashboard: Json, fields_by_view: Mapping[str, Fields]) -> Iterator[Fault]:
    """The controls of a dashboard; its references say which data view each one reads."""
    views = {reference["name"]: reference["id"] for reference in dashboard["references"]}
    for name, control in controls_of(dashboard).items():
        field = control["explicitInput"]["fieldName"]
        fields = fields_by_view.get(views.get(f"controlGroup_{name}:optionsListDataView", ""), {})
        place = f"{dashboard['id']}/{name}"
        if control["type"] != "optionsListControl":
            yield Fault(place=place, fault="unknown-control", detail=str(control["type"]))
        if field not in fields:
            yield Fault(place=place, fault="missing-field", detail=f"control of {field}")
        elif fields[field] not in LISTABLE:
            yield Fault(place=place, fault="unfit-field", detail=f"control of {field}, which is {fields[field]}")
