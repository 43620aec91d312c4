"""Kibana rules for data that stays away, as bodies of its alerting interface.

They show in Kibana only: the free licence has no connector that reaches people, who hear from the pipeline itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from mediawatch.kibana.bilingual import Language, Say, speaking

WINDOW_HOURS: Final = 26
"""Two harvests of the default schedule, twelve hours apart, and two hours to run: one failed harvest is no alarm."""

CHECK_EVERY: Final = "15m"

_NAMESPACE: Final = UUID("6d656469-6177-4174-8368-2d72756c6573")
"""Any fixed number will do; Kibana takes ids of rules only in the form of a UUID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleRule:
    """A rule that fires when `index` has had no document in the last WINDOW_HOURS by `time_field`."""

    key: str
    name: str
    index: str
    time_field: str

    def id(self, space: str) -> str:
        """The same every time; another one in each space, since Kibana keeps ids of rules apart nowhere else."""
        return str(uuid5(_NAMESPACE, f"{space}/{self.key}"))

    def body(self) -> Mapping[str, Any]:
        """What creating the rule takes; changing it takes the same without type and consumer."""
        return {
            "name": self.name,
            "rule_type_id": ".es-query",
            "consumer": "stackAlerts",
            "tags": ["mediawatch"],
            "schedule": {"interval": CHECK_EVERY},
            "actions": [],
            "params": {
                "searchType": "esQuery",
                "index": [self.index],
                "timeField": self.time_field,
                "esQuery": json.dumps({"query": {"match_all": {}}}),
                "size": 0,
                "aggType": "count",
                "groupBy": "all",
                "threshold": [1],
                "thresholdComparator": "<",
                "timeWindowSize": WINDOW_HOURS,
                "timeWindowUnit": "h",
                "excludeHitsFromPreviousRun": False,
            },
        }


def stale_rules(language: Language, prefix: str) -> list[StaleRule]:
    """The rules over the indices `<prefix>-*`."""
    return rules_in(speaking(language), prefix)


def rules_in(say: Say, prefix: str = "mediawatch") -> list[StaleRule]:
    """The same, in the words of `say`."""
    return [
        StaleRule(
            key="articles",
            name=say("[Media] No page read for {hours} hours", hours=WINDOW_HOURS),
            index=f"{prefix}-articles",
            time_field="fetched_at",
        ),
        StaleRule(
            key="runs",
            name=say("[Media] No harvest for {hours} hours", hours=WINDOW_HOURS),
            index=f"{prefix}-runs",
            time_field="started_at",
        ),
    ]
