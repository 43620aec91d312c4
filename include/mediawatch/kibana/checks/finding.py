"""A fault in the saved objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Mappings = Mapping[str, Mapping[str, Any]]
"""The mapping of each kind of index, by its name."""

Fields = Mapping[str, str]
"""Type by dotted name, of one data view."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
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
