"""Panels: what stands where on a dashboard, and which objects it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mediawatch.kibana.bilingual import Json
from mediawatch.kibana.charts import Chart

PANEL_VERSION: Final = "8.9.0"
DRILLDOWN: Final = "DASHBOARD_TO_DASHBOARD_DRILLDOWN"
"""The drill-down of the free licence; one to a URL needs a paid one."""


def days_up_to_now(days: int) -> Json:
    """`days` whole days, the last of which is today."""
    return {"from": f"now-{days - 1}d/d", "to": "now/d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPlace:
    """Where a panel stands, in columns and rows of the grid."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """A click on a value opens `dashboard` filtered by it; `name` is the menu's wording."""

    dashboard: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPanel:
    """A chart with a title (empty where the chart names itself) and a description: what question it answers.

    `days` fixes the panel's own period, up to now, whatever the dashboard shows.
    """

    id: str
    width: int
    title: str
    description: str
    chart: Chart
    opens: Opens | None = None
    days: int = 0

    def json(self, place: GridPlace) -> Json:
        """The panel."""
        config: Json = {
            "attributes": self.chart.attributes(self.description),
            "description": self.description,
            "enhancements": self._enhancements(),
            "hidePanelTitles": False,
        }
        if self.days:
            config["timeRange"] = days_up_to_now(self.days)
        return {**_frame(self.id, "lens", place), "title": self.title, "embeddableConfig": config}

    def _enhancements(self) -> Json:
        if self.opens is None:
            return {}
        action = {
            "factoryId": DRILLDOWN,
            "name": self.opens.name,
            "config": {"useCurrentFilters": True, "useCurrentDateRange": True, "openInNewTab": False},
        }
        return {
            "dynamicActions": {
                "events": [{"eventId": f"{self.id}-opens", "triggers": ["FILTER_TRIGGER"], "action": action}]
            }
        }

    def references(self) -> list[Json]:
        """The data views of its layers, and the dashboard that it opens."""
        found = [{**reference, "name": f"{self.id}:{reference['name']}"} for reference in self.chart.references()]
        if self.opens:
            name = f"{self.id}:drilldown:{DRILLDOWN}:{self.id}-opens:dashboardId"
            found.append({"type": "dashboard", "id": self.opens.dashboard, "name": name})
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPanel:
    """The rows of a saved search."""

    id: str
    width: int
    title: str
    description: str
    search: str

    def json(self, place: GridPlace) -> Json:
        """The panel."""
        return {
            **_frame(self.id, "search", place),
            "title": self.title,
            "panelRefName": f"panel_{self.id}",
            "embeddableConfig": {"description": self.description, "enhancements": {}},
        }

    def references(self) -> list[Json]:
        """The saved search."""
        return [{"type": "search", "id": self.search, "name": f"{self.id}:panel_{self.id}"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPanel:
    """Markdown."""

    id: str
    width: int
    text: str

    def json(self, place: GridPlace) -> Json:
        """The panel."""
        source = {"query": {"query": "", "language": "kuery"}, "filter": []}
        drawn = {
            "id": "",
            "title": "",
            "description": "",
            "type": "markdown",
            "params": {"fontSize": 12, "openLinksInNewTab": False, "markdown": self.text},
            "uiState": {},
            "data": {"aggs": [], "searchSource": source},
        }
        config = {"hidePanelTitles": True, "enhancements": {}, "savedVis": drawn}
        return {**_frame(self.id, "visualization", place), "embeddableConfig": config}

    def references(self) -> list[Json]:
        """None."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksPanel:
    """A line of links to {dashboard: its name}, which take the period and the filters along; ours is marked."""

    id: str
    width: int
    dashboards: Mapping[str, str]

    def json(self, place: GridPlace) -> Json:
        """The panel."""
        kept = {"openInNewTab": False, "useCurrentDateRange": True, "useCurrentFilters": True}
        links = [
            {
                "id": dashboard,
                "type": "dashboardLink",
                "label": name,
                "order": order,
                "destinationRefName": self._reference(dashboard),
                "options": kept,
            }
            for order, (dashboard, name) in enumerate(self.dashboards.items())
        ]
        config = {
            "attributes": {"layout": "horizontal", "links": links},
            "hidePanelTitles": True,
            "enhancements": {},
        }
        return {**_frame(self.id, "links", place), "embeddableConfig": config}

    def references(self) -> list[Json]:
        """The dashboards."""
        return [
            {"type": "dashboard", "id": dashboard, "name": f"{self.id}:{self._reference(dashboard)}"}
            for dashboard in self.dashboards
        ]

    @staticmethod
    def _reference(dashboard: str) -> str:
        return f"link_{dashboard}_dashboard"


Panel = ChartPanel | SearchPanel | TextPanel | LinksPanel


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Panels side by side, all of one height."""

    height: int
    panels: Sequence[Panel]


def placed(rows: Sequence[Row]) -> Iterator[tuple[Panel, GridPlace]]:
    """Each panel with its place: left to right, rows from the top."""
    y = 0
    for row in rows:
        x = 0
        for panel in row.panels:
            yield panel, GridPlace(x=x, y=y, w=panel.width, h=row.height)
            x += panel.width
        y += row.height


def _frame(name: str, kind: str, place: GridPlace) -> Json:
    grid = {"x": place.x, "y": place.y, "w": place.w, "h": place.h, "i": name}
    return {"version": PANEL_VERSION, "type": kind, "gridData": grid, "panelIndex": name}
