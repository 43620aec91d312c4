"""What people call the values of a field: Kibana shows the word and filters by the value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from mediawatch.kibana.bilingual import Json, Say
from mediawatch.records import AlertKind, Reason
from mediawatch.tables.health import METRICS, STATES

Labels = Mapping[str, Mapping[str, str]]
"""{field: {value: word}} of fields whose values depend on the newsroom."""

NO_LABELS: Final[Labels] = {}
_STAGES: Final = ("visit", "discover", "fetch", "extract", "audit", "index")
_LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en", "ja", "ko", "und")
_SEVERITIES: Final = ("error", "warning")
_VERDICTS: Final = ("usual", "unknown", "low", "high", "silent", "frozen", "drifting")


def lookup(words: Mapping[str, str]) -> Json:
    """A format of a data view: each value by its word, any other as it is."""
    entries = [{"key": value, "value": word} for value, word in words.items()]
    return {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}


def lookups(say: Say, fields: Iterable[str], labels: Labels) -> dict[str, Json]:
    """The formats of those `fields` whose values have words."""

    def states() -> dict[str, str]:
        return {state: say.words(f"health.{state}") for state in STATES}

    def verdicts() -> dict[str, str]:
        return {verdict: say.words(f"verdict.{verdict}") for verdict in _VERDICTS}

    own: dict[str, Callable[[], dict[str, str]]] = {
        "kind": lambda: {kind.value: say.words(f"kind.{kind.value}") for kind in AlertKind},
        "stage": lambda: {stage: say.words(f"stage.{stage}") for stage in _STAGES},
        "reason": lambda: {reason.value: say.words(f"reason.{reason.value}.name") for reason in Reason},
        "language": lambda: {tag: say.words(f"languages.{tag}") for tag in _LANGUAGES},
        "state": states,
        "was": states,
        "verdict": verdicts,
        "standing": verdicts,
        "metric": lambda: {metric: say.words(f"metric.{metric}") for metric in METRICS},
        "severity": lambda: {name: say.words(f"severity.{name}") for name in _SEVERITIES},
    }
    words = {field: own[field]() if field in own else labels.get(field, {}) for field in fields}
    return {field: lookup(found) for field, found in words.items() if found}
