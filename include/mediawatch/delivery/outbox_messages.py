"""What the outbox keeps, as values and as JSON: what waits, letters, and what letters told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from mediawatch.delivery import MessageKind, Notice
from mediawatch.delivery.routing import names_of
from mediawatch.records import Alert
from mediawatch.records.alert import alert_document, alert_from

KEPT_DAYS: Final = 365
"""A snapshot of what was told forgets what is older than this; no episode lasts so long."""


Subject = Alert | Notice
"""What a message is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An alert or a notice that was asked for at `requested_at`."""

    subject: Subject
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """One message: groups of alerts, one topic each, or one notice.

    `mark` is its own for ever: services tell repeats by it.  `updates` are the alerts that an earlier letter told.
    """

    number: int
    created_at: datetime
    mark: str
    groups: tuple[tuple[Alert, ...], ...]
    updates: frozenset[str] = frozenset()
    notice: Notice | None = None

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Everything it tells."""
        return (self.notice,) if self.notice else tuple(alert for group in self.groups for alert in group)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """That an alert, up to `step`, is in a letter; or a notice, by its id, whose rule is its kind."""

    alert_id: str
    step: int
    rule: str
    day: date
    names: tuple[str, ...]


def id_of(subject: Subject) -> str:
    """What a message about `subject` is known by."""
    return subject.notice_id if isinstance(subject, Notice) else subject.alert_id


def add_letter(found: dict[str, DeliveryReceipt], letter: OutboxMessage) -> None:
    """Add to `found`, by id, what `letter` tells; of each alert the highest step."""
    if notice := letter.notice:
        found[notice.notice_id] = DeliveryReceipt(
            alert_id=notice.notice_id, step=0, rule=notice.kind.value, day=notice.day, names=()
        )
    for group in letter.groups:
        names = tuple(sorted({name for alert in group for name in names_of(alert)}))
        for alert in group:
            before = found.get(alert.alert_id)
            step = max(alert.step, before.step) if before else alert.step
            found[alert.alert_id] = DeliveryReceipt(
                alert_id=alert.alert_id, step=step, rule=alert.rule, day=alert.day, names=names
            )


def snapshot_document(upto: int, found: Iterable[DeliveryReceipt]) -> dict[str, Any]:
    """What letters up to number `upto` told."""
    told = list(found)
    newest = max((each.day for each in told), default=date.min)
    kept = [each for each in told if (newest - each.day).days <= KEPT_DAYS]
    rows = [[each.alert_id, each.step, each.rule, each.day.isoformat(), list(each.names)] for each in kept]
    return {"upto": upto, "told": sorted(rows)}


def told_from(row: Sequence[Any]) -> DeliveryReceipt:
    """Back from a row of `snapshot_document`."""
    alert_id, step, rule, day, names = row
    return DeliveryReceipt(alert_id=alert_id, step=step, rule=rule, day=date.fromisoformat(day), names=tuple(names))


def waiting_document(waiting: Waiting) -> dict[str, Any]:
    """What waits as a JSON document."""
    subject = waiting.subject
    about = {"notice": _notice_document(subject)} if isinstance(subject, Notice) else {"alert": alert_document(subject)}
    return {"requested_at": waiting.requested_at.isoformat(), **about}


def waiting_from(document: Mapping[str, Any]) -> Waiting:
    """Back from `waiting_document`."""
    notice = _notice_from(document.get("notice"))
    return Waiting(
        subject=notice or alert_from(document["alert"]), requested_at=datetime.fromisoformat(document["requested_at"])
    )


def letter_document(letter: OutboxMessage) -> dict[str, Any]:
    """A letter as a JSON document."""
    groups = [[alert_document(alert) for alert in group] for group in letter.groups]
    return {
        "created_at": letter.created_at.isoformat(),
        "mark": letter.mark,
        "groups": groups,
        "updates": sorted(letter.updates),
        **({"notice": _notice_document(letter.notice)} if letter.notice else {}),
    }


def letter_from(document: Mapping[str, Any], number: int) -> OutboxMessage:
    """Back from `letter_document`."""
    return OutboxMessage(
        number=number,
        created_at=datetime.fromisoformat(document["created_at"]),
        mark=document["mark"],
        groups=tuple(tuple(alert_from(alert) for alert in group) for group in document["groups"]),
        updates=frozenset(document["updates"]),
        notice=_notice_from(document.get("notice")),
    )


def _notice_document(notice: Notice) -> dict[str, Any]:
    return {**asdict(notice), "kind": notice.kind.value, "day": notice.day.isoformat()}


def _notice_from(document: Mapping[str, Any] | None) -> Notice | None:
    if document is None:
        return None
    kind, day = MessageKind(document["kind"]), date.fromisoformat(document["day"])
    return Notice(**{**document, "kind": kind, "day": day})
