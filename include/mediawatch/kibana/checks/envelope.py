"""Each object by itself: JSON lines, ids, levels, and attributes that this level knows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mediawatch.kibana.saved_objects import CORE_LEVEL, LEVELS

Json = dict[str, Any]
Mappings = Mapping[str, Mapping[str, Any]]
"""The mapping of each kind of index, by its name."""

Fields = Mapping[str, str]
"""Type by dotted name, of one data view."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """What is wrong (`fault`, one of a closed vocabulary), where, and in detail."""

    place: str
    fault: str
    detail: str

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}: {self.detail}"


def fields_of(mapping: Mapping[str, Any]) -> dict[str, str]:
    """The type of each field and sub-field; what is inside a nested field has the type `nested`, and no chart of it."""
    found: dict[str, str] = {}
    for name, field in mapping.get("properties", {}).items():
        kind = str(field.get("type", "object"))
        inner = {**fields_of(field), **fields_of({"properties": field.get("fields", {})})}
        found[name] = kind
        found |= {f"{name}.{sub}": "nested" if kind == "nested" else of for sub, of in inner.items()}
    return found


ID_PREFIX: Final = "mw-"

ATTRIBUTES: Final[Mapping[str, Mapping[str, type]]] = {
    "dashboard": {
        "title": str,
        "description": str,
        "panelsJSON": str,
        "optionsJSON": str,
        "timeRestore": bool,
        "timeFrom": str,
        "timeTo": str,
        "refreshInterval": dict,
        "version": int,
        "kibanaSavedObjectMeta": dict,
        "controlGroupInput": dict,
    },
    "index-pattern": {
        "title": str,
        "name": str,
        "timeFieldName": str,
        "fieldAttrs": str,
        "sourceFilters": str,
        "fields": str,
        "fieldFormatMap": str,
        "typeMeta": str,
        "runtimeFieldMap": str,
        "allowNoIndex": bool,
    },
    "search": {
        "title": str,
        "description": str,
        "columns": list,
        "sort": list,
        "hideChart": bool,
        "isTextBasedQuery": bool,
        "timeRestore": bool,
        "grid": dict,
        "kibanaSavedObjectMeta": dict,
    },
    "tag": {"name": str, "description": str, "color": str},
}
"""What a Kibana 8.12 knows of each type; later ones know more, and 8.12 refuses that."""

ENVELOPE: Final = {"id", "type", "attributes", "references", "coreMigrationVersion", "typeMigrationVersion", "managed"}


def read_objects(content: bytes) -> tuple[list[Json], list[Fault]]:
    """The objects of an import file, and what is wrong with its lines."""
    objects, findings = [], []
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        try:
            found = json.loads(line)
        except ValueError as error:
            findings.append(Fault(place=f"line {number}", fault="not-json", detail=str(error)))
            continue
        if isinstance(found, dict) and found.keys() >= ENVELOPE - {"managed"}:
            objects.append(found)
        else:
            detail = f"lacks one of {', '.join(sorted(ENVELOPE - {'managed'}))}"
            findings.append(Fault(place=f"line {number}", fault="no-saved-object", detail=detail))
    return objects, findings


def check_envelopes(objects: list[Json]) -> Iterator[Fault]:
    """Ids, levels and attributes."""
    seen: set[str] = set()
    for saved in objects:
        name, kind = str(saved["id"]), str(saved["type"])
        if name in seen:
            yield Fault(place=name, fault="id-twice", detail="two objects have this id")
        seen.add(name)
        if not name.startswith(ID_PREFIX):
            yield Fault(place=name, fault="foreign-id", detail=f"ids begin with {ID_PREFIX}")
        if kind not in LEVELS:
            yield Fault(place=name, fault="unknown-type", detail=kind)
            continue
        yield from _levels(saved)
        yield from _attributes(name, ATTRIBUTES[kind], saved["attributes"])


def _levels(saved: Json) -> Iterator[Fault]:
    pins = {"coreMigrationVersion": CORE_LEVEL, "typeMigrationVersion": LEVELS[saved["type"]]}
    for key, pin in pins.items():
        if saved[key] != pin:
            yield Fault(place=saved["id"], fault="wrong-level", detail=f"{key} is {saved[key]}, not {pin}")


def _attributes(name: str, known: Mapping[str, type], attributes: Json) -> Iterator[Fault]:
    for key, value in attributes.items():
        if key not in known:
            yield Fault(place=name, fault="unknown-attribute", detail=key)
        elif type(value) is not known[key]:
            detail = f"{key} is {type(value).__name__}, not {known[key].__name__}"
            yield Fault(place=name, fault="wrong-attribute-type", detail=detail)
    for key in known.keys() - attributes.keys():
        yield Fault(place=name, fault="missing-attribute", detail=key)
