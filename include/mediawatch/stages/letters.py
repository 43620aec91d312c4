"""What the outbox keeps, as values and as JSON: alerts that wait, letters, and what letters told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mediawatch.alerting.routing import names_of
from mediawatch.records import Alert
from mediawatch.stages.alert_documents import alert_document, alert_from

KEPT_DAYS: Final = 365
"""A snapshot of what was told forgets what is older than this; no episode lasts so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An alert that was asked for at `requested_at`."""

    alert: Alert
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message: groups of alerts, one topic each.

    `mark` is its own for ever: services tell repeats by it.  `updates` are the alerts that an earlier letter told.
    """

    number: int
    created_at: datetime
    mark: str
    groups: tuple[tuple[Alert, ...], ...]
    updates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """That an alert, up to `step`, is in a letter."""

    alert_id: str
    step: int
    rule: str
    day: date
    names: tuple[str, ...]


def add_letter(found: dict[str, Told], letter: Letter) -> None:
    """Add to `found`, by alert, what `letter` tells; of each the highest step."""
    for group in letter.groups:
        names = tuple(sorted({name for alert in group for name in names_of(alert)}))
        for alert in group:
            before = found.get(alert.alert_id)
            step = max(alert.step, before.step) if before else alert.step
            found[alert.alert_id] = Told(
                alert_id=alert.alert_id, step=step, rule=alert.rule, day=alert.day, names=names
            )


def snapshot_document(upto: int, found: Iterable[Told]) -> dict[str, Any]:
    """What letters up to number `upto` told."""
    told = list(found)
    newest = max((each.day for each in told), default=date.min)
    kept = [each for each in told if (newest - each.day).days <= KEPT_DAYS]
    rows = [[each.alert_id, each.step, each.rule, each.day.isoformat(), list(each.names)] for each in kept]
    return {"upto": upto, "told": sorted(rows)}


def told_from(row: Sequence[Any]) -> Told:
    """Back from a row of `snapshot_document`."""
    alert_id, step, rule, day, names = row
    return Told(alert_id=alert_id, step=step, rule=rule, day=date.fromisoformat(day), names=tuple(names))


def waiting_document(waiting: Waiting) -> dict[str, Any]:
    """A waiting alert as a JSON document."""
    return {"requested_at": waiting.requested_at.isoformat(), "alert": alert_document(waiting.alert)}


def waiting_from(document: Mapping[str, Any]) -> Waiting:
    """Back from `waiting_document`."""
    return Waiting(alert=alert_from(document["alert"]), requested_at=datetime.fromisoformat(document["requested_at"]))


def letter_document(letter: Letter) -> dict[str, Any]:
    """A letter as a JSON document."""
    groups = [[alert_document(alert) for alert in group] for group in letter.groups]
    return {
        "created_at": letter.created_at.isoformat(),
        "mark": letter.mark,
        "groups": groups,
        "updates": sorted(letter.updates),
    }


def letter_from(document: Mapping[str, Any], number: int) -> Letter:
    """Back from `letter_document`."""
    return Letter(
        number=number,
        created_at=datetime.fromisoformat(document["created_at"]),
        mark=document["mark"],
        groups=tuple(tuple(alert_from(alert) for alert in group) for group in document["groups"]),
        updates=frozenset(document["updates"]),
    )
