"""The JSON that stands inside strings: it parses, and it is packed the same way everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mediawatch.kibana.checks.envelope import Fault, Json
from mediawatch.kibana.saved_objects import packed


def check_packed(objects: list[Json]) -> Iterator[Fault]:
    """Strings whose name says that they hold JSON."""
    for saved in objects:
        for path, text in _strings(saved["attributes"], ""):
            try:
                value = json.loads(text)
            except (TypeError, ValueError) as error:
                yield Fault(place=saved["id"], fault="unparsable-string", detail=f"{path}: {error}")
                continue
            if packed(value) != text:
                yield Fault(place=saved["id"], fault="unsorted-string", detail=f"{path}: keys in order, no spaces")


def unpacked(text: Any) -> Any:
    """The value inside `text`; an empty object where it cannot be read, which `check_packed` reports."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return {}


def panels_of(dashboard: Json) -> list[Json]:
    """The panels of a dashboard object."""
    found = unpacked(dashboard["attributes"].get("panelsJSON", ""))
    return [panel for panel in found if isinstance(panel, dict)] if isinstance(found, list) else []


def controls_of(dashboard: Json) -> dict[str, Json]:
    """The controls of a dashboard object, by id."""
    group = dashboard["attributes"].get("controlGroupInput")
    found = unpacked(group.get("panelsJSON", "")) if isinstance(group, dict) else {}
    return found if isinstance(found, dict) else {}


_ALWAYS_JSON = {"fieldAttrs", "sourceFilters", "fields", "fieldFormatMap", "typeMeta", "runtimeFieldMap"}


def _strings(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key.endswith("JSON") or key in _ALWAYS_JSON:
            yield f"{path}{key}", inner
        else:
            yield from _strings(inner, f"{path}{key}.")
