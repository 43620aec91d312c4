"""The dashboard for Grafana: declared as rows of panels, written as the JSON that Grafana imports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mediawatch.monitoring.metrics import (
    ALERTS,
    DAYS_LACKING,
    DISK,
    LATE,
    LEASES,
    LINKS,
    NEWEST_ARTICLE,
    NEWEST_HARVEST,
    OUTBOX,
    OUTBOX_OLDEST,
    READABLE,
    REASONS,
    SOURCE_LINKS,
    SOURCE_VISITS,
    SOURCES,
    STAGE_PARTITIONS,
    STAGE_ROWS,
    STAGE_SECONDS,
)
from mediawatch.monitoring.rules import NEWEST_HOURS, ROOM, SHARE_ADMITTED, SHARE_IN_TIME

UID: Final = "mediawatch"
WIDTH: Final = 24
"""Columns of Grafana's grid."""
_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One chart (`timeseries`), number (`stat`) or list (`table`): `queries` are (PromQL, legend).

    `unit` is one of Grafana's; `bound` colours a number red above it, with `is_least` below it.
    """

    title: str
    about: str
    queries: Sequence[tuple[str, str]]
    kind: str = "timeseries"
    unit: str = "short"
    width: int = 8
    bound: float | None = None
    is_least: bool = False

    def json(self, number: int, x: int, y: int) -> Mapping[str, Any]:
        """As Grafana reads it, at a place of its grid."""
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.about,
            "datasource": _SOURCE,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": _height(self.kind)},
            "fieldConfig": {"defaults": {"unit": self.unit, **self._colours()}, "overrides": []},
            "options": {"instant": True} if self.kind == "table" else {},
            "targets": [self._target(*query, ref) for query, ref in zip(self.queries, "ABCDEFGH", strict=False)],
        }

    def _target(self, expression: str, legend: str, ref: str) -> Mapping[str, Any]:
        is_now = self.kind != "timeseries"
        form = {"format": "table"} if self.kind == "table" else {}
        return {
            "refId": ref,
            "datasource": _SOURCE,
            "expr": expression,
            "legendFormat": legend,
            "instant": is_now,
        } | form

    def _colours(self) -> Mapping[str, Any]:
        if self.bound is None:
            return {}
        below, above = ("red", "green") if self.is_least else ("green", "red")
        steps = [{"color": below, "value": None}, {"color": above, "value": self.bound}]
        return {"thresholds": {"mode": "absolute", "steps": steps}}


def _height(kind: str) -> int:
    return 4 if kind == "stat" else 8


PROMISES: Final = (
    Panel(
        title="Admitted within two hours",
        about="Of the links of news of the last day; the promise is 95 %.",
        queries=((SHARE_IN_TIME, ""),),
        kind="stat",
        unit="percentunit",
        width=6,
        bound=SHARE_ADMITTED,
        is_least=True,
    ),
    Panel(
        title="Newest article",
        about="Since it was first seen; the promise is 14 hours.",
        queries=((f"time() - {NEWEST_ARTICLE.name}", ""),),
        kind="stat",
        unit="s",
        width=6,
        bound=NEWEST_HOURS * 3600,
    ),
    Panel(
        title="Alerts late or untold",
        about="Alerts of the last day that left more than 75 minutes after their harvest began, or not at all.",
        queries=((f'sum({ALERTS.name}{{outcome=~"late|untold"}})', ""),),
        kind="stat",
        width=6,
        bound=1,
    ),
    Panel(
        title="Late",
        about="Harvest, build, close, evaluation and message that are late.",
        queries=((f"sum({LATE.name})", ""),),
        kind="stat",
        width=6,
        bound=1,
    ),
)
NEWS: Final = (
    Panel(
        title="Today's links by stage",
        about="Links that passed each stage boundary today.",
        queries=((f'{LINKS.name}{{day="today",outcome="passed"}}', "{{stage}}"),),
    ),
    Panel(
        title="Not passed, by reason",
        about="Today's links that stopped, without those that were left out on purpose.",
        queries=((f'{REASONS.name}{{day="today",class!="policy"}}', "{{stage}} {{reason}}"),),
    ),
    Panel(
        title="Alerts of the last day",
        about="By when the first message left.",
        queries=((ALERTS.name, "{{outcome}}"),),
    ),
)
BY_SOURCE: Final = (
    Panel(
        title="Admitted by source",
        about="The twenty sources with most articles today.",
        queries=((f'topk(20, {SOURCE_LINKS.name}{{outcome="admitted"}})', "{{source}}"),),
    ),
    Panel(
        title="Lost by source",
        about="The ten sources that lost most today.",
        queries=((f'topk(10, {SOURCE_LINKS.name}{{outcome="lost"}} > 0)', "{{source}}"),),
        kind="table",
    ),
    Panel(
        title="Visits that failed",
        about="The ten sources whose seeds failed most often today.",
        queries=((f'topk(10, {SOURCE_VISITS.name}{{outcome="failed"}} > 0)', "{{source}}"),),
        kind="table",
        width=4,
    ),
    Panel(
        title="Sources by state",
        about="As of the last day that was judged.",
        queries=((SOURCES.name, "{{state}}"),),
        kind="table",
        width=4,
    ),
)
WORK: Final = (
    Panel(
        title="Seconds a partition, by stage",
        about="Sent by OpenTelemetry while stages work.",
        queries=(
            (
                f"sum by (stage) (rate({STAGE_SECONDS.name}[1h])) / sum by (stage) (rate({STAGE_PARTITIONS.name}[1h]))",
                "{{stage}}",
            ),
        ),
        unit="s",
    ),
    Panel(
        title="Rows a second, by stage",
        about="Sent by OpenTelemetry while stages work.",
        queries=((f"sum by (stage) (rate({STAGE_ROWS.name}[1h]))", "{{stage}}"),),
    ),
    Panel(
        title="Partitions that failed",
        about="Errors that ended a partition, by stage.",
        queries=((f'sum by (stage) (increase({STAGE_PARTITIONS.name}{{outcome="failed"}}[1h]))', "{{stage}}"),),
    ),
)
MACHINE: Final = (
    Panel(
        title="Messages by status",
        about="Messages of the last seven days.",
        queries=((f'{OUTBOX.name}{{status!="sent"}}', "{{status}}"),),
        width=6,
    ),
    Panel(
        title="Oldest message that waits",
        about="Since it stands so.",
        queries=((f"time() - {OUTBOX_OLDEST.name}", "{{status}}"),),
        unit="s",
        width=6,
    ),
    Panel(
        title="Free on disk",
        about="On the disk of the lake and of temporary files.",
        queries=((DISK.name, "{{disk}}"),),
        unit="bytes",
        width=6,
        bound=ROOM,
        is_least=True,
    ),
    Panel(
        title="Leases held",
        about="Work that is being done at this moment.",
        queries=((LEASES.name, "{{work}}"),),
        width=6,
    ),
    Panel(
        title="Days that lack something",
        about="Of the last fourteen.",
        queries=((DAYS_LACKING.name, "{{lack}}"),),
        kind="table",
        width=12,
    ),
    Panel(
        title="Newest harvest",
        about="Since it was begun.",
        queries=((f"time() - {NEWEST_HARVEST.name}", ""),),
        kind="stat",
        unit="s",
        width=6,
    ),
    Panel(
        title="Parts that cannot be read",
        about="Of these figures.",
        queries=((f"count({READABLE.name} == 0) or vector(0)", ""),),
        kind="stat",
        width=6,
        bound=1,
    ),
)
ROWS: Final = (("Promises", PROMISES), ("News", NEWS), ("Sources", BY_SOURCE), ("Work", WORK), ("Machine", MACHINE))


def expressions() -> Iterator[str]:
    """Every query of the dashboard."""
    for _, panels in ROWS:
        yield from (expression for panel in panels for expression, _ in panel.queries)


def dashboard() -> Mapping[str, Any]:
    """The dashboard as Grafana imports it."""
    return {
        "uid": UID,
        "title": "Mediawatch",
        "tags": ["mediawatch"],
        "timezone": "browser",
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-7d", "to": "now"},
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
        "panels": list(_placed()),
    }


def _placed() -> Iterator[Mapping[str, Any]]:
    number = y = 0
    for title, panels in ROWS:
        number += 1
        yield {"id": number, "type": "row", "title": title, "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}}
        x, y, height = 0, y + 1, 0
        for panel in panels:
            if x + panel.width > WIDTH:
                x, y, height = 0, y + height, 0
            number += 1
            yield panel.json(number, x, y)
            x, height = x + panel.width, max(height, _height(panel.kind))
        y += height


def dashboard_file() -> str:
    """The file to import."""
    return json.dumps(dashboard(), indent=2, ensure_ascii=False) + "\n"
