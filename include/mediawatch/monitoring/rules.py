"""Alert rules for Prometheus: one a promise, and what has to hold for the promises to be known at all.

The thresholds that are also known elsewhere are taken from there: a rule and a page never say different things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import yaml

from mediawatch.monitoring.metrics import (
    ALERTS,
    DAYS_LACKING,
    DISK,
    LATE,
    LINKS_DUE,
    NEWEST_ARTICLE,
    OUTBOX_OLDEST,
    READABLE,
)

SHARE_ADMITTED: Final = 0.95
NEWEST_HOURS: Final = 14
FEWEST_DUE: Final = 20
"""Links of a day below which a share of them says nothing."""
ROOM: Final = 2_000_000_000
"""Bytes; the default of MEDIAWATCH_LOW_SPACE_BYTES."""
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One alert: `expression` in PromQL holds `lasting` before people are told; `helps` is a command."""

    name: str
    expression: str
    lasting: timedelta
    severity: str
    summary: str
    helps: str

    def document(self) -> Mapping[str, Any]:
        """As Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": f"{self.lasting.total_seconds() / 60:.0f}m",
            "labels": {"severity": self.severity},
            "annotations": {"summary": self.summary, "runbook": f"Run: {self.helps}"},
        }


def over_a_day(outcome: str) -> str:
    """The links with this outcome that became due in the last day, each counted for the hour that it was due."""
    return f'sum(sum_over_time({LINKS_DUE.name}{{outcome="{outcome}"}}[1d]))'


SHARE_IN_TIME: Final = f"{over_a_day('admitted')} / {over_a_day('due')}"


RULES: Final = (
    Rule(
        name="MediawatchLinksNotAdmittedInTime",
        expression=f"{SHARE_IN_TIME} < {SHARE_ADMITTED} "
        f'and sum(avg_over_time({LINKS_DUE.name}{{outcome="due"}}[1d])) * 24 >= {FEWEST_DUE}',
        lasting=timedelta(minutes=30),
        severity="warning",
        summary="Less than 95 % of the links of the last day were admitted within two hours.",
        helps="mediawatch ledger --day today --lost",
    ),
    Rule(
        name="MediawatchNoNewArticle",
        expression=f"time() - {NEWEST_ARTICLE.name} > {NEWEST_HOURS} * {_HOUR}",
        lasting=timedelta(minutes=5),
        severity="critical",
        summary=f"The newest article was first seen more than {NEWEST_HOURS} hours ago.",
        helps="mediawatch doctor",
    ),
    Rule(
        name="MediawatchAlertsLate",
        expression=f'sum({ALERTS.name}{{outcome=~"late|untold"}}) > 0',
        lasting=timedelta(minutes=5),
        severity="warning",
        summary="An alert of the last day left more than 75 minutes after the harvest that brought it, or not at all.",
        helps="mediawatch alerts --notices",
    ),
    Rule(
        name="MediawatchLate",
        expression=f"{LATE.name} == 1",
        lasting=timedelta(minutes=15),
        severity="warning",
        summary="The last {{ $labels.work }} is late.",
        helps="mediawatch doctor --freshness",
    ),
    Rule(
        name="MediawatchDayNotWhole",
        expression=f'{DAYS_LACKING.name}{{lack=~"gate|readable|seal"}} > 0',
        lasting=timedelta(hours=1),
        severity="warning",
        summary="A day waits for a person: {{ $labels.lack }}.",
        helps="mediawatch days",
    ),
    Rule(
        name="MediawatchMessagesRetrying",
        expression=f'time() - {OUTBOX_OLDEST.name}{{status="retrying"}} > 3 * {_HOUR}',
        lasting=timedelta(minutes=15),
        severity="warning",
        summary="A message has been refused for more than three hours.",
        helps="mediawatch alerts --notices",
    ),
    Rule(
        name="MediawatchDiskNearlyFull",
        expression=f"{DISK.name} < {ROOM}",
        lasting=timedelta(minutes=15),
        severity="critical",
        summary="Less than 2 GB are free on the disk of the {{ $labels.disk }}.",
        helps="df -h",
    ),
    Rule(
        name="MediawatchNotMeasured",
        expression=f"{READABLE.name} == 0 or absent({READABLE.name})",
        lasting=timedelta(minutes=15),
        severity="critical",
        summary="The figures of Mediawatch are away, or a part of them cannot be read.",
        helps="mediawatch metrics",
    ),
)


def rules_file() -> str:
    """The file that Prometheus loads (`rule_files`)."""
    groups = {"groups": [{"name": "mediawatch", "interval": "1m", "rules": [dict(rule.document()) for rule in RULES]}]}
    return HEAD + yaml.safe_dump(groups, allow_unicode=True, sort_keys=False, width=1000)


HEAD: Final = (
    "# Made by `make dashboards` of include/mediawatch/monitoring/rules.py; explained in docs/monitoring.md.\n"
)
