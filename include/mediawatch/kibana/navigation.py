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
        OVERVIEW: say("Overview", "总览"),
        STORIES: say("Stories", "报道"),
        KEYWORDS: say("Keywords", "关键词"),
        HEALTH: say("Pipeline health", "运行状况"),
    }


def title(say: Say, dashboard: str) -> str:
    """The title in Kibana's list, where it stands among others."""
    return f"[{say('Media', '媒体')}] {names(say)[dashboard]}"


def line(say: Say, here: str, legend: str) -> Row:
    """The first row: where we are, links to the others, and the words that the dashboard needs."""
    links = (
        f"**{name}**" if dashboard == here else f"[{name}](#/view/{dashboard})"
        for dashboard, name in names(say).items()
    )
    return Row(height=4, panels=[TextPanel(id="navigation", width=WIDTH, text=f"{' | '.join(links)}\n\n{legend}")])


def opens(say: Say, dashboard: str) -> Opens:
    """A click that goes to `dashboard`."""
    return Opens(
        dashboard=dashboard, name=say(f"Open in {names(say)[dashboard]}", f"在“{names(say)[dashboard]}”中打开")
    )
