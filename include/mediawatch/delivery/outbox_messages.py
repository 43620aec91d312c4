"""What the outbox keeps, as values and as JSON: what waits, letters, and what letters told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from mediawatch.delivery import MessageKind, Notice
from mediawatch.delivery.routing import names_of
from mediawatch.records import Alert, AlertKind
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
    """That an alert, up to `step`, is in a letter; or a notice, by its id, whose rule is its kind.

    `day` is that of the newest such letter's alert, `first_on` that of the first one's.
    """

    alert_id: str
    step: int
    rule: str
    day: date
    names: tuple[str, ...]
    first_on: date

    @property
    def is_of_list(self) -> bool:
        """Whether it is the match of a watch list, whose rule is called watch:NAME."""
        return self.rule.partition(":")[0] == AlertKind.WATCH


def id_of(subject: Subject) -> str:
    """What a message about `subject` is known by."""
    return subject.notice_id if isinstance(subject, Notice) else subject.alert_id


def add_letter(found: dict[str, DeliveryReceipt], letter: OutboxMessage) -> None:
    """Add to `found`, by id, what `letter` tells; of each alert the highest step."""
    if notice := letter.notice:
        found[notice.notice_id] = DeliveryReceipt(
            alert_id=notice.notice_id, step=0, rule=notice.kind.value, day=notice.day, names=(), first_on=notice.day
        )
    for group in letter.groups:
        names = tuple(sorted({name for alert in group for name in names_of(alert)}))
        for alert in group:
            before = found.get(alert.alert_id)
            step = max(alert.step, before.step) if before else alert.step
            found[alert.alert_id] = DeliveryReceipt(
                alert_id=alert.alert_id,
                step=step,
                rule=alert.rule,
                day=alert.day,
                names=names,
                first_on=before.first_on if before else alert.day,
            )


def places_taken(told: Iterable[DeliveryReceipt]) -> Counter[date]:
    """How many topics of each day letters told first on it; without those that a watch list asked for."""
    topics: dict[tuple[date, tuple[str, ...]], bool] = {}
    for each in told:
        if each.names:
            topic = each.first_on, each.names
            topics[topic] = topics.get(topic, False) or each.is_of_list
    return Counter(day for (day, _), is_asked_for in topics.items() if not is_asked_for)


def snapshot_document(upto: int, found: Iterable[DeliveryReceipt]) -> dict[str, Any]:
    """What letters up to number `upto` told."""
    told = list(found)
    newest = max((each.day for each in told), default=date.min)
    kept = [each for each in told if (newest - each.day).days <= KEPT_DAYS]
    rows = [
        [each.alert_id, each.step, each.rule, each.day.isoformat(), list(each.names), each.first_on.isoformat()]
        for each in kept
    ]
    return {"upto": upto, "told": sorted(rows)}


def told_from(row: Sequence[Any]) -> DeliveryReceipt:
    """Back from a row of `snapshot_document`; rows of earlier versions do not say on which day it was told first."""
    alert_id, step, rule, day, names, *first = row
    return DeliveryReceipt(
        alert_id=alert_id,
        step=step,
        rule=rule,
        day=date.fromisoformat(day),
        names=tuple(names),
        first_on=date.fromisoformat(first[0] if first else day),
    )


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
