"""References: each one that is used leads to an object of the file, and none is left over."""

from __future__ import annotations

from collections.abc import Iterator

from mediawatch.kibana.checks.envelope import Fault, Json
from mediawatch.kibana.checks.packed import controls_of, panels_of, unpacked

Used = dict[str, tuple[str, str]]
"""Reference name -> (type, id); the id is empty where only the reference knows it."""


def check_references(objects: list[Json]) -> Iterator[Fault]:
    """Of every object."""
    known = {(saved["type"], saved["id"]) for saved in objects}
    for saved in objects:
        used = _used_by(saved)
        held = {reference["name"]: (reference["type"], reference["id"]) for reference in saved["references"]}
        if len(held) < len(saved["references"]):
            yield Fault(place=saved["id"], fault="reference-twice", detail="two references have one name")
        for name, (kind, target) in held.items():
            if (kind, target) not in known:
                yield Fault(place=saved["id"], fault="dangling-reference", detail=f"{name} -> {kind} {target}")
            if name not in used:
                yield Fault(place=saved["id"], fault="left-over-reference", detail=name)
        for name, wanted in used.items():
            yield from _agrees(saved["id"], name, wanted, held)


def _agrees(place: str, name: str, wanted: tuple[str, str], held: dict[str, tuple[str, str]]) -> Iterator[Fault]:
    if name not in held:
        yield Fault(place=place, fault="missing-reference", detail=name)
    elif held[name][0] != wanted[0] or (wanted[1] and held[name][1] != wanted[1]):
        yield Fault(place=place, fault="wrong-reference", detail=f"{name}: {held[name]} where {wanted} is meant")


def _used_by(saved: Json) -> Used:
    if saved["type"] == "search":
        source = unpacked(saved["attributes"].get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", ""))
        return {source["indexRefName"]: ("index-pattern", "")} if "indexRefName" in source else {}
    if saved["type"] != "dashboard":
        return {}
    used: Used = {}
    for panel in panels_of(saved):
        used |= _of_panel(panel)
    used |= {f"controlGroup_{name}:optionsListDataView": ("index-pattern", "") for name in controls_of(saved)}
    # A tag is used by being referred to; nothing else in the object names it.
    used |= {
        reference["name"]: ("tag", reference["name"].removeprefix("tag-ref-"))
        for reference in saved["references"]
        if reference["type"] == "tag"
    }
    return used


def _of_panel(panel: Json) -> Used:
    index, config = str(panel.get("panelIndex", "")), panel.get("embeddableConfig", {})
    used: Used = {}
    if "panelRefName" in panel:
        used[f"{index}:{panel['panelRefName']}"] = (str(panel.get("type", "")), "")
    for reference in config.get("attributes", {}).get("references", []):
        used[f"{index}:{reference['name']}"] = (reference["type"], reference["id"])
    for link in config.get("attributes", {}).get("links", []):
        used[f"{index}:{link['destinationRefName']}"] = ("dashboard", str(link["id"]))
    for event in config.get("enhancements", {}).get("dynamicActions", {}).get("events", []):
        factory = event["action"]["factoryId"]
        used[f"{index}:drilldown:{factory}:{event['eventId']}:dashboardId"] = ("dashboard", "")
    return used
