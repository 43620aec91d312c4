"""What the dashboards share: their ids, the line that leads from one to the next, and how a click opens another."""

from __future__ import annotations

from typing import Final

from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.panels import LinksPanel, Opens, Row, TextPanel

OVERVIEW: Final = "mw-overview"
STORIES: Final = "mw-stories"
KEYWORDS: Final = "mw-keywords"
HEALTH: Final = "mw-health"

WIDTH: Final = 48
"""Columns of Kibana's grid."""
LINKS_WIDTH: Final = 22


def names(say: Say) -> dict[str, str]:
    """The dashboards in the order of the line."""
    return {
        OVERVIEW: say("Overview"),
        STORIES: say("Stories"),
        KEYWORDS: say("Keywords"),
        HEALTH: say("Pipeline health"),
    }


def title(say: Say, dashboard: str) -> str:
    """The title in Kibana's list, where it stands among others."""
    media = say("Media")
    return f"[{media}] {names(say)[dashboard]}"


def line(say: Say, legend: str) -> Row:
    """The first row: where we are, links to the others that keep the period and the filters, and the words to know."""
    links = LinksPanel(id="navigation", width=LINKS_WIDTH, dashboards=names(say))
    return Row(height=4, panels=[links, TextPanel(id="legend", width=WIDTH - LINKS_WIDTH, text=legend)])


def opens(say: Say, dashboard: str) -> Opens:
    """A click that goes to `dashboard`."""
    return Opens(dashboard=dashboard, name=say("Open in {dashboard}", dashboard=names(say)[dashboard]))
