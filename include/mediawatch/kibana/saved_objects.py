"""Saved objects: dashboards, searches, data views and the tag, at the level of Kibana 8.12.

A newer Kibana migrates them upwards; any Kibana refuses objects of a later level than its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mediawatch.kibana.bilingual import Json
from mediawatch.kibana.panels import Row, days_up_to_now, placed

CORE_LEVEL: Final = "8.8.0"
LEVELS: Final[Mapping[str, str]] = {"dashboard": "8.9.0", "index-pattern": "8.0.0", "search": "8.0.0", "tag": "8.0.0"}
"""`coreMigrationVersion`, and `typeMigrationVersion` by type, of a Kibana 8.12."""

TAG: Final = "mw-tag"
REFRESH_MILLISECONDS: Final = 300_000
"""Five minutes: a harvest comes every few hours, and a dashboard on a wall should not load the server."""

_EVERYTHING: Final[Json] = {"query": {"query": "", "language": "kuery"}, "filter": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataView:
    """A data view over the alias of one kind; its time field decides what a dashboard's period means.

    `formats` is Kibana's fieldFormatMap, `labels` are names for fields.
    """

    id: str
    kind: str
    name: str
    time_field: str
    formats: Mapping[str, Json] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def json(self, prefix: str) -> Json:
        """The object.  It names the alias itself: a pattern would count twice while an index is built anew."""
        attributes = {
            "title": f"{prefix}-{self.kind}",
            "name": self.name,
            "timeFieldName": self.time_field,
            "fieldAttrs": packed({name: {"customLabel": label} for name, label in self.labels.items()}),
            "sourceFilters": "[]",
            "fields": "[]",
            "fieldFormatMap": packed(self.formats),
            "typeMeta": "{}",
            "runtimeFieldMap": "{}",
            "allowNoIndex": True,
        }
        return _saved("index-pattern", self.id, attributes, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A saved search: the columns of single documents, ordered by (field, direction)."""

    id: str
    title: str
    description: str
    view: str
    columns: tuple[str, ...]
    order: tuple[tuple[str, str], ...]
    query: str = ""

    def json(self) -> Json:
        """The object."""
        index = "kibanaSavedObjectMeta.searchSourceJSON.index"
        source = {"query": {"query": self.query, "language": "kuery"}, "filter": [], "indexRefName": index}
        attributes = {
            "title": self.title,
            "description": self.description,
            "columns": list(self.columns),
            "sort": [list(pair) for pair in self.order],
            "hideChart": False,
            "isTextBasedQuery": False,
            "timeRestore": False,
            "grid": {},
            "kibanaSavedObjectMeta": {"searchSourceJSON": packed(source)},
        }
        return _saved("search", self.id, attributes, [{"type": "index-pattern", "id": self.view, "name": index}])


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A list to choose values of a field from; it filters every panel whose data view has a field of that name."""

    id: str
    view: str
    field: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard: rows of panels, controls above them, and how many days it shows at first."""

    id: str
    title: str
    description: str
    days: int
    controls: Sequence[Control]
    rows: Sequence[Row]

    def json(self) -> Json:
        """The object."""
        # Kibana keeps an embedded panel when it goes on to a dashboard that has one of the same id.
        panels = [(replace(panel, id=f"{self.id}-{panel.id}"), place) for panel, place in placed(self.rows)]
        attributes = {
            "title": self.title,
            "description": self.description,
            "panelsJSON": packed([panel.json(place) for panel, place in panels]),
            "optionsJSON": packed(_OPTIONS),
            "timeRestore": True,
            **_time(self.days),
            "refreshInterval": {"pause": False, "value": REFRESH_MILLISECONDS},
            "version": 1,
            "kibanaSavedObjectMeta": {"searchSourceJSON": packed(_EVERYTHING)},
            "controlGroupInput": self._control_group(),
        }
        references = [reference for panel, _ in panels for reference in panel.references()]
        references += [
            {"type": "index-pattern", "id": c.view, "name": f"controlGroup_{c.id}:optionsListDataView"}
            for c in self.controls
        ]
        references.append({"type": "tag", "id": TAG, "name": f"tag-ref-{TAG}"})
        return _saved("dashboard", self.id, attributes, references)

    def _control_group(self) -> Json:
        ignored = ("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations")
        return {
            # A chain would look for one control's field in the data view of the next, which may not have it.
            "chainingSystem": "NONE",
            "controlStyle": "oneLine",
            "ignoreParentSettingsJSON": packed(dict.fromkeys(ignored, False)),
            "panelsJSON": packed({c.id: _control(c, order) for order, c in enumerate(self.controls)}),
        }


def _time(days: int) -> Json:
    """`days` whole days up to today."""
    period = days_up_to_now(days)
    return {"timeFrom": period["from"], "timeTo": period["to"]}


_OPTIONS: Final[Json] = {
    "useMargins": True,
    # Colours shared by name were seen to give two keywords the same one.
    "syncColors": False,
    "syncCursor": True,
    "syncTooltips": False,
    "hidePanelTitles": False,
}


def _control(control: Control, order: int) -> Json:
    chosen = {
        "id": control.id,
        "fieldName": control.field,
        "title": control.title,
        "singleSelect": False,
        "enhancements": {},
    }
    return {
        "type": "optionsListControl",
        "order": order,
        "grow": True,
        "width": "medium",
        "explicitInput": chosen,
    }


def tag(name: str) -> Json:
    """The tag that all dashboards carry."""
    return _saved("tag", TAG, {"name": name, "description": "", "color": "#0072B2"}, [])


def packed(value: object) -> str:
    """JSON in one line that is always the same: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _saved(kind: str, name: str, attributes: Json, references: list[Json]) -> Json:
    return {
        "id": name,
        "type": kind,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": CORE_LEVEL,
        "typeMigrationVersion": LEVELS[kind],
        "managed": False,
    }
