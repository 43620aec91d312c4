"""What the dashboards share: their ids, the line that leads from one to the next, and how a click opens another."""

from __future__ import annotations

from typing import Final

from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.panels import Opens, Row, TextPanel

OVERVIEW: Final = "mw-overview"
STORIES: Final = "mw-stories"
KEYWORDS: Final = "mw-keywords"
HEALTH: Final = "mw-health"

WIDTH: Final = 48
"""Columns of Kibana's grid."""


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


def line(say: Say, here: str, legend: str) -> Row:
    """The first row: where we are, links to the others, and the words that the dashboard needs."""
    links = (
        f"**{name}**" if dashboard == here else f"[{name}](#/view/{dashboard})"
        for dashboard, name in names(say).items()
    )
    return Row(height=4, panels=[TextPanel(id="navigation", width=WIDTH, text=f"{' | '.join(links)}\n\n{legend}")])


def opens(say: Say, dashboard: str) -> Opens:
    """A click that goes to `dashboard`."""
    return Opens(dashboard=dashboard, name=say("Open in {dashboard}", dashboard=names(say)[dashboard]))
